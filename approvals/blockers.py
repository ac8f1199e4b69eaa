"""Is everything there before the approval, before its end, and before the signing? Every gap, with its article."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.services import texts
from approvals.services import runs
from approvals.services.review import findings, gates, section
from approvals.services.review.common import lawful_review
from core.verdicts import Gap


def presenting_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3, §3.4: the review of exactly this text is closed as lawful, and the nature that decides is given."""
    text = texts.current(agreement)
    review = lawful_review(agreement, text)
    if review is None:
        yield Gap(
            _("The legal review of this text"),
            "§3.3",
            _("Six points are reviewed and closed before an agreement is presented."),
            reverse("approvals:review-edit", args=[agreement.public_id]),
            _("To the review"),
            "review",
        )
    else:
        yield from gates.presenting_gaps(review)
    if not agreement.natures.exists():
        yield Gap(
            _("Nature of the matter"),
            "§3.4",
            _("It decides between sign-off and a meeting. Send the text back so that the lead unit gives it."),
            code="natures",
        )


def answer_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: every finding of the review is answered before the text is submitted again."""
    for one in findings.unanswered(agreement):
        yield Gap(
            _("Answer to the review: “%(finding)s”") % {"finding": gates.short(one.finding.body)},
            "§3.3",
            _("Say what became of it: changed, in part, or kept with a reason."),
            f"{reverse('approvals:finding-answer', args=[agreement.public_id])}#finding-{one.finding.public_id}",
            _("Answer it"),
            "finding_unanswered",
        )


def section_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: the unit's own legal section has spoken to exactly these words, where the authority asks for it."""
    if section.is_required(agreement):
        yield from _section_gaps(agreement)


def section_advice(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: the unit's own legal section had better speak first; where the authority does not ask, it is advice."""
    if not section.is_required(agreement):
        yield from _section_gaps(agreement)


def _section_gaps(agreement: Agreement) -> Iterator[Gap]:
    url = reverse("approvals:section-record", args=[agreement.public_id])
    opinion = section.latest(agreement)
    if opinion is None:
        yield Gap(
            _("The opinion of the unit's own legal section"),
            "§3.3",
            _("It looks at a draft before the legal affairs office does; a unit without one says so (own rule)."),
            url,
            _("Record it"),
            "section",
        )
    elif opinion.conclusion == section.OBJECTS:
        yield Gap(
            _("The unit's own legal section objects to the draft"),
            "§3.3",
            _("Change the draft by its opinion and let it look again."),
            url,
            _("Record it"),
            "section_objects",
        )
    elif not section.covers_the_text(opinion):
        yield Gap(
            _("The draft was changed after the unit's own legal section looked at it"),
            "§3.3",
            _("Let it look at the words as they are now."),
            url,
            _("Record it"),
            "section_old",
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
