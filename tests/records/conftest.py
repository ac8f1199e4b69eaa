"""Ground of the evidence tests: a store of their own, an actor, and a hand that reaches past the triggers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from records import append_only, outbox, trail
from records.models import Event
from records.trail import Actor


@pytest.fixture(autouse=True)
def store_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def actor() -> Actor:
    return Actor(id=7, name="王芳", post="合作交流办 科员", capacity="本人")


@pytest.fixture
def chain_of_three(db: None, actor: Actor) -> list[Event]:
    with transaction.atomic():
        return [trail.append(chain="agreement:1", code=f"step.{number}", actor=actor) for number in (1, 2, 3)]


@pytest.fixture
def forge() -> Callable[..., None]:
    """Run SQL as one who holds the database: the triggers are lifted, then stand again."""

    def run(statement: str, *values: str | int) -> None:
        with append_only.lifted(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


@pytest.fixture
def delivered() -> Iterator[list[dict]]:
    """A handler for messages of kind `note` that keeps what reaches it."""
    received: list[dict] = []
    outbox.handler("note")(received.append)
    yield received
    outbox._handlers.pop("note")
