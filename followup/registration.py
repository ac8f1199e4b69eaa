"""What this app puts into the registries: verbs, to-dos, notices, words of events, panels, the sweep."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import events, verbs
from agreements import results as came_of
from agreements.models import Agreement, ToDo
from agreements.models.agreement import IN_FORCE
from agreements.registration import page_url
from agreements.services import clock as ticking
from agreements.services import drafting, duties, notices
from agreements.verbs import Verb
from core import clock, panels
from followup import blockers, boards, results, rules
from followup.models import Evaluation
from followup.services import breakdown, duedays, evaluation

PERFORMING = tuple(str(station) for station in IN_FORCE)


def register() -> None:
    """Fill the registries; called once, when the app is ready."""
    _verbs()
    _todos()
    _notices()
    _events()
    ticking.register("followup", duedays.sweep)
    came_of.register(results.words)
    panels.register(
        panels.Panel(
            "followup", gettext_lazy("Follow-up"), 60, "followup/panel.html", boards.panel_count, boards.panel_context
        )
    )
    panels.register_block(
        panels.Block("followup_content", 30, "followup/overview.html", boards.overview_context, aside=False)
    )
    panels.register_block(
        panels.Block("followup_mechanisms", 40, "followup/mechanisms.html", boards.mechanisms_context, aside=True)
    )


def _self_check_is_due(agreement: Agreement) -> bool:
    near = clock.today() + timedelta(days=duedays.DESK_DAYS)
    return any(date(year, 12, 31) <= near for year in duedays.open_self_checks(agreement))


def _evaluation_is_due(agreement: Agreement) -> bool:
    deadline = duedays.open_evaluation(agreement)
    return deadline is not None and evaluation.opens_on(deadline) <= clock.today()


def _waits(*proposals: str) -> Any:
    """Return the condition that an evaluation with one of the proposals waits for its decision."""
    return lambda agreement: agreement.evaluations.filter(accepted=None, proposal__in=proposals).exists()


def _self_check_url(agreement: Agreement) -> str:
    years = [*duedays.open_self_checks(agreement), clock.today().year]
    return reverse("followup:selfcheck-edit", args=[agreement.public_id, years[0]])


def _verbs() -> None:
    verbs.register(
        Verb(
            "self_check",
            gettext_lazy("File the self-check"),
            "§4.3",
            rules.may_sign_off,
            _self_check_url,
            110,
            stations=PERFORMING,
            offered=_self_check_is_due,
        )
    )
    verbs.register(
        Verb(
            "file_evaluation",
            gettext_lazy("File the evaluation"),
            "§4.3",
            rules.may_sign_off,
            page_url("followup:evaluation-edit"),
            111,
            stations=PERFORMING,
            offered=_evaluation_is_due,
        )
    )
    verbs.register(
        Verb(
            "decide_evaluation",
            gettext_lazy("Decide on the evaluation"),
            "§4.3",
            rules.may_decide_evaluation,
            page_url("followup:evaluation-decide"),
            112,
            stations=PERFORMING,
            offered=_waits(Evaluation.Proposal.CONTINUE),
        )
    )
    verbs.register(
        Verb(
            "conclude",
            gettext_lazy("Conclude"),
            "§4.3",
            rules.may_decide_evaluation,
            page_url("followup:evaluation-decide"),
            113,
            transition="conclude",
            offered=_waits(*Evaluation.ENDING),
            blockers=[blockers.conclude_blockers],
            duties=[drafting.stop_everything],
        )
    )
    verbs.add_duties("resume", breakdown.follow_the_clock)


def _todos() -> None:
    kind = duties.Kind
    for entry in (
        kind(
            "report_progress",
            gettext_lazy("Report on a task"),
            gettext_lazy("Report progress"),
            _task_url,
            "§4.2",
        ),
        kind(
            "accept_progress",
            gettext_lazy("Accept or return a report on a task"),
            gettext_lazy("Look at the report"),
            _task_url,
            "§4.2",
        ),
        kind(
            "self_check",
            gettext_lazy("Self-check of the year"),
            gettext_lazy("File the self-check"),
            _todo_self_check_url,
            "§4.3",
        ),
        kind(
            "evaluate",
            gettext_lazy("Evaluate the cooperation and propose"),
            gettext_lazy("Evaluate"),
            lambda todo: reverse("followup:evaluation-edit", args=[todo.agreement.public_id]),
            "§4.3",
        ),
        kind(
            "decide_evaluation",
            gettext_lazy("Decide on the evaluation of the cooperation"),
            gettext_lazy("Decide"),
            lambda todo: reverse("followup:evaluation-decide", args=[todo.agreement.public_id]),
            "§4.3",
        ),
    ):
        duties.register(entry)


def _todo_self_check_url(todo: ToDo) -> str:
    return reverse("followup:selfcheck-edit", args=[todo.agreement.public_id, int(todo.subject_key.partition(":")[2])])


def _task_url(todo: ToDo) -> str:
    return reverse("followup:task-detail", args=[todo.params["task"]])


def _notices() -> None:
    notices.register(
        "progress_judged",
        lambda p: (
            (
                _("Your report on “%(task)s” was accepted")
                if p["accepted"]
                else _("Your report on “%(task)s” was returned: %(remark)s")
            )
            % p
        ),
    )
    notices.register(
        "evaluation_decided",
        lambda p: (
            (
                _("The evaluation of “%(title)s” was accepted")
                if p["accepted"]
                else _("The evaluation of “%(title)s” was declined: %(remark)s")
            )
            % p
        ),
    )


def _events() -> None:
    for code, label, detail in (
        ("open_ledger", gettext_lazy("broke the text down into tasks"), _count_of_tasks),
        ("report_progress", gettext_lazy("reported on a task"), _task_and_percent),
        ("accept_progress", gettext_lazy("accepted a report"), _task_and_percent),
        ("return_progress", gettext_lazy("returned a report"), _task_and_percent),
        ("self_check", gettext_lazy("filed the self-check"), _year),
        ("file_evaluation", gettext_lazy("filed the evaluation"), _proposal),
        ("accept_evaluation", gettext_lazy("accepted the evaluation"), _proposal),
        ("decline_evaluation", gettext_lazy("declined the evaluation"), _proposal),
        ("conclude", gettext_lazy("concluded the agreement"), _proposal),
    ):
        events.register(code, label, detail)


def _count_of_tasks(payload: dict[str, Any]) -> str:
    return _("%(count)s tasks") % {"count": payload["tasks"]}


def _task_and_percent(payload: dict[str, Any]) -> str:
    return _("%(task)s, %(percent)s %%") % {"task": payload["task"], "percent": payload["percent"]}


def _year(payload: dict[str, Any]) -> str:
    return _("of the year %(year)s") % {"year": payload["year"]}


def _proposal(payload: dict[str, Any]) -> str:
    return str(Evaluation.Proposal(payload["proposal"]).label)
