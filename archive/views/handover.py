"""Handing the original over, receiving it, sending it back."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.scope import visible_agreement
from archive.blockers import offered_handover
from archive.forms import HandoverForm, ReasonForm, ReceiveForm
from archive.models import Signing
from archive.services import handover
from archive.views.acts import done, gate, once
from core.acts import attempt, status_of
from records import tokens


def make(request, public_id):
    """Show the note with the facts of the signing, and hand the original over."""
    agreement = visible_agreement(request.user, public_id)
    gate(request, agreement, "hand_over")
    form = HandoverForm(request.POST or None, request.FILES or None, agreement=agreement)
    if form.is_valid() and attempt(
        form, once(request, lambda: handover.hand_over(agreement, by=request.user, **form.cleaned_data).public_id)
    ):
        messages.success(request, done(request, agreement, _("The original is handed over.")))
        return redirect(agreement)
    context = {
        "agreement": agreement,
        "form": form,
        "signing": Signing.objects.filter(agreement=agreement).select_related("text").first(),
        "deadline": handover.running(agreement),
        "sent_back": agreement.handovers.last(),
        "submission_token": tokens.new(),
    }
    return render(request, "archive/handover-make.html", context, status=status_of(form))


def receive(request, public_id):
    """Show what was handed over, and receive it."""
    agreement = visible_agreement(request.user, public_id)
    gate(request, agreement, "archive")
    form = ReceiveForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: handover.receive(agreement, by=request.user, on=form.cleaned_data["on"])
    ):
        messages.success(
            request, done(request, agreement, _("The original is in the archive; the agreement is in performance."))
        )
        return redirect("archive:custody-list")
    return _show_receipt(request, agreement, form, ReasonForm())


@require_POST
def send_back(request, public_id):
    """Send an incomplete handover back to the lead unit."""
    agreement = visible_agreement(request.user, public_id)
    gate(request, agreement, "send_back_handover")
    form = ReasonForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: handover.send_back(agreement, by=request.user, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, done(request, agreement, _("The handover is sent back.")))
        return redirect("archive:custody-list")
    return _show_receipt(request, agreement, ReceiveForm(), form)


def _show_receipt(request, agreement, form, reason):
    context = {
        "agreement": agreement,
        "form": form,
        "reason": reason,
        "handed": offered_handover(agreement),
        "submission_token": tokens.new(),
    }
    status = status_of(reason if reason.is_bound else form)
    return render(request, "archive/handover-receive.html", context, status=status)
