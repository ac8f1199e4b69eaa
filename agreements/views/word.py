"""Drafts as Word files: downloaded, uploaded, matched, taken over or left aside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import pages, rules, wordpages
from agreements.forms import word as forms
from agreements.forms.text import TextForm
from agreements.forms.word import ConfirmForm, UploadForm
from agreements.models import Agreement, IncomingText, TextVersion
from agreements.scope import visible_agreement
from agreements.services import drafting, texts, word
from agreements.word import export, plan
from core import clock
from core.acts import attempt, in_one_line, permit, status_of
from core.docx.writing import MEDIA_TYPE
from records import files, tokens

PURPOSE = "word"


@require_safe
def download(request, public_id: str, text_id: str) -> HttpResponse:
    """Hand out a version as .docx: any version of an agreement one may see."""
    agreement = visible_agreement(request.user, public_id)
    text = get_object_or_404(agreement.texts.select_related("agreement"), public_id=text_id)
    name = files.clean_name(f"{agreement.title[:60]}（{text.label}）.docx")
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(export.export(text), content_type=MEDIA_TYPE, headers=headers)


def _working(request, public_id: str) -> tuple[Agreement, TextVersion]:
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    text = texts.working(agreement)
    if text is None or not drafting.is_open(agreement):
        raise texts.closed()
    return agreement, text


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, public_id: str) -> HttpResponse:
    """Take in a revised text; a form sent twice takes it in once. The draft is touched on the next page only."""
    agreement, _text = _working(request, public_id)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm(initial={"received_on": clock.today()})
    made: list[str] = []

    def take_in() -> str:
        data = form.cleaned_data
        return word.receive(
            agreement,
            data["file"],
            origin=data["origin"],
            received_on=data["received_on"],
            note=data["note"],
            by=request.user,
        ).public_id

    def once() -> None:
        token = request.POST.get("submission_token", "")
        reference, _fresh = tokens.once(
            token, user_id=request.user.pk, purpose=f"{PURPOSE}:{agreement.pk}", make=take_in
        )
        made.append(reference)

    if form.is_bound and form.is_valid() and attempt(form, once):
        return redirect("agreements:word-confirm", agreement.public_id, made[0])
    context = {
        **pages.head(agreement),
        "form": form,
        "incoming": agreement.incoming_texts.select_related("attachment", "received_by", "text")
        .prefetch_related("text__marks")
        .order_by("-pk"),
        "submission_token": request.POST.get("submission_token") or tokens.new(),
    }
    return render(request, "agreements/word-upload.html", context, status=status_of(form))


def _open(agreement: Agreement, incoming_id: str) -> IncomingText:
    incoming = get_object_or_404(
        agreement.incoming_texts.select_related("attachment__file", "agreement", "settled_by"), public_id=incoming_id
    )
    if not incoming.is_open:
        raise word.settled(incoming)
    return incoming


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, public_id: str, incoming_id: str) -> HttpResponse:
    """Show clause by clause what an upload would make of the draft; confirmed, it becomes the new working text."""
    agreement, text = _working(request, public_id)
    incoming = _open(agreement, incoming_id)
    data: Any = request.POST if request.method == "POST" else None
    found = plan.make(word.read(incoming), TextForm(agreement, text), forms.choices_in(data) if data else None)
    form = ConfirmForm(found, word.mark_of(text), data)
    if form.is_bound and not form.is_of_this_draft:
        _start_anew(form, text)
    elif data and data.get("act") == "confirm" and form.is_valid() and _is_seen(request, form):

        def take_over() -> None:
            word.take_over(incoming, form.result(), matched=form.matched, by=request.user)

        if attempt(form, take_over):
            messages.success(request, _("The file was taken over. The draft as it stood is kept as a version."))
            return redirect("agreements:text-edit", agreement.public_id)
    context = {**pages.head(agreement), **wordpages.context(incoming, found, form)}
    return render(request, "agreements/word-confirm.html", context, status=status_of(form))


def _start_anew(form: ConfirmForm, text: TextVersion) -> None:
    """Say that the draft was saved since, with the match to the draft as it stands now."""
    error = word.saved_meanwhile(text)
    form.add_error(None, in_one_line(error))
    form.status = error.status  # type: ignore[attr-defined]


def _is_seen(request, form: ConfirmForm) -> bool:
    """Tell whether the choices were shown with what they lead to; say so where they were not."""
    if not form.is_seen:
        messages.info(request, _("This is what your choices lead to. Look through it, then confirm."))
    return form.is_seen


@require_POST
def discard(request, public_id: str, incoming_id: str) -> HttpResponse:
    """Leave an upload aside; file and row stay."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    word.discard(_open(agreement, incoming_id), by=request.user)
    messages.success(request, _("The file was left aside; it stays with the agreement."))
    return redirect("agreements:word-upload", agreement.public_id)
