"""Small readings of rows for the desk's templates."""

from __future__ import annotations

from typing import Any

from django import template

from agreements.models import Agreement
from core import clock
from core.wording import say
from regulation.deadlines import DEADLINES

register = template.Library()


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """Return the entry of a mapping, or nothing."""
    return mapping.get(key)


@register.filter
def days_here(agreement: Agreement) -> int:
    """Return the calendar days an agreement has spent at its station."""
    return max((clock.today() - agreement.station_since).days, 0)


@register.filter
def deadline_name(rule: str) -> str:
    """Return the name of a deadline rule in the reader's language."""
    return say(DEADLINES[rule].name)


@register.simple_tag(takes_context=True)
def without_filter(context: dict[str, Any], name: str) -> str:
    """Return the address of the list without one of its filters, at the first page."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    query.pop("page", None)
    return f"?{query.urlencode()}"
