"""The comparison of two versions as it is read on screen and on paper: clauses, places, reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from agreements import differences
from agreements.differences import ReadClause
from agreements.forms.versions import ReasonForm
from agreements.marking import ADDED, REMOVED, SAME, Paragraph, Piece
from agreements.models import Agreement, ChangeReason, TextVersion
from agreements.services import explaining
from core.templatetags.face import zh_clause_number

FOLDED_FROM = 100
"""Unchanged paragraphs of so many characters together are folded away between the changes."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs beside each other that changed, or that did not; a long stretch of the latter is folded."""

    paragraphs: list[Paragraph]
    folded: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the printed table: what stood there and what stands there now."""

    before: list[Piece]
    after: list[Piece]


@dataclass(slots=True)
class ComparedClause:
    """A clause of the comparison, with the reasons given and the form for one where it may be given."""

    read: ReadClause
    stretches: list[Stretch]
    reasons: list[ChangeReason]
    form: ReasonForm | None = None
    before: str = ""
    """The lineage of the changed clause before this one, blank for the first."""
    after: str = ""


@dataclass(slots=True)
class Comparison:
    """Two versions compared."""

    new: TextVersion
    old: TextVersion
    clauses: list[ComparedClause]
    changed: list[ComparedClause] = field(init=False)

    def __post_init__(self) -> None:
        self.changed = [clause for clause in self.clauses if clause.read.changes]
        for one, other in zip(self.changed, self.changed[1:], strict=False):
            one.after, other.before = other.read.lineage, one.read.lineage

    @property
    def changes(self) -> int:
        """Return in how many places the versions differ."""
        return sum(clause.read.changes for clause in self.changed)

    @property
    def moved(self) -> int:
        """Return how many clauses changed places."""
        return sum(clause.read.moved_from is not None for clause in self.changed)

    @property
    def added(self) -> int:
        """Return how many clauses came."""
        return sum(clause.read.added for clause in self.changed)

    @property
    def dropped(self) -> int:
        """Return how many clauses went."""
        return sum(clause.read.dropped for clause in self.changed)

    @property
    def unexplained(self) -> int:
        """Return how many changed clauses have no reason yet."""
        return sum(not (clause.reasons or clause.read.added_because) for clause in self.changed)


def compare(new: TextVersion, old: TextVersion) -> Comparison:
    """Return two versions compared, with the reasons given for the changes. Two queries, and what a draft takes."""
    reasons = explaining.between(new, old)
    return Comparison(
        new,
        old,
        [
            ComparedClause(read, _stretches(read.paragraphs), reasons.get(read.lineage, []))
            for read in differences.clauses(new, old)
        ],
    )


def versions_of(agreement: Agreement) -> list[TextVersion]:
    """Return the versions, newest first, with what names them. Two queries."""
    return list(agreement.texts.select_related("saved_by", "based_on").prefetch_related("marks").order_by("-number"))


def _stretches(paragraphs: Sequence[Paragraph]) -> list[Stretch]:
    found: list[Stretch] = []
    same: list[Paragraph] = []

    def close() -> None:
        if same:
            found.append(Stretch(list(same), sum(paragraph.length for paragraph in same) >= FOLDED_FROM))
            same.clear()

    for paragraph in paragraphs:
        if not paragraph.changed:
            same.append(paragraph)
            continue
        close()
        found.append(Stretch([paragraph], False))
    close()
    return found


# ---------------------------------------------------------------------- on paper


def places(clause: ReadClause) -> list[Place]:
    """Return the changed places of a clause in order, as the printed table sets them side by side."""
    return list(_places(clause))


def _places(clause: ReadClause) -> Iterator[Place]:
    if clause.moved_from is not None:
        yield Place(*(_said(zh_clause_number(place)) for place in (clause.moved_from, clause.order)))
    if clause.title.changed and not clause.added and not clause.dropped:
        yield Place(clause.title.before, clause.title.after)
    if clause.omission is not None and clause.omission.changed:
        yield Place(*(_reason(side) for side in (clause.omission.before, clause.omission.after)))
    gone: Paragraph | None = None
    for paragraph in clause.paragraphs:
        kind = paragraph.pieces[0].kind if len(paragraph.pieces) == 1 else ""
        if gone is not None:
            yield Place(gone.before, paragraph.after if kind == ADDED else [])
            gone = None
            if kind == ADDED:
                continue
        if kind == REMOVED:
            gone = paragraph
        elif paragraph.changed:
            yield Place(paragraph.before, paragraph.after)
    if gone is not None:
        yield Place(gone.before, [])
    for row in clause.changed_rows:
        facts = row.changed_facts
        before = [piece for fact in facts if fact.old for piece in _fact(fact.label, REMOVED, fact.old)]
        after = [piece for fact in facts if fact.new for piece in _fact(fact.label, ADDED, fact.new)]
        head = Piece(SAME, _("%(sheet)s “%(name)s”: ") % {"sheet": row.title, "name": row.name})
        yield Place([head, *before] if row.kind != ADDED else [], [head, *after] if row.kind != REMOVED else [])


def _said(words: str) -> list[Piece]:
    return [Piece(SAME, words)]


def _reason(pieces: list[Piece]) -> list[Piece]:
    return [Piece(SAME, _("Left out, because:") + " "), *pieces] if pieces else []


def _fact(label: object, kind: str, value: str) -> list[Piece]:
    return [Piece(SAME, _("%(fact)s: ") % {"fact": label}), Piece(kind, value), Piece(SAME, _("; "))]
