"""Approvals that are stuck, for two administrators: where they lie and how long, never the text (管理员干预)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SigningAuthority, User
from agreements.pages import holder_names
from approvals import act_rules
from approvals.models import Assignment, Intervention
from approvals.operations.intervening import CONFIRM, AnswerForm, ProposalForm
from approvals.services import intervening
from core.acts import attempt, permit, status_of
from core.errors import NotNow
from records import files

LONGEST_NUMBER = 60
SHOWN = 100


def _authority(user: User) -> SigningAuthority:
    """Return the authority whose stuck approvals a person sets going. Raises Refused for anyone else."""
    permit(act_rules.may_intervene(user))
    holding = user.holding(act_rules.ADMINISTRATOR)
    if holding is None:
        raise RuntimeError("the rule asks for this post")
    return holding.post.authority


@require_safe
def listing(request) -> HttpResponse:
    """Show what is stuck, and what is proposed and was answered; with a number, where an approval lies."""
    authority = _authority(request.user)
    number = request.GET.get("number", "").strip()[:LONGEST_NUMBER]
    items = intervening.open_items(authority, number=number)[:SHOWN]
    names = holder_names({item.assignment.post_id for item in items})
    proposals = Intervention.objects.filter(run__agreement__authority=authority).select_related(
        "run__agreement", "assignment__step", "post__unit", "to_step"
    )
    context = {
        "number": number,
        "items": [(item, names[item.assignment.post_id]) for item in items],
        "proposals": proposals[:SHOWN],
        "late": intervening.LATE_WORKDAYS,
    }
    return render(request, "approvals/intervention-list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request, public_id: str) -> HttpResponse:
    """Propose what is done with an open item."""
    authority = _authority(request.user)
    rows = Assignment.objects.filter(step__run__agreement__authority=authority).select_related("step__run")
    assignment = get_object_or_404(rows, public_id=public_id)
    item = next((one for one in intervening.of_run(assignment.step.run) if one.assignment.pk == assignment.pk), None)
    if item is None:
        raise _gone()
    sent = request.method == "POST"
    form = ProposalForm(request.POST if sent else None, request.FILES if sent else None, item=item, user=request.user)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: intervening.propose(item.assignment, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Proposed. It takes effect when another administrator confirms it."))
        return redirect("approvals:intervention-list")
    context = {"item": item, "form": form}
    return render(request, "approvals/intervention-propose.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, public_id: str) -> HttpResponse:
    """Show a proposal with its document; another administrator than who made it confirms or refuses."""
    row = _proposal(request.user, public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and attempt(form, lambda: _answer(request.user, row, form.cleaned_data)):
        confirmed = form.cleaned_data["answer"] == CONFIRM
        messages.success(request, _("It has taken effect.") if confirmed else _("The proposal is refused."))
        return redirect("approvals:intervention-list")
    context = {"row": row, "form": form, "is_own": row.proposed_by_id == request.user.pk}
    return render(request, "approvals/intervention-answer.html", context, status=status_of(form))


@require_safe
def document(request, public_id: str) -> HttpResponseBase:
    """Send the document a proposal rests on: the second administrator reads it, and sees nothing else of the case."""
    row = _proposal(request.user, public_id)
    return files.response(row.document.file, row.document.name)


def _proposal(user: User, public_id: str) -> Intervention:
    rows = Intervention.objects.filter(run__agreement__authority=_authority(user)).select_related(
        "run__agreement__lead_unit",
        "run__agreement__category",
        "assignment__step__run__agreement__authority",
        "assignment__step__run__text",
        "assignment__post__unit",
        "post__unit",
        "to_step",
        "document__file",
    )
    return get_object_or_404(rows, public_id=public_id)


def _answer(user: User, row: Intervention, data: dict[str, Any]) -> Intervention:
    return intervening.answer(row, by=user, confirmed=data["answer"] == CONFIRM, words=data["words"])


def _gone() -> NotNow:
    return NotNow(
        _("This item is settled: somebody acted on it in the meantime."),
        "§3.4",
        code="settled",
        next_step=_("Look at the list again."),
    )
