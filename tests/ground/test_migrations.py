"""The migrations lead to the tables of the models, on PostgreSQL as on a served installation."""

from __future__ import annotations

import faulthandler
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

MIGRATED = "migrated"
PATIENCE = 1800  # seconds: a minute on a machine of its own, many on a busy one
QUERIES = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,
               is_nullable, column_default, is_identity, collation_name
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
}
NOT_OURS = {"django_migrations", "auth_group_permissions"}
"""Where migrations differ from models by Django's own doing: the list of migrations, the numbers of a table of auth."""


def address(database: str) -> str:
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**connection.settings_dict) + database


@pytest.fixture
def migrated(transactional_db: None) -> Iterator[str]:
    """The address of a database that every migration was applied to, from the first on."""
    name = f"{MIGRATED}_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    environment = {**os.environ, "DATABASE_URL": address(name)}
    faulthandler.cancel_dump_traceback_later()  # the limit of pytest for one test; what takes long here has its own
    try:
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            env=environment,
            cwd=settings.BASE_DIR,
            check=False,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr.decode()
        yield address(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def declared_names() -> set[str]:
    """Constraints and indexes that the models name; the others are named after what the table was called once."""
    models = apps.get_models(include_auto_created=True)
    return {one.name for model in models for one in (*model._meta.constraints, *model._meta.indexes)}


def tables(url: str, what: str) -> Counter[tuple[str, ...]]:
    """Return what a database is made of, one kind."""
    names = declared_names()
    found: Counter[tuple[str, ...]] = Counter()
    with closing(psycopg2.connect(url)) as other, other.cursor() as cursor:
        cursor.execute(QUERIES[what])
        for row in cursor.fetchall():
            table, name, *rest = map(str, row)
            if table in NOT_OURS:
                continue
            if what in {"constraints", "indexes"} and name not in names:
                rest = [re.sub(rf"\b{re.escape(name)}\b", "…", text) for text in rest]
                name = "…"
            found[(table, name, *rest)] += 1
    return found


@pytest.mark.postgres
@pytest.mark.slow
def test_migrations_lead_to_the_tables_of_the_models(migrated: str, request: pytest.FixtureRequest) -> None:
    assert request.config.getoption("nomigrations"), "the database of this test must come from the models"
    differences = {}
    for what in QUERIES:
        ours, theirs = tables(address(connection.settings_dict["NAME"]), what), tables(migrated, what)
        assert sum(ours.values()) > 10, what
        differences[what] = {"only in the models": sorted(ours - theirs), "only migrated": sorted(theirs - ours)}
    assert not any(found for sides in differences.values() for found in sides.values()), differences
