"""A step of a run is taken (§3.4): the agreement locked, the run read anew, and asked who, when and on which text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.organisation import DEPUTY, SELF
from agreements import verbs
from agreements.models import Agreement
from agreements.services import access, lifecycle
from approvals import rules
from approvals.models import (
    Assignment,
    Decision,
    Pause,
    Revision,
    Run,
    Step,
    StepKind,
)
from approvals.services import routing, second_caller
from core import clock
from core.acts import permit
from core.errors import NotNow, Refused
from core.verdicts import Allowed
from core.verdicts import Verdict as VerdictOfRule

Verdict = Decision.Verdict
Kind = Assignment.Kind
Closed = Assignment.Closed
MayAct = Callable[..., VerdictOfRule]
RECORDED = "recorded"
"""In this capacity somebody transcribed a leader's paper (代录)."""
BY_MEETING = "meeting"
"""In this capacity somebody wrote down what a meeting resolved (会议): it is the meeting that decided."""
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
    def all_sheets(self) -> Iterator[Sheet]:
        """Return every assignment of the run."""
        return chain.from_iterable(self.sheets.values())

    @property
    def passed(self) -> list[Step]:
        """Return the steps the text can be sent back to: those that were passed and are signed, latest first."""
        return [
            step
            for step in reversed(self.steps)
            if step.order < self.step.order and step.state == Step.State.DONE and not step.is_meeting
        ]

    @property
    def sheet(self) -> Sheet:
        """Return the assignment one acts on."""
        return next(sheet for sheet in self.sheets[self.step.pk] if sheet.pk == self.assignment.pk)

    @property
    def stands_in(self) -> bool:
        """Tell whether the office has the own part in the place of a post that nobody free holds: the host's of a step
        that went there, or a seat that countersigns and was not asked for on the route. What was passed on was not."""
        assignment, step = self.assignment, self.step
        if assignment.kind == Kind.HOST:
            return bool(step.redirected_because)
        if assignment.kind != Kind.SEAT or assignment.parent_id is not None:
            return False
        return not step.seats.filter(post=assignment.post_id).exists()

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


@contextmanager
def one_effect(assignment: Assignment) -> Iterator[None]:
    """One transaction. What its constraints refuse is a second caller, who is told what the first one did."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if Assignment.objects.filter(pk=assignment.pk, closed_at=None).exists():
            raise
        raise second_caller.settled(assignment) from error


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
    run.shown = None
    agreement = run.agreement
    lifecycle.lock(agreement)
    held, worked = read(run, assignment, by)
    held.verdict = permit(may(by, agreement, assignment.post, worked=worked))
    if not _is_open(held):
        raise second_caller.settled(assignment)
    verb = verbs.get("decide")
    if not lifecycle.is_time(agreement, verb):
        raise lifecycle.not_the_time(agreement, verb)
    if held.is_paused:
        raise second_caller.paused(run)
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
    run.shown = None
    lifecycle.lock(run.agreement)
    run.refresh_from_db(fields=["state", "sha256", "text"])
    if run.state != Run.State.OPEN:
        raise second_caller.run_ended(run)
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


def today(on: date | None, at: datetime | None) -> tuple[date, datetime]:
    """Return the legal day and the instant of an act: now, unless they are given."""
    at = at or clock.now()
    return on or clock.today(at), at
