"""The own phrases of an opinion: adding, ordering, removing; those of the office stand beside to be read."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from approvals.models import Phrase
from approvals.models.phrase import LONGEST
from approvals.services import phrases
from core.acts import attempt, status_of


class PhraseForm(forms.Form):
    """The words of a new phrase."""

    words = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"lang": "zh-hans"}),
        help_text=gettext_lazy("Added behind what you wrote, never in its place."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Show the own phrases and those of the office, and add one."""
    user: User = request.user  # type: ignore[assignment]
    form = PhraseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and attempt(form, lambda: phrases.add(form.cleaned_data["words"], by=user)):
        messages.success(request, _("The phrase is added."))
        return redirect("desk:phrase-list")
    context = {"form": form, "own": phrases.own(user), "of_office": phrases.of_office(user)}
    return render(request, "desk/phrase-list.html", context, status=status_of(form))


def _own(request: HttpRequest, public_id: str) -> tuple[Phrase, User]:
    user: User = request.user  # type: ignore[assignment]
    return get_object_or_404(Phrase, public_id=public_id, user=user, retired_on=None), user


@require_POST
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move an own phrase one place up, or down with `down`."""
    phrase, user = _own(request, public_id)
    phrases.move(phrase, by=user, up="down" not in request.POST)
    return redirect("desk:phrase-list")


@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take an own phrase away."""
    phrase, user = _own(request, public_id)
    phrases.remove(phrase, by=user)
    messages.success(request, _("The phrase is removed."))
    return redirect("desk:phrase-list")
