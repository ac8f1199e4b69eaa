"""What the page of deciding offers on an assignment: which decisions, with what they lead to, and in which capacity."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.organisation import SELF
from agreements.pages import holder_names, short_day
from approvals import acts
from approvals.acts import Offer
from approvals.models import Assignment, Decision, Run, Step, StepKind
from approvals.services import pausing, runs, second_caller, steps, taking, ways
from approvals.services.taking import Held, Kind
from approvals.written import COUNTERSIGNS, capacity_word, is_unconfirmed
from core.verdicts import Allowed

HOST_KINDS = (Kind.HOST, Kind.SEAT)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a text can be sent back to: the lead unit (blank value) or a step it has passed."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Way:
    """How a text that was sent back goes on, in words."""

    value: str
    label: str
    hint: str


@dataclass(slots=True)
class Choices:
    """The decisions a person has on an assignment now.

    `waits_for` are those who sign before; while there are any nothing is approved. `following` is the step that opens
    on approval, None where others on the step still decide (`passes` is False) or where it is the last one.
    """

    assignment: Assignment
    held: Held
    """The run as it was read for the page."""
    passes: bool = True
    following: Step | None = None
    waits_for: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    returned: Decision | None = None
    """By which decision the text came back to this step, with its reason."""
    may_disagree: bool = False
    may_send_back: bool = False
    is_decided_here: bool = True
    """Whether one approves here at all: a meeting is recorded by its minutes, advice is given by its own operation."""
    paused: str = ""
    """Who has paused the approval, until when and why; blank while it goes on. Nobody decides meanwhile."""
    capacity: str = ""
    """In which capacity one acts, in words; blank for the person itself."""
    offers: list[Offer] = field(default_factory=list)

    @property
    def disagreement_ends(self) -> bool:
        """Tell whether disagreeing ends the approval."""
        return self.assignment.step.on_disagree == "end"

    @property
    def opened(self) -> str:
        """Return the operation that stands open because it is all one has to do: giving the advice one was asked for,
        letting go on what is paused."""
        if self.paused:
            return "resume"
        return self.offers[0].act.code if self.assignment.kind == Kind.ADVICE and self.offers else ""

    @property
    def is_signer(self) -> bool:
        """Tell whether somebody added this person as a signer."""
        return self.assignment.kind not in HOST_KINDS


def own(assignment: Assignment, user: User) -> Assignment | None:
    """Return what of the same step lies with this person, where the assignment does not; None where nothing does."""
    rows = assignment.step.assignments.filter(closed_at=None).exclude(opened_at=None).exclude(pk=assignment.pk)
    return next((row for row in rows.select_related("post__unit") if user.holding(post=row.post)), None)


def choices(assignment: Assignment, user: User, verdict: Allowed) -> Choices:
    """Return what may be decided on an open assignment: what a decision that was sent is held against, in one query
    for who was reached in order. What only the page shows beside is added by `look_further`."""
    run, kind = assignment.step.run, assignment.kind
    held, _worked = taking.read(run, assignment, user)
    held.verdict, run.shown = verdict, held
    step = held.step
    found = Choices(assignment, held, capacity=_capacity(verdict))
    found.is_decided_here = kind != Kind.ADVICE and not (step.is_meeting and kind == Kind.HOST)
    if kind in HOST_KINDS:
        found.may_send_back = True
        found.targets = [
            Target("", run.agreement.lead_unit.short),
            *(Target(str(passed.pk), passed.label) for passed in held.passed),
        ]
        found.ways = _ways(assignment)
    found.may_disagree = steps.disagreement_allowed(step, kind)
    found.passes = kind == Kind.HOST and step.kind != StepKind.COUNTERSIGN and not held.others(Kind.BESIDE, Kind.AFTER)
    return found


def look_further(found: Choices, user: User) -> None:
    """Add what the page of deciding shows: the step that opens next, who signs before, how the text came back, every
    other operation. Raises Refused for who approved this text on another step while another holder of the post may
    decide."""
    assignment, held = found.assignment, found.held
    following = runs.look_ahead(held, by=user)
    found.following = following if found.passes else None
    if held.is_paused and (row := pausing.current(held.run)):
        told = _("%(who)s has paused the approval; it is looked at again on %(day)s.")
        found.paused = f"{told % {'who': row.by_name, 'day': short_day(row.review_on)}} {row.reason}"
        found.offers = acts.offers(acts.RUN, held.run, user)
    else:
        found.offers = offers(assignment, user)
    if assignment.kind in HOST_KINDS:
        found.waits_for = _names([sheet.pk for sheet in held.of_line(Kind.BEFORE)])
        found.returned = _returned(assignment)


def offers(assignment: Assignment, user: User) -> list[Offer]:
    """Return every operation beside deciding: on the assignment first, then on the whole approval."""
    run = assignment.step.run
    return [*acts.offers(acts.ASSIGNMENT, assignment, user), *acts.offers(acts.RUN, run, user)]


def _capacity(verdict: Allowed) -> str:
    if verdict.capacity == SELF:
        return ""
    return _("You act %(capacity)s: %(post)s.") % {"capacity": capacity_word(verdict.capacity), "post": verdict.post}


def _names(ids: list[int]) -> list[str]:
    """Return posts of assignments with who holds them."""
    if not ids:
        return []
    rows = list(Assignment.objects.filter(pk__in=ids).select_related("post__unit").order_by("pk"))
    names = holder_names({row.post_id for row in rows})
    return [
        _("%(post)s (%(names)s)") % {"post": row.post.title, "names": names[row.post_id]}
        if names[row.post_id]
        else row.post.title
        for row in rows
    ]


def _ways(assignment: Assignment) -> list[Way]:
    """Return how a text that was sent back to this step may go on, each with what it means."""
    allowed = ways.of(assignment)
    if not allowed or assignment.came_from is None:
        return []
    words = {"step": assignment.came_from.label}
    found = {
        Decision.STRAIGHT: Way(
            Decision.STRAIGHT,
            _("Straight to who sent it back: %(step)s") % words,
            _("The text is the one that was sent back; the levels between have approved it and are not asked again."),
        ),
        Decision.LEVEL_BY_LEVEL: Way(
            Decision.LEVEL_BY_LEVEL,
            _("Level by level"),
            _("Every step from here on decides again.")
            if Decision.STRAIGHT in allowed
            else _("The text has changed since it was sent back, so every step from here on decides again."),
        ),
    }
    return [found[code] for code in allowed]


def _returned(assignment: Assignment) -> Decision | None:
    if assignment.came_from_id is None:
        return None
    sent = Decision.objects.filter(returned_to=assignment.step_id, assignment__step=assignment.came_from_id)
    return sent.order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Settled:
    """A page of an assignment that nobody can act on any more: who settled it, in words, and what was written; a
    decision recorded from paper is never shown as the leader's own act before the leader confirms."""

    words: str
    decision: Decision | None
    lies_now: str

    @property
    def capacity(self) -> str:
        """Return in which capacity it was decided, in words; blank for the person itself."""
        decision = self.decision
        if decision is None or decision.capacity == SELF:
            return ""
        return capacity_word(decision.capacity, decision.principal_name)

    @property
    def is_unconfirmed(self) -> bool:
        """Tell whether it was recorded from paper and its leader has not confirmed it yet."""
        return self.decision is not None and is_unconfirmed(self.decision)


def decision_on(assignment: Assignment) -> Decision | None:
    """Return what was decided on an assignment; None where it was closed without a decision."""
    return Decision.objects.filter(assignment=assignment).select_related("returned_to").first()


def settled(assignment: Assignment, lies_now: str) -> Settled:
    """Return what became of an assignment that is closed, or of one that waits for its host's act."""
    decision = decision_on(assignment)
    if decision is None and assignment.closed_at and assignment.closed_because and not assignment.step.is_meeting:
        reason = second_caller.run_ended(assignment.step.run).reason
        words = _("%(what)s. %(who)s") % {"what": capfirst(assignment.get_closed_because_display()), "who": reason}
    else:
        words = str(second_caller.settled(assignment).reason)
    return Settled(words, decision, lies_now)


def is_countersigned(run: Run) -> bool:
    """Tell whether anybody signs beside those who decide: then there is a countersignature sheet."""
    if run.shown:
        return any(sheet.kind in COUNTERSIGNS for sheet in run.shown.all_sheets)
    return Assignment.objects.filter(step__run=run, kind__in=COUNTERSIGNS).exists()
