"""Who has the workbench open now: two people on one text see each other (own convenience, no fact of the case)."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from agreements.models import TextPresence, TextVersion
from core import clock

COUNTS_FOR = timedelta(minutes=2)
"""How long somebody counts as present after the browser last spoke."""


def note(text: TextVersion, *, by: User, clause: str = "", at: datetime | None = None) -> None:
    """Note that somebody has the workbench open, and in which clause. Second caller: the time is renewed."""
    TextPresence.objects.update_or_create(
        text=text, user=by, defaults={"clause": clause[:10], "seen_at": at or clock.now()}
    )


def leave(text: TextVersion, *, by: User) -> None:
    """Note that somebody closed the workbench. Second caller: nothing is left to remove."""
    TextPresence.objects.filter(text=text, user=by).delete()


def others(text: TextVersion, *, than: User, at: datetime | None = None) -> list[TextPresence]:
    """Return who else has the text open, in order of their names. One query."""
    since = (at or clock.now()) - COUNTS_FOR
    rows = TextPresence.objects.filter(text=text, seen_at__gte=since).exclude(user=than)
    return list(rows.select_related("user").order_by("user__full_name", "pk"))
