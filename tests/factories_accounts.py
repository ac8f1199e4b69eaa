"""Delegations, made through the service."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Delegation, PostHolding, User
from accounts.services import delegating
from core import clock
from records import files
from tests.factories import fresh, paper


def holding_of(user: User, code: str = "") -> PostHolding:
    """Return the first own holding of a person, of a post with that code where one is named."""
    rows = user.holdings.select_related("post__unit", "post__authority", "user").order_by("pk")
    return (rows.filter(post__code=code) if code else rows)[0]


def delegate(
    holder: User,
    to_user: User,
    *,
    by: User | None = None,
    code: str = "",
    begins: int = 0,
    days: int = 10,
    scope: str = "all",
    categories: tuple[str, ...] = (),
    at: datetime | None = None,
    **facts: Any,
) -> Delegation:
    """Delegate a person's work from so many days from now on, for so many days; by the holder where nobody is named."""
    first: date = clock.today(at) + timedelta(days=begins)
    sent = paper("授权委托书.png")
    with files.received(sent, name=str(sent.name)) as upload:
        return delegating.delegate(
            facts.pop("held", None) or holding_of(holder, code),
            to_user=to_user,
            from_on=facts.pop("from_on", first),
            to_on=facts.pop("to_on", first + timedelta(days=days - 1)),
            scope=scope,
            categories=categories,
            reason=facts.pop("reason", "出国访问"),
            paper=facts.pop("paper", upload),
            by=fresh(by or holder),
            at=at,
        )
