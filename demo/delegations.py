"""Two delegations: one that runs, one to come."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Delegation, User
from accounts.services import delegating
from core import clock
from demo.ground import People
from demo.scans import scan
from records import files


def tell(people: People) -> None:
    """A head away for training, with the unit's officer as deputy; a leader's approvals, prepared by the office."""
    _delegate(people, "consulted_head", "consulted", by="consulted_head", begins=0, days=5, reason="赴上海参加专题培训")
    _delegate(
        people,
        "vice_mayor",
        "executive_vice_mayor",
        by="general_office",
        begins=14,
        days=8,
        scope=Delegation.Scope.APPROVALS.value,
        reason="率团出访",
    )


def _delegate(
    people: People,
    holder: str,
    to: str,
    *,
    by: str,
    begins: int,
    days: int,
    reason: str,
    scope: str = Delegation.Scope.ALL.value,
) -> None:
    first = clock.today() + timedelta(days=begins)
    sent = scan("授权委托书", f"{people[holder].full_name}委托{people[to].full_name}代理")
    with files.received(sent, name=sent.name or "授权委托书") as paper:
        delegating.delegate(
            people[holder].holdings.select_related("post__unit", "user").get(),
            to_user=people[to],
            from_on=first,
            to_on=first + timedelta(days=days - 1),
            scope=scope,
            reason=reason,
            paper=paper,
            by=User.objects.get(pk=people[by].pk),
        )
