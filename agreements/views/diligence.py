"""Due diligence: the whole of it on one page, a counterparty, our own ability, the risk (§1.2, §3.1)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements import pages, preparation_pages, rules
from agreements.forms.diligence import AbilityForm, DiligenceForm, RiskForm
from agreements.scope import visible_agreement
from agreements.services import diligence
from agreements.views.preparation import done, editable, either, show, typed
from core.acts import attempt
from regulation.diligence import DILIGENCE_POINTS


@require_safe
def whole(request, public_id: str) -> HttpResponse:
    """Show what was found out: each counterparty and point, our own ability, the risk."""
    agreement = visible_agreement(request.user, public_id)
    can_edit = bool(rules.may_edit(request.user, agreement)) and rules.is_open_for_preparation(agreement)
    page = {**pages.head(agreement), **preparation_pages.checklist(agreement), "can_edit": can_edit}
    return render(request, "agreements/diligence-show.html", page)


@either
def assess(request, public_id: str, party_id: str) -> HttpResponse:
    """Assess a counterparty: standing, assets, credit, ability to perform."""
    agreement = editable(request, public_id)
    party = get_object_or_404(agreement.parties.select_related("counterparty", "agreement"), public_id=party_id)
    if not diligence.is_asked(agreement, party.counterparty.kind):
        raise diligence.exempt()
    keys = diligence.papered(agreement)
    papered = {code for code in DILIGENCE_POINTS if diligence.key_of(party, code) in keys}
    form = DiligenceForm(typed(request), request.FILES or None, party=party, papered=papered)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: diligence.assess(party, form.findings(), by=request.user, papers=form.papers()))
    ):
        return done(request, agreement)
    line = next(line for line in preparation_pages.party_lines(agreement) if line.party.pk == party.pk)
    points = [{**point, "cell": cell} for point, cell in zip(form.points, line.cells, strict=True)]
    return show(request, "diligence-edit", agreement, form, party=party, points=points)


@either
def ability(request, public_id: str) -> HttpResponse:
    """Say whether our own side can perform what the agreement promises."""
    agreement = editable(request, public_id)
    cell = preparation_pages.own_cell(agreement)
    form = AbilityForm(
        typed(request),
        request.FILES or None,
        row=getattr(agreement, "own_ability", None),
        has_paper=bool(cell.papers),
    )
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: diligence.state_ability(
                agreement, form.found(), by=request.user, papers=form.cleaned_data["papers"]
            ),
        )
    ):
        return done(request, agreement)
    return show(request, "ability-edit", agreement, form, cell=cell)


@either
def risk(request, public_id: str) -> HttpResponse:
    """Argue the government's own contracting and performance risk."""
    agreement = editable(request, public_id)
    row = getattr(agreement, "risk_argument", None)
    stored = {"level": row.level, "argument": row.argument, "measures": row.measures} if row else None
    form = RiskForm(typed(request), request.FILES or None, initial=stored)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: diligence.argue_risk(agreement, by=request.user, **form.cleaned_data))
    ):
        return done(request, agreement)
    brought = preparation_pages.checklist(agreement)["risk_papers"]
    return show(request, "risk-edit", agreement, form, brought=brought)
