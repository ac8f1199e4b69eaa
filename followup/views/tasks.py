"""The list of tasks, and a task with its reports: reporting and accepting on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Unit
from agreements.services import texts
from core import clock
from core.acts import attempt, permit, status_of
from core.errors import BadInput
from core.verdicts import Allowed
from followup import boards, filters, rules
from followup.forms import JudgeForm, ReportForm
from followup.models import Progress, Task
from followup.services import progress, standing
from records import tokens

PAGE = 50
BOUND = 1000
REPORT = "progress-report"


@require_safe
def listing(request) -> HttpResponse:
    """Show the tasks the user may know of, by the filters of the address."""
    chosen = filters.read(request.GET, request.user)
    today = clock.today()
    found = filters.visible(request.user, chosen, today=today)
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit()):
        raise BadInput(_("The page number is not a number."))
    page = Paginator(found.select_related("unit", "agreement__lead_unit").by_due(), PAGE).get_page(int(number))
    return render(
        request,
        "followup/task-list.html",
        {
            "chosen": chosen,
            "views": _tabs(request, chosen),
            "page_obj": page,
            "rows": boards.rows_of(page.object_list, today),
            "picks": _picks(chosen),
        },
    )


def _tabs(request, chosen: filters.Chosen) -> list[dict[str, Any]]:
    """Return the saved views with their counts, up to a bound; the chosen filters apply in each."""
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for code, label in filters.VIEWS.items():
        rows = filters.visible(request.user, chosen, today=clock.today(), view=code)
        count = rows.order_by()[: BOUND + 1].values("pk").count()
        query["view"] = code
        tabs.append(
            {
                "label": label,
                "url": f"?{query.urlencode()}",
                "count": f"{BOUND:,}+" if count > BOUND else count,
                "current": code == chosen.view,
            }
        )
    return tabs


def _picks(chosen: filters.Chosen) -> list[dict[str, Any]]:
    units = Unit.objects.active().exclude(kind=Unit.Kind.OFFICE)
    return [
        {"name": "kind", "label": _("kind"), "value": chosen.kind, "choices": Task.Kind.choices},
        {"name": "state", "label": _("state"), "value": chosen.state, "choices": Task.State.choices},
        {
            "name": "unit",
            "label": _("responsible unit"),
            "value": chosen.unit,
            "choices": [(unit.public_id, unit.short) for unit in units],
        },
    ]


def _task(request, public_id: str) -> Task:
    rows = Task.objects.visible_to(request.user).select_related("unit", "agreement__lead_unit", "agreement__authority")
    return get_object_or_404(rows, public_id=public_id)


@require_safe
def detail(request, public_id: str) -> HttpResponse:
    """Show a task with its reports, and the form of whoever may report or answer now."""
    return _show(request, _task(request, public_id))


@require_POST
def report(request, public_id: str) -> HttpResponse:
    """Report on a task. Second sending of the same form: the same page, nothing new."""
    task = _task(request, public_id)
    permit(rules.may_report(request.user, task))
    form = ReportForm(request.POST, request.FILES, task=task)
    if not form.is_valid() or not attempt(form, lambda: _report_once(request, task, form.cleaned_data)):
        return _show(request, task, report_form=form)
    messages.success(request, _("Reported. The lead unit has it now."))
    return redirect("followup:task-detail", task.public_id)


def _report_once(request, task: Task, data: dict[str, Any]) -> None:
    tokens.once(
        request.POST.get("submission_token", ""),
        user_id=request.user.pk,
        purpose=REPORT,
        make=lambda: progress.report(task, by=request.user, **{"percent": progress.WHOLE, **data}).public_id,
    )


@require_POST
def judge(request, public_id: str) -> HttpResponse:
    """Accept a report or return it."""
    rows = Progress.objects.filter(task__in=Task.objects.visible_to(request.user))
    row = get_object_or_404(rows.select_related("task"), public_id=public_id)
    row.task = _task(request, row.task.public_id)
    permit(rules.may_judge(request.user, row))
    form = JudgeForm(request.POST)
    if not form.is_valid() or not attempt(form, lambda: progress.judge(row, by=request.user, **form.cleaned_data)):
        return _show(request, row.task, judge_form=form, asked=row)
    done = _("Accepted.") if form.cleaned_data["accepted"] else _("Returned to the responsible unit.")
    messages.success(request, done)
    return redirect("followup:task-detail", row.task.public_id)


def _show(
    request,
    task: Task,
    *,
    report_form: ReportForm | None = None,
    judge_form: JudgeForm | None = None,
    asked: Progress | None = None,
) -> HttpResponse:
    """Draw a task with what may be done about it; `asked` is the report that was answered, pending or not any more."""
    reports = list(task.reports.select_related("reported_by", "judged_by", "evidence"))
    pending = next((row for row in reports if row.is_pending), None)
    if pending:
        pending.task = task
    runs = standing.is_in_force(task.agreement) and task.state != Task.State.DONE
    may_report = runs and pending is None and isinstance(rules.may_report(request.user, task), Allowed)
    may_judge = runs and pending is not None and isinstance(rules.may_judge(request.user, pending), Allowed)
    form = report_form or judge_form
    return render(
        request,
        "followup/task-detail.html",
        {
            "task": task,
            "row": boards.Row(task, boards.light_of(task, clock.today())),
            "reports": reports,
            "asked": asked or pending,
            "report_form": report_form or (ReportForm(task=task) if may_report else None),
            "judge_form": judge_form or (JudgeForm() if may_judge else None),
            "who_next": _who_next(task, pending) if runs else "",
            "clause_url": _clause_url(task),
            "events": task.agreement.tasks.filter(part_lineage=task.part_lineage).order_by("-occurrence")
            if task.recurs
            else (),
            "submission_token": request.POST.get("submission_token") or tokens.new(),
        },
        status=status_of(form) if form else 200,
    )


def _who_next(task: Task, pending: Progress | None) -> str:
    """Return with whom the task lies now, in words."""
    if pending is None:
        return _("Now with %(unit)s, which reports on it.") % {"unit": task.unit.short}
    return _("Now with %(unit)s, which accepts the report.") % {"unit": task.agreement.lead_unit.short}


def _clause_url(task: Task) -> str:
    text = texts.current(task.agreement)
    if text is None:
        return ""
    url = reverse("agreements:text-show", args=[task.agreement.public_id, text.public_id])
    return f"{url}#clause-{task.clause_lineage}"
