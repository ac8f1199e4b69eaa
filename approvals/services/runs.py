"""A run of an approval (§3.4): presented by the General Office, decided step by step, never leaving one out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SigningAuthority, User
from accounts.posts import post_in
from agreements.models import Agreement, TextMark, TextVersion
from agreements.services import access, deadlines, duties, lifecycle, notices, texts
from agreements.services.lifecycle import Moved
from approvals import rules
from approvals.models import Assignment, Decision, OnDisagree, Pause, Revision, Run, Step, StepKind, StepSeat
from approvals.services import carrying, opening, party_committee, routing, steps, taking, telling, topic_ends
from approvals.services.reviewing import PRESENTING, STEP_RULE
from approvals.services.routing import Plan
from approvals.services.taking import Closed, Held, Kind, Sheet
from core import clock
from core.acts import permit
from core.errors import BadInput, NotNow

Verdict = Decision.Verdict
Write = Callable[[Agreement], dict[str, Any]]

ENDS_AS = {
    "approve": Run.State.PASSED,
    "send_back_from_approval": Run.State.RETURNED,
    "terminate_run": Run.State.TERMINATED,
    "recall": Run.State.RECALLED,
    "withdraw": Run.State.ENDED,
}
STRAIGHT, LEVEL_BY_LEVEL = Decision.STRAIGHT, Decision.LEVEL_BY_LEVEL


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
        settle(held, by=by, verdict=verdict, opinion=opinion, to=to, way=way, on=on, at=at)
    return held.run


def settle(
    held: Held,
    *,
    by: User,
    verdict: str,
    opinion: str,
    to: Step | None = None,
    way: str = "",
    on: date,
    at: datetime,
    **written: Any,
) -> None:
    """Write a decision on a step that was taken, and bring the run to where it leads; `written` are further facts of
    the decision (capacity, principal, scan) where it is recorded from paper."""
    step, assignment = held.step, held.assignment
    _must_be_possible(held, verdict, opinion, by=by)
    way = _way_chosen(assignment, way) if verdict == Verdict.APPROVE else ""
    if step.redirected_because and verdict == Verdict.APPROVE and not opinion:
        raise BadInput(
            _("This step lies with the office in a leader's place: write on whose instruction it goes on."), "§3.4"
        )
    target = _passed_step(held, to) if to is not None and verdict == Verdict.SEND_BACK else None
    # Presenting is no decision: who presents again is never counted among those who approved the text.
    written_as = Verdict.PRESENT if step.is_presenting and verdict == Verdict.APPROVE else verdict

    def write(_locked: Agreement) -> dict[str, Any]:
        steps.write(
            assignment,
            written_as,
            by=by,
            opinion=opinion,
            on=on,
            at=at,
            sha256=held.run.sha256,
            returned_to=target,
            way=way,
            **({**written, "capacity": held.verdict.capacity} if written else {"acting": held.verdict}),
        )
        steps.close_assignment(held, by=by, on=on, at=at)
        steps.let_advisers_go(held, by=by, on=on, at=at)
        kept = steps.payload(step)
        return {**kept, "principal": written["principal_name"]} if "principal_name" in written else kept

    if verdict == Verdict.SEND_BACK:
        if target is None:
            leave(held, "send_back_from_approval", by=by, reason=opinion, write=write, on=on, at=at)
        else:
            _return_to(held, target, by=by, reason=opinion, write=write, on=on, at=at)
        return
    held.note(written_as, by)
    outcome = steps.has_passed(held)
    if verdict == Verdict.DISAGREE and assignment.kind == Kind.HOST:
        outcome = False
    asked_again = outcome and verdict == Verdict.DISAGREE and assignment.kind in (Kind.BESIDE, Kind.AFTER)
    if asked_again and step.kind == StepKind.SIGN:
        outcome = None
    if outcome is None:
        facts = write(held.agreement)
        _open_after(held, by=by, on=on, at=at)
        if asked_again:
            _ask_host_again(held, by=by, reason=opinion, on=on, at=at)
        act = "disagree" if verdict == Verdict.DISAGREE else "approve_part"
        steps.act(held, act, by=by, opinion=opinion, payload=facts, on=on, at=at)
        deadlines.refresh_next_due(held.agreement)
    elif outcome:
        go_on(held, by=by, opinion=opinion, write=write, way=way, on=on, at=at)
    else:
        _fail(held, by=by, opinion=opinion, write=write, on=on, at=at)


def go_on(held: Held, *, by: User, opinion: str, write: Write, way: str = "", on: date, at: datetime) -> None:
    """Close a step that has passed: the next one opens, or the agreement goes through the door to the signing.

    While a revision is open the next step waits for it (passed in principle).
    """
    agreement, sha256 = held.agreement, held.run.sha256
    resubmitted = _resubmit(held, way)
    code = "present_again" if held.step.is_presenting else "approve_step"

    def facts(locked: Agreement) -> dict[str, Any]:
        kept = {**write(locked), **resubmitted}
        steps.close_step(held, by=by, on=on, at=at)
        return kept

    if held.is_revised:
        steps.act(held, code, by=by, opinion=opinion, payload=facts(agreement), on=on, at=at)
        deadlines.refresh_next_due(agreement)
        return
    ahead = opening.ahead_of(agreement, held.waiting, held.approvers, on)
    skipped = {"skipped": [step.code for step, _post, _user in ahead.skipped]} if ahead.skipped else {}
    if ahead.step is None:
        # The door asks whether any step still waits, so the skips are written before it.
        opening.skip(ahead, on=on, at=at, sha256=sha256)
        lifecycle.move(
            agreement,
            "approve",
            by=by,
            on=on,
            at=at,
            comment=opinion,
            facts=lambda locked: {**facts(locked), **skipped},
            text=held.run.text,
        )
        return
    kept = {**facts(agreement), **skipped, "next": ahead.step.code}
    steps.act(held, code, by=by, opinion=opinion, payload=kept, on=on, at=at)
    opening.open_next(held, ahead, by=by, on=on, at=at)
    deadlines.refresh_next_due(agreement)


def go_on_without(held: Held, code: str, *, by: User, reason: str, write: Write, on: date, at: datetime) -> None:
    """Record that somebody is not asked any more on a step, and settle it where that was all it waited for.

    `held` is the host or the seat that had asked. While that one has not decided it has the next word.
    """
    facts = write(held.agreement)
    steps.act(held, code, by=by, opinion=reason, payload=facts, on=on, at=at)
    outcome = steps.has_passed(held) if held.sheet.closed else None
    if outcome:
        with lifecycle.acting(held.agreement, held.verdict):
            go_on(held, by=by, opinion="", write=lambda _locked: steps.payload(held.step), on=on, at=at)
    elif outcome is False:
        with lifecycle.acting(held.agreement, held.verdict):
            _fail(held, by=by, opinion=reason, write=lambda _locked: steps.payload(held.step), on=on, at=at)
    else:
        _open_after(held, by=by, on=on, at=at)
        deadlines.refresh_next_due(held.agreement)


def leave(held: Held, code: str, *, by: User, reason: str, write: Write, on: date, at: datetime) -> None:
    """Take the agreement out of approval through the door, with a last word on its step: sent back to the lead unit, or
    the run ended. Who was asked beside and has not answered is named in the trail."""
    others = held.others()

    def facts(locked: Agreement) -> dict[str, Any]:
        kept = {**write(locked), **_cancelled(others)}
        because = Closed.RETURNED if code == "send_back_from_approval" else Closed.ENDED
        steps.close_step(held, by=by, on=on, at=at, because=because)
        return kept

    lifecycle.move(held.agreement, code, by=by, on=on, at=at, comment=reason, facts=facts, text=held.run.text)
    if code == "send_back_from_approval":
        telling.not_asked(held.agreement, others, by=by, reason=reason)


def ways(assignment: Assignment) -> list[str]:
    """Return how a text that was sent back to this step may go on: none for a step that was reached in order; straight
    only while the text is the one that was sent back."""
    if assignment.came_from_id is None:
        return []
    return _ways(assignment.step)


def _ways(step: Step) -> list[str]:
    sent = (
        Decision.objects.filter(returned_to=step, assignment__step=step.answers_to_id)
        .exclude(assignment__closed_because=Closed.RECALLED)
        .order_by("-pk")
        .values_list("text_sha256", flat=True)
        .first()
    )
    return [STRAIGHT, LEVEL_BY_LEVEL] if sent == step.run.sha256 else [LEVEL_BY_LEVEL]


def passed_steps(run: Run, before: Step) -> list[Step]:
    """Return the steps a text can be sent back to from a step: those that were passed and are signed, latest first."""
    return list(
        Step.objects.filter(run=run, order__lt=before.order, state=Step.State.DONE)
        .exclude(kind=StepKind.MEETING)
        .select_related("post__unit")
        .order_by("-order")
    )


def look_ahead(assignment: Assignment, *, by: User) -> Step | None:
    """Return the step that opens when this person approves now; None when it is the last one.

    Raises Refused for who has approved this text on another step while another holder of the post may decide.
    """
    run = assignment.step.run
    held, worked = taking.read(run, assignment, by)
    held.verdict = permit(rules.may_decide_on(by, run.agreement, assignment.post, worked=worked))
    taking.must_not_repeat(held, by)
    approvers = held.approvers
    if held.step.kind == StepKind.SIGN and not held.step.redirected_because:
        approvers[by.pk] = held.verdict.capacity
    return opening.ahead_of(run.agreement, held.waiting, approvers, clock.today()).step


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


# ---------------------------------------------------------------------- one decision


def _must_be_sound(verdict: str, opinion: str) -> None:
    if verdict not in (Verdict.APPROVE, Verdict.DISAGREE, Verdict.SEND_BACK):
        raise BadInput(_("Choose whether you approve or send back."), "§3.4")
    if verdict == Verdict.SEND_BACK and not opinion:
        raise BadInput(_("Say why the text goes back: the lead unit revises by it."), "§3.4")
    if verdict == Verdict.DISAGREE and not opinion:
        raise BadInput(_("Say why you disagree: everybody who acts on the case sees it."), "§3.4")


def _must_be_possible(held: Held, verdict: str, opinion: str, *, by: User) -> None:
    step, kind = held.step, held.assignment.kind
    if step.is_meeting and kind == Kind.HOST and verdict != Verdict.SEND_BACK:
        raise NotNow(_("This step is decided in a meeting: record its minutes."), "§3.4", code="meeting_needed")
    if kind == Kind.ADVICE:
        raise NotNow(_("You were asked for advice: give it; the step is decided by who asked."), "§3.4", code="advice")
    taking.must_not_repeat(held, by)
    if verdict == Verdict.SEND_BACK:
        if kind not in (Kind.HOST, Kind.SEAT):
            raise NotNow(
                _("Who was added as a signer agrees or disagrees; sending back is for who added you."),
                "§3.4",
                code="not_the_host",
            )
        return
    if verdict == Verdict.DISAGREE and not steps.disagreement_allowed(step, kind):
        raise NotNow(
            _("On this step one approves or sends back; disagreeing is not foreseen."), "§3.4", code="no_disagreement"
        )
    if kind in (Kind.HOST, Kind.SEAT) and held.of_line(Kind.BEFORE):
        raise NotNow(
            _("Somebody you added signs before you."),
            "§3.4",
            code="signs_before",
            next_step=_("Wait for the signature, remove the signer, or send the text back."),
        )


def _passed_step(held: Held, to: Step) -> Step:
    """Return the step of the run a text is sent back to. Raises BadInput for one that was not passed: a text never goes
    forward by being sent back."""
    for step in held.steps:
        if step.pk == to.pk and step.order < held.step.order and step.state == Step.State.DONE and not step.is_meeting:
            return step
    raise BadInput(_("A text is sent back to a step that it has passed."), "§3.4")


def _return_to(held: Held, target: Step, *, by: User, reason: str, write: Write, on: date, at: datetime) -> None:
    """Send a text back within the run: nobody else is asked on this step any more, the target decides again."""
    returner, others = held.step, held.others()
    facts = {**write(held.agreement), "back_to": target.code, **_cancelled(others)}
    steps.cancel_open(held, by=by, on=on, at=at, because=Closed.RETURNED, again=Step.Again.SENT_BACK, reason=reason)
    steps.act(held, "return_to_step", by=by, opinion=reason, payload=facts, on=on, at=at)
    opening.reopen(held, target, Step.Again.RETURNED, by=by, on=on, at=at, came_from=returner)
    telling.not_asked(held.agreement, others, by=by, reason=reason)
    deadlines.refresh_next_due(held.agreement)


def _cancelled(others: list[Sheet]) -> dict[str, Any]:
    return {"not_asked": steps.titles(others)} if others else {}


def _way_chosen(assignment: Assignment, way: str) -> str:
    """Return how the text goes on from a step it was sent back to, blank for any other: straight where that is possible
    and nothing else was chosen. Raises NotNow for straight on a text that has changed."""
    if way not in ("", STRAIGHT, LEVEL_BY_LEVEL):
        raise BadInput(_("Choose whether the text goes straight to who sent it back, or level by level."), "§3.4")
    allowed = ways(assignment)
    if way == STRAIGHT and allowed == [LEVEL_BY_LEVEL]:
        raise NotNow(
            _("The text has changed since it was sent back: it goes over every level again."),
            "§3.4",
            code="text_changed",
            next_step=_("Choose level by level."),
        )
    return (way or allowed[0]) if allowed else ""


def _resubmit(held: Held, way: str) -> dict[str, Any]:
    """Let the steps between wait again where a returned text goes level by level, or may not go straight. Of several
    who decide on the step, one who wants it level by level is enough. Return what the trail keeps of it.

    Straight, a step that was skipped because somebody approved who no longer has is asked all the same.
    """
    step = held.step
    if step.answers_to_id is None:
        return {}
    came_from = next(other for other in held.steps if other.pk == step.answers_to_id)
    counted = [row.pk for row in held.round if row.verdict is not None]
    chosen = {way, *Decision.objects.filter(assignment__in=counted).values_list("way", flat=True)}
    by_level = LEVEL_BY_LEVEL in chosen or STRAIGHT not in _ways(step)
    way = LEVEL_BY_LEVEL if by_level else STRAIGHT
    between = [
        other
        for other in held.steps
        if step.order < other.order < came_from.order and other.state in (Step.State.DONE, Step.State.SKIPPED)
    ]
    if way == STRAIGHT:
        between = [other for other in between if held.lost_its_ground(other)]
    opening.wait_again(between, Step.Again.LEVEL_BY_LEVEL)
    return {"way": way, "straight_to": came_from.code, "between": [other.code for other in between]}


def _open_after(held: Held, *, by: User, on: date, at: datetime) -> None:
    """Open the signers that were to sign after a host or a seat, once that one has signed."""
    undecided = {held.line(one) for one in held.others(Kind.HOST, Kind.SEAT)}
    due = [one.pk for one in held.others(Kind.AFTER) if not one.opened and held.line(one) not in undecided]
    for row in Assignment.objects.filter(pk__in=due).select_related("post__unit") if due else ():
        row.opened_at = at
        row.save(update_fields=["opened_at"])
        opening.put_on_desk(held.agreement, row, held.step, by=by, on=on, at=at)


def _ask_host_again(held: Held, *, by: User, reason: str, on: date, at: datetime) -> None:
    """Lay a step on its host's desk once more: a signer who was asked after or beside disagreed when the host had
    signed already, and nobody's disagreement passes unseen."""
    of_line = [one for one in held.round if one.kind == Kind.HOST and held.line(one) == held.line(held.sheet)]
    last = Assignment.objects.select_related("post__unit").get(pk=max(one.pk for one in of_line))
    opening.assign(
        held.agreement,
        held.step,
        last.post,
        Kind.HOST,
        by=by,
        on=on,
        at=at,
        parent=last,
        reason=reason,
        came_from=last.came_from,
    )


def _fail(held: Held, *, by: User, opinion: str, write: Write, on: date, at: datetime) -> None:
    """A step whose rule cannot be met any more: the text goes back, or the approval ends, as the step says."""
    ends = held.step.on_disagree == OnDisagree.END
    code = "terminate_run" if ends else "send_back_from_approval"
    leave(held, code, by=by, reason=opinion, write=lambda locked: {**write(locked), "disagreed": True}, on=on, at=at)
