"""Progress of a task (§4.2): the responsible unit reports, the lead unit accepts or returns."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Post, User
from accounts.posts import post_in
from agreements.models import Agreement, Attachment, Deadline
from agreements.services import deadlines, duties, lifecycle, notices
from agreements.services.attachments import attach
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied, Verdict
from followup import rules
from followup.models import Progress, Task
from followup.services import breakdown, duedays, standing

WHOLE = 100


def report(
    task: Task,
    *,
    by: User,
    percent: int,
    text: str,
    actual: Decimal | None = None,
    evidence: File[Any] | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> Progress:
    """Report on a task; a report of 100 % stops its clock, and the report goes to the lead unit for acceptance.

    Raises Refused for anyone but the responsible unit's staff; BadInput without words, with a percent outside 0 to
    100, for a target without its actual value, or for a file that is not taken; NotNow while the agreement is
    suspended or not in force, for a finished task, and for the second caller while a report waits.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = task.agreement
    with transaction.atomic():
        post = _enter(agreement, task, rules.may_report(by, task))
        if not text.strip():
            raise BadInput(_("Say what was done."), "§4.2")
        if not 0 <= percent <= WHOLE:
            raise BadInput(_("The progress lies between 0 and 100 percent."), "§4.2")
        if task.kind == Task.Kind.TARGET and actual is None:
            raise BadInput(_("Give the value the indicator has reached."), "§4.2")
        if task.state == Task.State.DONE:
            raise NotNow(_("This task is done; nothing more is reported on it."), "§4.2", code="task_done")
        try:
            with transaction.atomic():
                row = Progress.objects.create(
                    task=task,
                    reported_on=on,
                    reported_at=at,
                    reported_by=by,
                    percent=WHOLE if task.recurs else percent,
                    actual=actual,
                    text=text,
                    evidence=attach(agreement, Attachment.Kind.EVIDENCE, evidence, by=by, subject_key=task.subject_key)
                    if evidence
                    else None,
                )
        except IntegrityError as error:
            raise NotNow(
                _("A report on this task is waiting for its acceptance."), "§4.2", code="report_waiting"
            ) from error
        task.state = Task.State.REPORTED
        task.save(update_fields=["state"])
        if row.percent == WHOLE:
            deadlines.close(agreement, breakdown.RULE, subject_key=task.subject_key, on=on, because="reported")
        duties.close(agreement, "report_progress", subject_key=task.subject_key, by=by, at=at)
        duties.open(
            agreement,
            "accept_progress",
            post=_who_accepts(task),
            subject_key=task.subject_key,
            by=by,
            at=at,
            params=duedays.todo_params(task),
        )
        lifecycle.act(
            agreement,
            "report_progress",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=text,
            payload={"task": task.title, "percent": row.percent},
        )
        deadlines.refresh_next_due(agreement)
    return row


def judge(
    progress: Progress,
    *,
    by: User,
    accepted: bool,
    remark: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Task:
    """Accept a report or return it; what is accepted at 100 % is done, and a mechanism gets its next event.

    A returned full report starts the task's clock again, to the same day. The responsible unit is told. Raises Refused
    for anyone but the lead unit (its head for its own tasks) and for who reported; BadInput for a return without
    words; NotNow while suspended, and for the second caller.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    task = progress.task
    agreement = task.agreement
    with transaction.atomic():
        post = _enter(agreement, task, rules.may_judge(by, progress))
        progress.refresh_from_db()
        if not progress.is_pending:
            raise NotNow(_("This report has been answered already."), "§4.2", code="already_answered")
        if not accepted and not remark.strip():
            raise BadInput(_("Say what is missing in the report."), "§4.2")
        progress.accepted, progress.judged_by, progress.judged_on = accepted, by, on
        progress.judged_at, progress.remark = at, remark
        progress.save(update_fields=["accepted", "judged_by", "judged_on", "judged_at", "remark"])
        finished = accepted and progress.percent == WHOLE
        task.state = Task.State.DONE if finished else Task.State.OPEN
        if accepted:
            task.percent = progress.percent
        task.save(update_fields=["state", "percent"])
        duties.close(agreement, "accept_progress", subject_key=task.subject_key, by=by, at=at)
        lifecycle.act(
            agreement,
            "accept_progress" if accepted else "return_progress",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=remark,
            payload={"task": task.title, "percent": progress.percent},
        )
        if finished:
            breakdown.next_event(task, on=on)
        else:
            _ask_again(task, progress, on=on)
        duedays.put_on_desks(at=at, agreement=agreement)
        notices.tell(
            "progress_judged",
            agreement=agreement,
            user=progress.reported_by,
            task=task.title,
            accepted=accepted,
            remark=remark,
        )
        deadlines.refresh_next_due(agreement)
    return task


def _enter(agreement: Agreement, task: Task, verdict: Verdict) -> str:
    """Lock the agreement, re-read the task, ask right and time; return the post acted from."""
    lifecycle.lock(agreement)
    task.refresh_from_db(fields=["state", "percent", "due_on"])
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    standing.must_be_in_force(agreement)
    return verdict.post


def _who_accepts(task: Task) -> Post:
    lead = task.agreement.lead_unit
    return post_in(lead, "unit_head" if task.unit_id == lead.pk else "officer")


def _ask_again(task: Task, progress: Progress, *, on: date) -> None:
    """Let the clock of a task that is not finished run on; a full report had stopped it."""
    runs = Deadline.objects.filter(
        agreement=task.agreement, rule=breakdown.RULE, subject_key=task.subject_key, closed_on=None
    )
    if progress.percent == WHOLE and not runs.exists():
        breakdown.start_clock(task, on=on)
