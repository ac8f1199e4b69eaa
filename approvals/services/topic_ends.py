"""How a topic of a meeting ends: resolved by the minutes, or withdrawn with the step it belongs to.

Called by whatever ends a step; the caller holds the lock of the agreement and records the act.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import User
from agreements.services import duties
from approvals.models import MeetingResult, Run, Step, Topic

State = Topic.State
Result = MeetingResult.Result

CONSENT_TODO = "consent_topic"
ENDING = ("state", "ended_at", "ended_by_name", "ended_because")
"""The fields an end writes; the place on the agenda stays as it is, whoever moves topics meanwhile."""
BECOMES = {Result.DEFERRED: State.DEFERRED, Result.WITHDRAWN: State.WITHDRAWN}
"""What becomes of a topic by the result of the meeting; by any other it is resolved."""


def live(step: Step) -> Topic | None:
    """Return the topic of a step that still waits for its resolution; None when there is none."""
    return Topic.objects.filter(step=step, state__in=Topic.LIVE).select_related("meeting").first()


def resolve(step: Step, result: MeetingResult, *, by: User, at: datetime) -> Topic | None:
    """Bind a result of the minutes to the topic of its step. Of a deferred one a copy waits for a later meeting; the
    record stays. Second caller, or a step without a topic: nothing changes."""
    topic = live(step)
    if topic is None:
        return None
    topic.result = result
    topic.state = BECOMES.get(Result(result.result), State.RESOLVED)
    _end(topic, by=by, at=at, because=result.opinion)
    topic.save(update_fields=["result", *ENDING])
    if result.result == Result.DEFERRED:
        copy(topic, by=by, at=at)
    return topic


def copy(topic: Topic, *, by: User, at: datetime) -> Topic:
    """Make the copy of a deferred topic that waits for a later meeting, with what was written and who sits in."""
    again = Topic.objects.create(
        run_id=topic.run_id,
        step_id=topic.step_id,
        text_id=topic.text_id,
        sha256=topic.sha256,
        statement=topic.statement,
        presenter_id=topic.presenter_id,
        facts=topic.facts,
        copy_of=topic,
        proposed_by=by,
        proposed_at=at,
    )
    again.invitations.bulk_create(
        type(row)(topic=again, unit_id=row.unit_id) for row in topic.invitations.order_by("pk")
    )
    return again


def withdraw_of_step(step: Step, *, by: User, at: datetime, because: str = "") -> None:
    """Withdraw the topic of a step that does not wait for a meeting any more; without one nothing happens."""
    _withdraw(Topic.objects.filter(step=step, state__in=Topic.LIVE), by=by, at=at, because=because)


def withdraw_of_run(run: Run, *, by: User, at: datetime, because: str = "") -> None:
    """Withdraw the topic of an approval that has ended; without one nothing happens."""
    _withdraw(Topic.objects.filter(run=run, state__in=Topic.LIVE), by=by, at=at, because=because)


def _withdraw(topics: Iterable[Topic], *, by: User, at: datetime, because: str) -> None:
    for topic in topics:
        close_consent(topic, by=by, at=at)
        topic.state = State.WITHDRAWN
        _end(topic, by=by, at=at, because=because)
        topic.save(update_fields=ENDING)


def close_consent(topic: Topic, *, by: User, at: datetime, because: str = "done") -> None:
    """Take the question for a leader's consent off the desk, where a late topic has asked one."""
    if topic.state == State.CONSENT:
        duties.close(topic.agreement, CONSENT_TODO, subject_key=topic.key, by=by, at=at, because=because)


def _end(topic: Topic, *, by: User, at: datetime, because: str) -> None:
    topic.ended_at, topic.ended_by_name, topic.ended_because = at, by.full_name, because


def payload(topic: Topic, **more: Any) -> dict[str, Any]:
    """Return what the trail keeps of a topic in every act on it: the run, the step, the meeting it is for."""
    kept: dict[str, Any] = {
        "run": topic.run.public_id,
        "step": topic.step.code,
        **topic.step.named("name"),
        "order": topic.step.order,
        "topic": topic.public_id,
        "sha256": topic.sha256,
    }
    if topic.meeting:
        kept["meeting"] = {
            "id": topic.meeting.public_id,
            "forum": topic.meeting.forum,
            "number": topic.meeting.number,
            "year": topic.meeting.year,
        }
    return {**kept, **more}
