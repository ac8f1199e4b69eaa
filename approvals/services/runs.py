"""A run of an approval (§3.4): presented by the General Office, decided step by step, never leaving one out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SigningAuthority, User
from accounts.posts import post_in
from agreements.models import Agreement, TextMark, TextVersion
from agreements.services import access, deadlines, duties, lifecycle, notices, texts
from agreements.services.lifecycle import Moved
from approvals.models import Assignment, Decision, Pause, Revision, Run, Step, StepKind, StepSeat
from approvals.services import (
    carrying,
    opening,
    party_committee,
    re_asking,
    routing,
    settling,
    steps,
    taking,
    topic_ends,
)
from approvals.services.reviewing import PRESENTING, STEP_RULE
from approvals.services.routing import Plan
from approvals.services.taking import Closed, Held
from core import clock
from core.errors import BadInput

Verdict = Decision.Verdict

ENDS_AS = {
    "approve": Run.State.PASSED,
    "send_back_from_approval": Run.State.RETURNED,
    "terminate_run": Run.State.TERMINATED,
    "recall": Run.State.RECALLED,
    "withdraw": Run.State.ENDED,
}


def current(agreement: Agreement) -> Run | None:
    """Return the run under way; None when there is none."""
    return Run.objects.filter(agreement=agreement, state=Run.State.OPEN).select_related("text").first()


def latest(agreement: Agreement) -> Run | None:
    """Return the newest run, whatever became of it; None before the first presentation."""
    return Run.objects.filter(agreement=agreement).select_related("text").order_by("-pk").first()


def approved_text(agreement: Agreement) -> TextVersion | None:
    """Return the text that passed its approval, the one to be signed; None before."""
    run = Run.objects.filter(agreement=agreement, state=Run.State.PASSED).select_related("text").order_by("-pk").first()
    return run.text if run else None


@transaction.atomic
def open_run(
    agreement: Agreement,
    *,
    by: User,
    opinion: str = "",
    way: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Run:
    """Present an agreement for approval (拟办): copy the route of this day, bind the run to the reviewed text.

    A text that was sent back and came back the same, or changed by certified wording only, may go `straight` to the
    level that sent it back (what was approved before stands, with its rule) or `level` by level (`carrying.offer`).

    The first step, the General Office's, is done by this act; the next one opens. Every post foreseen on the route
    sees the agreement from here on. Second caller: NotNow, the agreement is in approval already.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    lifecycle.lock(agreement)
    text = texts.current(agreement)

    def facts(locked: Agreement) -> dict[str, Any]:
        if text is None:
            raise RuntimeError("a reviewed agreement has a text")
        plan = routing.plan(locked, day=on)
        run = Run.objects.create(
            agreement=locked,
            text=text,
            sha256=text.sha256,
            forum=plan.route.forum.value,
            natures=list(plan.natures),
            why=plan.why(),
            opened_by=by,
            opened_on=on,
        )
        copied = _copy(run, plan)
        for post in {planned.lies.post.pk: planned.lies.post for planned in plan.steps}.values():
            access.grant(locked, "approval", post=post)
        duties.close(locked, PRESENTING, by=by, at=at)
        re_asking.release(locked, by=by, on=on, at=at)
        deadlines.close(locked, STEP_RULE, subject_key=PRESENTING, on=on)
        first = copied[0]
        office = by.holding(routing.OFFICE, authority=locked.authority)
        assignment = Assignment.objects.create(
            step=first,
            post=office.post if office else plan.steps[0].lies.post,
            opened_at=at,
            closed_at=at,
            closed_because=Assignment.Closed.DECIDED,
        )
        steps.write(assignment, Verdict.PRESENT, by=by, opinion=opinion, on=on, at=at, sha256=run.sha256)
        first.state, first.round = Step.State.DONE, 1
        first.save(update_fields=["state", "round"])
        carried = carrying.take_up(run, copied, way, on=on, at=at)
        held = taking.read(run, assignment)[0]
        opening.open_next(held, opening.ahead_of(locked, held.waiting, {}, on), by=by, on=on, at=at)
        party_committee.ask(locked, by=by, at=at)
        codes = [planned.code for planned in plan.steps]
        kept = {"run": run.public_id, "forum": run.forum, "steps": codes}
        return {**kept, "carried": carried} if carried else kept

    lifecycle.move(agreement, "open_approval", by=by, on=on, at=at, comment=opinion.strip(), facts=facts, text=text)
    run = current(agreement)
    if run is None:
        raise RuntimeError("the run was opened in this transaction")
    return run


def _copy(run: Run, plan: Plan) -> list[Step]:
    """Copy the steps of a route into a run, with the posts that countersign: running cases keep theirs, and who signs
    in the own name (§2) the names of the own posts."""
    own = run.agreement.authority.kind != SigningAuthority.Kind.MUNICIPAL
    copied = Step.objects.bulk_create(
        Step(
            run=run,
            order=order,
            code=planned.code,
            kind=planned.kind,
            role_zh=planned.role.zh,
            role_en=planned.role.en,
            **({"name_zh": post.name_zh, "name_en": post.name_en} if own and (post := planned.own_post) else {}),
            post=planned.lies.post,
            redirected_because=planned.lies.redirected,
            pass_rule=planned.pass_rule,
            ratio=planned.ratio,
            on_disagree=planned.on_disagree,
            workdays=planned.workdays,
        )
        for order, planned in enumerate(plan.steps, start=1)
    )
    seats = [
        StepSeat(step=step, post=post)
        for step, planned in zip(copied, plan.steps, strict=True)
        for post in planned.seats
    ]
    if seats:
        StepSeat.objects.bulk_create(seats)
    return copied


def decide(
    assignment: Assignment,
    *,
    by: User,
    verdict: str,
    text_sha256: str,
    opinion: str = "",
    to: Step | None = None,
    way: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Run:
    """Approve, disagree or send back on a step; `text_sha256` is the hash of the text that was shown.

    Approving closes the own part; when the step has passed by its rule the next one opens, or after the last one the
    agreement goes on to be signed. On a step to which the text was sent back, `way` says how it goes on: `straight` to
    the one who sent it back, while the text is the same, or `level` by level. Disagreeing needs a reason; a host's ends
    or returns as the step says, a signer's is before the host. Sending back needs a reason and goes to the lead unit,
    or `to` a step that was passed; whoever else was asked on the step is not asked any more. A step that came to the
    office in a leader's place is approved with the words on whose instruction. Raises Refused for anyone but a holder
    of the post who did not work on the case, and for who approved the text on another step while another holder may
    decide; BadInput for words that are missing; NotNow while somebody signs before. Second caller: NotNow, told who
    decided and when.
    """
    on, at = taking.today(on, at)
    opinion = opinion.strip()
    _must_be_sound(verdict, opinion)
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by, text_sha256=text_sha256)
        settling.settle(held, by=by, verdict=verdict, opinion=opinion, to=to, way=way, on=on, at=at)
    return held.run


def passed_steps(run: Run, before: Step) -> list[Step]:
    """Return the steps a text can be sent back to from a step: those that were passed and are signed, latest first."""
    return list(
        Step.objects.filter(run=run, order__lt=before.order, state=Step.State.DONE)
        .exclude(kind=StepKind.MEETING)
        .select_related("post__unit")
        .order_by("-order")
    )


def look_ahead(held: Held, *, by: User) -> Step | None:
    """Return the step that opens when this person approves now; None when it is the last one. `held` is the run as it
    was read, with the verdict of who asks.

    Raises Refused for who has approved this text on another step while another holder of the post may decide.
    """
    taking.must_not_repeat(held, by)
    approvers = held.approvers
    if held.step.kind == StepKind.SIGN and not held.step.redirected_because:
        approvers[by.pk] = held.verdict.capacity
    return opening.ahead_of(held.agreement, held.waiting, approvers, clock.today()).step


def waiting(run: Run) -> list[Step]:
    """Return the steps that nobody has reached yet, or that are asked again, in their order."""
    return list(run.steps.filter(state=Step.State.WAITING))


# ---------------------------------------------------------------------- duties of the verbs


def end_run(agreement: Agreement, moved: Moved) -> None:
    """Whatever takes an agreement out of approval ends its run; steps that nobody decided are cancelled, and stay.
    The text of a run that passed is marked as the approved one (§3.4)."""
    run = current(agreement)
    if run is None:
        return
    run.state, run.ended_on = ENDS_AS[moved.verb], moved.on
    run.save(update_fields=["state", "ended_on"])
    if run.state == Run.State.PASSED:
        texts.mark(run.text, TextMark.Kind.APPROVED, on=moved.on, by=moved.by, at=moved.at)
    topic_ends.withdraw_of_run(run, by=moved.by, at=moved.at)
    run.steps.filter(state__in=(Step.State.WAITING, Step.State.OPEN)).update(state=Step.State.CANCELLED)
    Assignment.objects.filter(step__run=run, closed_at=None).update(
        closed_at=moved.at, closed_because=Closed.RETURNED if run.state == Run.State.RETURNED else Closed.ENDED
    )
    Revision.objects.filter(run=run, state__in=taking.OPEN_REVISION).update(
        state=Revision.State.ENDED, closed_at=moved.at
    )
    Pause.objects.filter(run=run, closed_at=None).update(
        closed_at=moved.at,
        closed_on=moved.on,
        closed_because=Pause.Closed.ENDED,
        closed_by=moved.by,
        closed_by_name=moved.by.full_name,
    )


def tell_approved(agreement: Agreement, moved: Moved) -> None:
    """The lead unit learns that its agreement may be signed."""
    for code in ("officer", "unit_head"):
        notices.tell("approved", agreement=agreement, post=post_in(agreement.lead_unit, code), who=moved.by.full_name)


def _must_be_sound(verdict: str, opinion: str) -> None:
    if verdict not in (Verdict.APPROVE, Verdict.DISAGREE, Verdict.SEND_BACK):
        raise BadInput(_("Choose whether you approve or send back."), "§3.4")
    if verdict == Verdict.SEND_BACK and not opinion:
        raise BadInput(_("Say why the text goes back: the lead unit revises by it."), "§3.4")
    if verdict == Verdict.DISAGREE and not opinion:
        raise BadInput(_("Say why you disagree: everybody who acts on the case sees it."), "§3.4")
