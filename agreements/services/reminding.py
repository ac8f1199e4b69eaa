"""Reminders of a consulted unit (§3.2): what the clock raised by itself, and what the lead unit urged 催办."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in
from agreements import rules
from agreements.models import Agreement, Alarm, ConsultedUnit, Opinion, Reminder
from agreements.services import calendar, consulting, lifecycle, notices
from core import clock
from core.errors import NotNow, Refused
from core.verdicts import Denied


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder as it is shown: when, to which post, by whom (blank: the clock), with which words."""

    at: datetime
    to: str
    by: str = ""
    text: str = ""
    threshold: int = 0
    escalated: bool = False

    @property
    def is_lapse(self) -> bool:
        """Tell whether the day had passed."""
        return self.threshold > 0


def urge(
    consulted: ConsultedUnit, *, by: User, text: str = "", on: date | None = None, at: datetime | None = None
) -> Reminder:
    """Urge a unit that has not replied; it is told, and the reminder stands on its line for everyone to see.

    At most once a working day. Raises Refused for anyone but the lead unit's staff; NotNow where the unit has replied,
    the draft is closed, or no working day has begun since the last one. Second caller: NotNow, told of the first.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = consulted.consultation.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        consulting.must_be_open(agreement, consulted.consultation)
        if Opinion.objects.filter(consulted=consulted).exists():
            raise NotNow(_("The unit has given its opinion."), "§3.2", code="already_replied")
        last = consulted.reminders.last()
        if last is not None and calendar.until(last.sent_on, on) < 1:
            raise _urged_already(last)
        try:
            with transaction.atomic():
                row = Reminder.objects.create(
                    consulted=consulted, text=text.strip(), sent_by=by, sent_on=on, sent_at=at
                )
        except IntegrityError as error:
            raise _urged_already(consulted.reminders.get(sent_on=on)) from error
        lifecycle.act(
            agreement,
            "urge_opinion",
            actor=by.actor(verdict.post),
            on=on,
            at=at,
            comment=row.text,
            payload={"unit": consulted.unit.name_zh},
        )
        notices.tell(
            "opinion_urged",
            agreement=agreement,
            post=post_in(consulted.unit, "officer"),
            text=row.text,
            due_on=consulted.consultation.due_on.isoformat(),
        )
    return row


def _urged_already(last: Reminder) -> NotNow:
    return NotNow(
        _("The unit was urged on %(day)s; it is urged at most once a working day.") % {"day": last.sent_on.isoformat()},
        "§3.2",
        code="urged_already",
    )


def alarms_of(agreement: Agreement, subject_key: str) -> list[Sent]:
    """Return what the clock raised on one subject of an agreement, oldest first: when, to which post. One query."""
    rows = (
        Alarm.objects.filter(deadline__agreement=agreement, deadline__subject_key=subject_key)
        .select_related("post__unit")
        .order_by("raised_at", "pk")
    )
    return [Sent(row.raised_at, row.post.title, threshold=row.threshold, escalated=row.escalated) for row in rows]


def sent_to(agreement: Agreement, asked: Iterable[ConsultedUnit]) -> dict[int, list[Sent]]:
    """Return the reminders of consulted units by their keys, oldest first. Two queries, however many units."""
    by_key = {consulting.key_of(row): row.pk for row in asked}
    found: dict[int, list[Sent]] = {pk: [] for pk in by_key.values()}
    alarms = Alarm.objects.filter(
        deadline__agreement=agreement, deadline__rule=consulting.RULE, deadline__subject_key__in=by_key
    ).select_related("deadline", "post__unit", "post__authority")
    for alarm in alarms:
        found[by_key[alarm.deadline.subject_key]].append(
            Sent(alarm.raised_at, alarm.post.title, threshold=alarm.threshold)
        )
    urged = Reminder.objects.filter(consulted__in=found).select_related("sent_by", "consulted__unit")
    for row in urged:
        found[row.consulted_id].append(
            Sent(row.sent_at, row.consulted.unit.short, by=row.sent_by.full_name, text=row.text)
        )
    return {pk: sorted(rows, key=lambda row: row.at) for pk, rows in found.items()}
