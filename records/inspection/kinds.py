"""The kinds of file the product accepts, and how much of each: the whitelist."""

from __future__ import annotations

from dataclasses import dataclass

MAX_PAGES = 2_000
MAX_PIXELS = 80_000_000
MAX_MEMBERS = 5_000
MAX_EXPANDED_BYTES = 200 * 1024 * 1024
MAX_EXPANSION = 200
MAX_SECONDS = 10
CHUNK = 1024 * 1024


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
