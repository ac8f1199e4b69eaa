"""Pausing an approval and letting it go on (暂缓、恢复): the clock stops, nothing is reset (§3.4)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import verbs
from agreements.services import deadlines, duties, lifecycle, notices
from approvals import run_rules
from approvals.models import Assignment, Pause, Run, Step
from approvals.services import second_caller, steps, taking
from approvals.services.reviewing import STEP_RULE
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied

DUE = "pause_review"


def pause(
    assignment: Assignment,
    *,
    by: User,
    reason: str,
    review_on: date,
    on: date | None = None,
    at: datetime | None = None,
) -> Pause:
    """Leave the open step alone until a day of review: a leader's act, deputy secretary-general or above.

    The clock of everybody asked on the step stops; the to-do stays, and comes up again on the day of review. Until
    then nobody decides. Raises BadInput without a reason or with a day that does not lie ahead; Refused for anyone but
    the leader who has the step. Second caller: NotNow, told who paused it and until when.
    """
    on, at = taking.today(on, at)
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the approval is paused."), "§3.4")
    if review_on <= on:
        raise BadInput(_("The day on which it is looked at again lies ahead."), "§3.4")
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by)
        verdict = run_rules.may_pause(by, assignment)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        agreement, keys = held.agreement, _keys(held.step)
        try:
            with transaction.atomic():
                row = Pause.objects.create(
                    run=held.run,
                    step=held.step,
                    post=assignment.post,
                    paused_by=by,
                    by_name=by.full_name,
                    post_title=assignment.post.title,
                    reason=reason,
                    paused_on=on,
                    paused_at=at,
                    review_on=review_on,
                )
        except IntegrityError as error:
            raise second_caller.paused(held.run) from error
        for key in keys:
            deadlines.stop(agreement, STEP_RULE, on=on, reason=reason[:200], subject_key=key)
        duties.put_off(agreement, subject_key=keys, due_on=review_on)
        payload = {**steps.payload(held.step), "review_on": review_on.isoformat()}
        steps.act(held, "pause_run", by=by, opinion=reason, payload=payload, on=on, at=at)
        deadlines.refresh_next_due(agreement)
    return row


def resume(run: Run, *, by: User, words: str = "", on: date | None = None, at: datetime | None = None) -> Pause:
    """Let a paused approval go on: who paused it, another holder of that post, or a leader above; the office, where
    nobody holds any of these posts.

    The limits get back the working days of the pause. Raises Refused for anyone else. Second caller: NotNow, it is not
    paused any more, told who let it go on.
    """
    on, at = taking.today(on, at)
    agreement = run.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = run_rules.may_resume(by, run)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        run.refresh_from_db(fields=["state", "sha256", "text"])
        if run.state != Run.State.OPEN:
            raise second_caller.run_ended(run)
        if not lifecycle.is_time(agreement, verbs.get("decide")):
            raise lifecycle.not_the_time(agreement, verbs.get("decide"))
        row = end(run, because=Pause.Closed.RESUMED, by=by, on=on, at=at, words=words.strip())
        if row is None:
            raise _not_paused(run)
        lifecycle.act(
            agreement,
            "resume_run",
            actor=by.actor(verdict.post, verdict.capacity),
            on=on,
            at=at,
            comment=words.strip(),
            text=run.text,
            payload=steps.payload(row.step),
        )
        deadlines.refresh_next_due(agreement)
    return row


def end(run: Run, *, because: str, by: User, on: date, at: datetime, words: str = "") -> Pause | None:
    """Close the pause of a run and let the clock go on for whoever is still asked; None where there is none."""
    row = Pause.objects.filter(run=run, closed_at=None).select_related("step").first()
    if row is None:
        return None
    row.closed_on, row.closed_at, row.closed_because = on, at, because
    row.closed_by, row.closed_by_name, row.words = by, by.full_name, words
    row.save(update_fields=["closed_on", "closed_at", "closed_because", "closed_by", "closed_by_name", "words"])
    for key in _keys(row.step):
        deadlines.resume(run.agreement, STEP_RULE, on=on, subject_key=key)
    return row


def current(run: Run) -> Pause | None:
    """Return the pause under way; None where the approval goes on."""
    if run.shown and not run.shown.is_paused:
        return None
    return Pause.objects.filter(run=run, closed_at=None).select_related("post__unit").first()


def sweep(at: datetime) -> int:
    """Tell each post whose day of review has come, once; return how many were told. The approval stays paused."""
    count = 0
    day = clock.today(at)
    for row in Pause.objects.filter(closed_at=None, told_at=None, review_on__lte=day).select_related(
        "run__agreement", "post"
    ):
        row.told_at = at
        row.save(update_fields=["told_at"])
        notices.tell(DUE, agreement=row.run.agreement, post=row.post, day=row.review_on.isoformat(), comment=row.reason)
        count += 1
    return count


def _keys(step: Step) -> list[str]:
    return [row.key for row in Assignment.objects.filter(step=step, closed_at=None).exclude(opened_at=None)]


def _not_paused(run: Run) -> NotNow:
    last = Pause.objects.filter(run=run).last()
    return NotNow(
        _("The approval is not paused any more: %(who)s let it go on.") % {"who": last.closed_by_name if last else ""},
        "§3.4",
        code="not_paused",
        next_step=_("Open the agreement to see who has it now."),
    )
