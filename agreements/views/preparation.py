"""Preparation (§3.1): origin, facts, parties."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import pages, preparation_pages
from agreements.forms.acts import ConfirmForm
from agreements.forms.parties import PartySheet, contents
from agreements.forms.preparation import FactsForm, OriginForm
from agreements.forms.units import units_of
from agreements.models import Agreement, Counterparty, Party
from agreements.scope import visible_agreement
from agreements.services import overlaps, preparation
from core.acts import attempt, status_of

OFFERED_NAMES = 500
either = require_http_methods(["GET", "HEAD", "POST"])


def editable(request, public_id: str) -> Agreement:
    """Return the agreement where this person may change its facts and the time for it has not passed."""
    agreement = visible_agreement(request.user, public_id)
    preparation.may_still_change(agreement, by=request.user)
    return agreement


def typed(request):
    return request.POST if request.method == "POST" else None


def show(request, name: str, agreement: Agreement, form, formsets=(), **context) -> HttpResponse:
    page = {**pages.head(agreement), "form": form, "formsets": formsets, **context}
    return render(request, f"agreements/{name}.html", page, status=status_of(form, *formsets))


def done(request, agreement: Agreement) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(agreement)


@either
def edit(request, public_id: str) -> HttpResponse:
    """Enter the facts: type, fields, natures, term, amount, supporting units."""
    agreement = editable(request, public_id)
    form = FactsForm(typed(request), agreement=agreement, units=units_of(agreement.authority))
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
                joint_leads=form.cleaned_data["joint_leads"],
            ),
        )
    ):
        return done(request, agreement)
    words = preparation_pages.amounts_in_words(agreement)
    alike = preparation_pages.alike(request, agreement)
    return show(request, "preparation-edit", agreement, form, amounts_in_words=words, **alike)


@either
def origin(request, public_id: str) -> HttpResponse:
    """Say where the agreement comes from, and bring the paper that shows it."""
    agreement = editable(request, public_id)
    stored = {"origin": agreement.origin, "origin_note": agreement.origin_note}
    form = OriginForm(typed(request), request.FILES or None, initial=stored)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: preparation.state_origin(
                agreement,
                by=request.user,
                origin=form.cleaned_data["origin"],
                origin_note=form.cleaned_data["origin_note"],
                papers=form.cleaned_data["origin_papers"],
            ),
        )
    ):
        return done(request, agreement)
    return show(request, "origin-edit", agreement, form, brought=preparation_pages.origin_papers(agreement))


@either
def parties(request, public_id: str) -> HttpResponse:
    """Name the counterparties in their order, with who is to sign for each."""
    agreement = editable(request, public_id)
    rows = list(agreement.parties.select_related("counterparty"))
    sheet = PartySheet(typed(request), prefix="party", initial=[_party(row) for row in rows])
    form = ConfirmForm(typed(request))
    if sheet.is_bound and sheet.is_valid() and form.is_valid():
        found = contents(sheet.kept, [row.counterparty.name for row in rows])
        if found is not None and attempt(form, lambda: preparation.name_parties(agreement, found, by=request.user)):
            return _named(request, agreement)
    names = Counterparty.objects.filter(merged_into=None).values_list("name", flat=True)[:OFFERED_NAMES]
    alike = preparation_pages.alike(request, agreement)
    return show(request, "parties-edit", agreement, form, formsets=[sheet], sheet=sheet, names=names, **alike)


def _party(party: Party) -> dict[str, str]:
    """Return a party as its row starts."""
    return {
        "name": party.counterparty.name,
        "kind": party.counterparty.kind,
        "signatory": party.signatory,
        "rank": party.rank,
        "authorisation": party.authorisation,
    }


def _named(request, agreement: Agreement) -> HttpResponse:
    """Lead on: to the live agreements of the same counterparty when it must be said why a new one is made."""
    if overlaps.is_explained(agreement):
        return done(request, agreement)
    messages.warning(request, _("Saved. The counterparty has a live agreement: look at it, and say why a new one."))
    return redirect("agreements:relations-edit", agreement.public_id)
