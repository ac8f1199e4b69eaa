"""What a person holds on a day: the own holdings, and those of others on which the person acts as a deputy (代)."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import OuterRef

from .delegation import Delegation, DelegationQuerySet, running
from .organisation import PostHolding

if TYPE_CHECKING:
    from .users import User


@dataclass(slots=True)
class Held:
    """Holdings of a day. `posts`: one's own, then those whose whole work one does; `approvals`: those for which one
    decides on approvals and nothing else, a copy for each delegation."""

    posts: list[PostHolding] = field(default_factory=list)
    approvals: list[PostHolding] = field(default_factory=list)


def delegated(day: date) -> DelegationQuerySet:
    """Return the delegations of the holding in the query around it whose period covers a day: whether one has effect is
    asked by `with_given`, of the few that there are, and not in every query about holdings."""
    return Delegation.objects.filter(running(day), post=OuterRef("post"), holder=OuterRef("user"))


def with_given(rows: Iterable[PostHolding], day: date) -> list[PostHolding]:
    """Return holdings, annotated with `is_delegated`, with the delegations of their work that have effect on a day;
    one query where there is any, none otherwise."""
    found = list(rows)
    lent = [row for row in found if row.is_delegated]  # type: ignore[attr-defined]
    if not lent:
        return found
    by_holding: dict[tuple[int, int], list[Delegation]] = defaultdict(list)
    given = Delegation.objects.on(day).filter(post__in={row.post_id for row in lent}).order_by("pk")
    for one in given.select_related("holder", "to_user"):
        by_holding[one.post_id, one.holder_id].append(one)
    for row in lent:
        row.given = tuple(by_holding[row.post_id, row.user_id])
    return found


def sort_out(user: User, rows: Iterable[PostHolding], day: date) -> Held:
    """Sort holdings into one's own and those held as a deputy. Where a delegation to this person lies on a holding of
    somebody else that has no effect, the holding is nobody's but its holder's."""
    held = Held()
    whole: list[PostHolding] = []
    for row in with_given(rows, day):
        if row.user_id == user.pk:
            row.user = user
            held.posts.append(row)
            continue
        for one in row.given:
            if one.to_user_id != user.pk:
                continue
            as_deputy = copy.copy(row)
            as_deputy.received, as_deputy.user = one, one.holder
            (whole if one.is_whole else held.approvals).append(as_deputy)
    held.posts += whole
    return held
