"""Opinions (§3.2): a frozen text goes out to units, they answer, each opinion is answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.posts import post_in
from agreements import blockers, rules
from agreements.models import Agreement, Consultation, ConsultedUnit, Opinion, OpinionAnswer, Standing, TextVersion
from agreements.services import access, deadlines, duties, lifecycle, notices, texts
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied

RULE = "opinion_reply"


def send(
    agreement: Agreement,
    units: Collection[Unit],
    *,
    by: User,
    due_on: date,
    note: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Consultation:
    """Send the working text to units for their opinion until a day the sender sets (our own limit).

    The text is frozen as the text for consultation and drafting goes on in a copy. Raises BadInput without a unit,
    with the lead unit itself, or with a day that is not after today; NotNow while an earlier round is unsettled.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    if not units:
        raise BadInput(_("Choose at least one unit to consult."), "§3.2")
    if due_on <= on:
        raise BadInput(_("The day to reply by must lie after the day of sending."), "§3.2")
    if any(unit.pk == agreement.lead_unit_id for unit in units):
        raise BadInput(_("The lead unit does not consult itself."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "consult", by=by)
        last = agreement.consultations.order_by("-round").first()
        text = texts.freeze(agreement, TextVersion.Kind.CONSULTATION, at=at)
        consultation = Consultation.objects.create(
            agreement=agreement,
            text=text,
            round=last.round + 1 if last else 1,
            note=note,
            sent_on=on,
            sent_by=by,
            due_on=due_on,
        )
        for unit in units:
            consulted = ConsultedUnit.objects.create(consultation=consultation, unit=unit)
            officer = post_in(unit, "officer")
            access.grant(agreement, "consulted", unit=unit)
            key = f"consulted:{consulted.public_id}"
            deadline = deadlines.start(
                agreement, RULE, starts_on=on, post=officer, subject_key=key, due_on=due_on, label=unit.name_zh
            )
            duties.open(agreement, "give_opinion", post=officer, subject_key=key, deadline=deadline, by=by, at=at)
        texts.carry_forward(text, by=by, at=at)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "consult",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=note,
            text=text,
            payload={"round": consultation.round, "units": [unit.name_zh for unit in units]},
        )
        deadlines.refresh_next_due(agreement)
    return consultation


def may_still_reply(consulted: ConsultedUnit) -> None:
    """Raise NotNow when a unit has replied already (told who did) or the draft has gone on to review."""
    if earlier := Opinion.objects.filter(consulted=consulted).select_related("given_by").first():
        raise NotNow(
            _("%(who)s has already given the opinion of this unit.") % {"who": earlier.given_by.full_name},
            "§3.2",
            code="already_replied",
        )
    _must_be_open(consulted.consultation.agreement)


def _must_be_open(agreement: Agreement) -> None:
    if agreement.standing != Standing.ACTIVE:
        raise NotNow(
            _("The agreement is %(standing)s; opinions on its draft are closed.")
            % {"standing": agreement.get_standing_display()},
            "§3.2",
            code="opinions_closed",
        )
    if not rules.is_open_for_preparation(agreement):
        raise NotNow(_("The draft has gone on to review; opinions on it are closed."), "§3.2", code="opinions_closed")


def reply(
    consulted: ConsultedUnit,
    *,
    by: User,
    stance: str,
    body: str = "",
    proposed_wording: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Opinion:
    """Give a unit's opinion. Late opinions are taken and marked so. Second caller: NotNow, told who replied."""
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = consulted.consultation.agreement
    if stance == Opinion.Stance.OBJECTION and not body.strip():
        raise BadInput(_("Write the opinion: an objection without words cannot be answered."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_reply(by, consulted)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        may_still_reply(consulted)
        opinion = Opinion.objects.create(
            consulted=consulted,
            stance=stance,
            body=body,
            proposed_wording=proposed_wording,
            given_by=by,
            given_on=on,
            given_at=at,
            is_late=on > consulted.consultation.due_on,
        )
        key = f"consulted:{consulted.public_id}"
        deadlines.close(agreement, RULE, subject_key=key, on=on)
        duties.close(agreement, "give_opinion", subject_key=key, by=by, at=at)
        lifecycle.act(
            agreement,
            "give_opinion",
            actor=by.actor(verdict.post),
            on=on,
            at=at,
            comment=body,
            text=consulted.consultation.text,
            payload={"unit": consulted.unit.name_zh, "stance": stance},
        )
        lead = post_in(agreement.lead_unit, "officer")
        if stance == Opinion.Stance.OBJECTION:
            duties.open(
                agreement,
                "answer_opinions",
                post=lead,
                subject_key=f"consultation:{consulted.consultation_id}",
                by=by,
                at=at,
            )
        notices.tell("opinion_given", agreement=agreement, post=lead, unit=consulted.unit.name_zh)
        deadlines.refresh_next_due(agreement)
    return opinion


def answer(
    opinion: Opinion,
    *,
    by: User,
    adoption: str,
    reason: str = "",
    at: datetime | None = None,
) -> OpinionAnswer:
    """Answer an opinion: adopted, in part, or not; a reason is required unless it is adopted whole.

    The unit is told. Raises NotNow where the draft is closed, as for giving an opinion. Second caller: NotNow.
    """
    at = at or clock.now()
    agreement = opinion.consulted.consultation.agreement
    if adoption != OpinionAnswer.Adoption.ADOPTED and not reason.strip():
        raise BadInput(_("Say why the opinion is not adopted, or which part is."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        _must_be_open(agreement)
        try:
            with transaction.atomic():
                row = OpinionAnswer.objects.create(
                    opinion=opinion, adoption=adoption, reason=reason, answered_by=by, answered_at=at
                )
        except IntegrityError as error:
            raise NotNow(_("This opinion has been answered already."), "§3.2", code="already_answered") from error
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "answer_opinion",
            actor=by.actor(verdict.post),
            on=clock.today(at),
            at=at,
            comment=reason,
            payload={"unit": opinion.consulted.unit.name_zh, "adoption": adoption},
        )
        notices.tell(
            "opinion_answered",
            agreement=agreement,
            post=post_in(opinion.consulted.unit, "officer"),
            adoption=adoption,
            reason=reason,
        )
        _waiting, unanswered = blockers.consultation_state(opinion.consulted.consultation)
        if not unanswered:
            duties.close(
                agreement,
                "answer_opinions",
                subject_key=f"consultation:{opinion.consulted.consultation_id}",
                by=by,
                at=at,
            )
    return row
