"""What a person has seen of an agreement's text: on the page of deciding, and by deciding on it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.models import User
from agreements.models import TextVersion
from approvals.models import Decision, ReadMark
from core import clock


def seen_before(text: TextVersion, user: User) -> TextVersion | None:
    """Return the newest other version of the same agreement that a person was shown or decided on; None for none.

    The version shown now is left out, so that its differences stay while the page is opened again.
    """
    shown = ReadMark.objects.filter(user=user, agreement=text.agreement_id).values("text")
    decided = Decision.objects.filter(by=user, assignment__step__run__agreement=text.agreement_id)
    return (
        TextVersion.objects.filter(agreement=text.agreement_id)
        .filter(Q(pk__in=shown) | Q(pk__in=decided.values("assignment__step__run__text")))
        .exclude(pk=text.pk)
        .order_by("-number")
        .first()
    )


def mark_shown(text: TextVersion, user: User, *, at: datetime | None = None) -> None:
    """Keep that a person was shown a text. Shown again: the first time stands."""
    ReadMark.objects.get_or_create(
        user=user, text=text, defaults={"agreement_id": text.agreement_id, "at": at or clock.now()}
    )
