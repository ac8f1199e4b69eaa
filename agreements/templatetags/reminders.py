"""Reminders that stand on what they remind of: when, to whom."""

from __future__ import annotations

from typing import Any

from django import template

from agreements.models import Agreement
from agreements.services import reminding

register = template.Library()


@register.inclusion_tag("agreements/reminded.html")
def reminded(agreement: Agreement, *subject: object) -> dict[str, Any]:
    """Draw what the clock raised on a subject (its key, or the parts of it); nothing where it raised nothing."""
    return {"sent": reminding.alarms_of(agreement, ":".join(map(str, subject)))}
