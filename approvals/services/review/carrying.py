"""Re-review only of what was answered or changed (§3.3): the rest stands as an earlier round left it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from agreements.models import Agreement, TextVersion
from approvals.models import LegalReview, ReviewFinding, ReviewPoint
from regulation.review import REVIEW_POINTS


def base_for(agreement: Agreement) -> LegalReview | None:
    """Return the last round that said anything of the six points; None where the review begins."""
    return (
        agreement.legal_reviews.filter(
            state__in=[LegalReview.State.RETURNED, LegalReview.State.CLOSED], points__isnull=False
        )
        .select_related("text")
        .order_by("-round")
        .distinct()
        .first()
    )


def changed_lineages(old: TextVersion, new: TextVersion) -> list[str]:
    """Return the clauses that read otherwise in the newer text, that came or went, in its order; order alone is no
    change."""
    before, after = _by_lineage(old), _by_lineage(new)
    changed = [lineage for lineage, clause in after.items() if before.get(lineage) != clause]
    return changed + [lineage for lineage in before if lineage not in after]


def _by_lineage(text: TextVersion) -> dict[str, dict[str, Any]]:
    return {
        clause["lineage"]: {name: value for name, value in clause.items() if name != "order"}
        for clause in json.loads(text.canonical)
    }


def asked_again(review: LegalReview, findings: Iterable[ReviewFinding]) -> dict[str, list[str]]:
    """Return for each point about which clauses a later round asks it: those that changed, and those with an earlier
    finding on the point (`findings`; blank stands for the whole text). Nothing: the point stands as it was answered."""
    asked = {code: list(review.changed) for code in REVIEW_POINTS}
    for finding in findings:
        if finding.review_id != review.pk and finding.clause_lineage not in asked[finding.point]:
            asked[finding.point].append(finding.clause_lineage)
    return asked


def carry(review: LegalReview, standing: Iterable[ReviewFinding], *, at: datetime) -> list[str]:
    """Let the points that nothing asks again stand in a new round; return them. `standing` are earlier findings that
    are not settled by an accepted answer."""
    if review.base is None:
        return []
    asked = asked_again(review, standing)
    rows = [
        ReviewPoint(
            review=review,
            point=point.point,
            has_finding=point.has_finding,
            carried_from=point.carried_from or review.base,
            recorded_by_id=point.recorded_by_id,
            recorded_at=at,
        )
        for point in review.base.points.select_related("carried_from")
        if not asked[point.point]
    ]
    ReviewPoint.objects.bulk_create(rows)
    return [row.point for row in rows]
