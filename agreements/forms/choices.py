"""Choices of the regulation's vocabularies, worded when a form is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from core.wording import say
from regulation.records import Code

Choices = list[tuple[str, str]]


def of(vocabulary: Mapping[str, Code], *, empty: bool = False) -> Callable[[], Choices]:
    """Return the choices of a vocabulary in the reader's language, asked anew by each form."""

    def choices() -> Choices:
        rows = [(entry.code, say(entry.name)) for entry in vocabulary.values()]
        return [("", _("Please choose")), *rows] if empty else rows

    return choices


def explained(vocabulary: Mapping[str, Code]) -> Callable[[], Choices]:
    """Return the choices of a vocabulary, each with the note that says what it means."""

    def choices() -> Choices:
        return [
            (entry.code, _("%(name)s: %(note)s") % {"name": say(entry.name), "note": say(entry.note)})
            if entry.note
            else (entry.code, say(entry.name))
            for entry in vocabulary.values()
        ]

    return choices
