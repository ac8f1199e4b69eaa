"""Ground of all tests: which database they are on, what they may leave behind, a real worker."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.fixtures import Settings

from agreements.services import calendar
from records import append_only
from tests import cast, factories

# How fast something is, is a matter of the bench: a busy machine must not fail a test.
hypothesis.settings.register_profile("tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tests")


WHOLE = {"records", "ground", "road"}
"""Folders of which no sample is taken: triggers, files and the trail are the database's own matter."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sample",
        type=int,
        default=1,
        metavar="N",
        help="every Nth test of each file, where the database is not the matter of the test (see WHOLE)",
    )


@pytest.hookimpl(tryfirst=True)  # before the order is shuffled: each worker keeps the same
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    every = config.getoption("--sample")
    if every == 1:
        return
    kept: list[pytest.Item] = []
    seen: Counter[Path] = Counter()
    for item in items:
        of_database = item.get_closest_marker("postgres") or item.get_closest_marker("redis")
        if of_database or item.path.parent.name in WHOLE:
            kept.append(item)
            continue
        if seen[item.path] % every == 0:
            kept.append(item)
        seen[item.path] += 1
    chosen = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: python -m tests.servers .venv/bin/python -m pytest …")
    if item.get_closest_marker("redis") and not settings.BROKER_URL:
        pytest.skip("needs Redis: python -m tests.servers .venv/bin/python -m pytest …")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
    if not hasattr(config, "workerinput"):  # the controlling process ends last
        shutil.rmtree(os.environ["TEST_DATA_DIR"], ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def flush_empties_append_only_tables() -> Iterator[None]:
    """The flush behind a transactional test meets the triggers that keep evidence; only there are they lifted."""
    flush = TransactionTestCase._fixture_teardown

    def lifted(case: TransactionTestCase) -> None:
        with append_only.lifted():
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lifted)
        yield


@pytest.fixture(autouse=True)
def own_checkpoints(settings: Settings, tmp_path: Path) -> None:
    """Checkpoints outlive a rolled back database: each test writes its own."""
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


@pytest.fixture(autouse=True)
def forget_the_calendar() -> None:
    """The calendar kept in the process belongs to the database of the test before."""
    calendar.forget()


@pytest.fixture(autouse=True)
def speak_the_offices_language() -> None:
    """A language that the test before has switched to is its own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def remember_by_the_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What factories remember is read or written anew from one test to the next (`tests/cast.py`)."""
    with cast.one_test(monkeypatch):
        yield


@pytest.fixture
def org(db: None) -> factories.Organisation:
    """The cast of `tests/factories.py`."""
    return factories.organisation()


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process on the test's database and broker. Give it work with `.delay()` and wait for the effect."""
    database = settings.DATABASES["default"]
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
        **{**database, "NAME": connection.settings_dict["NAME"]}
    )
    command = [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "config",
        "worker",
        "-P",
        "solo",
        "--loglevel",
        "WARNING",
    ]
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, "DATABASE_URL": url},
            cwd=settings.BASE_DIR,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
        assert process.poll() is None, log.read_text(errors="replace")
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
