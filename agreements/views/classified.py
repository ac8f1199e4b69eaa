"""The register of classified agreements: numbers and registries, nothing of their content."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import register_rules as rules
from agreements.forms.register import ClassifiedForm
from agreements.services import classified
from core.acts import attempt, permit, status_of
from records import tokens

PAGE = 50
PURPOSE = "classified"


@require_safe
def listing(request) -> HttpResponse:
    """List the entries of the person's unit; for the offices, those of all units."""
    permit(rules.may_read_classified(request.user))
    page = Paginator(rules.classified_seen_by(request.user), PAGE).get_page(request.GET.get("page"))
    may_enter = bool(rules.may_enter_classified(request.user))
    return render(request, "agreements/classified-list.html", {"page_obj": page, "may_enter": may_enter})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request) -> HttpResponse:
    """Enter that a classified agreement exists: its number in the unit's secret register, and who keeps it."""
    permit(rules.may_enter_classified(request.user))
    form = ClassifiedForm(request.POST if request.method == "POST" else None, units=classified.keepers(request.user))
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _enter(request, form)):
        messages.success(request, _("The register entry is made."))
        return redirect("agreements:classified-list")
    token = request.POST.get("submission_token") or tokens.new()
    page = {"form": form, "submission_token": token}
    return render(request, "agreements/classified-new.html", page, status=status_of(form))


def _enter(request, form: ClassifiedForm) -> None:
    tokens.once(
        request.POST.get("submission_token", ""),
        user_id=request.user.pk,
        purpose=PURPOSE,
        make=lambda: classified.enter(by=request.user, **form.cleaned_data).public_id,
    )
