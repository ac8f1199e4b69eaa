"""Granting sight of an agreement (decision 9): by rows, with a reason, never withdrawn."""

from __future__ import annotations

from accounts.models import Post, Unit, User
from agreements.models import Access, Agreement

DRAFTED = "drafted"
SUBMITTED = "submitted"


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
    Access.objects.get_or_create(
        agreement=agreement,
        holder=f"{kind}:{target.pk}",
        why=why,
        defaults={"unit": unit, "post": post, "user": user},
    )


def worked_on(agreement: Agreement, user: User) -> bool:
    """Tell whether a person drafted or submitted the agreement: such a person neither reviews nor decides it."""
    return Access.objects.filter(agreement=agreement, holder=f"user:{user.pk}", why__in=(DRAFTED, SUBMITTED)).exists()
