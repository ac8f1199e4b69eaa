"""Is everything there? What follow-up asks before an agreement is concluded (§4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.posts import post_in
from agreements.gaps import mended_by
from agreements.models import Agreement
from core.verdicts import Gap
from followup.models import Evaluation


def conclude_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§4.3: an agreement is concluded on an evaluation that proposes to end or upgrade the cooperation."""
    if not agreement.evaluations.filter(accepted=None, proposal__in=Evaluation.ENDING).exists():
        gap = Gap(
            _("An evaluation that proposes to end or to upgrade"),
            "§4.3",
            _("The lead unit sums up the execution and the economic and social effect, and proposes."),
            reverse("followup:evaluation-edit", args=[agreement.public_id]),
            _("Evaluate"),
            "evaluation",
        )
        yield mended_by(gap, agreement, "file_evaluation", lambda: post_in(agreement.lead_unit, "unit_head"))
