"""What the pages of a revision show: the changes, who is asked again and why, what they said, what was certified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Unit
from agreements.models import Agreement, ConsultedUnit, TextVersion
from agreements.services import texts
from approvals import run_words
from approvals.models import Certificate, Decision, Revision, Run
from approvals.services import re_asking
from approvals.services.re_asking import Concern
from core import clock


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that is asked about a clause again: why, and what it said."""

    name: str
    spoke: list[str]
    reply: str = ""


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause that changed, and whom it concerns."""

    heading: str
    kind: str
    changes: int
    units: list[UnitLine]
    letters: list[str]

    @property
    def wrote(self) -> str:
        """Return who wrote about the clause by letter, in one line."""
        return pgettext("between names", ", ").join(self.letters)


@dataclass(frozen=True, slots=True)
class ReAsked:
    """Who is asked again over a revision and why, as `approvals/re-asked.html` shows it."""

    revision: Revision
    lines: list[ClauseLine] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    stand: list[str] = field(default_factory=list)
    is_preview: bool = False
    """Whether nobody was asked yet: it says who would be."""
    compare: str = ""

    @property
    def standing(self) -> str:
        """Return what stands, in one line."""
        return pgettext("between names", ", ").join(self.stand)


def latest(agreement: Agreement) -> Revision | None:
    """Return the revision under way, or the last one; None where a meeting never ordered any."""
    return (
        Revision.objects.filter(run__agreement=agreement)
        .select_related(
            "run__text", "step", "before", "after", "agreed_paper", "submitted_by", "checked_by", "certificate"
        )
        .order_by("-pk")
        .first()
    )


def text_of(revision: Revision) -> TextVersion:
    """Return the text a revision leads to: the working text while it is written, else the one that was submitted."""
    if revision.after is not None:
        return revision.after
    return texts.working(revision.run.agreement) or revision.before


def re_asked(revision: Revision) -> ReAsked:
    """Return who is asked again over a revision: kept with it once it is closed, computed before."""
    agreement, text = revision.run.agreement, text_of(revision)
    compare = ""
    if text.pk != revision.before.pk:
        compare = reverse(
            "agreements:text-compare",
            args=[agreement.public_id],
            query={"from": revision.before.public_id, "to": text.public_id},
        )
    if revision.state == Revision.State.CLOSED:
        kept = revision.asked
        units = Unit.objects.in_bulk([row["unit"] for line in kept.get("clauses", ()) for row in line["units"]])
        return ReAsked(
            revision,
            _kept_lines(kept, units, _replies(revision)),
            run_words.names_of(kept, "levels", "level_names"),
            run_words.names_of(kept, "stand", "stand_names"),
            compare=compare,
        )
    concerns = re_asking.concerned(revision.before, text)
    if revision.certificate_id is not None or not concerns:
        return ReAsked(revision, _lines(concerns, {}, asks=False), is_preview=True, compare=compare)
    levels = re_asking.levels(revision.run, revision.step)
    return ReAsked(
        revision,
        _lines(concerns, _replies(revision)),
        [step.name for step in levels.asked],
        [step.name for step in levels.stand],
        is_preview=revision.state != Revision.State.CHECKED,
        compare=compare,
    )


def re_asked_in(agreement: Agreement, *, run: Run | None = None) -> list[ReAsked]:
    """Return every revision of an agreement, or of one run, with who was asked again, the newest first."""
    rows = Revision.objects.filter(run__agreement=agreement).exclude(state=Revision.State.ENDED)
    if run is not None:
        rows = rows.filter(run=run)
    found = rows.select_related("run", "step", "before", "after", "certificate").order_by("-pk")
    for row in found:
        row.run.agreement = agreement
    return [re_asked(row) for row in found]


Replies = dict[tuple[int, str], str]


def _replies(revision: Revision) -> Replies:
    """Return what units said in the rounds of a revision, by unit and clause; the newest round counts."""
    found: Replies = {}
    rows = (
        ConsultedUnit.objects.filter(consultation__in=revision.rounds.all())
        .select_related("consultation", "opinion")
        .order_by("consultation__round")
    )
    for row in rows:
        for lineage in row.about:
            found[row.unit_id, lineage] = _reply(row)
    return found


def _reply(row: ConsultedUnit) -> str:
    opinion = getattr(row, "opinion", None)
    if opinion is not None:
        return str(opinion.get_stance_display())
    day = row.consultation.due_on
    return _("asked until %(day)s") % {"day": day.isoformat()} if day >= clock.today() else _("no reply")


def _lines(concerns: Iterable[Concern], replies: Replies, *, asks: bool = True) -> list[ClauseLine]:
    return [
        ClauseLine(
            concern.heading,
            concern.kind_label,
            concern.changes,
            [
                UnitLine(voice.unit.short, voice.spoke, replies.get((voice.unit.pk, concern.lineage), ""))
                for voice in concern.voices
                if asks
            ],
            concern.letters if asks else [],
        )
        for concern in concerns
    ]


def _kept_lines(kept: dict[str, Any], units: dict[int, Unit], replies: Replies) -> list[ClauseLine]:
    return [
        ClauseLine(
            line["heading"],
            Concern(line["lineage"], line["heading"], line["order"], line["kind"], line["changes"]).kind_label,
            line["changes"],
            [
                UnitLine(
                    units[row["unit"]].short if row["unit"] in units else row["zh"],
                    row["spoke"],
                    replies.get((row["unit"], line["lineage"]), ""),
                )
                for row in line["units"]
            ],
            line["letters"],
        )
        for line in kept.get("clauses", ())
    ]


# ---------------------------------------------------------------------- on paper


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate as the approval sheet prints it."""

    before: str
    after: str
    changes: int
    clauses: list[str]
    words: str
    name: str
    post: str
    on: date


def certificates(run: Run) -> list[Certified]:
    """Return the certificates on which approvals of a run stand, in the order in which they were given."""
    rows = Certificate.objects.filter(agreement=run.agreement_id).select_related("before", "after").order_by("pk")
    carried = Decision.objects.filter(assignment__step__run=run, rule=Decision.EDITORIAL).values("text_sha256")
    return [
        Certified(
            row.before.label, row.after.label, row.changes, row.clauses, row.words, row.by_name, row.post_title, row.on
        )
        for row in rows.filter(after_sha256__in=carried)
    ]


def revisions(run: Run) -> list[Revision]:
    """Return the closed revisions of a run, for its sheet."""
    rows = run.revisions.filter(state=Revision.State.CLOSED)
    return list(rows.select_related("before", "after", "checked_by", "certificate").order_by("pk"))
