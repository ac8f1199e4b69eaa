"""The sheets of the structured parts as forms: rows made from the fields of their models, drawn as cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agreements import breakdown
from agreements.contents import PartContent
from agreements.due import Due
from agreements.forms import choices
from agreements.forms.cells import BreakdownField, TimeField, UnitField, UnitNames
from agreements.forms.layouts import LAYOUTS, MONEY, VOCABULARIES, Column, Layout, columns
from agreements.forms.rows import RowForm, RowFormSet, sheet_of
from agreements.models import PART_MODELS, Part
from core.amounts import capitals
from core.fields import FIRST_YEAR, LAST_YEAR, DayField, MoneyField, NumberField, TypedDay, WholeField
from core.verdicts import Wording
from regulation.records import Part as PartCode

__all__ = ["LAYOUTS", "MONEY", "VOCABULARIES", "Column", "columns"]

PROJECT_FACTS = ("implementing_body", "funding_source", "site", "starts_on", "completes_on", "effect")
_HINTS: dict[str, Wording] = {
    "starts_on": _("start"),
    "completes_on": _("completion"),
    "supporting": _("supporting"),
    "investment": _("investment"),
    "omission_reason": _("why a fact is missing"),
    "our_contact": _("contact, telephone"),
    "their_contact": _("contact, telephone"),
    "breakdown": "2+3+2",
}
_HELP = {
    "breakdown": _(
        "The parts are increments by year or by unit; together they lead from the baseline to the target value."
    ),
    "omission_reason": _("Name each of the five facts that is missing, and why."),
    "share": _("For contributions the share of capital, together 100; for loans the share of total funds."),
}


@dataclass(frozen=True, slots=True)
class Note:
    """What a cell says below its field: the sum of a breakdown, an amount in capitals."""

    kind: str
    text: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a cell as it is drawn: where a link to it leads, what is noted below it."""

    bound: forms.BoundField
    anchor: str
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is drawn: its fields, and whether something asked for (`need`) or advised (`hint`) is missing."""

    column: Column
    label: Wording
    fields: list[Field]
    mark: str


class PartRow(RowForm):
    """A structured part as a row. `lineage` says which part it is; blank for a new one."""

    code: str
    layout: Layout
    unasked = ("lineage",)

    lineage = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: UnitNames, project_facts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project_facts = project_facts
        field = self.fields.get("unit")
        if isinstance(field, UnitField):
            field.known = units

    def clean(self) -> dict[str, Any]:
        """Refuse a project that is completed before it starts."""
        data = self.cleaned_data
        start, end = data.get("starts_on"), data.get("completes_on")
        if isinstance(start, Due) and isinstance(end, Due) and start.on and end.on and end.on < start.on:
            self.add_error(
                "completes_on",
                _("Completion %(end)s lies before the start %(start)s.") % {"end": end, "start": start},
            )
        return data

    def content(self) -> PartContent:
        """Return the row as the service takes it."""
        model = PART_MODELS[self.code]
        facts: dict[str, Any] = {}
        for name in model.FACTS:
            value = self.cleaned_data.get(name)
            if name in model.TIMES:
                kind, frequency = model.TIMES[name]
                time = value if isinstance(value, Due) else Due()
                facts |= {name: time.on, kind: time.kind, **({frequency: time.frequency} if frequency else {})}
            elif name in self.fields:
                facts[name] = value
        return PartContent(self.code, facts, self.cleaned_data["lineage"])

    @property
    def part(self) -> str:
        """Return which part the row is; blank for a new one."""
        return str(self["lineage"].value() or "")

    def _is_missing(self, name: str) -> bool:
        value = self[name].value()
        return value is None or str(value).strip() == ""

    def _read(self, name: str) -> Any:
        """Return what a field states: as typed and understood, or as it was."""
        return self.cleaned_data.get(name) if self.is_bound and self.is_valid() else self.initial.get(name)

    def _mark(self, names: tuple[str, ...], *, started: bool) -> str:
        missing = {name for name in names if self._is_missing(name)}
        if not started or not missing:
            return ""
        if missing & set(self.layout.needed):
            return "is-need"
        if missing & set(self.layout.advised):
            return "is-hint"
        if self.code == PartCode.KEY_PROJECTS.value and missing & set(PROJECT_FACTS):
            asked = self.project_facts and self._is_missing("omission_reason")
            return "is-need" if asked else "is-hint"
        return ""

    @cached_property
    def cells(self) -> list[Cell]:
        """Return the cells of the row in the order of the columns."""
        started = self.has_changed() if self.is_bound else bool(self.initial)
        return [self._cell(column, label, started=started) for column, label in columns(self.code)]

    def _cell(self, column: Column, label: Wording, *, started: bool) -> Cell:
        mark = self._mark(column.fields, started=started)
        for name in column.fields:
            if mark and self._is_missing(name) and name not in _HINTS:
                self.fields[name].widget.attrs["placeholder"] = _("to be filled in")
        part = self.part
        drawn = [Field(self[name], f"at-{part}-{name}" if part else "", self._note(name)) for name in column.fields]
        return Cell(column, label, drawn, mark)

    def _note(self, name: str) -> Note | None:
        if name in MONEY:
            amount = self._read(name)
            return Note("cap", capitals(amount) if isinstance(amount, Decimal) else "")
        if name == "breakdown":
            found = breakdown.add_up(str(self._read(name) or ""), self._read("baseline"), self._read("goal"))
            if found is None or found.off is None:
                return Note("sum", found.shown if found else "")
            if found.adds_up:
                return Note("sum", found.shown)
            return Note("sum", difference(found), off=True)
        return None


def difference(found: breakdown.Sum) -> str:
    """Return in words by how much a breakdown misses its target."""
    off = found.off or Decimal(0)
    words = {"total": breakdown.plain(found.total), "off": breakdown.plain(abs(off))}
    return str(_("Total %(total)s, %(off)s short") if off > 0 else _("Total %(total)s, %(off)s too much")) % words


def initial(part: Part) -> dict[str, Any]:
    """Return a part as its row shows it: times as they were written."""
    return {"lineage": part.lineage, **part.facts(), **{name: part.time(name) for name in part.TIMES}}


def _form_field(code: str, field: Any) -> forms.Field:
    """Return the form field of a model field, dressed for a cell."""
    label = field.verbose_name
    required = not field.blank
    hint: dict[str, Wording] = {"placeholder": _HINTS[field.name]} if field.name in _HINTS else {}
    about = _HELP.get(field.name, "")
    if vocabulary := VOCABULARIES.get((code, field.name)):
        default = field.default if field.has_default() else ""
        return forms.ChoiceField(
            label=label, choices=choices.of(vocabulary, empty=not default), initial=default, required=required
        )
    if field.name in PART_MODELS[code].TIMES:
        return _time_field(code, field, hint)
    if isinstance(field, models.ForeignKey):
        return UnitField(label=label)
    if isinstance(field, models.DateField):
        return DayField(label=label, required=required, widget=TypedDay(attrs={"placeholder": _("yyyy-mm-dd"), **hint}))
    if isinstance(field, models.DecimalField):
        return _number_field(field, label, hint)
    if isinstance(field, models.PositiveSmallIntegerField):
        return WholeField(label=label, required=required, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    area = forms.Textarea(attrs={"rows": "1", **hint})
    if field.name == "breakdown":
        return BreakdownField(label=label, required=False, widget=area, help_text=about)
    return forms.CharField(label=label, required=required, max_length=field.max_length, widget=area, help_text=about)


def _time_field(code: str, field: Any, hint: Mapping[str, Wording]) -> TimeField:
    _kind, frequency = PART_MODELS[code].TIMES[field.name]
    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "2026-12", **hint})
    return TimeField(
        label=field.verbose_name,
        required=False,
        widget=widget,
        begins=field.name == "starts_on",
        recurring=bool(frequency),
    )


def _number_field(field: Any, label: Wording, hint: Mapping[str, Wording]) -> forms.Field:
    limits = {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
    widget = forms.TextInput(attrs={"class": "r", **hint})
    if field.name in MONEY:
        return MoneyField(label=label, required=False, widget=widget, **limits)
    if field.name == "share":
        return NumberField(
            label=label,
            required=False,
            widget=widget,
            min_value=Decimal(0),
            max_value=Decimal(100),
            help_text=_HELP["share"],
            **limits,
        )
    return NumberField(label=label, required=False, widget=widget, **limits)


@cache
def sheet(code: str) -> type[RowFormSet]:
    """Return the formset class of a structured part."""
    model = PART_MODELS[code]
    kept_beside = {name for names in model.TIMES.values() for name in names}
    fields: dict[str, Any] = {
        name: _form_field(code, model._meta.get_field(name)) for name in model.FACTS if name not in kept_beside
    }
    row = type(f"{model.__name__}Row", (PartRow,), {"code": code, "layout": LAYOUTS[code], **fields})
    return sheet_of(row)
