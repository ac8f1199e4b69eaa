"""What follow-up does when an agreement moves, in the same transaction."""

from __future__ import annotations

from typing import Any

from agreements.models import Agreement
from agreements.services.lifecycle import Moved
from agreements.signals import agreement_moved
from followup.services import breakdown


def connect() -> None:
    """Listen for the signing."""
    agreement_moved.connect(open_ledger, dispatch_uid="followup.open_ledger")


def open_ledger(agreement: Agreement, moved: Moved, **_: Any) -> None:
    """§4.2: the ledger opens with the signing."""
    if moved.verb == "sign":
        breakdown.open_ledger(agreement, moved)
