"""What a Word text says, piece by piece, for screening (§1.2) before anything of it is taken over."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.models import PART_MODELS
from agreements.services import screening
from agreements.services.screening import HEADING, PROSE, Piece
from agreements.word.plan import APPEND, OUT, ClausePlan, Plan


def pieces(plan: Plan) -> Iterator[Piece]:
    """Return what the upload would bring in, in its order; a part without a clause goes by its own key.

    Sections the person leaves out are not in it, nor is anything that only stands in the draft.
    """
    clauses = {entry.clause.lineage: entry for entry in plan.clauses}
    for section in plan.sections:
        verb, _colon, lineage = plan.choices.places.get(section.key, "").partition(":")
        if section.lineage in clauses:
            yield from _of_clause(clauses[section.lineage], section.title)
        elif verb == APPEND and lineage in clauses:
            if clauses[lineage].section is None:
                yield Piece(lineage, PROSE, "\n".join(section.everything))
        elif verb != OUT:
            yield Piece(section.key, PROSE, "\n".join(section.everything))


def _of_clause(entry: ClausePlan, heading: str) -> Iterator[Piece]:
    lineage = entry.clause.lineage
    if heading:
        yield Piece(lineage, HEADING, heading)
    if entry.prose:
        yield Piece(lineage, PROSE, entry.prose)
    for sheet in entry.sheets:
        names = screening.worded(PART_MODELS[sheet.code])
        for row in sheet.rows:
            for name in names:
                if words := row.said.get(name):
                    yield Piece(lineage, f"{sheet.code}:{row.key}:{name}", words)


def headings(plan: Plan) -> dict[str, str]:
    """Return what the places of the pieces are called: clauses by their lineage, other parts by their key."""
    return {
        **{section.key: section.heading for section in plan.sections},
        **{entry.clause.lineage: entry.clause.heading for entry in plan.clauses},
    }
