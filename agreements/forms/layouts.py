"""How the sheets of the structured parts are laid out: their columns, and what is asked of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements.models import PART_MODELS
from core.verdicts import Wording
from regulation.records import Part as PartCode
from regulation.vocabulary import (
    DUE_KINDS,
    DUTY_KINDS,
    DUTY_SIDES,
    FREQUENCIES,
    FUNDING_CHANNELS,
    SAFEGUARD_KINDS,
    WORK_ITEM_KINDS,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its fields (one under the other), its width as a class, its head."""

    fields: tuple[str, ...]
    width: str = ""
    label: Wording = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet: its heading, its columns, the facts that are asked of a row before review, and those advised."""

    title: Wording
    columns: tuple[Column, ...]
    needed: tuple[str, ...] = ()
    advised: tuple[str, ...] = ()


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
            Column(("unit",), "c-112"),
            Column(("breakdown",), "c-120", _("By year or unit")),
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
            Column(("share",), "c-96", number=True),
            Column(("note",), "c-140"),
        ),
        ("share",),
    ),
    PartCode.MECHANISMS.value: Layout(
        _("Mechanisms"),
        (
            Column(("title",)),
            Column(("frequency",), "c-112"),
            Column(("ours", "our_contact"), "c-128"),
            Column(("theirs", "their_contact"), "c-128"),
            Column(("first_on",), "c-104"),
            Column(("unit",), "c-120"),
        ),
        ("ours", "theirs"),
        ("our_contact", "their_contact"),
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
    PartCode.DUTIES.value: Layout(
        _("Rights and duties"),
        (Column(("side",), "c-96"), Column(("kind",), "c-96"), Column(("text",))),
    ),
}

VOCABULARIES = {
    (PartCode.WORK_ITEMS.value, "kind"): WORK_ITEM_KINDS,
    (PartCode.SAFEGUARDS.value, "kind"): SAFEGUARD_KINDS,
    (PartCode.MECHANISMS.value, "frequency"): FREQUENCIES,
    (PartCode.FUNDING.value, "channel"): FUNDING_CHANNELS,
    (PartCode.DUTIES.value, "side"): DUTY_SIDES,
    (PartCode.DUTIES.value, "kind"): DUTY_KINDS,
    (PartCode.WORK_ITEMS.value, "frequency"): FREQUENCIES,
    (PartCode.WORK_ITEMS.value, "due_kind"): DUE_KINDS,
    (PartCode.TARGETS.value, "due_kind"): DUE_KINDS,
    (PartCode.KEY_PROJECTS.value, "starts_kind"): DUE_KINDS,
    (PartCode.KEY_PROJECTS.value, "completes_kind"): DUE_KINDS,
}
MONEY = ("amount", "funds", "investment")
CONTACTS = ("our_contact", "their_contact")


def columns(code: str) -> list[tuple[Column, Wording]]:
    """Return the columns of a sheet with their heads: the layout's own, or the name of the model's field."""
    model = PART_MODELS[code]
    return [
        (column, column.label or _name(model._meta.get_field(column.fields[0]))) for column in LAYOUTS[code].columns
    ]


def _name(field: Any) -> Wording:
    name: Wording = capfirst(field.verbose_name)
    return name
