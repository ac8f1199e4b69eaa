"""Reading a .docx: the text with every tracked change accepted, and everything that text alone cannot carry, named.

What python-docx leaves out is read here: tracked insertions, content controls, smart tags, text boxes, fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _

from core.docx.fields import Fields
from core.docx.model import (
    DELETION,
    FORMAT,
    INSERTION,
    MOVE,
    Block,
    Cell,
    Change,
    Comment,
    Document,
    Loss,
    Paragraph,
    Row,
    Table,
    paragraphs,
)
from core.docx.numbering import Numbering, value, whole
from core.docx.package import Package, broken
from core.docx.styles import Style, Styles, heading_level
from core.verdicts import Wording

LOSSES: dict[str, Wording] = {
    "picture": _("picture"),
    "object": _("embedded object"),
    "chart": _("chart or diagram"),
    "formula": _("formula (its characters are carried, its form is not)"),
    "footnote": _("footnote"),
    "endnote": _("endnote"),
    "hidden": _("hidden text"),
    "contents": _("table of contents"),
    "symbol": _("symbol of a special font"),
    "document": _("document embedded as a whole"),
    "header": _("header"),
    "footer": _("footer"),
}
OWN_MARKING = "_Marking"
"""The bookmark of a header that the product writes itself."""
UNKNOWN_SYMBOL = "〓"
_WINGDINGS = {0xFE: "☑", 0xA8: "□", 0x6F: "□", 0xFC: "✓", 0x6C: "●", 0x6E: "■", 0xA7: "▪", 0xD8: "➢"}
_WINGDINGS_2 = {0x52: "☑", 0xA3: "□", 0x50: "✓"}
_SYMBOL = {0xB4: "×", 0xB0: "°", 0xB1: "±", 0xA3: "≤", 0xB3: "≥", 0xB8: "÷", 0xB7: "•"}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
_PLAIN = {"w-tab": "\t", "w-ptab": "\t", "w-cr": "\n", "w-noBreakHyphen": "\u2011", "w-softHyphen": "\u00ad"}
_THROUGH = frozenset(
    {
        "w-hyperlink", "w-smartTag", "w-customXml", "w-sdtContent", "w-fldSimple", "w-dir", "w-bdo", "w-rubyBase",
        "m-oMathPara",
    }
)  # fmt: skip
_GONE = {"w-del": DELETION, "w-moveFrom": MOVE}
_COME = {"w-ins": INSERTION, "w-moveTo": MOVE}
_FORMAT = frozenset(
    {
        "w-rPrChange", "w-pPrChange", "w-sectPrChange", "w-tblPrChange", "w-tblGridChange", "w-trPrChange",
        "w-tcPrChange", "w-tblPrExChange", "w-numberingChange",
    }
)  # fmt: skip
_SPACES = str.maketrans("\r\n\t", "   ")


def read(stream: BinaryIO) -> Document:
    """Return what a .docx holds. Raises BadInput, naming the rule, for a file that cannot be read as one."""
    package = Package(stream)
    try:
        return _Reader(package).read()
    except RecursionError as error:
        raise broken() from error


def plain_text(stream: BinaryIO) -> str:
    """Return the whole text of a .docx: tracked insertions in, deletions out, tables cell by cell."""
    return read(stream).text


@dataclass(slots=True)
class _Open:
    """A paragraph being read. `carried` is what a deleted paragraph mark hands to the next one."""

    text: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    in_contents: bool = False


@dataclass(slots=True)
class _Ranges:
    """The comments whose words are being read: id → pieces of text."""

    open: dict[str, list[str]] = field(default_factory=dict)
    closed: dict[str, tuple[str, int]] = field(default_factory=dict)


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(next(iter(package.related("styles")), None))
        self._numbering = Numbering(next(iter(package.related("numbering")), None))
        self._fields = Fields()
        self._ranges = _Ranges()
        self._place = 0
        self._changes: list[Change] = []
        self._losses: list[Loss] = []
        self._loose_marks: list[str] = []
        self._notes = {kind: self._note_texts(kind) for kind in ("footnote", "endnote")}

    def read(self) -> Document:
        body = self._package.document.find("w-body")
        blocks = self._blocks(body if body is not None else (), "")
        comments = self._comments()
        self._name_margins()
        return Document(blocks, self._changes, comments, self._losses)

    # ------------------------------------------------------------------ blocks

    def _blocks(self, nodes: Element | list[Element] | tuple[()], source: str) -> list[Block]:
        found: list[Block] = []
        carried = _Open()
        for node in self._flat(nodes):
            if node.tag == "w-tbl":
                if carried.text:
                    found += self._close(carried, None, source)
                    carried = _Open()
                found += self._table(node)
                continue
            self._fill(node, carried)
            properties = node.find("w-pPr")
            if self._mark_is_gone(properties):
                continue
            found += self._close(carried, properties, source)
            carried = _Open()
        if carried.text or carried.boxes:
            found += self._close(carried, None, source)
        return found

    def _flat(self, nodes: Element | list[Element] | tuple[()]) -> Iterator[Element]:
        """Yield the paragraphs and tables below nodes, through everything that only wraps them."""
        for node in nodes:
            tag = node.tag
            if tag in ("w-p", "w-tbl"):
                yield node
            elif tag == "w-sdt":
                if value(node, "w-sdtPr/w-docPartObj/w-docPartGallery") == "Table of Contents":
                    self._lose_once("contents")
                    continue
                content = node.find("w-sdtContent")
                yield from self._flat(content if content is not None else ())
            elif tag in ("w-customXml", "w-smartTag", "w-ins", "w-moveTo"):
                yield from self._flat(node)
            elif tag in _GONE:
                self._note_change(_GONE[tag], node, _raw_text(node))
            elif tag == "mc-AlternateContent":
                yield from self._flat(_alternative(node))
            elif tag == "w-bookmarkStart":
                self._loose_marks.append(node.get("w-name", ""))
            elif tag == "w-altChunk":
                self._lose("document")
            elif tag == "w-sectPr":
                self._note_formats(node)
            elif tag in ("w-commentRangeStart", "w-commentRangeEnd"):
                self._range(node)

    def _mark_is_gone(self, properties: Element | None) -> bool:
        marks = properties.find("w-rPr") if properties is not None else None
        if marks is None:
            return False
        gone = False
        for node in marks:
            if node.tag in _GONE:
                gone = True
                self._note_change(_GONE[node.tag], node, "¶")
            elif node.tag in _COME:
                self._note_change(_COME[node.tag], node, "¶")
        return gone

    def _fill(self, node: Element, opened: _Open) -> None:
        self._note_formats(node.find("w-pPr"))
        opened.marks += self._loose_marks
        self._loose_marks = []
        opened.in_contents = opened.in_contents or self._fields.in_contents
        for child in node:
            self._inline(child, opened)
        opened.in_contents = opened.in_contents or self._fields.in_contents

    def _close(self, opened: _Open, properties: Element | None, source: str) -> list[Block]:
        """Make the paragraph, number it, and put behind it what its text boxes say."""
        key = value(properties, "w-pStyle", self._styles.default)
        style = self._styles.get(key)
        found: list[Block] = []
        if opened.in_contents or style.is_contents:
            self._lose_once("contents")
            self._loose_marks += opened.marks
        else:
            text = "".join(opened.text)
            outline = heading_level(value(properties, "w-outlineLvl")) or style.outline
            label = self._label(properties, key, style) if text.strip() else ""
            found.append(Paragraph(text, label, outline, style.name, tuple(opened.marks), self._place, source))
            self._place += 1
        for box in opened.boxes:
            found += self._blocks(box, "text box")
        return found

    def _label(self, properties: Element | None, key: str, style: Style) -> str:
        own = properties.find("w-numPr") if properties is not None else None
        num_id = value(own, "w-numId") or style.num_id
        if own is not None and own.find("w-ilvl") is not None:
            level = whole(value(own, "w-ilvl"))
        elif style.level:
            level = whole(style.level)
        else:
            level = self._numbering.level_of_style(num_id, key)
        return self._numbering.next(num_id, level)

    # ------------------------------------------------------------------ tables

    def _table(self, node: Element) -> list[Block]:
        rows = []
        self._note_formats(node.find("w-tblPr"))
        for row in self._inside(node, "w-tr"):
            properties = row.find("w-trPr")
            self._note_formats(properties)
            gone = properties.find("w-del") if properties is not None else None
            come = properties.find("w-ins") if properties is not None else None
            if gone is not None:
                self._note_change(DELETION, gone, _raw_text(row))
                continue
            if come is not None:
                self._note_change(INSERTION, come, _raw_text(row))
            rows.append(Row(self._cells(row, properties)))
        return [Table(rows)] if rows else []

    def _cells(self, row: Element, properties: Element | None) -> list[Cell]:
        cells = [Cell([]) for _column in range(min(whole(value(properties, "w-gridBefore")), 63))]
        for node in self._inside(row, "w-tc"):
            properties = node.find("w-tcPr")
            self._note_formats(properties)
            gone = properties.find("w-cellDel") if properties is not None else None
            if gone is not None:
                self._note_change(DELETION, gone, _raw_text(node))
                continue
            come = properties.find("w-cellIns") if properties is not None else None
            if come is not None:
                self._note_change(INSERTION, come, _raw_text(node))
            merged = properties.find("w-vMerge") if properties is not None else None
            continues = merged is not None and merged.get("w-val", "continue") == "continue"
            span = min(max(whole(value(properties, "w-gridSpan"), 1), 1), 63)
            cells.append(Cell(self._blocks(node, "table"), span, continues))
        return cells

    def _inside(self, nodes: Element, wanted: str) -> Iterator[Element]:
        for node in nodes:
            if node.tag == wanted:
                yield node
            elif node.tag in ("w-sdt", "w-sdtContent", "w-customXml", "w-smartTag", "w-ins", "w-moveTo"):
                yield from self._inside(node, wanted)
            elif node.tag == "w-bookmarkStart":
                self._loose_marks.append(node.get("w-name", ""))

    # ------------------------------------------------------------------ inside a paragraph

    def _inline(self, node: Element, opened: _Open) -> None:
        tag = node.tag
        if tag == "w-r":
            self._run(node, opened)
        elif tag in _THROUGH:
            if tag == "w-fldSimple" and node.get("w-instr", "").split()[:1] == ["TOC"]:
                opened.in_contents = True
                return
            for child in node:
                self._inline(child, opened)
        elif tag == "w-sdt":
            content = node.find("w-sdtContent")
            for child in content if content is not None else ():
                self._inline(child, opened)
        elif tag in _COME:
            before = len(opened.text)
            for child in node:
                self._inline(child, opened)
            self._note_change(_COME[tag], node, "".join(opened.text[before:]))
        elif tag in _GONE:
            # A field may end inside a deletion: its marks are counted, its words are not kept.
            for mark in node.iter("w-fldChar"):
                self._fields.mark(mark)
            self._note_change(_GONE[tag], node, _raw_text(node))
        elif tag == "w-bookmarkStart":
            opened.marks.append(node.get("w-name", ""))
        elif tag in ("w-commentRangeStart", "w-commentRangeEnd"):
            self._range(node)
        elif tag == "m-oMath":
            self._emit("".join(text.text or "" for text in node.iter("m-t")), opened)
            self._lose("formula")
        elif tag == "mc-AlternateContent":
            for child in _alternative(node):
                self._inline(child, opened)
        elif tag == "w-subDoc":
            self._lose("document")

    def _run(self, node: Element, opened: _Open) -> None:
        properties = node.find("w-rPr")
        hidden = False
        if properties is not None:
            self._note_formats(properties)
            vanish = properties.find("w-vanish")
            hidden = vanish is not None and vanish.get("w-val", "1") not in ("0", "false", "off")
        if hidden:
            if (text := _raw_text(node)).strip() and not self._fields.hide:
                self._lose("hidden", text)
            for mark in node.iter("w-fldChar"):
                self._fields.mark(mark)
            return
        for child in node:
            self._piece(child, opened)

    def _piece(self, node: Element, opened: _Open) -> None:
        tag = node.tag
        if tag == "w-t":
            self._emit(_text_of(node), opened)
        elif tag in _PLAIN:
            self._emit(_PLAIN[tag], opened)
        elif tag == "w-br":
            if node.get("w-type", "textWrapping") == "textWrapping":
                self._emit("\n", opened)
        elif tag == "w-fldChar":
            self._emit(self._fields.mark(node), opened, shown=True)
            opened.in_contents = opened.in_contents or self._fields.in_contents
        elif tag == "w-instrText":
            self._fields.instruct(node.text or "")
        elif tag == "w-sym":
            self._emit(self._symbol(node), opened)
        elif tag in ("w-footnoteReference", "w-endnoteReference"):
            kind = tag[2:-9]
            self._lose(kind, self._notes[kind].get(node.get("w-id", ""), ""))
        elif tag in ("w-drawing", "w-pict", "w-object"):
            self._drawing(node, opened)
        elif tag == "mc-AlternateContent":
            for child in _alternative(node):
                self._piece(child, opened)
        elif tag == "w-ruby":
            for base in node.findall("w-rubyBase"):
                self._inline(base, opened)

    def _emit(self, text: str, opened: _Open, *, shown: bool = False) -> None:
        if not text or self._fields.in_contents or (self._fields.hide and not shown):
            return
        opened.text.append(text)
        for words in self._ranges.open.values():
            words.append(text)

    def _symbol(self, node: Element) -> str:
        sign = node.get("w-char", "")
        code = int(sign, 16) if len(sign) <= 6 and sign and all(c in "0123456789abcdefABCDEF" for c in sign) else 0
        known = _FONTS.get(node.get("w-font", "").lower(), {}).get(code & 0xFF if code >= 0xF000 else code)
        if known:
            return known
        if 0x20 <= code < 0xD800:
            return chr(code)
        self._lose("symbol", node.get("w-font", ""))
        return UNKNOWN_SYMBOL

    def _drawing(self, node: Element, opened: _Open) -> None:
        boxes = _outermost(node, "w-txbxContent")
        opened.boxes += boxes
        if node.tag == "w-object":
            self._lose("object")
            return
        names = {child.tag.rpartition("}")[2] for child in node.iter()}
        if "pic" in names or "v-imagedata" in names:
            self._lose("picture")
        elif names & {"chart", "relIds"}:
            self._lose("chart")
        elif not boxes:
            self._lose("picture")

    # ------------------------------------------------------------------ beside the text

    def _range(self, node: Element) -> None:
        key = node.get("w-id", "")
        if node.tag == "w-commentRangeStart":
            self._ranges.open[key] = []
        elif key in self._ranges.open:
            self._ranges.closed[key] = ("".join(self._ranges.open.pop(key)), self._place)

    def _comments(self) -> list[Comment]:
        found = []
        for root in self._package.related("comments"):
            for node in root.findall("w-comment"):
                anchor, place = self._ranges.closed.get(node.get("w-id", ""), ("", 0))
                found.append(Comment(node.get("w-author", ""), node.get("w-date", ""), _note_text(node), anchor, place))
        return found

    def _note_texts(self, kind: str) -> dict[str, str]:
        return {
            node.get("w-id", ""): _note_text(node)
            for root in self._package.related(f"{kind}s")
            for node in root.findall(f"w:{kind}")
        }

    def _name_margins(self) -> None:
        for kind in ("header", "footer"):
            said = set()
            for root in self._package.related(kind):
                marks = {node.get("w-name") for node in root.iter("w-bookmarkStart")}
                text = _note_text(root).strip()
                if any(letter.isalpha() for letter in text) and OWN_MARKING not in marks and text not in said:
                    said.add(text)
                    self._lose(kind, text)

    def _note_change(self, kind: str, node: Element, text: str) -> None:
        author, at = node.get("w-author", ""), node.get("w-date", "")
        last = self._changes[-1] if self._changes else None
        if last and (last.kind, last.author, last.at, last.place) == (kind, author, at, self._place):
            last.text += text
            return
        self._changes.append(Change(kind, author, at, text, self._place))

    def _note_formats(self, properties: Element | None) -> None:
        for node in properties if properties is not None else ():
            if node.tag in _FORMAT:
                self._note_change(FORMAT, node, "")

    def _lose(self, kind: str, text: str = "") -> None:
        self._losses.append(Loss(kind, text, self._place))

    def _lose_once(self, kind: str) -> None:
        if not any(loss.kind == kind for loss in self._losses):
            self._lose(kind)


def _text_of(node: Element) -> str:
    """Return the text of a `w-t` as Word draws it: edges are kept only where the file says so."""
    text = (node.text or "").translate(_SPACES)
    return text if node.get("xml-space") == "preserve" else text.strip(" ")


def _raw_text(node: Element) -> str:
    """Return every word below a node, deleted or not."""
    pieces = []
    for child in node.iter():
        if child.tag in ("w-t", "w-delText"):
            pieces.append(_text_of(child))
        elif child.tag in _PLAIN:
            pieces.append(_PLAIN[child.tag])
        elif child.tag == "w-br":
            pieces.append("\n")
    return "".join(pieces)


def _note_text(node: Element) -> str:
    return "\n".join(_raw_text(paragraph) for paragraph in node.iter("w-p")).strip()


def _alternative(node: Element) -> list[Element]:
    """Return the one reading of alternative content that is shown: the new one, unless only the old one has text."""
    choices, fallback = node.findall("mc-Choice"), node.find("mc-Fallback")
    wanted = choices[0] if choices else fallback
    if wanted is None:
        return []
    if fallback is not None and not _has_words(wanted) and _has_words(fallback):
        return list(fallback)
    return list(wanted)


def _has_words(node: Element) -> bool:
    return any(child.tag in ("w-t", "w-delText") for child in node.iter())


def _outermost(node: Element, wanted: str) -> list[Element]:
    """Return the elements of a name below a node, not those inside one another, one reading of each alternative."""
    if node.tag == wanted:
        return [node]
    children = _alternative(node) if node.tag == "mc-AlternateContent" else list(node)
    return [found for child in children for found in _outermost(child, wanted)]


__all__ = ["LOSSES", "OWN_MARKING", "Paragraph", "Table", "paragraphs", "plain_text", "read"]
