"""Other agreements: those like this one, and those it hangs together with."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements import preparation_pages
from agreements.forms.acts import ConfirmForm
from agreements.forms.preparation import LinkForm, OverlapForm
from agreements.models import Agreement
from agreements.services import links, preparation
from agreements.views.preparation import editable, either, show, typed
from core.acts import attempt


@either
def edit(request, public_id: str) -> HttpResponse:
    """Look at the agreements like this one, say why a new one is made, find others to link with."""
    agreement = editable(request, public_id)
    form = OverlapForm(typed(request), initial={"reason": agreement.overlap_reason})
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: preparation.explain_overlap(agreement, form.cleaned_data["reason"], by=request.user))
    ):
        return _again(request, agreement, _("Saved."))
    return _page(request, agreement, form, "" if form.is_bound else request.GET.get("q", "").strip()[:80])


def _page(request, agreement: Agreement, form, words: str = "") -> HttpResponse:
    found = links.candidates(agreement, words, by=request.user) if words else []
    rows = list(agreement.links.all())
    seen = Agreement.objects.visible_to(request.user).filter(pk__in=[row.other_id for row in rows]).in_bulk()
    forms = [LinkForm(initial={"other": other.public_id}, auto_id=f"id_{other.public_id}_%s") for other in found]
    return show(
        request,
        "relations-edit",
        agreement,
        form,
        words=words,
        found=list(zip(found, forms, strict=True)),
        links=[(row, seen.get(row.other_id)) for row in rows],
        **preparation_pages.alike(request, agreement),
    )


@require_POST
def make(request, public_id: str) -> HttpResponse:
    """Link with another agreement that the person may see."""
    agreement = editable(request, public_id)
    form = LinkForm(request.POST)
    if form.is_valid():
        seen = Agreement.objects.visible_to(request.user)
        other = get_object_or_404(seen, public_id=form.cleaned_data["other"])
        if attempt(form, lambda: links.link(agreement, other, form.cleaned_data["kind"], by=request.user)):
            return _again(request, agreement, _("Linked."))
    return _page(request, agreement, form)


@require_POST
def remove(request, public_id: str, link_id: str) -> HttpResponse:
    """Take a link away; that it stood there remains in the trail."""
    agreement = editable(request, public_id)
    row = get_object_or_404(agreement.links.select_related("agreement", "other"), public_id=link_id)
    form = ConfirmForm(request.POST)
    if attempt(form, lambda: links.unlink(row, by=request.user)):
        return _again(request, agreement, _("The link is taken away."))
    return _page(request, agreement, form)


def _again(request, agreement: Agreement, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("agreements:relations-edit", agreement.public_id)
