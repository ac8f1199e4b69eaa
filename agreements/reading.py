"""A text as it is read: clauses with their prose, and the structured parts as plain tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join, strip_tags

from accounts.models import Unit
from agreements.due import Due
from agreements.forms.layouts import CONTACTS, LAYOUTS, MONEY, VOCABULARIES, Column, columns
from agreements.models import PART_MODELS, Clause, Part, TextVersion
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
    """A clause with its tables."""

    clause: Clause
    tables: list[Table]


def read(text: TextVersion) -> list[ReadClause]:
    """Return a version as it is read, working text or frozen. Ten queries, however long."""
    return [
        ReadClause(clause, [_table(code, parts) for code, parts in clause.parts.items() if parts])
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
    model = PART_MODELS[code]
    beside = {name for names in model.TIMES.values() for name in names}
    found = []
    for name in model.FACTS:
        if name in beside:
            continue
        field: Any = model._meta.get_field(name)
        value: Any = units.get(values.get(name) or 0) if name == "unit" else field.to_python(values.get(name))
        if name in model.TIMES:
            kind, frequency = model.TIMES[name]
            value = Due(value, values.get(kind, ""), values.get(frequency, "") if frequency else "")
        if words := strip_tags(shown(code, name, value)):
            found.append((field.verbose_name, words))
    return found


def line(code: str, values: Mapping[str, Any], units: Mapping[int, Unit]) -> str:
    """Return a part as one line of a text: what it is, then its facts by name."""
    return f"{LAYOUTS[code].title}　{'；'.join(f'{name}：{words}' for name, words in facts(code, values, units))}"
