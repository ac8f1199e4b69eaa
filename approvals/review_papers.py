"""The written opinion of the legal review 法制审核意见书, from stored facts alone (decision 13)."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import events
from agreements.models import PrintedDocument
from agreements.services import papers
from approvals import review_pages
from approvals.models import JointReview, LegalReview
from approvals.services.review import clock, findings, section
from core import printing
from core.errors import NotNow
from core.wording import say
from records import trail
from regulation.review import REVIEW_POINTS
from regulation.vocabulary import DOCUMENT_TYPES

KIND = "review_opinion"
TEMPLATE = "papers/review-opinion.html"
CONCLUDE = ("close_review", "send_back_from_review")
"""The acts that conclude a round, as the trail calls them."""
VERSION = "2"


def review_opinion(review: LegalReview, *, by: User) -> PrintedDocument:
    """Print the opinion of a round that was concluded. Second caller with the same facts: the same paper.

    Raises NotNow for a round without a conclusion: it has no number yet.
    """
    if not review.number:
        raise NotNow(
            _("The opinion of the review is printed once the round is concluded: then it has its number."),
            "§3.3",
            code="no_conclusion",
        )
    with translation.override(printing.LANGUAGE):
        context = facts(review)
    return papers.make(
        review.agreement,
        KIND,
        template=TEMPLATE,
        context=context,
        template_version=VERSION,
        by=by,
        subject_key=review.key,
    )


def facts(review: LegalReview) -> dict[str, Any]:
    """Return what the opinion says: case and text, the six points with their findings, who reviewed, the clock."""
    agreement = review.agreement
    found = [one for one in findings.of(agreement) if one.finding.review.round <= review.round]
    own = [one for one in found if one.finding.review_id == review.pk]
    return {
        "agreement": agreement,
        "review": review,
        "document_type": say(DOCUMENT_TYPES[agreement.document_type].name),
        "parties": [party.counterparty.name for party in agreement.parties.select_related("counterparty")],
        "points": [
            (record, point, [one for one in own if one.finding.point == code])
            for (code, record), point in zip(REVIEW_POINTS.items(), review_pages.answered(review), strict=True)
        ],
        "earlier": [one for one in found if one.finding.review_id != review.pk],
        "joint": review.joint.select_related("unit", "answered_by"),
        "states": JointReview.State,
        "experts": review.experts.all(),
        "section": section.latest(agreement),
        "days": clock.days_of(review),
        "supplements": agreement.supplements.prefetch_related("items").filter(asked_on__lte=review.closed_on),
        "signed": _signed(review),
    }


def _signed(review: LegalReview) -> dict[str, str]:
    """Return the post and the capacity in which the round was concluded, as the trail keeps them."""
    concluded = trail.history(review.agreement.chain).filter(code__in=CONCLUDE, actor_id=review.reviewer_id)
    event = concluded.filter(payload__round=review.round).last()
    return {"post": event.post_name, "capacity": events.capacity_word(event.capacity)} if event else {}
