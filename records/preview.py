"""Looking at a stored file without opening it: pages drawn anew, words and cells as plain text; never its own bytes.

Each page is drawn by a process of its own (`records.drawing`), few at a time, each with little memory and time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.errors import BadInput, NotNow
from records import drawing, files
from records.models import StoredFile

AT_ONCE = 2
SECONDS = 15
WAIT = 20
_DRAWN = {"pdf": "pdf", "jpg": "picture", "png": "picture", "tif": "picture"}
_turn = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be shown of a file: a number of drawn pages, lines of text, or the cells of a table; or why nothing."""

    pages: int = 0
    lines: list[str] | None = None
    rows: list[list[str]] | None = None
    title: str = ""
    cut: bool = False
    why_not: str = field(default="")


def look(stored: StoredFile) -> Preview:
    """Return what can be shown of a stored file; for what is not shown, the reason stands in `why_not`.

    Raises NotNow where the bytes cannot be read or too many files are being looked at.
    """
    kind = stored.extension
    try:
        if kind in _DRAWN:
            return Preview(pages=_asked(stored, f"{_DRAWN[kind]}-pages"))
        if kind == "docx":
            text = _asked(stored, "text")
            return Preview(lines=text["lines"], cut=text["cut"])
        if kind == "xlsx":
            table = _asked(stored, "table")
            return Preview(rows=table["rows"], title=table["name"], cut=table["cut"])
    except BadInput as error:
        return Preview(why_not=str(error.reason))
    reason = _("A file of the kind %(kind)s is shown by the program that wrote it: download it to read it.")
    return Preview(why_not=reason % {"kind": kind})


def page(stored: StoredFile, number: int) -> HttpResponse:
    """Return one page of a file, drawn by us as PNG, for an `<img>` of our own page and for nothing else.

    Raises BadInput for a page that is not there or cannot be drawn, NotNow as `look` does.
    """
    if stored.extension not in _DRAWN:
        raise BadInput(_("This file is not shown page by page."))
    drawn = _draw(stored, f"{_DRAWN[stored.extension]}-page", number)
    return HttpResponse(drawn, content_type="image/png", headers=files.HEADERS)


def _asked(stored: StoredFile, form: str) -> Any:
    return json.loads(_draw(stored, form, 0))


def _draw(stored: StoredFile, form: str, number: int) -> bytes:
    if not _turn.acquire(timeout=WAIT):
        raise NotNow(_("Too many files are being looked at. Try again in a minute."), code="busy")
    try:
        with files.open_stored(stored) as stream:
            done = subprocess.run(  # noqa: S603 - our own module, told a form and a number
                [sys.executable, "-m", "records.drawing", form, str(number)],
                stdin=stream,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
                timeout=SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    finally:
        _turn.release()
    if done.returncode == 0:
        return done.stdout
    if done.returncode == drawing.NO_PAGE:
        raise BadInput(_("The file has no such page."))
    if done.returncode == drawing.UNREADABLE:
        raise BadInput(_("It could not be drawn here: download it to read it."))
    raise _too_much()


def _too_much() -> BadInput:
    return BadInput(_("Drawing it takes more time or memory than is safe: download it to read it."))
