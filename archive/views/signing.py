"""Recording a signing."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agreements.scope import visible_agreement
from approvals.services import runs
from archive import forms
from archive.services import signing
from archive.services.signing import Ours, Theirs
from archive.views.acts import done, gate, once
from core.acts import UNREADABLE, attempt
from records import tokens


def record(request, public_id):
    """Show the form of a signing, and record it; asks may, time and gaps before it is shown."""
    agreement = visible_agreement(request.user, public_id)
    gate(request, agreement, "sign")
    if request.method == "POST":
        form = forms.SigningForm(request.POST, request.FILES)
        ours = forms.ours_sheet(request.POST, request.FILES)
        theirs = forms.theirs_sheet(agreement, request.POST)

        def save() -> str:
            facts = form.cleaned_data
            return signing.record(
                agreement,
                by=request.user,
                on=facts["signed_on"],
                place=facts["place"],
                manner=facts["manner"],
                scan=facts["scan"],
                ours=[Ours(**person) for person in ours.people()],
                theirs=[Theirs(**person) for person in theirs.people()],
            ).public_id

        if all([form.is_valid(), ours.is_valid(), theirs.is_valid()]) and attempt(form, once(request, save)):
            messages.success(request, done(request, agreement, _("The signing is recorded.")))
            return redirect(agreement)
    else:
        form, ours, theirs = forms.SigningForm(), forms.ours_sheet(), forms.theirs_sheet(agreement)
    context = {
        "agreement": agreement,
        "form": form,
        "ours": ours,
        "theirs": theirs,
        "formsets": [ours, theirs],
        "text": runs.approved_text(agreement),
        "submission_token": tokens.new(),
    }
    status = getattr(form, "status", UNREADABLE) if form.is_bound else 200
    return render(request, "archive/signing-record.html", context, status=status)
