"""What the parts of a packed document say of themselves: their types, and what acts when the document is opened."""

from __future__ import annotations

import re

_LOADED_ON_OPENING = frozenset(
    {"attachedTemplate", "oleObject", "frame", "subDocument", "image", "video", "audio", "media", "webSettings"}
)
"""Relations whose target a program fetches by itself; a link to a page is followed only by who clicks on it."""
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9.+-]+:(?!/{0,3}[a-z]:[\\/])|[\\/]{2})", re.IGNORECASE)
_DDE = re.compile(r"(?<![A-Za-z])DDE(?:AUTO)?(?![A-Za-z])", re.IGNORECASE)
_MARKS = (b"instr", b"ddeLink", b"TargetMode")
_LONGEST_MARK = 16
_KEPT = 64


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class Nothing:
    """An XML target that keeps nothing: the part is only read through."""

    def close(self) -> None:
        return None


class Types:
    """The content types a document declares, and so which of its members are XML whatever their ending."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._parts: set[str] = set()
        self._endings = {"xml", "rels"}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if not kind:
            return
        self.found.add(kind)
        if kind.lower().endswith(("+xml", "/xml")):
            if "PartName" in attributes:
                self._parts.add(attributes["PartName"].lstrip("/").lower())
            self._endings.add(attributes.get("Extension", "xml").lower())

    def close(self) -> None:
        return None

    def is_xml(self, member: str) -> bool:
        """Tell whether a member is read as XML."""
        name = member.lower()
        return name in self._parts or name.rpartition(".")[2] in self._endings


class Marks:
    """Whether a part may hold what acts, told by its bytes as they pass: only then it is read closely."""

    def __init__(self) -> None:
        self.found = False
        self._tail = b""

    def look(self, piece: bytes) -> None:
        """Look at the next bytes, in one byte a letter or in two."""
        seen = self._tail + piece
        if b"\x00" in seen:
            seen = seen.replace(b"\x00", b"")
        self.found = self.found or any(mark in seen for mark in _MARKS)
        self._tail = seen[-_LONGEST_MARK:]


class Acts:
    """What a part does by itself when the document is opened: fetch from elsewhere, start a program by DDE."""

    def __init__(self) -> None:
        self.fetches = ""
        self.starts_programs = False
        self._in_field = False
        self._field = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = _local(tag)
        if local == "Relationship" and attributes.get("TargetMode", "").lower() == "external":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = attributes.get("Target", "")
            if kind in _LOADED_ON_OPENING and _ELSEWHERE.match(target):
                self.fetches = target
        elif local == "ddeLink":
            self.starts_programs = True
        elif local == "fldSimple":
            self._add("".join(value for name, value in attributes.items() if _local(name) == "instr"))
        self._in_field = local == "instrText"

    def data(self, text: str) -> None:
        if self._in_field:
            self._add(text)

    def end(self, tag: str) -> None:
        self._in_field = False

    def _add(self, text: str) -> None:
        """Join what a field is told, which may be spread over several runs."""
        self._field = (self._field + text)[-_KEPT - len(text) :]
        self.starts_programs = self.starts_programs or _DDE.search(self._field) is not None

    def close(self) -> None:
        return None
