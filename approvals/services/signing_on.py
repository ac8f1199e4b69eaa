"""Others on a step beside who has it: signers added and taken off, a step passed on, advice asked and given (§3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Post, User
from agreements import verbs
from agreements.models import Agreement
from agreements.services import access, deadlines, lifecycle, notices
from approvals import act_rules
from approvals.models import Assignment, Decision
from approvals.services import choosing, opening, second_caller, settling, steps, taking
from approvals.services.taking import Closed, Held, Kind
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied

Verdict = Decision.Verdict
PLACES = (Kind.BEFORE, Kind.BESIDE, Kind.AFTER)
DECIDING = (Kind.HOST, Kind.SEAT)


def add(
    assignment: Assignment,
    *,
    by: User,
    posts: Sequence[Post],
    place: str,
    reason: str,
    on: date | None = None,
    at: datetime | None = None,
) -> list[Assignment]:
    """Add signers to a step (加签): before who has it, beside, or after; several at once countersign, and all decide.

    Only who decides on the step adds. Before: the host waits for the signature, but may send the text back as ever.
    Beside: at the same time. After: asked when the host has signed; the step closes with them. They see the case from
    now on, within the limit of the step. Raises Refused for anyone else; BadInput without a reason, for a post from
    which nobody free can act, or that approved the text already; NotNow on a meeting's step, once the step is settled,
    or for a post that is asked already. Second caller: NotNow, told who acted.
    """
    on, at = taking.today(on, at)
    reason = _reason(reason)
    if place not in PLACES:
        raise BadInput(_("Choose where the signature stands: before, beside or after."), "§3.4")
    posts = list({post.pk: post for post in posts}.values())
    with taking.one_effect(assignment):
        held = _deciding(assignment, by)
        choosing.must_be_askable(held, posts, on)
        added = []
        for post in posts:
            access.grant(held.agreement, "approval", post=post)
            later = place == Kind.AFTER
            row = opening.assign(
                held.agreement,
                held.step,
                post,
                place,
                by=by,
                on=on,
                at=at,
                parent=assignment,
                reason=reason,
                later=later,
            )
            added.append(row)
        _act(held, "add_signers", by=by, words=reason, on=on, at=at, place=place, posts=[p.title for p in posts])
    return added


def remove(
    signer: Assignment, *, by: User, reason: str, on: date | None = None, at: datetime | None = None
) -> Assignment:
    """Take off a signer, or somebody asked for advice, who has not acted (减签); never a step or a seat of the route.

    Whoever answers for the part of the step it was added to does so; where that one has decided already and nobody else
    is asked, the step closes. Who was asked is told. Raises Refused for anyone else; BadInput without a reason; NotNow
    for a configured part, for one who has acted, and while the approval is paused: nothing may open then. Second
    caller: NotNow, told who acted.
    """
    on, at = taking.today(on, at)
    reason = _reason(reason)
    with taking.one_effect(signer):
        lifecycle.lock(signer.step.run.agreement)
        signer.refresh_from_db(fields=["closed_at", "closed_because"])
        if signer.kind in DECIDING:
            raise NotNow(
                _("This part belongs to the route: only what was added is taken off."), "§3.4", code="configured"
            )
        asker = act_rules.answers_for(signer)
        if asker is None:
            raise RuntimeError("whoever was added has a host")
        asker.step = signer.step
        held, worked = taking.read(signer.step.run, asker, by)
        verdict = act_rules.may_remove_asked_by(by, held.agreement, asker.post, worked=worked)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        held.verdict = verdict
        mine = next(sheet for sheet in held.sheets[held.step.pk] if sheet.pk == signer.pk)
        if mine.closed or held.run.state != held.run.State.OPEN:
            raise second_caller.settled(signer)
        _in_time(held)
        if held.is_paused:
            raise second_caller.paused(held.run)

        def write(_locked: Agreement) -> dict[str, Any]:
            steps.release(held, [mine], by=by, on=on, at=at, because=Closed.REMOVED)
            return {**steps.payload(held.step), "posts": [signer.post.title]}

        settling.go_on_without(held, "remove_signer", by=by, reason=reason, write=write, on=on, at=at)
    signer.refresh_from_db(fields=["closed_at", "closed_because"])
    return signer


def reassign(
    assignment: Assignment, *, by: User, post: Post, reason: str, on: date | None = None, at: datetime | None = None
) -> Assignment:
    """Pass an assignment on to another post, which answers for it from now on (转办).

    Who had it stays on record with the reason; the new one has the same part, with a limit of its own, and whoever was
    added stays asked. A step of the route goes to a post that decides on the route and has no step of its own still to
    come: no level is left out. Raises Refused for anyone but who has it; BadInput without a reason or for a post that
    may not have it; NotNow for a meeting's step, and for a post that is or was asked on the step: nothing goes back and
    forth. Second caller: NotNow, told who acted.
    """
    on, at = taking.today(on, at)
    reason = _reason(reason)
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by)
        _not_in_a_meeting(held)
        choosing.must_decide_on_the_route(held, post)
        choosing.must_be_askable(held, [post], on)
        steps.write(
            assignment,
            Verdict.REASSIGN,
            by=by,
            opinion=reason,
            on=on,
            at=at,
            sha256=held.run.sha256,
            acting=held.verdict,
        )
        steps.close_assignment(held, by=by, on=on, at=at)
        new = move_to(held, post, by=by, reason=reason, on=on, at=at)
        _act(held, "reassign", by=by, words=reason, on=on, at=at, posts=[post.title])
    return new


def move_to(held: Held, post: Post, *, by: User, reason: str, on: date, at: datetime) -> Assignment:
    """Lay the part of a closed assignment on another post: same kind, same round, a limit of its own."""
    old, step = held.assignment, held.step
    access.grant(held.agreement, "approval", post=post)
    if old.kind == Kind.HOST:
        step.post = post
        step.save(update_fields=["post"])
    return opening.assign(
        held.agreement, step, post, old.kind, by=by, on=on, at=at, parent=old, reason=reason, came_from=old.came_from
    )


def ask_advice(
    assignment: Assignment,
    *,
    by: User,
    posts: Sequence[Post],
    question: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> list[Assignment]:
    """Ask others for advice on what one has to decide (委派); they answer in words, and the step stays with who asked.

    Whoever has an assignment may ask; a reason is welcome, not required. Raises Refused for anyone else, BadInput for a
    post from which nobody free can act, NotNow for one that is asked already, or once the step is settled.
    """
    on, at = taking.today(on, at)
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by)
        if assignment.kind == Kind.ADVICE:
            raise NotNow(_("You were asked for advice yourself: answer, or pass it on."), "§3.4", code="advice")
        posts = list({post.pk: post for post in posts}.values())
        choosing.must_be_askable(held, posts, on, advice=True)
        asked = []
        for post in posts:
            access.grant(held.agreement, "approval", post=post)
            asked.append(
                opening.assign(
                    held.agreement,
                    held.step,
                    post,
                    Kind.ADVICE,
                    by=by,
                    on=on,
                    at=at,
                    parent=assignment,
                    reason=question.strip(),
                )
            )
        _act(held, "ask_advice", by=by, words=question.strip(), on=on, at=at, posts=[post.title for post in posts])
    return asked


def advise(
    assignment: Assignment,
    *,
    by: User,
    opinion: str,
    text_sha256: str,
    on: date | None = None,
    at: datetime | None = None,
) -> Decision:
    """Give the advice one was asked for: words on the text that was shown, back to who asked. It decides nothing.

    Raises Refused for anyone but a holder of the post who did not work on the case; BadInput without words; NotNow
    where no advice was asked, or on another text. Second caller: NotNow, told who advised and when.
    """
    on, at = taking.today(on, at)
    if not opinion.strip():
        raise BadInput(_("Write your advice."), "§3.4")
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by, text_sha256=text_sha256)
        if assignment.kind != Kind.ADVICE:
            raise NotNow(_("This step is yours to decide, not to advise on."), "§3.4", code="no_advice")
        decision = steps.write(
            assignment,
            Verdict.ADVISE,
            by=by,
            opinion=opinion,
            on=on,
            at=at,
            sha256=held.run.sha256,
            acting=held.verdict,
        )
        steps.close_assignment(held, by=by, on=on, at=at)
        steps.act(held, "advise", by=by, opinion=opinion.strip(), payload=steps.payload(held.step), on=on, at=at)
        if asker := act_rules.answers_for(assignment):
            notices.tell("advised", agreement=held.agreement, post=asker.post, who=by.full_name)
        deadlines.refresh_next_due(held.agreement)
    return decision


# ---------------------------------------------------------------------- what all of them ask


def _deciding(assignment: Assignment, by: User) -> Held:
    held = taking.taken(assignment, by=by)
    _not_in_a_meeting(held)
    if assignment.kind not in DECIDING:
        raise NotNow(
            _("Signers are added by who decides on the step, not by who was added to it."), "§3.4", code="not_the_host"
        )
    return held


def _not_in_a_meeting(held: Held) -> None:
    if held.step.is_meeting:
        raise NotNow(_("This step is decided in a meeting: record its minutes."), "§3.4", code="meeting_needed")


def _in_time(held: Held) -> None:
    verb = verbs.get("decide")
    if not lifecycle.is_time(held.agreement, verb):
        raise lifecycle.not_the_time(held.agreement, verb)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadInput(_("Give the reason: everybody who acts on the case sees it."), "§3.4")
    return reason.strip()


def _act(held: Held, code: str, *, by: User, words: str, on: date, at: datetime, **more: Any) -> None:
    steps.act(held, code, by=by, opinion=words, payload={**steps.payload(held.step), **more}, on=on, at=at)
    deadlines.refresh_next_due(held.agreement)
