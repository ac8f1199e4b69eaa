"""The cast as rows: made once by the services, then written again in one go for every other test of the process.

Two thousand tests begin with the same city government. Made each time by sync and services it costs as much as the
test itself; written as the rows it became it costs next to nothing, and the tests still begin from an empty database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

NOT_OURS = {"contenttypes", "auth", "sessions", "axes"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what stood in it, as the database gives and takes it."""

    model: type[models.Model]
    columns: list[str]
    rows: list[tuple[Any, ...]]

    def write(self) -> None:
        """Write the rows again."""
        quote = connection.ops.quote_name
        names, marks = ", ".join(map(quote, self.columns)), ", ".join(["%s"] * len(self.columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {quote(self.model._meta.db_table)} ({names}) VALUES ({marks})", self.rows)


_kept: list[Table] = []


def written(make: Callable[[], None]) -> None:
    """Bring about the rows that `make` brings about in an empty database: by `make` the first time, then as rows."""
    if _kept and not any(table.model._base_manager.exists() for table in _kept):
        with transaction.atomic():
            for table in _kept:
                table.write()
            _go_on_counting()
        return
    was_empty = not _filled()
    make()
    if was_empty and not _kept:
        _kept.extend(_read(model) for model in _filled())


def _go_on_counting() -> None:
    """Let new rows get numbers behind those that were written with theirs (PostgreSQL counts apart)."""
    statements = connection.ops.sequence_reset_sql(no_style(), [table.model for table in _kept])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _filled() -> list[type[models.Model]]:
    ours = (model for model in apps.get_models(include_auto_created=True) if model._meta.app_label not in NOT_OURS)
    return [model for model in ours if model._meta.managed and model._base_manager.exists()]


def _read(model: type[models.Model]) -> Table:
    columns = [str(field.column) for field in model._meta.local_concrete_fields]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(model._meta.db_table)}")
        return Table(model, columns, cursor.fetchall())
