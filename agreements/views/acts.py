"""The common form of verbs: what is missing, what will happen and to whom, the reason, the button."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agreements import pages
from agreements.acts import ACTS
from agreements.scope import visible_agreement
from agreements.services import standing
from core.acts import attempt, permit, status_of
from records import tokens


@require_http_methods(["GET", "HEAD", "POST"])
def act(request, public_id: str, code: str) -> HttpResponse:
    """Do a verb that has no page of its own; a form sent twice does it once."""
    agreement = visible_agreement(request.user, public_id)
    found = ACTS.get(code)
    if found is None:
        raise Http404
    permit(found.may(request.user, agreement))
    if request.method == "POST":
        form = found.form(request.POST)
    else:
        found.ask_the_time(agreement)
        form = found.form(initial=found.initial(agreement))

    def run() -> str:
        found.run(agreement, request.user, form.cleaned_data)
        return agreement.public_id

    def once() -> None:
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{found.code}:{agreement.pk}",
            make=run,
        )

    if form.is_bound and form.is_valid() and attempt(form, once):
        messages.success(request, str(found.done))
        return redirect(agreement)
    context = {
        **pages.head(agreement),
        "act": found,
        "form": form,
        "then": found.then(agreement),
        "gaps": getattr(form, "gaps", ()) or (() if form.is_bound else found.gaps(agreement)),
        "advice": found.advice(agreement),
        "proposal": standing.open_proposal(agreement) if found.code == "decide_standing" else None,
        "submission_token": request.POST.get("submission_token") or tokens.new(),
    }
    return render(request, "agreements/verb-act.html", context, status=status_of(form))
