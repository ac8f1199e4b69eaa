"""The list of agreements: its filters, its saved views, its order. Filters live in the address, never elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from agreements.models import Agreement, Category, Standing, Station
from agreements.services import calendar
from core import clock
from core.errors import BadInput
from core.verdicts import Wording
from core.wording import say
from regulation.vocabulary import NATURES

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
SEARCH_LENGTH = 100
WARN_WORKDAYS = 3


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a tab over the list with a bounded count."""

    code: str
    label: Wording
    narrow: Callable[[QuerySet[Agreement], User, date], QuerySet[Agreement]]


def warn_until(today: date) -> date:
    """Return the last day that still counts as due soon: three working days ahead."""
    return calendar.nth(today, WARN_WORKDAYS).day


def _late(rows: QuerySet[Agreement], today: date) -> QuerySet[Agreement]:
    return rows.filter(next_due_on__lt=today, next_due_judged=True, standing=Standing.ACTIVE)


VIEWS: dict[str, View] = {
    view.code: view
    for view in (
        View("all", gettext_lazy("All"), lambda rows, user, today: rows),
        View(
            "unit",
            gettext_lazy("Led by my unit"),
            lambda rows, user, today: rows.filter(lead_unit__in=user.units),
        ),
        View("mine", gettext_lazy("Started by me"), lambda rows, user, today: rows.filter(created_by=user)),
        View(
            "force",
            gettext_lazy("In force"),
            lambda rows, user, today: rows.filter(
                station__in=(Station.SEALING, Station.ARCHIVING, Station.PERFORMANCE),
                standing__in=(Standing.ACTIVE, Standing.SUSPENDED),
            ),
        ),
        View("late", gettext_lazy("Late"), lambda rows, user, today: _late(rows, today)),
        View(
            "soon",
            gettext_lazy("Due soon"),
            lambda rows, user, today: rows.filter(
                next_due_on__gte=today, next_due_on__lte=warn_until(today), standing=Standing.ACTIVE
            ),
        ),
        View(
            "doubtful",
            gettext_lazy("Possibly wrong"),
            lambda rows, user, today: rows.filter(
                Q(station=Station.PERFORMANCE, signed_on=None)
                | Q(next_due_on=clock.FAR_AWAY, standing=Standing.ACTIVE, station=Station.PERFORMANCE)
                | Q(expires_on__lt=today, standing=Standing.ACTIVE, station=Station.PERFORMANCE)
            ),
        ),
    )
}


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
    year: int | None = None
    order: str = "due"
    tokens: list[tuple[str, str, str]] = field(default_factory=list)
    """What is set, for removal one by one: (parameter, label, value in words)."""


def _one_of(query: QueryDict, name: str, allowed: object, default: str = "") -> str:
    value = query.get(name, default)
    if value and value not in allowed:  # type: ignore[operator]
        raise BadInput(_("The filter “%(name)s” has no value “%(value)s”.") % {"name": name, "value": value[:40]})
    return value


def read(query: QueryDict) -> Chosen:
    """Read the filters of an address. Raises BadInput for a value no filter has; nothing else is guessed."""
    chosen = Chosen(
        view=_one_of(query, "view", VIEWS, "all"),
        q=query.get("q", "").strip()[:SEARCH_LENGTH],
        station=_one_of(query, "station", Station.values),
        standing=_one_of(query, "standing", Standing.values),
        nature=_one_of(query, "nature", NATURES),
        light=_one_of(query, "light", LIGHTS),
        order=_one_of(query, "order", ORDERS, "due"),
    )
    if code := query.get("category", ""):
        category = Category.objects.filter(code=code).first()
        if category is None:
            raise BadInput(_("There is no category “%(value)s”.") % {"value": code[:40]})
        chosen.category = code
        chosen.tokens.append(("category", _("category"), category.name))
    if unit_id := query.get("unit", ""):
        unit = Unit.objects.filter(public_id=unit_id[:20]).first()
        if unit is None:
            raise BadInput(_("The lead unit of the filter does not exist."))
        chosen.unit = unit_id
        chosen.tokens.append(("unit", _("lead unit"), unit.short))
    if year := query.get("year", ""):
        if not (year.isascii() and year.isdigit() and 1900 <= int(year[:6]) <= 2200):
            raise BadInput(_("The year of the filter is not a year."))
        chosen.year = int(year)
        chosen.tokens.append(("year", _("year"), year))
    if chosen.q:
        chosen.tokens.append(("q", _("search"), chosen.q))
    if chosen.station:
        chosen.tokens.append(("station", _("station"), str(Station(chosen.station).label)))
    if chosen.standing:
        chosen.tokens.append(("standing", _("standing"), str(Standing(chosen.standing).label)))
    if chosen.nature:
        chosen.tokens.append(("nature", _("nature"), say(NATURES[chosen.nature].name)))
    if chosen.light:
        chosen.tokens.append(("light", _("light"), str(LIGHTS[chosen.light])))
    return chosen


def visible(user: User, chosen: Chosen, *, today: date, view: str | None = None) -> QuerySet[Agreement]:
    """Return the rows of a choice that the user may know of, unordered; `view` replaces the chosen one."""
    rows: QuerySet[Agreement] = Agreement.objects.visible_to(user)
    rows = VIEWS[view or chosen.view].narrow(rows, user, today)
    for word in chosen.q.split():
        rows = rows.filter(search_text__contains=word)
    if chosen.station:
        rows = rows.filter(station=chosen.station)
    if chosen.standing:
        rows = rows.filter(standing=chosen.standing)
    if chosen.category:
        rows = rows.filter(category__code=chosen.category)
    if chosen.unit:
        rows = rows.filter(lead_unit__public_id=chosen.unit)
    if chosen.year:
        rows = rows.filter(created_at__year=chosen.year)
    if chosen.nature:
        rows = rows.filter(natures__code=chosen.nature)
    return _by_light(rows, chosen.light, today) if chosen.light else rows


def _by_light(rows: QuerySet[Agreement], light: str, today: date) -> QuerySet[Agreement]:
    if light == "late":
        return _late(rows, today)
    if light == "none":
        return rows.filter(Q(next_due_on=clock.FAR_AWAY) | ~Q(standing=Standing.ACTIVE))
    rows = rows.filter(standing=Standing.ACTIVE).exclude(next_due_on=clock.FAR_AWAY)
    if light == "warn":
        return rows.filter(next_due_on__gte=today, next_due_on__lte=warn_until(today), next_due_judged=True)
    return rows.filter(Q(next_due_on__gt=warn_until(today)) | Q(next_due_judged=False))
