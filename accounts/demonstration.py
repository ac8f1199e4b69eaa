"""How a demonstration's people are told from real ones: by the basis of their posts."""

from __future__ import annotations

from accounts.models import PostHolding, User

BASIS = "演示任命"


def open_accounts() -> list[str]:
    """Return the user names of open accounts that a demonstration made; a served deployment must have none."""
    holders = PostHolding.objects.filter(basis=BASIS).values("user")
    return list(
        User.objects.filter(pk__in=holders, is_active=True).order_by("username").values_list("username", flat=True)
    )
