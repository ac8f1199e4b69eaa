"""A text as it is read: clauses with their prose, and the structured parts as plain tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join, strip_tags

from accounts.models import Unit
from agreements.due import Due
from agreements.forms.layouts import CONTACTS, LAYOUTS, MONEY, VOCABULARIES, Column, columns
from agreements.models import PART_MODELS, Clause, OpinionPoint, Part, TextVersion
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
    lines = [
        line
        for name in column.fields
        if (line := shown(code, name, part.time(name) if name in part.TIMES else getattr(part, name)))
    ]
    return format_html_join("", "<span>{}</span>", ((line,) for line in lines))


def shown(code: str, name: str, value: Any) -> str:
    """Return a fact as it is read: a code as its name, a unit as its short name, money in 万元."""
    if value is None or value == "" or value == Due():
        return ""
    vocabulary: Mapping[str, Code] = VOCABULARIES.get((code, name), {})
    if value in vocabulary:
        return say(vocabulary[value].name)
    if isinstance(value, Unit):
        return value.short
    if isinstance(value, Due):
        return format_html('<span class="nowrap">{}</span>', str(value))
    if name in CONTACTS:
        return _masked(str(value))
    if isinstance(value, date):
        return format_html('<time class="nowrap">{}</time>', value.isoformat())
    if isinstance(value, Decimal):
        return yuan(value) if name in MONEY else f"{value.normalize():f}"
    return str(value)


_LONG_NUMBER = re.compile(r"(?<=\d{3})\d(?=\d{3})")


def _masked(contact: str) -> str:
    """Return a contact with the middle of its telephone number covered: the text is read by many."""
    return _LONG_NUMBER.sub("*", contact)


def facts(code: str, values: Mapping[str, Any], units: Mapping[int, Unit]) -> list[tuple[Wording, str]]:
    """Return the facts of a part in words, each with its name; a time as it was written, blank ones left out.

    `values` are plain values, as a part gives them or a canonical form keeps them; `units` are those they name.
    """
    named = ((name, fact(code, name, values, units)) for name in stated(code))
    return [(label_of(code, name), words) for name, words in named if words]


def stated(code: str) -> list[str]:
    """Return the facts of a kind of part that are read by themselves; how a time was written is read with its day."""
    model = PART_MODELS[code]
    beside = {name for names in model.TIMES.values() for name in names}
    return [name for name in model.FACTS if name not in beside]


def label_of(code: str, name: str) -> Wording:
    """Return what a fact is called."""
    field: Any = PART_MODELS[code]._meta.get_field(name)
    return field.verbose_name  # type: ignore[no-any-return]


def plainly(code: str, name: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the plain values behind a fact: its own and, for a time, how it was written."""
    return tuple(values.get(one) or "" for one in (name, *PART_MODELS[code].TIMES.get(name, ())) if one)


def fact(code: str, name: str, values: Mapping[str, Any], units: Mapping[int, Unit]) -> str:
    """Return one fact of a part in words, blank where it states nothing; a time as it was written."""
    model = PART_MODELS[code]
    field: Any = model._meta.get_field(name)
    value: Any = units.get(values.get(name) or 0) if name == "unit" else field.to_python(values.get(name))
    if name in model.TIMES:
        kind, frequency = model.TIMES[name]
        value = Due(value, values.get(kind, ""), values.get(frequency, "") if frequency else "")
    return strip_tags(shown(code, name, value))


def line(code: str, values: Mapping[str, Any], units: Mapping[int, Unit]) -> str:
    """Return a part as one line of a text: what it is, then its facts by name."""
    return f"{LAYOUTS[code].title}　{'；'.join(f'{name}：{words}' for name, words in facts(code, values, units))}"
