"""Asking for the seal, affixing it, sending a request back."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.scope import visible_agreement
from archive.blockers import open_request
from archive.forms import ReasonForm, SealForm, SealRequestForm
from archive.models import Signing
from archive.services import sealing
from archive.views.acts import done, gate, once
from core.acts import attempt, status_of
from records import tokens


def request_seal(request, public_id):
    """Show the request of the lead unit, and send it."""
    agreement = visible_agreement(request.user, public_id)
    gate(request, agreement, "request_sealing")
    signing = Signing.objects.filter(agreement=agreement).select_related("text").first()
    form = SealRequestForm(
        request.POST or None, request.FILES or None, signed_by_leader=bool(signing and signing.leaders)
    )
    if form.is_valid() and attempt(
        form,
        once(request, lambda: sealing.request(agreement, by=request.user, **form.cleaned_data).public_id),
    ):
        messages.success(request, done(request, agreement, _("The request is sent.")))
        return redirect(agreement)
    context = {
        "agreement": agreement,
        "form": form,
        "signing": signing,
        "deadline": sealing.running(agreement),
        "sent_back": agreement.seal_requests.last(),
        "submission_token": tokens.new(),
    }
    return render(request, "archive/sealing-request.html", context, status=status_of(form))


def affix(request, public_id):
    """Show request and line of the register, and affix the seal."""
    agreement = visible_agreement(request.user, public_id)
    gate(request, agreement, "seal")
    form = SealForm(request.POST or None, asked=open_request(agreement), by=request.user)
    if form.is_valid() and attempt(
        form, once(request, lambda: sealing.affix(agreement, by=request.user, **form.cleaned_data).public_id)
    ):
        line = agreement.seal_register.last()
        messages.success(request, done(request, agreement, _("Sealed; register number %(number)s.") % {"number": line}))
        return redirect("archive:custody-list")
    return _show_seal(request, agreement, form, ReasonForm())


@require_POST
def send_back(request, public_id):
    """Send the request back to the lead unit."""
    agreement = visible_agreement(request.user, public_id)
    gate(request, agreement, "send_back_sealing")
    form = ReasonForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: sealing.send_back(agreement, by=request.user, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, done(request, agreement, _("The request is sent back.")))
        return redirect("archive:custody-list")
    seal = SealForm(asked=open_request(agreement), by=request.user)
    return _show_seal(request, agreement, seal, form)


def _show_seal(request, agreement, form, reason):
    context = {
        "agreement": agreement,
        "form": form,
        "reason": reason,
        "asked": open_request(agreement),
        "signing": Signing.objects.filter(agreement=agreement).select_related("text", "scan").first(),
        "deadline": sealing.running(agreement),
        "submission_token": tokens.new(),
    }
    status = status_of(reason if reason.is_bound else form)
    return render(request, "archive/sealing-affix.html", context, status=status)
