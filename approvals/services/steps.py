"""One step of a run (§3.4): what is written on it, who is let go, and whether it has passed.

Every operation on an approval goes the same way: `taking.taken` locks the agreement, reads the run anew and asks who,
when and on which text; the operation writes its rows; `opening` settles who has it next; never is one left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from math import ceil
from typing import Any

from accounts.models import Post, User
from accounts.models.organisation import SELF
from agreements.models import Agreement, Attachment
from agreements.services import deadlines, duties, lifecycle, notices
from approvals.models import (
    Assignment,
    Decision,
    OnDisagree,
    PassRule,
    Step,
    StepKind,
)
from approvals.services import topic_ends
from approvals.services.reviewing import STEP_RULE
from approvals.services.taking import Held, Sheet
from core.verdicts import Allowed

Verdict = Decision.Verdict
Kind = Assignment.Kind
Closed = Assignment.Closed


def write(
    assignment: Assignment,
    verdict: str,
    *,
    by: User,
    on: date,
    at: datetime,
    sha256: str,
    opinion: str = "",
    rule: str = "",
    capacity: str = SELF,
    acting: Allowed | None = None,
    returned_to: Step | None = None,
    principal_name: str = "",
    scan: Attachment | None = None,
    way: str = "",
) -> Decision:
    """Write what was decided on an assignment, as it is printed: person, post, capacity, text. `acting` says in which
    post and capacity somebody acts where it is not the holder in person."""
    return Decision.objects.create(
        assignment=assignment,
        verdict=verdict,
        opinion=opinion.strip(),
        rule=rule,
        by=by,
        by_name=by.full_name,
        post_title=acting.post if acting else assignment.post.title,
        capacity=acting.capacity if acting else capacity,
        on=on,
        at=at,
        text_sha256=sha256,
        returned_to=returned_to,
        principal_name=principal_name,
        scan=scan,
        way=way,
    )


def close_assignment(held: Held, *, by: User, on: date, at: datetime, because: str = Closed.DECIDED) -> None:
    """Take the assignment one acts on off the desk; its step stays as it is."""
    close_assignments(held.agreement, [held.assignment.pk], by=by, on=on, at=at, because=because)
    held.assignment.closed_at, held.assignment.closed_because = at, because
    held.sheet.closed = True


def close_assignments(
    agreement: Agreement, ids: Iterable[int], *, by: User, on: date, at: datetime, because: str
) -> None:
    """Take assignments off their desks, with their deadlines; each stays on record with why."""
    found = list(ids)
    keys = [f"assignment:{pk}" for pk in found]
    Assignment.objects.filter(pk__in=found, closed_at=None).update(closed_at=at, closed_because=because)
    duties.close(agreement, subject_key=keys, by=by, at=at, because=because)
    deadlines.close(agreement, STEP_RULE, subject_key=keys, on=on)


def let_advisers_go(held: Held, *, by: User, on: date, at: datetime) -> None:
    """Tell those who were asked for advice that it is not needed any more: who asked has decided without it."""
    deciding = (Kind.HOST, Kind.SEAT)
    askers = {held.assignment.pk}
    if held.assignment.kind in deciding:
        # Whoever had the step before it was passed on may have asked.
        askers |= {sheet.pk for sheet in held.round if sheet.kind in deciding}
    asked = [sheet for sheet in held.of_line(Kind.ADVICE) if sheet.parent_id in askers]
    release(held, asked, by=by, on=on, at=at)


def release(held: Held, asked: list[Sheet], *, by: User, on: date, at: datetime, because: str = Closed.SETTLED) -> None:
    """Take assignments off their desks that are not needed any more; who had one is told. Those whom a return or the
    end of the run takes off are told of that instead."""
    if not asked:
        return
    close_assignments(held.agreement, [sheet.pk for sheet in asked], by=by, on=on, at=at, because=because)
    agreement = held.agreement
    notices.tell_all(
        notices.Message(
            "not_needed",
            uuid.uuid4().hex,
            agreement.pk,
            sheet.post_id,
            {"title": agreement.title, "who": by.full_name},
        )
        for sheet in asked
        if sheet.opened and because in (Closed.SETTLED, Closed.REMOVED)
    )
    for sheet in asked:
        sheet.closed = True


def close_step(held: Held, *, by: User, on: date, at: datetime, because: str = Closed.SETTLED) -> None:
    """End a step as done; whoever was asked on it and has not answered is not needed any more."""
    release(held, held.others(), by=by, on=on, at=at, because=because)
    held.step.state, held.step.answers_to = Step.State.DONE, None
    held.step.save(update_fields=["state", "answers_to"])


def act(held: Held, code: str, *, by: User, opinion: str, payload: dict[str, Any], on: date, at: datetime) -> None:
    """Append an act to the trail, in the post the assignment lies with."""
    lifecycle.act(
        held.agreement,
        code,
        actor=by.actor(held.verdict.post or held.assignment.post.title, held.verdict.capacity),
        on=on,
        at=at,
        comment=opinion,
        text=held.run.text,
        payload=payload,
    )


def payload(step: Step) -> dict[str, Any]:
    """Return what the trail keeps of a step in every act on it."""
    kept: dict[str, Any] = {"run": step.run.public_id, "step": step.code, "order": step.order}
    kept |= step.named("name")
    return {**kept, "redirected": step.redirected_because} if step.redirected_because else kept


def titles(sheets: Iterable[Sheet]) -> list[str]:
    """Return the posts of assignments as the trail keeps them; no query where there are none."""
    ids = [sheet.post_id for sheet in sheets]
    return [post.title for post in Post.objects.filter(pk__in=ids).select_related("unit")] if ids else []


def has_passed(held: Held) -> bool | None:
    """Tell what a step amounts to after a decision: True, it passed; False, its rule cannot be met any more; None,
    somebody is still asked.

    A signed step has passed when its host and every signer beside or after have decided; what a signer disagrees with,
    the host has before the eyes. Of those who countersign, all, any one or a share must agree; nobody is waited for
    whose answer cannot change the outcome.
    """
    step = held.step
    if step.kind != StepKind.COUNTERSIGN:
        return None if held.others(Kind.HOST, Kind.BEFORE, Kind.BESIDE, Kind.AFTER) else True
    answered = [sheet for sheet in held.round if sheet.verdict in (Verdict.APPROVE, Verdict.DISAGREE)]
    seats = {sheet.pk for sheet in held.round if sheet.kind == Kind.SEAT}
    agreed = sum(1 for sheet in answered if sheet.verdict == Verdict.APPROVE and sheet.pk in seats)
    asked = sum(1 for sheet in held.round if sheet.pk in seats and (sheet in answered or not sheet.closed))
    open_seats = sum(1 for sheet in held.round if sheet.pk in seats and not sheet.closed)
    needed = {PassRule.ANY: 1, PassRule.RATIO: ceil(asked * (step.ratio or 100) / 100)}.get(
        PassRule(step.pass_rule), asked
    )
    if held.others(Kind.BEFORE, Kind.BESIDE, Kind.AFTER):
        return None
    if agreed >= max(needed, 1):
        return True
    return None if agreed + open_seats >= max(needed, 1) else False


def disagreement_allowed(step: Step, kind: str) -> bool:
    """Tell whether one may disagree: a signer or one who countersigns always, a host where the step foresees it."""
    return kind != Kind.HOST or step.on_disagree != OnDisagree.NONE


def cancel_open(
    held: Held,
    *,
    by: User,
    on: date,
    at: datetime,
    because: str,
    again: str = "",
    to_wait: bool = True,
    reason: str = "",
) -> None:
    """Take the open step off every desk, whoever was asked on it; it waits for its turn again, or stays cancelled.
    With a reason why it comes `again` it is never skipped by rule."""
    close_assignments(
        held.agreement,
        [sheet.pk for sheet in held.sheets[held.step.pk] if not sheet.closed],
        by=by,
        on=on,
        at=at,
        because=because,
    )
    for sheet in held.sheets[held.step.pk]:
        sheet.closed = True
    held.step.state = Step.State.WAITING if to_wait else Step.State.CANCELLED
    held.step.again_because = again or held.step.again_because
    held.step.save(update_fields=["state", "again_because"])
    if held.step.is_meeting:
        topic_ends.withdraw_of_step(held.step, by=by, at=at, because=reason)
