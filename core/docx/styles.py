"""Paragraph styles, as far as they say what a paragraph is: its name, its heading level, its list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from core.docx.numbering import value, whole

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录|目錄)\s*\d?", re.IGNORECASE)
_LONGEST_CHAIN = 20
BODY_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Style:
    """A style: `outline` is its heading level from 1, 0 for body text; `num_id` the list it belongs to."""

    name: str = ""
    outline: int = 0
    num_id: str = ""
    level: str = ""

    @property
    def is_contents(self) -> bool:
        """Tell whether the style is one of a table of contents."""
        return _CONTENTS.fullmatch(self.name) is not None


class Styles:
    """The styles of a document by id, what each takes from the one it is based on filled in."""

    def __init__(self, root: Element | None) -> None:
        self._nodes: dict[str, Element] = {}
        self._made: dict[str, Style] = {}
        self.default = ""
        for node in root if root is not None else ():
            if node.tag == "w-style" and node.get("w-type", "paragraph") == "paragraph":
                key = node.get("w-styleId", "")
                self._nodes[key] = node
                if node.get("w-default", "0") in ("1", "true", "on"):
                    self.default = key

    def get(self, key: str) -> Style:
        """Return a style; a plain one where the document has none of this id."""
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def _make(self, key: str) -> Style:
        name = value(self._nodes.get(key), "w-name", key)
        outline = num_id = level = ""
        current: str | None = key
        for _step in range(_LONGEST_CHAIN):
            node = self._nodes.get(current or "")
            if node is None:
                break
            found = _HEADING.fullmatch(value(node, "w-name"))
            outline = outline or value(node, "w-pPr/w-outlineLvl") or (str(int(found[1]) - 1) if found else "")
            num_id = num_id or value(node, "w-pPr/w-numPr/w-numId")
            level = level or value(node, "w-pPr/w-numPr/w-ilvl")
            current = value(node, "w-basedOn")
        return Style(name, heading_level(outline), num_id, level)


def heading_level(outline: str) -> int:
    """Return the heading level of an outline level as Word writes it: 0 → 1, 9 and nothing → 0."""
    level = whole(outline, BODY_LEVEL)
    return level + 1 if 0 <= level < BODY_LEVEL else 0
