"""What a second caller is told (§3.4): who has acted, and when; an approval that is paused or has ended."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import events
from approvals.models import (
    Assignment,
    MeetingResult,
    Pause,
    Run,
)
from core.errors import NotNow
from records import trail

Closed = Assignment.Closed
SETTLED = ("already_decided", "run_ended", "not_yet")
"""The codes of the refusals after which there is nothing to decide on an assignment."""


def settled(assignment: Assignment) -> NotNow:
    """Return the error for a step that somebody has settled already, naming who and when; for one that waits for its
    host's act, that it does. One query for a step that was decided: of many who act at once all but one ask it."""
    now = Assignment.objects.filter(pk=assignment.pk).values_list(
        "opened_at", "closed_at", "closed_because", "decision__by_name", "decision__at"
    )
    opened_at, closed_at, because, who, when = now.get()
    if opened_at is None and closed_at is None:
        return NotNow(_("This comes to its signer once the step's host has signed."), "§3.4", code="not_yet")
    if not who or because == Closed.RECALLED:
        result = MeetingResult.objects.filter(step=assignment.step_id).last()
        if result is None:
            return run_ended(Run.objects.select_related("agreement").get(pk=assignment.step.run_id))
        who, when = result.by_name, result.recorded_at
    return NotNow(
        _("%(who)s has already acted on this step, on %(when)s.")
        % {"who": who, "when": timezone.localtime(when).strftime("%Y-%m-%d %H:%M")},
        "§3.4",
        code="already_decided",
        next_step=_("Open the agreement to see who has it now."),
    )


def late(subject: Assignment | Run) -> NotNow | None:
    """Return the error for an act on an assignment that is closed or not open yet, or a run that has ended; None while
    it may come."""
    if isinstance(subject, Run):
        return None if subject.state == Run.State.OPEN else run_ended(subject)
    return None if subject.is_open else settled(subject)


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
