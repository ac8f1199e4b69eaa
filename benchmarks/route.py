"""The works on the route before it is taken: with people and days, and as a page; the floors send the same reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from benchmarks.__main__ import Line


def works(members: Mapping[str, User]) -> list[Line]:
    """Return the two works with their floors; the draft of the workbench is looked at."""
    from django.test import Client
    from django.urls import reverse

    from agreements.models import Agreement, Station
    from approvals import route_pages
    from benchmarks import floor
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

    found = []
    for name, work, goal in (
        ("route with people and days", compute, "≤ 5 SQL, ≤ 10 ms, ≤ 3× floor"),
        ("route page, what if", show, "≤ 2 routes' SQL + frame"),
    ):
        work()  # the calendar is kept from here on
        reads = floor.reads_of(work)
        line = Line(name, {"ours": work, "floor": partial(floor.read_again, reads)}, goal)
        line.sent["floor"] = len(reads)
        found.append(line)
    return found
