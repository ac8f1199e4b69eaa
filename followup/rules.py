"""May this person? Follow-up's own questions (§4.2, §4.3); each answer names the post or the reason and article."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import Agreement
from agreements.rules import STAFF, as_holder
from agreements.services import access
from core.verdicts import Denied, Verdict
from followup.models import Progress, Task


def may_report(user: User, task: Task) -> Verdict:
    """§4.2: the responsible unit's staff reports; in the lead unit its officer, for the head accepts."""
    if task.unit_id == task.agreement.lead_unit_id:
        return as_holder(
            user.holding("officer", unit=task.unit),
            _("The lead unit's own tasks are reported by its officer and accepted by its head."),
            "§4.2",
        )
    return as_holder(
        user.holding(*STAFF, unit=task.unit),
        _("Only the staff of the responsible unit reports on its task."),
        "§4.2",
    )


def may_judge(user: User, report: Progress) -> Verdict:
    """§4.2: the lead unit accepts; its own tasks are accepted by its head; nobody accepts an own report."""
    task = report.task
    if report.reported_by_id == user.pk:
        return Denied(_("Nobody accepts an own report."), "§4.2")
    codes = ("unit_head",) if task.unit_id == task.agreement.lead_unit_id else STAFF
    return as_holder(
        user.holding(*codes, unit=task.agreement.lead_unit),
        _("The lead unit accepts reports; those on its own tasks its head."),
        "§4.2",
    )


def may_sign_off(user: User, agreement: Agreement) -> Verdict:
    """§4.3: self-check and evaluation are signed off by the head of the lead unit."""
    return as_holder(
        user.holding("unit_head", unit=agreement.lead_unit),
        _("The self-check and the evaluation are signed off by the head of the lead unit."),
        "§4.3",
    )


def may_decide_evaluation(user: User, agreement: Agreement) -> Verdict:
    """§4.3: the General Office decides for the government; nobody decides on a case one has worked on."""
    verdict = as_holder(
        user.holding("general_office", authority=agreement.authority),
        _("The General Office decides on an evaluation."),
        "§4.3",
    )
    if isinstance(verdict, Denied):
        return verdict
    if access.worked_on(agreement, user, verdict.principal):
        return Denied(_("Nobody decides on a case one has worked on oneself."), "§4.3")
    if agreement.evaluations.filter(accepted=None, filed_by__in=(user.pk, verdict.principal)).exists():
        return Denied(_("Nobody decides on an own evaluation."), "§4.3")
    return verdict
