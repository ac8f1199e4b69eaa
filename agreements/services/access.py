"""Granting sight of an agreement (decision 9): by rows, with a reason, never withdrawn."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Post, Unit, User
from agreements.models import Access, Agreement

DRAFTED = "drafted"
SUBMITTED = "submitted"
WORKED = (DRAFTED, SUBMITTED)
DEPUTISED = "deputised"


def grant(
    agreement: Agreement,
    why: str,
    *,
    unit: Unit | None = None,
    post: Post | None = None,
    user: User | None = None,
) -> None:
    """Let a unit, a post or a person know of an agreement. Second caller: the row is there already."""
    target = unit or post or user
    if target is None:
        raise ValueError("access needs a unit, a post or a user")
    kind = "unit" if unit else "post" if post else "user"
    row = Access(agreement=agreement, holder=f"{kind}:{target.pk}", why=why, unit=unit, post=post, user=user)
    Access.objects.bulk_create([row], ignore_conflicts=True)


def of_workers(agreement: Agreement) -> QuerySet[Access]:
    """Return the rows of the persons who drafted or submitted the agreement: they neither review nor decide it."""
    return Access.objects.filter(agreement=agreement, user__isnull=False, why__in=WORKED)


def worked_on(agreement: Agreement, user: User, principal: int | None = None) -> bool:
    """Tell whether a person drafted or submitted the agreement, or the one in whose place a deputy acts: a delegation
    is no disguise for own work."""
    return of_workers(agreement).filter(user__in=[key for key in (user.pk, principal) if key]).exists()


def keep_for_deputy(agreement: Agreement, user_id: int) -> None:
    """Let a deputy who acted see the case after the delegation has ended: who handled it keeps sight of it."""
    row = Access(agreement=agreement, holder=f"user:{user_id}", why=DEPUTISED, user_id=user_id)
    Access.objects.bulk_create([row], ignore_conflicts=True)
