"""What a second caller is told (§3.4): who has acted, and when; an approval that is paused or has ended."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import events
from approvals.models import (
    Assignment,
    Decision,
    MeetingResult,
    Pause,
    Run,
)
from core.errors import NotNow
from records import trail

Closed = Assignment.Closed


def settled(assignment: Assignment) -> NotNow:
    """Return the error for a step that somebody has settled already, naming who and when."""
    decision = Decision.objects.filter(assignment=assignment).first()
    result = MeetingResult.objects.filter(step=assignment.step_id).last()
    if assignment_taken_back(assignment):
        decision = None
    if decision:
        who, when = decision.by_name, decision.at
    elif result:
        who, when = result.by_name, result.recorded_at
    else:
        run = Run.objects.select_related("agreement").get(pk=assignment.step.run_id)
        return run_ended(run)
    return NotNow(
        _("%(who)s has already acted on this step, on %(when)s.")
        % {"who": who, "when": timezone.localtime(when).strftime("%Y-%m-%d %H:%M")},
        "§3.4",
        code="already_decided",
        next_step=_("Open the agreement to see who has it now."),
    )


def late(subject: Assignment | Run) -> NotNow | None:
    """Return the error for an act on an assignment that is closed or a run that has ended; None while it may come."""
    if isinstance(subject, Run):
        return None if subject.state == Run.State.OPEN else run_ended(subject)
    return settled(subject) if subject.closed_at else None


def assignment_taken_back(assignment: Assignment) -> bool:
    """Tell whether an assignment was closed because its decision, or the one that opened it, was taken back."""
    return Assignment.objects.filter(pk=assignment.pk, closed_because=Closed.RECALLED).exists()


def paused(run: Run) -> NotNow:
    """Return the error for an approval that is paused: by whom, until when."""
    row = Pause.objects.filter(run=run, closed_at=None).first()
    if row is None:
        raise RuntimeError("a paused approval has its pause")
    return NotNow(
        _("%(who)s has paused the approval; it is looked at again on %(day)s.")
        % {"who": row.by_name, "day": row.review_on.isoformat()},
        "§3.4",
        code="paused",
        next_step=_("Who paused it lets it go on, or a leader above."),
    )


def run_ended(run: Run) -> NotNow:
    """Return the error for a step that was closed by somebody's act elsewhere, naming the last act, who and when; a
    copy or a reminder that came after it closed nothing."""
    last = trail.history(run.agreement.chain).exclude(code__in=events.passive()).last()
    if last is None:
        return NotNow(_("This step is closed: the approval has ended."), "§3.4", code="run_ended")
    return NotNow(
        _("This step is closed: %(who)s acted on the approval on %(when)s.")
        % {"who": last.actor_name, "when": timezone.localtime(last.recorded_at).strftime("%Y-%m-%d %H:%M")},
        "§3.4",
        code="run_ended",
        next_step=_("Open the agreement to see who has it now."),
    )
