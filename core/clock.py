"""Time is an argument (decision 12); these are the defaults. Legal days are days in Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

FAR_AWAY = date(9999, 12, 31)
"""Stands for "no date" in columns that sort, so that no index needs NULLS LAST."""


def now() -> datetime:
    """Return the present instant, aware."""
    return timezone.now()


def today(at: datetime | None = None) -> date:
    """Return the legal day of an instant (now by default)."""
    return timezone.localtime(at or now()).date()


def start_of(day: date) -> datetime:
    """Return the first instant of a legal day."""
    return timezone.make_aware(datetime.combine(day, time.min))
