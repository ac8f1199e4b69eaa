"""The filters of the inbox: they live in the address, and offer only what lies there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Unit
from agreements.models import Category, Standing, ToDo
from agreements.services import duties
from core import clock
from core.errors import BadInput
from core.verdicts import Wording
from desk import filters

SEARCH_LENGTH = 100
FIELDS = {"kind": "code", "category": "agreement__category__code", "unit": "agreement__lead_unit__public_id"}


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice of the filter bar, drawn: name, label, what is chosen, its options."""

    name: str
    label: str
    value: str
    options: SafeString


@dataclass(slots=True)
class Chosen:
    """What the address asks of the to-dos, read and checked, with the choices the bar offers."""

    q: str = ""
    values: dict[str, str] = field(default_factory=dict)
    picks: list[Pick] = field(default_factory=list)

    @property
    def is_set(self) -> bool:
        """Tell whether anything is filtered."""
        return bool(self.q or any(self.values.values()))


def read(asked: QueryDict, rows: QuerySet[ToDo]) -> Chosen:
    """Read the filters of an address for to-dos of a person. Raises BadInput for a value that no filter has."""
    choices = _choices(rows)
    chosen = Chosen(q=asked.get("q", "").strip()[:SEARCH_LENGTH])
    for name, label in (
        ("kind", _("what to do")),
        ("category", _("category")),
        ("unit", _("lead unit")),
        ("light", _("light")),
    ):
        value = asked.get(name, "")
        known = dict(choices[name])
        if value and value not in known:
            known |= _elsewhere(name, value)
            if value not in known:
                raise BadInput(
                    _("The filter “%(name)s” has no value “%(value)s”.") % {"name": name, "value": value[:40]}
                )
        chosen.values[name] = value
        chosen.picks.append(Pick(name, label, value, _options(known.items(), value)))
    return chosen


_OF_CHOICES = (
    "code",
    *(f"agreement__category__{name}" for name in ("code", "name_zh", "name_en", "article")),
    *(f"agreement__lead_unit__{name}" for name in ("public_id", "name_zh", "name_en", "short_zh", "sort_key")),
)


def _choices(rows: QuerySet[ToDo]) -> dict[str, list[tuple[str, Wording]]]:
    """Return what lies with the person, by filter: one query, however many rows."""
    codes, categories, units = set(), set(), set()
    for code, *names in rows.order_by().values_list(*_OF_CHOICES).distinct():
        codes.add(code)
        categories.add(tuple(names[:4]))
        units.add(tuple(names[4:]))
    return {
        "kind": sorted(((code, duties.label_of(code)) for code in codes), key=lambda pair: str(pair[1])),
        "category": [
            (code, Category(name_zh=zh, name_en=en).name)
            for code, zh, en, _article in sorted(categories, key=lambda row: row[3])
        ],
        "unit": [
            (public_id, Unit(name_zh=zh, name_en=en, short_zh=short).short)
            for public_id, zh, en, short, _key in sorted(units, key=lambda row: str(row[4]))
            if public_id
        ],
        "light": list(filters.LIGHTS.items()),
    }


def _elsewhere(name: str, value: str) -> dict[str, Wording]:
    """Return a value that exists and lies with the person no longer: an old address shows an empty list."""
    if name == "category":
        return {row.code: row.name for row in Category.objects.filter(code=value)[:1]}
    if name == "unit":
        return {row.public_id: row.short for row in Unit.objects.filter(public_id=value)[:1]}
    return {value: duties.label_of(value)} if name == "kind" and duties.is_known(value) else {}


def _options(choices: Iterable[tuple[str, Wording]], value: str) -> SafeString:
    selected = SafeString(" selected")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, selected if code == value else "", text) for code, text in choices),
    )


def narrow(rows: QuerySet[ToDo], chosen: Chosen, today: date) -> QuerySet[ToDo]:
    """Return the to-dos that the filters let through."""
    for word in chosen.q.split():
        rows = rows.filter(agreement__search_text__contains=word)
    for name, column in FIELDS.items():
        if chosen.values.get(name):
            rows = rows.filter(**{column: chosen.values[name]})
    light = chosen.values.get("light")
    return rows.filter(_light(light, today)) if light else rows


def _light(light: str, today: date) -> Q:
    """Return the condition of a light, as `agreements/lights.py` judges it."""
    active, judged = Q(agreement__standing=Standing.ACTIVE), Q(deadline=None) | Q(deadline__provisional=False)
    dated = ~Q(due_on=clock.FAR_AWAY)
    soon = filters.warn_until(today)
    return {
        "late": active & judged & Q(due_on__lt=today),
        "warn": active & judged & Q(due_on__gte=today, due_on__lte=soon),
        "ok": active & dated & (Q(due_on__gt=soon) | ~judged),
        "none": ~active | ~dated,
    }[light]


def by_light(rows: QuerySet[ToDo], today: date) -> dict[str, int]:
    """Count all, what is late and what is due soon, in one query."""
    return rows.order_by().aggregate(
        total=Count("pk"),
        late=Count("pk", filter=_light("late", today)),
        warn=Count("pk", filter=_light("warn", today)),
    )
