"""Small readings of rows for the desk's templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from core import clock
from core.templatetags.face import day, day_short
from core.wording import say
from regulation.deadlines import DEADLINES

register = template.Library()

WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


@register.filter
def weekday(of: date) -> str:
    """Return the short name of a day of the week, as calendars of offices write it."""
    return str(WEEKDAYS[of.weekday()])


@register.simple_tag
def day_near(value: date) -> SafeString:
    """Draw a legal day without its year while it is this year's."""
    return day_short(value) if value.year == clock.today().year else day(value)


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
