"""What an uploaded file is, by its content: a whitelist, limits, and nothing that is two things at once.

Active content inside an accepted file is kept and never rendered; only a file whose kind itself promises macros is
refused. Every refusal names the file and the rule.
"""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from django.utils.translation import gettext as _
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from core.errors import BadInput
from records import compound

MAX_PAGES = 2_000
MAX_PIXELS = 80_000_000
MAX_MEMBERS = 5_000
MAX_EXPANDED_BYTES = 200 * 1024 * 1024
MAX_EXPANSION = 200
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file the product accepts; `endings` are those its name may bear."""

    extension: str
    media_type: str
    endings: tuple[str, ...]


KINDS = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",)),
        Kind("ofd", "application/ofd", ("ofd",)),
        Kind("doc", "application/msword", ("doc",)),
        Kind("wps", "application/kswps", ("wps",)),
        Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
        Kind("xls", "application/vnd.ms-excel", ("xls",)),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
        Kind("jpg", "image/jpeg", ("jpg", "jpeg")),
        Kind("png", "image/png", ("png",)),
        Kind("tif", "image/tiff", ("tif", "tiff")),
    )
}
ENDINGS = tuple(ending for kind in KINDS.values() for ending in kind.endings)
_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ZIP_END = b"PK\x05\x06"
_PARSER_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    EOFError,
    OSError,
    SyntaxError,  # Pillow's word for a broken PNG
    NotImplementedError,
    struct.error,
    zlib.error,
)


def _refuse(name: str, rule: str, code: str) -> BadInput:
    reason = _("“%(name)s” was not stored: %(rule)s") % {"name": name, "rule": rule}
    return BadInput(reason, code=code, next_step=_("Choose another file; what you entered otherwise is kept."))


def _unknown(name: str) -> BadInput:
    rule = _("its content is none of the accepted kinds (%(kinds)s).") % {"kinds": ", ".join(KINDS)}
    return _refuse(name, rule, "file_kind")


def _broken(name: str) -> BadInput:
    rule = _("the file is damaged or incomplete. Open it, save it again and send that copy.")
    return _refuse(name, rule, "file_broken")


def _locked(name: str) -> BadInput:
    rule = _("it is encrypted or protected by a password, and an archive must be able to open it.")
    return _refuse(name, rule, "file_encrypted")


def _double(name: str) -> BadInput:
    return _refuse(name, _("it can be read as two different kinds of file at once."), "file_double")


def refuse_size(name: str, limit: int) -> BadInput:
    """Return the refusal of a file of more than `limit` bytes."""
    rule = _("it is larger than %(limit)s MB.") % {"limit": limit // (1024 * 1024)}
    return _refuse(name, rule, "file_limit")


def _too_many_pages(name: str) -> BadInput:
    return _refuse(name, _("it has more than %(limit)s pages.") % {"limit": MAX_PAGES}, "file_limit")


def _too_many_pixels(name: str) -> BadInput:
    rule = _("a picture in it has more than %(limit)s million pixels.") % {"limit": MAX_PIXELS // 1_000_000}
    return _refuse(name, rule, "file_limit")


def _too_big_inside(name: str) -> BadInput:
    return _refuse(name, _("what is packed inside it is too much to unpack safely."), "file_limit")


def inspect(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a file, told by its content; its name must bear an ending of that kind.

    Raises BadInput, naming the file and the rule, for an empty, damaged, encrypted or two-faced file, one beyond the
    limits (pages, pixels, members, expansion), one with external entities, and one that is no accepted kind.
    """
    if size == 0:
        raise _refuse(name, _("it is empty."), "file_empty")
    stream.seek(0)
    start = stream.read(1024)
    kind = _told_by_content(stream, size, name, start)
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    # Kingsoft's own format and Word's are one structure: there the ending tells which program wrote it.
    if kind.extension == "doc" and ending == "wps":
        return KINDS["wps"]
    if ending not in kind.endings:
        if ending:
            rule = _("its name ends in .%(ending)s, but its content is %(kind)s.")
        else:
            rule = _("its name lacks the ending .%(kind)s that its content asks for.")
        rule %= {"ending": ending, "kind": kind.extension}
        raise _refuse(name, rule, "file_name")
    return kind


def _told_by_content(stream: BinaryIO, size: int, name: str, start: bytes) -> Kind:
    readers: list[tuple[bytes, Callable[[BinaryIO, int, str], Kind]]] = [
        (b"PK\x03\x04", _archive),
        (b"%PDF-", _pdf),
        (compound.MAGIC, _compound),
        (b"\x89PNG\r\n\x1a\n", _png),
        (b"\xff\xd8\xff", _jpeg),
        (b"II*\x00", _tiff),
        (b"MM\x00*", _tiff),
    ]
    for magic, read in readers:
        if start.startswith(magic):
            if b"%PDF-" in start[1:] or (read is not _archive and zipfile.is_zipfile(stream)):
                raise _double(name)
            return read(stream, size, name)
    raise _unknown(name)


def _pdf(stream: BinaryIO, size: int, name: str) -> Kind:
    stream.seek(max(0, size - 2048))
    _, mark, rest = stream.read().rpartition(b"%%EOF")
    if not mark:
        raise _broken(name)
    if rest.strip(b"\x00\t\n\x0c\r "):
        raise _double(name)
    stream.seek(0)
    try:
        reader = PdfReader(stream)
        if reader.is_encrypted:
            raise _locked(name)
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise _too_many_pages(name)
        reader.pages[pages - 1].mediabox  # noqa: B018 - reading it walks the page tree to its end
    # By pypdf's own word a broken file may raise other errors than pypdf's.
    except (PyPdfError, *_PARSER_FAULTS) as error:
        raise _broken(name) from error
    return KINDS["pdf"]


def _archive(stream: BinaryIO, size: int, name: str) -> Kind:
    stream.seek(max(0, size - 22))
    end = stream.read()
    if not (end.startswith(_ZIP_END) and end.endswith(b"\x00\x00")):
        # Nothing may follow the end of the archive, where another kind of file would begin; or the end is missing.
        raise _double(name) if zipfile.is_zipfile(stream) else _broken(name)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _members(archive, size, name)
    except DefusedXmlException as error:
        raise _refuse(name, _("it declares entities or a document type of its own."), "file_entities") from error
    except (zipfile.BadZipFile, ParseError, *_PARSER_FAULTS) as error:
        raise _broken(name) from error


def _members(archive: zipfile.ZipFile, size: int, name: str) -> Kind:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS:
        raise _too_big_inside(name)
    if sum(member.file_size for member in members) > min(MAX_EXPANDED_BYTES, size * MAX_EXPANSION):
        raise _too_big_inside(name)
    if any(member.flag_bits & 1 for member in members) or any(_base(member) == "encryptions.xml" for member in names):
        raise _locked(name)
    overlapping = sum(member.compress_size for member in members) > size
    if overlapping or len(set(names)) < len(names) or min((m.header_offset for m in members), default=0) > 0:
        raise _double(name)
    if any(member.startswith("/") or "\\" in member or ".." in member.split("/") for member in names):
        raise _refuse(name, _("a name inside it leads out of it."), "file_path")
    types = _read_members(archive)
    if b"macroenabled" in types.lower() or any(_base(member) == "vbaproject.bin" for member in names):
        raise _refuse(name, _("it carries macros; save it without them."), "file_macros")
    if "OFD.xml" in names:
        return KINDS["ofd"]
    if _WORD in types:
        return KINDS["docx"]
    if _SHEET in types:
        return KINDS["xlsx"]
    raise _unknown(name)


def _base(member: str) -> str:
    return member.rpartition("/")[2].lower()


class _Nothing:
    """An XML target that keeps nothing: the parts are only read through."""

    def close(self) -> None:
        return None


def _reader() -> DefusedXMLParser:
    parser = DefusedXMLParser(target=_Nothing(), forbid_dtd=True)
    # Called for every piece of text, and for nothing once a document type is forbidden: without it, six times as fast.
    parser.parser.DefaultHandlerExpand = None
    return parser


def _read_members(archive: zipfile.ZipFile) -> bytes:
    """Read every member to its end, which checks sizes and sums, and every XML part without its entities.

    Return the declaration of content types.
    """
    types = b""
    for member in archive.infolist():
        is_xml = member.filename.lower().endswith((".xml", ".rels"))
        parser = _reader() if is_xml else None
        with archive.open(member) as content:
            while piece := content.read(_CHUNK):
                if parser is not None:
                    parser.feed(piece)
                if member.filename == "[Content_Types].xml" and len(types) < _CHUNK:
                    types += piece
        if parser is not None:
            parser.close()
    return types


def _compound(stream: BinaryIO, size: int, name: str) -> Kind:
    try:
        folder = compound.Compound(stream, size)
        if "EncryptedPackage" in folder.names or "EncryptionInfo" in folder.names:
            raise _locked(name)
        if "WordDocument" in folder.names:
            if _word_is_locked(folder.head("WordDocument")):
                raise _locked(name)
            return KINDS["doc"]
        for book in ("Workbook", "Book"):
            if book in folder.names:
                if _sheet_is_locked(folder.head(book)):
                    raise _locked(name)
                return KINDS["xls"]
    except (compound.Broken, struct.error) as error:
        raise _broken(name) from error
    raise _unknown(name)


def _word_is_locked(head: bytes) -> bool:
    mark, flags = struct.unpack_from("<H8xH", head)
    if mark not in (0xA5EC, 0xA5DC):
        raise compound.Broken("no Word text")
    return bool(flags & 0x0100)


def _sheet_is_locked(head: bytes) -> bool:
    """Say whether the records before the first sheet hold a FILEPASS."""
    offset = 0
    while offset + 4 <= len(head):
        record, length = struct.unpack_from("<HH", head, offset)
        if offset == 0 and record != 0x0809:
            raise compound.Broken("no workbook")
        if record == 0x002F:
            return True
        offset += 4 + length
    return False


def _png(stream: BinaryIO, size: int, name: str) -> Kind:
    stream.seek(max(0, size - 12))
    if stream.read() != b"\x00\x00\x00\x00IEND\xaeB`\x82":
        raise _broken(name)
    return _image(stream, name, "PNG", "png")


def _jpeg(stream: BinaryIO, size: int, name: str) -> Kind:
    return _image(stream, name, "JPEG", "jpg")


def _tiff(stream: BinaryIO, size: int, name: str) -> Kind:
    return _image(stream, name, "TIFF", "tif")


def _image(stream: BinaryIO, name: str, form: str, extension: str) -> Kind:
    """Measure every frame and draw the first and the last: a picture that cannot be drawn to its end is damaged."""
    stream.seek(0)
    try:
        # Pillow warns of odd metadata, which is no reason to refuse, and of many pixels, which is counted here.
        with warnings.catch_warnings(action="ignore"), Image.open(stream, formats=(form,)) as image:
            frames = getattr(image, "n_frames", 1)
            if frames > MAX_PAGES:
                raise _too_many_pages(name)
            for frame in range(frames):
                image.seek(frame)
                if image.width * image.height > MAX_PIXELS:
                    raise _too_many_pixels(name)
                if frame in (0, frames - 1):
                    image.load()
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name) from error
    except _PARSER_FAULTS as error:
        raise _broken(name) from error
    return KINDS[extension]
