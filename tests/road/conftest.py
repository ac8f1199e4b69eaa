"""Ground of the roads: a store of their own, so that every file in it belongs to the road."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def own_store(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGE_DIR = tmp_path / "files"
