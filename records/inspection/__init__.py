"""What an uploaded file is, by its content: a whitelist, limits, and nothing that is two things at once.

Every refusal names the file and the rule. What somebody runs by choice inside an accepted file (a script in a PDF, an
embedded object) is kept as it came and never rendered. Refused is what acts by itself when the file is opened:
macros, which none of the accepted kinds may carry, a template or picture fetched from another machine, a program
started.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from records import compound
from records.inspection import archive, office, pdf, pictures
from records.inspection.kinds import ENDINGS, KINDS, Kind
from records.inspection.refusals import double, refuse, refuse_size, unknown

__all__ = ["ENDINGS", "KINDS", "Kind", "inspect", "refuse_size"]

_HEAD = 1024
_MARKUP = re.compile(rb"<(?:script|html|head|body|iframe|svg|\?php|!doctype)\b", re.IGNORECASE)
_READERS: tuple[tuple[bytes, Callable[[BinaryIO, int, str], Kind]], ...] = (
    (b"PK\x03\x04", archive.read),
    (b"%PDF-", pdf.read),
    (compound.MAGIC, office.read),
    (b"\x89PNG\r\n\x1a\n", pictures.png),
    (b"\xff\xd8\xff", pictures.jpeg),
    (b"II*\x00", pictures.tiff),
    (b"MM\x00*", pictures.tiff),
)


def inspect(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a file, told by its content; its name must bear an ending of that kind.

    Raises BadInput, naming the file and the rule, for an empty, damaged, encrypted or two-faced file, one beyond the
    limits (pages, pixels, members, expansion), one with external entities, one that fetches or starts something when
    it is opened, and one that is no accepted kind.
    """
    if size == 0:
        raise refuse(name, _("it is empty."), "file_empty")
    stream.seek(0)
    kind = _told_by_content(stream, size, name, stream.read(_HEAD))
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
        raise refuse(name, rule, "file_name")
    return kind


def _told_by_content(stream: BinaryIO, size: int, name: str, start: bytes) -> Kind:
    for magic, read in _READERS:
        if start.startswith(magic):
            # A browser guesses a page, a reader of PDF its beginning, from what stands near the start of a file.
            if b"%PDF-" in start[1:] or _MARKUP.search(start):
                raise double(name)
            if read is not archive.read and zipfile.is_zipfile(stream):
                raise double(name)
            return read(stream, size, name)
    raise unknown(name)
