"""Asking for opinions, giving one, answering them (§3.2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import pages, panels, reading, rules, verbs
from agreements.forms.consultation import AnswerForm, ConsultationForm, OpinionForm
from agreements.forms.units import units_of
from agreements.models import Agreement, Consultation, ConsultedUnit, Opinion
from agreements.scope import visible_agreement
from agreements.services import calendar, consulting, lifecycle
from core import clock
from core.acts import attempt, permit, status_of
from core.verdicts import Denied
from records import tokens

DAYS_TO_REPLY = 5
CONSULTING = "consultation"
OPINION = "opinion"


def _token(request) -> str:
    return request.POST.get("submission_token") or tokens.new()


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, public_id: str) -> HttpResponse:
    """Send the draft to units for their opinion; a form sent twice sends one round."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    verb = verbs.get("consult")
    if not lifecycle.is_time(agreement, verb):
        raise lifecycle.not_the_time(agreement, verb)
    units = [unit for unit in units_of(agreement.authority) if unit.pk != agreement.lead_unit_id]
    form = ConsultationForm(
        request.POST if request.method == "POST" else None,
        units=units,
        initial={"due_on": calendar.nth(clock.today(), DAYS_TO_REPLY).day},
    )
    made: list[str] = []

    def send() -> None:
        data = form.cleaned_data
        reference, _fresh = tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=CONSULTING,
            make=lambda: (
                consulting.send(
                    agreement, data["units"], by=request.user, due_on=data["due_on"], note=data["note"]
                ).public_id
            ),
        )
        made.append(reference)

    if form.is_bound and form.is_valid() and attempt(form, send):
        messages.success(request, _("The draft was sent for opinions. Drafting goes on in a copy."))
        return redirect("agreements:consultation-detail", agreement.public_id, made[0])
    gaps = [] if form.is_bound else verb.gaps(agreement)
    context = {
        **pages.head(agreement),
        "form": form,
        "gaps": getattr(form, "gaps", gaps),
        "submission_token": _token(request),
    }
    return render(request, "agreements/consultation-new.html", context, status=status_of(form))


def _round(agreement: Agreement, consultation_id: str) -> Consultation:
    return get_object_or_404(
        agreement.consultations.select_related("text", "sent_by", "agreement"), public_id=consultation_id
    )


@require_safe
def detail(request, public_id: str, consultation_id: str) -> HttpResponse:
    """Show a round: who said what, who has not replied, and for the lead unit the answers to give."""
    agreement = visible_agreement(request.user, public_id)
    return _show_round(request, agreement, _round(agreement, consultation_id))


def _show_round(request, agreement: Agreement, consultation: Consultation, typed=None, about=None) -> HttpResponse:
    """Draw a round; `typed` is the answer form that was refused, `about` the opinion it belongs to."""
    may_answer = not isinstance(rules.may_edit(request.user, agreement), Denied)
    rows = [
        (reply, _answer_form(reply.opinion, typed, about) if may_answer else None)
        for reply in panels.replies(consultation)
    ]
    context = {**pages.head(agreement), "consultation": consultation, "rows": rows, "form": typed}
    return render(
        request, "agreements/consultation-detail.html", context, status=status_of(typed) if typed is not None else 200
    )


def _answer_form(opinion: Opinion | None, typed: AnswerForm | None, about: Opinion | None) -> AnswerForm | None:
    if opinion is None or opinion.stance != Opinion.Stance.OBJECTION or hasattr(opinion, "answer"):
        return None
    if typed is not None and about is not None and about.pk == opinion.pk:
        return typed
    return AnswerForm(prefix=opinion.public_id)


@require_safe
def latest(request, public_id: str) -> HttpResponse:
    """Lead to the newest round."""
    agreement = visible_agreement(request.user, public_id)
    consultation = agreement.consultations.order_by("-round").first()
    if consultation is None:
        raise Http404
    return redirect("agreements:consultation-detail", agreement.public_id, consultation.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request, public_id: str, consulted_id: str) -> HttpResponse:
    """Give the opinion of a consulted unit, beside the text it was asked about."""
    agreement = visible_agreement(request.user, public_id)
    consulted = get_object_or_404(
        ConsultedUnit.objects.filter(consultation__agreement=agreement).select_related(
            "unit", "consultation__text", "consultation__agreement", "consultation__sent_by"
        ),
        public_id=consulted_id,
    )
    permit(rules.may_reply(request.user, consulted))
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        consulting.may_still_reply(consulted)

    def reply() -> None:
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=OPINION,
            make=lambda: consulting.reply(consulted, by=request.user, **form.cleaned_data).public_id,
        )

    if form.is_bound and form.is_valid() and attempt(form, reply):
        messages.success(request, _("The opinion of your unit was given; the lead unit answers it."))
        return redirect(agreement)
    context = {
        **pages.head(agreement),
        "consulted": consulted,
        "form": form,
        "text": consulted.consultation.text,
        "clauses": reading.read(consulted.consultation.text),
        "submission_token": _token(request),
    }
    return render(request, "agreements/opinion-give.html", context, status=status_of(form))


@require_POST
def answer(request, public_id: str, opinion_id: str) -> HttpResponse:
    """Answer an opinion: adopted, in part, or not, with the reason."""
    agreement = visible_agreement(request.user, public_id)
    opinion = get_object_or_404(
        Opinion.objects.filter(consulted__consultation__agreement=agreement).select_related(
            "consulted__unit", "consulted__consultation__agreement", "consulted__consultation__text"
        ),
        public_id=opinion_id,
    )
    permit(rules.may_edit(request.user, agreement))
    form = AnswerForm(request.POST, prefix=opinion.public_id)
    if form.is_valid() and attempt(form, lambda: consulting.answer(opinion, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The opinion is answered; the unit was told."))
        return redirect("agreements:consultation-detail", agreement.public_id, opinion.consulted.consultation.public_id)
    return _show_round(request, agreement, opinion.consulted.consultation, typed=form, about=opinion)
