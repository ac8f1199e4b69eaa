"""A text under approval that changes: revised as a meeting resolved, and who is asked again (§3.3, §3.4)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.posts import post_in
from agreements.services import duties
from approvals.models import Revision, Run, Step

TODO_CODE = "revise"


def order(run: Run, *, step: Step, words: str, by: User, at: datetime) -> Revision:
    """Order a revision of the text under approval: a meeting passed it in principle, with `words`.

    It lies with the lead unit; until it is closed the next step does not open, and nothing is signed. The caller holds
    the lock and records the act. Second caller: the database refuses a second open revision of a run.
    """
    revision = Revision.objects.create(run=run, step=step, words=words, before=run.text, ordered_by=by, ordered_at=at)
    duties.open(
        run.agreement,
        TODO_CODE,
        post=post_in(run.agreement.lead_unit, "officer"),
        subject_key=f"revision:{revision.pk}",
        by=by,
        at=at,
    )
    return revision
