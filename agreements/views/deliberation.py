"""Recording a symposium or an expert review meeting, and reading one (§3.2)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import pages, rules
from agreements.forms.deliberation import DeliberationForm, participant_sheet
from agreements.scope import visible_agreement
from agreements.services import deliberating
from agreements.views.consultation import token_of
from core.acts import attempt, permit, status_of
from records import tokens

DELIBERATION = "deliberation"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, public_id: str) -> HttpResponse:
    """Record a meeting; a form sent twice records one."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    sent = request.POST if request.method == "POST" else None
    typed = sent if sent is not None and "more" not in sent else None
    if typed is None:
        deliberating.ask_the_time(agreement)
    again = {name: sent.get(name, "") for name in DeliberationForm.base_fields if name != "minutes"} if sent else {}
    form = DeliberationForm(
        typed,
        request.FILES if typed is not None else None,
        texts=agreement.texts.order_by("-number"),
        initial=again or {"topic": agreement.title},
    )
    sheet = participant_sheet(sent)
    made: list[str] = []

    def record() -> None:
        people = [row.content() for row in sheet.kept]
        reference, _fresh = tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{DELIBERATION}:{agreement.pk}",
            make=lambda: (
                deliberating.record(agreement, by=request.user, participants=people, **form.cleaned_data).public_id
            ),
        )
        made.append(reference)

    valid = form.is_bound and all([form.is_valid(), sheet.is_valid()])
    if valid and attempt(form, record):
        messages.success(request, _("The meeting is on record."))
        return redirect("agreements:deliberation-detail", agreement.public_id, made[0])
    context = {
        **pages.head(agreement),
        "form": form,
        "formsets": [sheet],
        "sheet": sheet,
        "experts_least": settings.EXPERTS_LEAST,
        "submission_token": token_of(request),
    }
    return render(request, "agreements/deliberation-new.html", context, status=status_of(form, sheet))


@require_safe
def detail(request, public_id: str, deliberation_id: str) -> HttpResponse:
    """Show a meeting: text, participants, what the experts said, the conclusion, the minutes."""
    agreement = visible_agreement(request.user, public_id)
    meeting = get_object_or_404(
        agreement.deliberations.select_related("text", "minutes", "recorded_by").prefetch_related("participants"),
        public_id=deliberation_id,
    )
    context = {**pages.head(agreement), "meeting": meeting}
    return render(request, "agreements/deliberation-detail.html", context)
