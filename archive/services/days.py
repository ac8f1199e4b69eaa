"""The legal day of an act that is entered afterwards: not in the future, not before what it rests on."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from core import clock
from core.errors import BadInput


def entered(day: date, *, at: datetime, earliest: date, article: str) -> date:
    """Return the day; raise BadInput for one after the day of entry or before `earliest`."""
    if day > clock.today(at):
        raise BadInput(_("The day lies in the future; record what has happened."), article, code="future")
    if day < earliest:
        raise BadInput(
            _("The day lies before %(day)s, when the step before was finished.") % {"day": earliest},
            article,
            code="too_early",
        )
    return day
