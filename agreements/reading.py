"""A text as it is read: clauses with their prose, and the structured parts as plain tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join

from accounts.models import Unit
from agreements.forms.sheets import LAYOUTS, MONEY, VOCABULARIES, Column, columns
from agreements.models import Clause, OpinionPoint, Part, TextVersion
from agreements.services import texts
from core.templatetags.face import yuan
from core.verdicts import Wording
from core.wording import say
from regulation.records import Code


@dataclass(frozen=True, slots=True)
class Table:
    """The parts of one kind in a clause."""

    code: str
    title: Wording
    heads: list[tuple[Column, Wording]]
    rows: list[list[tuple[Column, Wording, str]]]


@dataclass(frozen=True, slots=True)
class ReadClause:
    """A clause with its tables, and with the points of opinions that speak of it where they are asked for."""

    clause: Clause
    tables: list[Table]
    points: Sequence[OpinionPoint] = ()


def read(text: TextVersion, *, points: Mapping[str, Sequence[OpinionPoint]] | None = None) -> list[ReadClause]:
    """Return a version as it is read, working text or frozen. Ten queries, however long.

    `points` are shown beside their clauses, by its lineage.
    """
    return [
        ReadClause(
            clause,
            [_table(code, parts) for code, parts in clause.parts.items() if parts],
            (points or {}).get(clause.lineage, ()),
        )
        for clause in texts.clauses_with_parts(text)
    ]


def _table(code: str, parts: list[Part]) -> Table:
    heads = columns(code)
    rows = [[(column, label, _cell(code, part, column)) for column, label in heads] for part in parts]
    return Table(code, LAYOUTS[code].title, heads, rows)


def _cell(code: str, part: Part, column: Column) -> str:
    lines = [line for name in column.fields if (line := shown(code, name, getattr(part, name)))]
    return format_html_join("", "<span>{}</span>", ((line,) for line in lines))


def shown(code: str, name: str, value: Any) -> str:
    """Return a fact as it is read: a code as its name, a unit as its short name, money in 万元."""
    if value is None or value == "":
        return ""
    vocabulary: Mapping[str, Code] = VOCABULARIES.get((code, name), {})
    if value in vocabulary:
        return say(vocabulary[value].name)
    if isinstance(value, Unit):
        return value.short
    if isinstance(value, date):
        return format_html('<time class="nowrap">{}</time>', value.isoformat())
    if isinstance(value, Decimal):
        return yuan(value) if name in MONEY else f"{value.normalize():f}"
    return str(value)
