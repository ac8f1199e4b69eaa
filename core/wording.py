"""Bilingual records of the regulation in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from regulation.records import Text


def say(text: Text) -> str:
    """Return a wording of the regulation in the language of the present reader."""
    return text.in_language(get_language())
