"""The rows of a Word table against the parts of a clause: which is which, what it says now, what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agreements.contents import PartContent
from agreements.forms.cells import UnitNames
from agreements.forms.sheets import PartRow
from agreements.models import Part
from agreements.word import marks, tables
from agreements.word.tables import Heads
from core.docx.model import Row, Table
from core.errors import BadInput


@dataclass(slots=True)
class ReadRow:
    """A row of the upload with the part it answers (None: a new one).

    `said` is what each cell says by field; `form` reads it as the workbench would. A fact whose cell still says what
    was written out keeps its exact value: `same` are its fields, `kept` the values.
    """

    code: str
    key: str
    part: Part | None
    said: dict[str, str]
    form: PartRow
    kept: dict[str, Any]
    same: frozenset[str]
    mended: tuple[str, ...] = ()

    @property
    def asked(self) -> list[str]:
        """The fields that are typed anew on the page: what cannot be read, and what was mended there already."""
        wrong = self.errors
        return [name for name in tables.fields(self.code) if name in wrong or name in self.mended]

    @property
    def name(self) -> str:
        """What the row is called: its sheet, and what names it."""
        return f"{tables.title(self.code)}　{self.said.get(tables.identity(self.code), '')}"

    @property
    def first_error(self) -> str:
        """The first thing that cannot be read, with the name of its field."""
        for name, messages in self.errors.items():
            called = tables.label(self.code, name) if name in tables.fields(self.code) else ""
            return f"{called} {messages[0]}".strip()
        return ""

    @property
    def is_changed(self) -> bool:
        """Tell whether the row is new, or says something else than what was written out."""
        return self.part is None or not self.same.issuperset(tables.fields(self.code))

    @property
    def errors(self) -> dict[str, list[str]]:
        """What cannot be read, by field."""
        if not self.is_changed:
            return {}
        return {name: [str(message) for message in messages] for name, messages in self.form.errors.items()}

    @property
    def line(self) -> str:
        """The row as one line for the comparison."""
        return row_line(self.code, self.said)

    def content(self) -> PartContent:
        """Return the part as the service takes it. Raises BadInput where a cell cannot be read."""
        if self.part and not self.is_changed:
            return PartContent(self.code, self.part.facts(), self.part.lineage)
        if not self.form.is_valid():
            raise BadInput(f"{self.name}: {self.first_error}")
        read = self.form.content()
        return PartContent(self.code, {**read.facts, **self.kept}, self.part.lineage if self.part else "")


@dataclass(slots=True)
class ReadSheet:
    """The rows of one kind of part in a clause: those that stand in the upload, those that do not."""

    code: str
    rows: list[ReadRow] = field(default_factory=list)
    absent: list[Part] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def row_line(code: str, said: Mapping[str, str]) -> str:
    """Return the facts of a row as one line: names and texts, in the order of the sheet."""
    pieces = [
        f"{tables.label(code, name)}：{said[name]}"
        for column in tables.columns(code)
        for name in column.fields
        if said.get(name)
    ]
    return f"{tables.title(code)}　{'；'.join(pieces)}".replace("\n", " ")


def part_line(part: Part) -> str:
    """Return a part of the draft as one line."""
    return row_line(part.CODE, tables.written(part))


def code_of(table: Table, codes: Sequence[str]) -> tuple[str, Heads | None]:
    """Return the sheet a table answers, by its mark or its row of heads, among those its clause has.

    Blank where no sheet, or more than one, fits as well.
    """
    if not table.rows:
        return "", None
    first = table.rows[0]
    cells = _texts(first)
    by_code = {code: tables.match_heads(code, cells) for code in codes}
    if (marked := marks.sheet(first.marks)) in by_code and by_code[marked].share > 0:
        return marked, by_code[marked]
    ranked = sorted(by_code.items(), key=lambda entry: -entry[1].share)
    if not ranked or ranked[0][1].share < 0.5:
        return "", None
    if len(ranked) > 1 and ranked[1][1].share == ranked[0][1].share:
        return "", None
    return ranked[0]


def _texts(row: Row) -> list[str]:
    """Return the texts of a row, one for each column of the grid."""
    found: list[str] = []
    for cell in row.cells:
        found += [cell.text, *[""] * (cell.span - 1)]
    return found


class Reader:
    """Reads tables into rows with the forms of the workbench. `corrections` are what the person typed instead."""

    def __init__(self, units: UnitNames, project_facts: bool, corrections: Mapping[str, Any] | None = None) -> None:
        self._units = units
        self._project_facts = project_facts
        self._corrections = corrections or {}

    def read(self, sheet: ReadSheet, found: Sequence[tuple[Table, Heads]], parts: Sequence[Part], prefix: str) -> None:
        """Read the tables of a sheet; parts are matched by mark, then by what names a row, each once."""
        said = [entry for table, heads in found for entry in self._said(sheet, table, heads)]
        matched = _match(sheet.code, said, parts)
        answered = set()
        for number, ((_row, words), part) in enumerate(zip(said, matched, strict=True)):
            if any(words.values()) or (part and _says_all(words, part)):
                sheet.rows.append(self._row(sheet.code, f"{prefix}-{number}", words, part))
                answered.add(part.lineage if part else "")
        sheet.absent = [part for part in parts if part.lineage not in answered]

    def _said(self, sheet: ReadSheet, table: Table, heads: Heads) -> list[tuple[Row, dict[str, str]]]:
        sheet.unknown += heads.unknown
        first = _texts(table.rows[0])
        above: dict[int, str] = {}
        found = []
        for row in table.rows[1:]:
            cells = _texts(row)
            if cells == first:  # heads repeated on a new page
                continue
            column = 0
            for cell in row.cells:
                if cell.continues and column < len(cells):
                    cells[column] = above.get(column, "")
                above[column] = cells[column] if column < len(cells) else ""
                column += cell.span
            words = self._words(sheet.code, heads, cells)
            if any(words.values()) or marks.row(row.marks):
                found.append((row, words))
        return found

    def _words(self, code: str, heads: Heads, cells: Sequence[str]) -> dict[str, str]:
        words: dict[str, str] = {}
        for fields, multiplier, cell in zip(heads.columns, heads.multipliers, cells, strict=False):
            for name, text in tables.taken_apart(code, fields, cell).items():
                words[name] = tables.with_unit(name, text, multiplier)
        return words

    def _row(self, code: str, key: str, words: dict[str, str], part: Part | None) -> ReadRow:
        written = tables.written(part) if part else {}
        kept: dict[str, Any] = {}
        same: set[str] = set()
        mended: list[str] = []
        typed: dict[str, Any] = {f"{key}-lineage": part.lineage if part else ""}
        said = {**written, **words}
        for name in tables.fields(code):
            form_field = tables.row_form(code).base_fields[name]
            own = f"{key}-{name}"
            if own in self._corrections:
                typed[own] = self._corrections[own]
                mended.append(name)
                said[name] = str(self._corrections[own])
            elif part and (name not in words or _same(words[name], written.get(name, ""))):
                same.add(name)
                kept |= tables.kept(part, name)
                typed[own] = tables.start(part, name)
            elif name in words:
                typed[own] = tables.typed(code, name, words[name])
            else:
                typed[own] = form_field.initial if form_field.initial is not None else ""
        typed = {name: "" if value is None else str(value) for name, value in typed.items()}
        form = tables.row_form(code)(typed, prefix=key, units=self._units, project_facts=self._project_facts)
        return ReadRow(code, key, part, said, form, kept, frozenset(same), tuple(mended))


def _same(said: str, written: str) -> bool:
    """Tell whether a cell still says what was written out; edges of lines are not what anybody typed."""
    return [line.strip() for line in said.split("\n")] == [line.strip() for line in written.strip().split("\n")]


def _match(code: str, said: Sequence[tuple[Row, dict[str, str]]], parts: Sequence[Part]) -> list[Part | None]:
    """Say which part each row answers: by its mark; then the one that says the same; then the one named the same."""
    by_lineage = {part.lineage: part for part in parts}
    found: list[Part | None] = [None] * len(said)
    for number, (row, _words) in enumerate(said):
        found[number] = by_lineage.pop(marks.row(row.marks), None)
    name = tables.identity(code)
    for alike in (_says_all, _named_same(name)):
        for number, (_row, words) in enumerate(said):
            if found[number] is None:
                part = next((part for part in by_lineage.values() if alike(words, part)), None)
                if part is not None:
                    found[number] = by_lineage.pop(part.lineage)
    return found


def _says_all(words: Mapping[str, str], part: Part) -> bool:
    written = tables.written(part)
    return all(_same(text, written.get(name, "")) for name, text in words.items())


def _named_same(name: str) -> Any:
    def alike(words: Mapping[str, str], part: Part) -> bool:
        own = tables.plain(tables.written(part)[name])
        return bool(own) and tables.plain(words.get(name, "")) == own

    return alike


def is_caption(code: str, line: str) -> bool:
    """Tell whether a line is the caption of a sheet, as it was written out or numbered by hand (表1 工作目标)."""
    own = tables.plain(tables.title(code))
    said = tables.plain(line)
    return said == own or (said.startswith(("表", "附表")) and said.endswith(own))
