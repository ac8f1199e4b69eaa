"""Telling both sides of a delegation that it was made, began or ended (委托代理); the work itself moves by the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Delegation
from agreements.models import ToDo
from agreements.services import notices


def tell(delegation: Delegation, what: str) -> None:
    """Tell the deputy and the holder; whoever made or ended it is not told of the own act."""
    by = {"made": delegation.made_by_id, "ended": delegation.ended_by_id}.get(what)
    count = ToDo.objects.lying_under(delegation).count()
    for user in (delegation.to_user, delegation.holder):
        if user.pk == by:
            continue
        notices.tell(
            f"delegation_{what}",
            user=user,
            post=None,
            of_post=delegation.post.title,
            holder=delegation.holder.full_name,
            deputy=delegation.to_user.full_name,
            from_on=delegation.from_on.isoformat(),
            to_on=delegation.to_on.isoformat(),
            count=count,
            because=delegation.why_ended,
        )


def _words(params: dict[str, Any]) -> dict[str, Any]:
    days = {name: date_format(date.fromisoformat(params[name])) for name in ("from_on", "to_on")}
    because = _(" (%(because)s)") % params if params["because"] else ""
    return {**params, **days, "why": because}


def register() -> None:
    """Say how these notices are worded."""
    for code, wording in (
        ("made", lambda p: _("%(deputy)s acts for %(holder)s (%(of_post)s) from %(from_on)s to %(to_on)s") % p),
        (
            "began",
            lambda p: (
                _("%(deputy)s now acts for %(holder)s (%(of_post)s) until %(to_on)s; open matters: %(count)s") % p
            ),
        ),
        (
            "ended",
            lambda p: _("The delegation to %(deputy)s for %(holder)s (%(of_post)s) was ended%(why)s") % p,
        ),
        (
            "over",
            lambda p: _("%(deputy)s no longer acts for %(holder)s (%(of_post)s)%(why)s; open matters: %(count)s") % p,
        ),
    ):
        notices.register(f"delegation_{code}", lambda params, wording=wording: wording(_words(params)))  # type: ignore[misc]
