"""What is written on the six points: findings by clause with risk and proposed wording, or the word of none (§3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import TextVersion
from approvals.models import JointReview, LegalReview, ReviewFinding, ReviewPoint
from core.errors import BadInput, NotNow
from core.wording import say
from regulation.review import REVIEW_POINTS
from regulation.review_practice import RISKS

USUAL_RISK = "medium"


@dataclass(frozen=True, slots=True)
class FindingContent:
    """A finding as it is typed; `key` is the public id of the one that is worded anew."""

    body: str
    clause_lineage: str = ""
    risk: str = USUAL_RISK
    proposal: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class PointContent:
    """What was typed for one point: findings, or the explicit word that there is none.

    One finding may be given by its words alone. `shown` are the public ids of the findings that stood on the page:
    one that somebody else recorded meanwhile is not touched.
    """

    has_finding: bool
    finding: str = ""
    clause_lineage: str = ""
    findings: tuple[FindingContent, ...] = ()
    shown: frozenset[str] | None = None

    @property
    def rows(self) -> tuple[FindingContent, ...]:
        """Return the findings, none where the word is that there is none."""
        if not self.has_finding:
            return ()
        return self.findings or ((FindingContent(self.finding, self.clause_lineage),) if self.finding else ())


def must_be_sound(text: TextVersion, findings: Sequence[tuple[str, FindingContent]]) -> None:
    """Raise BadInput for an unknown point or risk, a finding without words, a clause that is not in the text."""
    if unknown := {point for point, _content in findings} - set(REVIEW_POINTS):
        raise BadInput(_("Unknown point of the review: %(points)s") % {"points": ", ".join(sorted(unknown))}, "§3.3")
    lineages = set(text.clauses.values_list("lineage", flat=True)) if findings else set()
    for code, content in findings:
        name = say(REVIEW_POINTS[code].name)
        if not content.body.strip():
            raise BadInput(_("“%(point)s”: say what was found.") % {"point": name}, "§3.3")
        if content.risk not in RISKS:
            raise BadInput(_("“%(point)s”: choose how grave the risk is.") % {"point": name}, "§3.3")
        if content.clause_lineage and content.clause_lineage not in lineages:
            raise BadInput(_("“%(point)s”: this clause is not in the text.") % {"point": name}, "§3.3")


def new_findings(
    review: LegalReview,
    findings: Sequence[tuple[str, FindingContent]],
    *,
    by: User,
    at: datetime,
    joint: JointReview | None = None,
) -> list[ReviewFinding]:
    """Return findings as rows, not yet saved; each keeps the heading of its clause as it reads in this text."""
    headings = dict(review.text.clauses.values_list("lineage", "heading")) if findings else {}
    return [
        ReviewFinding(
            review=review,
            joint=joint,
            point=code,
            clause_lineage=content.clause_lineage,
            heading=headings.get(content.clause_lineage, ""),
            risk=content.risk,
            body=content.body.strip(),
            proposal=content.proposal.strip(),
            raised_by=by,
            raised_at=at,
        )
        for code, content in findings
    ]


def write(review: LegalReview, contents: Mapping[str, PointContent], *, by: User, at: datetime) -> None:
    """Write points of an open round: findings are worded anew, come and go; the caller holds the lock.

    Raises NotNow where the word is that nothing was found, while somebody else recorded a finding meanwhile.
    """
    known: dict[str, dict[str, ReviewFinding]] = {code: {} for code in contents}
    for row in review.findings.filter(joint=None, point__in=list(contents)):
        known[row.point][row.public_id] = row
    headings = dict(review.text.clauses.values_list("lineage", "heading"))
    new: list[tuple[str, FindingContent]] = []
    for code, content in contents.items():
        here = known[code]
        given = {one.key for one in content.rows if one.key}
        unseen = set(here) - content.shown if content.shown is not None else set()
        if unseen and not content.has_finding:
            raise NotNow(
                _("“%(point)s”: somebody recorded a finding meanwhile.") % {"point": say(REVIEW_POINTS[code].name)},
                "§3.3",
                code="finding_since",
                next_step=_("Open the page again and read it."),
            )
        ReviewFinding.objects.filter(pk__in=[here[key].pk for key in set(here) - given - unseen]).delete()
        for one in content.rows:
            if one.key not in here:
                new.append((code, one))
                continue
            row = here[one.key]
            row.body, row.proposal, row.risk = one.body.strip(), one.proposal.strip(), one.risk
            row.clause_lineage, row.heading = one.clause_lineage, headings.get(one.clause_lineage, "")
            row.raised_by, row.raised_at = by, at
            row.save()
    ReviewFinding.objects.bulk_create(new_findings(review, new, by=by, at=at))
    ReviewPoint.objects.bulk_create(
        (
            ReviewPoint(review=review, point=code, has_finding=content.has_finding, recorded_by=by, recorded_at=at)
            for code, content in contents.items()
        ),
        update_conflicts=True,
        unique_fields=["review", "point"],
        update_fields=["has_finding", "carried_from", "recorded_by", "recorded_at"],
    )
