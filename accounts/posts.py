"""Finding posts: who stands for a role of the regulation in an authority, and who acts in a post on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists

from accounts.models import Delegation, Portfolio, Post, PostHolding, SigningAuthority, Unit, UnitRole, User
from accounts.models.held import delegated, with_given
from accounts.models.organisation import DEPUTY, SELF, deputy_for
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


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts in a post on a day: its holder, or the deputy in the holder's place."""

    user: User
    holder: User
    delegation: Delegation | None = None

    def __str__(self) -> str:
        return deputy_for(self.user.full_name, self.holder.full_name) if self.delegation else self.user.full_name

    @property
    def capacity(self) -> str:
        """Return the capacity: `self`, or `deputy`."""
        return DEPUTY if self.delegation else SELF


def acting(held: PostHolding, *, approvals: bool = False, category: Callable[[], str] = str) -> Acting:
    """Return who does a piece of a holding's work: the deputy it is delegated to, or else the holder. Never both."""
    given = held.given_to(approvals=approvals, category=category)
    return Acting(given.to_user if given else held.user, held.user, given)


def held_with_deputies(rows: Iterable[int], day: date | None = None) -> dict[int, list[PostHolding]]:
    """Return who holds the posts on a day with an open account, by post, each with what is delegated of it.

    One query, and a second one where anything is delegated.
    """
    day = day or clock.today()
    found: dict[int, list[PostHolding]] = {}
    held = (
        PostHolding.objects.on(day)
        .filter(post_id__in=set(rows), user__is_active=True)
        .annotate(is_delegated=Exists(delegated(day)))
        .select_related("user")
        .order_by("pk")
    )
    for row in with_given(held, day):
        found.setdefault(row.post_id, []).append(row)
    return found


def actors_of(
    posts: Iterable[int],
    day: date | None = None,
    *,
    approvals: bool = False,
    category: Callable[[], str] = str,
) -> dict[int, list[Acting]]:
    """Return who acts in the posts on a day, by post: holders, or their deputies in their place.

    `approvals` asks for steps of an approval, `category` for the code of the agreement's category where that matters.
    """
    return {
        post: [acting(held, approvals=approvals, category=category) for held in rows]
        for post, rows in held_with_deputies(posts, day).items()
    }
