"""Two administrators set an approval going that is stuck (管理员干预): they move or reassign, and decide nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Post, PostHolding, SigningAuthority, User
from accounts.posts import post_in, post_of
from agreements import verbs
from agreements.models import Access, Attachment, Deadline
from agreements.services import access, attachments, calendar, deadlines, lifecycle, notices
from approvals import act_rules
from approvals.models import Assignment, Intervention, Run, Step
from approvals.services import choosing, opening, routing, runs, second_caller, signing_on, steps, taking
from approvals.services.reviewing import STEP_RULE
from approvals.services.taking import Closed, Held, Kind
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Allowed, Denied

Answer = Intervention.Answer
Way = Intervention.Kind
LATE_WORKDAYS = 5
"""From so many working days past its day on an item counts as stuck: our own limit."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """An open item of an approval as an administrator sees it: where it lies and how long, nothing of the case."""

    assignment: Assignment
    is_empty: bool
    due_on: date | None
    late: int
    proposal: Intervention | None = None

    @property
    def is_stuck(self) -> bool:
        """Tell whether nobody can act on it, or its day is long past."""
        return self.is_empty or self.late >= LATE_WORKDAYS


def open_items(authority: SigningAuthority, *, day: date | None = None, number: str = "") -> list[Stuck]:
    """Return the open items of an authority's approvals that are stuck, the latest first; with the `number` of an
    agreement every open item of it. Three queries, however many."""
    day = day or clock.today()
    rows = _open(day).filter(step__run__agreement__authority=authority)
    if number:
        rows = rows.filter(step__run__agreement__number=number)
    found = with_facts(rows, day)
    return sorted((one for one in found if one.is_stuck or number), key=lambda one: (-one.late, one.assignment.pk))


def of_run(run: Run, *, day: date | None = None) -> list[Stuck]:
    """Return the open items of one approval."""
    day = day or clock.today()
    return with_facts(_open(day).filter(step__run=run), day)


def _open(day: date) -> QuerySet[Assignment]:
    worked = Access.objects.filter(
        agreement=OuterRef(OuterRef("step__run__agreement")),
        user=OuterRef("user"),
        why__in=(access.DRAFTED, access.SUBMITTED),
    )
    free = PostHolding.objects.on(day).filter(~Exists(worked), post=OuterRef("post"), user__is_active=True)
    return (
        Assignment.objects.filter(step__run__state=Run.State.OPEN, step__state=Step.State.OPEN, closed_at=None)
        .exclude(opened_at=None)
        .annotate(is_held=Exists(free))
        .select_related("post__unit", "step__run__agreement__lead_unit", "step__run__agreement__category")
        .order_by("pk")
    )


def with_facts(rows: Iterable[Assignment], day: date) -> list[Stuck]:
    """Return open items with their days and with what is proposed for their approvals."""
    items = list(rows)
    due = dict(
        Deadline.objects.filter(rule=STEP_RULE, subject_key__in=[row.key for row in items], closed_on=None).values_list(
            "subject_key", "due_on"
        )
    )
    proposals = {
        row.run_id: row for row in Intervention.objects.filter(run__in=[row.step.run_id for row in items], accepted="")
    }
    return [
        Stuck(
            row,
            is_empty=not row.is_held,  # type: ignore[attr-defined]
            due_on=due.get(row.key),
            late=max(calendar.until(due[row.key], day), 0) if row.key in due else 0,
            proposal=proposals.get(row.step.run_id),
        )
        for row in items
    ]


def propose(
    assignment: Assignment,
    *,
    by: User,
    kind: str,
    reason: str,
    document_number: str,
    document: File[Any] | None,
    post: Post | None = None,
    to_step: Step | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> Intervention:
    """Propose what is done with an open item: given to another post, handed to the General Office because nobody can
    act on it, or its text moved back to a step it has passed. Nothing happens before a second administrator confirms.

    Raises Refused for anyone but a business administrator; BadInput without a reason or its document, or for a post or
    step that may not have it; NotNow where the item is settled, while another proposal is open, or for handing over an
    item somebody can act on. Second caller: NotNow, told who proposed.
    """
    on, at = taking.today(on, at)
    reason, document_number = reason.strip(), document_number.strip()
    if not reason or not document_number or document is None:
        raise BadInput(_("Give the reason, and the number and the scan of the document it rests on."), "§3.4")
    with taking.one_effect(assignment):
        held = _taken(assignment, by)
        earlier = Intervention.objects.filter(run=held.run, accepted="").first()
        if earlier is not None:
            raise NotNow(
                _("%(who)s has proposed an intervention in this approval; it waits for a second administrator.")
                % {"who": earlier.proposed_by_name},
                "§3.4",
                code="proposed_already",
            )
        _must_be_possible(held, kind, post, to_step, on)
        row = Intervention.objects.create(
            run=held.run,
            kind=kind,
            assignment=assignment,
            post=post if kind == Way.REASSIGN else None,
            to_step=to_step if kind == Way.MOVE_BACK else None,
            reason=reason,
            document_number=document_number,
            document=attachments.attach(
                held.agreement, Attachment.Kind.OTHER, document, by=by, subject_key=f"run:{held.run.pk}"
            ),
            proposed_by=by,
            proposed_by_name=by.full_name,
            proposed_at=at,
        )
        steps.act(held, "propose_intervention", by=by, opinion=reason, payload=_payload(held, row), on=on, at=at)
        _tell_administrators(held, by)
    return row


def answer(
    row: Intervention,
    *,
    by: User,
    confirmed: bool,
    words: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Intervention:
    """Confirm another administrator's proposal, which then takes effect, or refuse it with the reason.

    No opinion is touched, nothing is decided and nothing goes forward; who had the item, the lead unit and the General
    Office are told. Raises Refused for who proposed it and for anyone but a business administrator; BadInput for a
    refusal without words; NotNow where the item was settled in the meantime (the proposal can only be refused then).
    Second caller: NotNow, told who answered.
    """
    on, at = taking.today(on, at)
    words = words.strip()
    if not confirmed and not words:
        raise BadInput(_("Say why the intervention is refused."), "§3.4")
    assignment = row.assignment
    with taking.one_effect(assignment):
        run = assignment.step.run
        lifecycle.lock(run.agreement)
        verdict = _may(by, run)
        row.refresh_from_db()
        if not row.is_open:
            raise _answered(row)
        if row.proposed_by_id == by.pk:
            raise Refused(_("You have proposed it yourself: another administrator confirms or refuses."), "§3.4")
        row.accepted = Answer.CONFIRMED if confirmed else Answer.REFUSED
        row.words, row.decided_by, row.decided_by_name, row.decided_at = words, by, by.full_name, at
        if confirmed:
            held = _open_item(assignment, verdict)
            row.save()
            _carry_out(row, held, by=by, on=on, at=at)
        else:
            row.save()
            held = taking.read(run, assignment)[0]
            held.verdict = verdict
            steps.act(held, "refuse_intervention", by=by, opinion=words, payload=_payload(held, row), on=on, at=at)
    return row


def _carry_out(row: Intervention, held: Held, *, by: User, on: date, at: datetime) -> None:
    kind, agreement = row.kind, held.agreement
    _must_be_possible(held, kind, row.post, row.to_step, on)
    payload = _payload(held, row)
    if kind == Way.MOVE_BACK:
        target = next(step for step in held.steps if step.pk == row.to_step_id)
        steps.cancel_open(held, by=by, on=on, at=at, because=Closed.MOVED)
        steps.act(held, "intervene", by=by, opinion=row.reason, payload=payload, on=on, at=at)
        opening.reopen(held, target, Step.Again.RETURNED, by=by, on=on, at=at, came_from=held.step)
    else:
        post = row.post if row.post is not None else routing.office_post(agreement.authority)
        steps.close_assignment(held, by=by, on=on, at=at, because=Closed.MOVED)
        if kind == Way.TO_OFFICE and held.assignment.kind == Kind.HOST:
            held.step.redirected_because = Step.Redirected.VACANT
            held.step.save(update_fields=["redirected_because"])
        if not any(sheet.post_id == post.pk for sheet in held.others() if sheet.kind != Kind.ADVICE):
            signing_on.move_to(held, post, by=by, reason=row.reason, on=on, at=at)
        steps.act(held, "intervene", by=by, opinion=row.reason, payload=payload, on=on, at=at)
    deadlines.refresh_next_due(agreement)
    told = [held.assignment.post, routing.office_post(agreement.authority), post_in(agreement.lead_unit, "officer")]
    for post in {post.pk: post for post in told}.values():
        notices.tell(
            "intervened",
            agreement=agreement,
            post=post,
            first=row.proposed_by_name,
            second=by.full_name,
            comment=row.reason,
        )


# ---------------------------------------------------------------------- what both ask


def _may(by: User, run: Run) -> Allowed:
    verdict = act_rules.may_intervene(by, run.agreement.authority)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    return verdict


def _taken(assignment: Assignment, by: User) -> Held:
    """Lock the agreement, read the run anew, and ask who and when."""
    lifecycle.lock(assignment.step.run.agreement)
    return _open_item(assignment, _may(by, assignment.step.run))


def _open_item(assignment: Assignment, verdict: Allowed) -> Held:
    """Read the run anew under the lock; raise NotNow where the item is settled, the case rests, or the approval is
    paused: who paused it lets it go on first, or a leader above."""
    held = taking.read(assignment.step.run, assignment)[0]
    held.verdict = verdict
    if held.run.state != Run.State.OPEN or held.step.state != Step.State.OPEN or not held.sheet.is_open:
        raise second_caller.settled(assignment)
    verb = verbs.get("decide")
    if not lifecycle.is_time(held.agreement, verb):
        raise lifecycle.not_the_time(held.agreement, verb)
    if held.is_paused:
        raise second_caller.paused(held.run)
    return held


def _must_be_possible(held: Held, kind: str, post: Post | None, to_step: Step | None, day: date) -> None:
    if kind == Way.REASSIGN:
        if post is None:
            raise BadInput(_("Choose the post that is to have it."), "§3.4")
        choosing.must_decide_on_the_route(held, post)
        choosing.must_be_askable(held, [post], day)
    elif kind == Way.MOVE_BACK:
        if to_step is None or to_step.pk not in {step.pk for step in runs.passed_steps(held.run, held.step)}:
            raise BadInput(_("A text is moved back to a step that it has passed."), "§3.4")
    elif kind == Way.TO_OFFICE:
        office = routing.office_post(held.agreement.authority)
        if choosing.choices(held.agreement, only=[held.assignment.post_id], day=day):
            raise NotNow(
                _("Somebody can act on this item: only what nobody can act on is handed to the General Office."),
                "§3.4",
                code="not_empty",
                next_step=_("Give it to another post, or have it urged."),
            )
        asked = {sheet.post_id for sheet in held.others() if sheet.kind != Kind.ADVICE}
        if held.assignment.kind == Kind.HOST and office.pk in asked:
            raise NotNow(
                _("The General Office is asked on this step already: give the step to another post."),
                "§3.4",
                code="asked_already",
            )
        if office.pk == held.assignment.post_id:
            raise BadInput(_("The step lies with %(post)s already.") % {"post": office.title}, "§3.4")
    else:
        raise BadInput(_("Choose what is to be done."), "§3.4")


def _payload(held: Held, row: Intervention) -> dict[str, Any]:
    where = row.post.title if row.post else row.to_step.label if row.to_step else ""
    return {
        **steps.payload(held.step),
        "way": row.kind,
        "from": held.assignment.post.title,
        "where": where,
        "document": row.document_number,
        "proposed_by": row.proposed_by_name,
    }


def _tell_administrators(held: Held, by: User) -> None:
    """Tell the administrators, by number: they see nothing of the case."""
    post = post_of(held.agreement.authority, act_rules.ADMINISTRATOR)
    if post is not None:
        notices.tell("intervention_proposed", post=post, number=held.agreement.number, who=by.full_name)


def _answered(row: Intervention) -> NotNow:
    when = timezone.localtime(row.decided_at).strftime("%Y-%m-%d %H:%M") if row.decided_at else ""
    return NotNow(
        _("%(who)s has answered this proposal on %(when)s.") % {"who": row.decided_by_name, "when": when},
        "§3.4",
        code="answered_already",
    )
