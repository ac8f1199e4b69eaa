"""Is it the time? Follow-up runs from the signing to the end, and rests while an agreement is suspended (§4.3)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agreements.models import Agreement, Standing
from agreements.models.agreement import IN_FORCE
from core.errors import NotNow


def is_in_force(agreement: Agreement) -> bool:
    """Tell whether the agreement is signed, goes on and has not ended."""
    return agreement.station in IN_FORCE and agreement.standing == Standing.ACTIVE


def must_be_in_force(agreement: Agreement) -> None:
    """Raise NotNow for an agreement that is not signed yet, suspended or ended."""
    if is_in_force(agreement):
        return
    if agreement.standing == Standing.SUSPENDED:
        raise NotNow(
            _("The agreement is suspended; its tasks rest until it goes on."),
            "§4.3",
            code="suspended",
            next_step=_("What was written is not lost: report again when the agreement has been resumed."),
        )
    raise NotNow(_("The agreement is not in force; there is nothing to follow up."), "§4.2", code="not_in_force")
