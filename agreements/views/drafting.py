"""The drafting workbench, and texts to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import blockers, margin, pages, reading, rules
from agreements.forms.text import TextForm
from agreements.models import Agreement, TextVersion
from agreements.scope import visible_agreement
from agreements.services import drafting, texts
from core.acts import attempt, in_one_line, permit, status_of
from core.errors import BadInput, NotNow

UNREADABLE = 422


def _working(request, public_id: str) -> tuple[Agreement, TextVersion]:
    """Return the agreement and its working text where this person may write it now."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_edit(request.user, agreement))
    text = texts.working(agreement)
    if text is None or not drafting.is_open(agreement):
        raise texts.closed()
    return agreement, text


def _write(request, agreement: Agreement, form: TextForm) -> TextVersion:
    return drafting.write(agreement, form.contents(), by=request.user, edition=form.head.cleaned_data["version"])


def _gaps(agreement: Agreement, text: TextVersion) -> dict[str, Any]:
    return {"gaps": list(blockers.text_gaps(agreement, text))}


def _margin_html(request, agreement: Agreement, text: TextVersion) -> str:
    context = {"agreement": agreement, **margin.margin(agreement, text, can_keep=True)}
    return render_to_string("agreements/text-screening.html", context, request=request)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id: str) -> HttpResponse:
    """Write the text, clause by clause, beside what the article asks; a save without scripts comes here as well."""
    agreement, text = _working(request, public_id)
    form = TextForm(agreement, text, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and attempt(form.head, lambda: _write(request, agreement, form)):
        messages.success(request, _("Saved."))
        return redirect("agreements:text-edit", agreement.public_id)
    context = {
        **pages.head(agreement),
        **_gaps(agreement, text),
        **margin.margin(agreement, text, can_keep=True),
        "text": text,
        "form": form.head,
        "formsets": form.formsets,
        "sections": form.sections,
        "saved_at": timezone.localtime(text.saved_at).strftime("%H:%M") if text.edition else "",
    }
    return render(request, "agreements/text-edit.html", context, status=status_of(form.head, form))


@require_POST
def save(request, public_id: str) -> JsonResponse:
    """Save the draft by itself; nothing that cannot be read is stored, nothing of another writer is overwritten.

    Answers `{"version", "saved_at", "gaps_html", "fragments", "fields"}`; `fragments` are parts of the page by their
    selector; a refusal is `{"message"}` with 409, or with 422 and
    `errors` where something typed cannot be read.
    """
    try:
        agreement, text = _working(request, public_id)
        form = TextForm(agreement, text, request.POST)
        if not form.is_valid():
            message = _("Not saved yet: something cannot be read. %(first)s") % {"first": form.mistakes[0]}
            return JsonResponse({"message": message, "errors": form.mistakes}, status=UNREADABLE)
        saved = _write(request, agreement, form)
    except (NotNow, BadInput) as error:
        return JsonResponse({"message": in_one_line(error)}, status=error.status)
    gaps_html = render_to_string("agreements/text-gaps.html", _gaps(agreement, saved), request=request)
    return JsonResponse(
        {
            "version": saved.edition,
            "saved_at": timezone.localtime(saved.saved_at).strftime("%H:%M"),
            "gaps_html": gaps_html,
            "fragments": {"#screening": _margin_html(request, agreement, saved)},
            "fields": form.lineages(),
        }
    )


@require_safe
def show(request, public_id: str, text_id: str) -> HttpResponse:
    """Show a version of the text, to be read."""
    agreement = visible_agreement(request.user, public_id)
    text = get_object_or_404(
        agreement.texts.select_related("saved_by", "based_on").prefetch_related("marks__by"), public_id=text_id
    )
    clauses = reading.read(text)
    found = margin.margin(agreement, text, [entry.clause for entry in clauses])
    context = {**pages.head(agreement), **found, "text": text, "clauses": clauses}
    return render(request, "agreements/text-show.html", context)
