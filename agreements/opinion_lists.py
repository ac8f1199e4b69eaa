"""Opinions as they are read: rounds with their units, points and answers, letters, reminders, points by clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements import bearing
from agreements.lights import Light, light_for
from agreements.models import (
    Agreement,
    Clause,
    Consultation,
    ConsultedUnit,
    Opinion,
    OpinionPoint,
    OutsideLetter,
    TextVersion,
    WorkItemReply,
)
from agreements.services import reminding
from agreements.services.reminding import Sent
from core import clock


@dataclass(slots=True)
class Reply:
    """A consulted unit in a round: what it said, or that it has not, with its light."""

    consulted: ConsultedUnit
    opinion: Opinion | None
    light: Light
    points: list[OpinionPoint] = field(default_factory=list)
    items: list[WorkItemReply] = field(default_factory=list)
    reminders: list[Sent] = field(default_factory=list)
    before: list[tuple[Consultation, Opinion | None]] = field(default_factory=list)
    """What the unit said in the rounds before."""

    @property
    def rows(self) -> int:
        """Return how many rows the unit takes in a table: one for each point."""
        return max(1, len(self.points))

    @property
    def said_more(self) -> str:
        """Return a remark that is not the words of a point (an opinion given before there were points keeps both)."""
        remark = self.opinion.remark if self.opinion else ""
        return "" if any(point.body == remark for point in self.points) else remark


@dataclass(slots=True)
class LetterLine:
    """A letter with its points."""

    letter: OutsideLetter
    opinion: Opinion
    points: list[OpinionPoint]

    @property
    def rows(self) -> int:
        """Return how many rows the letter takes in a table: one for each point."""
        return max(1, len(self.points))


@dataclass(slots=True)
class Round:
    """A round: the text asked about, the units with what they said, the letters that came with it."""

    consultation: Consultation
    replies: list[Reply]
    letters: list[LetterLine]
    about: list[str] = field(default_factory=list)
    """The headings of the clauses asked about; empty is the whole text."""
    compared_with: str = ""
    """The address that compares the text with that of the round before."""


def points_whole() -> QuerySet[OpinionPoint]:
    """Return points with everything that is shown of them."""
    return OpinionPoint.objects.select_related("answer__answered_by", "maintained__maintained_by", "item").order_by(
        "order"
    )


def rounds(agreement: Agreement, *, only: Consultation | None = None, reminded: bool = True) -> list[Round]:
    """Return the rounds of an agreement in their order, or one of them, with who was reminded unless nobody reads it;
    the number of queries does not grow."""
    sent = agreement.consultations.select_related("text", "sent_by").prefetch_related("text__marks")
    found = list(sent.order_by("round"))
    asked = list(
        ConsultedUnit.objects.filter(consultation__agreement=agreement)
        .select_related("unit", "consultation")
        .prefetch_related(
            Prefetch("opinion", Opinion.objects.select_related("given_by")),
            Prefetch("opinion__points", points_whole()),
            "item_replies",
        )
        .order_by("pk")
    )
    reminders = reminding.sent_to(agreement, asked) if reminded else {}
    with_letters: dict[int | None, list[LetterLine]] = {}
    for line in letters(agreement, own=False):
        with_letters.setdefault(line.letter.consultation_id, []).append(line)
    headings = _headings(found)
    shown = []
    for place, round_ in enumerate(found):
        if only is not None and round_.pk != only.pk:
            continue
        rows = [row for row in asked if row.consultation_id == round_.pk]
        shown.append(
            Round(
                round_,
                [_reply(row, round_, reminders.get(row.pk, []), _before(row, asked)) for row in rows],
                with_letters.get(round_.pk, []),
                [headings.get((round_.text_id, lineage), lineage) for lineage in round_.about],
                compare_url(agreement, found[place - 1].text, round_.text) if place else "",
            )
        )
    return shown


def replies(consultation: Consultation) -> list[Reply]:
    """Return the units of a round with what they said. Silence past the day reads as no reply, never as consent."""
    (round_,) = rounds(consultation.agreement, only=consultation)
    return round_.replies


def _headings(found: Sequence[Consultation]) -> dict[tuple[int, str], str]:
    asked = [round_.text_id for round_ in found if round_.about]
    if not asked:
        return {}
    rows = Clause.objects.filter(text_id__in=asked).values_list("text_id", "lineage", "heading")
    named = {(text, lineage): heading for text, lineage, heading in rows}
    gone = [(row.text_id, lineage) for row in found for lineage in row.about if (row.text_id, lineage) not in named]
    if gone:
        named |= _headings_of_gone(found[0].agreement_id, gone)
    return named


def _headings_of_gone(agreement: int, gone: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Return what clauses are called that are no longer in the text they are asked about: as they were called last."""
    rows = Clause.objects.filter(text__agreement=agreement, lineage__in=[lineage for _text, lineage in gone])
    last = dict(rows.order_by("text__number").values_list("lineage", "heading"))
    return {(text, lineage): last.get(lineage, "") for text, lineage in gone}


def _reply(
    row: ConsultedUnit,
    round_: Consultation,
    reminders: list[Sent],
    before: list[tuple[Consultation, Opinion | None]],
) -> Reply:
    opinion = getattr(row, "opinion", None)
    today = clock.today()
    if opinion is not None:
        kind = "none" if opinion.stance == Opinion.Stance.OBJECTION else "ok"
        light = Light(kind, capfirst(opinion.get_stance_display()))
    elif round_.due_on < today:
        light = Light("late", _("No reply"))
    else:
        light = light_for(round_.due_on, True, today)
    points = list(opinion.points.all()) if opinion else []
    return Reply(row, opinion, light, points, list(row.item_replies.all()), reminders, before)


def _before(row: ConsultedUnit, asked: Iterable[ConsultedUnit]) -> list[tuple[Consultation, Opinion | None]]:
    return [
        (other.consultation, getattr(other, "opinion", None))
        for other in asked
        if other.unit_id == row.unit_id and other.consultation.round < row.consultation.round
    ]


def letters(agreement: Agreement, *, own: bool = True) -> list[LetterLine]:
    """Return the letters that stand on their own (`own`), or those that came with a round."""
    rows = (
        OutsideLetter.objects.filter(agreement=agreement, consultation__isnull=own)
        .select_related("scan", "opinion__given_by")
        .prefetch_related(Prefetch("opinion__points", points_whole()))
    )
    return [LetterLine(row, row.opinion, list(row.opinion.points.all())) for row in rows]


def given(agreement: Agreement) -> int:
    """Return how many opinions were given, letters counted in."""
    return (
        Opinion.objects.filter(consulted__consultation__agreement=agreement).count()
        + Opinion.objects.filter(letter__agreement=agreement).count()
    )


def compare_url(agreement: Agreement, old: TextVersion, new: TextVersion) -> str:
    """Return the address that shows what changed between two versions; blank where there is no such page."""
    try:
        return reverse("agreements:text-compare", args=[agreement.public_id, old.public_id, new.public_id])
    except NoReverseMatch:
        return ""


def by_clause(text: TextVersion) -> dict[str, list[OpinionPoint]]:
    """Return the points that speak of a text, by the lineage of their clause; those on the whole stand under blank.

    A point on an item stands with the clause of the item.
    """
    rows = (
        points_whole()
        .filter(agreement=text.agreement_id)
        .select_related("opinion__consulted__unit", "opinion__letter")
        .order_by("opinion_id", "order")
    )
    spoken = [*rows.filter(opinion__consulted__consultation__text=text), *rows.filter(opinion__letter__text=text)]
    place = {item.lineage: item.clause.lineage for item in bearing.items(text)}
    found: dict[str, list[OpinionPoint]] = {}
    for row in spoken:
        lineage = place.get(row.item.lineage, "") if row.item else row.lineage
        found.setdefault(lineage, []).append(row)
    return found
