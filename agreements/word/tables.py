"""The sheets of the structured parts as tables of a Word text: heads, cells, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.utils import translation

from accounts.models import Unit
from agreements.due import MONTH, YEAR, Due
from agreements.forms import sheets
from agreements.forms.layouts import LAYOUTS, MONEY
from agreements.forms.sheets import PartRow
from agreements.models import PART_MODELS, Part
from core.docx import headings
from core.docx.writing import clean
from core.fields import normalise

LANGUAGE = "zh-hans"
"""The language of an agreement's text, whatever the reader's."""
_LANGUAGES = (LANGUAGE, "en")
KEPT_INSIDE = frozenset({"omission_reason"})
"""Facts that are for the reviewers of the city only and do not go into a text for the other side."""
_SERIAL = frozenset({"序号", "编号", "no"})
"""Heads of columns that only number the rows."""
_BRACKETS = re.compile(r"[（(〔\[][^）)〕\]]*[）)〕\]]")
_MONEY_HEAD = re.compile(r"[（(]\s*(?:单位[:：])?\s*(?:人民币)?\s*(万|亿)元?\s*[）)]|(万|亿)元$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a Word table: its fields one under the other, its head, how wide it is beside the others."""

    fields: tuple[str, ...]
    head: str
    weight: int = 3


@dataclass(frozen=True, slots=True)
class Heads:
    """How the columns of a table answer the fields of a sheet; `unknown` are heads that name no field of it."""

    columns: tuple[tuple[str, ...], ...]
    multipliers: tuple[str, ...]
    unknown: tuple[str, ...]
    share: float


def row_form(code: str) -> type[PartRow]:
    """Return the form of a row, the one the workbench reads it with."""
    form: type[PartRow] = sheets.sheet(code).form
    return form


@cache
def columns(code: str, language: str = LANGUAGE) -> tuple[Column, ...]:
    """Return the columns of a sheet as Word shows them."""
    with translation.override(language):
        found = []
        for column, label in sheets.columns(code):
            if fields := tuple(name for name in column.fields if name not in KEPT_INSIDE):
                weight = 2 if column.number or column.width in ("c-56", "c-72") else 3 if column.width else 5
                found.append(Column(fields, str(label), weight))
        return tuple(found)


@cache
def label(code: str, name: str, language: str = LANGUAGE) -> str:
    """Return the name of a field as it stands in the text."""
    with translation.override(language):
        return str(PART_MODELS[code]._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


@cache
def _aliases(code: str) -> dict[str, tuple[str, ...]]:
    """Return what a head may be called: the column's head or a field's name, in either language."""
    found: dict[str, tuple[str, ...]] = {}
    for language in _LANGUAGES:
        for column in columns(code, language):
            found.setdefault(_head_key(column.head), column.fields)
            for name in column.fields:
                found.setdefault(_head_key(label(code, name, language)), (name,))
    return found


def _head_key(head: str) -> str:
    return headings.key(_BRACKETS.sub("", head)) or headings.key(head)


def match_heads(code: str, cells: Sequence[str]) -> Heads:
    """Say how a row of heads answers a sheet; `share` (0 to 1) is how well it does."""
    aliases = _aliases(code)
    taken: set[str] = set()
    found: list[tuple[str, ...]] = []
    multipliers, unknown = [], []
    for cell in cells:
        named_fields = aliases.get(_head_key(cell), ())
        answers = () if any(name in taken for name in named_fields) else named_fields
        if not answers and cell.strip() and plain(cell) not in _SERIAL:
            unknown.append(cell.strip())
        taken.update(answers)
        found.append(answers)
        unit = _MONEY_HEAD.search(cell.strip())
        multipliers.append((unit[1] or unit[2]) if unit else "")
    own = columns(code)
    answered = sum(any(name in taken for name in column.fields) for column in own) / len(own)
    named = sum(bool(cell.strip()) for cell in cells)
    known = (named - len(unknown)) / named if named else 0.0
    # That the heads are those of the sheet counts for more than that none of the sheet's columns was left out.
    share = 0.6 * known + 0.4 * answered if identity(code) in taken else 0.0
    return Heads(tuple(found), tuple(multipliers), tuple(unknown), share)


# ---------------------------------------------------------------------- out


def fields(code: str) -> list[str]:
    """Return the fields of a sheet's row that a person fills in."""
    return [name for name in row_form(code).base_fields if name in _model_fields(code)]


@cache
def _model_fields(code: str) -> frozenset[str]:
    return frozenset(PART_MODELS[code].FACTS)


def written(part: Part) -> dict[str, str]:
    """Return the facts of a part as they stand in the text: exact, in Chinese, readable by the form of the sheet."""
    start = sheets.initial(part)
    return {name: _text(part, name, start[name]) for column in columns(part.CODE) for name in column.fields}


def _text(part: Part, name: str, value: Any) -> str:
    if isinstance(unit := getattr(part, name), Unit):
        return unit.short_zh or unit.name_zh
    field = row_form(part.CODE).base_fields[name]
    if value is None or value == "":
        return ""
    if isinstance(value, Due):
        return _time(value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(field, forms.ChoiceField):
        with translation.override(LANGUAGE):
            return str(dict(_options(field)).get(value, value))
    return clean(str(field.prepare_value(value)))


def _time(time: Due) -> str:
    """Return a time as agreements write it: 2026年12月31日, 2026年12月, 2026年, 每季度一次."""
    if time.on is None:
        with translation.override(LANGUAGE):
            return str(time)
    if time.kind == YEAR:
        return f"{time.on.year}年"
    return f"{time.on.year}年{time.on.month}月" + ("" if time.kind == MONTH else f"{time.on.day}日")


def kept(part: Part, name: str) -> dict[str, Any]:
    """Return a fact of a part with those that belong to it: of a time also how it is written, and how often."""
    facts = part.facts()
    return {one: facts[one] for one in (name, *part.TIMES.get(name, ())) if one}


def start(part: Part, name: str) -> Any:
    """Return a fact of a part as the form of its row starts with it."""
    if isinstance(unit := getattr(part, name), Unit):
        return unit.short
    return row_form(part.CODE).base_fields[name].prepare_value(sheets.initial(part)[name])


def part_cells(part: Part) -> list[str]:
    """Return the cells of a part, column by column; the second fact of a cell is led in by its name."""
    facts = written(part)
    return [
        "\n".join(
            facts[name] if number == 0 else f"{label(part.CODE, name)}：{facts[name]}"
            for number, name in enumerate(column.fields)
            if facts[name]
        )
        for column in columns(part.CODE)
    ]


# ---------------------------------------------------------------------- back


def taken_apart(code: str, fields: Sequence[str], cell: str) -> dict[str, str]:
    """Return the texts of the fields that share a cell: each but the first is led in by its name."""
    found = dict.fromkeys(fields, "")
    if not fields:
        return found
    current = fields[0]
    lead_ins = [
        (name, re.compile(rf"\s*{re.escape(label(code, name, language))}\s*[:：]\s*", re.IGNORECASE))
        for language in _LANGUAGES
        for name in fields[1:]
    ]
    for number, line in enumerate(cell.split("\n")):
        text = line
        for name, pattern in lead_ins:
            if led := pattern.match(line):
                current, text = name, line[led.end() :]
                break
        found[current] = f"{found[current]}\n{text}" if found[current] and number else text
    return {name: text.strip() for name, text in found.items()}


def with_unit(name: str, text: str, multiplier: str) -> str:
    """Return an amount with the unit its column states (万元), where the cell is digits only."""
    if name in MONEY and multiplier and normalise(text).replace(",", "").replace(".", "").isdigit():
        return f"{text.strip()}{multiplier}元"
    return text


def typed(code: str, name: str, text: str) -> str:
    """Return what the form of a row takes for the text of a cell: for a choice named in either language its value."""
    field = row_form(code).base_fields[name]
    if not isinstance(field, forms.ChoiceField):
        return text
    if not text:
        return str(field.initial or "")
    return _choice_words(code, name).get(plain(text), text)


@cache
def _choice_words(code: str, name: str) -> Mapping[str, str]:
    field = row_form(code).base_fields[name]
    words: dict[str, str] = {}
    for language in _LANGUAGES:
        with translation.override(language):
            for value, wording in _options(field):
                if value:
                    words.setdefault(plain(str(wording)), str(value))
                    words.setdefault(plain(str(value)), str(value))
    return words


def _options(field: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = list(field.choices)
    return found


def plain(text: str) -> str:
    """Return words as they are compared; a text of signs only stands for itself."""
    return headings.key(text) or text.strip()


def title(code: str, language: str = LANGUAGE) -> str:
    """Return the caption of a sheet."""
    with translation.override(language):
        return str(LAYOUTS[code].title)


def identity(code: str) -> str:
    """Return the field that names a row of a sheet: the first that must be filled in by hand."""
    model = PART_MODELS[code]
    return next(
        name
        for name in model.FACTS
        if not model._meta.get_field(name).blank and (code, name) not in sheets.VOCABULARIES  # type: ignore[union-attr]
    )
