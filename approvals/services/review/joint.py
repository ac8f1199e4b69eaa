"""Functional departments review what concerns them (§3.3): asked or left out with a reason, answered by a day.

Silence is shown as such and never taken for consent: the review goes on without an answer only with a written reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.posts import post_in
from agreements.models import Standing
from agreements.services import access, calendar, deadlines, duties, lifecycle, notices
from approvals import rules
from approvals.models import JointReview, LegalReview, ReviewFinding
from approvals.services.review import clock as review_clock
from approvals.services.review.common import must_be_open, must_be_the_text, require_reason
from approvals.services.review.points import FindingContent, must_be_sound, new_findings
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied

TODO_CODE = "joint_review"
RULE = "joint_review"
MOST_WORKDAYS = 60


def usual_workdays(review: LegalReview) -> int:
    """Return the working days that the authority gives a joint reviewer (our own limit, settable)."""
    return deadlines.setting(review.agreement, RULE).amount


def ask(
    review: LegalReview,
    units: Sequence[Unit],
    *,
    by: User,
    workdays: int | None = None,
    reason: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> list[JointReview]:
    """Ask units to review with the legal affairs office, by a day in working days; one that was not proposed is added
    with the reason.

    Raises BadInput without a unit, with the lead unit, without a reason for a unit that nothing proposed, or for a
    number of days out of range; NotNow when the round is closed or a unit is asked already (the second caller).
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = review.agreement
    if not units:
        raise BadInput(_("Choose at least one unit."), "§3.3")
    if any(unit.pk == agreement.lead_unit_id for unit in units):
        raise BadInput(_("The lead unit does not review its own text."), "§3.3")
    workdays = usual_workdays(review) if workdays is None else workdays
    if not 1 <= workdays <= MOST_WORKDAYS:
        raise BadInput(_("Give the unit between 1 and %(most)s working days.") % {"most": MOST_WORKDAYS}, "§3.3")
    due_on = calendar.nth(on, workdays).day
    with transaction.atomic():
        post = _enter(review, by)
        rows = [_row_for(review, unit, reason.strip()) for unit in units]
        for row in rows:
            row.state, row.asked_on, row.due_on = JointReview.State.ASKED, on, due_on
            row.save()
            _put_on_desk(row, by=by, on=on, at=at)
        _tell(review, "ask_joint", by=by, post=post, on=on, at=at, comment=reason.strip(), rows=rows, due_on=due_on)
        deadlines.refresh_next_due(agreement)
    return rows


def _row_for(review: LegalReview, unit: Unit, reason: str) -> JointReview:
    known = review.joint.exclude(state=JointReview.State.DROPPED).filter(unit=unit).first()
    if known is not None and known.state != JointReview.State.PROPOSED:
        raise NotNow(asked_already(known), "§3.3", code="asked")
    if known is None and not reason:
        raise BadInput(_("Nothing in the text led to %(unit)s: write why it is asked.") % {"unit": unit.name}, "§3.3")
    row = known or JointReview(review=review, unit=unit)
    row.reason = reason
    return row


def asked_already(row: JointReview) -> str:
    """Say to who asks a unit a second time that nobody is asked twice in a round, how the unit stands, and what may be
    done instead."""
    facts = {
        "unit": row.unit.name if row.unit else row.topic_label,
        "day": row.due_on.isoformat() if row.due_on else "",
    }
    if row.waits:
        return (
            _(
                "%(unit)s cannot be asked twice in one round: it is asked already and answers until %(day)s. Leave it "
                "out here; under “Joint reviewers” it can be urged."
            )
            % facts
        )
    return (
        _(
            "%(unit)s cannot be asked twice in one round: it is asked already and its answer is settled. Leave it out "
            "here; how it stands is read under “Joint reviewers”."
        )
        % facts
    )


def _put_on_desk(row: JointReview, *, by: User, on: date, at: datetime) -> None:
    agreement, unit = row.review.agreement, row.unit
    if unit is None:
        raise RuntimeError("a unit that is asked has a name")
    officer = post_in(unit, "officer")
    access.grant(agreement, "joint_review", unit=unit)
    deadline = deadlines.start(
        agreement, RULE, starts_on=on, post=officer, subject_key=row.key, due_on=row.due_on, label=unit.name_zh
    )
    params = {"joint": row.public_id}
    duties.open(agreement, TODO_CODE, post=officer, subject_key=row.key, deadline=deadline, by=by, at=at, params=params)


def drop(row: JointReview, *, by: User, reason: str, on: date | None = None, at: datetime | None = None) -> None:
    """Leave a proposed unit out, with the reason: it stays on the opinion of the review.

    Raises BadInput without a reason. Second caller: NotNow, the proposal is settled.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    reason = require_reason(reason)
    with transaction.atomic():
        post = _enter(row.review, by)
        row.refresh_from_db()
        if row.state != JointReview.State.PROPOSED:
            raise NotNow(
                _("This proposal is settled already: %(state)s.") % {"state": row.get_state_display()},
                "§3.3",
                code="settled",
            )
        row.state, row.reason = JointReview.State.DROPPED, reason
        row.save(update_fields=["state", "reason"])
        _tell(row.review, "drop_joint", by=by, post=post, on=on, at=at, comment=reason, rows=[row])


def go_on_without(
    row: JointReview, *, by: User, reason: str, on: date | None = None, at: datetime | None = None
) -> None:
    """Go on without the answer of a unit, with the reason; the unit may still answer while the round is open.

    Raises BadInput without a reason. Second caller: NotNow, it is no longer waited for.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    reason = require_reason(reason)
    with transaction.atomic():
        post = _enter(row.review, by)
        row.refresh_from_db()
        if not row.waits:
            raise NotNow(_("This unit is not waited for any more."), "§3.3", code="not_waiting")
        row.gone_on_because = reason
        row.save(update_fields=["gone_on_because"])
        _tell(row.review, "go_on_without", by=by, post=post, on=on, at=at, comment=reason, rows=[row])
        _last_one(row.review, on=on)


def answer(
    row: JointReview,
    *,
    by: User,
    text_sha256: str,
    findings: Sequence[tuple[str, FindingContent]] = (),
    words: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> JointReview:
    """Answer for a unit: findings, each with its point of the six and its clause, or the word that there is none.

    Raises Refused for anyone but the unit's staff, or one who worked on the case; BadInput for a finding that cannot
    be read; NotNow when the round is closed, or on another text. Second caller: NotNow, told who answered.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    review, agreement = row.review, row.review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_answer_joint(by, row)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        review.refresh_from_db()
        must_be_answerable(row)
        must_be_the_text(review.text, text_sha256)
        must_be_sound(review.text, findings)
        row.stance = JointReview.Stance.FINDINGS if findings else JointReview.Stance.NO_OBJECTION
        row.state, row.words = JointReview.State.ANSWERED, words.strip()
        row.answered_by, row.answered_post, row.answered_on = by, verdict.post, on
        row.save()
        ReviewFinding.objects.bulk_create(new_findings(review, findings, by=by, at=at, joint=row))
        deadlines.close(agreement, RULE, on=on, subject_key=row.key)
        duties.close(agreement, TODO_CODE, subject_key=row.key, by=by, at=at)
        lifecycle.act(
            agreement,
            "answer_joint",
            actor=by.actor(verdict.post),
            on=on,
            at=at,
            comment=row.words,
            text=review.text,
            payload={
                "round": review.round,
                "unit": row.unit.name_zh if row.unit else "",
                "findings": [content.body for _point, content in findings],
            },
        )
        _last_one(review, on=on)
        deadlines.refresh_next_due(agreement)
    return row


def must_be_answerable(row: JointReview) -> None:
    """Read a question again and raise NotNow where it can no longer be answered."""
    row.refresh_from_db()
    if row.review.agreement.standing != Standing.ACTIVE:
        raise NotNow(_("The agreement is stopped; nothing can be answered now."), "§3.3", code="wrong_time")
    must_be_open(row.review)
    if row.state != JointReview.State.ASKED:
        who = row.answered_by.full_name if row.answered_by else ""
        raise NotNow(
            _("The unit's answer is in already. %(who)s") % {"who": who}
            if who
            else _("The unit is not asked in this round."),
            "§3.3",
            code="answered",
        )


def urge(row: JointReview, *, by: User, at: datetime | None = None) -> None:
    """Remind a unit that has not answered; once a day, and each time is in the trail.

    Second caller on the same day: NotNow, told that it was urged.
    """
    at = at or clock.now()
    on = clock.today(at)
    with transaction.atomic():
        post = _enter(row.review, by)
        row.refresh_from_db()
        if row.state != JointReview.State.ASKED or row.unit is None or row.due_on is None:
            raise NotNow(_("This unit is not waited for any more."), "§3.3", code="not_waiting")
        if row.urged_on == on:
            raise NotNow(_("This unit was urged today already."), "§3.3", code="urged")
        row.urged_on = on
        row.save(update_fields=["urged_on"])
        notices.tell(
            "joint_urged",
            agreement=row.review.agreement,
            post=post_in(row.unit, "officer"),
            due_on=row.due_on.isoformat(),
        )
        _tell(row.review, "urge_joint", by=by, post=post, on=on, at=at, rows=[row])


def _enter(review: LegalReview, by: User) -> str:
    lifecycle.lock(review.agreement)
    post = lifecycle.check(review.agreement, "review", by=by)
    review.refresh_from_db()
    must_be_open(review)
    return post


def _last_one(review: LegalReview, *, on: date) -> None:
    """End the stop for the departments when nobody is waited for any more."""
    if not any(row.waits for row in review.joint.all()):
        review_clock.run_on(review, review_clock.DEPARTMENTS, on=on)


def _tell(
    review: LegalReview,
    code: str,
    *,
    by: User,
    post: str,
    on: date,
    at: datetime,
    rows: Sequence[JointReview],
    comment: str = "",
    due_on: date | None = None,
) -> None:
    payload: dict[str, object] = {
        "round": review.round,
        "units": [row.unit.name_zh if row.unit else row.topic for row in rows],
    }
    if due_on:
        payload["due_on"] = due_on
    lifecycle.act(
        review.agreement,
        code,
        actor=by.actor(post),
        on=on,
        at=at,
        comment=comment,
        text=review.text,
        payload=payload,
    )
