"""Bilingual entries of a category's edition, in templates."""

from __future__ import annotations

from django import template

from agreements.models import CategoryEdition

register = template.Library()


@register.filter
def wording(text: dict[str, str]) -> str:
    """Return a bilingual entry of an edition's body in the reader's language."""
    return CategoryEdition.wording(text)
