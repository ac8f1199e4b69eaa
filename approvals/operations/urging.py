"""Urging an approval on, as pages offer it (催办)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from agreements import events
from agreements.services import notices
from approvals import act_rules
from approvals.acts import RUN, Act, ActForm
from approvals.models import Run
from approvals.services import urging

from .signing_on import of_step, reason_field


class UrgeForm(ActForm):
    """Words to whoever has the step."""

    text = reason_field(
        gettext_lazy("Your words to who has it"), required=False, hint=gettext_lazy("Everybody on the case sees them.")
    )


def _under_way(user: User, run: Run) -> bool:
    return run.state == Run.State.OPEN


def _urge(run: Run, user: User, data: dict[str, Any]) -> str:
    made = urging.urge(run, by=user, **data)
    names = pgettext("between names", ", ").join(row.to_names for row in made)
    return _("Urged: %(names)s.") % {"names": names}


def _wording(params: dict[str, Any]) -> str:
    if params["due_on"]:
        words = _("%(who)s urges “%(title)s”, due on %(due_on)s. %(text)s") % params
    else:
        words = _("%(who)s urges “%(title)s”. %(text)s") % params
    return words.strip()


ACTS = (
    Act(
        "urge",
        RUN,
        gettext_lazy("Urge"),
        gettext_lazy("Whoever has it now is told at once; who urged whom and when is seen by everybody on the case."),
        "§3.4",
        UrgeForm,
        act_rules.may_urge,
        _urge,
        61,
        _under_way,
    ),
)


def register() -> None:
    """Register the words of this topic; called once, when the app is ready."""
    events.register("urge", gettext_lazy("urged who has the step"), of_step, passive=True)
    notices.register("urged", _wording)
