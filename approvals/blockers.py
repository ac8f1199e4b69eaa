"""Is everything there before the approval, before its end, and before the signing? Every gap, with its article."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.services import texts
from approvals.models import LegalReview, Run
from approvals.services import recording, runs
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
    yield from _objected(run)


def record_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: nothing is signed while a leader objects to a decision that was recorded in the leader's place."""
    run = runs.latest(agreement)
    if run is not None:
        yield from _objected(run)


def _objected(run: Run) -> Iterator[Gap]:
    for row in recording.objected(run):
        yield Gap(
            _("The record of “%(step)s”, to which %(name)s objects")
            % {"step": row.decision.assignment.step.label, "name": row.principal.full_name},
            "§3.4",
            _("A record is not the leader's own act: the step is decided anew, or the leader confirms the record."),
            code="record_objected",
        )


def record_advice(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: what was recorded from paper and is not confirmed yet is better confirmed before the signing."""
    run = runs.latest(agreement)
    for row in recording.unconfirmed(run) if run is not None else ():
        yield Gap(
            _("%(name)s has not confirmed yet what was recorded from paper for “%(step)s”")
            % {"step": row.decision.assignment.step.label, "name": row.principal.full_name},
            "§3.4",
            _("The paper stands with its scan; it does not look like the leader's own act before."),
            code="record_unconfirmed",
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
