"""What a decision leads to (§3.4): the next step, signers who come after, a step that was passed, or out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement
from agreements.services import deadlines, lifecycle
from approvals.models import Assignment, Decision, OnDisagree, Step, StepKind
from approvals.models.run import own_names
from approvals.services import opening, steps, taking, telling, ways
from approvals.services.taking import Closed, Held, Kind, Sheet
from core.errors import BadInput, NotNow

Verdict = Decision.Verdict
Write = Callable[[Agreement], dict[str, Any]]


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
    way = ways.way_chosen(assignment, way) if verdict == Verdict.APPROVE else ""
    if verdict == Verdict.APPROVE and not opinion and held.stands_in:
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
    resubmitted = ways.resubmit(held, way)
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
    passed_over = [step for step, _post, _user in ahead.skipped]
    skipped = (
        {"skipped": [step.code for step in passed_over], **own_names("skipped_names", passed_over)}
        if passed_over
        else {}
    )
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
    for step in held.passed:
        if step.pk == to.pk:
            return step
    raise BadInput(_("A text is sent back to a step that it has passed."), "§3.4")


def _return_to(held: Held, target: Step, *, by: User, reason: str, write: Write, on: date, at: datetime) -> None:
    """Send a text back within the run: nobody else is asked on this step any more, the target decides again."""
    returner, others = held.step, held.others()
    facts = {
        **write(held.agreement),
        "back_to": target.code,
        **target.named("back_to_name"),
        **_cancelled(others),
    }
    steps.cancel_open(held, by=by, on=on, at=at, because=Closed.RETURNED, again=Step.Again.SENT_BACK, reason=reason)
    steps.act(held, "return_to_step", by=by, opinion=reason, payload=facts, on=on, at=at)
    opening.reopen(held, target, Step.Again.RETURNED, by=by, on=on, at=at, came_from=returner)
    telling.not_asked(held.agreement, others, by=by, reason=reason)
    deadlines.refresh_next_due(held.agreement)


def _cancelled(others: list[Sheet]) -> dict[str, Any]:
    return {"not_asked": steps.titles(others)} if others else {}


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
