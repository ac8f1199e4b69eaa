"""Writing a .docx on the grid of official documents. The same content gives the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape

from core.docx import headings, styling
from core.docx.reading import OWN_MARKING
from core.docx.styling import NAMESPACE

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SENTENCE = re.compile(r"[^。]{1,40}。")
# What XML cannot hold: control characters, halves of pairs, the two non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY_ONE = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {
    "styles": "styles", "settings": "settings", "fontTable": "fontTable",
    "header1": "header", "header2": "header", "footer1": "footer", "footer2": "footer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its number in its words; `mark` is a hidden bookmark by which it is known again."""

    text: str
    level: int = 1
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. A number at its beginning decides its look, not what it is."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: Sequence[str]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its caption, its head, its rows, the weight of each column."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Row]
    mark: str = ""
    weights: Sequence[int] = field(default_factory=tuple)


Element = Heading | Line | Grid


def clean(text: str) -> str:
    """Return a text as a .docx can hold it: plain line ends, no control characters."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def write(title: str, elements: Sequence[Element], *, marking: str) -> bytes:
    """Return the document: the title, its elements in order; `marking` stands in the header of every page."""
    return _pack(_Writer().document(title, elements), title, marking)


class _Writer:
    def __init__(self) -> None:
        self._bookmarks = 0

    def document(self, title: str, elements: Sequence[Element]) -> str:
        body = self._paragraph("Title", _runs(title), "")
        return (
            f"<w:document {NAMESPACE}><w:body>{body}{''.join(self._element(element) for element in elements)}"
            f"{styling.section(_REFERENCES)}</w:body></w:document>"
        )

    def _element(self, element: Element) -> str:
        if isinstance(element, Heading):
            return self._paragraph(f"Heading{element.level}", _runs(element.text), element.mark)
        if isinstance(element, Grid):
            return self._grid(element)
        return self._line(element)

    def _line(self, line: Line) -> str:
        level = headings.split(line.text).level
        if level > 1 and headings.looks_like_heading(line.text):
            return self._paragraph(f"Heading{level}", _runs(line.text), line.mark)
        first = _SENTENCE.match(line.text) if level == 2 else None
        if first and first.end() < len(line.text):
            runs = _runs(first[0], styling.HEADING_FONTS[2]) + _runs(line.text[first.end() :])
            return self._paragraph("", runs, line.mark)
        return self._paragraph("", _runs(line.text), line.mark)

    def _paragraph(self, style: str, runs: str, mark: str) -> str:
        properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{properties}{self._mark(mark)}{runs}</w:p>"

    def _mark(self, mark: str) -> str:
        if not mark:
            return ""
        self._bookmarks += 1
        number = self._bookmarks
        return f'<w:bookmarkStart w:id="{number}" w:name="{mark}"/><w:bookmarkEnd w:id="{number}"/>'

    def _grid(self, grid: Grid) -> str:
        weights = grid.weights or [1] * len(grid.heads)
        widths = [styling.TEXT_WIDTH * weight // sum(weights) for weight in weights]
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        return (
            self._paragraph("Caption", _runs(grid.caption), "")
            + f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{edges}</w:tblBorders>'
            f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
            + self._row(Row(grid.heads, grid.mark), widths, is_head=True)
            + "".join(self._row(row, widths) for row in grid.rows)
            # Two tables without a paragraph between them grow together.
            + '</w:tbl><w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr></w:p>'
        )

    def _row(self, row: Row, widths: Sequence[int], *, is_head: bool = False) -> str:
        style = "Head" if is_head else "Cell"
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{self._paragraph(style, _runs(cell), row.mark if number == 0 else '')}</w:tc>"
            for number, (cell, width) in enumerate(zip(row.cells, widths, strict=True))
        )
        head = "<w:tblHeader/>" if is_head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>"


_REFERENCES = "".join(
    f'<w:{kind}Reference w:type="{pages}" r:id="{kind}{number}"/>'
    for kind in ("header", "footer")
    for number, pages in ((1, "default"), (2, "even"))
)


def _runs(text: str, font: str = "") -> str:
    properties = f"<w:rPr>{styling.fonts(font)}</w:rPr>" if font else ""
    return "".join(f"<w:r>{properties}{piece}</w:r>" for piece in _pieces(clean(text)))


def _pieces(text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield "<w:br/>"
        for place, piece in enumerate(line.split("\t")):
            if place:
                yield "<w:tab/>"
            if piece:
                yield f'<w:t xml:space="preserve">{escape(piece)}</w:t>'


def _header(marking: str) -> str:
    return (
        f'<w:hdr {NAMESPACE}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:bookmarkStart w:id="0" '
        f'w:name="{OWN_MARKING}"/><w:bookmarkEnd w:id="0"/>{_runs(marking)}</w:p></w:hdr>'
    )


def _pack(document: str, title: str, marking: str) -> bytes:
    kinds = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_KINDS}.{kind}+xml"/>' for name, kind in _PARTS.items()
    )
    links = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{name}.xml"/>' for name, kind in _PARTS.items()
    )
    members = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_KINDS}.document.main+xml"/>{kinds}'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="document" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="core" Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/></Relationships>'
        ),
        "docProps/core.xml": (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(clean(title))}</dc:title>'
            "</cp:coreProperties>"
        ),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "word/styles.xml": styling.styles_part(),
        "word/settings.xml": styling.settings_part(),
        "word/fontTable.xml": styling.font_table_part(),
        "word/header1.xml": _header(marking),
        "word/header2.xml": _header(marking),
        "word/footer1.xml": styling.page_number(is_odd=True),
        "word/footer2.xml": styling.page_number(is_odd=False),
    }
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _DAY_ONE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            archive.writestr(member, _HEAD + content)
    return stream.getvalue()
