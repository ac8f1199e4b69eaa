"""Who takes part in a meeting (§3.4): expected, present, absent or excused; and what they see by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.services import access
from approvals.models import Attendance, Meeting, Topic
from approvals.services import meetings
from core import clock
from core.errors import BadInput

ARTICLE = "§3.4"


@dataclass(frozen=True, slots=True)
class Part:
    """What is recorded of a member: present, absent or excused, and a remark (why, who stands in)."""

    state: str
    remark: str = ""


def attend(meeting: Meeting, parts: Mapping[int, Part], *, by: User, at: datetime | None = None) -> None:
    """Record who takes part: by post id, expected, present, absent or excused; a post that is left out does not.

    Presence is known on the day: until the meeting is held a member is expected or excused. Raises BadInput for a post
    that is no leader's of the authority, or for a presence before the meeting. Second caller: the later record stands;
    NotNow once the minutes are recorded.
    """
    at = at or clock.now()
    with transaction.atomic():
        post = meetings.permit(by, meeting.authority)
        meetings.lock(meeting)
        meetings.must_be(meeting, *meetings.OPEN, Meeting.State.HELD)
        offered = {row.pk: row for row in meetings.leaders(meeting.authority)}
        if set(parts) - set(offered) or any(part.state not in Attendance.State for part in parts.values()):
            raise BadInput(_("Choose members among the leaders' posts, and what is known of each."), ARTICLE)
        known = (Attendance.State.PRESENT, Attendance.State.ABSENT)
        if meeting.state != Meeting.State.HELD and any(part.state in known for part in parts.values()):
            raise BadInput(
                _("Who is present shows at the meeting; before it a member is expected or excused."), ARTICLE
            )
        names = meetings.holder_names(list(parts), meeting.held_on or meeting.planned_on)
        meeting.attendance.exclude(post__in=list(parts)).delete()
        Attendance.objects.bulk_create(
            [
                Attendance(
                    meeting=meeting,
                    post=offered[key],
                    state=part.state,
                    remark=part.remark.strip(),
                    name=names.get(key, ""),
                )
                for key, part in parts.items()
            ],
            update_conflicts=True,
            unique_fields=["meeting", "post"],
            update_fields=["state", "remark", "name"],
        )
        if meeting.state != Meeting.State.PLANNED:
            show_to_members(meeting, meetings.topics_of(meeting))
        meetings.tell(
            meeting,
            "meeting_attendance",
            by=by,
            post=post,
            at=at,
            parts={offered[key].title: part.state for key, part in parts.items()},
        )


def show_to_members(meeting: Meeting, topics: Collection[Topic]) -> None:
    """Let who takes part, and who sits in on a topic, see the matters of a frozen agenda."""
    posts = [row.post for row in meeting.attendance.select_related("post")]
    for topic in topics:
        for post in posts:
            access.grant(topic.agreement, "meeting", post=post)
