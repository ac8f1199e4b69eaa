"""Packed documents (docx, xlsx, ofd): whole, of limited size when unpacked, without entities."""

from __future__ import annotations

import struct
import zipfile
from typing import BinaryIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from django.utils.translation import gettext as _

from records.inspection import parts
from records.inspection.kinds import CHUNK, KINDS, MAX_EXPANDED_BYTES, MAX_EXPANSION, MAX_MEMBERS, Kind
from records.inspection.refusals import (
    PARSER_FAULTS,
    broken,
    double,
    locked,
    macros,
    refuse,
    remote,
    starts_programs,
    too_big_inside,
    unknown,
)

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LARGE_END_MARK = b"PK\x06\x07"
_LONGEST_ENTRY = 1024  # of the folder of an archive: a name and what else is said of a member
_TYPES = "[Content_Types].xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MAX_READ_CLOSELY = 64 * 1024 * 1024


def read(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a packed document that holds; raise BadInput otherwise."""
    stream.seek(max(0, size - _END.size - 20))
    end = stream.read()
    if len(end) < _END.size or end[-_END.size :][:4] != _END_MARK or not end.endswith(b"\x00\x00"):
        # Nothing may follow the end of the archive, where another kind of file would begin; or the end is missing.
        raise double(name) if zipfile.is_zipfile(stream) else broken(name)
    counted, folder = _END.unpack(end[-_END.size :])[4:6]
    # Asked before the folder is read, which takes memory for each member; what fits the limit needs no large form.
    if end.startswith(_LARGE_END_MARK) or counted > MAX_MEMBERS or folder > MAX_MEMBERS * _LONGEST_ENTRY:
        raise too_big_inside(name)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _members(archive, size, name)
    except DefusedXmlException as error:
        raise refuse(name, _("it declares entities or a document type of its own."), "file_entities") from error
    except (zipfile.BadZipFile, ParseError, *PARSER_FAULTS) as error:
        raise broken(name) from error


def _members(archive: zipfile.ZipFile, size: int, name: str) -> Kind:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS:
        raise too_big_inside(name)
    if sum(member.file_size for member in members) > min(MAX_EXPANDED_BYTES, size * MAX_EXPANSION):
        raise too_big_inside(name)
    if any(member.flag_bits & 1 for member in members) or any(_base(member) == "encryptions.xml" for member in names):
        raise locked(name)
    overlapping = sum(member.compress_size for member in members) > size
    if overlapping or len(set(names)) < len(names) or min((m.header_offset for m in members), default=0) > 0:
        raise double(name)
    if any(member.startswith("/") or "\\" in member or ".." in member.split("/") for member in names):
        raise refuse(name, _("a name inside it leads out of it."), "file_path")
    types = _types(archive)
    if any("macroenabled" in found.lower() for found in types.found):
        raise macros(name)
    if any(_base(member) in ("vbaproject.bin", "vbadata.xml") for member in names):
        raise macros(name)
    for member in members:
        _read(archive, member, types, name)
    if "OFD.xml" in names:
        return KINDS["ofd"]
    if _WORD in types.found:
        return KINDS["docx"]
    if _SHEET in types.found:
        return KINDS["xlsx"]
    raise unknown(name)


def _base(member: str) -> str:
    return member.rpartition("/")[2].lower()


def _types(archive: zipfile.ZipFile) -> parts.Types:
    types = parts.Types()
    if _TYPES in archive.NameToInfo:
        if archive.NameToInfo[_TYPES].file_size > CHUNK:
            raise ParseError("content types")
        parser = _parser(types)
        parser.feed(archive.read(_TYPES))
        parser.close()
    return types


def _parser(target: object) -> DefusedXMLParser:
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    # Called for every piece of text, and for nothing once a document type is forbidden: without it, six times as fast.
    parser.parser.DefaultHandlerExpand = None
    return parser


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, types: parts.Types, name: str) -> None:
    """Read a member to its end, which checks its size and sum, and as XML, without entities, where it is XML."""
    if not types.is_xml(member.filename):
        with archive.open(member) as content:
            while content.read(CHUNK):
                pass
        return
    marks = parts.Marks()
    parser = _parser(parts.Nothing())
    with archive.open(member) as content:
        while piece := content.read(CHUNK):
            parser.feed(piece)
            marks.look(piece)
    parser.close()
    if not marks.found:
        return
    if member.file_size > _MAX_READ_CLOSELY:
        raise too_big_inside(name)
    acts = parts.Acts()
    closer = _parser(acts)
    with archive.open(member) as content:
        while piece := content.read(CHUNK):
            closer.feed(piece)
    closer.close()
    if acts.fetches:
        raise remote(name, acts.fetches)
    if acts.starts_programs:
        raise starts_programs(name)
