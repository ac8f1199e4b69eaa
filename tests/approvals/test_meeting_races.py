"""Two people act on a meeting at once: one takes effect, the other is told. Only PostgreSQL has rows to fight about."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from approvals.models import Meeting, MeetingResult, Topic
from approvals.services import agenda, meetings, resolutions, topics
from core.errors import NotNow
from records import trail
from tests.factories import Organisation, fresh, paper
from tests.factories_approvals import open_assignment
from tests.factories_meetings import at_the_meeting, hold_meeting, make_topic, plan_meeting

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.article("§3.4")]


def race(*acts: Callable[[], object]) -> list[str]:
    """Let each act happen in a thread of its own, all at once; return what each got: done, or a refusal's code."""
    gate, got = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            act()
            got.append("done")
        except NotNow as refusal:
            got.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(got)


def topic_of(topic: Topic) -> Topic:
    return Topic.objects.select_related("run__agreement__authority", "step", "meeting").get(pk=topic.pk)


def meeting_of(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("authority").get(pk=meeting.pk)


def placed_topic(org: Organisation) -> tuple[Topic, Meeting]:
    assignment, office = open_assignment(at_the_meeting(org)), fresh(org.general_office)
    topic, meeting = make_topic(assignment, by=office), plan_meeting(assignment, by=office)
    agenda.place(topic, meeting, by=office)
    return topic, meeting


@pytest.mark.parametrize("result", ["passed", "deferred", "rejected", "in_principle"])
def test_of_many_records_of_one_result_one_takes_effect(org: Organisation, result: str) -> None:
    topic, meeting = placed_topic(org)
    hold_meeting(meeting, by=fresh(org.general_office), number="〔2026〕5号")

    def record() -> None:
        resolutions.record(
            topic_of(topic), by=fresh(org.general_office), result=result, excerpt=paper(), opinion="会议意见。"
        )

    assert race(*[record] * 4).count("done") == 1
    assert MeetingResult.objects.count() == 1
    assert Topic.objects.filter(copy_of=topic).count() == (result == "deferred")
    assert meeting_of(meeting).state == "recorded"
    assert trail.verify_chain(topic.agreement.chain) == []


def test_of_many_topics_of_one_step_one_is_made(org: Organisation) -> None:
    agreement = at_the_meeting(org)

    def propose() -> None:
        make_topic(open_assignment(agreement), by=fresh(org.general_office))

    assert race(*[propose] * 4) == ["done", *["topic_exists"] * 3]
    assert Topic.objects.count() == 1


def test_freezing_and_withdrawing_at_once_end_lawfully(org: Organisation) -> None:
    topic, meeting = placed_topic(org)
    got = race(
        lambda: agenda.freeze(meeting_of(meeting), by=fresh(org.general_office)),
        lambda: topics.withdraw(topic_of(topic), by=fresh(org.head), reason="撤题。"),
    )
    assert "done" in got
    assert topic_of(topic).state == "withdrawn"
    assert meeting_of(meeting).state in ("planned", "frozen")
    assert trail.verify_chain(topic.agreement.chain) == []


def test_freezing_and_placing_at_once_never_let_a_topic_in_behind(org: Organisation) -> None:
    topic, meeting = placed_topic(org)
    second = make_topic(open_assignment(at_the_meeting(org, "第二件")), by=fresh(org.general_office))
    got = race(
        lambda: agenda.freeze(meeting_of(meeting), by=fresh(org.general_office)),
        lambda: agenda.place(topic_of(second), meeting_of(meeting), by=fresh(org.general_office)),
    )
    assert "done" in got
    on_it = set(Topic.objects.filter(meeting=meeting).values_list("pk", flat=True))
    if meeting_of(meeting).state == "frozen":
        seen = trail.history(meeting.chain).get(code="agenda_frozen").payload["topics"]
        assert len(seen) == len(on_it)
    else:
        assert on_it == {topic.pk, second.pk}


def test_of_many_moves_of_two_topics_each_place_holds_one(org: Organisation) -> None:
    topic, meeting = placed_topic(org)
    second = make_topic(open_assignment(at_the_meeting(org, "第二件")), by=fresh(org.general_office))
    agenda.place(second, meeting, by=fresh(org.general_office))
    acts = [
        lambda one=one, way=way: agenda.move(topic_of(one), way, by=fresh(org.general_office))
        for one, way in ((topic, "down"), (second, "up"), (topic, "up"), (second, "down"))
    ]
    assert race(*acts) == ["done"] * 4
    assert set(Topic.objects.filter(meeting=meeting).values_list("order", flat=True)) == {1, 2}


def test_holding_twice_at_once_is_one_meeting(org: Organisation) -> None:
    _topic, meeting = placed_topic(org)
    agenda.freeze(meeting, by=fresh(org.general_office))
    day = meeting.planned_on

    def hold() -> object:
        return meetings.hold(meeting_of(meeting), by=fresh(org.general_office), held_on=day)

    assert race(hold, hold, hold) == ["done", "meeting_changed", "meeting_changed"]
