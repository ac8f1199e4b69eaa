"""Finding an agreement for a request: what the person may not see does not exist (decision 9)."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from accounts.models import User
from agreements.models import Agreement


def visible_agreement(user: User, public_id: str) -> Agreement:
    """Return the agreement at an address, with what every page of it shows; Http404 for whoever may not see it."""
    rows = Agreement.objects.visible_to(user).select_related("authority", "category", "edition", "lead_unit")
    agreement: Agreement = get_object_or_404(rows, public_id=public_id)
    return agreement
