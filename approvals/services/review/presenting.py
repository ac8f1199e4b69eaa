"""What follows a lawful review: the General Office presents the agreement (§3.4)."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import User
from agreements.models import Agreement
from agreements.services import access, deadlines, duties
from approvals.services import changed_text
from approvals.services.routing import office_post

STEP_RULE = "approval_step"
PRESENTING = "present"


def offer_presenting(agreement: Agreement, *, by: User, on: date, at: datetime) -> None:
    """Put a reviewed agreement on the General Office's desk, to be presented within the limit of a step; the units that
    spoke to a clause which has changed since a return look at it again before."""
    changed_text.ask(agreement, by=by, on=on, at=at)
    post = office_post(agreement.authority)
    access.grant(agreement, "review", post=post)
    deadline = deadlines.start(agreement, STEP_RULE, starts_on=on, post=post, subject_key=PRESENTING)
    duties.open(agreement, PRESENTING, post=post, subject_key=PRESENTING, deadline=deadline, by=by, at=at)
