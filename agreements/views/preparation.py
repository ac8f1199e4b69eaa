"""Preparation (§3.1): facts, parties, due diligence, risk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import pages
from agreements.forms.acts import ConfirmForm
from agreements.forms.preparation import DiligenceForm, FactsForm, PartySheet, RiskForm
from agreements.forms.units import units_of
from agreements.models import Agreement, Counterparty
from agreements.scope import visible_agreement
from agreements.services import preparation
from core.acts import attempt, status_of
from regulation.diligence import diligence_required

OFFERED_NAMES = 500
either = require_http_methods(["GET", "HEAD", "POST"])


def _editable(request, public_id: str) -> Agreement:
    """Return the agreement where this person may change its facts and the time for it has not passed."""
    agreement = visible_agreement(request.user, public_id)
    preparation.may_still_change(agreement, by=request.user)
    return agreement


def _typed(request):
    return request.POST if request.method == "POST" else None


def _show(request, name: str, agreement: Agreement, form, formsets=(), **context) -> HttpResponse:
    page = {**pages.head(agreement), "form": form, "formsets": formsets, **context}
    return render(request, f"agreements/{name}.html", page, status=status_of(form, *formsets))


def _done(request, agreement: Agreement) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(agreement)


@either
def edit(request, public_id: str) -> HttpResponse:
    """Enter the facts: type, fields, natures, term, amount, supporting units."""
    agreement = _editable(request, public_id)
    form = FactsForm(_typed(request), agreement=agreement, units=units_of(agreement.authority))
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: preparation.describe(
                agreement,
                by=request.user,
                facts=form.facts(),
                fields=form.cleaned_data["fields_of_cooperation"],
                natures=form.cleaned_data["natures"],
                supporting_units=form.cleaned_data["supporting_units"],
            ),
        )
    ):
        return _done(request, agreement)
    return _show(request, "preparation-edit", agreement, form)


@either
def parties(request, public_id: str) -> HttpResponse:
    """Name the counterparties in their order, with who is to sign for each."""
    agreement = _editable(request, public_id)
    rows = [
        {
            "name": party.counterparty.name,
            "kind": party.counterparty.kind,
            "signatory": party.signatory,
            "rank": party.rank,
        }
        for party in agreement.parties.select_related("counterparty")
    ]
    sheet = PartySheet(_typed(request), prefix="party", initial=rows)
    form = ConfirmForm(_typed(request))
    if (
        sheet.is_bound
        and sheet.is_valid()
        and form.is_valid()
        and attempt(
            form,
            lambda: preparation.name_parties(agreement, [row.content() for row in sheet.kept], by=request.user),
        )
    ):
        return _done(request, agreement)
    names = Counterparty.objects.values_list("name", flat=True)[:OFFERED_NAMES]
    return _show(request, "parties-edit", agreement, form, formsets=[sheet], sheet=sheet, names=names)


@either
def diligence(request, public_id: str, party_id: str) -> HttpResponse:
    """Assess a counterparty: standing, assets, credit, ability to perform."""
    agreement = _editable(request, public_id)
    party = get_object_or_404(agreement.parties.select_related("counterparty", "agreement"), public_id=party_id)
    if not diligence_required(party.counterparty.kind):
        raise preparation.exempt()
    form = DiligenceForm(_typed(request), party=party)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: preparation.assess(party, form.findings(), by=request.user))
    ):
        return _done(request, agreement)
    return _show(request, "diligence-edit", agreement, form, party=party)


@either
def risk(request, public_id: str) -> HttpResponse:
    """Argue the government's own contracting and performance risk."""
    agreement = _editable(request, public_id)
    row = getattr(agreement, "risk_argument", None)
    stored = {"level": row.level, "argument": row.argument, "measures": row.measures} if row else None
    form = RiskForm(_typed(request), initial=stored)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: preparation.argue_risk(agreement, by=request.user, **form.cleaned_data))
    ):
        return _done(request, agreement)
    return _show(request, "risk-edit", agreement, form)
