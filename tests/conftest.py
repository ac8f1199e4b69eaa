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


BOTH = {"records", "ground", "road"}
"""Folders that run on both databases: triggers, files, the trail and the whole road are the database's own matter."""
ONCE = {"face", "regulation", "demo"}
"""Folders that run on SQLite alone, as pages, the table of rights and the machines do: the same on either database."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--divide", action="store_true", help="divide the tests between the two databases")


@pytest.hookimpl(tryfirst=True)  # before the order is shuffled: each worker keeps the same
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--divide"):
        return
    on_postgres = connection.vendor == "postgresql"
    places: Counter[Path] = Counter()
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        chosen = _runs_on(item, places[item.path], on_postgres=on_postgres)
        places[item.path] += 1
        (kept if chosen else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def _runs_on(item: pytest.Item, place: int, *, on_postgres: bool) -> bool:
    """Tell whether a test, by its place in its file, runs on a database: every test on one, what is BOTH on each."""
    folder, name = item.path.parent.name, item.path.name
    if item.get_closest_marker("postgres") or item.get_closest_marker("redis"):
        return on_postgres
    if folder in ONCE or name == "test_rights.py" or name.endswith(("_pages.py", "_machine.py")):
        return not on_postgres
    return folder in BOTH or (place % 2 == 1) == on_postgres


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
