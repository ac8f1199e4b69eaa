"""Who is asked again when a text under approval changes, and why: clause by clause, and nobody else (§3.2, §3.4).

A unit is concerned by a clause it spoke to, in whatever round; the levels that approved the earlier text by any change;
an outside body that wrote about a clause is named, to be asked by letter. An unchanged clause concerns nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Unit, User
from agreements import differences
from agreements.differences import Content, ReadClause
from agreements.models import Agreement, Consultation, OpinionPoint, TextVersion, WorkItemReply
from agreements.services import consulting, deadlines, duties, texts
from approvals.models import ReviewFinding, Run, Step
from approvals.models.run import own_names
from approvals.services import routing

ADDED, DROPPED, LEFT_OUT, MOVED, CHANGED = "added", "dropped", "left_out", "moved", "changed"


@dataclass(frozen=True, slots=True)
class Spoke:
    """That a unit spoke to a clause: in words, when and how."""

    unit: Unit
    lineage: str
    words: str


@dataclass(slots=True)
class Voice:
    """A unit that spoke to a clause, and what it said, in a line each."""

    unit: Unit
    spoke: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Concern:
    """A clause that changed: how, and which units and outside bodies spoke to it."""

    lineage: str
    heading: str
    order: int
    kind: str
    changes: int
    voices: list[Voice] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    @property
    def units(self) -> list[Unit]:
        """Return the units that spoke to the clause."""
        return [voice.unit for voice in self.voices]

    @property
    def kind_label(self) -> str:
        """Return what became of the clause, in words."""
        return {
            ADDED: pgettext("clause", "added"),
            DROPPED: pgettext("clause", "dropped"),
            LEFT_OUT: pgettext("clause", "left out now"),
            MOVED: pgettext("clause", "at another place, word for word"),
            CHANGED: pgettext("clause", "changed"),
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Levels:
    """The steps of a run as a change concerns them."""

    asked: list[Step]
    """Those that approved the earlier text: they decide again."""
    stand: list[Step]
    """The presentation, and the resolution of the meeting that ordered the change."""


def concerned(
    before: TextVersion, after: TextVersion, *, seen: Collection[Consultation] = (), replied: bool = True
) -> list[Concern]:
    """Return the clauses that differ, in the order of the text, each with the units and bodies that spoke to it.

    A clause that only stands at another place concerns no unit. `seen` are rounds in which units have looked at the
    change before: a unit that replied there to a clause that has read the same since is not asked about it again; not
    `replied`: nor one that was asked there and kept silent.
    """
    read = [clause for clause in differences.clauses(after, before) if clause.changes]
    found = {clause.lineage: _concern(clause) for clause in read}
    then = {clause["lineage"]: clause for clause in differences.content(before)}
    now = {clause["lineage"]: clause for clause in differences.content(after)}
    places: dict[str, str] = {}
    for lineage, concern in found.items():
        if concern.kind == MOVED:
            continue
        for clause in (then.get(lineage), now.get(lineage)):
            if clause is not None:
                places |= {lineage: lineage} | {part["lineage"]: lineage for part in clause["parts"]}
    silent = _looked_at(seen, now, replied=replied)
    for speakers in (opinions, joint_reviews):
        for spoke in speakers(after.agreement, places):
            if (spoke.unit.pk, spoke.lineage) not in silent and spoke.unit.pk != after.agreement.lead_unit_id:
                _hear(found[spoke.lineage], spoke)
    for lineage, sender in _letters(after.agreement, places):
        if sender not in found[lineage].letters:
            found[lineage].letters.append(sender)
    return list(found.values())


def _concern(clause: ReadClause) -> Concern:
    if clause.added:
        kind = ADDED
    elif clause.dropped:
        kind = DROPPED
    elif clause.left_out_now:
        kind = LEFT_OUT
    elif clause.moved_from is not None and clause.changes == 1:
        kind = MOVED
    else:
        kind = CHANGED
    return Concern(clause.lineage, clause.heading, clause.order, kind, clause.changes)


def _hear(concern: Concern, spoke: Spoke) -> None:
    voice = next((voice for voice in concern.voices if voice.unit.pk == spoke.unit.pk), None)
    if voice is None:
        voice = Voice(spoke.unit)
        concern.voices.append(voice)
    if spoke.words not in voice.spoke:
        voice.spoke.append(spoke.words)


def _looked_at(seen: Collection[Consultation], now: Mapping[str, Content], *, replied: bool) -> set[tuple[int, str]]:
    """Return which units have replied (or were asked at all), in rounds about this change, to which clauses as they
    read now; a round on the whole text is about every clause."""
    found: set[tuple[int, str]] = set()
    for round_ in seen:
        shown = {clause["lineage"]: clause for clause in differences.content(round_.text)}
        for consulted in round_.consulted.exclude(opinion=None) if replied else round_.consulted.all():
            found |= {
                (consulted.unit_id, lineage)
                for lineage in consulted.about or round_.about or shown
                if lineage in shown and _reads(shown[lineage]) == _reads(now.get(lineage))
            }
    return found


def _reads(clause: Content | None) -> Content | None:
    """Return what a clause says, wherever it stands."""
    return {name: value for name, value in clause.items() if name != "order"} if clause else None


def opinions(agreement: Agreement, places: Mapping[str, str]) -> Iterable[Spoke]:
    """Yield the opinions of units on clauses (§3.2): a point on the clause, an answer for what it lays on the unit.

    A point on the whole text speaks to no clause. Two queries.
    """
    points = (
        OpinionPoint.objects.filter(agreement=agreement, opinion__consulted__isnull=False, lineage__in=places)
        .select_related("opinion__consulted__unit", "opinion__consulted__consultation")
        .order_by("pk")
    )
    for point in points:
        asked = point.opinion.consulted
        if asked is not None:
            words = _("opinion of round %(round)s: %(words)s") % {
                "round": asked.consultation.round,
                "words": point.body,
            }
            yield Spoke(asked.unit, places[point.lineage], words)
    replies = (
        WorkItemReply.objects.filter(consulted__consultation__agreement=agreement, lineage__in=places)
        .select_related("consulted__unit", "consulted__consultation")
        .order_by("pk")
    )
    for reply in replies:
        words = _("answer of round %(round)s for “%(item)s”: %(stance)s") % {
            "round": reply.consulted.consultation.round,
            "item": reply.title,
            "stance": reply.get_stance_display(),
        }
        yield Spoke(reply.consulted.unit, places[reply.lineage], words)


def joint_reviews(agreement: Agreement, places: Mapping[str, str]) -> Iterable[Spoke]:
    """Return what functional departments found on clauses when they reviewed the text jointly (§3.3). One query."""
    rows = (
        ReviewFinding.objects.filter(review__agreement=agreement, joint__unit__isnull=False, clause_lineage__in=places)
        .select_related("joint__unit", "review")
        .order_by("pk")
    )
    for row in rows:
        words = _("joint review, round %(round)s: %(words)s") % {"round": row.review.round, "words": row.body}
        if row.joint is not None and row.joint.unit is not None:
            yield Spoke(row.joint.unit, places[row.clause_lineage], words)


def _letters(agreement: Agreement, places: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    rows = OpinionPoint.objects.filter(agreement=agreement, opinion__letter__isnull=False, lineage__in=places)
    for lineage, sender in rows.order_by("pk").values_list("lineage", "opinion__letter__sender"):
        yield places[lineage], sender


def by_unit(concerns: Iterable[Concern]) -> dict[Unit, list[str]]:
    """Return which clauses each unit is asked about again, by lineage."""
    found: dict[Unit, list[str]] = {}
    for concern in concerns:
        for voice in concern.voices:
            found.setdefault(voice.unit, []).append(concern.lineage)
    return found


def levels(run: Run, meeting: Step) -> Levels:
    """Return which steps of a run decide again over a revision that a meeting ordered, and which stand."""
    done = run.steps.filter(state__in=(Step.State.DONE, Step.State.SKIPPED)).select_related("post__unit")
    asked: list[Step] = []
    stand: list[Step] = []
    for step in done.order_by("order"):
        (stand if step.pk == meeting.pk or step.code == routing.OFFICE else asked).append(step)
    return Levels(asked, stand)


def as_kept(concerns: Iterable[Concern], of: Levels | None) -> dict[str, Any]:
    """Return who was asked again and why, as the revision keeps it: by names, for what is read years later."""
    return {
        "clauses": [
            {
                "lineage": concern.lineage,
                "heading": concern.heading,
                "order": concern.order,
                "kind": concern.kind,
                "changes": concern.changes,
                "units": [
                    {"unit": voice.unit.pk, "zh": voice.unit.short_zh or voice.unit.name_zh, "spoke": voice.spoke}
                    for voice in concern.voices
                ],
                "letters": concern.letters,
            }
            for concern in concerns
        ],
        "levels": [step.code for step in of.asked] if of else [],
        "stand": [step.code for step in of.stand] if of else [],
        **(own_names("level_names", of.asked) if of else {}),
        **(own_names("stand_names", of.stand) if of else {}),
    }


# ---------------------------------------------------------------------- the rounds about a text under review


def rounds(agreement: Agreement) -> QuerySet[Consultation]:
    """Return the rounds in which units were asked again about the text that lies with the review."""
    text = texts.current(agreement)
    rows = agreement.consultations.filter(text=text, text__kind=TextVersion.Kind.REVIEW)
    return rows.select_related("agreement").order_by("round")


def release(agreement: Agreement, *, by: User, on: date, at: datetime) -> None:
    """Take off the desks whoever was asked again about the text under review and has not replied: the change was
    certified as one of wording, or the text is presented."""
    keys = [consulting.key_of(row) for round_ in rounds(agreement) for row in round_.consulted.filter(opinion=None)]
    if keys:
        duties.close(agreement, subject_key=keys, by=by, at=at)
        deadlines.close(agreement, consulting.RULE, subject_key=keys, on=on)
