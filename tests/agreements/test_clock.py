"""The clock: due and not yet raised, once each, to whom the regulation names; a provisional day is never late."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.posts import post_in
from agreements.models import (
    Agreement,
    Alarm,
    CalendarDay,
    CalendarYear,
    Deadline,
    DeadlineSetting,
    DeadlineStop,
    Notice,
    Station,
)
from agreements.services import clock, deadlines, notices
from config import celery_app
from records.models import JobRun, OutboxMessage
from regulation.workdays import default_calendar
from tests import factories

SIGNED = date(2026, 11, 16)  # a Monday: the seal is due on Monday the 23rd


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def november(day: int) -> datetime:
    return noon(date(2026, 11, day))


def start(org: factories.Organisation, rule: str = "seal", starts_on: date = SIGNED, **more) -> Deadline:
    agreement = more.pop("agreement", None) or factories.make_agreement(org, at_station=Station.PREPARATION)
    return deadlines.start(agreement, rule, starts_on=starts_on, post=post_in(agreement.lead_unit, "officer"), **more)


def raised(deadline: Deadline) -> list[tuple[int, str]]:
    return list(deadline.alarms.order_by("threshold").values_list("threshold", "post__code"))


BEFORE = [(-3, "officer"), (-1, "officer"), (0, "officer")]


@pytest.mark.article("§3.5")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (17, []),
        (18, BEFORE[:1]),
        (19, BEFORE[:1]),
        (20, BEFORE[:2]),
        (22, BEFORE[:2]),
        (23, BEFORE),
        (24, [*BEFORE, (1, "secretariat")]),
        (25, [*BEFORE, (1, "secretariat")]),
        (26, [*BEFORE, (1, "secretariat"), (3, "inspector")]),
    ],
)
def test_who_hears_of_the_seal_and_when(org, day, expected):
    deadline = start(org)
    clock.look(november(day))
    assert raised(deadline) == expected


@pytest.mark.article("§4.3")
def test_a_year_end_is_counted_in_working_days_around_it(org):
    """31 December 2026 is a Thursday; the year 2027 has no calendar, so its Monday to Friday count."""
    CalendarYear.objects.create(year=2027, source="国办通知")
    CalendarDay.objects.create(day=date(2027, 1, 1), kind="holiday", year=CalendarYear.objects.get(year=2027))
    deadline = start(org, "self_check", date(2026, 12, 31))
    clock.look(noon(date(2027, 1, 3)))
    assert raised(deadline) == BEFORE[-1:]  # what lies before its start is no reminder
    clock.look(noon(date(2027, 1, 4)))
    assert raised(deadline)[-1] == (1, "general_office")


@pytest.mark.article("§3.2")
def test_a_lapse_of_the_consulted_unit_is_told_to_the_lead_unit(org):
    agreement = factories.make_agreement(org, at_station=Station.PREPARATION)
    consulted = post_in(org.units["finance"], "officer")
    deadline = deadlines.start(agreement, "opinion_reply", starts_on=SIGNED, post=consulted, due_on=date(2026, 11, 20))
    clock.look(november(30))
    assert list(deadline.alarms.order_by("threshold").values_list("threshold", "post")) == [
        (-3, consulted.pk),
        (-1, consulted.pk),
        (0, consulted.pk),
        (1, post_in(org.lead, "officer").pk),
    ]


def test_raised_late_says_so_with_the_day_it_was_due(org):
    """Nobody looked for ten days: everything is raised once, and marked."""
    deadline = start(org)
    clock.look(november(26))
    alarms = {row.threshold: row for row in deadline.alarms.all()}
    assert alarms[-3].was_due_on == date(2026, 11, 18)
    assert alarms[1].was_due_on == date(2026, 11, 24)
    assert alarms[1].raised_late
    assert not alarms[3].raised_late
    with translation.override("en"):
        late, punctual = (
            notices.word(Notice.objects.get(post__code=code, code="lapse")) for code in ("secretariat", "inspector")
        )
    assert "raised late" in late
    assert "Nov. 24, 2026" in late
    assert "raised late" not in punctual


def test_a_second_look_raises_nothing(org):
    deadline = start(org)
    first = clock.look(november(24))
    assert first["alarms"] == 4
    assert clock.look(november(24))["alarms"] == 0
    assert clock.look(november(25))["alarms"] == 0
    assert deadline.alarms.count() == Notice.objects.filter(code__in=("reminder", "lapse")).count() == 4


def test_two_rings_in_a_minute_make_one_run(org):
    start(org)
    assert clock.beat(november(24)) is not None
    assert clock.beat(november(24) + timedelta(seconds=30)) is None
    assert clock.beat(november(24) + timedelta(minutes=1)) is not None
    assert Alarm.objects.count() == 4


def test_looking_from_another_time_leaves_no_run(org):
    """`/readyz` reads the runs of beat: an operator's look must not make a stopped beat look alive."""
    clock.look(november(24))
    call_command("tick", "--at", "2026-11-24T12:00", stdout=StringIO())
    assert not JobRun.objects.exists()


class TestSweepsOfAppsAbove:
    def test_its_own_work_is_done_and_counted(self, org, monkeypatch):
        seen = []
        monkeypatch.setitem(clock._sweeps, "above", lambda at: len(seen) or seen.append(at) or 7)
        assert clock.beat(november(24)).result["above"] == 7
        assert seen == [november(24)]

    def test_its_fault_keeps_back_nothing_else_and_is_named(self, org, client, monkeypatch):
        deadline = start(org)

        def fail(at: datetime) -> int:
            Deadline.objects.update(closed_on=SIGNED)
            raise RuntimeError("a fault of an app above")

        monkeypatch.setitem(clock._sweeps, "above", fail)
        monkeypatch.setattr("core.clock.now", lambda: november(24))
        assert clock.beat().result["failed"] == ["above"]
        assert len(raised(deadline)) == 4
        assert client.get("/readyz").json()["parts"]["tick"] == "failed in part: above"
        monkeypatch.delitem(clock._sweeps, "above")
        clock.beat(november(24) + timedelta(minutes=1))
        assert client.get("/readyz").json()["parts"]["tick"] == "ok"


def test_a_fault_of_the_clock_leaves_the_minute_open(org, monkeypatch):
    start(org)
    with monkeypatch.context() as broken:
        broken.setattr(clock, "thresholds", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            clock.beat(november(24))
    assert not JobRun.objects.exists()
    assert clock.beat(november(24)).result["alarms"] == 4


def test_runs_are_kept_for_a_week(org, monkeypatch):
    for day in (10, 16, 18, 24):
        monkeypatch.setattr("core.clock.now", lambda day=day: november(day))
        clock.beat()
    assert [run.slot[:10] for run in JobRun.objects.filter(job="tick")] == ["2026-11-18", "2026-11-24"]


def test_beat_rings_a_task_that_exists(settings):
    celery_app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(celery_app.tasks)


class TestProvisional:
    """A day that depends on a year without a published calendar is shown, and never judged."""

    @pytest.fixture
    def deadline(self, org):
        row = start(org, starts_on=date(2026, 12, 28))
        assert row.provisional
        assert row.due_on == date(2027, 1, 4)
        return row

    def test_is_never_late(self, deadline):
        clock.look(noon(date(2027, 2, 1)))
        assert raised(deadline) == BEFORE
        assert "provisional" in english(Notice.objects.filter(code="reminder").first())

    def test_becomes_firm_when_the_year_is_entered(self, deadline):
        clock.look(noon(date(2027, 1, 4)))
        year = CalendarYear.objects.create(year=2027, source="国办通知")
        CalendarDay.objects.create(day=date(2027, 1, 1), kind="holiday", year=year)
        assert clock.look(noon(date(2027, 1, 4)))["recomputed"] == 1
        deadline.refresh_from_db()
        assert deadline.closed_because == "recomputed"
        firm = Deadline.objects.get(replaces=deadline)
        assert (firm.due_on, firm.provisional) == (date(2027, 1, 5), False)
        agreement = Agreement.objects.get()
        assert (agreement.next_due_on, agreement.next_due_judged) == (date(2027, 1, 5), True)
        clock.look(noon(date(2027, 1, 6)))
        assert raised(firm)[-1] == (1, "secretariat")

    def test_the_next_beat_sees_a_calendar_entered_behind_its_back(self, deadline):
        clock.beat(noon(date(2027, 1, 3)))
        assert clock.beat(noon(date(2027, 1, 4))).result["recomputed"] == 0
        CalendarYear.objects.create(year=2027, source="国办通知")
        assert clock.beat(noon(date(2027, 1, 5))).result["recomputed"] == 1
        assert clock.beat(noon(date(2027, 1, 6))).result["recomputed"] == 0


def english(notice: Notice) -> str:
    with translation.override("en"):
        return notices.word(notice)


def test_a_stopped_clock_is_left_alone(org):
    deadline = start(org)
    DeadlineStop.objects.create(deadline=deadline, from_on=SIGNED, reason="suspended")
    clock.look(november(30))
    assert raised(deadline) == []


def test_a_closed_deadline_is_left_alone(org):
    deadline = start(org)
    deadlines.close(deadline.agreement, "seal", on=SIGNED)
    clock.look(november(30))
    assert raised(deadline) == []


def test_a_remade_deadline_is_told_again(org):
    first = start(org)
    clock.look(november(23))
    second = start(org, agreement=first.agreement)
    clock.look(november(23))
    assert raised(first) == raised(second) == BEFORE


def test_who_is_told_may_open_the_agreement(org):
    deadline = start(org)
    assert not Agreement.objects.visible_to(org.inspector).exists()
    clock.look(november(26))
    assert Agreement.objects.visible_to(org.inspector).get() == deadline.agreement
    assert not Agreement.objects.visible_to(org.stranger).exists()


def test_reminder_distances_are_data(org):
    row = DeadlineSetting.objects.get(code="seal")
    row.reminders = [-2]
    row.save()
    deadline = start(org)
    clock.look(november(23))
    assert raised(deadline) == [(-2, "officer")]


def test_a_message_sent_twice_makes_one_notice(org):
    start(org)
    clock.look(november(23))
    for message in OutboxMessage.objects.filter(kind=notices.KIND):
        notices.deliver(message.payload)
    assert Notice.objects.filter(code="reminder").count() == 3


def test_the_sweep_asks_as_often_for_thirty_as_for_one(org):
    agreement = start(org).agreement
    asked = []
    for more in (0, 29):
        for number in range(more):
            start(org, agreement=agreement, subject_key=f"subject:{number}")
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            assert clock.raise_alarms(november(26)) == 5 * (more or 1)
        asked.append(len(queries))
    assert asked[0] == asked[1]


@given(
    due_on=st.dates(date(2017, 3, 1), date(2027, 6, 1)),
    distance=st.sampled_from([-5, -3, -1, 0, 1, 3]),
    days=st.integers(-20, 20),
)
def test_a_threshold_is_due_from_its_day_on(due_on, distance, days):
    threshold, used = clock.Threshold(distance, {}), default_calendar()
    day = due_on + timedelta(days)
    assert (due_on < threshold.due_before(day, used)) == (threshold.day_of(due_on, used) <= day)


@pytest.mark.postgres
def test_two_sweeps_at_once_raise_each_alarm_once(transactional_db, org):
    deadline = start(org)
    together = threading.Barrier(2)

    def look() -> None:
        together.wait()
        try:
            clock.look(november(26))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(look) for _ in range(2)]:
            done.result()
    assert len(raised(deadline)) == Notice.objects.filter(code__in=("reminder", "lapse")).count() == 5
