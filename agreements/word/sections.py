"""A Word text cut into sections by its headings, each with the clause it belongs to, as far as that is certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from agreements.models import Clause
from agreements.word import export, marks
from core.docx import headings
from core.docx.model import Block, Document, Paragraph, Table

MARK, HEADING, SIMILAR, CHOSEN, NONE = "mark", "heading", "similar", "chosen", "none"
FRONT, SIGNATURE, SECTION = "front", "signature", "section"
_ALIKE, _APART = 0.7, 0.1
"""A heading is called similar above the first, when no other comes as near as the second."""
_SIGNATURE = re.compile(r"[甲乙丙丁戊]\s*方\s*[：:]?.{0,40}[（(]\s*(?:盖章|签章|公章|签字|签名|盖公章)")


@dataclass(slots=True)
class Section:
    """A piece of the Word text: its heading (blank before the first), its lines and tables in order.

    `how` says how its clause was found, `lineage` names it; for NONE and SIMILAR the person decides.
    """

    key: str
    heading: str = ""
    kind: str = SECTION
    blocks: list[Block] = field(default_factory=list)
    how: str = NONE
    lineage: str = ""
    strong: bool = True
    place: int = 0

    @property
    def title(self) -> str:
        """The heading without its number."""
        return headings.split(self.heading).rest

    @property
    def lines(self) -> list[str]:
        """The paragraphs as lines of prose."""
        return lines_of([block for block in self.blocks if isinstance(block, Paragraph)])

    @property
    def tables(self) -> list[Table]:
        """The tables."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def everything(self) -> list[str]:
        """Heading, paragraphs and tables as lines, for a section that is taken as words."""
        found = [self.heading] if self.heading else []
        for block in self.blocks:
            found += lines_of([block]) if isinstance(block, Paragraph) else table_lines(block)
        return found


def lines_of(paragraphs: Sequence[Paragraph]) -> list[str]:
    """Return paragraphs as lines of prose: automatic numbers written out, line breaks as lines."""
    return [line for paragraph in paragraphs for line in export.lines(paragraph.full)]


def table_lines(table: Table) -> list[str]:
    """Return a table as lines, a row each."""
    return [line for row in table.text.split("\n") if (line := row.strip())]


def cut(document: Document, clauses: Sequence[Clause], title: str) -> list[Section]:
    """Cut a Word text into sections and match them to the clauses.

    A hidden mark is certain, so is the same heading (number, spaces, width and punctuation aside) that stands once.
    A similar heading is a suggestion; everything else is left to the person.
    """
    heads = _Heads(document, clauses)
    found = [Section("front", kind=FRONT)]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if heads.is_heading(block):
                found.append(_opened(block, len(found), heads))
                continue
            if _SIGNATURE.search(block.full) and found[-1].kind == SECTION:
                found.append(Section(f"s{len(found)}", kind=SIGNATURE, place=block.place))
        found[-1].blocks.append(block)
    front = found[0]
    front.blocks = [block for block in front.blocks if not _is_title(block, title)]
    _assign(found, clauses)
    found = _folded(found)
    return [section for section in found if section.kind == SECTION or section.everything]


def _is_title(block: Block, title: str) -> bool:
    return isinstance(block, Paragraph) and export.lines(block.full) in ([], export.lines(title))


def _opened(paragraph: Paragraph, number: int, heads: _Heads) -> Section:
    marked = heads.marked(paragraph)
    return Section(
        f"s{number}",
        " ".join(export.lines(paragraph.full)),
        how=MARK if marked else NONE,
        lineage=marked,
        strong=_is_strong(paragraph),
        place=paragraph.place,
    )


def _is_strong(paragraph: Paragraph) -> bool:
    return paragraph.outline == 1 or headings.split(paragraph.full).level == 1


class _Heads:
    """What counts as the heading of a section in one Word text."""

    def __init__(self, document: Document, clauses: Sequence[Clause]) -> None:
        self._keys = {headings.key(clause.heading) for clause in clauses}
        self._own = {clause.lineage: headings.key(clause.heading) for clause in clauses}
        self._prose = {line for clause in clauses for line in export.lines(clause.prose)}
        self._by_place: dict[int, str] = {}
        for block in document.blocks:
            if isinstance(block, Paragraph) and (lineage := self._named(block)):
                self._by_place[block.place] = lineage
        self._known = {self._own[lineage] for lineage in self._by_place.values()}
        deepest = [block.outline for block in document.blocks if isinstance(block, Paragraph) and block.outline]
        self._top = 1 if deepest.count(1) > 1 or not deepest else min(deepest)
        if deepest.count(1) == 1 and len(deepest) > 2:
            # The only heading of the first level is the title of the paper; the clauses stand one level below.
            self._top = 2 if 2 in deepest and not self._by_place else 1

    def _named(self, paragraph: Paragraph) -> str:
        """Return the clause a paragraph's marks name, unless its words say that the mark slipped there."""
        free = [
            lineage
            for mark in paragraph.marks
            if (lineage := marks.clause([mark])) in self._own and lineage not in self._by_place.values()
        ]
        if not free:
            return ""
        key = headings.key(paragraph.full)
        if same := [lineage for lineage in free if self._own[lineage] == key]:
            return same[0]
        if not key or key in self._keys or not headings.looks_like_heading(paragraph.full):
            return ""
        return free[0]

    def marked(self, paragraph: Paragraph) -> str:
        """Return the lineage of the clause whose mark the paragraph bears first."""
        return self._by_place.get(paragraph.place, "")

    def is_heading(self, paragraph: Paragraph) -> bool:
        """Tell whether a paragraph opens a section."""
        if self.marked(paragraph):
            return True
        line = paragraph.full.strip()
        if not headings.looks_like_heading(line) or paragraph.source:
            return False
        key = headings.key(line)
        if key in self._keys:
            return key not in self._known
        if line in self._prose or headings.split(line).level > 1 or not key:
            return False
        return headings.split(line).level == 1 or paragraph.outline in (1, self._top)


def _assign(found: list[Section], clauses: Sequence[Clause]) -> None:
    taken = {section.lineage for section in found if section.lineage}
    open_clauses = [clause for clause in clauses if clause.lineage not in taken]
    by_key: dict[str, list[Clause]] = {}
    for clause in open_clauses:
        by_key.setdefault(headings.key(clause.heading), []).append(clause)
    claims: dict[str, list[Section]] = {}
    for section in found:
        if section.kind == SECTION and not section.lineage:
            claims.setdefault(headings.key(section.heading), []).append(section)
    for key, same in by_key.items():
        claiming = claims.get(key, [])
        certain = [section for section in claiming if section.strong] or claiming
        if len(same) == 1 and len(certain) == 1:
            certain[0].how, certain[0].lineage = HEADING, same[0].lineage
            taken.add(same[0].lineage)
    rest = [clause for clause in open_clauses if clause.lineage not in taken]
    for section in found:
        if section.kind == SECTION and not section.lineage and (near := _nearest(section.heading, rest)):
            section.how, section.lineage = SIMILAR, near.lineage
            rest.remove(near)


def _folded(found: list[Section]) -> list[Section]:
    """Give a line back to the section before it when it only repeats the heading of a clause found elsewhere."""
    certain = {headings.key(section.heading) for section in found if section.lineage}
    kept: list[Section] = []
    for section in found:
        if kept and section.how == NONE and not section.strong and headings.key(section.heading) in certain:
            kept[-1].blocks += [Paragraph(section.heading, place=section.place), *section.blocks]
        else:
            kept.append(section)
    return kept


def _nearest(heading: str, clauses: Sequence[Clause]) -> Clause | None:
    wanted = headings.key(heading)
    scores = sorted(
        ((SequenceMatcher(None, wanted, headings.key(clause.heading)).ratio(), clause) for clause in clauses),
        key=lambda scored: -scored[0],
    )
    if not scores or scores[0][0] < _ALIKE:
        return None
    if len(scores) > 1 and scores[1][0] > scores[0][0] - _APART:
        return None
    return scores[0][1]
