"""What changed between two versions of a text: clause by clause, paragraph by paragraph, then word by word."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from accounts.models import Unit
from agreements import reading
from agreements.models import TextVersion

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|.", re.DOTALL)
_MOST_STEPS = 4_000_000
"""Above this many comparisons two paragraphs are shown as exchanged whole: a page is never held up by its marks."""
_ALIKE = 0.3

Content = dict[str, Any]
"""A clause or a part as the canonical form of a text keeps it."""

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, was added or was removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its marks."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Tell whether anything in the paragraph was added or removed."""
        return any(piece.kind != SAME for piece in self.pieces)


@dataclass(slots=True)
class ReadClause:
    """A clause as the deciding person reads it; `changes` counts the places that differ from the earlier version."""

    order: int
    lineage: str
    heading: str
    omission_reason: str
    paragraphs: list[Paragraph]
    changes: int = 0
    dropped: bool = False
    notes: list[str] = field(default_factory=list)


def clauses(new: TextVersion, old: TextVersion | None) -> list[ReadClause]:
    """Return the clauses of a frozen version, marked against an earlier one (unmarked without one).

    Both are read from their canonical form, the one that was hashed. Clauses are matched by lineage, so that a moved
    clause is the same clause; what was dropped stands at the end. One query, for the names of units.
    """
    now, then = _content(new), _content(old) if old else []
    units = _units(now, then)
    before = {clause["lineage"]: clause for clause in then}
    found = []
    for clause in now:
        lines = _lines(clause, units)
        earlier = before.pop(clause["lineage"], None)
        paragraphs = compare(_lines(earlier, units) if earlier else [], lines) if old else plain(lines)
        found.append(_read(clause, paragraphs))
    for clause in before.values():
        found.append(_read(clause, compare(_lines(clause, units), []), dropped=True))
    return found


def _content(text: TextVersion) -> list[Content]:
    content: list[Content] = json.loads(text.canonical)
    return content


def _read(clause: Content, paragraphs: list[Paragraph], *, dropped: bool = False) -> ReadClause:
    return ReadClause(
        clause["order"],
        clause["lineage"],
        clause["heading"],
        "" if dropped else clause["omission_reason"],
        paragraphs,
        _changes(paragraphs),
        dropped,
    )


def _units(*contents: list[Content]) -> dict[int, Unit]:
    named = {part.get("unit") for content in contents for clause in content for part in clause["parts"]}
    return Unit.objects.in_bulk([pk for pk in named if pk is not None])


def plain(lines: Sequence[str]) -> list[Paragraph]:
    """Return lines as paragraphs without marks."""
    return [Paragraph((Piece(SAME, line),)) for line in lines]


def compare(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """Return the new lines, marked against the old ones, with the removed ones where they stood."""
    found: list[Paragraph] = []
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += plain(new[from_new:to_new])
            continue
        for gone, come in zip_longest(old[from_old:to_old], new[from_new:to_new]):
            found += _exchange(gone, come)
    return found


def _exchange(gone: str | None, come: str | None) -> list[Paragraph]:
    if gone is None or come is None:
        kind, text = (ADDED, come) if gone is None else (REMOVED, gone)
        return [Paragraph((Piece(kind, text or ""),))]
    old, new = _TOKEN.findall(gone), _TOKEN.findall(come)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) * len(new) > _MOST_STEPS or matcher.ratio() < _ALIKE:
        return [Paragraph((Piece(REMOVED, gone),)), Paragraph((Piece(ADDED, come),))]
    pieces: list[Piece] = []
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(new[from_new:to_new])))
            continue
        if to_old > from_old:
            pieces.append(Piece(REMOVED, "".join(old[from_old:to_old])))
        if to_new > from_new:
            pieces.append(Piece(ADDED, "".join(new[from_new:to_new])))
    return [Paragraph(tuple(pieces))]


def _changes(paragraphs: Sequence[Paragraph]) -> int:
    """Count the places that changed: a removal with the addition in its stead is one place."""
    count, inside = 0, False
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            if piece.kind != SAME and not inside:
                count += 1
            inside = piece.kind != SAME
        inside = inside and len(paragraph.pieces) == 1
    return count


def _lines(clause: Content, units: dict[int, Unit]) -> list[str]:
    """Return a clause as lines: the paragraphs of its prose, then each structured part on a line of its own."""
    lines = [line.strip() for line in clause["prose"].splitlines() if line.strip()]
    return lines + [reading.line(part["code"], part, units) for part in clause["parts"]]
