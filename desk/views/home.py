"""The desk: what must I do now, what is late, what comes this week; for a unit and for leaders, the counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Category, Deadline, Standing, Station
from core import clock
from desk import filters, rows
from desk.context import ADMINISTRATORS, BUSINESS, LEADERS
from desk.views.inbox import own_notices

LEAST = 8
OWN = 6


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the desk of whoever asks."""
    user: User = request.user  # type: ignore[assignment]
    if not user.holds(*BUSINESS):
        return render(request, "desk/home-technical.html", {"administers": user.holds(*ADMINISTRATORS)})
    today = clock.today()
    todos = [rows.todo_row(todo, today) for todo in rows.open_todos(user)[:100]]
    late = [row for row in todos if row.light.kind == "late"]
    monday = today - timedelta(days=today.weekday())
    own = list(
        Agreement.objects.live()
        .filter(created_by=user)
        .select_related("category", "lead_unit")
        .prefetch_related("parties__counterparty")
        .order_by("next_due_on", "pk")[:OWN]
    )
    overview = user.holds(*LEADERS, "general_office", "inspector")
    scope = Agreement.objects.visible_to(user) if overview else Agreement.objects.filter(lead_unit__in=user.units)
    return render(
        request,
        "desk/home.html",
        {
            "today": today,
            "late": late,
            "now": [row for row in todos if row.light.kind != "late"][:LEAST],
            "todo_count": len(todos),
            "week_count": sum(1 for row in todos if row.due_on and today <= row.due_on <= monday + timedelta(days=6)),
            "own": rows.agreement_rows(own, today),
            "own_count": Agreement.objects.live().filter(created_by=user).count(),
            "with_whom": rows.with_whom(own),
            "unread": own_notices(user).filter(read_at=None).count(),
            "week": _week(user, monday, today),
            "matrix": _matrix(scope.live(), today, extra="" if overview else "view=unit&"),
            "by_category": _by_category(scope.live()) if overview else None,
            "overview": overview,
            "may_create": rules.may_create(user),
        },
    )


def _week(user: User, monday: date, today: date) -> list[dict[str, Any]]:
    """Return the five working days of this week with the deadlines the user's posts answer for."""
    found = (
        Deadline.objects.filter(
            post_id__in=user.post_ids, closed_on=None, due_on__range=(monday, monday + timedelta(days=6))
        )
        .select_related("agreement")
        .order_by("due_on", "pk")[:60]
    )
    days = [
        {"day": monday + timedelta(days=n), "is_past": monday + timedelta(days=n) < today, "items": []}
        for n in range(7)
    ]
    for row in found:
        days[(row.due_on - monday).days]["items"].append(row)  # type: ignore[union-attr]
    return [entry for n, entry in enumerate(days) if n < 5 or entry["items"]]


def _light_case(today: date) -> Case:
    """Return the light of a row as a database expression, as `filters` decides it."""
    return Case(
        When(~Q(standing=Standing.ACTIVE) | Q(next_due_on=clock.FAR_AWAY), then=Value("none")),
        When(next_due_on__lt=today, next_due_judged=True, then=Value("late")),
        When(next_due_on__lte=filters.warn_until(today), next_due_judged=True, then=Value("warn")),
        default=Value("ok"),
    )


def _matrix(scope: QuerySet[Agreement], today: date, *, extra: str) -> dict[str, Any]:
    """Return the counts by light and station: one query, each number a link into the list."""
    stations = [station for station in Station if station != Station.CONCLUDED]
    counts: dict[tuple[str, str], int] = {}
    for row in scope.order_by().values("station", light=_light_case(today)).annotate(n=Count("pk")):
        counts[row["light"], row["station"]] = row["n"]
    lines = []
    for light, label in filters.LIGHTS.items():
        cells = [
            {"n": counts.get((light, station), 0), "url": f"{extra}light={light}&station={station}"}
            for station in stations
        ]
        lines.append(
            {
                "light": light,
                "label": label,
                "cells": cells,
                "total": {"n": sum(cell["n"] for cell in cells), "url": f"{extra}light={light}"},  # type: ignore[misc]
            }
        )
    totals = [
        {"n": sum(counts.get((light, station), 0) for light in filters.LIGHTS), "url": f"{extra}station={station}"}
        for station in stations
    ]
    return {
        "stations": [station.label for station in stations],
        "lines": lines,
        "totals": totals,
        "total": {"n": sum(cell["n"] for cell in totals), "url": extra.rstrip("&")},  # type: ignore[misc]
    }


def _by_category(scope: QuerySet[Agreement]) -> list[dict[str, Any]]:
    counts = dict(scope.order_by().values_list("category").annotate(n=Count("pk")))
    return [
        {"name": row.name, "article": row.article, "n": counts.get(row.pk, 0), "url": f"category={row.code}"}
        for row in Category.objects.filter(retired_on=None)
    ]
