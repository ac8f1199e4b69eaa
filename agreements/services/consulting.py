"""Sending a draft for opinions (§3.2): a frozen text goes out to units, on the whole or on chosen clauses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.posts import post_in
from agreements import openings, rules
from agreements.models import Agreement, Consultation, ConsultedUnit, Standing, TextVersion
from agreements.services import access, calendar, deadlines, duties, lifecycle, texts
from core import clock
from core.errors import BadInput, NotNow
from regulation.deadlines import DEADLINES

RULE = "opinion_reply"
MOST_WORKDAYS = 250


def usual_workdays(agreement: Agreement) -> int:
    """Return the working days that the agreement's authority proposes for a reply (our own limit, settable)."""
    return deadlines.setting(agreement, RULE).amount or DEADLINES[RULE].amount


def key_of(consulted: ConsultedUnit) -> str:
    """Return the subject under which a consulted unit's deadline and to-do stand."""
    return f"consulted:{consulted.public_id}"


def send(
    agreement: Agreement,
    units: Collection[Unit],
    *,
    by: User,
    due_on: date | None = None,
    workdays: int | None = None,
    about: Collection[str] = (),
    note: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Consultation:
    """Send the working text to units for their opinion, on the whole or on the clauses named by lineage.

    The sender sets the day to reply by, or a number of working days after the day of sending; with neither, it is
    the authority's usual number. The text is frozen as the text for consultation and drafting goes on in a copy.
    Raises Refused for anyone but the lead unit's staff; BadInput without a unit, with the lead unit itself, with a day
    that is not after today, or with a clause that is not in the text; NotNow while an earlier round is unsettled.
    Second caller: NotNow, the first one's round is open.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    if not units:
        raise BadInput(_("Choose at least one unit to consult."), "§3.2")
    if any(unit.pk == agreement.lead_unit_id for unit in units):
        raise BadInput(_("The lead unit does not consult itself."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "consult", by=by)
        due_on, workdays = _day_to_reply_by(agreement, due_on, workdays, on)
        last = agreement.consultations.order_by("-round").first()
        text = texts.freeze(agreement, TextVersion.Kind.CONSULTATION, at=at)
        headings = dict(text.clauses.values_list("lineage", "heading"))
        if not headings.keys() >= set(about):
            raise BadInput(_("The form names a clause that is not in this text."), "§3.2")
        consultation = Consultation.objects.create(
            agreement=agreement,
            text=text,
            round=last.round + 1 if last else 1,
            about=[lineage for lineage in headings if lineage in about],
            note=note,
            sent_on=on,
            sent_by=by,
            due_on=due_on,
            workdays=workdays,
        )
        for unit in units:
            _ask(consultation, unit, by=by, on=on, at=at)
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
            payload={
                "round": consultation.round,
                "units": [unit.name_zh for unit in units],
                "clauses": [headings[lineage] for lineage in consultation.about],
            },
        )
        deadlines.refresh_next_due(agreement)
    return consultation


def _day_to_reply_by(
    agreement: Agreement, due_on: date | None, workdays: int | None, on: date
) -> tuple[date, int | None]:
    """Return the day to reply by and how many working days it was counted with (None: the sender named the day)."""
    if due_on is None:
        workdays = usual_workdays(agreement) if workdays is None else workdays
        if not 1 <= workdays <= MOST_WORKDAYS:
            raise BadInput(
                _("Give the units between 1 and %(most)s working days.") % {"most": MOST_WORKDAYS},
                "§3.2",
            )
        return calendar.nth(on, workdays).day, workdays
    if due_on <= on:
        raise BadInput(_("The day to reply by must lie after the day of sending."), "§3.2")
    return due_on, None


def _ask(
    consultation: Consultation, unit: Unit, *, by: User, on: date, at: datetime, about: Collection[str] = ()
) -> None:
    """Put the question on a unit's desk, with its deadline; the unit sees the agreement from here on."""
    agreement = consultation.agreement
    consulted = ConsultedUnit.objects.create(consultation=consultation, unit=unit, about=list(about))
    officer = post_in(unit, "officer")
    access.grant(agreement, "consulted", unit=unit)
    deadline = deadlines.start(
        agreement,
        RULE,
        starts_on=on,
        post=officer,
        subject_key=key_of(consulted),
        due_on=consultation.due_on,
        label=unit.name_zh,
    )
    duties.open(agreement, "give_opinion", post=officer, subject_key=key_of(consulted), deadline=deadline, by=by, at=at)


def ask_again(
    agreement: Agreement,
    text: TextVersion,
    asked: Mapping[Unit, Collection[str]],
    *,
    by: User,
    note: str,
    on: date,
    at: datetime,
) -> Consultation:
    """Ask units once more about clauses that changed after they spoke to them: each about its own, by lineage.

    The text is frozen already and stays as it is; the time to reply is the authority's usual one. The caller holds the
    lock, has asked who and when, and records the act.
    """
    last = agreement.consultations.order_by("-round").first()
    due_on, workdays = _day_to_reply_by(agreement, None, None, on)
    lineages = list(text.clauses.values_list("lineage", flat=True))
    every = {lineage for about in asked.values() for lineage in about}
    lineages += sorted(every.difference(lineages))  # a clause that went is asked about as well
    consultation = Consultation.objects.create(
        agreement=agreement,
        text=text,
        round=last.round + 1 if last else 1,
        about=[lineage for lineage in lineages if lineage in every],
        note=note,
        sent_on=on,
        sent_by=by,
        due_on=due_on,
        workdays=workdays,
    )
    for unit, about in asked.items():
        _ask(consultation, unit, by=by, on=on, at=at, about=[lineage for lineage in lineages if lineage in about])
    return consultation


def is_open(agreement: Agreement, round_: Consultation | None = None) -> bool:
    """Tell whether opinions are taken: until the draft goes to review, and in a round that an app above has opened."""
    if rules.is_open_for_preparation(agreement):
        return True
    return agreement.standing == Standing.ACTIVE and round_ is not None and openings.asks(round_)


def must_be_open(agreement: Agreement, round_: Consultation | None = None) -> None:
    """Raise NotNow where opinions are closed: the case has stopped, or the draft has gone on to review and the round is
    none that was opened since (`is_open`)."""
    if agreement.standing != Standing.ACTIVE:
        raise NotNow(
            _("The agreement is %(standing)s; opinions on its draft are closed.")
            % {"standing": agreement.get_standing_display()},
            "§3.2",
            code="opinions_closed",
        )
    if not is_open(agreement, round_):
        raise NotNow(_("The draft has gone on to review; opinions on it are closed."), "§3.2", code="opinions_closed")
