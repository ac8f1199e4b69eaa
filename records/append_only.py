"""Rows that are never altered or removed: triggers in the database itself, on SQLite and on PostgreSQL.

The triggers are installed after every migrate run and `verify` checks that they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Model = TypeVar("Model", bound=type[models.Model])

_FUNCTION = "records_refuse_change"
_FUNCTION_BODY = "BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END"


@dataclass(frozen=True, slots=True)
class _Kept:
    """How the rows of a model are kept: fields filled in once, and the field from whose value on the row is kept."""

    mutable: tuple[str, ...] = ()
    after: str = ""


_registered: dict[type[models.Model], _Kept] = {}


@overload
def append_only(model: Model) -> Model: ...
@overload
def append_only(*, mutable: tuple[str, ...] = ..., after: str = ...) -> Callable[[Model], Model]: ...
def append_only(model: Any = None, *, mutable: tuple[str, ...] = (), after: str = "") -> Any:
    """Declare that rows of a model are written once and kept for ever (decision 8).

    `mutable` names fields that may be filled in later, once: from NULL or blank to a value, never back or further.
    `after` names a field that is NULL while the row may still be worked on: with its value the row is closed.
    An update or delete, by whatever road, raises IntegrityError in the database.
    """

    def declare(declared: Model) -> Model:
        _registered[declared] = _Kept(mutable, after)
        return declared

    return declare if model is None else declare(model)


def _change(connection: BaseDatabaseWrapper, field: models.Field, *, once: bool) -> str:
    """Return the condition of a change that is refused: any, or for a field filled in once, a second one."""
    column = connection.ops.quote_name(str(field.column))
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    changed = f"OLD.{column} {differs} NEW.{column}"
    if not once:
        return changed
    is_text = isinstance(field, (models.CharField, models.TextField))
    filled = f"COALESCE(OLD.{column}, '') <> ''" if is_text else f"OLD.{column} IS NOT NULL"
    return f"({filled} AND {changed})"


def _when(*conditions: str) -> str:
    """Return the clause of a trigger that asks all conditions; blank without any."""
    asked = " AND ".join(filter(None, conditions))
    return f" WHEN ({asked})" if asked else ""


def _statements(connection: BaseDatabaseWrapper, model: type[models.Model]) -> dict[str, str]:
    """Return the triggers of a model: name and the statement that makes it."""
    quote = connection.ops.quote_name
    table = model._meta.db_table
    sqlite = connection.vendor == "sqlite"
    kept = _registered[model]
    changes = closed = ""
    if kept.mutable or kept.after:
        changed = [
            _change(connection, field, once=field.name in kept.mutable) for field in model._meta.local_concrete_fields
        ]
        changes = f"({' OR '.join(changed)})"
    if kept.after:
        closed = f"OLD.{quote(str(model._meta.get_field(kept.after).column))} IS NOT NULL"  # type: ignore[union-attr]
    wanted = [("update", "UPDATE", _when(closed, changes)), ("delete", "DELETE", _when(closed))]
    if sqlite:
        return {
            f"keep_{table}_{name}": f"CREATE TRIGGER {quote(f'keep_{table}_{name}')} BEFORE {act} ON {quote(table)}"
            f" FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            for name, act, when in wanted
        }
    statements = {
        f"keep_{table}_{name}": f"CREATE TRIGGER {quote(f'keep_{table}_{name}')} BEFORE {act} ON {quote(table)}"
        f" FOR EACH ROW{when} EXECUTE FUNCTION {_FUNCTION}()"
        for name, act, when in wanted
    }
    statements[f"keep_{table}_truncate"] = (
        f"CREATE TRIGGER {quote(f'keep_{table}_truncate')} BEFORE TRUNCATE ON {quote(table)}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
    )
    return statements


def _drop(connection: BaseDatabaseWrapper, table: str, name: str) -> str:
    quote = connection.ops.quote_name
    place = "" if connection.vendor == "sqlite" else f" ON {quote(table)}"
    return f"DROP TRIGGER IF EXISTS {quote(name)}{place}"


def _present(connection: BaseDatabaseWrapper) -> list[type[models.Model]]:
    tables = set(connection.introspection.table_names())
    return [model for model in _registered if model._meta.db_table in tables]


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make every trigger anew, in one transaction; safe to repeat. Tables that do not exist yet are left for later."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_FUNCTION_BODY}$$"
            )
        for model in _present(connection):
            for name, statement in _statements(connection, model).items():
                cursor.execute(_drop(connection, model._meta.db_table, name))
                cursor.execute(statement)


def install_after_migrate(using: str, **_: Any) -> None:
    """Receive `post_migrate`."""
    install(using)


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let rows go while the tests empty their database; nothing else calls this."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for model in _present(connection):
            for name in _statements(connection, model):
                cursor.execute(_drop(connection, model._meta.db_table, name))
    try:
        yield
    finally:
        install(using)


def _standing_sqlite(connection: BaseDatabaseWrapper) -> Callable[[str, str], bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
        cursor.execute("PRAGMA recursive_triggers")
        recursive = cursor.fetchone()[0] == 1
    # Without recursive triggers INSERT OR REPLACE removes a row and no delete trigger hears of it.
    return lambda name, statement: recursive and found.get(name) == statement


def _standing_postgresql(connection: BaseDatabaseWrapper) -> Callable[[str, str], bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled, p.prosrc FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
        )
        found = {name: (definition, enabled, source) for name, definition, enabled, source in cursor.fetchall()}

    def stands(name: str, statement: str) -> bool:
        definition, enabled, source = found.get(name, ("", "D", ""))
        conditional = " WHEN " in statement
        return enabled in "OA" and source == _FUNCTION_BODY and (" WHEN " in definition) == conditional

    return stands


def missing(using: str = DEFAULT_DB_ALIAS) -> list[tuple[str, str]]:
    """Return (table, trigger) for every trigger that does not stand as it was made, is disabled or is gone."""
    connection = connections[using]
    stands = _standing_sqlite(connection) if connection.vendor == "sqlite" else _standing_postgresql(connection)
    return [
        (model._meta.db_table, name)
        for model in _registered
        for name, statement in _statements(connection, model).items()
        if not stands(name, statement)
    ]
