"""What every act of the review asks: which round, which text, whether it is still open."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agreements.models import Agreement, TextVersion
from agreements.services import texts
from approvals.models import CompletenessCheck, LegalReview, Supplement
from core.errors import BadInput, NotNow

RULE = "review"
LAWFUL = "lawful"


def current(agreement: Agreement) -> LegalReview | None:
    """Return the latest round of the review; None before the first."""
    return agreement.legal_reviews.order_by("-round").first()


def check_of(agreement: Agreement) -> CompletenessCheck | None:
    """Return the latest completeness check; None before the first submission."""
    return agreement.completeness_checks.order_by("-round").first()


def lawful_review(agreement: Agreement, text: TextVersion | None) -> LegalReview | None:
    """Return the closed lawful round on exactly the words of a text; None where the last word on them is another."""
    if text is None:
        return None
    last = (
        agreement.legal_reviews.filter(text__sha256=text.sha256)
        .exclude(state__in=[LegalReview.State.RECALLED, LegalReview.State.ENDED])
        .order_by("-round")
        .first()
    )
    lawful = last is not None and last.state == LegalReview.State.CLOSED and last.conclusion == LAWFUL
    return last if lawful else None


def open_supplement(agreement: Agreement) -> Supplement | None:
    """Return the supplement the lead unit still has to send; None where nothing is asked for."""
    return agreement.supplements.filter(state=Supplement.State.OPEN).first()


def must_be_open(review: LegalReview) -> None:
    """Raise NotNow for a round that has ended, and say who ended it."""
    if not review.is_open:
        who = review.reviewer.full_name if review.reviewer else ""
        raise NotNow(
            _("This review is already %(state)s. %(who)s") % {"state": review.get_state_display(), "who": who},
            "§3.3",
            code="review_closed",
        )


def must_be_the_text(text: TextVersion | None, text_sha256: str) -> None:
    """Raise NotNow when the text that was shown is not the one the act falls on."""
    if text is None or text_sha256 != text.sha256:
        raise NotNow(
            _("The text you were shown is not the text under review."),
            "§3.3",
            code="other_text",
            next_step=_("Open the page again and read the text that is under review now."),
        )


def under_review(agreement: Agreement) -> TextVersion | None:
    """Return the text that lies with the review: the newest, which the submission froze."""
    return texts.current(agreement)


def require_reason(reason: str) -> str:
    """Return a reason without spaces at its ends; raise BadInput for a blank one."""
    if not reason.strip():
        raise BadInput(_("Write the reason: it stays with the review and is printed."), "§3.3")
    return reason.strip()
