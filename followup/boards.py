"""What the pages show of the ledger: tasks with their lights, by group; the overview's sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements.lights import Light, light_for
from agreements.models import Agreement, KeyProject, Pairing, Phase
from agreements.services import texts
from core import clock
from core.verdicts import Allowed, Wording
from core.wording import say
from followup import rules
from followup.models import Task
from followup.services import duedays, standing
from regulation.vocabulary import FREQUENCIES

SHOWN = 6
"""More pairs or mechanisms than this are folded away on the overview."""


@dataclass(frozen=True, slots=True)
class Row:
    """A task as the ledger shows it."""

    task: Task
    light: Light

    @property
    def title(self) -> str:
        """Return the task's name; an event of a mechanism that has met before says which one it is."""
        if self.task.occurrence == 1:
            return self.task.title
        return _("%(title)s (event %(n)s)") % {"title": self.task.title, "n": self.task.occurrence}

    @property
    def rhythm(self) -> str:
        """Return how often a mechanism meets, in words; blank for other tasks."""
        return say(FREQUENCIES[self.task.frequency].name) if self.task.frequency else ""


@dataclass
class Group:
    """A group of the ledger: the work items of one heading of the text, or all tasks of another kind."""

    name: Wording
    kind: str
    rows: list[Row] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Return how many of its tasks are done."""
        return sum(row.task.state == Task.State.DONE for row in self.rows)

    @property
    def units(self) -> list[str]:
        """Return the responsible units, each once, in the order of the tasks."""
        return list(dict.fromkeys(row.task.unit.short for row in self.rows))


def light_of(task: Task, today: date) -> Light:
    """Return the light of a task: its state where it no longer runs, otherwise that of its day."""
    if task.state == Task.State.DONE:
        return Light("ok", Task.State.DONE.label)
    if not task.agreement.is_live:
        return Light("none", _("the agreement has ended"))
    if task.state == Task.State.REPORTED:
        return Light("none", _("to be accepted"))
    return light_for(task.due_on, judged=True, today=today, standing=task.agreement.standing)


def rows_of(tasks: Iterable[Task], today: date) -> list[Row]:
    """Return tasks with their lights; the caller has fetched unit and agreement."""
    return [Row(task, light_of(task, today)) for task in tasks]


def ledger(agreement: Agreement, today: date) -> list[Group]:
    """Return the ledger of an agreement in groups, in the order of the text; a mechanism with its latest event."""
    groups: dict[tuple[str, str], Group] = {}
    tasks = agreement.tasks.newest().select_related("unit").order_by("order")
    for task in tasks:
        task.agreement = agreement
        name = task.group or kind_in_plural(task.kind)
        group = groups.setdefault((task.kind, task.group), Group(name, task.kind))
        group.rows.append(Row(task, light_of(task, today)))
    return list(groups.values())


def columns() -> list[str]:
    """Return the heads of the ledger's columns, on screen and in the sheet."""
    return [
        _("group"),
        _("no."),
        _("task"),
        _("clause"),
        _("responsible unit"),
        _("supporting units"),
        _("due"),
        _("progress"),
        _("status"),
    ]


def cells(group: Group) -> list[list[object]]:
    """Return the rows of a group as the sheet holds them, in the order of `columns`."""
    return [
        [
            str(group.name),
            row.task.number,
            row.title,
            row.task.clause_heading,
            row.task.unit.short,
            row.task.supporting,
            row.task.due_on or row.rhythm,
            f"{row.task.percent}%",
            str(row.light.text),
        ]
        for row in group.rows
    ]


def summary(agreement: Agreement, today: date) -> dict[str, Any]:
    """Return how the tasks stand, for whoever checks or evaluates: counts, and what is not finished."""
    rows = [row for group in ledger(agreement, today) for row in group.rows if row.task.kind != Task.Kind.MECHANISM]
    unfinished = [row for row in rows if row.task.state != Task.State.DONE]
    return {
        "total": len(rows),
        "done": len(rows) - len(unfinished),
        "late": sum(row.light.kind == "late" for row in unfinished),
        "unfinished": unfinished,
    }


def kind_in_plural(kind: str) -> str:
    """Return what the tasks of a kind are called together."""
    return {
        Task.Kind.TARGET.value: _("Targets"),
        Task.Kind.WORK_ITEM.value: _("Work items"),
        Task.Kind.KEY_PROJECT.value: _("Key projects"),
        Task.Kind.MECHANISM.value: _("Mechanisms"),
    }[kind]


def panel_count(request: HttpRequest, agreement: Agreement) -> int | None:
    """Return the number of tasks without the mechanisms; None before the signing, when there is no ledger."""
    counts = agreement.tasks.aggregate(all=Count("pk"), shown=Count("pk", filter=~Q(kind=Task.Kind.MECHANISM)))
    return counts["shown"] if counts["all"] or agreement.signed_on else None


def panel_context(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return what the tab shows: the ledger by group, the self-checks, the evaluations."""
    may_sign_off = isinstance(rules.may_sign_off(request.user, agreement), Allowed)  # type: ignore[arg-type]
    return {
        "agreement": agreement,
        "groups": ledger(agreement, clock.today()),
        "may_sign_off": may_sign_off and standing.is_in_force(agreement),
        "self_checks": agreement.self_checks.select_related("signed_by"),
        "open_years": [year for year in duedays.open_self_checks(agreement) if year <= clock.today().year],
        "evaluations": agreement.evaluations.select_related("filed_by", "decided_by"),
    }


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """What is to be reached in a year, and whether its time has come."""

    year: int
    goal: str
    light: Light


def _phase_row(phase: Phase, agreement: Agreement, today: date) -> PhaseRow:
    if not agreement.is_live:
        light = Light("none", _("the agreement has ended"))
    elif phase.year > today.year:
        light = Light("none", _("not begun"))
    elif phase.year < today.year:
        light = Light("none", pgettext("phase", "over"))
    else:
        light = light_for(date(phase.year, 12, 31), judged=True, today=today, standing=agreement.standing)
    return PhaseRow(phase.year, phase.goal, light)


def overview_context(request: HttpRequest, agreement: Agreement) -> dict[str, Any] | None:
    """Return the sections 任务分解, 重点项目, 阶段目标, 结对 of the overview; None before the signing."""
    today = clock.today()
    if agreement.signed_on is None or (text := texts.current(agreement)) is None:
        return None
    groups = ledger(agreement, today)
    projects = KeyProject.objects.filter(clause__text=text).select_related("unit").order_by("clause__order", "order")
    pairs = list(Pairing.objects.filter(clause__text=text).order_by("clause__order", "order"))
    tasks = {row.task.part_lineage: row.task for group in groups for row in group.rows}
    return {
        "agreement": agreement,
        "groups": [group for group in groups if group.kind == Task.Kind.WORK_ITEM],
        "task_count": sum(len(group.rows) for group in groups if group.kind == Task.Kind.WORK_ITEM),
        "targets": [row for group in groups if group.kind == Task.Kind.TARGET for row in group.rows],
        "projects": [(project, tasks.get(project.lineage)) for project in projects],
        "phases": [
            _phase_row(phase, agreement, today)
            for phase in Phase.objects.filter(clause__text=text).order_by("year", "order")
        ],
        "pair_count": len(pairs),
        "first_pairs": pairs[:SHOWN],
        "more_pairs": pairs[SHOWN:],
    }


def mechanisms_context(request: HttpRequest, agreement: Agreement) -> dict[str, Any] | None:
    """Return the mechanisms beside the overview, the next event first; None where there are none."""
    tasks = agreement.tasks.newest().filter(kind=Task.Kind.MECHANISM).select_related("unit").by_due()
    for task in tasks:
        task.agreement = agreement
    mechanisms = rows_of(tasks, clock.today())
    if not mechanisms:
        return None
    return {"count": len(mechanisms), "first": mechanisms[:SHOWN], "more": mechanisms[SHOWN:]}
