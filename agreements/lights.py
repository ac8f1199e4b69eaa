"""The light of a date: green on schedule, yellow within three working days, red late; computed, never typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from agreements.models import Standing
from agreements.services import calendar
from core import clock
from core.verdicts import Wording

WARN_WITHIN = 3
"""Working days before the due day from which a light is yellow."""
_SURELY_FAR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Light:
    """A light: `kind` is ok, warn, late or none; `text` is the word beside the icon."""

    kind: str
    text: Wording


def light_for(due_on: date | None, judged: bool, today: date, standing: str = Standing.ACTIVE) -> Light:
    """Return the light of a due day as seen on a day, counted in working days.

    `judged` is False for a provisional day (a year whose calendar is not published): it is never called late. A case
    that is not active is not judged either; it shows where it stands. No due day: no light.
    """
    if standing != Standing.ACTIVE:
        return Light("none", capfirst(Standing(standing).label))
    if due_on is None or due_on == clock.FAR_AWAY:
        return Light("none", _("Nothing due now"))
    if not judged:
        return Light("ok", capfirst(pgettext("date", "provisional")))
    if due_on < today:
        late = -calendar.until(today, due_on)
        if not late:
            return Light("late", _("Late since the last working day"))
        return Light("late", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
    if due_on == today:
        return Light("warn", _("Due today"))
    if due_on - today > _SURELY_FAR or (left := calendar.until(today, due_on)) > WARN_WITHIN:
        return Light("ok", _("On schedule"))
    if not left:
        return Light("warn", _("No working day left"))
    return Light("warn", ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left})
