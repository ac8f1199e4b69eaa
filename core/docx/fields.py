"""Fields of a Word text: their instruction is not text, their result is; a table of contents is neither."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from core.docx.numbering import value, whole


@dataclass(slots=True)
class _Open:
    instruction: str = ""
    in_result: bool = False

    @property
    def is_contents(self) -> bool:
        return self.instruction.split()[:1] in (["TOC"], ["INDEX"], ["TOA"])


class Fields:
    """The fields open at a point of the text; they may reach over paragraphs."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def mark(self, node: Element) -> str:
        """Take a `w-fldChar`; return what the field shows where it has no result: a box ticked or not, a choice."""
        kind = node.get("w-fldCharType", "")
        if kind == "begin":
            self._open.append(_Open())
            return _form_value(node)
        if kind == "separate" and self._open:
            self._open[-1].in_result = True
        if kind == "end" and self._open:
            self._open.pop()
        return ""

    def instruct(self, text: str) -> None:
        """Take a piece of instruction."""
        if self._open and not self._open[-1].in_result:
            self._open[-1].instruction += text

    @property
    def hide(self) -> bool:
        """Tell whether text at this point is an instruction and not shown."""
        return any(not field.in_result for field in self._open)

    @property
    def in_contents(self) -> bool:
        """Tell whether this point lies in a table of contents."""
        return any(field.in_result and field.is_contents for field in self._open)


def _form_value(node: Element) -> str:
    box = node.find("w-ffData/w-checkBox")
    if box is not None:
        ticked = box.find("w-checked")
        if ticked is None:
            ticked = box.find("w-default")
        is_on = ticked is not None and ticked.get("w-val", "1") not in ("0", "false", "off")
        return "☑" if is_on else "☐"
    choices = node.find("w-ffData/w-ddList")
    if choices is None:
        return ""
    entries = [entry.get("w-val", "") for entry in choices.findall("w-listEntry")]
    chosen = whole(value(choices, "w-result", value(choices, "w-default", "0")))
    return entries[chosen] if 0 <= chosen < len(entries) else ""
