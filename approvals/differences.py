"""What changed between two versions of a text: clause by clause, paragraph by paragraph, then word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.html import strip_tags

from agreements import reading
from agreements.forms.sheets import LAYOUTS
from agreements.models import Clause, Part, TextVersion
from agreements.services import texts

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|.", re.DOTALL)
_MOST_STEPS = 4_000_000
"""Above this many comparisons two paragraphs are shown as exchanged whole: a page is never held up by its marks."""
_ALIKE = 0.3

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
    """Return the clauses of a version, marked against an earlier one (unmarked without one). Clauses and parts are
    matched by lineage, so that a moved clause is the same clause; what was dropped stands at the end."""
    before = {clause.lineage: clause for clause in texts.clauses_with_parts(old)} if old else {}
    found = []
    for clause in texts.clauses_with_parts(new):
        lines = _lines(clause)
        earlier = before.pop(clause.lineage, None)
        paragraphs = compare(_lines(earlier) if earlier else [], lines) if old else plain(lines)
        found.append(
            ReadClause(
                clause.order,
                clause.lineage,
                clause.heading,
                clause.omission_reason,
                paragraphs,
                changes=_changes(paragraphs),
            )
        )
    for clause in before.values():
        paragraphs = compare(_lines(clause), [])
        found.append(
            ReadClause(clause.order, clause.lineage, clause.heading, "", paragraphs, _changes(paragraphs), dropped=True)
        )
    return found


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


def _lines(clause: Clause) -> list[str]:
    """Return a clause as lines: the paragraphs of its prose, then each structured part on a line of its own."""
    lines = [line.strip() for line in clause.prose.splitlines() if line.strip()]
    parts: dict[str, list[Part]] = clause.parts
    return lines + [_part_line(code, part) for code, rows in parts.items() for part in rows]


def _part_line(code: str, part: Part) -> str:
    facts = []
    for name in part.FACTS:
        shown = strip_tags(reading.shown(code, name, getattr(part, name)))
        if shown:
            facts.append(f"{part._meta.get_field(name).verbose_name}：{shown}")  # type: ignore[union-attr]
    return f"{LAYOUTS[code].title}　{'；'.join(facts)}"
