"""Rows as the desk shows them: to-dos, agreements and notices with their lights, read in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import User
from agreements.lights import Light, light_for
from agreements.models import Agreement, Notice, ToDo
from agreements.services import duties, notices
from core import clock
from core.verdicts import Wording


@dataclass(frozen=True, slots=True)
class TodoRow:
    """A to-do as it stands in the inbox and on the desk."""

    todo: ToDo
    title: str
    number: str
    label: Wording
    subject: str
    action: Wording
    url: str
    article: str
    own_limit: bool
    light: Light
    due_on: date | None
    since: datetime
    sender: str


def todo_row(todo: ToDo, today: date) -> TodoRow:
    """Return a to-do with its words, its address and its light."""
    kind = duties.kind(todo)
    judged = todo.deadline is None or not todo.deadline.provisional
    return TodoRow(
        todo=todo,
        title=todo.agreement.title,
        number=todo.agreement.number,
        label=kind.label,
        subject=todo.deadline.label if todo.deadline else "",
        action=kind.action,
        url=kind.address(todo),
        article=(todo.deadline.article if todo.deadline else kind.article),
        own_limit=bool(todo.deadline and todo.deadline.own_limit),
        light=light_for(todo.due_on, judged=judged, today=today, standing=todo.agreement.standing),
        due_on=None if todo.due_on == clock.FAR_AWAY else todo.due_on,
        since=todo.opened_at,
        sender=todo.opened_by_name,
    )


def open_todos(user: User) -> QuerySet[ToDo]:
    """Return what lies on the user's desks, by legal deadline."""
    return (
        ToDo.objects.filter(post_id__in=user.post_ids, closed_at=None)
        .select_related("agreement", "deadline", "post__unit")
        .order_by("due_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as it stands in the list."""

    agreement: Agreement
    counterparties: str
    light: Light
    due_on: date | None


def agreement_rows(agreements: Iterable[Agreement], today: date) -> list[AgreementRow]:
    """Return agreements with light and counterparties; the caller has fetched parties, lead unit and category."""
    return [
        AgreementRow(
            agreement=agreement,
            counterparties="、".join(party.counterparty.name for party in agreement.parties.all()),
            light=light_for(
                agreement.next_due_on, judged=agreement.next_due_judged, today=today, standing=agreement.standing
            ),
            due_on=None if agreement.next_due_on == clock.FAR_AWAY else agreement.next_due_on,
        )
        for agreement in agreements
    ]


def with_whom(agreements: Sequence[Agreement]) -> dict[int, ToDo]:
    """Return for each agreement the to-do that comes first: with whom the case lies now. One query."""
    found: dict[int, ToDo] = {}
    rows = (
        ToDo.objects.filter(agreement__in=agreements, closed_at=None)
        .select_related("post__unit")
        .order_by("due_on", "pk")
    )
    for todo in rows:
        found.setdefault(todo.agreement_id, todo)
    return found


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in words."""

    notice: Notice
    text: str
    url: str


def notice_rows(rows: Iterable[Notice]) -> list[NoticeRow]:
    """Return notices worded in the reader's language."""
    return [
        NoticeRow(row, notices.word(row), row.agreement.get_absolute_url() if row.agreement else "") for row in rows
    ]
