"""A light is computed: green, yellow within three working days, red late; a provisional day is never late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from agreements.lights import light_for
from core.clock import FAR_AWAY

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def calendar_of_the_regulation(org) -> None:
    """Working days come from the authority's rows."""


def read(due: date | None, *, judged: bool = True, today: date = MONDAY, standing: str = "active") -> tuple[str, str]:
    with translation.override("en"):
        light = light_for(due, judged, today, standing)
        return light.kind, str(light.text)


def test_a_light_counts_in_working_days() -> None:
    assert read(MONDAY) == ("warn", "Due today")
    assert read(date(2026, 11, 26)) == ("warn", "3 working days left")
    assert read(date(2026, 11, 27)) == ("ok", "On schedule")
    assert read(date(2026, 11, 20)) == ("late", "1 working day late")
    assert read(date(2026, 9, 30), today=date(2026, 10, 9)) == ("late", "2 working days late")


def test_a_weekend_is_no_working_day() -> None:
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)
    assert read(sunday, today=saturday) == ("warn", "No working day left")
    assert read(date(2026, 11, 27), today=saturday)[0] == "late"


def test_a_provisional_day_is_never_late() -> None:
    assert read(MONDAY - timedelta(days=400), judged=False) == ("ok", "Provisional")


def test_a_case_that_is_not_active_is_not_judged() -> None:
    assert read(MONDAY - timedelta(days=9), standing="suspended") == ("none", "Suspended")
    assert read(None)[0] == read(FAR_AWAY)[0] == "none"
