"""Saying on a page in whose place the reader acts."""

from __future__ import annotations

from django import template
from django.template import Context

from accounts.models import Post

register = template.Library()


@register.simple_tag(takes_context=True)
def acting_in(context: Context, post: Post | None) -> str:
    """Return a post as the reader's signature would bear it where the reader acts in it as a deputy; else blank."""
    user = context["request"].user
    held = [one for one in user.deputises_today if post is not None and one.post_id == post.pk]
    return held[0].title if held else ""
