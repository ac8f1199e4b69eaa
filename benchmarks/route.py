"""The works on the route before it is taken: with people and days, and as a page; the floors send the same reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User
    from benchmarks.__main__ import Line


def works(members: Mapping[str, User]) -> list[Line]:
    """Return the two works with their floors; the draft of the workbench is looked at."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from agreements.models import Agreement, Station
    from approvals import route_pages
    from benchmarks.__main__ import Line

    rows = Agreement.objects.select_related("authority", "lead_unit", "category", "edition")
    agreement = rows.filter(station=Station.DRAFTING, lead_unit__isnull=False).latest("pk")
    by = next(user for user in members.values() if user.holding("officer", unit=agreement.lead_unit))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(by)
    page = reverse("approvals:route-show", args=[agreement.public_id])

    def compute() -> None:
        if route_pages.way(agreement) is None:
            raise RuntimeError("the draft has no nature")

    def show() -> None:
        if client.get(f"{page}?what=if&nature=land&major=on&submitter=department").status_code != 200:
            raise RuntimeError(page)

    def again(reads: list[tuple[str, Any]]) -> Callable[[], None]:
        def work() -> None:
            with connection.cursor() as cursor:
                for sql, values in reads:
                    cursor.execute(sql, values)
                    cursor.fetchall()

        return work

    found = []
    for name, work, goal in (
        ("route with people and days", compute, "≤ 8 SQL, ≤ 10 ms"),
        ("route page, what if", show, "≤ 2 routes' SQL + frame"),
    ):
        work()  # the calendar is kept from here on
        reads = _reads(work)
        line = Line(name, {"ours": work, "floor": again(reads)}, goal)
        line.sent["floor"] = len(reads)
        found.append(line)
    return found


def _reads(work: Callable[[], None]) -> list[tuple[str, Any]]:
    """Return the questions a work asks."""
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            asked.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        work()
    return asked
