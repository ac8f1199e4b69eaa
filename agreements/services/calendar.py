"""The calendar in use: rows of published years, read into the form that `regulation.workdays` counts with."""

from __future__ import annotations

import time
from datetime import date

from django.db.models import Subquery

from agreements.models import CalendarDay, CalendarYear
from regulation.workdays import Calendar, Counted, nth_workday, workdays_between

_RECHECK_SECONDS = 5.0
_kept: dict[str, tuple[float, tuple[int | None, int | None], Calendar]] = {}


Stamp = tuple[int | None, int | None]


def stamp() -> Stamp:
    """Return what changes whenever a calendar row is written: the newest entries of both histories."""
    years = CalendarYear.history.order_by("-history_id").values_list("history_id", _newest_day())
    return years.first() or (None, None)


def stamps() -> dict[str, Subquery]:
    """Return the stamp as two columns beside another query, so that one question brings both (see `in_use`)."""
    years = CalendarYear.history.order_by("-history_id").values("history_id")[:1]
    return {"newest_year": Subquery(years), "newest_day": _newest_day()}


def _newest_day() -> Subquery:
    return Subquery(CalendarDay.history.order_by("-history_id").values("history_id")[:1])


def in_use(*, fresh: bool = False, stamped: Stamp | None = None) -> Calendar:
    """Return the calendar. Pages may see one up to five seconds old; `fresh` reads the rows when they changed, by the
    stamp of this moment, which is asked for unless it was read with something else (`stamped`)."""
    entry = _kept.get("calendar")
    if entry and not fresh and stamped is None and time.monotonic() - entry[0] < _RECHECK_SECONDS:
        return entry[2]
    present = stamped or stamp()
    if entry and entry[1] == present:
        calendar = entry[2]
    else:
        days = list(CalendarDay.objects.values_list("day", "kind"))
        calendar = Calendar(
            years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
            holidays=frozenset(day for day, kind in days if kind == CalendarDay.Kind.HOLIDAY),
            workdays=frozenset(day for day, kind in days if kind == CalendarDay.Kind.WORKDAY),
        )
    _kept["calendar"] = (time.monotonic(), present, calendar)
    return calendar


def forget() -> None:
    """Drop the kept calendar (its rows were just written in this process)."""
    _kept.clear()


def nth(start: date, amount: int) -> Counted:
    """Return the `amount`-th working day after `start` (itself not counted) by the calendar of this moment."""
    return nth_workday(start, amount, in_use(fresh=True))


def until(day: date, due: date) -> int:
    """Return the working days from `day` to `due`: 0 on the day itself, negative when it has passed."""
    return workdays_between(day, due, in_use())
