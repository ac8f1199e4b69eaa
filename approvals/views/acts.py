"""Carrying out an operation on an approval: one view for all, from the registry in `approvals/acts.py`."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agreements.models import Agreement
from approvals import acts, pages, queue
from approvals.acts import Act, Subject
from approvals.models import Assignment, Run
from approvals.services import second_caller
from core.acts import attempt, permit, status_of, too_late


@require_http_methods(["GET", "HEAD", "POST"])
def on_assignment(request, public_id: str, code: str) -> HttpResponse:
    """Carry out an operation of who handles a step."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Assignment.objects.filter(step__run__agreement__in=seen.values("pk")).select_related(
        "post__unit",
        "step__run__text",
        "step__run__agreement__lead_unit",
        "step__run__agreement__category",
        "step__run__agreement__authority",
    )
    assignment = get_object_or_404(rows, public_id=public_id)
    return _carry_out(request, _act(acts.ASSIGNMENT, code), assignment, assignment.step.run.agreement)


@require_http_methods(["GET", "HEAD", "POST"])
def on_run(request, public_id: str, code: str) -> HttpResponse:
    """Carry out an operation on a whole approval: of its starter, of the office, of a leader."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Run.objects.filter(agreement__in=seen.values("pk")).select_related(
        "text", "agreement__lead_unit", "agreement__category", "agreement__authority"
    )
    run = get_object_or_404(rows, public_id=public_id)
    return _carry_out(request, _act(acts.RUN, code), run, run.agreement)


def _act(about: str, code: str) -> Act:
    try:
        return acts.get(about, code)
    except KeyError as error:
        raise Http404 from error


def _carry_out(request, act: Act, subject: Subject, agreement: Agreement) -> HttpResponse:
    permit(act.may(request.user, subject))
    form = act.bind(request, subject, request.user)
    told: list[object] = []
    if form.is_bound and not form.is_valid():
        if refusal := second_caller.late(subject):
            too_late(form, refusal)
    elif form.is_bound and attempt(form, lambda: told.append(act.carry_out(subject, request.user, form.cleaned_data))):
        messages.success(request, pages.after_act(agreement, request.user, str(told[0])))
        return redirect(agreement)
    context = {
        "agreement": agreement,
        "act": act,
        "form": form,
        "gaps": getattr(form, "gaps", ()),
        "url": request.path,
        "queue": queue.place_of(request.user, agreement, request.path),
    }
    return render(request, "approvals/act-edit.html", context, status=status_of(form))
