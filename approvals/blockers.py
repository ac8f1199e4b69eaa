"""Is everything there before the approval, before its end, and before the signing? Every gap, with its article."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.services import texts
from approvals.models import LegalReview
from approvals.services import runs
from approvals.services.reviewing import current
from core.verdicts import Gap


def presenting_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3, §3.4: the review of exactly this text is closed as lawful, and the nature that decides is given."""
    review = current(agreement)
    text = texts.current(agreement)
    if review is None or text is None or review.state != LegalReview.State.CLOSED or review.text.sha256 != text.sha256:
        yield Gap(
            _("The legal review of this text"),
            "§3.3",
            _("Six points are reviewed and closed before an agreement is presented."),
            reverse("approvals:review-edit", args=[agreement.public_id]),
            _("To the review"),
            "review",
        )
    if not agreement.natures.exists():
        yield Gap(
            _("Nature of the matter"),
            "§3.4",
            _("It decides between sign-off and a meeting. Send the text back so that the lead unit gives it."),
            code="natures",
        )


def approval_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: no level is left out; each step that still follows is named."""
    run = runs.current(agreement)
    if run is None:
        yield Gap(_("An approval that is under way"), "§3.4", code="run")
        return
    for step in runs.waiting(run):
        yield Gap(
            _("“%(step)s” has not decided yet") % {"step": step.label},
            "§3.4",
            _("The steps follow one another; none is left out."),
            code=f"step_{step.code}",
        )


def party_report_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: a major cooperation matter has been reported to the Party committee before it is signed."""
    if agreement.is_major and not hasattr(agreement, "party_committee_report"):
        yield Gap(
            _("The report to the Party committee"),
            "§3.4",
            _("The General Office reports a major cooperation matter to the municipal Party committee."),
            reverse("approvals:party-report", args=[agreement.public_id]),
            _("To the report"),
            "party_report",
        )
