"""Screening (§1.2): keeping a wording with a reason, trying a text out, the rules in force."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import margin, pages, rules, tryout
from agreements.forms.screening import KeepForm, TryForm
from agreements.scope import visible_agreement
from agreements.services import drafting, findings, texts
from core.acts import attempt, permit, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request, public_id: str, fingerprint: str) -> HttpResponse:
    """Keep a wording that screening found, with the reason; the margin of the workbench sends here."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    text = texts.working(agreement)
    if text is None or not drafting.is_open(agreement):
        raise texts.closed()
    line = findings.line_of(agreement, text, fingerprint)
    if line is None:
        raise findings.gone()
    form = KeepForm(request.POST if request.method == "POST" else None, prefix=fingerprint)

    def answer() -> None:
        findings.keep(agreement, fingerprint, by=request.user, reason=form.cleaned_data["reason"])

    if form.is_bound and form.is_valid() and attempt(form, answer):
        messages.success(request, _("The wording is kept; your reason goes to legal review with the text."))
        return redirect(f"{reverse('agreements:text-edit', args=[agreement.public_id])}#finding-{fingerprint}")
    context = {**pages.head(agreement), "note": margin.note_of(agreement, line), "text": text, "form": form}
    return render(request, "agreements/finding-keep.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request) -> HttpResponse:
    """Screen a text that is pasted in; nothing of it is stored."""
    permit(rules.may_try_screening(request.user))
    form = TryForm(request.POST if request.method == "POST" else None)
    tried = tryout.of(request.user, form.cleaned_data) if form.is_bound and form.is_valid() else None
    context = {"form": form, "tried": tried, "may_edit": _edits_rules(request.user)}
    return render(request, "agreements/screening-try.html", context, status=status_of(form))


def _edits_rules(user) -> bool:
    return user.has_perm("agreements.change_screeningrule")


@require_safe
def rules_in_force(request) -> HttpResponse:
    """Show what is looked for: the built-in rules, which nobody switches off, and the authority's own."""
    permit(rules.may_try_screening(request.user))
    context = {"groups": tryout.rules_by_code(request.user), "may_edit": _edits_rules(request.user)}
    return render(request, "agreements/screening-rules.html", context)
