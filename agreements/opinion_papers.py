"""The table of opinions and their adoption 意见采纳情况表: who said what of which clause, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from accounts.models import User
from agreements import opinion_lists
from agreements.models import (
    Agreement,
    Consultation,
    Opinion,
    OpinionPoint,
    OutsideLetter,
    PrintedDocument,
)
from agreements.opinion_lists import LetterLine, Reply
from agreements.services import opinions, papers
from core import printing

KIND = "opinion_table"
TEMPLATE = "papers/opinion-table.html"
VERSION = "1"


@dataclass(slots=True)
class Line:
    """What one unit or outside body said; `opinion` None: it has not replied."""

    giver: str
    opinion: Opinion | None
    points: list[OpinionPoint] = field(default_factory=list)
    letter: OutsideLetter | None = None


def opinion_table(agreement: Agreement, *, by: User, round_: Consultation | None = None) -> PrintedDocument:
    """Print the table of one round, or of all rounds and letters. Second caller with the same facts: the same paper."""
    with translation.override(printing.LANGUAGE):
        context = facts(agreement, round_)
    return papers.make(
        agreement,
        KIND,
        template=TEMPLATE,
        context=context,
        template_version=VERSION,
        by=by,
        subject_key=f"consultation:{round_.pk}" if round_ else "opinions",
    )


def facts(agreement: Agreement, round_: Consultation | None) -> dict[str, Any]:
    """Return what the table says, from stored facts: no clock, nobody logged in."""
    found = opinion_lists.rounds(agreement, only=round_)
    own = [] if round_ else opinion_lists.letters(agreement)
    return {
        "agreement": agreement,
        "rounds": [
            (
                entry,
                [
                    *(_of_unit(reply) for reply in entry.replies),
                    *(_of_letter(line) for line in entry.letters),
                ],
                [(reply.consulted.unit, item) for reply in entry.replies for item in reply.items],
            )
            for entry in found
        ],
        "letters": [_of_letter(line) for line in own],
        "differences": [
            row
            for row in opinions.differences(agreement)
            if round_ is None or (row.opinion.consulted and row.opinion.consulted.consultation_id == round_.pk)
        ],
    }


def _of_unit(reply: Reply) -> Line:
    return Line(reply.consulted.unit.name_zh, reply.opinion, reply.points)


def _of_letter(line: LetterLine) -> Line:
    return Line(line.letter.sender, line.opinion, line.points, line.letter)
