"""One step of a run (§3.4): read under the lock, decided, closed, and the next one opened; never one left out.

Every operation on an approval goes the same way: `taken` locks the agreement, reads the run anew and asks who, when
and on which text; the operation writes its rows; `open_next` or `reopen` settles who has it next.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Post, User
from accounts.models.organisation import DEPUTY, SELF
from agreements import events, verbs
from agreements.models import Agreement, Attachment, Deadline
from agreements.services import access, deadlines, duties, lifecycle, notices
from approvals import rules
from approvals.models import (
    Assignment,
    Decision,
    MeetingResult,
    OnDisagree,
    PassRule,
    Pause,
    Revision,
    Run,
    Step,
    StepKind,
)
from approvals.services import routing, topic_ends
from approvals.services.reviewing import STEP_RULE
from core import clock
from core.acts import permit
from core.errors import NotNow, Refused
from core.verdicts import Allowed
from core.verdicts import Verdict as VerdictOfRule
from records import trail

Verdict = Decision.Verdict
Kind = Assignment.Kind
Closed = Assignment.Closed
MayAct = Callable[..., VerdictOfRule]

SYSTEM_CAPACITY = "automatic"
RECORDED = "recorded"
"""In this capacity somebody transcribed a leader's paper (代录)."""
OPEN_REVISION = Revision.UNDER_WAY


@dataclass(slots=True)
class Sheet:
    """An assignment as the reading of a run has it, with what was decided on it."""

    pk: int
    kind: str
    round: int
    post_id: int
    parent_id: int | None
    opened: bool
    closed: bool
    verdict: str | None
    """What was decided on it; None for a decision that was taken back."""
    by_id: int | None
    sha256: str | None
    capacity: str | None

    @property
    def is_open(self) -> bool:
        return self.opened and not self.closed


@dataclass(slots=True)
class Held:
    """An open step, taken under the lock: the assignment one acts on, and the whole run as it is now."""

    assignment: Assignment
    steps: list[Step]
    sheets: dict[int, list[Sheet]]
    is_revised: bool = False
    """Whether a revision of the text is open, for which the next step waits."""
    is_paused: bool = False
    verdict: Allowed = field(default_factory=Allowed)

    @property
    def step(self) -> Step:
        return self.assignment.step

    @property
    def run(self) -> Run:
        return self.step.run

    @property
    def agreement(self) -> Agreement:
        return self.step.run.agreement

    @property
    def waiting(self) -> list[Step]:
        """Return the steps that nobody has reached, or that are to decide again, in their order."""
        return [step for step in self.steps if step.state == Step.State.WAITING]

    @property
    def sheet(self) -> Sheet:
        """Return the assignment one acts on."""
        return next(sheet for sheet in self.sheets[self.step.pk] if sheet.pk == self.assignment.pk)

    @property
    def round(self) -> list[Sheet]:
        """Return everybody who was asked since the step was opened last."""
        return [sheet for sheet in self.sheets[self.step.pk] if sheet.round == self.step.round]

    def others(self, *kinds: str) -> list[Sheet]:
        """Return the other open assignments of the step, of some kinds or of any."""
        return [
            sheet
            for sheet in self.sheets[self.step.pk]
            if not sheet.closed and sheet.pk != self.assignment.pk and (not kinds or sheet.kind in kinds)
        ]

    @property
    def approvers(self) -> dict[int, str]:
        """Return who has decided for this very text on a step that stands, and in which capacity: the office in a
        leader's place never has, nor who recorded a leader's paper, nor a signer added to somebody else's step."""
        return {
            sheet.by_id: sheet.capacity or SELF
            for step in self.steps
            if step.kind == StepKind.SIGN
            and not step.redirected_because
            and step.state in (Step.State.DONE, Step.State.OPEN)
            for sheet in self.sheets[step.pk]
            if sheet.round == step.round
            and sheet.kind == Kind.HOST
            and sheet.capacity != RECORDED
            and sheet.verdict == Verdict.APPROVE
            and sheet.sha256 == self.run.sha256
            and sheet.by_id is not None
        }

    def lost_its_ground(self, step: Step) -> bool:
        """Tell whether a step was skipped by rule for somebody who does not stand among those who approved any more."""
        asked = [sheet for sheet in self.sheets[step.pk] if sheet.round == step.round and sheet.verdict == Verdict.SKIP]
        return any(sheet.by_id not in self.approvers for sheet in asked)

    def note(self, verdict: str, by: User) -> None:
        """Keep the reading in step with a decision that was just written on the assignment."""
        sheet = self.sheet
        sheet.verdict, sheet.by_id, sheet.sha256, sheet.closed = verdict, by.pk, self.run.sha256, True
        sheet.capacity = self.verdict.capacity

    def line(self, sheet: Sheet) -> int:
        """Return the part of the step to which an assignment belongs: that of the host or seat that was asked first.

        One that was passed on, and whoever was added or asked for advice, are of the same part.
        """
        parents = {one.pk: one.parent_id for one in self.sheets[self.step.pk]}
        top = sheet.pk
        while (parent := parents.get(top)) is not None:
            top = parent
        return top

    def of_line(self, *kinds: str) -> list[Sheet]:
        """Return what is not closed of the part one acts on, of some kinds: the own assignment is not among them."""
        here = self.line(self.sheet)
        return [sheet for sheet in self.others(*kinds) if self.line(sheet) == here]


@dataclass(slots=True)
class Ahead:
    """What comes after a step: the next one to open (None after the last), and those skipped by rule before it."""

    step: Step | None = None
    lies: routing.Lies | None = None
    skipped: list[tuple[Step, Post, User]] = field(default_factory=list)


# ---------------------------------------------------------------------- taking a step


@contextmanager
def one_effect(assignment: Assignment) -> Iterator[None]:
    """One transaction. What its constraints refuse is a second caller, who is told what the first one did."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if Assignment.objects.filter(pk=assignment.pk, closed_at=None).exists():
            raise
        raise settled(assignment) from error


def taken(
    assignment: Assignment, *, by: User, text_sha256: str | None = None, may: MayAct = rules.may_decide_on
) -> Held:
    """Lock the agreement, read the run anew, and ask who, when and on which text; `text_sha256` is the hash of the
    text that was shown, None for an act that says nothing of the text; `may` is the rule where it is not the holder of
    the post who acts.

    Raises Refused for anyone but a holder of the post who did not work on the case; NotNow for a step that is settled
    or paused, at the wrong station, or on another text.
    """
    run = assignment.step.run
    agreement = run.agreement
    lifecycle.lock(agreement)
    held, worked = read(run, assignment, by)
    held.verdict = permit(may(by, agreement, assignment.post, worked=worked))
    if not _is_open(held):
        raise settled(assignment)
    verb = verbs.get("decide")
    if not lifecycle.is_time(agreement, verb):
        raise lifecycle.not_the_time(agreement, verb)
    if held.is_paused:
        raise paused(run)
    if text_sha256 is not None and text_sha256 != run.sha256:
        raise NotNow(
            _("The text you were shown is not the text of this approval."),
            "§3.4",
            code="other_text",
            next_step=_("Open the page again and look at the text that is to be decided on."),
        )
    return held


def taken_run(run: Run) -> Held | None:
    """Lock the agreement of a run and read it anew; return its open step with the one who decides on it, None when no
    step is open. Raises NotNow when the run has ended: the second caller is told so."""
    lifecycle.lock(run.agreement)
    run.refresh_from_db(fields=["state", "sha256", "text"])
    if run.state != Run.State.OPEN:
        raise run_ended(run)
    assignment = hosts(run).first()
    return read(run, assignment)[0] if assignment else None


def hosts(run: Run) -> QuerySet[Assignment]:
    """Return the open assignments of those who decide on the open step: its host, or all who countersign."""
    return (
        Assignment.objects.filter(step__run=run, step__state=Step.State.OPEN, closed_at=None)
        .filter(kind__in=(Kind.HOST, Kind.SEAT))
        .select_related("post__unit", "step__run__text", "step__run__agreement__lead_unit")
        .order_by("pk")
    )


def read(run: Run, assignment: Assignment, by: User | None = None) -> tuple[Held, bool]:
    """Read every step of a run with all assignments and decisions, in one query, and whether a person worked on the
    case. The assignment's step is replaced by the one just read."""
    rows = (
        Step.objects.filter(run=run)
        .annotate(
            run_state=F("run__state"),
            run_sha256=F("run__sha256"),
            assigned=F("assignments__pk"),
            assigned_kind=F("assignments__kind"),
            assigned_round=F("assignments__round"),
            assigned_post=F("assignments__post_id"),
            parent=F("assignments__parent_id"),
            opened_at=F("assignments__opened_at"),
            closed_at=F("assignments__closed_at"),
            verdict=F("assignments__decision__verdict"),
            decided_by=F("assignments__decision__by"),
            decided_on_text=F("assignments__decision__text_sha256"),
            capacity=F("assignments__decision__capacity"),
            closed_because=F("assignments__closed_because"),
            paused=Exists(Pause.objects.filter(run=run, closed_at=None)),
            revised=Exists(Revision.objects.filter(run=run, state__in=OPEN_REVISION)),
            worked=Exists(access.of_workers(run.agreement).filter(user=by)),
        )
        .order_by("order", "assignments__pk")
    )
    steps: dict[int, Step] = {}
    sheets: dict[int, list[Sheet]] = {}
    worked = revised = is_paused = False
    for row in rows:
        worked, revised, is_paused = by is not None and row.worked, row.revised, row.paused
        run.state, run.sha256 = row.run_state, row.run_sha256
        row.run = run
        steps.setdefault(row.pk, row)
        of_step = sheets.setdefault(row.pk, [])
        if row.assigned is not None:
            of_step.append(
                Sheet(
                    row.assigned,
                    row.assigned_kind,
                    row.assigned_round,
                    row.assigned_post,
                    row.parent,
                    row.opened_at is not None,
                    row.closed_at is not None,
                    None if row.closed_because == Closed.RECALLED else row.verdict,
                    row.decided_by,
                    row.decided_on_text,
                    row.capacity,
                )
            )
    assignment.step = steps[assignment.step_id]
    return Held(assignment, list(steps.values()), sheets, revised, is_paused), worked


def _is_open(held: Held) -> bool:
    return held.run.state == Run.State.OPEN and held.step.state == Step.State.OPEN and held.sheet.is_open


def must_not_repeat(held: Held, by: User) -> None:
    """Raise Refused for who has approved this text on another step, while another holder of the post has not.
    Presenting is no decision."""
    step = held.step
    if step.kind != StepKind.SIGN or step.is_presenting or step.redirected_because or by.pk not in held.approvers:
        return
    if DEPUTY in (held.verdict.capacity, held.approvers[by.pk]):
        raise Refused(
            _("You have approved this text already: nobody decides twice on one text, once as a deputy."), "§3.4"
        )
    people = routing.where(held.agreement, [step.code])[step.code].people
    if any(user.pk not in held.approvers for user in people):
        raise Refused(_("Nobody decides twice on one text; the other holder of this post decides."), "§3.4")


def settled(assignment: Assignment) -> NotNow:
    """Return the error for a step that somebody has settled already, naming who and when."""
    decision = Decision.objects.filter(assignment=assignment).first()
    result = MeetingResult.objects.filter(step=assignment.step_id).last()
    if assignment_taken_back(assignment):
        decision = None
    if decision:
        who, when = decision.by_name, decision.at
    elif result:
        who, when = result.by_name, result.recorded_at
    else:
        run = Run.objects.select_related("agreement").get(pk=assignment.step.run_id)
        return run_ended(run)
    return NotNow(
        _("%(who)s has already acted on this step, on %(when)s.")
        % {"who": who, "when": timezone.localtime(when).strftime("%Y-%m-%d %H:%M")},
        "§3.4",
        code="already_decided",
        next_step=_("Open the agreement to see who has it now."),
    )


def late(subject: Assignment | Run) -> NotNow | None:
    """Return the error for an act on an assignment that is closed or a run that has ended; None while it may come."""
    if isinstance(subject, Run):
        return None if subject.state == Run.State.OPEN else run_ended(subject)
    return settled(subject) if subject.closed_at else None


def assignment_taken_back(assignment: Assignment) -> bool:
    """Tell whether an assignment was closed because its decision, or the one that opened it, was taken back."""
    return Assignment.objects.filter(pk=assignment.pk, closed_because=Closed.RECALLED).exists()


def paused(run: Run) -> NotNow:
    """Return the error for an approval that is paused: by whom, until when."""
    row = Pause.objects.filter(run=run, closed_at=None).first()
    if row is None:
        raise RuntimeError("a paused approval has its pause")
    return NotNow(
        _("%(who)s has paused the approval; it is looked at again on %(day)s.")
        % {"who": row.by_name, "day": row.review_on.isoformat()},
        "§3.4",
        code="paused",
        next_step=_("Who paused it lets it go on, or a leader above."),
    )


def run_ended(run: Run) -> NotNow:
    """Return the error for a step that was closed by somebody's act elsewhere, naming the last act, who and when; a
    copy or a reminder that came after it closed nothing."""
    last = trail.history(run.agreement.chain).exclude(code__in=events.passive()).last()
    if last is None:
        return NotNow(_("This step is closed: the approval has ended."), "§3.4", code="run_ended")
    return NotNow(
        _("This step is closed: %(who)s acted on the approval on %(when)s.")
        % {"who": last.actor_name, "when": timezone.localtime(last.recorded_at).strftime("%Y-%m-%d %H:%M")},
        "§3.4",
        code="run_ended",
        next_step=_("Open the agreement to see who has it now."),
    )


# ---------------------------------------------------------------------- writing a decision


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
    if step.name_zh:
        kept["name"] = [step.name_zh, step.name_en]
    return {**kept, "redirected": step.redirected_because} if step.redirected_because else kept


def titles(sheets: Iterable[Sheet]) -> list[str]:
    """Return the posts of assignments as the trail keeps them; no query where there are none."""
    ids = [sheet.post_id for sheet in sheets]
    return [post.title for post in Post.objects.filter(pk__in=ids).select_related("unit")] if ids else []


# ---------------------------------------------------------------------- has the step passed?


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


# ---------------------------------------------------------------------- who has it next


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
    write(assignment, verdict, by=user, on=on, at=at, sha256=sha256, rule=rule, capacity=SYSTEM_CAPACITY)


# ---------------------------------------------------------------------- moving about in a run


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


def today(on: date | None, at: datetime | None) -> tuple[date, datetime]:
    """Return the legal day and the instant of an act: now, unless they are given."""
    at = at or clock.now()
    return on or clock.today(at), at
