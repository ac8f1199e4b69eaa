"""Copies (抄送) as their readers have them: which came to a person, and that they were read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from approvals.models import Copy
from core import clock


def copied_to(user: User) -> QuerySet[Copy]:
    """Return what was copied to a person or to a post held."""
    return Copy.objects.filter(Q(user=user) | Q(post_id__in=user.post_ids))


def acknowledge(user: User, public_ids: Collection[str], *, at: datetime | None = None) -> int:
    """Mark copies that came to a person as read; return how many. Second caller: the first reader stands."""
    rows = copied_to(user).filter(public_id__in=public_ids, read_at=None)
    return rows.update(read_at=at or clock.now(), read_by=user)
