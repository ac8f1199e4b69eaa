"""Summary and evaluation (§4.3): at the end of the term, or every three years; the proposal is decided on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in, post_of
from agreements.models import Agreement, Deadline
from agreements.services import deadlines, duties, lifecycle, notices
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from followup import rules
from followup.models import Evaluation
from followup.services import breakdown, duedays, standing

OPENS_DAYS_BEFORE = 90
"""How long before the end of the term, or before the day of a review, the evaluation may be filed. Our own limit."""


def waiting(agreement: Agreement) -> Evaluation | None:
    """Return the evaluation that waits for its decision, or None."""
    return agreement.evaluations.filter(accepted=None).select_related("filed_by").first()


def opens_on(deadline: Deadline) -> date:
    """Return the first day on which the evaluation of a deadline may be filed."""
    reference = deadline.starts_on if deadline.rule == duedays.EXPIRY else deadline.due_on
    return reference - timedelta(days=OPENS_DAYS_BEFORE)


def must_be_open(agreement: Agreement, *, on: date) -> Deadline:
    """Return the deadline an evaluation answers; raise NotNow while there is none to file."""
    standing.must_be_in_force(agreement)
    if filed := waiting(agreement):
        raise NotNow(
            _("%(who)s has filed an evaluation; it waits for its decision.") % {"who": filed.filed_by.full_name},
            "§4.3",
            code="evaluation_waiting",
        )
    deadline = duedays.open_evaluation(agreement)
    if deadline is None:
        raise NotNow(_("No evaluation is due on this agreement."), "§4.3", code="no_evaluation")
    if on < (first := opens_on(deadline)):
        raise NotNow(
            _("The evaluation sums up the whole term; it can be filed from %(day)s on.") % {"day": first},
            "§4.3",
            code="too_early",
            next_step=_("To end or suspend an agreement before that, the lead unit proposes it with its reason."),
        )
    return deadline


def file(
    agreement: Agreement,
    *,
    by: User,
    execution: str,
    economic_effect: str,
    social_effect: str,
    proposal: str,
    on: date | None = None,
    at: datetime | None = None,
) -> Evaluation:
    """File the evaluation with its proposal to upgrade, continue or end; it goes to the General Office.

    Raises Refused for anyone but the head of the lead unit; BadInput without words or a proposal; NotNow before its
    time, while the agreement is not in force, and for the second caller.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_sign_off(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        deadline = must_be_open(agreement, on=on)
        if not (execution.strip() and economic_effect.strip() and social_effect.strip()):
            raise BadInput(_("Evaluate the execution, the economic and the social effect."), "§4.3")
        if proposal not in Evaluation.Proposal.values:
            raise BadInput(_("Choose a proposal: upgrade, continue or end."), "§4.3")
        last = agreement.evaluations.aggregate(last=Max("number"))["last"] or 0
        row = Evaluation.objects.create(
            agreement=agreement,
            kind=Evaluation.Kind.EXPIRY if deadline.rule == duedays.EXPIRY else Evaluation.Kind.THREE_YEAR,
            number=last + 1,
            execution=execution,
            economic_effect=economic_effect,
            social_effect=social_effect,
            proposal=proposal,
            filed_by=by,
            filed_on=on,
            filed_at=at,
        )
        deadlines.close(agreement, deadline.rule, subject_key=duedays.SUBJECT, on=on, because="filed")
        duties.close(agreement, "evaluate", by=by, at=at)
        lifecycle.act(
            agreement,
            "file_evaluation",
            actor=by.actor(verdict.post),
            on=on,
            at=at,
            comment=execution,
            payload={"kind": row.kind, "proposal": proposal},
        )
        office = post_of(agreement.authority, "general_office")
        if office is not None:
            duties.open(agreement, "decide_evaluation", post=office, subject_key=duedays.SUBJECT, by=by, at=at)
        deadlines.refresh_next_due(agreement)
    return row


def decide(
    agreement: Agreement,
    *,
    by: User,
    evaluation: str,
    accepted: bool,
    remark: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Evaluation:
    """Decide on the evaluation that waits: ended or upgraded, the agreement is concluded; continued, it runs on.

    `evaluation` is the public id of the one that was shown; NotNow when another one waits.
    A continued agreement is reviewed again three years after the filing. Declined, the evaluation goes back with its
    reason and the earlier day. Raises Refused for anyone but the General Office, and for who worked on the case;
    BadInput for a refusal without words; NotNow where the machine does not allow it, and for the second caller.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_decide_evaluation(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        standing.must_be_in_force(agreement)
        row = waiting(agreement)
        if row is None:
            raise NotNow(_("No evaluation is waiting for a decision."), "§4.3", code="no_evaluation")
        if evaluation != row.public_id:
            raise NotNow(
                _("The evaluation you were shown is not the one that waits for a decision."),
                "§4.3",
                code="other_evaluation",
                next_step=_("Open the page again and read the evaluation that waits now."),
            )
        if not accepted and not remark.strip():
            raise BadInput(_("Say why the evaluation is declined."), "§4.3")

        def write(_locked: Agreement) -> dict[str, Any]:
            row.accepted, row.decided_by, row.decided_on = accepted, by, on
            row.decided_at, row.remark = at, remark
            row.save(update_fields=["accepted", "decided_by", "decided_on", "decided_at", "remark"])
            duties.close(agreement, "decide_evaluation", by=by, at=at)
            return {"proposal": row.proposal, "accepted": accepted}

        if accepted and row.proposal in Evaluation.ENDING:
            lifecycle.move(agreement, "conclude", by=by, on=on, at=at, comment=remark, facts=write)
        else:
            payload = write(agreement)
            lifecycle.act(
                agreement,
                "accept_evaluation" if accepted else "decline_evaluation",
                actor=by.actor(verdict.post),
                on=on,
                at=at,
                comment=remark,
                payload=payload,
            )
            if accepted:
                duedays.start_evaluation(agreement, duedays.THREE_YEAR, starts_on=row.filed_on)
                breakdown.go_on(agreement, on=on)
            else:
                _ask_again(agreement, row, by=by, at=at, remark=remark)
            deadlines.refresh_next_due(agreement)
        notices.tell(
            "evaluation_decided",
            agreement=agreement,
            user=row.filed_by,
            accepted=accepted,
            proposal=row.proposal,
            remark=remark,
        )
    return row


def _ask_again(agreement: Agreement, row: Evaluation, *, by: User, at: datetime, remark: str) -> None:
    """Start the clock of a declined evaluation again, to the day it had, and put it back on the head's desk."""
    rule = duedays.EXPIRY if row.kind == Evaluation.Kind.EXPIRY else duedays.THREE_YEAR
    earlier = Deadline.objects.filter(agreement=agreement, rule=rule, subject_key=duedays.SUBJECT).latest("pk")
    head = post_in(agreement.lead_unit, "unit_head")
    deadline = deadlines.start(
        agreement,
        rule,
        starts_on=earlier.starts_on,
        post=head,
        subject_key=duedays.SUBJECT,
        due_on=earlier.due_on if earlier.due_set else None,
    )
    duties.open(
        agreement,
        "evaluate",
        post=head,
        subject_key=duedays.SUBJECT,
        deadline=deadline,
        by=by,
        at=at,
        params={"returned": remark},
    )
