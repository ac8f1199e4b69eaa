"""Asking for opinions, looking at a round, urging, printing the table (§3.2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import bearing, opinion_lists, opinion_papers, pages, reading, rules, verbs
from agreements.forms.consultation import AnswerForm, ConsultationForm, MaintainForm, UrgeForm
from agreements.forms.units import units_of
from agreements.models import Agreement, Consultation, ConsultedUnit, OpinionPoint
from agreements.scope import visible_agreement
from agreements.services import consulting, lifecycle, opinions, reminding, texts
from core.acts import attempt, permit, status_of
from core.verdicts import Denied
from records import files, tokens

CONSULTING = "consultation"
URGING = "urge"


def token_of(request) -> str:
    """Return the token of the form that was sent, or a new one."""
    return request.POST.get("submission_token") or tokens.new()


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, public_id: str) -> HttpResponse:
    """Send the draft to units for their opinion; a form sent twice sends one round."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    verb = verbs.get("consult")
    if not lifecycle.is_time(agreement, verb):
        raise lifecycle.not_the_time(agreement, verb)
    text = texts.working(agreement)
    form = ConsultationForm(
        request.POST if request.method == "POST" else None,
        units=[unit for unit in units_of(agreement.authority) if unit.pk != agreement.lead_unit_id],
        clauses=text.clauses.all() if text else (),
        items=bearing.items(text),
        initial={"workdays": consulting.usual_workdays(agreement)},
    )
    made: list[str] = []

    def send() -> None:
        data = {name: value for name, value in form.cleaned_data.items() if name not in ("units", "without")}
        reference, _fresh = tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=CONSULTING,
            make=lambda: consulting.send(agreement, form.cleaned_data["units"], by=request.user, **data).public_id,
        )
        made.append(reference)

    if form.is_bound and form.is_valid() and attempt(form, send):
        messages.success(request, _("The draft was sent for opinions. Drafting goes on in a copy."))
        return redirect("agreements:consultation-detail", agreement.public_id, made[0])
    context = {
        **pages.head(agreement),
        "form": form,
        "gaps": getattr(form, "gaps", [] if form.is_bound else verb.gaps(agreement)),
        "before": opinion_lists.rounds(agreement)[-1:],
        "submission_token": token_of(request),
    }
    return render(request, "agreements/consultation-new.html", context, status=status_of(form))


def round_of(agreement: Agreement, consultation_id: str) -> Consultation:
    """Return a round of an agreement by its public id; 404 for any other."""
    return get_object_or_404(
        agreement.consultations.select_related("text__agreement", "sent_by", "agreement").prefetch_related(
            "text__marks"
        ),
        public_id=consultation_id,
    )


@require_safe
def detail(request, public_id: str, consultation_id: str) -> HttpResponse:
    """Show a round: who said what, who has not replied, and for each reader what is theirs to do."""
    agreement = visible_agreement(request.user, public_id)
    return show_round(request, agreement, round_of(agreement, consultation_id))


@require_safe
def every(request, public_id: str) -> HttpResponse:
    """Show all rounds and letters of an agreement, with what is still to be answered."""
    agreement = visible_agreement(request.user, public_id)
    return show_round(request, agreement, None)


def show_round(request, agreement: Agreement, round_: Consultation | None, typed=None, about=None) -> HttpResponse:
    """Draw a round, or all; `typed` is a form that was refused, `about` the point or the unit it belongs to."""
    found = opinion_lists.rounds(agreement, only=round_)[::-1]
    letters = [] if round_ else opinion_lists.letters(agreement)
    is_lead = not isinstance(rules.may_edit(request.user, agreement), Denied)
    leads = is_lead and rules.is_open_for_preparation(agreement)
    of_letters = [(line, leads) for line in letters]
    for entry in found:
        is_open = consulting.is_open(agreement, entry.consultation)
        leads_here = is_lead and is_open
        of_letters += [(line, leads_here) for line in entry.letters]
        for reply in entry.replies:
            replies_here = is_open and not isinstance(rules.may_reply(request.user, reply.consulted), Denied)
            asked: Any = reply.consulted
            asked.urge_form = _form(UrgeForm, asked, typed, about) if leads_here and reply.opinion is None else None
            asked.may_reply = replies_here and reply.opinion is None
            for point in reply.points:
                _offer(point, typed, about, answers=leads_here, maintains=replies_here)
    for line, answers in of_letters:
        for point in line.points:
            _offer(point, typed, about, answers=answers, maintains=False)
    context = {
        **pages.head(agreement),
        "consultation": round_,
        "rounds": found,
        "letters": letters,
        "differences": opinions.differences(agreement),
        "leads": leads,
        "form": typed,
        "submission_token": tokens.new(),
    }
    name = "consultation-detail" if round_ else "opinion-list"
    return render(request, f"agreements/{name}.html", context, status=200 if typed is None else status_of(typed))


def _offer(point: Any, typed, about, *, answers: bool, maintains: bool) -> None:
    """Hang on a point the forms that this reader may send about it."""
    answered = hasattr(point, "answer")
    point.answer_form = _form(AnswerForm, point, typed, about) if answers and not answered else None
    can = maintains and opinions.can_be_maintained(point)
    point.maintain_form = _form(MaintainForm, point, typed, about) if can else None


def _form(kind, row: OpinionPoint | ConsultedUnit, typed, about):
    if isinstance(typed, kind) and about is not None and (type(about), about.pk) == (type(row), row.pk):
        return typed
    return kind(prefix=row.public_id)


@require_safe
def latest(request, public_id: str) -> HttpResponse:
    """Lead to the newest round."""
    agreement = visible_agreement(request.user, public_id)
    consultation = agreement.consultations.order_by("-round").first()
    if consultation is None:
        raise Http404
    return redirect("agreements:consultation-detail", agreement.public_id, consultation.public_id)


@require_safe
def text(request, public_id: str, consultation_id: str) -> HttpResponse:
    """Show the text of a round with the points beside their clauses."""
    agreement = visible_agreement(request.user, public_id)
    round_ = round_of(agreement, consultation_id)
    points = opinion_lists.by_clause(round_.text)
    context = {
        **pages.head(agreement),
        "consultation": round_,
        "clauses": reading.read(round_.text, points=points),
        "whole": points.get("", []),
        "about": round_.about,
    }
    return render(request, "agreements/consultation-text.html", context)


@require_POST
def urge(request, public_id: str, consulted_id: str) -> HttpResponse:
    """Urge a unit that has not replied."""
    agreement = visible_agreement(request.user, public_id)
    consulted = asked_of(agreement, consulted_id)
    permit(rules.may_edit(request.user, agreement))
    form = UrgeForm(request.POST, prefix=consulted.public_id)

    def send() -> None:
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{URGING}:{consulted.pk}",
            make=lambda: reminding.urge(consulted, by=request.user, **form.cleaned_data).public_id,
        )

    if form.is_valid() and attempt(form, send):
        messages.success(request, _("%(unit)s is urged; it was told.") % {"unit": consulted.unit.name})
        return redirect("agreements:consultation-detail", agreement.public_id, consulted.consultation.public_id)
    return show_round(request, agreement, consulted.consultation, typed=form, about=consulted)


def asked_of(agreement: Agreement, consulted_id: str) -> ConsultedUnit:
    """Return a consulted unit of an agreement by its public id; 404 for any other."""
    return get_object_or_404(
        ConsultedUnit.objects.filter(consultation__agreement=agreement).select_related(
            "unit", "consultation__text__agreement", "consultation__agreement", "consultation__sent_by"
        ),
        public_id=consulted_id,
    )


@require_POST
def table(request, public_id: str, consultation_id: str = "") -> HttpResponseBase:
    """Print the table of opinions and their adoption 意见采纳情况表, or send the one that already says the same."""
    agreement = visible_agreement(request.user, public_id)
    round_ = round_of(agreement, consultation_id) if consultation_id else None
    printed = opinion_papers.opinion_table(agreement, by=request.user, round_=round_)
    name = _("Table of opinions and their adoption")
    return files.response(printed.file, f"{agreement.number} {name}.pdf")
