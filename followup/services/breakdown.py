"""Breaking a signed text down into tasks (§4.2): the ledger with unit, day and clause, opened by the signing itself."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast

from django.db import transaction

from accounts.models import Unit
from accounts.posts import post_in
from agreements.models import Agreement, Clause, Deadline, KeyProject, Mechanism, Target, WorkItem
from agreements.services import access, deadlines, lifecycle, texts
from agreements.services.lifecycle import Moved
from approvals.services import runs
from followup.models import Evaluation, Task
from followup.services import duedays
from regulation.records import Part
from regulation.vocabulary import months_between

RULE = "task"


@dataclass(frozen=True, slots=True)
class Content:
    """What a part of the text says of its task; `starts_on` and `due_on` are the plan's days."""

    kind: Task.Kind
    lineage: str
    title: str
    unit: Unit | None
    due_on: date | None
    starts_on: date | None = None
    group: str = ""
    supporting: str = ""
    carrier: str = ""
    frequency: str = ""
    indicator: tuple[Decimal | None, Decimal | None, str] = field(default=(None, None, ""))


def open_ledger(agreement: Agreement, moved: Moved) -> list[Task]:
    """§4.2: make the targets, work items, key projects and mechanisms of the signed text into tasks, once.

    Runs inside the signing. The signed text is the one that was approved; a clause left out of it agrees nothing. Each
    task points at its clause, lies with the unit the text names (the lead unit where it names none), which may see the
    agreement from now on, and runs until the plan's day. The self-check of the year and the evaluation at the end get
    their days too. Second caller: the tasks that are there.
    """
    if agreement.tasks.exists():
        return list(agreement.tasks.all())
    text = runs.approved_text(agreement)
    tasks: list[Task] = []
    numbers: dict[str, int] = dict.fromkeys(Task.Kind.values, 0)
    for clause in texts.clauses_with_parts(text) if text else ():
        if clause.is_omitted:
            continue
        for content in _contents(clause, moved.on):
            numbers[content.kind] += 1
            tasks.append(
                _make(
                    agreement, content, clause=clause, order=len(tasks) + 1, number=numbers[content.kind], on=moved.on
                )
            )
    for unit in {task.unit_id: task.unit for task in tasks}.values():
        access.grant(agreement, "task", unit=unit)
    lifecycle.act(
        agreement,
        "open_ledger",
        actor=moved.by.actor(moved.event.post_name),
        on=moved.on,
        at=moved.at,
        text=text,
        payload={"tasks": len(tasks)},
    )
    duedays.start_first(agreement, signed_on=moved.on)
    duedays.put_on_desks(at=moved.at, agreement=agreement)
    return tasks


def _contents(clause: Clause, signed_on: date) -> Iterator[Content]:
    parts: dict[str, list[object]] = clause.parts
    for target in cast("list[Target]", parts[Part.TARGETS]):
        yield Content(
            Task.Kind.TARGET,
            target.lineage,
            target.indicator,
            target.unit,
            target.due_on,
            indicator=(target.baseline, target.goal, target.measure),
        )
    for item in cast("list[WorkItem]", parts[Part.WORK_ITEMS]):
        yield Content(
            Task.Kind.WORK_ITEM,
            item.lineage,
            item.title,
            item.unit,
            item.due_on or _rhythm(signed_on, item.frequency, 1),
            group=item.group,
            supporting=item.supporting,
            carrier=item.carrier,
            frequency=item.frequency,
        )
    for project in cast("list[KeyProject]", parts[Part.KEY_PROJECTS]):
        yield Content(
            Task.Kind.KEY_PROJECT,
            project.lineage,
            project.title,
            project.unit,
            project.completes_on,
            project.starts_on,
            carrier=project.implementing_body,
        )
    for mechanism in cast("list[Mechanism]", parts[Part.MECHANISMS]):
        first = mechanism.first_on or _rhythm(signed_on, mechanism.frequency, 1)
        yield Content(
            Task.Kind.MECHANISM,
            mechanism.lineage,
            mechanism.title,
            mechanism.unit,
            first,
            frequency=mechanism.frequency,
        )


def _make(agreement: Agreement, content: Content, *, clause: Clause, order: int, number: int, on: date) -> Task:
    baseline, goal, measure = content.indicator
    task = Task.objects.create(
        agreement=agreement,
        kind=content.kind,
        clause_lineage=clause.lineage,
        clause_heading=clause.heading,
        part_lineage=content.lineage,
        order=order,
        number=number,
        group=content.group,
        title=content.title,
        unit=content.unit or agreement.lead_unit,
        supporting=content.supporting,
        carrier=content.carrier,
        frequency=content.frequency,
        baseline=baseline,
        goal=goal,
        measure=measure,
        starts_on=content.starts_on,
        due_on=content.due_on,
    )
    start_clock(task, on=on)
    return task


def start_clock(task: Task, *, on: date) -> Deadline | None:
    """Start the deadline of a task that has a day; its unit's officer answers. Second caller: the row is remade."""
    if task.due_on is None:
        return None
    return deadlines.start(
        task.agreement,
        RULE,
        starts_on=on,
        post=post_in(task.unit, "officer"),
        subject_key=task.subject_key,
        due_on=task.due_on,
        label=task.title,
    )


def next_event(task: Task, *, on: date) -> Task | None:
    """Open the next event of a mechanism, or of work that recurs, after one was accepted.

    None at the end of the term and for other tasks. The days follow the rhythm from the first event, so that a
    month's end stays one; what is done as needed gets an event without a day. Second caller: the event that is there.
    """
    if not task.recurs:
        return None
    occurrence = task.occurrence + 1
    first = Task.objects.filter(agreement=task.agreement, part_lineage=task.part_lineage).earliest("occurrence")
    due_on = _rhythm(first.due_on, task.frequency, task.occurrence) if first.due_on else None
    if due_on is not None and (ends_on := last_day(task.agreement)) is not None and due_on > ends_on:
        return None
    facts = {
        name: getattr(task, name)
        for name in (
            "clause_lineage",
            "clause_heading",
            "order",
            "number",
            "group",
            "title",
            "unit",
            "supporting",
            "carrier",
            "frequency",
            "kind",
        )
    }
    event, fresh = Task.objects.get_or_create(
        agreement=task.agreement,
        part_lineage=task.part_lineage,
        occurrence=occurrence,
        defaults={**facts, "due_on": due_on},
    )
    if fresh:
        start_clock(event, on=on)
    return event


def last_day(agreement: Agreement) -> date | None:
    """Return the end of the agreed term; None without one, and once a continuation was decided at its end."""
    continued = agreement.evaluations.filter(proposal=Evaluation.Proposal.CONTINUE, accepted=True).exists()
    return None if continued else agreement.expires_on


def go_on(agreement: Agreement, *, on: date) -> None:
    """Let what recurs and stopped at the end of the term go on, once the cooperation is continued."""
    for task in agreement.tasks.newest().exclude(frequency="").filter(state=Task.State.DONE):
        next_event(task, on=on)


def follow_the_clock(agreement: Agreement, moved: Moved) -> None:
    """After a suspension the tasks take over the days to which their deadlines were moved (§4.3)."""
    running = Deadline.objects.filter(agreement=agreement, rule=RULE, closed_on=None)
    moved_to = dict(running.values_list("subject_key", "due_on"))
    with transaction.atomic():
        for task in agreement.tasks.exclude(state=Task.State.DONE):
            due_on = moved_to.get(task.subject_key)
            if due_on and due_on != task.due_on:
                task.due_on = due_on
                task.save(update_fields=["due_on"])


def _rhythm(start: date | None, frequency: str, times: int) -> date | None:
    """Return the day `times` periods after a start; the 31st becomes the last day of a shorter month.

    None without a start, for what is done as needed, and for what does not recur (a blank frequency).
    """
    months = months_between(frequency) if frequency else None
    if start is None or months is None:
        return None
    year, month = divmod(start.year * 12 + start.month - 1 + months * times, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
