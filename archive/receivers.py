"""What happens here when an agreement moves: one line each, in the transaction of the move."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from agreements.models import Agreement
from agreements.services.lifecycle import Moved
from agreements.signals import agreement_moved
from archive.services import signing


@receiver(agreement_moved, dispatch_uid="archive.arrange_signing")
def arrange_signing(agreement: Agreement, moved: Moved, **_: Any) -> None:
    if moved.verb == "approve":
        signing.after_approval(agreement, moved)
    if moved.verb == "reopen_approval":
        signing.wait_for_approval(agreement, moved)
