"""What screening found in an agreement (§1.2), and what was answered: kept with a reason, or gone from the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Clause, FindingAnswer, Screening, ScreeningFinding, TextVersion
from agreements.services import access, drafting, lifecycle, screening, texts
from agreements.services.screening import Found, Piece
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from regulation.records import Text

KEEP = "keep_finding"
ASKED = frozenset({"block", "warning"})
"""The weights that are answered before review; information stops nothing."""
WEIGHTS = ("block", "warning", "info")
KEPT = FindingAnswer.Decision.KEPT


@dataclass(slots=True)
class Line:
    """A finding with its clause and its answers; places of one kind in one sentence are one line."""

    found: Found
    clause: str
    answers: list[FindingAnswer] = field(default_factory=list)
    """Every answer up to the version looked at, oldest first; the last one stands."""
    later: FindingAnswer | None = None
    """The answer that stands today, where it was given on a later version."""

    @property
    def answer(self) -> FindingAnswer | None:
        """Return the answer that stands for the version looked at."""
        return self.answers[-1] if self.answers else None

    @property
    def is_kept(self) -> bool:
        """Tell whether the wording is kept with a reason."""
        return self.answer is not None and self.answer.decision == KEPT

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is asked for before review."""
        return self.found.severity in ASKED and not self.is_kept

    @property
    def superseded(self) -> list[FindingAnswer]:
        """Return the reasons that a later answer took the place of."""
        return [answer for answer in self.answers[:-1] if answer.decision == KEPT]


@dataclass(frozen=True, slots=True)
class Result:
    """What screening says of a version. `rules` is 0 for a text that was frozen before texts were screened."""

    lines: list[Line]
    rules: int

    @property
    def open(self) -> list[Line]:
        """Return what still asks for an answer."""
        return [line for line in self.lines if line.is_open]

    @property
    def kept(self) -> list[Line]:
        """Return what is kept with a reason, and so goes to legal review."""
        return [line for line in self.lines if line.is_kept]


def of_version(agreement: Agreement, text: TextVersion, clauses: Sequence[Clause] | None = None) -> Result:
    """Return the findings of a version with their answers: the stored ones of a frozen text, else those of today.

    `clauses` are those of the working text with their parts, where the caller has read them already.
    """
    if text.is_frozen:
        done = Screening.objects.filter(text=text).first()
        found: list[Found] = [_as_found(row) for row in ScreeningFinding.objects.filter(text=text)] if done else []
        headings = dict(text.clauses.values_list("lineage", "heading")) if found else {}
        return Result(_lines(agreement, text, found, headings), done.rules if done else 0)
    written = texts.clauses_with_parts(text) if clauses is None else clauses
    outcome = screening.of_text(agreement, written)
    headings = {clause.lineage: clause.heading for clause in written}
    return Result(_lines(agreement, text, outcome.found, headings), outcome.rules)


def of_incoming(agreement: Agreement, text: TextVersion, given: Iterable[Piece], headings: Mapping[str, str]) -> Result:
    """Return what screening finds in a text from outside, with what was answered on the same wording before.

    `text` is the working text it is held against, `headings` name the places of the pieces. Nothing is stored.
    """
    outcome = screening.of_pieces(agreement, given)
    return Result(_lines(agreement, text, outcome.found, headings), outcome.rules)


def unanswered(agreement: Agreement) -> list[Line]:
    """Return the findings of the working text that still ask for an answer."""
    text = texts.working(agreement)
    return of_version(agreement, text).open if text else []


def line_of(agreement: Agreement, text: TextVersion, fingerprint: str) -> Line | None:
    """Return a finding of a version by its fingerprint, or None when the text does not have it (any more)."""
    lines = of_version(agreement, text).lines
    return next((line for line in lines if line.found.fingerprint == fingerprint), None)


def keep(agreement: Agreement, fingerprint: str, *, by: User, reason: str, at: datetime | None = None) -> FindingAnswer:
    """Keep a wording that screening found, with the reason, which goes to legal review (§1.2, §3.3).

    A new reason supersedes the earlier one, which stays; the same one sent twice is one answer. Raises Refused for
    anyone but the lead unit's staff, BadInput without a reason, NotNow when drafting is closed or the text no longer
    says so (somebody changed it meanwhile).
    """
    at = at or clock.now()
    reason = reason.strip()
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        text = texts.working(agreement)
        if text is None or not drafting.is_open(agreement):
            raise texts.closed()
        if not reason:
            raise BadInput(_("Write why the wording is kept; the reason goes to legal review."), "§1.2")
        line = line_of(agreement, text, fingerprint)
        if line is None:
            raise gone()
        last = line.answer
        if last is not None and (last.decision, last.reason, last.answered_by_id) == (KEPT, reason, by.pk):
            return last
        answer = FindingAnswer.objects.create(
            agreement=agreement,
            text=text,
            fingerprint=fingerprint,
            decision=KEPT,
            reason=reason,
            answered_by=by,
            answered_at=at,
        )
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            KEEP,
            actor=by.actor(verdict.post),
            on=clock.today(at),
            at=at,
            comment=reason,
            payload={
                "code": line.found.code,
                "clause": line.clause,
                "excerpt": line.found.excerpt,
                "fingerprint": fingerprint,
                "text": text.number,
            },
        )
    return answer


def gone() -> NotNow:
    """Return the error for a finding that the text does not have any more."""
    return NotNow(
        _("The text no longer has this wording."),
        "§1.2",
        code="finding_gone",
        next_step=_("Look at the list of findings again: somebody may have changed the text."),
    )


def _lines(agreement: Agreement, text: TextVersion, found: Iterable[Found], headings: Mapping[str, str]) -> list[Line]:
    lines: dict[str, Line] = {}
    for one in found:
        line = lines.setdefault(one.fingerprint, Line(one, headings.get(one.lineage, "")))
        if WEIGHTS.index(one.severity) < WEIGHTS.index(line.found.severity):
            line.found = one
    if lines:
        answers = FindingAnswer.objects.filter(agreement=agreement, fingerprint__in=lines)
        for answer in answers.select_related("text", "answered_by").order_by("pk"):
            line = lines[answer.fingerprint]
            if answer.text.number <= text.number:
                line.answers.append(answer)
            else:
                line.later = answer
    return list(lines.values())


def _as_found(row: ScreeningFinding) -> Found:
    return Found(
        code=row.code,
        rule=row.rule,
        severity=row.severity,
        article=row.article,
        advice=Text(row.advice_zh, row.advice_en),
        lineage=row.lineage,
        place=row.place,
        start=row.start,
        end=row.end,
        excerpt=row.excerpt,
        sentence=row.sentence,
        fingerprint=row.fingerprint,
    )
