"""May this person? Signing and handing over are the lead unit's, seal and shelf the secretariat's (§3.5, §4.1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import Agreement
from agreements.rules import STAFF, as_holder
from agreements.services import access
from archive.blockers import offered_handover, open_request
from core.verdicts import Allowed, Denied, Verdict

SECRETARIAT = "secretariat"


def may_sign(user: User, agreement: Agreement) -> Verdict:
    """§3.5: the lead unit agrees time, place and signatories with the counterpart and records the signing."""
    return as_holder(
        user.holding(*STAFF, unit=agreement.lead_unit),
        _("Only the staff of the lead unit records the signing."),
        "§3.5",
    )


def may_request_sealing(user: User, agreement: Agreement) -> Verdict:
    """§3.5: the lead unit has the seal affixed."""
    return as_holder(
        user.holding(*STAFF, unit=agreement.lead_unit),
        _("Only the staff of the lead unit asks for the seal."),
        "§3.5",
    )


def may_seal(user: User, agreement: Agreement) -> Verdict:
    """§3.5: the secretariat of the General Office affixes the seal; nobody seals the own paper or own request."""
    verdict = _may_as_secretariat(
        user, agreement, _("The municipal seal is affixed by the secretariat of the General Office."), "§3.5"
    )
    if (
        isinstance(verdict, Allowed)
        and (asked := open_request(agreement))
        and asked.requested_by_id in (user.pk, verdict.principal)
    ):
        return Denied(_("You asked for the seal; another person of the secretariat acts."), "§3.5")
    return verdict


def may_hand_over(user: User, agreement: Agreement) -> Verdict:
    """§4.1: the lead unit hands over the originals."""
    return as_holder(
        user.holding(*STAFF, unit=agreement.lead_unit),
        _("Only the staff of the lead unit hands the original over."),
        "§4.1",
    )


def may_archive(user: User, agreement: Agreement) -> Verdict:
    """§4.1: the secretariat keeps every signed text; nobody receives the own paper or what one handed over."""
    verdict = _may_as_secretariat(
        user, agreement, _("Signed texts are kept by the secretariat of the General Office."), "§4.1"
    )
    if (
        isinstance(verdict, Allowed)
        and (offered := offered_handover(agreement))
        and offered.handed_by_id in (user.pk, verdict.principal)
    ):
        return Denied(_("You handed the original over; another person of the secretariat acts."), "§4.1")
    return verdict


def _may_as_secretariat(user: User, agreement: Agreement, reason: object, article: str) -> Verdict:
    verdict = as_holder(user.holding(SECRETARIAT, authority=agreement.authority), reason, article)
    if isinstance(verdict, Allowed) and access.worked_on(agreement, user, verdict.principal):
        return Denied(_("You drafted or submitted this agreement; another person of the secretariat acts."), article)
    return verdict
