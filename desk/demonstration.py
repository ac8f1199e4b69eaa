"""Whether the data on show are invented: a demonstration says so on every page."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _


def note() -> str:
    """Return the note of a demonstration, or nothing: the demo writes its accounts into the data folder."""
    if not settings.DEMO_ALLOWED or not (settings.DATA_DIR / "accounts.json").exists():
        return ""
    return _(
        "Demonstration: agreements, dates and people are invented; tasks and projects are taken from the plan "
        "发改振兴〔2018〕437号."
    )
