"""What the drafting page shows beside the clauses: how far each is, what the text lacks, who else is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Unit, User
from agreements import contents, funding, marking, openings, opinion_blockers, reading, text_gaps
from agreements.contents import ClauseContent
from agreements.forms.text import Mistake, Section, TextForm
from agreements.models import Agreement, Clause, SetAside, Station, TextPresence, TextVersion
from agreements.services import clauses as clause_service
from agreements.services import presence, texts
from agreements.text_gaps import Point
from core.verdicts import Wording
from regulation.records import Part as PartCode


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a clause is: points asked for, facts advised, mistakes as typed."""

    must: int = 0
    advised: int = 0
    mistakes: int = 0
    omitted: bool = False

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is asked of the clause any more."""
        return not self.must and not self.mistakes


@dataclass(frozen=True, slots=True)
class Aside:
    """Words set aside, marked against the clause as it stands."""

    row: SetAside
    pieces: list[marking.Piece]


@dataclass(slots=True)
class State:
    """The text as the margin sees it. Read once for a page or a save, then counted without queries."""

    agreement: Agreement
    text: TextVersion
    clauses: list[Clause]
    points: list[Point]
    mistakes: dict[str, int] = field(default_factory=dict)

    @property
    def must(self) -> list[Point]:
        """Return what stands in the way of review."""
        return [point for point in self.points if point.must]

    @property
    def advised(self) -> list[Point]:
        """Return what is advised and stops nothing."""
        return [point for point in self.points if not point.must]

    @property
    def advised_count(self) -> int:
        """Return how many facts are advised."""
        return sum(point.count for point in self.advised)

    def progress(self) -> dict[str, Progress]:
        """Return how far each clause is, by lineage."""
        must: dict[str, int] = defaultdict(int)
        advised: dict[str, int] = defaultdict(int)
        for point in self.points:
            (must if point.must else advised)[point.clause] += point.count
        return {
            clause.lineage: Progress(
                must[clause.lineage],
                advised[clause.lineage],
                self.mistakes.get(clause.lineage, 0),
                clause.is_omitted,
            )
            for clause in self.clauses
        }


def state_of(agreement: Agreement, text: TextVersion, clauses: list[Clause], mistakes: Iterable[Mistake] = ()) -> State:
    """Return the state of a text whose clauses were read with their parts."""
    found = State(agreement, text, clauses, list(text_gaps.points(agreement, clauses)))
    known = {clause.lineage for clause in clauses}
    for mistake in mistakes:
        lineage = mistake.anchor.removeprefix("id_").partition("-")[0]
        if lineage in known:
            found.mistakes[lineage] = found.mistakes.get(lineage, 0) + 1
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """A clause as the page draws it: its section, how far it is, who is in it, what was set aside beside it."""

    section: Section
    progress: Progress
    here: str
    asides: list[Aside]
    is_first: bool
    is_last: bool

    @property
    def opens(self) -> bool:
        """Tell whether the clause starts unfolded: something is left to do in it."""
        return not self.progress.is_done or bool(self.asides)


def drawn(form: TextForm, state: State, *, by: User, present: Sequence[TextPresence]) -> list[Drawn]:
    """Return the clauses of a form as the page draws them."""
    progress = state.progress()
    asides = _asides(state)
    last = len(state.clauses)
    return [
        Drawn(
            section,
            progress[section.clause.lineage],
            names_in(present, section.clause.lineage),
            asides.get(section.clause.lineage, []),
            section.clause.order == 1,
            section.clause.order == last,
        )
        for section in form.sections
    ]


def names_in(present: Sequence[TextPresence], lineage: str) -> str:
    """Return who is in a clause, as one line."""
    return "、".join(row.user.full_name for row in present if row.clause == lineage)


def _asides(state: State) -> dict[str, list[Aside]]:
    rows = clause_service.set_aside(state.text)
    if not rows:
        return {}
    now = {clause.lineage: clause for clause in state.clauses}
    kept = {row.pk: contents.from_json(row.lineage, row.content) for row in rows}
    standing = {row.lineage: contents.of(now[row.lineage]) for row in rows if row.lineage in now}
    units = Unit.objects.in_bulk(_unit_keys([*kept.values(), *standing.values()]))
    found: dict[str, list[Aside]] = defaultdict(list)
    for row in rows:
        if row.lineage in standing:
            paragraphs = marking.compare(_lines(standing[row.lineage], units), _lines(kept[row.pk], units))
            line_end = marking.Piece(marking.SAME, "\n")
            pieces = [piece for paragraph in paragraphs for piece in (*paragraph.pieces, line_end)]
            found[row.lineage].append(Aside(row, pieces))
    return found


def _unit_keys(written: Iterable[ClauseContent]) -> list[int]:
    return [key for content in written for part in content.parts if (key := part.facts.get("unit"))]


def _lines(content: ClauseContent, units: dict[int, Unit]) -> list[str]:
    lines = [line for line in content.prose.splitlines() if line.strip()]
    lines += [content.omission_reason] if content.omission_reason else []
    return lines + [reading.line(part.code, part.facts, units) for part in content.parts]


def margin(state: State, mistakes: Sequence[Mistake] = ()) -> dict[str, Any]:
    """Return what the list of what is missing shows, and where the text leads on: to the opinions, or, while it is open
    beyond drafting, to where that is ended."""
    opening = None if state.agreement.station == Station.DRAFTING else openings.current(state.agreement)
    onward = Onward(opening.label, opening.note, opening.address(state.agreement)) if opening else None
    return {
        "agreement": state.agreement,
        "must": state.must,
        "gaps": [point.gap for point in state.must],
        "advised": state.advised,
        "advised_count": state.advised_count,
        "mistakes": mistakes,
        "consult_gaps": [] if onward else list(opinion_blockers.consult_blockers(state.agreement)),
        "onward": onward,
    }


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a text that is open beyond drafting leads on to, and why it is open."""

    label: Wording
    note: Wording
    url: str


@dataclass(frozen=True, slots=True)
class Newer:
    """A clause that somebody saved after the page was read."""

    lineage: str
    edition: int
    by: str

    def as_json(self) -> dict[str, Any]:
        """Return it for the browser."""
        return {"lineage": self.lineage, "edition": self.edition, "by": self.by}


def newer(text: TextVersion, since: int) -> list[Newer]:
    """Return the clauses saved after an edition of the text. One query."""
    rows = (
        text.clauses.filter(edition__gt=since)
        .order_by("order")
        .values_list("lineage", "edition", "saved_by__full_name")
    )
    return [Newer(lineage, edition, name or "") for lineage, edition, name in rows]


def pulse(request: HttpRequest, text: TextVersion, *, by: User, since: int) -> dict[str, Any]:
    """Return what the browser is told with every save and every beat: who is here, and what is newer.

    `clauses` is the order of the clauses, so that a page whose list was changed by somebody else can say so.
    """
    present = presence.others(text, than=by)
    return {
        "version": text.edition,
        "newer": [row.as_json() for row in newer(text, since)],
        "here": {row.clause: names_in(present, row.clause) for row in present if row.clause},
        "clauses": list(text.clauses.order_by("order").values_list("lineage", flat=True)),
        "fragments": {
            "[data-present]": render_to_string("agreements/text-present.html", {"present": present}, request)
        },
    }


def fragments(request: HttpRequest, state: State, mistakes: Sequence[Mistake]) -> dict[str, str]:
    """Return what changes on the page with a save: how far each clause is. Selector → what stands in it."""
    found = {
        f'[data-progress="{lineage}"]': _drawn("text-progress", {"progress": progress}, request)
        for lineage, progress in state.progress().items()
    }
    found["[data-gapbar]"] = _drawn("text-gapbar", {"must": state.must, "mistakes": mistakes}, request)
    for clause in state.clauses:
        found |= {f'[data-count="{clause.lineage}-{code}"]': str(len(rows)) for code, rows in clause.parts.items()}
        if rows := clause.parts[PartCode.FUNDING]:
            name = f'[data-totals="{clause.lineage}-{PartCode.FUNDING.value}"]'
            found[name] = _drawn("text-totals", {"totals": funding.totals(rows)}, request)
    return found


def _drawn(name: str, context: dict[str, Any], request: HttpRequest) -> str:
    return render_to_string(f"agreements/{name}.html", context, request)


def clock_time(text: TextVersion) -> str:
    """Return when the text was last saved, as a time of day."""
    return timezone.localtime(text.saved_at).strftime("%H:%M")


def read(agreement: Agreement, text: TextVersion, mistakes: Iterable[Mistake] = ()) -> State:
    """Read a text for its margin. One query for the clauses and one for each kind of part."""
    return state_of(agreement, text, texts.clauses_with_parts(text), mistakes)
