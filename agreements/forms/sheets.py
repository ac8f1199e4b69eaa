"""The sheets of the structured parts: which columns each has, made from the fields of its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements.forms import choices
from agreements.forms.rows import RowForm, RowFormSet, sheet_of
from agreements.models import PART_MODELS
from agreements.services.texts import PartContent
from core.fields import FIRST_YEAR, LAST_YEAR, DayField, MoneyField, NumberField, TypedDay, WholeField
from core.verdicts import Wording
from regulation.records import Part as PartCode
from regulation.vocabulary import FREQUENCIES, FUNDING_CHANNELS, SAFEGUARD_KINDS, WORK_ITEM_KINDS

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its fields (one under the other), its width as a class, its head."""

    fields: tuple[str, ...]
    width: str = ""
    label: Wording = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet: its heading, its columns, and the facts that are asked of a row before review."""

    title: Wording
    columns: tuple[Column, ...]
    needed: tuple[str, ...] = ()


PROJECT_FACTS = ("implementing_body", "funding_source", "site", "starts_on", "completes_on", "effect")

LAYOUTS: dict[str, Layout] = {
    PartCode.TARGETS.value: Layout(
        _("Targets"),
        (
            Column(("indicator",)),
            Column(("measure",), "c-56", _("Unit")),
            Column(("baseline",), "c-72", number=True),
            Column(("goal",), "c-72", _("Target"), number=True),
            Column(("due_on",), "c-104"),
            Column(("unit",), "c-128"),
        ),
        ("goal", "due_on", "unit"),
    ),
    PartCode.WORK_ITEMS.value: Layout(
        _("Work items"),
        (
            Column(("group",), "c-96"),
            Column(("title",)),
            Column(("kind",), "c-96"),
            Column(("carrier",), "c-128"),
            Column(("unit", "supporting"), "c-140", _("Responsible and supporting")),
            Column(("due_on",), "c-104"),
        ),
        ("carrier", "unit", "due_on"),
    ),
    PartCode.KEY_PROJECTS.value: Layout(
        _("Key projects"),
        (
            Column(("title", "omission_reason"), label=_("Project")),
            Column(("implementing_body", "unit"), "c-128", _("Implementing body, responsible unit")),
            Column(("funding_source", "investment"), "c-120", _("Source of funds, investment (yuan)")),
            Column(("site",), "c-96"),
            Column(("starts_on", "completes_on"), "c-104", _("Start and completion")),
            Column(("effect",), "c-120"),
        ),
    ),
    PartCode.FUNDING.value: Layout(
        _("Sources of funds"),
        (
            Column(("contributor",)),
            Column(("channel",), "c-140"),
            Column(("amount",), "c-128", number=True),
            Column(("share",), "c-96", _("Share (%)"), number=True),
            Column(("note",), "c-140"),
        ),
        ("share",),
    ),
    PartCode.MECHANISMS.value: Layout(
        _("Mechanisms"),
        (
            Column(("title",)),
            Column(("frequency",), "c-112"),
            Column(("ours",), "c-120"),
            Column(("theirs",), "c-120"),
            Column(("first_on",), "c-104"),
            Column(("unit",), "c-120"),
        ),
        ("ours", "theirs"),
    ),
    PartCode.SAFEGUARDS.value: Layout(_("Safeguards"), (Column(("kind",), "c-140"), Column(("measure",)))),
    PartCode.ASSISTANCE.value: Layout(
        _("Assisted regions"),
        (Column(("region",)), Column(("funds",), "c-140", number=True), Column(("note",))),
    ),
    PartCode.PHASES.value: Layout(_("Phases"), (Column(("year",), "c-96"), Column(("goal",)))),
    PartCode.PAIRINGS.value: Layout(
        _("Pairings"), (Column(("ours",)), Column(("theirs",)), Column(("within",), "c-140"))
    ),
}

VOCABULARIES = {
    (PartCode.WORK_ITEMS.value, "kind"): WORK_ITEM_KINDS,
    (PartCode.SAFEGUARDS.value, "kind"): SAFEGUARD_KINDS,
    (PartCode.MECHANISMS.value, "frequency"): FREQUENCIES,
    (PartCode.FUNDING.value, "channel"): FUNDING_CHANNELS,
}
MONEY = ("amount", "funds", "investment")
_HINTS = {
    "starts_on": _("start"),
    "completes_on": _("completion"),
    "supporting": _("supporting"),
    "investment": _("investment"),
    "omission_reason": _("why a fact is missing"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is drawn: its fields, and whether something asked for (`need`) or advised (`hint`) is missing."""

    column: Column
    label: Wording
    fields: list[forms.BoundField]
    mark: str


class PartRow(RowForm):
    """A structured part as a row. `lineage` says which part it is; blank for a new one."""

    code: str
    layout: Layout
    unasked = ("lineage",)

    lineage = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Choices, project_facts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project_facts = project_facts
        field = self.fields.get("unit")
        if isinstance(field, forms.ChoiceField):
            field.choices = units

    def clean(self) -> dict[str, Any]:
        """Refuse a project that is completed before it starts."""
        data = self.cleaned_data
        start, end = data.get("starts_on"), data.get("completes_on")
        if start and end and end < start:
            self.add_error("completes_on", _("Completion lies before the start."))
        return data

    def content(self) -> PartContent:
        """Return the row as the service takes it."""
        facts = {name: self.cleaned_data[name] for name in PART_MODELS[self.code].FACTS}
        return PartContent(self.code, facts, self.cleaned_data["lineage"])

    def _is_missing(self, name: str) -> bool:
        return self[name].value() in (None, "")

    def _mark(self, names: tuple[str, ...], *, started: bool) -> str:
        missing = {name for name in names if self._is_missing(name)}
        if not started or not missing:
            return ""
        if missing & set(self.layout.needed):
            return "is-need"
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
        return Cell(column, label, [self[name] for name in column.fields], mark)


def columns(code: str) -> list[tuple[Column, Wording]]:
    """Return the columns of a sheet with their heads: the layout's own, or the name of the model's field."""
    model = PART_MODELS[code]
    return [
        (column, column.label or _name(model._meta.get_field(column.fields[0]))) for column in LAYOUTS[code].columns
    ]


def _name(field: Any) -> Wording:
    name: Wording = capfirst(field.verbose_name)
    return name


def _form_field(code: str, field: Any) -> forms.Field:
    """Return the form field of a model field, dressed for a cell."""
    label = field.verbose_name
    required = not field.blank
    hint = {"placeholder": _HINTS[field.name]} if field.name in _HINTS else {}
    if vocabulary := VOCABULARIES.get((code, field.name)):
        default = field.default if field.has_default() else ""
        return forms.ChoiceField(
            label=label, choices=choices.of(vocabulary, empty=not default), initial=default, required=required
        )
    if isinstance(field, models.ForeignKey):
        return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None)
    if isinstance(field, models.DateField):
        return DayField(label=label, required=required, widget=TypedDay(attrs={"placeholder": _("yyyy-mm-dd"), **hint}))
    if isinstance(field, models.DecimalField):
        return _number_field(field, label, hint)
    if isinstance(field, models.PositiveSmallIntegerField):
        return WholeField(label=label, required=required, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    area = forms.Textarea(attrs={"rows": "1", **hint})
    return forms.CharField(label=label, required=required, max_length=field.max_length, widget=area)


def _number_field(field: Any, label: Wording, hint: Mapping[str, Wording]) -> forms.Field:
    limits = {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
    widget = forms.TextInput(attrs={"class": "r", **hint})
    if field.name in MONEY:
        return MoneyField(label=label, required=False, widget=widget, **limits)
    if field.name == "share":
        return NumberField(
            label=label, required=False, widget=widget, min_value=Decimal(0), max_value=Decimal(100), **limits
        )
    return NumberField(label=label, required=False, widget=widget, **limits)


@cache
def sheet(code: str) -> type[RowFormSet]:
    """Return the formset class of a structured part."""
    model = PART_MODELS[code]
    fields: dict[str, Any] = {name: _form_field(code, model._meta.get_field(name)) for name in model.FACTS}
    row = type(f"{model.__name__}Row", (PartRow,), {"code": code, "layout": LAYOUTS[code], **fields})
    return sheet_of(row)
