"""Hidden bookmarks by which a clause, a sheet or a row is known again when it comes back from Word.

Word keeps a bookmark with what was typed first when a part is copied, and a name stands once in a document.
"""

from __future__ import annotations

from collections.abc import Iterable

from agreements.models import PART_MODELS

_CLAUSE, _SHEET, _ROW = "_Clause_", "_Sheet_", "_Row_"


def of_clause(lineage: str) -> str:
    """Return the mark of a clause's heading."""
    return f"{_CLAUSE}{lineage}"


def of_sheet(code: str, lineage: str) -> str:
    """Return the mark of the sheet of a kind of part in a clause."""
    return f"{_SHEET}{code}_{lineage}"


def of_row(lineage: str) -> str:
    """Return the mark of a part's row."""
    return f"{_ROW}{lineage}"


def clause(marks: Iterable[str]) -> str:
    """Return the lineage of the clause the marks name, or blank."""
    return _first(marks, _CLAUSE)


def row(marks: Iterable[str]) -> str:
    """Return the lineage of the part the marks name, or blank."""
    return _first(marks, _ROW)


def sheet(marks: Iterable[str]) -> str:
    """Return the code of the sheet the marks name, or blank."""
    code = _first(marks, _SHEET).rpartition("_")[0]
    return code if code in PART_MODELS else ""


def _first(marks: Iterable[str], start: str) -> str:
    return next((mark.removeprefix(start) for mark in marks if mark.startswith(start)), "")
