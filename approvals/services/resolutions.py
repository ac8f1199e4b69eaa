"""What a meeting resolved on its topics (§3.4): number and day of the minutes once, each topic by itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Meeting, MeetingResult, Run, Topic
from approvals.services import meetings, minutes, taking, topics
from core import clock
from core.errors import BadInput, NotNow

ARTICLE = "§3.4"


def number(
    meeting: Meeting, *, by: User, minutes_number: str, minutes_on: date | None = None, at: datetime | None = None
) -> Meeting:
    """Enter the number and the day of the minutes of a meeting that was held; every result of it bears them.

    Raises Refused for anyone but the office; BadInput without a number or for a day before the meeting; NotNow once a
    result bears another number. Second caller with the same number: nothing changes.
    """
    at = at or clock.now()
    minutes_number = minutes_number.strip()
    if not minutes_number:
        raise BadInput(_("Enter the number of the minutes."), ARTICLE)
    with transaction.atomic():
        post = meetings.permit(by, meeting.authority)
        meetings.lock(meeting)
        meetings.must_be(meeting, Meeting.State.HELD, Meeting.State.RECORDED)
        day = minutes_on or meeting.held_on or clock.today(at)
        if meeting.held_on and day < meeting.held_on:
            raise BadInput(_("Minutes are not older than their meeting."), ARTICLE)
        if day > clock.today(at):
            raise BadInput(_("The minutes cannot lie in the future."), ARTICLE)
        if (meeting.minutes_number, meeting.minutes_on) == (minutes_number, day):
            return meeting
        if meeting.minutes_number and MeetingResult.objects.filter(topic__meeting=meeting).exists():
            raise NotNow(
                _("Results are recorded under the minutes %(number)s already.") % {"number": meeting.minutes_number},
                ARTICLE,
                code="minutes_numbered",
            )
        meeting.minutes_number, meeting.minutes_on = minutes_number, day
        meeting.save(update_fields=["minutes_number", "minutes_on"])
        meetings.tell(meeting, "minutes_numbered", by=by, post=post, at=at, number=minutes_number, minutes_on=day)
        close_if_complete(meeting, by=by, post=post, at=at)
    return meeting


def record(
    topic: Topic,
    *,
    by: User,
    result: str,
    excerpt: File[Any],
    opinion: str = "",
    text_sha256: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Run:
    """Record what a meeting resolved on a topic of its agenda; by the last one the minutes are complete.

    What follows from the result says `minutes.record`. Raises Refused for anyone but the office, and for who worked on
    the case; NotNow before the meeting was held or its minutes have a number, and for a topic that has ended; BadInput
    as the minutes do. Second caller: NotNow, told who recorded it.
    """
    on, at = taking.today(on, at)
    with transaction.atomic():
        post = topics.take(topic, by=by)
        topics.must_live(topic)
        meeting = topic.meeting
        if meeting is None or topic.state != Topic.State.AGENDA:
            raise NotNow(
                _("The topic is on no agenda: a result is recorded of a meeting that had it."),
                ARTICLE,
                code="not_placed",
                next_step=_("Put it on the agenda of a meeting first."),
            )
        meetings.lock(meeting)
        if meeting.state != Meeting.State.HELD or meeting.held_on is None:
            raise NotNow(
                _("The meeting was not held yet: its results are recorded afterwards."), ARTICLE, code="not_held"
            )
        if not meeting.minutes_number:
            raise NotNow(_("Enter the number of the minutes first."), ARTICLE, code="no_minutes_number")
        assignment = meetings.host_of(topic.step)
        if assignment is None:
            raise NotNow(
                _("The approval does not wait for this meeting any more."),
                ARTICLE,
                code="step_closed",
                next_step=_("Open the agreement to see who has it now."),
            )
        assignment.step.run.agreement = topic.run.agreement
        run = minutes.record(
            assignment,
            by=by,
            minutes_number=meeting.minutes_number,
            held_on=meeting.held_on,
            result=result,
            excerpt=excerpt,
            text_sha256=text_sha256 or topic.sha256,
            opinion=opinion,
            on=on,
            at=at,
        )
        topic.refresh_from_db(fields=["state", "result", "ended_at", "ended_by_name", "ended_because"])
        close_if_complete(meeting, by=by, post=post, at=at)
    return run


def close_if_complete(meeting: Meeting, *, by: User, post: str, at: datetime) -> None:
    """Mark the minutes as recorded once no topic of the meeting waits for its result; the caller holds the lock."""
    if meeting.state != Meeting.State.HELD or not meeting.minutes_number:
        return
    if Topic.objects.filter(meeting=meeting, state__in=Topic.LIVE).exists():
        return
    meeting.state = Meeting.State.RECORDED
    meeting.save(update_fields=["state"])
    meetings.tell(meeting, "minutes_recorded", by=by, post=post, at=at, number=meeting.minutes_number)
