"""Recording a leader's paper instruction (代录) with its scan, and what the leader says to the record (§3.4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Post, User
from accounts.posts import holders
from agreements.models import Agreement, Attachment
from agreements.services import access, attachments, duties, lifecycle, notices
from approvals import act_rules
from approvals.models import Assignment, Confirmation, Decision, Recording, Run, Step
from approvals.services import routing, settling, steps, taking
from approvals.services.taking import Kind
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied

TODO_CODE = "confirm_record"
Verdict = Decision.Verdict


def record(
    assignment: Assignment,
    *,
    by: User,
    verdict: str,
    written_on: date,
    scan: File[Any] | None,
    text_sha256: str,
    opinion: str = "",
    leader: User | None = None,
    to: Step | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> Recording:
    """Transcribe what a leader wrote on paper on a step that lies with the leader, with its scan (代录).

    It has the effect of the decision, and is marked everywhere as recorded and not confirmed until the leader confirms;
    the leader's post is asked to. The General Office records: never who worked on the case, never a meeting. `leader`
    is needed where several hold the post. Raises Refused for anyone else; BadInput without a scan, for a paper from
    before the presentation or the future, for words that are missing; NotNow as any decision does. Second caller:
    NotNow, told who decided and when.
    """
    on, at = taking.today(on, at)
    if scan is None:
        raise BadInput(_("Add the scan of the leader's paper: nothing is recorded without it."), "§3.4")
    if written_on > on:
        raise BadInput(_("The paper cannot be of a day in the future."), "§3.4")
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by, text_sha256=text_sha256, may=act_rules.may_record_for)
        if held.step.is_meeting or assignment.kind == Kind.ADVICE:
            raise NotNow(_("Only a leader's decision on a step is recorded from paper."), "§3.4", code="not_recorded")
        if written_on < held.run.opened_on:
            raise BadInput(_("The paper is from before this text was presented."), "§3.4")
        principal = _principal(held.agreement, assignment.post, leader, on)
        taking.must_not_repeat(held, principal)
        kept = attachments.attach(held.agreement, Attachment.Kind.INSTRUCTION, scan, by=by, subject_key=assignment.key)
        with lifecycle.acting(held.agreement, held.verdict):
            settling.settle(
                held,
                by=by,
                verdict=verdict,
                opinion=opinion.strip(),
                to=to,
                on=on,
                at=at,
                principal_name=principal.full_name,
                scan=kept,
            )
        row = Recording.objects.create(
            decision=Decision.objects.get(assignment=assignment), principal=principal, written_on=written_on
        )
        duties.open(
            held.agreement,
            TODO_CODE,
            post=assignment.post,
            subject_key=_key(assignment),
            by=by,
            at=at,
            params={"assignment": assignment.public_id},
        )
    return row


def confirm(row: Recording, *, by: User, confirmed: bool, words: str = "", at: datetime | None = None) -> Confirmation:
    """Confirm a record that was made in one's place, or object to it with the reason.

    An objection is told to the General Office and to everybody who acted; while it stands the approval cannot end and
    nothing is signed: the step is decided anew, or the leader confirms after all. A confirmation is final. Raises
    Refused for anyone but the leader; BadInput for an objection without a reason. Second caller: NotNow, told who
    answered and when.
    """
    at = at or clock.now()
    words = words.strip()
    if not confirmed and not words:
        raise BadInput(_("Say what is not as you wrote it: everybody who acted is told."), "§3.4")
    assignment = row.decision.assignment
    with taking.one_effect(assignment):
        agreement = assignment.step.run.agreement
        lifecycle.lock(agreement)
        verdict = act_rules.may_confirm(by, row)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        last = Confirmation.objects.filter(recording=row).last()
        if last is not None and (last.confirmed or not confirmed):
            raise _answered(last)
        answer = Confirmation.objects.create(
            recording=row,
            confirmed=confirmed,
            words=words,
            by=by,
            by_name=by.full_name,
            post_title=verdict.post,
            at=at,
        )
        duties.close(agreement, TODO_CODE, subject_key=_key(assignment), by=by, at=at)
        lifecycle.act(
            agreement,
            "confirm_record" if confirmed else "object_record",
            actor=by.actor(verdict.post, verdict.capacity),
            on=clock.today(at),
            at=at,
            comment=words,
            text=assignment.step.run.text,
            payload={**steps.payload(assignment.step), "recorded_by": row.decision.by_name},
        )
        if not confirmed:
            _tell_all(assignment, by, words)
    return answer


def objected(run: Run) -> list[Recording]:
    """Return the records of a run to which their leaders object, while the step was not decided anew."""
    return [row for row in standing(run) if (last := row.latest) is not None and not last.confirmed]


def unconfirmed(run: Run) -> list[Recording]:
    """Return the records of a run to which their leaders have said nothing yet."""
    return [row for row in standing(run) if row.latest is None]


def standing(run: Run) -> QuerySet[Recording]:
    """Return the records that decided steps of a run as these stand now: not those of an earlier round."""
    return (
        Recording.objects.filter(decision__assignment__step__run=run)
        .filter(decision__assignment__round=F("decision__assignment__step__round"))
        .select_related("decision__assignment__step", "principal")
        .prefetch_related("confirmations")
    )


def _principal(agreement: Agreement, post: Post, leader: User | None, day: date) -> User:
    worked = set(access.of_workers(agreement).values_list("user", flat=True))
    free = [user for user in holders(post, day) if user.pk not in worked]
    if leader is None and len(free) == 1:
        return free[0]
    if leader is None or leader.pk not in {user.pk for user in free}:
        raise BadInput(_("Choose whose paper it is: it must be somebody who holds the post."), "§3.4")
    return leader


def _key(assignment: Assignment) -> str:
    return f"record:{assignment.pk}"


def _tell_all(assignment: Assignment, by: User, words: str) -> None:
    """Tell the General Office and every post from which somebody acted on the approval, once each."""
    agreement = assignment.step.run.agreement
    acted = Assignment.objects.filter(step__run=assignment.step.run, decision__isnull=False).exclude(pk=assignment.pk)
    posts = {row.post_id: row.post for row in acted.select_related("post")}
    office = routing.office_post(agreement.authority)
    posts[office.pk] = office
    for post in posts.values():
        notices.tell("record_objected", agreement=agreement, post=post, who=by.full_name, comment=words)


def _answered(last: Confirmation) -> NotNow:
    reason = (
        _("%(who)s confirmed this record on %(when)s.")
        if last.confirmed
        else _("%(who)s objected to this record on %(when)s.")
    )
    when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    return NotNow(reason % {"who": last.by_name, "when": when}, "§3.4", code="record_answered")
