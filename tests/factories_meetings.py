"""A meeting from its plan to its minutes, through the services: topics, agenda, results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from agreements.models import Agreement, Station
from approvals.models import Assignment, Meeting, Run, Topic
from approvals.services import agenda, meetings, resolutions, topics
from core import clock
from tests.cast import remembered
from tests.factories import Organisation, fresh, make_agreement, paper

OFFICE = "mayors_office_meeting"


def make_topic(assignment: Assignment, *, by: User, at: datetime | None = None, **facts: Any) -> Topic:
    """Make the topic of an open meeting step."""
    return topics.propose(assignment, by=by, at=at, **{"statement": "提请会议审议。", **facts})


def plan_meeting(
    assignment: Assignment, *, by: User, at: datetime | None = None, forum: str | None = None, **facts: Any
) -> Meeting:
    """Plan the meeting a step waits for, today, with the cut-off not yet over."""
    today = clock.today(at)
    given = {"planned_on": today, "place": "市政府第一会议室", "cut_off_on": today, **facts}
    authority = assignment.step.run.agreement.authority
    return meetings.plan(authority, by=by, forum=forum or assignment.step.code, at=at, **given)


def hold_meeting(meeting: Meeting, *, by: User, number: str, at: datetime | None = None) -> Meeting:
    """Freeze the agenda of a meeting, hold it today and number its minutes."""
    agenda.freeze(meeting, by=by, at=at)
    meetings.hold(meeting, by=by, held_on=clock.today(at), chaired_by="张海", at=at)
    return resolutions.number(meeting, by=by, minutes_number=number, at=at)


def resolve(
    assignment: Assignment,
    *,
    by: User,
    result: str = "passed",
    opinion: str = "",
    number: str = "津政办会纪〔2026〕5号",
    at: datetime | None = None,
) -> Run:
    """Take a step to a session of its meeting and record what was resolved; a topic that waits already is taken."""
    topic = Topic.objects.filter(step=assignment.step, state="proposed").first()
    topic = topic or make_topic(assignment, by=by, at=at)
    meeting = plan_meeting(assignment, by=by, at=at)
    agenda.place(topic, meeting, by=by, at=at)
    hold_meeting(meeting, by=by, number=number, at=at)
    return resolutions.record(topic, by=by, result=result, excerpt=paper(), opinion=opinion, at=at)


@remembered
def at_the_meeting(
    org: Organisation, title: str = "天津市与长春市产业合作协议", category: str = "sister_province", **facts: Any
) -> Agreement:
    """Make an agreement with funds, of which every leader before the mayor's office meeting has approved the text."""
    from tests.factories_approvals import open_assignment, open_run, pass_step

    agreement = make_agreement(org, category, Station.LEGAL_REVIEW, title=title, **{"natures": ["funds"], **facts})
    open_run(agreement, org)
    while not open_assignment(agreement).step.is_meeting:
        pass_step(agreement)
    return agreement


def office_of(org: Organisation) -> User:
    """Return who runs the meetings."""
    return fresh(org.general_office)
