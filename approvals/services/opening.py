"""Who has a step next (§3.4): the next one opens for whoever holds its post now, is skipped by rule, or asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F

from accounts.models import Post, User
from agreements.models import Agreement, Deadline
from agreements.services import access, deadlines, duties
from approvals.models import (
    Assignment,
    Decision,
    Run,
    Step,
    StepKind,
)
from approvals.services import routing, steps
from approvals.services.reviewing import STEP_RULE
from approvals.services.taking import Held

Verdict = Decision.Verdict
Kind = Assignment.Kind
Closed = Assignment.Closed
SYSTEM_CAPACITY = "automatic"


@dataclass(slots=True)
class Ahead:
    """What comes after a step: the next one to open (None after the last), and those skipped by rule before it."""

    step: Step | None = None
    lies: routing.Lies | None = None
    skipped: list[tuple[Step, Post, User]] = field(default_factory=list)


def ahead_of(agreement: Agreement, waiting: list[Step], approvers: dict[int, str], day: date) -> Ahead:
    """Find the next step to open. A step whose every holder has approved this text already is skipped by rule; a
    meeting, a countersignature, a step that is asked again, and one that goes to the office never is."""
    ahead = Ahead()
    codes = [step.code for step in waiting if step.kind == StepKind.SIGN]
    placed = routing.where(agreement, codes, day=day, approved=approvers) if waiting else {}
    for step in waiting:
        lies = placed[step.code if step.kind == StepKind.SIGN else routing.OFFICE]
        same = lies.people and all(user.pk in approvers for user in lies.people)
        if step.kind == StepKind.SIGN and not lies.redirected and not step.again_because and same:
            ahead.skipped.append((step, lies.post, lies.people[0]))
            continue
        ahead.step, ahead.lies = step, lies
        break
    return ahead


def open_next(held: Held, ahead: Ahead, *, by: User, on: date, at: datetime) -> None:
    """Record the skips, then open the next step."""
    skip(ahead, on=on, at=at, sha256=held.run.sha256)
    if ahead.step is None or ahead.lies is None:
        raise RuntimeError("a run goes on to a step, or through the door")
    open_step(held.agreement, ahead.step, ahead.lies, by=by, on=on, at=at)


def open_step(
    agreement: Agreement,
    step: Step,
    lies: routing.Lies,
    *,
    by: User,
    on: date,
    at: datetime,
) -> None:
    """Open a step for its post, or for all who countersign: to-do, own limit, sight of the case. What it owes to a step
    that sent the text back here stays owed.

    Of those who countersign, a post that nobody free holds is asked at the office; the office is asked once.
    """
    if step.post_id != lies.post.pk:
        access.grant(agreement, "approval", post=lies.post)
    step.post, step.redirected_because, step.state = lies.post, lies.redirected, Step.State.OPEN
    step.round += 1
    step.save(update_fields=["post", "redirected_because", "state", "round"])
    if step.kind != StepKind.COUNTERSIGN:
        assign(agreement, step, lies.post, Kind.HOST, by=by, on=on, at=at, came_from=step.answers_to)
        return
    seats = routing.seats(agreement, [seat.post for seat in step.seats.select_related("post__unit")], day=on)
    for post in {seat.post.pk: seat.post for seat in seats or [lies]}.values():
        access.grant(agreement, "approval", post=post)
        assign(agreement, step, post, Kind.SEAT, by=by, on=on, at=at, came_from=step.answers_to)


def assign(
    agreement: Agreement,
    step: Step,
    post: Post,
    kind: str,
    *,
    by: User,
    on: date,
    at: datetime,
    parent: Assignment | None = None,
    reason: str = "",
    came_from: Step | None = None,
    later: bool = False,
) -> Assignment:
    """Lay a step on a post's desk, within the limit of the step; `later` makes one that is opened by its host's act."""
    assignment = Assignment.objects.create(
        step=step,
        post=post,
        kind=kind,
        parent=parent,
        round=step.round,
        added_by=by if parent else None,
        reason=reason,
        came_from=came_from,
        opened_at=None if later else at,
    )
    if not later:
        put_on_desk(agreement, assignment, step, by=by, on=on, at=at)
    return assignment


def put_on_desk(
    agreement: Agreement, assignment: Assignment, step: Step, *, by: User, on: date, at: datetime, fresh: bool = True
) -> Deadline:
    """Start the limit of an assignment and put it on its post's desk. Not `fresh`: an earlier limit is replaced."""
    deadline = deadlines.start(
        agreement,
        STEP_RULE,
        starts_on=on,
        post=assignment.post,
        subject_key=assignment.key,
        amount=step.workdays,
        fresh=fresh,
    )
    code = "advise" if assignment.kind == Kind.ADVICE else "meeting" if step.is_meeting else "decide"
    duties.open(
        agreement,
        code,
        post=assignment.post,
        subject_key=assignment.key,
        deadline=deadline,
        by=by,
        at=at,
        params={"assignment": assignment.public_id},
        fresh=fresh,
    )
    return deadline


def skip(ahead: Ahead, *, on: date, at: datetime, sha256: str) -> None:
    """Record each automatic skip with its rule, as a decision of the person who has approved already."""
    for step, post, user in ahead.skipped:
        pass_by_rule(step, post, user, Verdict.SKIP, Decision.SAME_PERSON, on=on, at=at, sha256=sha256)


def pass_by_rule(
    step: Step, post: Post, user: User, verdict: str, rule: str, *, on: date, at: datetime, sha256: str
) -> None:
    """Close a step without asking anybody, recorded with the rule that allows it."""
    step.post, step.redirected_because, step.state = post, "", Step.State.SKIPPED
    step.round += 1
    step.save(update_fields=["post", "redirected_because", "state", "round"])
    assignment = Assignment.objects.create(
        step=step, post=post, round=step.round, opened_at=at, closed_at=at, closed_because=Closed.DECIDED
    )
    steps.write(assignment, verdict, by=user, on=on, at=at, sha256=sha256, rule=rule, capacity=SYSTEM_CAPACITY)


def wait_again(steps: Iterable[Step], because: str) -> None:
    """Let steps that were done wait for their turn again; what was written on them stays."""
    for step in steps:
        step.state, step.again_because = Step.State.WAITING, because
        step.save(update_fields=["state", "again_because"])


def reopen(
    held: Held, step: Step, because: str, *, by: User, on: date, at: datetime, came_from: Step | None = None
) -> None:
    """Open a step of the run once more, for whoever holds its post now; its limit runs anew. `came_from` is the step
    that sent the text back and waits for this one."""
    step.again_because = because
    step.answers_to = came_from or step.answers_to
    step.save(update_fields=["again_because", "answers_to"])
    lies = routing.where(held.agreement, [step.code if step.kind == StepKind.SIGN else routing.OFFICE], day=on)
    found = lies[step.code if step.kind == StepKind.SIGN else routing.OFFICE]
    open_step(held.agreement, step, found, by=by, on=on, at=at)


def make_room(run: Run, order: int) -> None:
    """Move the steps from an order on one place back, so that a step can be put there."""
    far = 1000
    Step.objects.filter(run=run, order__gte=order).update(order=F("order") + far)
    Step.objects.filter(run=run, order__gte=far).update(order=F("order") - far + 1)
