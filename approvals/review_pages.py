"""What the pages of the review show: the six points with their findings, what earlier rounds left, who reviews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.differences import ReadClause
from agreements.models import Agreement, Attachment, ConsultedUnit
from agreements.services import texts
from approvals.models import JointReview, LegalReview, ReviewFinding, ReviewPoint, SectionOpinion
from approvals.services.review import carrying, findings, section
from approvals.services.review.findings import Standing
from core import clock
from core.bilingual import reads_english
from core.wording import say
from records import trail
from regulation.records import Code, ReviewPointRecord
from regulation.review import REVIEW_POINTS
from regulation.review_practice import SUBMISSION_ITEMS, TOPICS


@dataclass(frozen=True, slots=True)
class PointLine:
    """One of the six points as it was answered in a round, with its findings and the round it is carried from."""

    name: str
    answered: bool
    findings: list[ReviewFinding] = field(default_factory=list)
    carried_from: int | None = None
    maintained: list[Standing] = field(default_factory=list)
    """What earlier rounds found and the reviewer maintains: leaders see it."""

    @property
    def finding(self) -> str:
        """Return the findings in one line; blank where there is none."""
        return "；".join(finding.body for finding in self.findings)

    @property
    def clause(self) -> str:
        """Return the clauses the findings are about."""
        return "、".join(dict.fromkeys(finding.heading for finding in self.findings if finding.heading))


def point_lines(review: LegalReview, *, earlier: bool = True) -> list[PointLine]:
    """Return the six points of a round; a point nobody answered yet says so.

    Two queries, five in a later round, where what earlier rounds maintain is told too; lists that prefetch
    `points__carried_from` and `findings__joint__unit` ask for none, without the `earlier` ones.
    """
    read = getattr(review, "_prefetched_objects_cache", {})
    rows = review.findings.all() if "findings" in read else review.findings.select_related("joint__unit")
    found: dict[str, list[ReviewFinding]] = {}
    for finding in rows:
        found.setdefault(finding.point, []).append(finding)
    held: dict[str, list[Standing]] = {}
    for one in findings.maintained(review.agreement) if earlier and review.base_id else ():
        held.setdefault(one.finding.point, []).append(one)
    return [
        PointLine(
            say(record.name),
            point is not None,
            found.get(record.code, []),
            point.carried_from.round if point and point.carried_from else None,
            held.get(record.code, []),
        )
        for record, point in zip(REVIEW_POINTS.values(), answered(review), strict=True)
    ]


def answered(review: LegalReview) -> list[ReviewPoint | None]:
    """Return what was recorded on each of the six points, in their order; None where nothing was yet."""
    read = getattr(review, "_prefetched_objects_cache", {})
    rows = review.points.all() if "points" in read else review.points.select_related("carried_from")
    recorded = {point.point: point for point in rows}
    return [recorded.get(code) for code in REVIEW_POINTS]


@dataclass(frozen=True, slots=True)
class AskedPoint:
    """A point in a later round: about which clauses it is asked again, or that it stands as answered before."""

    record: ReviewPointRecord
    about: list[str]
    carried_from: int | None


def asked_points(review: LegalReview, earlier: Iterable[Standing]) -> dict[str, AskedPoint]:
    """Return for each point what a later round asks of it: headings of clauses; blank in a first round."""
    asked = carrying.asked_again(review, [one.finding for one in earlier]) if review.base_id else {}
    headings = dict(review.text.clauses.values_list("lineage", "heading"))
    carried = {point.point: point.carried_from.round for point in answered(review) if point and point.carried_from}
    return {
        code: AskedPoint(
            record, [headings[lineage] for lineage in asked.get(code, ()) if lineage in headings], carried.get(code)
        )
        for code, record in REVIEW_POINTS.items()
    }


def put_in_place(clauses: Iterable[ReadClause], earlier: Iterable[Standing]) -> None:
    """Let what earlier rounds found stand at its clause, with where it stands now."""
    by_lineage = {clause.lineage: clause for clause in clauses}
    for one in earlier:
        if clause := by_lineage.get(one.finding.clause_lineage):
            clause.notes.append(
                _("Round %(round)s, %(point)s, %(risk)s: %(finding)s (%(status)s)")
                % {
                    "round": one.finding.review.round,
                    "point": one.finding.name,
                    "risk": one.finding.risk_label,
                    "finding": one.finding.body,
                    "status": one.word,
                }
            )


def reasons(row: JointReview) -> list[str]:
    """Return why a unit was proposed, in the reader's language."""
    return [reason["en" if reads_english() else "zh"] for reason in row.why]


@dataclass(frozen=True, slots=True)
class JointLine:
    """A joint reviewer as it is shown: why, until when, what it said. `look` is the chip of its state."""

    row: JointReview
    name: str
    why: list[str]
    word: str
    look: str
    icon: str
    findings: list[ReviewFinding]

    @property
    def is_proposed(self) -> bool:
        """Tell whether it is still to be asked or left out."""
        return self.row.state == JointReview.State.PROPOSED


def joint_line(row: JointReview, found: Iterable[ReviewFinding] = ()) -> JointLine:
    """Return one joint reviewer. Silence after the day is shown as such."""
    word, look, icon = row.get_state_display(), "none", "none"
    if row.state == JointReview.State.ANSWERED:
        word, look, icon = row.get_stance_display(), "ok", "ok"
        if row.stance == JointReview.Stance.FINDINGS:
            look, icon = "warn", "warn"
    elif row.state == JointReview.State.ENDED and row.asked_on:
        word = str(_("no answer; not consent"))
    elif row.state == JointReview.State.ASKED:
        late = row.due_on is not None and row.due_on < clock.today()
        word = str(_("no answer by the due date; not consent") if late else _("not answered yet"))
        look, icon = ("late", "late") if late and row.waits else ("warn", "warn")
    elif row.state == JointReview.State.PROPOSED:
        word, look, icon = str(_("proposed: ask, or leave out")), "warn", "warn"
    name = row.unit.name if row.unit else (say(TOPICS[row.topic].unit) if row.topic in TOPICS else row.topic)
    return JointLine(row, name, reasons(row), word, look, icon, list(found))


def joint_lines(review: LegalReview) -> list[JointLine]:
    """Return who reviews beside in a round, with what each found. Two queries."""
    found: dict[int, list[ReviewFinding]] = {}
    for finding in review.findings.exclude(joint=None):
        found.setdefault(finding.joint_id or 0, []).append(finding)
    rows = review.joint.select_related("unit", "answered_by")
    return [joint_line(row, found.get(row.pk, ())) for row in rows]


@dataclass(frozen=True, slots=True)
class OwnSection:
    """The lead unit's own legal opinion, and whether words were written after it."""

    opinion: SectionOpinion
    is_old: bool


def own_section(review: LegalReview) -> OwnSection | None:
    """Return what the lead unit's own legal section said of the text under review."""
    opinion = section.latest(review.agreement)
    return OwnSection(opinion, opinion.edition != review.text.edition) if opinion else None


@dataclass(frozen=True, slots=True)
class Brought:
    """A thing a submission brings: what is on file of it, in words, and where it is read."""

    item: Code
    found: list[str]
    url: str = ""

    @property
    def is_there(self) -> bool:
        """Tell whether anything of it is on file."""
        return bool(self.found)


def submission(agreement: Agreement) -> list[Brought]:
    """Return each thing of the list with what is on file of it; the General Office looks at the rest."""
    counted = dict(agreement.attachments.valid().values_list("kind").annotate(n=Count("pk")).values_list("kind", "n"))
    kind = Attachment.Kind

    def papers(*kinds: str) -> list[str]:
        number = sum(counted.get(one, 0) for one in kinds)
        return [_("%(n)s paper(s)") % {"n": number}] if number else []

    text = texts.current(agreement)
    rounds = list(agreement.consultations.all())
    units = ConsultedUnit.objects.filter(consultation__agreement=agreement).count()
    opinion = section.latest(agreement)
    remark = submitted_with(agreement)
    base = agreement.get_absolute_url()
    found: dict[str, tuple[list[str], str]] = {
        "text": ([text.name] if text else [], f"{base}?tab=text"),
        "explanation": ([remark] if remark else papers(kind.OTHER), base),
        "origin": (papers(kind.ORIGIN), f"{base}?tab=files"),
        "party_papers": (papers(kind.COUNTERPARTY, kind.AUTHORITY), f"{base}?tab=files"),
        "diligence": (
            ([agreement.risk_argument.get_level_display()] if hasattr(agreement, "risk_argument") else [])
            + papers(kind.DILIGENCE),
            reverse("agreements:diligence-show", args=[agreement.public_id]),
        ),
        "opinions": (
            [_("%(rounds)s round(s), %(units)s unit(s) asked") % {"rounds": len(rounds), "units": units}]
            if rounds
            else [],
            reverse("agreements:opinion-list", args=[agreement.public_id]),
        ),
        "deliberation": (
            papers(kind.DELIBERATION) or ([] if agreement.is_major or agreement.is_difficult else [_("not asked for")]),
            f"{base}?tab=files",
        ),
        "section": ([opinion.conclusion_label] if opinion else [], ""),
    }
    return [Brought(item, *found[code]) for code, item in SUBMISSION_ITEMS.items()]


def submitted_with(agreement: Agreement) -> str:
    """Return what the lead unit wrote with its last submission."""
    comment = trail.history(agreement.chain).filter(code="submit_for_review").values_list("comment", flat=True).last()
    return comment or ""
