"""The General Office looks whether everything is there before the review's clock starts (§3.3)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement
from agreements.services import access, deadlines, duties, lifecycle, texts
from agreements.services.lifecycle import Moved
from approvals.models import CompletenessCheck, LegalReview
from approvals.services.review import rounds
from approvals.services.review.common import check_of, must_be_the_text, open_supplement
from approvals.services.routing import office_post
from core import clock
from core.errors import NotNow
from core.verdicts import Gap

CHECK = "check"
RULE = "completeness"


def open_check(agreement: Agreement, moved: Moved) -> CompletenessCheck:
    """Put a submission on the General Office's desk; the office sees the case from here on."""
    last = check_of(agreement)
    text = texts.current(agreement)
    if text is None:
        raise RuntimeError("a submission freezes a text")
    check = CompletenessCheck.objects.create(
        agreement=agreement, text=text, round=last.round + 1 if last else 1, opened_on=moved.on
    )
    access.grant(agreement, "review", post=office_post(agreement.authority))
    put_on_desk(check, by=moved.by, on=moved.on, at=moved.at, starts=True)
    return check


def put_on_desk(check: CompletenessCheck, *, by: User, on: date, at: datetime, starts: bool = False) -> None:
    """Open the General Office's to-do, with the limit that starts now or that ran before the supplement."""
    agreement = check.agreement
    post = office_post(agreement.authority)
    if starts:
        deadline = deadlines.start(agreement, RULE, starts_on=on, post=post, subject_key=check.key)
    else:
        deadline = agreement.deadlines.get(rule=RULE, subject_key=check.key, closed_on=None)
    duties.open(agreement, CHECK, post=post, subject_key=check.key, deadline=deadline, by=by, at=at)


def must_be_open(check: CompletenessCheck) -> None:
    """Raise NotNow for a check that has ended, and say who ended it."""
    if not check.is_open:
        who = check.checked_by.full_name if check.checked_by else ""
        raise NotNow(
            _("The completeness check is %(state)s already. %(who)s")
            % {"state": check.get_state_display(), "who": who},
            "§3.3",
            code="check_closed",
        )


def must_have_everything(agreement: Agreement) -> None:
    """Raise NotNow while the lead unit still has to send a supplement."""
    supplement = open_supplement(agreement)
    if supplement is not None:
        raise NotNow(
            _("Supplement %(number)s is still outstanding.") % {"number": supplement.number},
            "§3.3",
            gaps=[Gap(item.what, "§3.3", code="supplement") for item in supplement.items.all() if not item.is_answered],
            code="supplement",
            next_step=_("Wait until the lead unit has sent what is missing."),
        )


def declare_complete(
    check: CompletenessCheck,
    *,
    by: User,
    text_sha256: str,
    words: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> LegalReview:
    """Say that everything is there: the review begins, and its clock.

    `text_sha256` is the hash of the text that was shown. Raises NotNow while a supplement is outstanding or when the
    check is on another text. Second caller: NotNow, told who closed the check.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = check.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, CHECK, by=by)
        check.refresh_from_db()
        must_be_open(check)
        must_be_the_text(check.text, text_sha256)
        must_have_everything(agreement)
        check.state, check.closed_on, check.checked_by = CompletenessCheck.State.COMPLETE, on, by
        check.save(update_fields=["state", "closed_on", "checked_by"])
        deadlines.close(agreement, RULE, on=on, subject_key=check.key)
        duties.close(agreement, CHECK, subject_key=check.key, by=by, at=at)
        lifecycle.act(
            agreement,
            "check_complete",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=words.strip(),
            text=check.text,
            payload={"round": check.round},
        )
        review = rounds.open_round(agreement, check.text, by=by, on=on, at=at)
        deadlines.refresh_next_due(agreement)
    return review
