"""Reminders on an item (催办): what the clock raised by itself and who urged, for everybody who opens it to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Alarm
from approvals.models import Assignment, Urge


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder as it is shown: when, to whom, by whom (blank: the clock), and what it said."""

    at: datetime
    to: str
    by: str
    words: str


def of(assignment: Assignment) -> list[Reminded]:
    """Return the reminders of an assignment, the newest first. Two queries."""
    agreement = assignment.step.run.agreement_id
    alarms = Alarm.objects.filter(deadline__agreement=agreement, deadline__subject_key=assignment.key)
    urges = Urge.objects.filter(assignment=assignment)
    found = [
        Reminded(alarm.raised_at, alarm.post.title, "", _said(alarm)) for alarm in alarms.select_related("post__unit")
    ]
    found += [Reminded(urge.sent_at, urge.to_names, urge.by_name, urge.text) for urge in urges]
    return sorted(found, key=lambda row: row.at, reverse=True)


def urged(ids: list[int]) -> dict[int, int]:
    """Return how often assignments were urged by somebody, by id; those never urged are left out."""
    counts: dict[int, int] = {}
    for pk in Urge.objects.filter(assignment__in=ids).values_list("assignment_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def _said(alarm: Alarm) -> str:
    late = _threshold(alarm.threshold)
    return _("%(late)s; told as the next post up") % {"late": late} if alarm.escalated else late


def _threshold(days: int) -> str:
    if days == 0:
        return _("due on this day")
    if days < 0:
        return ngettext("%(n)s working day left", "%(n)s working days left", -days) % {"n": -days}
    return ngettext("%(n)s working day late", "%(n)s working days late", days) % {"n": days}
