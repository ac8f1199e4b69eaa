"""What the pages of review and approval show: the route, what was found, what others said, who has it next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from agreements import opinion_lists
from agreements.differences import ReadClause, clauses
from agreements.lights import Light, light_for
from agreements.models import Agreement, OpinionAnswer, OpinionPoint, TextVersion, ToDo
from agreements.opinion_lists import LetterLine, Reply
from agreements.pages import TrailLine, holder_names, short_day, title_of, trail_lines
from agreements.services import duties, opinions
from approvals.models import Assignment, Decision, LegalReview, MeetingResult, Run, Step, Topic
from approvals.services.routing import Plan
from core import clock
from core.bilingual import reads_english
from core.wording import say
from records import trail
from regulation.review import REVIEW_POINTS

RECENT = 8
HERE = ("review", "present", "decide", "meeting", "draft")
"""The to-dos that say with whom an agreement lies during review and approval."""


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
    names = holder_names({step.post_id for step in steps if step.post_id})
    due = _due_of_open(run, steps)
    return [_route_line(run, step, names[step.post_id or 0], due) for step in steps]


def steps_whole() -> QuerySet[Step]:
    """Return steps with everything that was decided on them; three queries, however many."""
    return Step.objects.select_related("post__unit").prefetch_related(
        Prefetch("assignments", Assignment.objects.select_related("decision")),
        Prefetch("meeting_results", MeetingResult.objects.select_related("excerpt")),
    )


def _due_of_open(run: Run, steps: Iterable[Step]) -> date | None:
    keys = [row.key for step in steps if step.state == Step.State.OPEN for row in step.assignments.all()]
    rows = run.agreement.deadlines.filter(rule="approval_step", subject_key__in=keys, closed_on=None)
    found: date | None = rows.values_list("due_on", flat=True).first()
    return found


def _route_line(run: Run, step: Step, holders: str, due: date | None) -> RouteLine:
    decision = next((row.decision for row in step.assignments.all() if hasattr(row, "decision")), None)
    meeting = next(iter(reversed(list(step.meeting_results.all()))), None)
    why = run.reason("forum" if step.is_meeting else step.code) or {}
    state = {
        Step.State.DONE: "is-done",
        Step.State.SKIPPED: "is-done",
        Step.State.OPEN: "is-now",
    }.get(Step.State(step.state), "")
    if decision:
        people = decision.by_name
        note = _("%(what)s %(day)s") % {"what": decision.get_verdict_display(), "day": short_day(decision.on)}
    elif meeting:
        people = meeting.minutes_number
        note = _("%(what)s %(day)s") % {"what": meeting.get_result_display(), "day": short_day(meeting.held_on)}
    else:
        people = "" if step.is_meeting and step.state == Step.State.WAITING else holders
        note = _("until %(day)s") % {"day": short_day(due)} if step.state == Step.State.OPEN and due else ""
    if step.state == Step.State.CANCELLED:
        note = step.get_state_display()
    return RouteLine(
        label=step.label,
        people=people,
        note=note,
        state=state,
        article=why.get("article", ""),
        reason=why.get("en" if reads_english() else "zh", ""),
        reading=why.get("reading", False),
        redirected=step.get_redirected_because_display() if step.redirected_because else "",
    )


def planned_route(plan: Plan) -> list[RouteLine]:
    """Return the way an agreement will take when it is presented now."""
    return [
        RouteLine(
            label=step.label,
            people=pgettext("between names", ", ").join(user.full_name for user in step.lies.people),
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


@dataclass(frozen=True, slots=True)
class PointLine:
    """One of the six points as it was answered in a round."""

    name: str
    answered: bool
    finding: str
    clause: str


def point_lines(review: LegalReview) -> list[PointLine]:
    """Return the six points of a round; a point nobody answered yet says so."""
    recorded = {point.point: point for point in review.points.all()}
    headings = {clause.lineage: clause.heading for clause in review.text.clauses.all()}
    lines = []
    for code, record in REVIEW_POINTS.items():
        point = recorded.get(code)
        lines.append(
            PointLine(
                say(record.name),
                point is not None,
                point.finding if point else "",
                headings.get(point.clause_lineage, "") if point else "",
            )
        )
    return lines


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
    rounds = opinion_lists.rounds(agreement)
    letters = [line for round_ in rounds for line in round_.letters] + opinion_lists.letters(agreement)
    if not rounds and not letters:
        return None
    found = Consulted(letters=[line for line in letters if line.points], differences=opinions.differences(agreement))
    for reply in rounds[-1].replies if rounds else []:
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
    """Return the text with what changed since the version this person last decided on, else since the one reviewed
    in the round before; findings of the review stand at their clauses."""
    seen = (
        TextVersion.objects.filter(runs__steps__assignments__decision__by=user, agreement=text.agreement_id)
        .exclude(pk=text.pk)
        .order_by("-number")
        .first()
    )
    since = seen or (
        TextVersion.objects.filter(agreement=text.agreement_id, kind=TextVersion.Kind.REVIEW, number__lt=text.number)
        .order_by("-number")
        .first()
    )
    read = clauses(text, since)
    if review is not None:
        by_lineage = {clause.lineage: clause for clause in read}
        for point in review.points.all():
            if point.has_finding and (clause := by_lineage.get(point.clause_lineage)):
                clause.notes.append(
                    _("Review, %(point)s: %(finding)s") % {"point": point.name, "finding": point.finding}
                )
    return Reading(text, since, read, full)


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """What this person said when sending an earlier text back, and what the lead unit said on submitting again."""

    decision: Decision
    answer: str


def own_return(run: Run, user: User) -> OwnReturn | None:
    """Return the person's last return of this agreement with the answer to it; None where there was none."""
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
    answer = (
        trail.history(run.agreement.chain)
        .filter(code="submit_for_review", recorded_at__gt=decision.at)
        .values_list("comment", flat=True)
        .last()
    )
    return OwnReturn(decision, answer or "")


# ---------------------------------------------------------------------- the place in the own inbox


@dataclass(frozen=True, slots=True)
class Queue:
    """Where an item stands among the open to-dos of a person, and its neighbours."""

    position: int
    total: int
    previous: str
    next: str


def queue(user: User, subject_key: str) -> Queue:
    """Return the place of an item in the inbox of a person, in the order of the inbox."""
    todos = list(open_todos(user))
    here = next((place for place, todo in enumerate(todos) if todo.subject_key == subject_key), None)
    if here is None:
        return Queue(0, len(todos), "", "")
    before = todos[here - 1] if here else None
    after = todos[here + 1] if here + 1 < len(todos) else None
    return Queue(here + 1, len(todos), _url(before), _url(after))


def open_todos(user: User) -> Iterable[ToDo]:
    """Return what lies on the desks of a person's posts, the most urgent first."""
    return ToDo.objects.filter(post__in=user.post_ids, closed_at=None).select_related("agreement")[:500]


def _url(todo: ToDo | None) -> str:
    return duties.kind(todo).address(todo) if todo else ""


def after_act(agreement: Agreement, user: User, done: str, codes: Collection[str] = HERE) -> SafeString:
    """Return what a person is told after an act: what was done, who has it now and until when, the next item.

    `codes` are the to-dos that say who has it now.
    """
    now = (
        ToDo.objects.filter(agreement=agreement, closed_at=None, code__in=codes)
        .select_related("post__unit")
        .order_by("-pk")
        .first()
    )
    words = done
    if now:
        who = title_of(now.post)
        words += " " + (
            _("Now with %(who)s until %(day)s.") % {"who": who, "day": short_day(now.due_on)}
            if now.due_on != clock.FAR_AWAY
            else _("Now with %(who)s.") % {"who": who}
        )
    following = next(iter(open_todos(user)), None)
    if following is None:
        return format_html("{}", words)
    return format_html('{} <a href="{}">{}</a>', words, _url(following), _("Next item"))


# ---------------------------------------------------------------------- deadlines, trail, panel


def light_of(agreement: Agreement, subject_key: str) -> tuple[Light, bool]:
    """Return the light of an open subject, and whether its limit is our own."""
    row = agreement.deadlines.filter(subject_key=subject_key, closed_on=None).first()
    if row is None:
        return light_for(None, True, clock.today(), agreement.standing), False
    return light_for(row.due_on, not row.provisional, clock.today(), agreement.standing), row.own_limit


def recent_trail(agreement: Agreement) -> tuple[list[TrailLine], int]:
    """Return the newest lines of the trail and how many there are in all."""
    lines = trail_lines(list(trail.history(agreement.chain)))
    return lines[:RECENT], len(lines)


def count(request: HttpRequest, agreement: Agreement) -> int | None:
    """Return how many rounds of review there were; None hides the tab before the first."""
    return agreement.legal_reviews.count() or None


def panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the rounds of review with their points, the runs with their steps and opinions, the papers."""
    reviews = (
        agreement.legal_reviews.select_related("text", "reviewer").prefetch_related("text__marks").order_by("-round")
    )
    steps = Prefetch("steps", steps_whole())
    found = agreement.runs.select_related("text").prefetch_related(steps, "text__marks").order_by("-pk")
    return {
        "reviews": [(review, point_lines(review)) for review in reviews.prefetch_related("points", "text__clauses")],
        "runs": [(run, opinions_of(run.steps.all())) for run in found],
        "report": getattr(agreement, "party_committee_report", None),
        "topics": Topic.objects.filter(run__agreement=agreement)
        .select_related("meeting", "result", "step")
        .order_by("-pk"),
        "printed": agreement.printed.filter(kind="approval_sheet").select_related("file"),
    }


@dataclass(frozen=True, slots=True)
class StepOpinion:
    """A step as the panel and the approval sheet show it: who, from which post, in which capacity, when, what."""

    label: str
    state: str
    name: str
    post: str
    capacity: str
    verdict: str
    on: date | None
    opinion: str
    redirected: str
    excerpt: Any = None


def opinions_of(steps: Iterable[Step]) -> list[StepOpinion]:
    """Return steps, read by `steps_whole`, with what was written on each; every result of a meeting is a line."""
    lines: list[StepOpinion] = []
    for step in steps:
        told = step.get_redirected_because_display() if step.redirected_because else ""
        state = step.get_state_display()
        decisions = [row.decision for row in step.assignments.all() if hasattr(row, "decision")]
        for decision in decisions:
            lines.append(
                StepOpinion(
                    step.label,
                    state,
                    decision.by_name,
                    decision.post_title,
                    capacity_word(decision.capacity),
                    decision.get_verdict_display(),
                    decision.on,
                    decision.opinion or _rule_word(decision.rule),
                    told,
                )
            )
        for result in step.meeting_results.all():
            lines.append(
                StepOpinion(
                    step.label,
                    state,
                    result.minutes_number,
                    result.post_title,
                    pgettext("capacity", "by meeting"),
                    result.get_result_display(),
                    result.held_on,
                    result.opinion,
                    told,
                    result.excerpt,
                )
            )
        if not decisions and not step.meeting_results.all():
            post = step.post.title if step.post else ""
            lines.append(StepOpinion(step.label, state, "", post, "", "", None, "", told))
    return lines


def capacity_word(capacity: str) -> str:
    """Return in which capacity somebody acted, in words."""
    return pgettext("capacity", "by rule") if capacity == "automatic" else pgettext("capacity", "in person")


def _rule_word(rule: str) -> str:
    return _("Skipped: the same person has already approved this text.") if rule == Decision.SAME_PERSON else ""
