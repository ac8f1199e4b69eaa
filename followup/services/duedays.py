"""The days of follow-up: self-check, evaluation, and when each duty comes to a desk (§4.2, §4.3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from accounts.posts import post_in
from agreements.models import Agreement, Deadline, Standing, ToDo
from agreements.services import deadlines, duties, lifecycle
from core import clock
from followup.models import SelfCheck, Task
from regulation.workdays import add_years

SELF_CHECK = "self_check"
EXPIRY = "expiry_evaluation"
THREE_YEAR = "three_year_review"
EVALUATION_RULES = (EXPIRY, THREE_YEAR)
SUBJECT = "evaluation"

DESK_DAYS = 30
"""How long before its day a duty comes to a desk: earlier it would bury what is due now. Our own limit."""

_TODOS = {"task": "report_progress", SELF_CHECK: "self_check", EXPIRY: "evaluate", THREE_YEAR: "evaluate"}


def self_check_key(year: int) -> str:
    """Return the subject of the self-check of a year."""
    return f"self_check:{year}"


def start_first(agreement: Agreement, *, signed_on: date) -> None:
    """§4.3: at signing, start the self-check of the year, and the evaluation at the end of term or in three years."""
    start_self_check(agreement, signed_on.year)
    _settle_the_term(agreement, signed_on)
    if agreement.expires_on:
        start_evaluation(agreement, EXPIRY, starts_on=agreement.expires_on)
    else:
        start_evaluation(agreement, THREE_YEAR, starts_on=signed_on)


def _settle_the_term(agreement: Agreement, signed_on: date) -> None:
    """A term in years ends on the same day of its last year; only the signing tells which day that is."""
    if agreement.term_kind == "years" and agreement.term_years and agreement.expires_on is None:
        agreement.expires_on = add_years(signed_on, agreement.term_years)
        agreement.save(update_fields=["expires_on", "station", "standing"])


def start_self_check(agreement: Agreement, year: int) -> None:
    """§4.3: the self-check of a year is due on its 31 December, whatever the month of the signing."""
    deadlines.start(
        agreement,
        SELF_CHECK,
        starts_on=date(year, 12, 31),
        post=post_in(agreement.lead_unit, "unit_head"),
        subject_key=self_check_key(year),
    )


def start_evaluation(agreement: Agreement, rule: str, *, starts_on: date) -> None:
    """§4.3: start the clock of an evaluation: from the end of the term, or from the signing or the last review."""
    deadlines.start(
        agreement, rule, starts_on=starts_on, post=post_in(agreement.lead_unit, "unit_head"), subject_key=SUBJECT
    )


def open_evaluation(agreement: Agreement) -> Deadline | None:
    """Return the evaluation deadline that runs now, or None."""
    return Deadline.objects.filter(agreement=agreement, rule__in=EVALUATION_RULES, closed_on=None).first()


def open_self_checks(agreement: Agreement) -> list[int]:
    """Return the years whose self-check is asked for and not filed, the oldest first."""
    keys = Deadline.objects.filter(agreement=agreement, rule=SELF_CHECK, closed_on=None)
    return sorted(int(key.partition(":")[2]) for key in keys.values_list("subject_key", flat=True))


def sweep(at: datetime) -> int:
    """Start the self-checks of a year that has begun, and bring what is due soon to its desk; return how many."""
    return start_self_checks(at=at) + put_on_desks(at=at)


def start_self_checks(*, at: datetime) -> int:
    """§4.3: every year while in force. Second caller: nothing is left to start."""
    year = clock.today(at).year
    key = self_check_key(year)
    asked = Deadline.objects.filter(agreement=OuterRef("pk"), rule=SELF_CHECK, subject_key=key)
    filed = SelfCheck.objects.filter(agreement=OuterRef("pk"), year=year)
    rows = Agreement.objects.in_force().filter(~Exists(asked), ~Exists(filed), signed_on__year__lte=year)
    count = 0
    for agreement in rows.filter(standing=Standing.ACTIVE).select_related("lead_unit__authority"):
        with transaction.atomic():
            lifecycle.lock(agreement)
            start_self_check(agreement, year)
            deadlines.refresh_next_due(agreement)
        count += 1
    return count


def put_on_desks(*, at: datetime, agreement: Agreement | None = None) -> int:
    """Open the to-dos of what is due within thirty days or late: reports, self-checks, evaluations.

    What is reported and waits for acceptance is not asked for again. Second caller: 0, they are open already.
    """
    horizon = clock.today(at) + timedelta(days=DESK_DAYS)
    on_a_desk = ToDo.objects.filter(
        agreement=OuterRef("agreement"), subject_key=OuterRef("subject_key"), code__in=_TODOS.values(), closed_at=None
    )
    reported = (
        Task.objects.filter(agreement=OuterRef("agreement"), state=Task.State.REPORTED)
        .annotate(key=Concat(Value("task:"), Cast("pk", CharField())))
        .filter(key=OuterRef("subject_key"))
    )
    rows = Deadline.objects.filter(
        ~Exists(on_a_desk),
        ~Exists(reported),
        agreement__standing=Standing.ACTIVE,
        rule__in=_TODOS,
        closed_on=None,
        due_on__lte=horizon,
    )
    if agreement is not None:
        rows = rows.filter(agreement=agreement)
    found = list(rows.select_related("agreement", "post"))
    tasks = Task.objects.in_bulk([_task_id(row.subject_key) for row in found if row.rule == "task"])
    for deadline in found:
        task = tasks[_task_id(deadline.subject_key)] if deadline.rule == "task" else None
        duties.open(
            deadline.agreement,
            _TODOS[deadline.rule],
            post=deadline.post,
            subject_key=deadline.subject_key,
            deadline=deadline,
            at=at,
            params=todo_params(task) if task else {},
        )
    return len(found)


def todo_params(task: Task) -> dict[str, str]:
    """Return what a to-do on a task keeps of it: its address and its name."""
    return {"task": task.public_id, "subject": task.title}


def _task_id(subject_key: str) -> int:
    return int(subject_key.partition(":")[2])
