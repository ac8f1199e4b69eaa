"""The desk: what must I do now, what is late, what comes this week; for a unit and for leaders, the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Category, Deadline, Standing, Station, ToDo
from core import clock
from desk import filters, rows
from desk.context import ADMINISTRATORS, BUSINESS, LEADERS
from desk.views.inbox import own_notices, started

LEAST, OWN, MOST = 8, 6, 100
FRIDAY = 5


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the desk of whoever asks."""
    user: User = request.user  # type: ignore[assignment]
    if not user.holds(*BUSINESS):
        return render(request, "desk/home-technical.html", {"administers": user.holds(*ADMINISTRATORS)})
    today = clock.today()
    todos = [rows.todo_row(todo, today) for todo in rows.open_todos(user)[:MOST]]
    late = [row for row in todos if row.light.kind == "late"]
    now = [row for row in todos if row.light.kind != "late"]
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    overview = user.holds(*LEADERS, "general_office", "inspector")
    scope = Agreement.objects.visible_to(user) if overview else Agreement.objects.filter(filters.led_by(user.units))
    return render(
        request,
        "desk/home.html",
        {
            "today": today,
            "late": late,
            "now": now[:LEAST],
            "now_count": len(now),
            "todo_count": len(todos),
            "week_count": sum(1 for row in todos if row.due_on and today <= row.due_on <= sunday),
            "own": rows.agreement_rows(started(user)[:OWN], today),
            "own_count": started(user).count(),
            "unread": own_notices(user).filter(read_at=None).count(),
            "week": _week(user, monday, today),
            "matrix": _matrix(scope.live(), today, view="view=live" if overview else "view=unit"),
            "by_category": _by_category(scope.live()) if overview else None,
            "overview": overview,
            "may_create": rules.may_create(user),
        },
    )


@dataclass
class Day:
    """A day of the present week with the deadlines that fall on it."""

    day: date
    is_past: bool
    items: list[Deadline] = field(default_factory=list)


def _week(user: User, monday: date, today: date) -> list[Day]:
    """Return the five working days of this week, and a weekend day with a deadline: what the user's posts answer for,
    and what lies with the user as a deputy; what a deputy of the user's does is the deputy's."""
    lying = ToDo.objects.lying_with(user)
    away = ToDo.objects.filter(post_id__in=user.post_ids, closed_at=None, deadline__isnull=False)
    away = away.exclude(pk__in=lying.values("pk"))
    mine = Q(post_id__in=user.post_ids) | Q(pk__in=lying.filter(deadline__isnull=False).values("deadline"))
    days = [Day(monday + timedelta(days=n), monday + timedelta(days=n) < today) for n in range(7)]
    found = (
        Deadline.objects.filter(mine, closed_on=None, due_on__range=(days[0].day, days[-1].day))
        .exclude(pk__in=away.values("deadline"))
        .select_related("agreement")
        .order_by("due_on", "pk")[:MOST]
    )
    for row in found:
        days[(row.due_on - monday).days].items.append(row)
    return [entry for n, entry in enumerate(days) if n < FRIDAY or entry.items]


def _light_case(today: date) -> Case:
    """Return the light of a row as a database expression, as `filters` decides it."""
    return Case(
        When(~Q(standing=Standing.ACTIVE) | Q(next_due_on=clock.FAR_AWAY), then=Value("none")),
        When(next_due_on__lt=today, next_due_judged=True, then=Value("late")),
        When(next_due_on__lte=filters.warn_until(today), next_due_judged=True, then=Value("warn")),
        default=Value("ok"),
    )


def _matrix(scope: QuerySet[Agreement], today: date, *, view: str) -> dict[str, Any]:
    """Return the counts by light and station: one query, each number a link into the list."""
    stations = [station for station in Station if station != Station.CONCLUDED]
    found = scope.order_by().values("station", light=_light_case(today)).annotate(n=Count("pk"))
    counts = {(row["light"], row["station"]): row["n"] for row in found}
    return {
        "stations": [station.label for station in stations],
        "lines": [_line(light, stations, counts, view) for light in filters.LIGHTS],
        "total": _line("", stations, counts, view),
    }


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and the filters of the list that shows what it counts."""

    n: int
    url: str


def _line(light: str, stations: Sequence[str], counts: Mapping[tuple[str, str], int], view: str) -> dict[str, Any]:
    """Return a line of the matrix: a light (blank for all lights), its cells, and their total."""
    lights = [light] if light else [*filters.LIGHTS]
    numbers = [sum(counts.get((one, station), 0) for one in lights) for station in stations]
    query = f"{view}&light={light}" if light else view
    cells = [Cell(n, f"{query}&station={station}") for station, n in zip(stations, numbers, strict=True)]
    return {"light": light, "label": filters.LIGHTS.get(light, ""), "cells": cells, "total": Cell(sum(numbers), query)}


def _by_category(scope: QuerySet[Agreement]) -> list[dict[str, Any]]:
    counts = dict(scope.order_by().values_list("category__code").annotate(n=Count("pk")))
    # Every signing authority has its rows of the same categories: here they are one line.
    rows = {row.code: row for row in Category.objects.filter(retired_on=None).order_by("order", "-pk")}
    return [
        {
            "name": row.name,
            "article": row.article,
            "n": counts.get(row.code, 0),
            "url": f"view=live&category={row.code}",
        }
        for row in rows.values()
    ]
