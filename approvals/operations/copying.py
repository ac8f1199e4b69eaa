"""Copying an approval to others, as pages offer it (抄送)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from agreements import events, verbs
from agreements.forms.posts import PostsField
from agreements.services import notices
from approvals import act_rules
from approvals.acts import RUN, Act, ActForm
from approvals.models import Copy, Run
from approvals.services import choosing, copying

from .signing_on import reason_field


class CopyForm(ActForm):
    """Who is to read it, and why."""

    posts = PostsField(label=gettext_lazy("Copy to"))
    reason = reason_field(
        gettext_lazy("Why they get it"), required=False, hint=gettext_lazy("It may stay empty; they read it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posts"].offer(  # type: ignore[attr-defined]
            partial(choosing.for_copying, self.subject), first=partial(choosing.asked_lately, self.user, self.subject)
        )


def _copy(run: Run, user: User, data: dict[str, Any]) -> str:
    made = copying.copy_to(run, by=user, **data)
    names = pgettext("between names", ", ").join(row.post.title for row in made if row.post)
    return _("Copied to: %(posts)s.") % {"posts": names}


def _to(payload: dict[str, Any]) -> str:
    names = pgettext("between names", ", ").join(payload["posts"])
    if "rule" not in payload:
        return names
    return _("%(posts)s (by rule: %(rule)s)") % {"posts": names, "rule": Copy.Rule(payload["rule"]).label}


ACTS = (
    Act(
        "copy-to",
        RUN,
        gettext_lazy("Copy to others"),
        gettext_lazy("They may read the case and have nothing to do; when they have read it is seen. It stays."),
        "§3.4",
        CopyForm,
        act_rules.may_copy,
        _copy,
        60,
    ),
)


def register() -> None:
    """Register the words of this topic, and the copies by rule; called once, when the app is ready."""
    events.register("copy_to", gettext_lazy("copied the approval to others"), _to, passive=True)
    notices.register("copied", lambda p: _("%(who)s copied the approval of “%(title)s” to you, to read") % p)
    verbs.add_duties("approve", copying.copy_by_rule)
