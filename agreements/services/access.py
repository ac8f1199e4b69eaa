"""Granting sight of an agreement (decision 9): by rows, with a reason, never withdrawn."""

from __future__ import annotations

from collections.abc import Collection

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


def workers(agreement: Agreement) -> frozenset[int]:
    """Return the persons who drafted or submitted the agreement. A page that asks many rights about one agreement puts
    them on it once (`Agreement.workers`); whoever takes the lock asks anew."""
    return frozenset(of_workers(agreement).values_list("user", flat=True))


def worked_on(agreement: Agreement, user: User, principal: int | None = None) -> bool:
    """Tell whether a person drafted or submitted the agreement, or the one in whose place a deputy acts: a delegation
    is no disguise for own work."""
    return any_worked(agreement, [key for key in (user.pk, principal) if key])


def any_worked(agreement: Agreement, users: Collection[int]) -> bool:
    """Tell whether one of the persons drafted or submitted the agreement."""
    if agreement.workers is not None:
        return not agreement.workers.isdisjoint(users)
    return of_workers(agreement).filter(user__in=users).exists()


def keep_for_deputy(agreement: Agreement, user_id: int) -> None:
    """Let a deputy who acted see the case after the delegation has ended: who handled it keeps sight of it."""
    row = Access(agreement=agreement, holder=f"user:{user_id}", why=DEPUTISED, user_id=user_id)
    Access.objects.bulk_create([row], ignore_conflicts=True)
