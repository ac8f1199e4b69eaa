"""Rows as the desk shows them: to-dos, agreements and notices with their lights, read in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import PostHolding, Unit, User
from agreements.lights import Light, light_for
from agreements.models import Agreement, Notice, ToDo
from agreements.services import duties, notices
from core import clock
from core.verdicts import Wording


@dataclass(frozen=True, slots=True)
class TodoRow:
    """A to-do as it stands in the inbox and on the desk; `returned` is why it came back."""

    todo: ToDo
    title: str
    number: str
    label: Wording
    subject: str
    returned: str
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
        subject=todo.params.get("subject", ""),
        returned=todo.params.get("returned", ""),
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
        .select_related("agreement", "deadline")
        .order_by("due_on", "pk")
    )


def done_todos(user: User) -> QuerySet[ToDo]:
    """Return what the user has closed, the newest first."""
    return ToDo.objects.filter(closed_by=user).select_related("agreement", "deadline").order_by("-closed_at", "-pk")


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


@dataclass(frozen=True, slots=True)
class Lies:
    """With whom a case lies now: the person (the post where nobody holds it), and in which unit or post."""

    who: str
    where: str

    def __str__(self) -> str:
        return f"{self.who} {self.where}".strip()


def with_whom(agreements: Sequence[Agreement], today: date) -> dict[int, Lies]:
    """Return for each agreement with whom its first to-do lies: one query."""
    holder = PostHolding.objects.on(today).filter(post=OuterRef("post"), user__is_active=True).order_by("pk")
    todos = (
        ToDo.objects.filter(agreement__in=agreements, closed_at=None)
        .select_related("post__unit")
        .annotate(holder=Subquery(holder.values("user__full_name")[:1]))
        .order_by("due_on", "pk")
    )
    found: dict[int, Lies] = {}
    for todo in todos:
        if todo.agreement_id not in found:
            found[todo.agreement_id] = _lies(todo)
    return found


def _lies(todo: ToDo) -> Lies:
    unit, holder = todo.post.unit, todo.holder  # type: ignore[attr-defined]
    if not holder:
        return Lies(todo.post.title, "")
    return Lies(holder, todo.post.name if unit.kind == Unit.Kind.OFFICE else unit.short)


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
