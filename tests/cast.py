"""What tests begin with, as rows: made once by the services, then written again in one go whenever it is asked for.

Thousands of tests begin with the same city government, the same few agreements and the same first steps on them.
Walked each time through sync and services that costs more than the test itself; written as the rows it became it costs
next to nothing. What stands in the database before must be the same to the last row, the day and the language too;
anything else is walked through the services. So is everything in a test that patches something or overrides a setting.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
import time_machine
from django.apps import apps
from django.conf import UserSettingsHolder, settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import translation

from agreements.services import calendar
from core import clock
from records import files
from records.models import StoredFile

NOT_OURS = {"contenttypes", "auth", "sessions", "axes"}
OWN_FOLDERS = {"CHECKPOINT_DIR", "STORAGE_DIR"}
"""Settings that a test may have of its own and still begin with what another made."""
READS_OR_MARKS = ("SELECT", "SAVEPOINT", "RELEASE")

Made = TypeVar("Made")
Row = tuple[Any, ...]
Rows = dict[type[models.Model], list[Row]]


@dataclass
class Difference:
    """What a call did to the rows of one model."""

    new: list[Row]
    changed: dict[Any, dict[str, Any]]  # key → column → value
    gone: list[Any]


@dataclass
class Remembered:
    """What a call did to the rows, the bytes of the files it kept, the row it returned and the state it led to."""

    differences: dict[type[models.Model], Difference]
    returned: tuple[type[models.Model], Any] | None
    state: int
    content: dict[str, bytes] = field(default_factory=dict)

    def write(self) -> None:
        """Write rows and bytes again."""
        quote = connection.ops.quote_name
        with transaction.atomic(), connection.cursor() as cursor:
            for model, found in self.differences.items():
                table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
                cursor.executemany(f"DELETE FROM {table} WHERE {key} = %s", [(pk,) for pk in found.gone])
                for pk, values in found.changed.items():
                    sets = ", ".join(f"{quote(column)} = %s" for column in values)
                    cursor.execute(f"UPDATE {table} SET {sets} WHERE {key} = %s", [*values.values(), pk])
            for model, found in self.differences.items():
                columns = _columns(model)
                names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
                statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"
                cursor.executemany(statement, found.new)
            # New rows get numbers behind those that were written with theirs (PostgreSQL counts apart).
            grown = [model for model, found in self.differences.items() if found.new]
            for statement in connection.ops.sequence_reset_sql(no_style(), grown):
                cursor.execute(statement)
        for digest, content in self.content.items():
            place = files.place(digest)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)


class _Watch:
    """Whether the rows have been touched since they were last known: reading them all again is the greater cost."""

    def __init__(self) -> None:
        self.touched = 0
        self.known: tuple[int, int] | None = None  # touched, state
        self.patches: Callable[[], bool] = lambda: False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(READS_OR_MARKS):
            self.touched += 1
        return execute(sql, params, many, context)

    def state(self) -> int:
        """Return what stands in the database, as one number."""
        if self.known and self.known[0] == self.touched and connection.in_atomic_block:
            return self.known[1]
        state = _hash(_read())
        self.is_at(state)
        return state

    def is_at(self, state: int) -> None:
        """Keep the state that was just read or written."""
        self.known = (self.touched, state)


_memory: dict[tuple[Any, ...], Remembered] = {}
_watch = _Watch()


@contextmanager
def one_test(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test begins with nothing known of the rows; once it has patched something it goes its own way."""
    standing = _count(patch)
    _watch.known, _watch.patches = None, lambda: _count(patch) != standing
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)
    yield
    _watch.known = None


def _count(patch: pytest.MonkeyPatch) -> int:
    return len(patch._setattr) + len(patch._setitem)


def _is_of_its_own() -> bool:
    """Tell whether what is made now may differ from what the same call makes in another test."""
    return _watch.patches() or time_machine.escape_hatch.is_travelling() or bool(_overridden(settings._wrapped))


def _overridden(holder: Any) -> set[str]:
    """Return which settings are other than those of the run."""
    if not isinstance(holder, UserSettingsHolder):
        return set()
    own = {name for name in vars(holder) if name.isupper()} - OWN_FOLDERS - {"SETTINGS_MODULE"}
    return own | _overridden(holder.default_settings)


def remembered(make: Callable[..., Made]) -> Callable[..., Made]:
    """Let a factory that returns a row (or nothing) write again what it once did from the same beginning.

    Rows that it is given are read anew afterwards, and what it returns comes from the database, remembered or not.
    """

    @functools.wraps(make)
    def call(*args: Any, **kwargs: Any) -> Made:
        if _is_of_its_own():
            return make(*args, **kwargs)
        place = (connection.vendor, clock.today(), translation.get_language(), make.__module__, make.__qualname__)
        key = (*place, _plain(args), _plain(kwargs), _watch.state())
        known = _memory.get(key)
        if known is None:
            before = _read()
            made = make(*args, **kwargs)
            assert made is None or isinstance(made, models.Model), "only a row can be found again"
            after = _read()
            differences = _differences(before, after)
            returned = None if made is None else (type(made), made.pk)
            known = Remembered(differences, returned, _hash(after), _content(differences))
            _memory[key] = known
        else:
            known.write()
        _watch.is_at(known.state)
        calendar.in_use(fresh=True)  # the services keep it in the process: so does who has them replayed
        for given in (*args, *kwargs.values()):
            if isinstance(given, models.Model):
                given.refresh_from_db()
        if known.returned is None:
            return None  # type: ignore[return-value]
        model, pk = known.returned
        return model._default_manager.get(pk=pk)  # type: ignore[return-value]

    return call


def _differences(before: Rows, after: Rows) -> dict[type[models.Model], Difference]:
    found = {}
    for model in _models():
        columns = _columns(model)
        at = columns.index(str(model._meta.pk.column))
        were, are = set(before.get(model, ())), set(after.get(model, ()))
        old, new = {row[at]: row for row in were - are}, {row[at]: row for row in are - were}
        changed = {
            pk: {column: now for column, was, now in zip(columns, old[pk], row, strict=True) if was != now}
            for pk, row in new.items()
            if pk in old
        }
        rows = [row for row in after.get(model, ()) if row[at] in new and row[at] not in old]
        if old or new:
            found[model] = Difference(rows, changed, [pk for pk in old if pk not in new])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return type(value).__name__, value.pk
    if isinstance(value, dict):
        return tuple(sorted((name, _plain(one)) for name, one in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(_plain(one) for one in value)
    if hasattr(value, "authority"):  # the cast: its rows are in the hash of what stands in the database
        return "cast"
    return repr(value)


def _hash(rows: Rows) -> int:
    return hash(tuple((model.__name__, hash(tuple(found))) for model, found in rows.items()))


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.local_concrete_fields]


@functools.cache
def _models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.app_label not in NOT_OURS and model._meta.managed]


def _read() -> Rows:
    """Return every row that stands in the database, by model."""
    quote = connection.ops.quote_name
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in _models():
            key = quote(str(model._meta.pk.column))
            names = ", ".join(map(quote, _columns(model)))
            cursor.execute(f"SELECT {names} FROM {quote(model._meta.db_table)} ORDER BY {key}")
            if rows := cursor.fetchall():
                found[model] = rows
    return found


def _content(differences: dict[type[models.Model], Difference]) -> dict[str, bytes]:
    if StoredFile not in differences:
        return {}
    place = _columns(StoredFile).index("sha256")
    return {row[place]: files.place(row[place]).read_bytes() for row in differences[StoredFile].new}
