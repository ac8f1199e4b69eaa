"""New agreements, the page of an agreement, its papers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import pages, panels, rules
from agreements.forms.preparation import AgreementForm
from agreements.models import Category
from agreements.scope import visible_agreement
from agreements.services import papers, preparation
from core import panels as registry
from core.acts import attempt, permit, status_of
from records import files, tokens

FILING = "agreement"


@require_safe
def new(request) -> HttpResponse:
    """Choose the category: what each is for, who leads it, what its text holds; those one may not lead say why."""
    permit(rules.may_create(request.user))
    rows = Category.objects.filter(authority=rules.lead_authority(request.user), retired_on=None)
    found = rows.select_related("authority").prefetch_related("editions")
    choices = [(category, category.edition, rules.may_create(request.user, category)) for category in found]
    return render(
        request,
        "agreements/agreement-new.html",
        {"choices": [(category, edition, None if verdict else verdict) for category, edition, verdict in choices]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def create(request, code: str) -> HttpResponse:
    """File a new agreement of a category; a form sent twice makes one agreement."""
    category = get_object_or_404(Category, authority=rules.lead_authority(request.user), code=code, retired_on=None)
    permit(rules.may_create(request.user, category))
    if AgreementForm.says_classified(request.POST):
        messages.warning(request, _("Classified: nothing of what was typed is kept. Enter the number only."))
        return redirect("agreements:classified-new")
    form = AgreementForm(request.POST if request.method == "POST" else None, request.FILES or None)
    made: list[str] = []

    def file() -> None:
        data = {name: value for name, value in form.cleaned_data.items() if name != "classification"}
        reference, _fresh = tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=FILING,
            make=lambda: preparation.file(category, by=request.user, **data).public_id,
        )
        made.append(reference)

    if request.method == "POST" and form.is_valid() and attempt(form, file):
        messages.success(request, _("The agreement is filed. Next: its facts, the counterparties and the risk."))
        if form.lacks_paper:
            messages.warning(request, _("The paper of its origin is still to be brought before the draft is begun."))
        return redirect("agreements:agreement-detail", made[0])
    context = {
        "form": form,
        "category": category,
        "edition": category.edition,
        "submission_token": request.POST.get("submission_token") or tokens.new(),
    }
    return render(request, "agreements/agreement-create.html", context, status=status_of(form))


@require_safe
def detail(request, public_id: str) -> HttpResponse:
    """Show an agreement: stations, next step, and one tab; the others load when they are opened."""
    agreement = visible_agreement(request.user, public_id)
    current = request.GET.get("tab", pages.OVERVIEW)
    context = pages.frame(request, agreement, request.user, current)
    if current == pages.OVERVIEW:
        context |= {
            **panels.overview(request, agreement, context["history"]),
            "panel": "agreements/panel-overview.html",
        }
    else:
        panel = next((found for found in registry.panels() if found.code == current), None)
        if panel is None:
            raise Http404
        context |= {**panel.context(request, agreement), "panel": panel.template}
    return render(request, "agreements/agreement-detail.html", context)


@require_safe
def download(request, public_id: str, attachment_id: str) -> HttpResponseBase:
    """Send a paper that was brought to the agreement."""
    agreement = visible_agreement(request.user, public_id)
    attachment = get_object_or_404(agreement.attachments.select_related("file"), public_id=attachment_id)
    return files.response(attachment.file, attachment.name)


@require_safe
def paper(request, public_id: str, printed_id: str) -> HttpResponseBase:
    """Send a paper that the product printed for the agreement."""
    agreement = visible_agreement(request.user, public_id)
    printed = get_object_or_404(agreement.printed.select_related("file"), public_id=printed_id)
    return files.response(printed.file, f"{agreement.number} {papers.name_of(printed)}.{printed.file.extension}")
