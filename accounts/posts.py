"""Finding posts: who stands for a role of the regulation in an authority."""

from __future__ import annotations

from datetime import date

from accounts.models import Portfolio, Post, PostHolding, SigningAuthority, Unit, UnitRole, User
from core import clock
from regulation.posts import POSTS


def unit_of(authority: SigningAuthority, role: str) -> Unit | None:
    """Return the unit that plays a fixed role in an authority, or None when none is named."""
    found = UnitRole.objects.filter(authority=authority, role=role).select_related("unit").first()
    return found.unit if found else None


def post_of(authority: SigningAuthority, code: str) -> Post | None:
    """Return the office post of an authority with that code (the first seat), or None."""
    return (
        Post.objects.filter(authority=authority, code=code, retired_on=None)
        .select_related("unit")
        .order_by("pk")
        .first()
    )


def post_in(unit: Unit, code: str) -> Post:
    """Return the post with that code in a unit, made on first need: every unit has an officer and a head."""
    name = POSTS[code].name
    post, _ = Post.objects.get_or_create(
        unit=unit,
        code=code,
        seat="",
        defaults={"authority_id": unit.authority_id, "name_zh": name.zh, "name_en": name.en},
    )
    return post


def post_in_charge(authority: SigningAuthority, code: str, unit: Unit, day: date | None = None) -> Post | None:
    """Return the leader's post of that kind which is in charge of a unit on a day (分管), or None."""
    found = (
        Portfolio.objects.filter(post__authority=authority, post__code=code, post__retired_on=None, unit=unit)
        .filter(pk__in=Portfolio.objects.on(day or clock.today()).values("pk"))
        .select_related("post__unit")
        .order_by("pk")
        .first()
    )
    return found.post if found else None


def holders(post: Post, day: date | None = None) -> list[User]:
    """Return who holds a post on a day and has an open account."""
    rows = (
        PostHolding.objects.on(day or clock.today())
        .filter(post=post, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    return [row.user for row in rows]
