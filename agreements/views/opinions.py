"""Giving an opinion, answering a point, maintaining one, registering a letter (§3.2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements import bearing, opinion_lists, pages, reading, rules
from agreements.forms.consultation import (
    AnswerForm,
    ItemForm,
    LetterForm,
    MaintainForm,
    OpinionForm,
    point_sheet,
)
from agreements.models import Agreement, Opinion, OpinionPoint
from agreements.scope import visible_agreement
from agreements.services import consulting, letters, opinions, texts
from agreements.views.consultation import asked_of, show_round, token_of
from core import clock
from core.acts import attempt, permit, status_of
from records import tokens

OPINION, LETTER = "opinion", "letter"


def _typed(request):
    """Return what was sent, or None for a page that is opened, or that comes back with one row more."""
    return request.POST if request.method == "POST" and "more" not in request.POST else None


@require_http_methods(["GET", "HEAD", "POST"])
def give(request, public_id: str, consulted_id: str) -> HttpResponse:
    """Give the opinion of a consulted unit, beside the text it was asked about."""
    agreement = visible_agreement(request.user, public_id)
    consulted = asked_of(agreement, consulted_id)
    permit(rules.may_reply(request.user, consulted))
    text, typed, clause = consulted.consultation.text, _typed(request), request.GET.get("clause", "")
    if typed is None:
        opinions.may_still_reply(consulted)
    sent = request.POST if request.method == "POST" else None
    initial = {"stance": Opinion.Stance.OBJECTION} if clause else {}
    again = {name: sent.get(name, "") for name in ("stance", "remark")} if sent is not None else initial
    form = OpinionForm(typed, initial=again)
    sheet = point_sheet(sent, text, clause=clause)
    items = [
        ItemForm(typed, item=item, initial=_item_again(sent, item) if typed is None else None)
        for item in bearing.asked_of(consulted)
    ]

    def reply() -> None:
        said = {one.item.lineage: one.content() for one in items}
        points = [row.content() for row in sheet.kept]
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{OPINION}:{consulted.pk}",
            make=lambda: (
                opinions.reply(consulted, by=request.user, points=points, items=said, **form.cleaned_data).public_id
            ),
        )

    valid = form.is_bound and all([form.is_valid(), sheet.is_valid(), *(one.is_valid() for one in items)])
    if valid and attempt(form, reply):
        messages.success(request, _("The opinion of your unit was given; the lead unit answers it."))
        return redirect("agreements:consultation-detail", agreement.public_id, consulted.consultation.public_id)
    (round_,) = opinion_lists.rounds(agreement, only=consulted.consultation)
    if consulted.about:
        named = dict(zip(consulted.consultation.about, round_.about, strict=True))
        round_.about = [named[lineage] for lineage in consulted.about]
    context = {
        **pages.head(agreement),
        "consulted": consulted,
        "round": round_,
        "before": next(row.before for row in round_.replies if row.consulted.pk == consulted.pk),
        "form": form,
        "formsets": [sheet],
        "sheet": sheet,
        "items": items,
        "text": text,
        "clauses": reading.read(text),
        "about": consulted.about or consulted.consultation.about,
        "give_url": request.path,
        "submission_token": token_of(request),
    }
    return render(request, "agreements/opinion-give.html", context, status=status_of(form, sheet, *items))


def _item_again(sent, item: bearing.Item) -> dict[str, str]:
    """Return what was typed of an item, for a page that comes back with one row more."""
    if sent is None:
        return {}
    return {name: sent.get(f"item-{item.lineage}-{name}", "") for name in ("stance", "conditions")}


def _point_of(agreement: Agreement, point_id: str) -> OpinionPoint:
    return get_object_or_404(
        agreement.opinion_points.select_related(
            "agreement",
            "opinion__consulted__unit",
            "opinion__consulted__consultation__agreement",
            "opinion__letter__consultation",
        ),
        public_id=point_id,
    )


def _back(agreement: Agreement, point: OpinionPoint) -> HttpResponse:
    return redirect("agreements:opinion-list", agreement.public_id)


@require_POST
def answer(request, public_id: str, point_id: str) -> HttpResponse:
    """Answer a point: adopted, in part, or not, with the reason."""
    agreement = visible_agreement(request.user, public_id)
    point = _point_of(agreement, point_id)
    permit(rules.may_edit(request.user, agreement))
    form = AnswerForm(request.POST, prefix=point.public_id)
    if form.is_valid() and attempt(form, lambda: opinions.answer(point, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The opinion is answered; the unit was told."))
        return _back(agreement, point)
    return show_round(request, agreement, None, typed=form, about=point)


@require_POST
def maintain(request, public_id: str, point_id: str) -> HttpResponse:
    """Hold on to a point that was not adopted whole, with the reason."""
    agreement = visible_agreement(request.user, public_id)
    point = _point_of(agreement, point_id)
    permit(opinions.may_maintain(request.user, point))
    form = MaintainForm(request.POST, prefix=point.public_id)
    if form.is_valid() and attempt(form, lambda: opinions.maintain(point, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The opinion is maintained; it stands in the list of differences."))
        return _back(agreement, point)
    return show_round(request, agreement, None, typed=form, about=point)


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request, public_id: str) -> HttpResponse:
    """Register a letter of a counterparty or an outside body as its opinion, with its scan and its points."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    typed, sent = _typed(request), request.POST if request.method == "POST" else None
    if typed is None:
        consulting.must_be_open(agreement)
    rounds = list(agreement.consultations.select_related("text").order_by("-round"))
    initial = {"received_on": clock.today(), "consultation": rounds[0].public_id if rounds else ""}
    again = {name: sent.get(name, "") for name in LetterForm.base_fields if name != "scan"} if sent else initial
    form = LetterForm(typed, request.FILES if typed is not None else None, rounds=rounds, initial=again)
    chosen = next((row for row in rounds if sent and row.public_id == sent.get("consultation")), None)
    text = (chosen.text if chosen else None) or (rounds[0].text if rounds and not sent else texts.current(agreement))
    sheet = point_sheet(sent, text)

    def register() -> None:
        points = [row.content() for row in sheet.kept]
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{LETTER}:{agreement.pk}",
            make=lambda: letters.register(agreement, by=request.user, points=points, **form.cleaned_data).public_id,
        )

    valid = form.is_bound and all([form.is_valid(), sheet.is_valid()])
    if valid and attempt(form, register):
        messages.success(request, _("The letter is registered as an opinion."))
        return redirect("agreements:opinion-list", agreement.public_id)
    context = {
        **pages.head(agreement),
        "form": form,
        "formsets": [sheet],
        "sheet": sheet,
        "senders": [party.counterparty.name for party in agreement.parties.select_related("counterparty")],
        "submission_token": token_of(request),
    }
    return render(request, "agreements/letter-new.html", context, status=status_of(form, sheet))
