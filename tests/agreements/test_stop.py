"""A suspension stops the clock; on resumption the stopped days are given back, each in its own unit (§4.3)."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.posts import post_in
from agreements.models import Agreement, CalendarYear, Deadline
from agreements.services import calendar, deadlines
from tests.factories import Organisation, make_agreement

pytestmark = [pytest.mark.django_db, pytest.mark.article("§4.3")]

STOPPED, RESUMED = date(2026, 3, 2), date(2026, 3, 12)
"""A Monday and the Thursday of the week after: ten calendar days, eight working days."""


@pytest.fixture
def case(org: Organisation) -> Agreement:
    return make_agreement(org, at_station="preparation")


def after_the_stop(case: Agreement, rule: str, **given: object) -> Deadline:
    """Return the deadline as it stands after a suspension from 2 to 12 March 2026."""
    post = post_in(case.lead_unit, "officer")
    deadlines.start(case, rule, starts_on=date(2026, 2, 26), post=post, **given)  # type: ignore[arg-type]
    deadlines.stop_all(case, on=STOPPED, reason="政策调整")
    deadlines.resume_all(case, on=RESUMED)
    return Deadline.objects.get(agreement=case, rule=rule, closed_on=None)


def test_working_days_are_given_back_as_working_days(case: Agreement) -> None:
    row = after_the_stop(case, "seal")
    assert row.replaces is not None
    # 28 February is a make-up working day: the fifth working day is 4 March; eight more end on 16 March.
    assert row.replaces.due_on == date(2026, 3, 4)
    assert row.due_on == date(2026, 3, 16)


def test_calendar_days_are_given_back_as_calendar_days(case: Agreement) -> None:
    row = after_the_stop(case, "task", due_on=date(2026, 6, 30))
    assert row.due_on == date(2026, 7, 10)


def test_the_end_of_the_year_stays(case: Agreement) -> None:
    row = after_the_stop(case, "self_check", due_on=date(2026, 12, 31))
    assert row.due_on == date(2026, 12, 31)


def test_a_stopped_deadline_does_not_light_the_case(case: Agreement) -> None:
    post = post_in(case.lead_unit, "officer")
    deadlines.start(case, "task", starts_on=date(2026, 2, 26), post=post, due_on=date(2026, 3, 3))
    deadlines.refresh_next_due(case)
    assert case.next_due_on == date(2026, 3, 3)
    deadlines.stop_all(case, on=STOPPED, reason="政策调整")
    deadlines.refresh_next_due(case)
    assert case.next_due_on == date(9999, 12, 31)


def entered(year: int) -> None:
    """Publish the calendar of a year, without a single holiday."""
    CalendarYear.objects.create(year=year, source="test")
    calendar.forget()


def test_a_calendar_entered_meanwhile_leaves_a_stopped_clock_standing(case: Agreement) -> None:
    post = post_in(case.lead_unit, "officer")
    first = deadlines.start(case, "seal", starts_on=date(2026, 12, 30), post=post)
    assert first.provisional
    deadlines.stop_all(case, on=date(2026, 12, 31), reason="政策调整")
    entered(2027)
    assert deadlines.recompute() == 1
    case.refresh_from_db()
    assert case.next_due_on == date(9999, 12, 31)
    deadlines.resume_all(case, on=date(2027, 2, 1))
    row = Deadline.objects.get(agreement=case, closed_on=None)
    assert row.due_on > date(2027, 2, 1)
    assert not row.provisional


def test_a_resumed_deadline_becomes_firm_when_its_calendar_is_entered(case: Agreement) -> None:
    post = post_in(case.lead_unit, "officer")
    deadlines.start(case, "seal", starts_on=date(2026, 12, 28), post=post)
    deadlines.stop_all(case, on=date(2026, 12, 29), reason="政策调整")
    deadlines.resume_all(case, on=date(2026, 12, 31))
    row = Deadline.objects.get(agreement=case, closed_on=None)
    assert row.provisional
    assert row.given_back == 2
    entered(2027)
    deadlines.recompute()
    firm = Deadline.objects.get(agreement=case, closed_on=None)
    assert (firm.provisional, firm.given_back) == (False, 2)
