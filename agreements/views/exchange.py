"""Recording what went to the counterpart and what came back (§3.2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import comparison, pages, rules
from agreements.forms.versions import ExchangeForm, StrikeForm
from agreements.models import Agreement, Exchange
from agreements.scope import visible_agreement
from agreements.services import exchange
from core import clock
from core.acts import attempt, permit, status_of
from records import tokens

RECORDING = "exchange"


def _panel(agreement: Agreement) -> str:
    return f"{agreement.get_absolute_url()}?tab=text#exchanges"


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, public_id: str) -> HttpResponse:
    """Record an exchange with the counterpart; a form sent twice records one."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    bound = request.method == "POST"
    if not bound:
        exchange.may_be_recorded(agreement)
    form = ExchangeForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        versions=comparison.versions_of(agreement),
        counterparties=[party.counterparty for party in agreement.parties.select_related("counterparty")],
        initial={"on": clock.today(), "direction": request.GET.get("direction", Exchange.Direction.SENT)},
    )

    def once() -> None:
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{RECORDING}:{agreement.pk}",
            make=lambda: exchange.record(agreement, by=request.user, **form.cleaned_data).public_id,
        )

    if form.is_bound and form.is_valid() and attempt(form, once):
        messages.success(request, _("The exchange is recorded."))
        return redirect(_panel(agreement))
    context = {
        **pages.head(agreement),
        "form": form,
        "rounds": exchange.rounds(agreement),
        "submission_token": request.POST.get("submission_token") or tokens.new(),
    }
    return render(request, "agreements/exchange-record.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def strike(request, public_id: str, exchange_id: str) -> HttpResponse:
    """Take back the exchange recorded last, with the reason."""
    agreement = visible_agreement(request.user, public_id)
    row = get_object_or_404(
        agreement.exchanges.select_related("text", "counterparty", "agreement"), public_id=exchange_id
    )
    permit(rules.may_edit(request.user, agreement))
    form = StrikeForm(request.POST if request.method == "POST" else None)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: exchange.strike(row, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("The entry is taken back; it stays to be read."))
        return redirect(_panel(agreement))
    context = {**pages.head(agreement), "form": form, "exchange": row}
    return render(request, "agreements/exchange-strike.html", context, status=status_of(form))
