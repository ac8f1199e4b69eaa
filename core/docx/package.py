"""A .docx opened with care: limits before anything is unpacked, XML without document types or entities."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from functools import cached_property
from typing import BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from django.utils.translation import gettext as _

from core.errors import BadInput

MAX_MEMBERS = 5_000
MAX_PART_BYTES = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "wordprocessingml.document.main+xml"
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "urn:schemas-microsoft-com:vml": "v",
}


def refuse(rule: str, code: str = "file_broken") -> BadInput:
    """Return the refusal of a file that cannot be read as a Word text."""
    return BadInput(rule, code=code, next_step=_("Open it in Word or WPS, save it as .docx and choose that file."))


def broken() -> BadInput:
    """Return the refusal of a damaged file."""
    return refuse(_("The Word file is damaged or incomplete."))


class Package:
    """The parts of a .docx by role. Raises BadInput for anything that is not one, or is more than can be read safely.

    Names of elements and attributes come as `w-p` (a colon would be a prefix in a path), whichever of the two
    standards, transitional or strict, wrote them.
    """

    def __init__(self, stream: BinaryIO) -> None:
        stream.seek(0)
        start = stream.read(8)
        if not start:
            raise refuse(_("The file is empty."), "file_empty")
        if start == _COMPOUND:
            raise refuse(_("The file is in the old .doc format, or is protected by a password."), "file_kind")
        stream.seek(0)
        try:
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise refuse(_("The file is no Word file (.docx)."), "file_kind") from error
        members = self._archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise refuse(_("What is packed inside the file is too much to unpack safely."), "file_limit")
        if any(member.flag_bits & 1 for member in members):
            raise refuse(_("The file is protected by a password."), "file_encrypted")
        self._names = {member.filename for member in members}
        self._rels: dict[str, dict[str, tuple[str, str]]] = {}
        self.main = self._main_part()
        self._refuse_other_kinds()

    def _main_part(self) -> str:
        for kind, target in self.relations("").values():
            if kind == "officeDocument":
                return target
        return "word/document.xml"

    def _refuse_other_kinds(self) -> None:
        kind = ""
        types = self.read("[Content_Types].xml")
        if types is not None:
            for entry in types:
                if entry.get("PartName", "").lstrip("/") == self.main:
                    kind = entry.get("ContentType", "")
        if "macroenabled" in kind.lower() or any(name.lower().endswith("vbaproject.bin") for name in self._names):
            raise refuse(_("The file carries macros; save it without them."), "file_macros")
        if self.main not in self._names or (kind and not kind.endswith(_MAIN)):
            raise refuse(_("The file is no Word file (.docx)."), "file_kind")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to inside the package: id → (kind, name of the part)."""
        if part not in self._rels:
            folder, _slash, name = part.rpartition("/")
            root = self.read(posixpath.join(folder, "_rels", f"{name}.rels"))
            found = {}
            for entry in root if root is not None else ():
                if entry.get("TargetMode") == "External":
                    continue
                target = entry.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found[entry.get("Id", "")] = (entry.get("Type", "").rpartition("/")[2], path.lstrip("/"))
            self._rels[part] = found
        return self._rels[part]

    def related(self, kind: str) -> list[Element]:
        """Return the parts of a kind (`styles`, `comments`, `header`) that the text refers to."""
        names = dict.fromkeys(name for found, name in self.relations(self.main).values() if found == kind)
        return [root for name in names if (root := self.read(name)) is not None]

    @cached_property
    def document(self) -> Element:
        """The text itself."""
        root = self.read(self.main)
        if root is None or root.find("w-body") is None:
            raise broken()
        return root

    def read(self, name: str) -> Element | None:
        """Return an XML part with short names; None where the package has no such part."""
        if name not in self._names:
            return None
        parser = DefusedXMLParser(target=TreeBuilder(), forbid_dtd=True)
        # Called for every piece of text, and for nothing once a document type is forbidden.
        parser.parser.DefaultHandlerExpand = None
        read = 0
        try:
            with self._archive.open(name) as content:
                while piece := content.read(_CHUNK):
                    read += len(piece)
                    if read > MAX_PART_BYTES:
                        raise refuse(_("What is packed inside the file is too much to unpack safely."), "file_limit")
                    parser.feed(piece)
            root: Element = parser.close()
        except DefusedXmlException as error:
            raise refuse(_("The file declares entities or a document type of its own."), "file_entities") from error
        except (zipfile.BadZipFile, zlib.error, ParseError, ValueError, LookupError, OSError, EOFError) as error:
            raise broken() from error
        except (NotImplementedError, RuntimeError) as error:
            raise broken() from error
        _shorten(root)
        return root


def _shorten(root: Element) -> None:
    short: dict[str, str] = {}

    def name(full: str) -> str:
        if full not in short:
            space, _brace, local = full[1:].partition("}") if full.startswith("{") else ("", "", full)
            prefix = _PREFIXES.get(space)
            short[full] = f"{prefix}-{local}" if prefix else local
        return short[full]

    for node in root.iter():
        node.tag = name(node.tag)
        if node.attrib:
            node.attrib = {name(key): value for key, value in node.attrib.items()}
