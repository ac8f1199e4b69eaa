"""The approval sheet 呈批单 and the countersignature sheet 会签单: who wrote what on which text, from stored facts
alone (decision 13)."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import margin
from agreements.models import PrintedDocument
from agreements.services import papers
from approvals import pages, revision_pages
from approvals.models import LegalReview, Revision, Run, StepKind
from approvals.services import party_committee
from approvals.written import opinions_of, steps_whole
from core import printing
from core.errors import NotNow
from core.wording import say
from regulation.vocabulary import DOCUMENT_TYPES, NATURES

KIND = "approval_sheet"
TEMPLATE = "papers/approval-sheet.html"
VERSION = "5"
COUNTERSIGN = "countersign_sheet"
COUNTERSIGN_TEMPLATE = "papers/countersign-sheet.html"
COUNTERSIGN_VERSION = "2"


def approval_sheet(run: Run, *, by: User) -> PrintedDocument:
    """Print the sheet of a run as it stands. Second caller: while no step has been decided since, the same paper."""
    with translation.override(printing.LANGUAGE):
        context = facts(run)
    return papers.make(
        run.agreement,
        KIND,
        template=TEMPLATE,
        context=context,
        template_version=VERSION,
        by=by,
        subject_key=f"run:{run.pk}",
    )


def countersign_sheet(run: Run, *, by: User) -> PrintedDocument:
    """Print who signed beside those who decide: the posts that countersign, and every signer who was added.

    Raises NotNow for a run in which nobody does. Second caller: while nobody has signed since, the same paper.
    """
    with translation.override(printing.LANGUAGE):
        lines = [line for line in opinions_of(steps_whole().filter(run=run)) if line.is_countersign]
        context = {**_of_agreement(run), "lines": lines, "rules": _pass_rules(run)}
    if not lines:
        raise NotNow(_("Nobody countersigns on this approval."), "§3.4", code="no_countersignature")
    return papers.make(
        run.agreement,
        COUNTERSIGN,
        template=COUNTERSIGN_TEMPLATE,
        context=context,
        template_version=COUNTERSIGN_VERSION,
        by=by,
        subject_key=f"run:{run.pk}",
    )


def _pass_rules(run: Run) -> list[tuple[str, str]]:
    """Return the steps of countersigning with the rule by which each passes."""
    return [
        (step.label, f"{step.get_pass_rule_display()} {step.ratio}%" if step.ratio else step.get_pass_rule_display())
        for step in run.steps.filter(kind=StepKind.COUNTERSIGN)
    ]


def _of_agreement(run: Run) -> dict[str, Any]:
    agreement = run.agreement
    return {
        "agreement": agreement,
        "run": run,
        "document_type": say(DOCUMENT_TYPES[agreement.document_type].name),
        "parties": [party.counterparty.name for party in agreement.parties.select_related("counterparty")],
        "text_name": run.text.name,
    }


def facts(run: Run) -> dict[str, Any]:
    """Return what the sheet says: the agreement, the text by number and hash, the review, every step."""
    agreement = run.agreement
    review = (
        LegalReview.objects.filter(agreement=agreement, text__sha256__in=[run.sha256, *_revised_from(run)])
        .select_related("reviewer", "text")
        .prefetch_related("points")
        .order_by("-round")
        .first()
    )
    return {
        **_of_agreement(run),
        "natures": [say(NATURES[code].name) for code in run.natures],
        "forum_reason": run.reason("forum"),
        "review": review,
        "points": pages.point_lines(review) if review else [],
        "consulted": pages.consulted(agreement),
        "kept": margin.margin(agreement, run.text)["screening"]["kept"],
        "steps": opinions_of(steps_whole().filter(run=run)),
        "report": getattr(agreement, "party_committee_report", None),
        "committee": party_committee.committee_of(agreement),
        "revisions": revision_pages.revisions(run),
        "certificates": revision_pages.certificates(run),
    }


def _revised_from(run: Run) -> list[str]:
    """Return the hashes of the texts that were revised in the run: the review was closed on the first of them."""
    return list(
        run.revisions.filter(state=Revision.State.CLOSED).order_by("pk").values_list("before__sha256", flat=True)
    )
