"""A Word text as its reader sees it with every tracked change accepted, and what was found beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

INSERTION, DELETION, MOVE, FORMAT = "insertion", "deletion", "move", "format"


@dataclass(slots=True)
class Paragraph:
    """A paragraph: `label` is its automatic number, `outline` its heading level by style (0: body text).

    `place` counts the paragraphs of the whole text from 0; `marks` are the names of its bookmarks; `source` says where
    it stood when it is not part of the flow (`text box`).
    """

    text: str
    label: str = ""
    outline: int = 0
    style: str = ""
    marks: tuple[str, ...] = ()
    place: int = 0
    source: str = ""

    @property
    def full(self) -> str:
        """The paragraph as it is read: the automatic number, then the text."""
        if not self.label or not self.text:
            return self.label + self.text
        gap = " " if self.label[-1].isalnum() else ""
        return f"{self.label}{gap}{self.text}"


@dataclass(slots=True)
class Cell:
    """A cell; `continues` where it is merged with the one above, `span` counts the columns it covers."""

    blocks: list[Paragraph | Table]
    span: int = 1
    continues: bool = False

    @property
    def text(self) -> str:
        """The text of the cell, one line for each paragraph; a table inside row by row, cells apart by tabs."""
        lines = [block.full if isinstance(block, Paragraph) else block.text for block in self.blocks]
        return "\n".join(lines)


@dataclass(slots=True)
class Row:
    """A row of a table."""

    cells: list[Cell]

    @property
    def marks(self) -> tuple[str, ...]:
        """The names of the bookmarks in the row."""
        return tuple(mark for cell in self.cells for paragraph in paragraphs(cell.blocks) for mark in paragraph.marks)


@dataclass(slots=True)
class Table:
    """A table."""

    rows: list[Row]

    @property
    def text(self) -> str:
        """The text of the table: rows as lines, cells apart by tabs."""
        return "\n".join("\t".join(cell.text for cell in row.cells if not cell.continues) for row in self.rows)


Block = Paragraph | Table


def paragraphs(blocks: list[Block]) -> Iterator[Paragraph]:
    """Yield every paragraph, those of tables too, in order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from paragraphs(cell.blocks)


@dataclass(slots=True)
class Change:
    """A tracked change: who, when (ISO, as the program wrote it), what kind, which text, in which paragraph."""

    kind: str
    author: str
    at: str
    text: str
    place: int = 0


@dataclass(slots=True)
class Comment:
    """A remark in the margin with the words it stands at."""

    author: str
    at: str
    text: str
    anchor: str = ""
    place: int = 0


@dataclass(slots=True)
class Loss:
    """Something that text alone cannot carry: `kind` as in `reading.LOSSES`, with its words where it has any."""

    kind: str
    text: str = ""
    place: int = 0


@dataclass(slots=True)
class Document:
    """What a .docx holds."""

    blocks: list[Block]
    changes: list[Change] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text, paragraph by paragraph, tables cell by cell."""
        lines = []
        for block in self.blocks:
            if isinstance(block, Paragraph):
                lines.append(block.full)
            else:
                lines += [cell.text for row in block.rows for cell in row.cells if not cell.continues]
        return "\n".join(lines)
