"""The list of agreements: its filters, its saved views, its order. Filters live in the address, never elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from agreements.models import Agreement, Category, JointLeadUnit, Standing, Station
from agreements.models.agreement import IN_FORCE
from agreements.services import calendar
from core import clock
from core.bilingual import reads_english
from core.errors import BadInput
from core.verdicts import Wording
from core.wording import say
from regulation.vocabulary import NATURES
from regulation.workdays import nth_workday

LIGHTS: dict[str, Wording] = {
    "late": gettext_lazy("late"),
    "warn": gettext_lazy("due soon"),
    "ok": gettext_lazy("on schedule"),
    "none": gettext_lazy("no deadline"),
}
ORDERS: dict[str, tuple[Wording, tuple[str, ...]]] = {
    "due": (gettext_lazy("by deadline"), ("next_due_on", "pk")),
    "new": (gettext_lazy("newest first"), ("-pk",)),
    "title": (gettext_lazy("by title"), ("title", "pk")),
}
FIRST_YEAR = 2017
"""Nothing was signed under the rules before they came into force."""
SEARCH_LENGTH = 100
WARN_WORKDAYS = 3
BOUND = 1000
"""A whole count costs more than the page: up to here lists are counted, beyond only when asked."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a tab over the list with a bounded count."""

    code: str
    label: Wording
    narrow: Callable[[QuerySet[Agreement], User, date], QuerySet[Agreement]]


def warn_until(today: date) -> date:
    """Return the last day that still counts as due soon: three working days ahead, by the calendar the lights of a page
    are judged by."""
    return nth_workday(today, WARN_WORKDAYS, calendar.in_use()).day


def _live(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    return rows.filter(standing__in=(Standing.ACTIVE, Standing.SUSPENDED)).exclude(station=Station.CONCLUDED)


def led_by(units: Iterable[Unit]) -> Q:
    """Return the condition that one of the units leads an agreement, alone, first or jointly."""
    joint = JointLeadUnit.objects.filter(unit__in=units).values("agreement_id")
    return Q(lead_unit__in=units) | Q(pk__in=joint)


def _late(rows: QuerySet[Agreement], today: date) -> QuerySet[Agreement]:
    return rows.filter(next_due_on__lt=today, next_due_judged=True, standing=Standing.ACTIVE)


def _due_soon(rows: QuerySet[Agreement], today: date) -> QuerySet[Agreement]:
    return rows.filter(
        next_due_on__gte=today, next_due_on__lte=warn_until(today), next_due_judged=True, standing=Standing.ACTIVE
    )


def _possibly_wrong(rows: QuerySet[Agreement], today: date) -> QuerySet[Agreement]:
    """In performance, and yet never signed, without any day to come, or past its term."""
    doubtful = Q(signed_on=None) | Q(next_due_on=clock.FAR_AWAY) | Q(expires_on__lt=today)
    return rows.filter(doubtful, standing=Standing.ACTIVE, station=Station.PERFORMANCE)


VIEWS: dict[str, View] = {
    view.code: view
    for view in (
        View("all", gettext_lazy("All"), lambda rows, user, today: rows),
        View("live", gettext_lazy("Under way"), lambda rows, user, today: _live(rows)),
        View(
            "unit",
            gettext_lazy("Led by my unit"),
            lambda rows, user, today: _live(rows).filter(led_by(user.units)),
        ),
        View("force", gettext_lazy("In force"), lambda rows, user, today: _live(rows).filter(station__in=IN_FORCE)),
        View("late", gettext_lazy("Late"), lambda rows, user, today: _late(rows, today)),
        View("soon", gettext_lazy("Due soon"), lambda rows, user, today: _due_soon(rows, today)),
        View("doubtful", gettext_lazy("Possibly wrong"), lambda rows, user, today: _possibly_wrong(rows, today)),
    )
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter bar offers from the database: categories by code, lead units by public id."""

    categories: dict[str, str]
    units: dict[str, str]


def choices() -> Choices:
    """Read the categories and units to choose from, in one query."""
    categories = Category.objects.filter(retired_on=None).annotate(of=Value("category", CharField())).order_by()
    units = (
        Unit.objects.active()
        .exclude(kind=Unit.Kind.OFFICE)
        .annotate(of=Value("unit", CharField()), shown=Coalesce(NullIf("short_zh", Value("")), "name_zh"))
        .order_by()
    )
    rows = categories.values_list("of", "code", "name_zh", "name_en", "article").union(
        units.values_list("of", "public_id", "shown", "name_en", "sort_key")
    )
    english = reads_english()
    found: dict[str, dict[str, str]] = {"category": {}, "unit": {}}
    for of, code, zh, en, _sorting in sorted(rows, key=lambda row: (row[0], row[4])):
        found[of][code] = en if en and english else zh
    return Choices(found["category"], found["unit"])


@dataclass
class Chosen:
    """What the address asks for, read and checked."""

    view: str = "all"
    q: str = ""
    station: str = ""
    standing: str = ""
    category: str = ""
    nature: str = ""
    light: str = ""
    unit: str = ""
    year: str = ""
    order: str = "due"
    tokens: list[tuple[str, str, str]] = field(default_factory=list)
    """What is set, for removal one by one: (parameter, label, value in words)."""


def years() -> list[str]:
    """Return the years of signing to choose from, the newest first."""
    return [str(year) for year in range(clock.today().year, FIRST_YEAR - 1, -1)]


def _one_of(query: QueryDict, name: str, allowed: Container[str], default: str = "") -> str:
    value = query.get(name, default)
    if value and value not in allowed:
        raise BadInput(_("The filter “%(name)s” has no value “%(value)s”.") % {"name": name, "value": value[:40]})
    return value or default


def read(query: QueryDict, offered: Choices) -> Chosen:
    """Read the filters of an address. Raises BadInput for a value no filter has; nothing else is guessed."""
    chosen = Chosen(
        view=_one_of(query, "view", VIEWS, "all"),
        q=query.get("q", "").strip()[:SEARCH_LENGTH],
        station=_one_of(query, "station", Station.values),
        standing=_one_of(query, "standing", Standing.values),
        category=_one_of(query, "category", offered.categories),
        nature=_one_of(query, "nature", NATURES),
        light=_one_of(query, "light", LIGHTS),
        unit=_one_of(query, "unit", offered.units),
        year=_one_of(query, "year", years()),
        order=_one_of(query, "order", ORDERS, "due"),
    )
    for name, label, value in (
        ("q", _("search"), chosen.q),
        ("category", _("category"), offered.categories.get(chosen.category)),
        ("station", _("station"), chosen.station and Station(chosen.station).label),
        ("light", _("light"), chosen.light and LIGHTS[chosen.light]),
        ("unit", _("lead unit"), offered.units.get(chosen.unit)),
        ("year", _("signed in"), chosen.year),
        ("nature", _("nature"), chosen.nature and say(NATURES[chosen.nature].name)),
        ("standing", _("standing"), chosen.standing and Standing(chosen.standing).label),
    ):
        if value:
            chosen.tokens.append((name, label, str(value)))
    return chosen


def visible(user: User, chosen: Chosen, *, today: date) -> QuerySet[Agreement]:
    """Return the rows by the filters, whatever the view, that the user may know of, unordered."""
    rows: QuerySet[Agreement] = Agreement.objects.visible_to(user)
    for word in chosen.q.split():
        rows = rows.filter(search_text__contains=word)
    if chosen.station:
        rows = rows.filter(station=chosen.station)
    if chosen.standing:
        rows = rows.filter(standing=chosen.standing)
    if chosen.category:
        rows = rows.filter(category__code=chosen.category)
    if chosen.unit:
        rows = rows.filter(led_by(Unit.objects.filter(public_id=chosen.unit)))
    if chosen.year:
        rows = rows.filter(signed_on__year=int(chosen.year))
    if chosen.nature:
        rows = rows.filter(natures__code=chosen.nature)
    return _by_light(rows, chosen.light, today) if chosen.light else rows


def _by_light(rows: QuerySet[Agreement], light: str, today: date) -> QuerySet[Agreement]:
    if light == "late":
        return _late(rows, today)
    if light == "warn":
        return _due_soon(rows, today)
    if light == "none":
        return rows.filter(Q(next_due_on=clock.FAR_AWAY) | ~Q(standing=Standing.ACTIVE))
    rows = rows.filter(standing=Standing.ACTIVE).exclude(next_due_on=clock.FAR_AWAY)
    return rows.filter(Q(next_due_on__gt=warn_until(today)) | Q(next_due_judged=False))


def bounded_counts(lists: Sequence[QuerySet[Agreement]]) -> list[int]:
    """Count each list up to one more than `BOUND`, all in one question to the database."""
    asked: list[str] = []
    values: list[Any] = []
    for rows in lists:
        try:
            sql, parameters = rows.order_by().values("pk")[: BOUND + 1].query.sql_with_params()
        except EmptyResultSet:
            asked.append("0")
            continue
        # The statement is Django's own; what a person typed is among the parameters.
        asked.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608
        values += parameters
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        return list(cursor.fetchone())
