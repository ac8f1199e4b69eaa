"""A version of the text as a Word file on the grid of official documents, fit to come back."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from agreements.models import Clause, Part, TextVersion
from agreements.services import texts
from agreements.word import marks, tables
from core.docx import writing
from core.docx.numbering import chinese
from core.docx.writing import Element, Grid, Heading, Line, Row

DIGEST_SHOWN = 12


def export(text: TextVersion) -> bytes:
    """Return a version as .docx: clauses under 一、, their prose, their sheets as tables; the same bytes each time.

    Clauses left out with a reason do not stand in it. Every page says which version it is, a frozen one with the
    first twelve figures of its digest.
    """
    return writing.write(text.agreement.title, elements(text), marking=marking(text))


def marking(text: TextVersion) -> str:
    """Return what the header of every page says."""
    with translation.override(tables.LANGUAGE):
        if text.sha256:
            return _("%(label)s, %(digest)s") % {"label": text.label, "digest": text.sha256[:DIGEST_SHOWN]}
        return _("%(label)s, working text %(edition)s, not final") % {"label": text.label, "edition": text.edition}


def elements(text: TextVersion) -> list[Element]:
    """Return the paragraphs and tables of a version in order. Ten queries, however long."""
    found: list[Element] = []
    standing = [clause for clause in texts.clauses_with_parts(text) if not clause.is_omitted]
    for number, clause in enumerate(standing, start=1):
        heading = f"{chinese(number)}、{clause.heading}"
        found.append(Heading(heading, mark=marks.of_clause(clause.lineage)))
        found += [Line(line) for line in lines(clause.prose)]
        found += [_grid(clause, code, parts) for code, parts in clause.parts.items() if parts]
    return found


def lines(prose: str) -> list[str]:
    """Return prose as the paragraphs Word shows: without indents typed by hand, without empty lines."""
    return [line for typed in writing.clean(prose).split("\n") if (line := typed.strip())]


def _grid(clause: Clause, code: str, parts: list[Part]) -> Grid:
    columns = tables.columns(code)
    return Grid(
        tables.title(code),
        [column.head for column in columns],
        [Row(tables.part_cells(part), marks.of_row(part.lineage)) for part in parts],
        marks.of_sheet(code, clause.lineage),
        [column.weight for column in columns],
    )
