"""What a Word text would make of the draft: clause by clause, nothing decided that is not certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agreements.forms.text import Section as DraftSection
from agreements.forms.text import TextForm
from agreements.models import Clause, TextVersion
from agreements.word import export, rows, sections
from agreements.word.rows import Reader, ReadRow, ReadSheet
from agreements.word.sections import CHOSEN, NONE, SECTION, SIMILAR, Section
from agreements.word.tables import Heads
from core.docx import headings
from core.docx.model import Document, Paragraph, Table

IS, APPEND, NEW, OUT = "is", "append", "new", "out"
KEEP, DROP = "keep", "drop"
AS_TEXT = "text"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person decided: for a section `is:<lineage>`, `append:<lineage>`, `new` or `out`; for a table that
    answers no sheet `text` or `out`; corrections of cells by the name of their field on the page.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class LooseTable:
    """A table of a clause that answers none of its sheets."""

    key: str
    lines: list[str]
    choice: str = ""


@dataclass(slots=True)
class ClausePlan:
    """A clause of the draft with what the upload says of it; `section` is None where the upload lacks it."""

    clause: Clause
    framework: dict[str, Any] | None
    section: Section | None = None
    appended: list[Section] = field(default_factory=list)
    prose: str = ""
    sheets: list[ReadSheet] = field(default_factory=list)
    loose: list[LooseTable] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        """Tell whether a clause that stands in the draft is not in the upload."""
        return self.section is None and not self.clause.is_omitted and not self.is_empty

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is written in the clause of the draft yet."""
        return not self.clause.prose.strip() and not any(self.clause.parts.values())

    @property
    def is_renamed(self) -> bool:
        """Tell whether the upload calls the clause otherwise."""
        section = self.section
        return section is not None and headings.key(section.heading) != headings.key(self.clause.heading)

    @property
    def old_lines(self) -> list[str]:
        """The clause of the draft, line by line, parts last."""
        parts = [rows.part_line(part) for found in self.clause.parts.values() for part in found]
        return export.lines(self.clause.prose) + parts

    @property
    def new_lines(self) -> list[str]:
        """The clause as the upload has it, line by line."""
        return export.lines(self.prose) + [row.line for sheet in self.sheets for row in sheet.rows]

    @property
    def unreadable(self) -> list[ReadRow]:
        """The rows with a cell that cannot be read."""
        return [row for sheet in self.sheets for row in sheet.rows if row.errors]

    @property
    def to_mend(self) -> list[ReadRow]:
        """The rows whose cells are shown to be typed anew: those that cannot be read, and those mended already."""
        return [row for sheet in self.sheets for row in sheet.rows if row.asked]

    @property
    def is_changed(self) -> bool:
        """Tell whether the upload says anything else than the draft."""
        return bool(
            self.prose != self.clause.prose
            or self.is_renamed
            or any(sheet.absent or any(row.is_changed for row in sheet.rows) for sheet in self.sheets)
        )


@dataclass(slots=True)
class Plan:
    """The whole: `undecided` sections wait for the person; `edition` is the save of the draft it was matched to."""

    text: TextVersion
    document: Document
    sections: list[Section]
    clauses: list[ClausePlan]
    choices: Choices

    @property
    def edition(self) -> int:
        """The save of the working text the plan was made against."""
        return self.text.edition

    @property
    def open_sections(self) -> list[Section]:
        """The sections whose place the person decides, those decided already too."""
        return [section for section in self.sections if section.how in (NONE, SIMILAR, CHOSEN)]

    @property
    def is_moved(self) -> bool:
        """Tell whether the clauses stand in another order in the upload."""
        order = {entry.clause.lineage: number for number, entry in enumerate(self.clauses)}
        stand = [order[section.lineage] for section in self.sections if section.lineage in order]
        return stand != sorted(stand)


def make(document: Document, draft: TextForm, choices: Choices | None = None) -> Plan:
    """Match a Word text to the working text of a draft. `choices` are those made so far on the page."""
    choices = choices or Choices()
    clauses = [section.clause for section in draft.sections]
    found = sections.cut(document, clauses, draft.agreement.title)
    _decide(found, choices)
    by_lineage = {section.lineage: section for section in found if section.lineage and section.kind == SECTION}
    reader = Reader(draft.units, draft.project_facts, choices.corrections)
    made = [_clause(section, by_lineage, found, choices, reader) for section in draft.sections]
    return Plan(draft.text, document, found, made, choices)


def _decide(found: Sequence[Section], choices: Choices) -> None:
    for section in found:
        place = choices.places.get(section.key, "")
        if section.how not in (NONE, SIMILAR) or not place:
            continue
        verb, _colon, lineage = place.partition(":")
        section.lineage = lineage if verb == IS else ""
        section.how = CHOSEN


def _clause(
    draft: DraftSection, by_lineage: Mapping[str, Section], found: Sequence[Section], choices: Choices, reader: Reader
) -> ClausePlan:
    clause = draft.clause
    made = ClausePlan(clause, draft.framework, by_lineage.get(clause.lineage))
    made.appended = [section for section in found if choices.places.get(section.key) == f"{APPEND}:{clause.lineage}"]
    added = [line for section in made.appended for line in section.everything]
    if made.section is None:
        made.prose = _prose(clause.prose, export.lines(clause.prose) + added)
        made.sheets = [_unread(code, parts) for code, parts in clause.parts.items() if parts]
        return made
    codes = [sheet.code for sheet in draft.sheets]
    codes += [code for code, parts in clause.parts.items() if parts and code not in codes]
    matched: dict[str, list[tuple[Table, Heads]]] = {}
    lines: list[str] = []
    caption = ""
    for number, block in enumerate(made.section.blocks):
        if isinstance(block, Paragraph):
            said = sections.lines_of([block])
            lines += said
            caption = said[-1] if said else caption
            continue
        code, heads = rows.code_of(block, codes)
        if heads is not None:
            matched.setdefault(code, []).append((block, heads))
            if lines and lines[-1] == caption and rows.is_caption(code, caption):
                lines.pop()
            continue
        loose = LooseTable(f"{made.section.key}-{number}", sections.table_lines(block))
        loose.choice = choices.tables.get(loose.key, "")
        made.loose.append(loose)
        if loose.choice == AS_TEXT:
            lines += loose.lines
    made.prose = _prose(clause.prose, lines + added)
    for code in codes:
        sheet = ReadSheet(code)
        reader.read(sheet, matched.get(code, []), clause.parts[code], f"row-{clause.lineage}-{code}")
        if sheet.rows or sheet.absent or sheet.unknown:
            made.sheets.append(sheet)
    return made


def _unread(code: str, parts: Sequence[Any]) -> ReadSheet:
    return ReadSheet(code, absent=list(parts))


def _prose(old: str, lines: Sequence[str]) -> str:
    """Return lines as prose; where they are those of the draft, exactly as it is typed there."""
    if export.lines(old) == list(lines):
        return old
    typed: dict[str, list[str]] = {}
    for raw in old.replace("\r\n", "\n").split("\n"):
        for line in export.lines(raw):
            typed.setdefault(line, []).append(raw)
    return "\n".join(typed[line].pop(0) if typed.get(line) else line for line in lines)
