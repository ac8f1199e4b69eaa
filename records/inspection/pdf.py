"""PDF files: whole, open to everybody, of a countable number of pages."""

from __future__ import annotations

from time import monotonic
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject

from records.inspection.kinds import KINDS, MAX_PAGES, MAX_SECONDS, Kind
from records.inspection.refusals import (
    PARSER_FAULTS,
    broken,
    double,
    locked,
    starts_programs,
    too_big_inside,
    too_many_pages,
)

_STEPS_OF_AN_ACTION = 20


def read(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a PDF that holds; raise BadInput otherwise."""
    stream.seek(max(0, size - 2048))
    _, mark, rest = stream.read().rpartition(b"%%EOF")
    if not mark:
        raise broken(name)
    if rest.strip(b"\x00\t\n\x0c\r "):
        raise double(name)
    stream.seek(0)
    try:
        reader = PdfReader(stream)
        if reader.is_encrypted:
            raise locked(name)
        catalogue = reader.root_object
        if _launches(catalogue):
            raise starts_programs(name)
        _walk(catalogue, name)
    except LimitReachedError as error:
        raise too_big_inside(name) from error
    # By pypdf's own word a broken file may raise other errors than pypdf's.
    except (PyPdfError, *PARSER_FAULTS) as error:
        raise broken(name) from error
    return KINDS["pdf"]


def _walk(catalogue: DictionaryObject, name: str) -> None:
    """Go through the page tree to its end, but never further than the limits: its own count may lie."""
    until = monotonic() + MAX_SECONDS
    waiting: list[Any] = [catalogue.raw_get("/Pages")]
    seen: set[tuple[int, int]] = set()
    pages = 0
    while waiting:
        reference = waiting.pop()
        if monotonic() > until:
            raise too_big_inside(name)
        if hasattr(reference, "idnum"):
            if (reference.idnum, reference.generation) in seen:
                raise broken(name)
            seen.add((reference.idnum, reference.generation))
        node = reference.get_object()
        if not isinstance(node, DictionaryObject):
            raise broken(name)
        kids = node.get("/Kids")
        if isinstance(kids, ArrayObject):
            if pages + len(waiting) + len(kids) > MAX_PAGES:
                raise too_many_pages(name)
            waiting.extend(kids)
        else:
            pages += 1
    if not pages:
        raise broken(name)


def _launches(catalogue: DictionaryObject) -> bool:
    """Tell whether opening the document starts a program: its first action, or one chained to it."""
    action = catalogue.get("/OpenAction")
    for _step in range(_STEPS_OF_AN_ACTION):
        action = action.get_object() if action is not None else None
        if isinstance(action, ArrayObject) and action:
            action = action[0].get_object()
        if not isinstance(action, DictionaryObject):
            return False
        if action.get("/S") == "/Launch":
            return True
        action = action.get("/Next")
    return True
