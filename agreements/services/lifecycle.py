"""The door: the only place that calls a transition and saves the agreement (decision 1).

Always in this order, in one transaction: lock and re-read → may this person → is it the time → is everything there
→ move and save → event → duties → signal. Notices and jobs leave after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed, can_proceed

from accounts.models import User
from accounts.models.organisation import DEPUTY
from agreements import verbs
from agreements.models import Agreement, Standing, TextVersion
from agreements.services import access, deadlines
from agreements.signals import agreement_moved
from core import clock
from core.errors import NotNow, Refused
from core.verdicts import Allowed, Denied
from records import trail
from records.models import Event

Facts = Callable[[Agreement], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened: the verb, by whom, from where to where, on which legal day, recorded as which event."""

    verb: str
    by: User
    on: date
    at: datetime
    source: str
    target: str
    event: Event


def lock(agreement: Agreement) -> None:
    """Lock the agreement's row for this transaction and re-read it in place.

    On SQLite the immediate transaction is the lock. Second caller: waits, then sees what the first one did.
    """
    agreement.workers = None
    agreement.refresh_from_db(from_queryset=Agreement.objects.select_for_update(of=("self",)))


@contextmanager
def acting(agreement: Agreement, verdict: Allowed) -> Iterator[None]:
    """Let the door know, for one act under the lock, in which post and capacity somebody acts whom the rule of that act
    has allowed already; the machine and the gaps are asked as ever."""
    agreement.acted_as = verdict
    try:
        yield
    finally:
        agreement.acted_as = None


def not_the_time(agreement: Agreement, verb: verbs.Verb) -> NotNow:
    """Return the error for a verb at the wrong station or standing, in words."""
    if agreement.standing != Standing.ACTIVE:
        where = _("The agreement is %(standing)s.") % {"standing": agreement.get_standing_display()}
    else:
        where = _("The agreement is at the station “%(station)s”.") % {"station": agreement.get_station_display()}
    return NotNow(
        _("“%(verb)s” is not possible now. %(where)s") % {"verb": verb.label, "where": where},
        verb.article,
        code="wrong_time",
        next_step=_("Open the agreement again: somebody may have acted in the meantime."),
    )


def is_time(agreement: Agreement, verb: verbs.Verb) -> bool:
    """Tell whether the machine (or, for an act without a transition, the station) allows the verb now."""
    if verb.transition:
        return bool(can_proceed(getattr(agreement, verb.transition)))
    return agreement.station in verb.stations and agreement.standing == Standing.ACTIVE


def check(agreement: Agreement, code: str, *, by: User, on: date | None = None) -> str:
    """Ask the three questions of a verb in their order; return the post and capacity it is done in.

    Raises Refused (403) or NotNow (409, with every gap). Used by the door, and by services whose verb moves no
    station, inside their own transaction after `lock`. Gaps that depend on a day are judged by the legal day `on`.
    """
    verb = verbs.get(code)
    agreement.acted_on = on
    verdict = verb.may(by, agreement)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    if not is_time(agreement, verb):
        raise not_the_time(agreement, verb)
    if gaps := verb.gaps(agreement):
        raise NotNow(
            _("“%(verb)s” has to wait: %(count)s point(s) are missing.") % {"verb": verb.label, "count": len(gaps)},
            verb.article,
            gaps=gaps,
            code="incomplete",
            next_step=_("Complete the points below, then try again."),
        )
    return verdict.post


def move(
    agreement: Agreement,
    code: str,
    *,
    by: User,
    on: date | None = None,
    at: datetime | None = None,
    comment: str = "",
    facts: Facts | None = None,
    text: TextVersion | None = None,
) -> Moved:
    """Carry out a verb that moves the machine.

    `facts` writes the rows that belong to the act (inside the transaction, after the three questions) and returns
    what the event keeps of them. `on` is the legal day, `at` the instant of entry. Second caller: NotNow, told
    where the agreement is now.
    """
    verb = verbs.get(code)
    at = at or clock.now()
    on = on or clock.today(at)
    with transaction.atomic():
        lock(agreement)
        post = check(agreement, code, by=by, on=on)
        source = _state(agreement)
        payload = (facts(agreement) if facts else None) or {}
        try:
            getattr(agreement, verb.transition)(on=on)
            agreement.version += 1
            agreement.save()
        except (TransitionNotAllowed, ConcurrentTransition) as error:
            raise not_the_time(agreement, verb) from error
        target = _state(agreement)
        actor = by.actor(post, agreement.acted_as.capacity) if agreement.acted_as else by.actor(post)
        if actor.capacity == DEPUTY:
            access.keep_for_deputy(agreement, by.pk)
        event = trail.append(
            chain=agreement.chain,
            code=code,
            actor=actor,
            legal_on=on,
            at=at,
            comment=comment,
            text_label=str(text.number) if text else "",
            text_sha256=text.sha256 if text else "",
            payload={**payload, "from": source, "to": target},
        )
        moved = Moved(code, by, on, at, source, target, event)
        for duty in verb.duties:
            duty(agreement, moved)
        agreement_moved.send(sender=Agreement, agreement=agreement, moved=moved)
        deadlines.refresh_next_due(agreement)
    return moved


def _state(agreement: Agreement) -> str:
    """Return station and standing as the trail keeps them, so that a history replays to the state."""
    return f"{agreement.station}/{agreement.standing}"


def act(
    agreement: Agreement,
    code: str,
    *,
    actor: trail.Actor,
    on: date,
    at: datetime,
    comment: str = "",
    text: TextVersion | None = None,
    payload: dict[str, Any] | None = None,
) -> Event:
    """Record an act that moves no station, in the agreement's chain; the caller holds the lock.

    A deputy who acts keeps sight of the case.
    """
    if actor.capacity == DEPUTY and actor.id:
        access.keep_for_deputy(agreement, actor.id)
    return trail.append(
        chain=agreement.chain,
        code=code,
        actor=actor,
        legal_on=on,
        at=at,
        comment=comment,
        text_label=str(text.number) if text else "",
        text_sha256=text.sha256 if text else "",
        payload=payload or {},
    )
