"""The table of opinions and their adoption 意见采纳情况表: who said what of which clause, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import opinion_lists
from agreements.models import Agreement, Consultation, Opinion, OpinionPoint, PrintedDocument, WorkItemReply
from agreements.opinion_lists import LetterLine, Reply
from agreements.services import opinions, papers
from core import printing

KIND = "opinion_table"
TEMPLATE = "papers/opinion-table.html"
VERSION = "1"


@dataclass(slots=True)
class Line:
    """What one unit or outside body said; `points` empty: one line that says so."""

    giver: str
    state: str
    points: list[OpinionPoint] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Return how many rows of the table the giver takes."""
        return max(len(self.points), 1)


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
        "can": WorkItemReply.Stance.CAN,
    }


def _of_unit(reply: Reply) -> Line:
    unit = reply.consulted.unit.name_zh
    if reply.opinion is None:
        return Line(unit, _("No reply; this is not consent"))
    marks = [_("late")] if reply.opinion.is_late else []
    return Line(unit, _state(reply.opinion), reply.points, marks)


def _of_letter(line: LetterLine) -> Line:
    marks = [_("letter %(number)s") % {"number": line.letter.number} if line.letter.number else _("letter")]
    if line.opinion.is_late:
        marks.append(_("late"))
    return Line(line.letter.sender, _state(line.opinion), line.points, marks)


def _state(opinion: Opinion) -> str:
    words = str(opinion.get_stance_display())
    return f"{words}：{opinion.remark}" if opinion.remark and opinion.stance == opinion.Stance.NO_OBJECTION else words
