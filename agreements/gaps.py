"""Gaps that somebody else mends: their link leads only whom it does not refuse, others read with whom it lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import Post, User
from agreements import verbs
from agreements.models import Agreement
from agreements.pages import title_of
from agreements.services import lifecycle
from core.verdicts import Gap


def mended_by(gap: Gap, agreement: Agreement, code: str, post: Callable[[], Post | None]) -> Gap:
    """Return a gap whose link stands for who may do a verb now; everybody else is told that it lies with a post, and
    with whom. Who may is asked when the gap is drawn, for a gap does not know its reader."""
    verb = verbs.get(code)

    def open_to(user: User) -> bool:
        return lifecycle.is_time(agreement, verb) and bool(verb.may(user, agreement))

    return replace(gap, open_to=open_to, lies_with=lambda: lies_with(post()))


def lies_with(post: Post | None) -> str:
    """Say to who cannot mend a gap with which post it lies, and with whom; blank where there is no such post."""
    who = title_of(post)
    return _("It lies with %(who)s; ask there.") % {"who": who} if who else ""
