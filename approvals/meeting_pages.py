"""What the pages of meetings show: sessions with their counts, agendas with lights, the desk of what waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import SigningAuthority, User
from agreements.lights import Light, light_for
from agreements.models import Agreement
from agreements.pages import TrailLine, trail_lines
from approvals import blockers
from approvals.models import Assignment, Meeting, MeetingPaper, StepKind, Topic
from core import clock
from core.verdicts import Gap
from records import trail
from regulation.records import Forum
from regulation.routes import FORUMS_OF

State = Topic.State
UPCOMING, HELD, RECORDED, WAITING = "upcoming", "held", "recorded", "waiting"
BOXES: dict[str, tuple[str, ...]] = {
    UPCOMING: (Meeting.State.PLANNED, Meeting.State.FROZEN),
    HELD: (Meeting.State.HELD,),
    RECORDED: (Meeting.State.RECORDED, Meeting.State.CALLED_OFF),
}


def forums(office: SigningAuthority | None) -> list[Forum]:
    """Return the meetings to choose from: those of the office's own authority, or of every kind of authority there is.
    One query without an office."""
    kinds = {office.kind} if office else set(SigningAuthority.objects.values_list("kind", flat=True))
    return [forum for kind, held in FORUMS_OF.items() if kind.value in kinds for forum in held[1:]]


def sessions(user: User, forum: str = "") -> QuerySet[Meeting]:
    """Return the meetings a person may know of, of one forum or of all."""
    rows = Meeting.objects.visible_to(user)
    return rows.filter(forum=forum) if forum else rows


def counts(user: User, forum: str) -> dict[str, int]:
    """Return how many meetings lie in each box, and how many matters wait for one. Two queries."""
    by_state = dict(sessions(user, forum).order_by().values_list("state").annotate(n=Count("pk")))
    found = {box: sum(by_state.get(state, 0) for state in states) for box, states in BOXES.items()}
    return {WAITING: waiting(user, forum).count(), **found}


def in_box(user: User, box: str, forum: str) -> QuerySet[Meeting]:
    """Return the meetings of a box, the next one first, those held newest first, with how many topics each has."""
    rows = sessions(user, forum).filter(state__in=BOXES[box])
    on_it = Q(topics__order__isnull=False) & ~Q(topics__state=State.WITHDRAWN)
    rows = rows.annotate(
        topic_count=Count("topics", filter=on_it),
        open_count=Count("topics", filter=Q(topics__state__in=Topic.LIVE)),
        consent_count=Count("topics", filter=Q(topics__state=State.CONSENT)),
    )
    return rows.order_by("planned_on", "pk") if box == UPCOMING else rows.order_by("-planned_on", "-pk")


def waiting(user: User, forum: str = "") -> QuerySet[Assignment]:
    """Return the meeting steps that are open and on no agenda yet, of the agreements a person sees."""
    seen = Agreement.objects.visible_to(user)
    rows = Assignment.objects.filter(
        step__run__agreement__in=seen.values("pk"),
        step__run__state="open",
        step__kind=StepKind.MEETING,
        step__state="open",
        closed_at=None,
        kind=Assignment.Kind.HOST,
    ).exclude(step__topics__state__in=(State.CONSENT, State.AGENDA))
    return rows.filter(step__code=forum) if forum else rows


@dataclass(slots=True)
class Waiting:
    """A matter that waits for a meeting: its topic, or that there is none yet, with its light."""

    assignment: Assignment
    agreement: Agreement
    topic: Topic | None
    light: Light
    gaps: list[Gap] = field(default_factory=list)


def waiting_lines(user: User, forum: str = "", limit: int = 50) -> list[Waiting]:
    """Return what waits for a meeting, the most urgent first; five queries, however many."""
    rows = list(
        waiting(user, forum)
        .select_related("step__run__agreement__lead_unit", "step__run__text")
        .order_by("step__run__agreement__next_due_on", "pk")[:limit]
    )
    topics = {
        topic.step_id: topic
        for topic in Topic.objects.filter(step__in=[row.step_id for row in rows], state=State.PROPOSED).select_related(
            "run__agreement", "step", "presenter"
        )
    }
    gaps = blockers.topic_blockers(list(topics.values())) if topics else {}
    found = []
    for row in rows:
        agreement, topic = row.step.run.agreement, topics.get(row.step_id)
        light = light_for(agreement.next_due_on, agreement.next_due_judged, clock.today(), agreement.standing)
        found.append(Waiting(row, agreement, topic, light, gaps.get(topic.pk, []) if topic else []))
    return found


# ---------------------------------------------------------------------- one meeting


@dataclass(slots=True)
class Item:
    """A topic on the page of its meeting: its place, what is missing, its light."""

    topic: Topic
    place: int
    light: Light
    gaps: list[Gap]
    is_first: bool = False
    is_last: bool = False


def items(meeting: Meeting, user: User) -> tuple[list[Item], int]:
    """Return the topics of a meeting that a person may see, in order, and how many others there are.

    Four queries, however many topics.
    """
    seen = Agreement.objects.visible_to(user)
    rows = list(
        Topic.objects.filter(meeting=meeting)
        .select_related("run__agreement__lead_unit", "step", "text", "presenter", "meeting", "result__excerpt")
        .prefetch_related("invitations__unit", "entrusted")
        .order_by("order", "pk")
    )
    visible = set(seen.filter(pk__in=[row.run.agreement_id for row in rows]).values_list("pk", flat=True))
    shown = [row for row in rows if row.run.agreement_id in visible]
    return agenda_items(shown), len(rows) - len(shown)


def agenda_items(topics: Collection[Topic]) -> list[Item]:
    """Return topics as items of an agenda: those with a place first, in order."""
    live = [topic for topic in topics if topic.is_live]
    gaps = blockers.topic_blockers(live) if live else {}
    ordered = sorted(topics, key=lambda topic: (topic.order is None, topic.order or 0, topic.pk))
    on_it = [topic for topic in ordered if topic.state == State.AGENDA]
    found, place = [], 0
    for topic in ordered:
        place += topic.order is not None
        missing = gaps.get(topic.pk, [])
        found.append(
            Item(
                topic,
                place if topic.order is not None else 0,
                light_of(topic, missing),
                missing,
                is_first=bool(on_it) and topic is on_it[0],
                is_last=bool(on_it) and topic is on_it[-1],
            )
        )
    return found


def light_of(topic: Topic, gaps: Collection[Gap]) -> Light:
    """Return the light of a topic: ready, something missing, waiting for consent, heard and without its result, or
    what became of it."""
    if topic.result is not None:
        return Light("none", topic.result.get_result_display())
    if topic.state == State.CONSENT:
        return Light("warn", _("late, waits for consent"))
    if not topic.is_live:
        return Light("none", topic.get_state_display())
    if topic.meeting is not None and topic.meeting.state == Meeting.State.HELD:
        return Light("warn", _("heard, the result is not recorded yet"))
    if gaps:
        return Light("warn", ngettext("%(n)s point missing", "%(n)s points missing", len(gaps)) % {"n": len(gaps)})
    return Light("ok", pgettext("topic", "ready"))


@dataclass(frozen=True, slots=True)
class PrintedAgenda:
    """An agenda as it was printed, with the number of the print."""

    number: int
    paper: MeetingPaper

    @property
    def name(self) -> str:
        """Return how the file is called, and the link to it."""
        return _("Agenda, print %(number)s") % {"number": self.number}


def printed_agendas(meeting: Meeting) -> list[PrintedAgenda]:
    """Return the agendas that were printed of a meeting, the newest first. One query."""
    rows = list(meeting.papers.select_related("made_by").defer("html").order_by("pk"))
    return [PrintedAgenda(number, row) for number, row in enumerate(rows, 1)][::-1]


def history(meeting: Meeting) -> list[TrailLine]:
    """Return what was done with the meeting itself, newest first."""
    return trail_lines(list(trail.history(meeting.chain)))
