"""Suspending, resuming, ending (§4.3): the lead unit proposes, the government decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Post, User
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
DECIDE = "decide_standing"


def deciders(agreement: Agreement) -> list[Post]:
    """Return the posts any one of which decides on a proposal (§4.3), those the authority has."""
    found = (post_of(agreement.authority, code) for code in rules.DECIDES_STANDING)
    return [post for post in found if post is not None]


def open_proposal(agreement: Agreement) -> StandingProposal | None:
    """Return the proposal that waits for a decision, or None."""
    return agreement.standing_proposals.filter(decided_on=None).select_related("proposed_by").first()


def proposal_to_decide(agreement: Agreement) -> StandingProposal:
    """Return the proposal that waits for a decision.

    Raises NotNow where there is none, or where the agreement has ended since and nothing is left to decide.
    """
    proposal = open_proposal(agreement)
    if proposal is None:
        raise NotNow(_("No proposal is waiting for a decision."), "§4.3", code="no_proposal")
    if not agreement.is_live:
        raise lifecycle.not_the_time(agreement, verbs.get(proposal.kind))
    return proposal


def propose(
    agreement: Agreement,
    kind: str,
    *,
    by: User,
    reason: str,
    on: date | None = None,
    at: datetime | None = None,
) -> StandingProposal:
    """Propose to suspend, resume or end an agreement; it goes to the desks of all who may decide.

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
        for post in deciders(agreement):
            duties.open(agreement, DECIDE, post=post, subject_key=SUBJECT, by=by, at=at)
    return proposal


def decide(
    agreement: Agreement,
    *,
    by: User,
    accepted: bool,
    opinion: str = "",
    proposal: str | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> StandingProposal:
    """Decide on the open proposal: accepted, it moves the standing through the door; declined, it is answered.

    `proposal` is the public id of the one that was read: the decision falls on no other. Raises Refused for who may
    not decide or proposed it, NotNow where another proposal is open by now or the agreement has ended, BadInput for
    a refusal without words. Second caller: NotNow, nothing is waiting any more.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_decide_standing(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        waiting = proposal_to_decide(agreement)
        if proposal is not None and proposal != waiting.public_id:
            raise NotNow(
                _("The proposal you read has been decided; another one is waiting by now."),
                "§4.3",
                code="other_proposal",
                next_step=_("Open the decision again and read the proposal that is waiting."),
            )
        if not accepted and not opinion.strip():
            raise BadInput(_("Say why the proposal is declined."), "§4.3")

        def close(_locked: Agreement) -> dict[str, Any]:
            waiting.decided_by, waiting.decided_on = by, on
            waiting.accepted, waiting.opinion = accepted, opinion
            waiting.save()
            duties.close(agreement, DECIDE, by=by, at=at)
            return {"proposal": waiting.public_id}

        if accepted:
            lifecycle.move(agreement, waiting.kind, by=by, on=on, at=at, comment=opinion, facts=close)
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
            user=waiting.proposed_by,
            kind=waiting.kind,
            accepted=accepted,
            comment=opinion,
        )
    return waiting


# ---------------------------------------------------------------------- duties of the verbs


def stop_the_clock(agreement: Agreement, moved: Moved) -> None:
    """A suspended agreement's deadlines stand still; everyone who acted is told."""
    deadlines.stop_all(agreement, on=moved.on, reason=moved.event.comment[:200] or "§4.3")
    tell_everyone_who_acted(agreement, "suspended", moved)


def let_the_clock_run(agreement: Agreement, moved: Moved) -> None:
    """A resumed agreement gets back the days that fell into the stop."""
    deadlines.resume_all(agreement, on=moved.on)
    tell_everyone_who_acted(agreement, "resumed", moved)
