"""Ending an approval (终止)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import Agreement
from approvals import run_rules
from approvals.acts import RUN, Act
from approvals.models import Run
from approvals.operations.forms import ReasonForm
from approvals.services import terminating
from core.verdicts import Verdict, Wording

CODE = "terminate_run"
"""The verb of the agreement and the operation on its run are one: its name, its address, its button."""


def url_of(agreement: Agreement) -> str:
    """Return where the approval of an agreement is ended; its own page where none is under way."""
    run = Run.objects.filter(agreement=agreement, state=Run.State.OPEN).first()
    return reverse("approvals:run-act", args=[run.public_id, CODE]) if run else agreement.get_absolute_url()


def _may(user: User, run: Run) -> Verdict:
    return run_rules.may_end_run(user, run.agreement)


def _end(run: Run, by: User, data: dict[str, Any]) -> Wording:
    terminating.end(run, by=by, reason=data["reason"])
    return _("The approval is ended; the agreement is in drafting again.")


ACTS = (
    Act(
        CODE,
        RUN,
        _("End the approval"),
        _("The approval ends and the agreement goes back to drafting; nothing is deleted, everybody is told."),
        "§3.4",
        ReasonForm,
        _may,
        _end,
        90,
        offered=lambda user, run: run.state == Run.State.OPEN,
    ),
)
