"""Which units a text lays something on, what, and whether they have said that they take it on (§3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Unit
from agreements.models import PART_MODELS, Agreement, Clause, ConsultedUnit, TextVersion, WorkItemReply


@dataclass(frozen=True, slots=True)
class Item:
    """What a text lays on a unit: a target, a work item, a key project or a mechanism, by its lineage."""

    part: str
    lineage: str
    title: str
    unit: Unit
    clause: Clause
    detail: str = ""


def items(text: TextVersion | None) -> list[Item]:
    """Return what a text lays on units other than the lead unit, in the order of the text. One query a kind of part."""
    if text is None:
        return []
    found: list[tuple[int, int, int, Item]] = []
    for place, (code, model) in enumerate(PART_MODELS.items()):
        if not any(field.name == "unit" for field in model._meta.fields):
            continue
        rows: QuerySet[Any] = model._default_manager.filter(clause__text=text)
        for part in rows.exclude(unit=None).exclude(unit=text.agreement.lead_unit_id).select_related("unit", "clause"):
            title = str(getattr(part, "title", "") or getattr(part, "indicator", ""))
            item = Item(code, part.lineage, title, part.unit, part.clause, _detail(part))
            found.append((part.clause.order, place, part.order, item))
    return [item for *_order, item in sorted(found, key=lambda entry: entry[:3])]


def _detail(part: object) -> str:
    """Return what else a unit must know of an item in a line: the value aimed at, the day it is due."""
    goal, measure = getattr(part, "goal", None), getattr(part, "measure", "")
    due = getattr(part, "due_on", None) or getattr(part, "completes_on", None)
    words = []
    if goal is not None:
        words.append(f"{goal.normalize():f}{measure}")
    if due is not None:
        words.append(_("due %(day)s") % {"day": due.isoformat()})
    return " · ".join(words)


def by_unit(found: Iterable[Item]) -> dict[int, list[Item]]:
    """Return items by the key of the unit that bears them, in their order."""
    grouped: dict[int, list[Item]] = {}
    for item in found:
        grouped.setdefault(item.unit.pk, []).append(item)
    return grouped


def of_unit(text: TextVersion, unit: Unit) -> list[Item]:
    """Return what a text lays on one unit."""
    return [item for item in items(text) if item.unit.pk == unit.pk]


def asked_of(consulted: ConsultedUnit) -> list[Item]:
    """Return what the text of a round lays on a unit that is asked: in the clauses it alone is asked about, or all."""
    found = of_unit(consulted.consultation.text, consulted.unit)
    return [item for item in found if not consulted.about or item.clause.lineage in consulted.about]


def open_items(agreement: Agreement, text: TextVersion | None) -> Iterator[Item]:
    """Yield what the text lays on a unit that has not said in any round whether it takes that on."""
    said = set(
        WorkItemReply.objects.filter(consulted__consultation__agreement=agreement).values_list(
            "consulted__unit_id", "lineage"
        )
    )
    for item in items(text):
        if (item.unit.pk, item.lineage) not in said:
            yield item
