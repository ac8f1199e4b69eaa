"""Opening a step again after the approval has passed, for a leader who objects to a record (代录)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements.models import Agreement
from approvals import rules
from approvals.acts import RUN, Act
from approvals.models import Run
from approvals.operations.forms import ReasonForm
from approvals.services import reopening
from core.verdicts import Verdict


def url_of(agreement: Agreement) -> str:
    """Return where the step is opened again; the agreement's own page where there was no approval."""
    run = Run.objects.filter(agreement=agreement).order_by("-pk").first()
    return reverse("approvals:run-act", args=[run.public_id, reopening.VERB]) if run else agreement.get_absolute_url()


def _may(user: User, run: Run) -> Verdict:
    return rules.may_record_report(user, run.agreement)


def _reopen(run: Run, by: User, data: dict[str, Any]) -> str:
    reopening.reopen(run, by=by, reason=data["reason"])
    return _("The step is open again; the leader decides.")


ACTS = (
    Act(
        reopening.VERB,
        RUN,
        gettext_lazy("Open the step again"),
        gettext_lazy(
            "The agreement goes back to approval and the step lies with the leader who objects; what others decided on "
            "this text stands."
        ),
        "§3.4",
        ReasonForm,
        _may,
        _reopen,
        91,
        offered=lambda user, run: False,  # the verb of the agreement leads here: the approval itself has ended
        after_the_end=True,
    ),
)
