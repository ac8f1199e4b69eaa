"""What the pages of review and approval show: the route, what was found, what others said, who has it next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import SigningAuthority, User
from agreements import opinion_lists
from agreements.differences import ReadClause, clauses
from agreements.lights import Light, light_for
from agreements.models import Agreement, DeadlineStop, OpinionAnswer, OpinionPoint, Station, TextVersion
from agreements.opinion_lists import LetterLine, Reply
from agreements.pages import TrailLine, holder_names, listed, short_day, trail_lines
from agreements.pages import light_of as agreement_light
from agreements.services import opinions, papers
from approvals import acts, deciding, review_pages, revision_pages, rules
from approvals.models import Decision, LegalReview, Run, Step, Topic
from approvals.queue import HERE as HERE
from approvals.queue import after_act as after_act
from approvals.services import seeing
from approvals.services.review import clock as review_clock
from approvals.services.review import findings
from approvals.services.routing import Plan
from approvals.written import BY_THE_ROUTE, capacity_word, opinions_of, steps_whole, verdict_word
from core import clock
from core.bilingual import reads_english
from core.verdicts import Allowed, Wording
from core.wording import say
from records import trail

PAPERS = (
    "supplement_notice",
    "review_opinion",
    "route_preview",
    "meeting_topic",
    "approval_sheet",
    "countersign_sheet",
)
"""The kinds of printed papers of review and approval."""

point_lines = review_pages.point_lines
RECENT = 8


# ---------------------------------------------------------------------- the route


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A step on the route: whose, who, what became of it, why it is there."""

    label: str
    people: str
    note: str
    state: str
    article: str = ""
    reason: str = ""
    reading: bool = False
    redirected: str = ""


def route(run: Run) -> list[RouteLine]:
    """Return the steps of a run in their order, done or to come. Five queries, however many steps."""
    steps = list(steps_whole().filter(run=run))
    asked = {row.post_id for step in steps if step.state == Step.State.OPEN for row in step.assignments.all()}
    names = holder_names(asked | {step.post_id for step in steps if step.post_id}, run.agreement)
    until = _note_of_open(run, steps)
    return [_route_line(run, step, names, until) for step in steps]


def _note_of_open(run: Run, steps: Iterable[Step]) -> str:
    """Return until when the open step is to be decided, or that its clock stands still."""
    keys = [row.key for step in steps if step.state == Step.State.OPEN for row in step.assignments.all()]
    rows = run.agreement.deadlines.filter(rule="approval_step", subject_key__in=keys, closed_on=None)
    due = rows.annotate(is_stopped=_stopped()).values_list("due_on", "is_stopped").first()
    if due is None:
        return ""
    return _("stands still") if due[1] else _("until %(day)s") % {"day": short_day(due[0])}


def _stopped() -> Exists:
    """Return the condition that the clock of a deadline stands still."""
    return Exists(DeadlineStop.objects.filter(deadline=OuterRef("pk"), to_on=None))


def _route_line(run: Run, step: Step, names: Mapping[int, str], until: str) -> RouteLine:
    asked = [row for row in step.assignments.all() if row.round == step.round]
    decided = [row.decision for row in asked if row.kind in BY_THE_ROUTE and hasattr(row, "decision")]
    meeting = next(iter(reversed(list(step.meeting_results.all()))), None)
    why = run.reason("forum" if step.is_meeting else step.code) or {}
    state = {
        Step.State.DONE: "is-done",
        Step.State.SKIPPED: "is-done",
        Step.State.OPEN: "is-now",
    }.get(Step.State(step.state), "")
    note = ""
    if step.state == Step.State.OPEN:
        people = listed(dict.fromkeys(names[row.post_id] for row in asked if row.is_open and names[row.post_id]))
        note = until
    elif step.state in (Step.State.DONE, Step.State.SKIPPED) and decided:
        people = listed(dict.fromkeys(_signed_by(decision) for decision in decided))
        last = decided[-1]
        note = _("%(what)s %(day)s") % {"what": verdict_word(last), "day": short_day(last.on)}
    elif meeting and step.state != Step.State.WAITING:
        people = meeting.minutes_number
        note = _("%(what)s %(day)s") % {"what": meeting.get_result_display(), "day": short_day(meeting.held_on)}
    elif step.is_meeting or step.state == Step.State.CANCELLED:
        people = listed(decision.by_name for decision in decided)
    else:
        people = names[step.post_id or 0]
    if step.state == Step.State.CANCELLED:
        note = step.get_state_display()
    elif step.state == Step.State.WAITING and step.again_because:
        note = step.get_again_because_display()
    return RouteLine(
        label=step.label,
        people=people,
        note=note,
        state=state,
        article=why.get("article", ""),
        reason=why.get("en" if reads_english() else "zh", "") or step.inserted_because,
        reading=why.get("reading", False),
        redirected=step.get_redirected_because_display() if step.redirected_because else "",
    )


def _signed_by(decision: Decision) -> str:
    """Return who signed; of who signed in somebody's place, or wrote down what is on that person's paper, for whom."""
    if not decision.principal_name:
        return decision.by_name
    capacity = capacity_word(decision.capacity, decision.principal_name)
    return _("%(name)s, %(capacity)s") % {"name": decision.by_name, "capacity": capacity}


def forum(run: Run) -> tuple[str, str]:
    """Return why the matter is decided where it is, in the reader's language, and the article."""
    why = run.reason("forum") or {}
    return why.get("en" if reads_english() else "zh", ""), why.get("article", "")


def planned_route(plan: Plan, authority: SigningAuthority) -> list[RouteLine]:
    """Return the way an agreement will take when it is presented now."""
    return [
        RouteLine(
            label=step.label_of(authority),
            people=pgettext("between names", ", ").join(str(one) for one in step.lies.acting),
            note="",
            state="is-now" if order == 0 else "",
            article=step.reason.article if step.reason else "",
            reason=say(step.reason.text) if step.reason else "",
            reading=step.reason.reading if step.reason else False,
            redirected=step.redirected_because,
        )
        for order, step in enumerate(plan.steps)
    ]


# ---------------------------------------------------------------------- findings and opinions


@dataclass(slots=True)
class Consulted:
    """The last round of opinions in numbers, the units that kept silent, letters, what is maintained of any round."""

    total: int = 0
    agreed: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    objections: list[Reply] = field(default_factory=list)
    """The units that had an opinion, with the answer each point got."""
    letters: list[LetterLine] = field(default_factory=list)
    """The letters of outside bodies that had an opinion."""
    differences: list[OpinionPoint] = field(default_factory=list)
    """The list of differences, which the meeting paper carries."""

    @property
    def answered(self) -> list[tuple[str, int]]:
        """Return how many opinions were adopted, in part, or not, in words."""
        return [(str(OpinionAnswer.Adoption(code).label), count) for code, count in self.answers.items()]


def consulted(agreement: Agreement) -> Consulted | None:
    """Return what the units said in the last round, and outside bodies by letter (§3.2); None where nobody was asked
    or wrote. Silence is never consent."""
    rounds = opinion_lists.rounds(agreement, reminded=False)
    letters = [line for round_ in rounds for line in round_.letters] + opinion_lists.letters(agreement)
    if not rounds and not letters:
        return None
    found = Consulted(letters=[line for line in letters if line.points], differences=opinions.differences(agreement))
    # A round in which units look at revised clauses again is shown with the revision; it replaces none on the draft.
    on_draft = [round_ for round_ in rounds if not any(reply.consulted.about for reply in round_.replies)]
    for reply in on_draft[-1].replies if on_draft else []:
        found.total += 1
        if reply.opinion is None:
            found.silent.append(reply.consulted.unit.short)
        elif reply.opinion.stance == reply.opinion.Stance.NO_OBJECTION:
            found.agreed += 1
        if reply.points:
            found.objections.append(reply)
    said = [point for reply in found.objections for point in reply.points]
    said += [point for letter in found.letters for point in letter.points]
    for point in said:
        if hasattr(point, "answer"):
            found.answers[point.answer.adoption] = found.answers.get(point.answer.adoption, 0) + 1
    return found


# ---------------------------------------------------------------------- the text as this person reads it


@dataclass(frozen=True, slots=True)
class Reading:
    """The text under decision, marked against what this person saw last, or what was reviewed last."""

    text: TextVersion
    since: TextVersion | None
    clauses: list[ReadClause]
    is_full: bool

    @property
    def changes(self) -> int:
        """Return in how many places the text changed."""
        return sum(clause.changes for clause in self.clauses)

    @property
    def changed_clauses(self) -> int:
        """Return in how many clauses."""
        return sum(1 for clause in self.clauses if clause.changes)


def reading_of(text: TextVersion, user: User, *, full: bool, review: LegalReview | None) -> Reading:
    """Return the text with what changed since the version this person saw or decided on last, else since the one
    reviewed in the round before; findings of the review stand at their clauses."""
    since = seeing.seen_before(text, user) or (
        TextVersion.objects.filter(agreement=text.agreement_id, kind=TextVersion.Kind.REVIEW, number__lt=text.number)
        .order_by("-number")
        .first()
    )
    prefetch_related_objects([version for version in (text, since) if version], "marks")
    read = clauses(text, since)
    if review is not None:
        by_lineage = {clause.lineage: clause for clause in read}
        for finding in review.findings.all():
            if clause := by_lineage.get(finding.clause_lineage):
                clause.notes.append(
                    _("Review, %(point)s, %(risk)s: %(finding)s")
                    % {"point": finding.name, "risk": finding.risk_label, "finding": finding.body}
                )
    return Reading(text, since, read, full)


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """What this person said when sending an earlier text back, and what the lead unit said on submitting again."""

    decision: Decision
    answer: str


def own_return(run: Run, user: User) -> OwnReturn | None:
    """Return the person's last return of this agreement with the answer to it; None where there was none, or where it
    is not answered yet. The lead unit answers by submitting again, a passed step by deciding again."""
    decision = (
        Decision.objects.filter(
            by=user,
            verdict=Decision.Verdict.SEND_BACK,
            assignment__step__run__agreement=run.agreement_id,
        )
        .order_by("-pk")
        .first()
    )
    if decision is None:
        return None
    if decision.returned_to_id:
        of_step = Decision.objects.filter(assignment__step=decision.returned_to_id, pk__gt=decision.pk)
        answer = of_step.values_list("opinion", flat=True).first()
    else:
        submitted = trail.history(run.agreement.chain).filter(code="submit_for_review")
        answer = submitted.filter(recorded_at__gt=decision.at).values_list("comment", flat=True).last()
    return OwnReturn(decision, answer) if answer is not None else None


# ---------------------------------------------------------------------- deadlines, trail, panel


def light_of(agreement: Agreement, subject_key: str) -> tuple[Light, bool]:
    """Return the light of an open subject, and whether its limit is our own; of a closed one, the agreement's."""
    row = agreement.deadlines.filter(subject_key=subject_key, closed_on=None).annotate(is_stopped=_stopped()).first()
    if row is None:
        return agreement_light(agreement), False
    if row.is_stopped:
        return Light("none", capfirst(_("stands still"))), row.own_limit
    return light_for(row.due_on, not row.provisional, clock.today(), agreement.standing), row.own_limit


def recent_trail(agreement: Agreement) -> tuple[list[TrailLine], int]:
    """Return the newest lines of the trail and how many there are in all."""
    lines = trail_lines(list(trail.history(agreement.chain)))
    return lines[:RECENT], len(lines)


def count(request: HttpRequest, agreement: Agreement) -> int | None:
    """Return how many rounds of review there were, or checks before them; None hides the tab before the first."""
    return agreement.legal_reviews.count() or agreement.completeness_checks.count() or None


def panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the rounds of review with their points, the runs with their steps and opinions, the papers."""
    reviews = (
        agreement.legal_reviews.select_related("text", "reviewer").prefetch_related("text__marks").order_by("-round")
    )
    steps = Prefetch("steps", steps_whole())
    found = agreement.runs.select_related("text").prefetch_related(steps, "text__marks").order_by("-pk")
    return {
        "reviews": [
            (review, review_pages.point_lines(review, earlier=False), review_clock.days(review, review.stops.all()))
            for review in reviews.prefetch_related("points__carried_from", "findings__joint__unit", "stops")
        ],
        "maintained": findings.maintained(agreement),
        "checks": agreement.completeness_checks.select_related("checked_by").order_by("-round"),
        "supplements": agreement.supplements.prefetch_related("items__paper"),
        "runs": [(run, opinions_of(run.steps.all()), run_offers(request, run)) for run in found],
        "revisions": revision_pages.re_asked_in(agreement),
        "report": getattr(agreement, "party_committee_report", None),
        "topics": Topic.objects.filter(run__agreement=agreement)
        .select_related("meeting", "result", "step")
        .order_by("-pk"),
        "printed": [(papers.name_of(row), row) for row in agreement.printed.filter(kind__in=PAPERS).defer("html")],
        "sees_route": isinstance(rules.may_see_route(request.user, agreement), Allowed),  # type: ignore[arg-type]
    }


def run_offers(request: HttpRequest, run: Run) -> list[acts.Offer]:
    """Return what this person may do with a whole approval now, whom it asked to sign or advise and may take off first;
    nothing once it has ended."""
    if run.state != Run.State.OPEN:
        return []
    user: User = request.user  # type: ignore[assignment]
    return [*deciding.removals(run, user), *acts.offers(acts.RUN, run, user)]


def links(agreement: Agreement, user: User) -> list[tuple[Wording, str]]:
    """Return the operations on the approval under way as the next step of an agreement's page offers them."""
    if agreement.station != Station.APPROVAL:
        return []
    run = agreement.runs.filter(state=Run.State.OPEN).select_related("agreement__lead_unit", "text").first()
    return [(offer.act.label, offer.url) for offer in acts.offers(acts.RUN, run, user)] if run else []
