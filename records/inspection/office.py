"""Word's, Kingsoft's and Excel's older files: compound files with a text or a workbook in them."""

from __future__ import annotations

import struct
from typing import BinaryIO

from records import compound
from records.inspection.kinds import KINDS, Kind
from records.inspection.refusals import broken, locked, macros, unknown

_MACROS = ("Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA")


def read(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a compound file that holds; raise BadInput otherwise."""
    try:
        folder = compound.Compound(stream, size)
        if "EncryptedPackage" in folder.names or "EncryptionInfo" in folder.names:
            raise locked(name)
        if "WordDocument" in folder.names:
            kind = KINDS["doc"]
            if _word_is_locked(folder.head("WordDocument")):
                raise locked(name)
        elif book := next((book for book in ("Workbook", "Book") if book in folder.names), ""):
            kind = KINDS["xls"]
            if _sheet_is_locked(folder.head(book)):
                raise locked(name)
        else:
            raise unknown(name)
    except (compound.Broken, struct.error) as error:
        raise broken(name) from error
    if any(storage in folder.names for storage in _MACROS):
        raise macros(name)
    return kind


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
