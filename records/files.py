"""Stored files: an acknowledged original is on disk, named by its digest, and never written again.

The order is always: temporary file, fsync, its name, fsync of the folder, row, commit, answer. Until the commit a
second link in `incoming` tells the bytes of an unfinished act from a file that somebody put there.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import NotNow
from records.disk import make_folder, sync_folder
from records.inspection import KINDS, Kind, inspect, refuse_size
from records.models import StoredFile

LEFTOVER_AGE = timedelta(hours=1)
LONGEST_NAME = 120
_CHUNK = 1024 * 1024
_PASSING = re.compile(r"lock|draft\.[0-9a-f]{16}|[0-9a-f]{64}\.[0-9a-f]{16}")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that was looked through and lies on disk without a name: what it is, and its digests."""

    name: str
    kind: Kind
    size: int
    sha256: str
    sm3: str
    draft: Path


def store(uploaded: File[bytes], *, name: str) -> StoredFile:
    """Store an uploaded file and return its row; the bytes are on disk when this returns.

    `name` is what the person called it: it must bear an ending of the kind the content shows. Raises BadInput, naming
    the file and the rule, and keeps nothing, for what `inspection.inspect` refuses or what exceeds the size limit;
    NotNow when the store cannot be written. The second caller with the same bytes gets the same row.
    """
    with received(uploaded, name=name) as upload:
        return keep(upload)


def store_bytes(content: bytes, *, extension: str) -> StoredFile:
    """Store a document the product made itself (a print); no inspection. `extension` is one of `inspection.KINDS`."""
    with _received([content], "", len(content), KINDS[extension]) as made:
        return keep(made)


@contextmanager
def received(uploaded: File[bytes], *, name: str) -> Iterator[Received]:
    """Take an upload in and look through it before any lock is held; `keep` stores it inside the act.

    What nobody keeps is gone when the block ends. Raises as `store` does.
    """
    name = clean_name(name)
    limit = settings.UPLOAD_LIMIT_BYTES
    if getattr(uploaded, "unwritten", False):
        raise _unwritable(OSError(errno.ENOSPC, "upload"))
    if (uploaded.size or 0) > limit:
        raise refuse_size(name, limit)
    with _received(uploaded.chunks(_CHUNK), name, limit) as upload:
        yield upload


@contextmanager
def _received(chunks: Iterable[bytes], name: str, limit: int, kind: Kind | None = None) -> Iterator[Received]:
    with ExitStack() as stack:
        try:
            draft = stack.enter_context(_draft())
            with draft.open("w+b") as stream:
                sha256, sm3, size = hashlib.sha256(), _new_sm3(), 0
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise refuse_size(name, limit)
                    sha256.update(chunk)
                    if sm3:
                        sm3.update(chunk)
                    stream.write(chunk)
                stream.flush()
                found = kind or inspect(stream, size, name)
                os.fsync(stream.fileno())
        except OSError as error:
            raise _unwritable(error) from error
        yield Received(name, found, size, sha256.hexdigest(), sm3.hexdigest() if sm3 else "", draft)


def keep(upload: Received) -> StoredFile:
    """Give the bytes of an upload their name for good and return their row; call it inside the act's transaction.

    Raises NotNow when the store cannot be written. Second caller with the same bytes: the same row.
    """
    try:
        intent = _put_in_place(upload.draft, upload.sha256)
    except OSError as error:
        raise _unwritable(error) from error
    stored, _created = StoredFile.objects.get_or_create(
        sha256=upload.sha256,
        defaults={
            "sm3": upload.sm3,
            "size": upload.size,
            "media_type": upload.kind.media_type,
            "extension": upload.kind.extension,
            "stored_at": clock.now(),
        },
    )
    transaction.on_commit(partial(intent.unlink, missing_ok=True), robust=True)
    return stored


def _unwritable(error: OSError) -> NotNow:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = _("The disk of the file store is full; nothing was stored.")
    else:
        reason = _("The file store cannot be written at the moment; nothing was stored.")
    then = _("Reading works. Try again later, or tell the system administrator.")
    return NotNow(reason, code="storage", next_step=then)


def _new_sm3() -> hashlib._Hash | None:
    return hashlib.new("sm3") if "sm3" in hashlib.algorithms_available else None


@contextmanager
def _draft() -> Iterator[Path]:
    make_folder(_incoming())
    draft = _incoming() / f"draft.{secrets.token_hex(8)}"
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _put_in_place(draft: Path, digest: str) -> Path:
    """Give the bytes their name for good; return the second link that stands until the commit."""
    target = place(digest)
    intent = _incoming() / f"{digest}.{secrets.token_hex(8)}"
    make_folder(target.parent)
    with _locked_store():
        os.link(draft, intent)
        draft.replace(target)
    sync_folder(target.parent)
    return intent


def clean_name(name: str) -> str:
    """Return a file's name fit to be shown and sent: no path, no control or direction marks, not too long."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(mark for mark in name if unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip(
        " ."
    )
    path = PurePosixPath(name)
    ending = path.suffix[:12]
    return f"{path.stem[: LONGEST_NAME - len(ending)]}{ending}" or "file"


def open_stored(stored: StoredFile) -> BinaryIO:
    """Open the bytes of a stored file; raises NotNow where they cannot be read (and `verify` names the file)."""
    try:
        return place(stored.sha256).open("rb")
    except OSError as error:
        raise NotNow(_("The bytes of this file cannot be read at the moment."), code="storage") from error


def response(stored: StoredFile, name: str) -> FileResponse:
    """Return the file as a download that no browser runs or keeps, under `name` with the ending of its kind."""
    name = clean_name(name)
    if PurePosixPath(name).suffix.lower().removeprefix(".") not in KINDS[stored.extension].endings:
        name = f"{name}.{stored.extension}"
    answer = FileResponse(
        open_stored(stored), as_attachment=True, filename=name, content_type=stored.media_type, headers=HEADERS
    )
    answer["Content-Length"] = str(stored.size)
    return answer


def place(digest: str) -> Path:
    """Return where the bytes of a SHA-256 lie."""
    return Path(settings.STORAGE_DIR) / digest[:2] / digest


def digests(stored: StoredFile) -> tuple[str, str, int]:
    """Return SHA-256, SM3 (blank where unknown here) and size of the bytes on disk; raises OSError without them."""
    sha256, sm3, size = hashlib.sha256(), _new_sm3(), 0
    with place(stored.sha256).open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            sha256.update(chunk)
            if sm3:
                sm3.update(chunk)
    return sha256.hexdigest(), sm3.hexdigest() if sm3 else "", size


def orphans() -> list[Path]:
    """Return the files in the store that no row knows and no unfinished act explains, in a settled order."""
    root = Path(settings.STORAGE_DIR)
    if not root.is_dir():
        return []
    # First the files, then what explains them: an act that ends in between leaves its row behind.
    files = sorted(path for path in root.rglob("*") if not path.is_dir() and not _is_passing(path))
    unfinished = {path.name.partition(".")[0] for path in _incoming().glob("*.*")}
    known = set(StoredFile.objects.values_list("sha256", flat=True))
    return [path for path in files if path.name not in known | unfinished or path != place(path.name)]


def sweep(at: datetime | None = None) -> int:
    """Remove what acts that never committed left behind for an hour; return how many files. Nothing else is removed."""
    if not _incoming().is_dir():
        return 0
    oldest = ((at or clock.now()) - LEFTOVER_AGE).timestamp()
    removed = 0
    with _locked_store():
        leftovers = [path for path in _incoming().glob("*.*") if path.stat().st_mtime < oldest]
        for path in leftovers:
            digest = path.name.partition(".")[0]
            path.unlink()
            removed += 1
            if any(_incoming().glob(f"{digest}.*")) or StoredFile.objects.filter(sha256=digest).exists():
                continue
            place(digest).unlink(missing_ok=True)
    return removed


def _is_passing(path: Path) -> bool:
    return path.parent == _incoming() and _PASSING.fullmatch(path.name) is not None


def _incoming() -> Path:
    return Path(settings.STORAGE_DIR) / "incoming"


@contextmanager
def _locked_store() -> Iterator[None]:
    """Keep naming and sweeping apart, between processes as well."""
    with (_incoming() / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
