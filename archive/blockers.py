"""Is everything there before the seal and before the shelf? What the lead unit types is asked by its own services."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agreements.models import Agreement
from archive.models import Handover, SealRequest
from core.verdicts import Gap


def open_request(agreement: Agreement) -> SealRequest | None:
    """Return the request that waits for the secretariat, or None."""
    return agreement.seal_requests.filter(state=SealRequest.State.OPEN).select_related("requested_by").first()


def offered_handover(agreement: Agreement) -> Handover | None:
    """Return the handover that waits for the secretariat, or None."""
    return agreement.handovers.filter(state=Handover.State.OFFERED).select_related("handed_by").first()


def request_blockers(agreement: Agreement) -> Iterator[Gap]:
    """One request at a time: the next one when the secretariat has answered."""
    if (waiting := open_request(agreement)) is not None:
        yield Gap(
            _("%(who)s has asked already; the request waits for the secretariat")
            % {"who": waiting.requested_by.full_name},
            "§3.5",
            code="seal_requested",
        )


def handover_blockers(agreement: Agreement) -> Iterator[Gap]:
    """One handover at a time: the next one when the secretariat has answered."""
    if (waiting := offered_handover(agreement)) is not None:
        yield Gap(
            _("%(who)s has handed it over already; it waits for the secretariat")
            % {"who": waiting.handed_by.full_name},
            "§4.1",
            code="handed_over",
        )


def seal_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.5: the lead unit asks for the seal, with its basis."""
    if open_request(agreement) is None:
        yield Gap(
            _("A request of the lead unit"),
            "§3.5",
            _("A text that a municipal leader signed is sealed directly, any other on a written instruction."),
            code="seal_request",
        )


def archive_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§4.1: the lead unit hands over the original with its note."""
    if offered_handover(agreement) is None:
        yield Gap(
            _("The original, handed over by the lead unit"),
            "§4.1",
            _("With a note of background, time, place and signatories."),
            code="handover",
        )
