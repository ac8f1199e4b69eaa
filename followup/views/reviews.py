"""The yearly self-check, the evaluation, and the decision on it (§4.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.models import Agreement
from agreements.scope import visible_agreement
from core import clock
from core.acts import attempt, permit, status_of
from core.errors import NotNow
from followup import boards, rules
from followup.forms import EvaluationDecisionForm, EvaluationForm, SelfCheckForm
from followup.models import Evaluation
from followup.services import evaluation, selfcheck, standing
from records import tokens

_read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@_read_or_send
def self_check(request, public_id: str, year: int) -> HttpResponse:
    """Show the self-check of a year as it was filed, or the form to file it. Second sending: the same page."""
    agreement = visible_agreement(request.user, public_id)
    if agreement.signed_on is None or not agreement.signed_on.year <= year <= clock.today().year:
        raise Http404
    context = {"agreement": agreement, "year": year, **boards.summary(agreement, clock.today())}
    filed = agreement.self_checks.filter(year=year).select_related("signed_by").first()
    if filed and request.method != "POST":
        return render(request, "followup/selfcheck-edit.html", {**context, "check": filed})
    permit(rules.may_sign_off(request.user, agreement))
    standing.must_be_in_force(agreement)
    form = SelfCheckForm(_sent(request))

    def make() -> str:
        return selfcheck.file(agreement, year, by=request.user, **form.cleaned_data).public_id

    if form.is_valid() and attempt(form, lambda: _once(request, f"self-check {agreement.pk} {year}", make)):
        messages.success(request, _("The self-check of %(year)s is filed.") % {"year": year})
        return _to_panel(agreement)
    return _show(request, "followup/selfcheck-edit.html", form, context)


@_read_or_send
def evaluate(request, public_id: str) -> HttpResponse:
    """File the evaluation with its proposal. Second sending of the same form: the same page, one evaluation."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_sign_off(request.user, agreement))
    form = EvaluationForm(_sent(request))

    def make() -> str:
        return evaluation.file(agreement, by=request.user, **form.cleaned_data).public_id

    if form.is_valid() and attempt(form, lambda: _once(request, f"evaluation {agreement.pk}", make)):
        messages.success(request, _("The evaluation is filed. The General Office decides on its proposal."))
        return _to_panel(agreement)
    if not form.is_bound:
        evaluation.must_be_open(agreement, on=clock.today())
    context = {"agreement": agreement, **boards.summary(agreement, clock.today())}
    return _show(request, "followup/evaluation-edit.html", form, context)


@_read_or_send
def decide(request, public_id: str) -> HttpResponse:
    """Decide on the evaluation that waits: it concludes the agreement, lets it go on, or goes back."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_decide_evaluation(request.user, agreement))
    row = evaluation.waiting(agreement)
    form = EvaluationDecisionForm(_sent(request), initial={"evaluation": row.public_id} if row else None)
    if form.is_valid() and attempt(form, lambda: evaluation.decide(agreement, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Decided. The lead unit has been told."))
        return _to_panel(agreement)
    if row is None and not form.is_bound:
        raise NotNow(_("No evaluation is waiting for a decision."), "§4.3", code="no_evaluation")
    context = {
        "agreement": agreement,
        "evaluation": row or agreement.evaluations.select_related("filed_by", "decided_by").first(),
        "ends": row is not None and row.proposal in Evaluation.ENDING,
        **boards.summary(agreement, clock.today()),
    }
    return _show(request, "followup/evaluation-decide.html", form, context)


def _sent(request) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _once(request, purpose: str, make: Callable[[], str]) -> None:
    tokens.once(request.POST.get("submission_token", ""), user_id=request.user.pk, purpose=purpose, make=make)


def _show(request, template: str, form: Form, context: dict[str, Any]) -> HttpResponse:
    """Show a form, empty or as it was typed, with the status of what the service said."""
    context = {**context, "form": form, "submission_token": request.POST.get("submission_token") or tokens.new()}
    return render(request, template, context, status=status_of(form))


def _to_panel(agreement: Agreement) -> HttpResponse:
    return redirect(f"{agreement.get_absolute_url()}?tab=followup")
