"""Rows as the desk shows them: to-dos, agreements and notices with their lights, read in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from accounts.models import Delegation, PostHolding, Unit, User
from accounts.posts import acting, held_with_deputies
from agreements.lights import Light, light_for
from agreements.models import Agreement, JointLeadUnit, Notice, Party, Standing, Station, ToDo
from agreements.models.clock import OF_APPROVAL
from agreements.services import duties, notices
from approvals import queue, reminders
from approvals.models import Assignment, Copy, Pause
from core import clock
from core.bilingual import named
from core.templatetags import face
from core.verdicts import Wording
from desk.templatetags.desk import day_near


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
    on_behalf: str = ""
    """In whose place the reader would act, as a deputy's signature bears it."""
    state: str = ""
    """How it came here where that is out of the ordinary: added, sent back, asked again; or that it is paused."""
    urged: int = 0


def todo_rows(todos: Iterable[ToDo], today: date, reader: User | None = None) -> list[TodoRow]:
    """Return to-dos as rows, those of approvals with how they came here and how often they were urged: two queries
    more where there are any."""
    found = list(todos)
    ids = [todo.params["assignment"] for todo in found if "assignment" in todo.params]
    paused = Exists(Pause.objects.filter(run=OuterRef("step__run"), closed_at=None))
    rows = Assignment.objects.filter(public_id__in=ids).select_related("step").annotate(paused=paused) if ids else ()
    assignments = {row.public_id: row for row in rows}
    urged = reminders.urged([row.pk for row in assignments.values()]) if assignments else {}
    return [
        _with_assignment(todo_row(todo, today, reader), assignments.get(todo.params.get("assignment", "")), urged)
        for todo in found
    ]


def _with_assignment(row: TodoRow, assignment: Assignment | None, urged: Mapping[int, int]) -> TodoRow:
    if assignment is None:
        return row
    step = assignment.step
    state = ""
    if assignment.is_open and getattr(assignment, "paused", False):
        state = pgettext("approval", "paused")
    elif assignment.kind not in (Assignment.Kind.HOST, Assignment.Kind.SEAT):
        state = assignment.get_kind_display()
    elif assignment.round > 1 and step.again_because:
        state = step.get_again_because_display()
    return replace(row, subject=row.subject or step.label, state=state, urged=urged.get(assignment.pk, 0))


def todo_row(todo: ToDo, today: date, reader: User | None = None) -> TodoRow:
    """Return a to-do with its words, its address and its light; for a reader also in whose place it is theirs."""
    held = todo.held_by(reader) if reader and reader.deputises_today else None
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
        on_behalf=held.title if held and held.received else "",
    )


def open_todos(user: User) -> QuerySet[ToDo]:
    """Return what lies on the user's desks, by legal deadline."""
    return queue.open_todos(user).select_related("agreement__lead_unit", "deadline")


@dataclass(frozen=True, slots=True)
class Away:
    """What lies with a deputy of the reader: with whom, until when, how much."""

    delegation: Delegation
    post: str
    count: int


def with_deputies(user: User) -> list[Away]:
    """Return the reader's running delegations with how much lies with each deputy; nothing is asked where there is
    none."""
    return [
        Away(given, held.post.title, ToDo.objects.lying_under(given).count())
        for held in user.holdings_today
        if not held.received
        for given in held.given
    ]


def done_todos(user: User) -> QuerySet[ToDo]:
    """Return what the user has closed, the newest first."""
    return (
        ToDo.objects.filter(closed_by=user)
        .select_related("agreement__lead_unit", "deadline")
        .order_by("-closed_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Lies:
    """With whom a case lies now: the person (the post where nobody holds it), and in which unit or post."""

    who: str
    where: str

    def __str__(self) -> str:
        return f"{self.who} {self.where}".strip()


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as it stands in a list: values and drawn pieces, no model. A page of objects costs more than SQL."""

    pk: int
    url: str
    title: str
    number: str
    unit: str
    category: str
    article: SafeString
    counterparties: str
    station: str
    standing: str
    days_here: int
    light: Light
    light_drawn: SafeString
    due_on: date | None
    due_drawn: SafeString
    amount: Decimal | None
    amount_drawn: SafeString
    lies: Lies | None


NOWHERE = "0" * 10
"""Stands for a public id where the address of many rows is worked out once."""

_COLUMNS = (
    "pk",
    "public_id",
    "title",
    "number",
    "station",
    "standing",
    "station_since",
    "next_due_on",
    "next_due_judged",
    "amount_low",
    "category__name_zh",
    "category__name_en",
    "category__article",
    "lead_unit__name_zh",
    "lead_unit__name_en",
    "lead_unit__short_zh",
)


def agreement_rows(found: QuerySet[Agreement], today: date) -> list[AgreementRow]:
    """Return agreements as rows, in the order of the queryset: three queries, however many rows; two more
    where anything is delegated."""
    agreements = list(found.values(*_COLUMNS))
    ids = [row["pk"] for row in agreements]
    (parties, joint), lies = _names(ids), _with_whom(ids, today)
    # Few rows differ in these: each is drawn once.
    light, draw, article = cache(light_for), cache(face.light), cache(face.art)
    day, yuan = cache(day_near), cache(face.yuan)
    stations = {station.value: str(station.label) for station in Station}
    standings = {standing.value: str(standing.label) for standing in Standing}
    address = reverse("agreements:agreement-detail", args=[NOWHERE])
    rows = []
    for row in agreements:
        due_on, amount = row["next_due_on"], row["amount_low"]
        lamp = light(due_on, row["next_due_judged"], today, row["standing"])
        is_due = due_on != clock.FAR_AWAY
        rows.append(
            AgreementRow(
                pk=row["pk"],
                url=address.replace(NOWHERE, row["public_id"]),
                title=row["title"],
                number=row["number"],
                unit="、".join(
                    (
                        _short(row["lead_unit__short_zh"], row["lead_unit__name_zh"], row["lead_unit__name_en"]),
                        *joint.get(row["pk"], ()),
                    )
                ),
                category=named(row["category__name_zh"], row["category__name_en"]),
                article=article(row["category__article"]),
                counterparties="、".join(parties.get(row["pk"], ())),
                station=stations[row["station"]],
                standing="" if row["standing"] == Standing.ACTIVE else standings[row["standing"]],
                days_here=max((today - row["station_since"]).days, 0),
                light=lamp,
                light_drawn=draw(lamp),
                due_on=due_on if is_due else None,
                due_drawn=day(due_on) if is_due else SafeString(""),
                amount=amount,
                amount_drawn=yuan(amount) if amount else SafeString(""),
                lies=lies.get(row["pk"]),
            )
        )
    return rows


def _short(short_zh: str, name_zh: str, name_en: str) -> str:
    """Return the short name of a unit, as `Unit.short` does for the model."""
    name = named(name_zh, name_en)
    return (short_zh or name) if name == name_zh else name


def _names(ids: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return the names of the counterparties and of the units that lead jointly, by agreement: one query for both."""
    parties = Party.objects.filter(agreement__in=ids).annotate(of=Value("party", CharField())).order_by()
    joint = JointLeadUnit.objects.filter(agreement__in=ids).annotate(of=Value("joint", CharField())).order_by()
    none = Value("", CharField())
    found = parties.values_list("of", "agreement_id", "order", "counterparty__name", none, none).union(
        joint.values_list("of", "agreement_id", "pk", "unit__short_zh", "unit__name_zh", "unit__name_en")
    )
    named_by: dict[str, dict[int, list[str]]] = {"party": {}, "joint": {}}
    for of, agreement_id, _order, *names in sorted(found, key=lambda row: row[:3]):
        name = names[0] if of == "party" else _short(*names)
        named_by[of].setdefault(agreement_id, []).append(name)
    return named_by["party"], named_by["joint"]


def _with_whom(ids: Sequence[int], today: date) -> dict[int, Lies]:
    """Return for each agreement with whom its first to-do lies."""
    holder = PostHolding.objects.on(today).filter(post=OuterRef("post"), user__is_active=True).order_by("pk")
    given = Delegation.objects.on(today).filter(post=OuterRef("post"))
    todos = (
        ToDo.objects.filter(agreement__in=ids, closed_at=None)
        .annotate(holder=Subquery(holder.values("user__full_name")[:1]), is_delegated=Exists(given))
        .order_by("due_on", "pk")
        .values(
            "holder",
            "is_delegated",
            "agreement_id",
            "agreement__category__code",
            "code",
            "post_id",
            "post__name_zh",
            "post__name_en",
            "post__unit__kind",
            "post__unit__name_zh",
            "post__unit__name_en",
            "post__unit__short_zh",
        )
    )
    first: dict[int, Mapping[str, Any]] = {}
    for todo in todos:
        first.setdefault(todo["agreement_id"], todo)
    lent = {todo["post_id"] for todo in first.values() if todo["is_delegated"]}
    held = held_with_deputies(lent, today) if lent else {}
    return {pk: _lies(todo, held.get(todo["post_id"])) for pk, todo in first.items()}


def _lies(todo: Mapping[str, Any], held: Sequence[PostHolding] | None) -> Lies:
    unit = _short(todo["post__unit__short_zh"], todo["post__unit__name_zh"], todo["post__unit__name_en"])
    post = named(todo["post__name_zh"], todo["post__name_en"])
    if not todo["holder"]:
        return Lies(post, unit)
    who = todo["holder"]
    if held:
        category = str(todo["agreement__category__code"])
        who = str(acting(held[0], approvals=todo["code"] in OF_APPROVAL, category=lambda: category))
    return Lies(who, post if todo["post__unit__kind"] == Unit.Kind.OFFICE else unit)


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


@dataclass(frozen=True, slots=True)
class CopyRow:
    """An approval that was copied to somebody, with where it lies now."""

    copy: Copy
    title: str
    number: str
    run_state: str
    url: str
    light: Light


def copy_rows(rows: Iterable[Copy], today: date) -> list[CopyRow]:
    """Return copies as the inbox lists them."""
    return [
        CopyRow(
            row,
            row.run.agreement.title,
            row.run.agreement.number,
            row.run.get_state_display(),
            reverse("approvals:copy-show", args=[row.public_id]),
            light_for(
                row.run.agreement.next_due_on,
                row.run.agreement.next_due_judged,
                today,
                row.run.agreement.standing,
            ),
        )
        for row in rows
    ]
