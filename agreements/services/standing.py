"""Suspending, resuming, ending (§4.3): the lead unit proposes, the government decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_of
from agreements import rules, verbs
from agreements.models import Agreement, StandingProposal
from agreements.services import deadlines, duties, lifecycle, notices
from agreements.services.drafting import tell_everyone_who_acted
from agreements.services.lifecycle import Moved
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied

SUBJECT = "standing"


def propose(
    agreement: Agreement,
    kind: str,
    *,
    by: User,
    reason: str,
    on: date | None = None,
    at: datetime | None = None,
) -> StandingProposal:
    """Propose to suspend, resume or end an agreement; it goes to the mayor's desk.

    Raises Refused for anyone but the lead unit's head, BadInput without a reason, NotNow where the machine would
    not allow it or another proposal is open.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    if not reason.strip():
        raise BadInput(_("Say why: the government decides on the reason."), "§4.3")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_lead(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        verb = verbs.get(kind)
        if not lifecycle.is_time(agreement, verb):
            raise lifecycle.not_the_time(agreement, verb)
        try:
            with transaction.atomic():
                proposal = StandingProposal.objects.create(
                    agreement=agreement, kind=kind, reason=reason, proposed_by=by, proposed_on=on
                )
        except IntegrityError as error:
            raise NotNow(
                _("Another proposal on this agreement is waiting for its decision."), "§4.3", code="proposal_open"
            ) from error
        lifecycle.act(
            agreement,
            f"propose_{kind}",
            actor=by.actor(verdict.post),
            on=on,
            at=at,
            comment=reason,
        )
        mayor = post_of(agreement.authority, "mayor")
        if mayor is not None:
            duties.open(agreement, "decide_standing", post=mayor, subject_key=SUBJECT, by=by, at=at)
    return proposal


def decide(
    agreement: Agreement,
    *,
    by: User,
    accepted: bool,
    opinion: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> StandingProposal:
    """Decide on the open proposal: accepted, it moves the standing through the door; declined, it is answered.

    Second caller: NotNow, nothing is waiting any more.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_decide_standing(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        proposal = agreement.standing_proposals.filter(decided_on=None).first()
        if proposal is None:
            raise NotNow(_("No proposal is waiting for a decision."), "§4.3", code="no_proposal")
        if not accepted and not opinion.strip():
            raise BadInput(_("Say why the proposal is declined."), "§4.3")

        def close(_locked: Agreement) -> dict[str, Any]:
            proposal.decided_by, proposal.decided_on = by, on
            proposal.accepted, proposal.opinion = accepted, opinion
            proposal.save()
            duties.close(agreement, "decide_standing", by=by, at=at)
            return {"proposal": proposal.public_id}

        if accepted:
            lifecycle.move(agreement, proposal.kind, by=by, on=on, at=at, comment=opinion, facts=close)
        else:
            payload = close(agreement)
            lifecycle.act(
                agreement,
                "decline_proposal",
                actor=by.actor(verdict.post),
                on=on,
                at=at,
                comment=opinion,
                payload=payload,
            )
        notices.tell(
            "proposal_decided",
            agreement=agreement,
            user=proposal.proposed_by,
            kind=proposal.kind,
            accepted=accepted,
            comment=opinion,
        )
    return proposal


# ---------------------------------------------------------------------- duties of the verbs


def stop_the_clock(agreement: Agreement, moved: Moved) -> None:
    """A suspended agreement's deadlines stand still; everyone who acted is told."""
    deadlines.stop_all(agreement, on=moved.on, reason=moved.event.comment[:200] or "§4.3")
    tell_everyone_who_acted(agreement, "suspended", moved)


def let_the_clock_run(agreement: Agreement, moved: Moved) -> None:
    """A resumed agreement gets back the days that fell into the stop."""
    deadlines.resume_all(agreement, on=moved.on)
    tell_everyone_who_acted(agreement, "resumed", moved)
