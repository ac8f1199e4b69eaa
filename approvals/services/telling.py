"""Who is told of what happens to an approval: whoever acted, and whoever was asked and is not any more (§3.4)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Post, User
from agreements.models import Agreement
from agreements.services import notices
from agreements.services.drafting import tell_everyone_who_acted
from agreements.services.lifecycle import Moved
from approvals.models import Assignment, Run
from approvals.services.taking import Closed, Sheet

NOT_ASKED, TAKEN_BACK, RUN_ENDED = "step_not_asked", "step_taken_back", "run_terminated"


def not_asked(agreement: Agreement, sheets: Iterable[Sheet], *, by: User, reason: str) -> None:
    """Tell the posts that were asked beside somebody who sent the text back: nothing lies with them any more."""
    posts([sheet.post_id for sheet in sheets if sheet.opened], NOT_ASKED, agreement, by=by, reason=reason)


def posts(ids: Iterable[int], code: str, agreement: Agreement, *, by: User, reason: str) -> None:
    """Tell posts something about an agreement, once each; no query where there are none."""
    found = set(ids)
    for post in Post.objects.filter(pk__in=found) if found else ():
        notices.tell(code, agreement=agreement, post=post, who=by.full_name, comment=reason)


def run_ended(agreement: Agreement, moved: Moved) -> None:
    """Tell everyone who acted, and every post that was asked when the approval was ended: duty of `terminate_run`."""
    tell_everyone_who_acted(agreement, RUN_ENDED, moved)
    run = Run.objects.filter(agreement=agreement, state=Run.State.TERMINATED).latest("pk")
    asked = Assignment.objects.filter(step__run=run, closed_because=Closed.ENDED).exclude(opened_at=None)
    posts(asked.values_list("post_id", flat=True), RUN_ENDED, agreement, by=moved.by, reason=moved.event.comment)
