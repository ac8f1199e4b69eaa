"""Screening a text for what no agreement may contain (§1.2): in words, headings and structured parts alike.

The text is read as one, since who 甲方 is stands in its first lines and the governing law in its last; what is found
is told by clause. `agreements/services/findings.py` says what became of it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate

from django.db.models import CharField, TextField

from agreements.models import (
    Agreement,
    Clause,
    CounterpartyAlias,
    FindingAnswer,
    Part,
    Screening,
    ScreeningFinding,
    ScreeningRule,
    TextVersion,
)
from core import clock
from regulation.records import Text
from regulation.screening import BUILT_IN, Context, Rule, screen

HEADING = "heading"
PROSE = "prose"
WHOLE = ""
"""The lineage of a finding on the whole text: silence on the governing law."""
CODED = frozenset(
    {"kind", "side", "channel", "frequency", "due_kind", "starts_kind", "completes_kind", "omission_reason"}
)
"""Fields of parts that are no words of the agreement: codes, and reasons that go to the review only."""
_APART = "\n\n"
_SENTENCE_END = re.compile(r"[。！？；\n]")
_TEXTS_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that is written in one place: a heading, the prose, a cell of a sheet."""

    lineage: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A finding at its place: `start` and `end` count within the piece; blank lineage is the whole text."""

    code: str
    rule: str
    severity: str
    article: str
    advice: Text
    lineage: str
    place: str
    start: int
    end: int
    excerpt: str
    sentence: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What screening a version gave: the findings in the order of the text, and by how many rules of what kind."""

    found: list[Found]
    rules: int
    context: Context


def pieces(clauses: Iterable[Clause]) -> Iterator[Piece]:
    """Return everything of a text that people will read in the agreement; `clauses` carry their parts."""
    for clause in clauses:
        if not clause.is_omitted:
            yield Piece(clause.lineage, HEADING, clause.heading)
        if clause.prose:
            yield Piece(clause.lineage, PROSE, clause.prose)
        for code, parts in clause.parts.items():
            for part in parts:
                for name, words in _words(part):
                    yield Piece(clause.lineage, f"{code}:{part.lineage}:{name}", words)


def _words(part: Part) -> Iterator[tuple[str, str]]:
    for name in worded(type(part)):
        if words := getattr(part, name):
            yield name, words


def worded(model: type[Part]) -> list[str]:
    """Return the facts of a kind of part that are words of the agreement."""
    return [
        name
        for name in model.FACTS
        if name not in CODED and isinstance(model._meta.get_field(name), (CharField, TextField))
    ]


def of_text(agreement: Agreement, clauses: Iterable[Clause], *, on: date | None = None) -> Outcome:
    """Screen the clauses of a version, with their parts. Two queries, however long; a text just screened is known."""
    return of_pieces(agreement, pieces(clauses), on=on)


def of_pieces(agreement: Agreement, given: Iterable[Piece], *, on: date | None = None) -> Outcome:
    """Screen a text that is not stored yet: one that comes in from outside, before it becomes a version."""
    context, own = context_of(agreement, on=on), own_rules(agreement)
    return Outcome(_screen([piece for piece in given if piece.text], context, own), count_of(own), context)


def of_words(words: str, context: Context, own: Sequence[Rule] = ()) -> list[Found]:
    """Screen a text that belongs to no agreement; every finding counts from its beginning."""
    return _screen([Piece(PROSE, PROSE, words)], context, tuple(own))


def context_of(agreement: Agreement, *, on: date | None = None) -> Context:
    """Return what the engine is told of an agreement: category, foreign-related or not, whose names are right."""
    authority, lead = agreement.authority, agreement.lead_unit
    parties = [party.counterparty for party in agreement.parties.select_related("counterparty")]
    aliases = CounterpartyAlias.objects.filter(counterparty__in=parties).values_list("name", flat=True)
    ours = (*Context().our_names, authority.name_zh, lead.name_zh, lead.short_zh)
    return Context(
        category=agreement.category.code,
        foreign=agreement.is_foreign_related,
        parties=(*(party.name for party in parties), *aliases),
        our_names=tuple(dict.fromkeys(name for name in ours if name)),
        today=on or clock.today(),
    )


def own_rules(agreement: Agreement) -> tuple[Rule, ...]:
    """Return the rules the agreement's authority has added and not retired."""
    return tuple(row.record for row in ScreeningRule.objects.filter(authority=agreement.authority_id, retired_on=None))


def count_of(own: Sequence[Rule]) -> int:
    """Return by how many rules a text is screened."""
    return len(BUILT_IN) + len(own)


# ---------------------------------------------------------------------- from the engine to the place


def _screen(given: Sequence[Piece], context: Context, own: tuple[Rule, ...]) -> list[Found]:
    return list(_screened(tuple(given), context, own))


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def _screened(given: tuple[Piece, ...], context: Context, own: tuple[Rule, ...]) -> tuple[Found, ...]:
    """Screen a text once: its page, its gaps and its next step ask again within the same request."""
    begins = list(accumulate((len(piece.text) + len(_APART) for piece in given), initial=0))
    whole = _APART.join(piece.text for piece in given)
    located = []
    for finding in screen(whole, context, (*BUILT_IN, *own) if own else None):
        place, start, end = Piece(WHOLE, "", ""), 0, 0
        if finding.start < finding.end:
            number = bisect_right(begins, finding.start) - 1
            place = given[number]
            start = finding.start - begins[number]
            end = min(start + finding.end - finding.start, len(place.text))
        sentence = sentence_of(place.text, start, end)
        located.append(
            Found(
                code=finding.code,
                rule=finding.rule,
                severity=finding.severity,
                article=finding.article,
                advice=finding.advice,
                lineage=place.lineage,
                place=place.place,
                start=start,
                end=end,
                excerpt=place.text[start:end],
                sentence=sentence,
                fingerprint=fingerprint(finding.code, place.lineage, sentence),
            )
        )
    return tuple(located)


def sentence_of(text: str, start: int, end: int) -> str:
    """Return the sentence, or sentences, in which a stretch of a text lies, without the marks around."""
    begin = 0
    for mark in _SENTENCE_END.finditer(text, 0, start):
        begin = mark.end()
    after = _SENTENCE_END.search(text, max(end - 1, start))
    return text[begin : after.start() if after else len(text)].strip()


def fingerprint(code: str, lineage: str, sentence: str) -> str:
    """Return what a finding is known by from version to version: its kind, its clause and its sentence, evenly written.

    Spaces, line breaks and full or half width make no difference; where the sentence stands makes none either.
    """
    return hashlib.sha256("|".join((code, lineage, _even(sentence))).encode()).hexdigest()[:32]


# ---------------------------------------------------------------------- at the freeze


def record(text: TextVersion, clauses: Sequence[Clause], *, at: datetime) -> None:
    """Store what is found in a text that is being frozen, and that earlier findings are gone from it.

    Called by the freeze, inside its transaction: no version stands without its screening.
    """
    outcome = of_text(text.agreement, clauses, on=clock.today(at))
    context = outcome.context
    Screening.objects.create(
        text=text, rules=outcome.rules, category=context.category, foreign=context.foreign, screened_at=at
    )
    ScreeningFinding.objects.bulk_create(
        ScreeningFinding(
            text=text,
            lineage=one.lineage,
            place=one.place,
            code=one.code,
            rule=one.rule,
            severity=one.severity,
            article=one.article,
            start=one.start,
            end=one.end,
            excerpt=one.excerpt,
            sentence=one.sentence,
            advice_zh=one.advice.zh,
            advice_en=one.advice.en,
            fingerprint=one.fingerprint,
        )
        for one in outcome.found
    )
    here = {one.fingerprint for one in outcome.found}
    _record_what_is_gone(text, here, list(pieces(clauses)), context, at=at)


def _record_what_is_gone(
    text: TextVersion, here: set[str], written: Sequence[Piece], context: Context, *, at: datetime
) -> None:
    """A finding of an earlier version that is not in this one is answered by the text itself: once, by the product."""
    earlier = {
        row.fingerprint: row
        for row in ScreeningFinding.objects.filter(text__agreement=text.agreement_id)
        .exclude(text=text)
        .select_related("text__screening")
        .order_by("text__number")
    }
    gone = [row for fingerprint_, row in earlier.items() if fingerprint_ not in here]
    if not gone:
        return
    answers = FindingAnswer.objects.filter(agreement=text.agreement_id).select_related("text").order_by("pk")
    last = {answer.fingerprint: answer for answer in answers}
    wordings = {(piece.lineage, _even(sentence)) for piece in written for sentence in sentences(piece.text)}
    FindingAnswer.objects.bulk_create(
        FindingAnswer(
            agreement=text.agreement,
            text=text,
            fingerprint=row.fingerprint,
            decision=_why_gone(row, wordings, context),
            answered_at=at,
        )
        for row in gone
        if not _is_recorded(last.get(row.fingerprint), row)
    )


def _is_recorded(answer: FindingAnswer | None, row: ScreeningFinding) -> bool:
    """Tell whether it stands already that the finding is gone, since the last version that had it."""
    if answer is None or answer.decision == FindingAnswer.Decision.KEPT:
        return False
    return answer.text.number > row.text.number


def _why_gone(row: ScreeningFinding, wordings: set[tuple[str, str]], context: Context) -> str:
    """The wording was changed; or it stands, and the rules (or what the agreement is) no longer ask about it."""
    if row.lineage == WHOLE:
        earlier = row.text.screening
        stands = (earlier.category, earlier.foreign) != (context.category, context.foreign)
    else:
        stands = (row.lineage, _even(row.sentence)) in wordings
    return FindingAnswer.Decision.LAPSED if stands else FindingAnswer.Decision.CHANGED


def sentences(text: str) -> Iterator[str]:
    """Return the sentences of a text, as `sentence_of` cuts them."""
    for sentence in _SENTENCE_END.split(text):
        if sentence.strip():
            yield sentence.strip()


def _even(sentence: str) -> str:
    return "".join(unicodedata.normalize("NFKC", sentence).split())
