"""The drafting workbench: written, saved by itself, shared by two; and texts to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import margin, pages, reading, rules, workbench
from agreements.forms.text import AddClauseForm, EditionForm, TextForm
from agreements.models import Agreement, TextVersion
from agreements.scope import visible_agreement
from agreements.services import clauses, drafting, presence, texts
from agreements.services.texts import Saved
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


def _write(request, agreement: Agreement, form: TextForm) -> Saved:
    head = form.head
    return drafting.write(
        agreement,
        form.contents(),
        by=request.user,
        edition=head.cleaned_data["version"],
        origin=head.new_origin,
    )


def _page(request, agreement: Agreement, text: TextVersion, form: TextForm, adding: AddClauseForm | None = None):
    """Return the context of the workbench."""
    mistakes = form.mistakes if form.is_bound else []
    state = workbench.state_of(agreement, text, form.clauses, mistakes)
    present = presence.others(text, than=request.user)
    return {
        **pages.head(agreement),
        **workbench.margin(state, mistakes),
        **margin.margin(agreement, text, form.clauses, can_keep=True),
        "text": text,
        "form": form.head,
        "head": form.head,
        "formsets": form.formsets,
        "sections": form.sections,
        "drawn": workbench.drawn(form, state, by=request.user, present=present),
        "units": form.units.names,
        "present": present,
        "adding": adding or AddClauseForm(clauses=form.clauses, auto_id="id_add-%s"),
        "saved_at": workbench.clock_time(text) if text.edition else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id: str) -> HttpResponse:
    """Write the text, clause by clause, beside what the article asks; a save without scripts comes here as well."""
    agreement, text = _working(request, public_id)
    form = TextForm(agreement, text, request.POST if request.method == "POST" else None)
    done: list[Saved] = []
    if form.is_bound and form.is_valid() and attempt(form.head, lambda: done.append(_write(request, agreement, form))):
        _tell(request, done[0])
        return redirect("agreements:text-edit", agreement.public_id)
    if not form.is_bound:
        presence.note(text, by=request.user)
    context = _page(request, agreement, text, form)
    return render(request, "agreements/text-edit.html", context, status=status_of(form.head, form))


def _tell(request, saved: Saved) -> None:
    if saved.set_aside:
        count = len(saved.set_aside)
        words = _(
            "Somebody else had saved %(count)s of these clauses in the meantime. "
            "Nothing was overwritten: your words are kept beside the clause, to be compared and taken over."
        )
        messages.warning(request, words % {"count": count})
    else:
        messages.success(request, _("Saved."))


@require_POST
def save(request, public_id: str) -> JsonResponse:
    """Save the clauses that were sent; one that cannot be read waits, nothing of another writer is overwritten.

    Answers `{"version", "saved_at", "gaps_html", "fields", "fragments", "newer", "here", "clauses", "set_aside"}`;
    422 with `message` and `errors` beside them where something typed cannot be read, `{"message"}` with 409 or 400
    for a text that is closed or a clause that is gone. `fragments` maps selectors to what stands in them.
    """
    try:
        agreement, text = _working(request, public_id)
        form = TextForm(agreement, text, request.POST, sent_only=True)
        form.is_valid()
        if not form.head.is_valid():
            raise BadInput(_("The form does not say which text it began with. Open the page again."))
        saved = _write(request, agreement, form)
    except (NotNow, BadInput) as error:
        return JsonResponse({"message": in_one_line(error)}, status=error.status)
    presence.note(saved.text, by=request.user, clause=request.POST.get("here", ""))
    mistakes = form.mistakes
    body = _answer(request, agreement, form, saved)
    if mistakes:
        body["message"] = _("Not saved yet: something cannot be read. %(first)s") % {"first": mistakes[0]}
        body["errors"] = [{"id": one.anchor, "label": one.label, "text": one.text} for one in mistakes]
    return JsonResponse(body, status=UNREADABLE if mistakes else 200)


def _answer(request, agreement: Agreement, form: TextForm, saved: Saved) -> dict[str, Any]:
    mistakes = form.mistakes
    state = workbench.read(agreement, saved.text, mistakes)
    body = workbench.pulse(request, saved.text, by=request.user, since=form.head.cleaned_data["version"])
    body["newer"] = [row for row in body["newer"] if row["lineage"] not in saved.written]
    body["fragments"] |= workbench.fragments(request, state, mistakes)
    shown = workbench.margin(state, mistakes)
    body["fragments"]["[data-send]"] = render_to_string("agreements/text-send.html", shown, request)
    found = {"agreement": agreement, **margin.margin(agreement, saved.text, state.clauses, can_keep=True)}
    body["fragments"]["[data-screening]"] = render_to_string("agreements/text-screening.html", found, request)
    return body | {
        "saved_at": workbench.clock_time(saved.text),
        "gaps_html": render_to_string("agreements/text-gaps.html", shown, request),
        "fields": form.fields_after(saved, state.clauses) | {"initial-origin": saved.text.origin},
        "set_aside": [row.lineage for row in saved.set_aside],
    }


@require_POST
def present(request, public_id: str) -> JsonResponse:
    """Say that somebody has the workbench open, and hear who else has; asked by the browser itself.

    Answers `{"version", "newer", "here", "clauses", "fragments"}`; `{"message"}` with 409 for a text that is closed.
    """
    try:
        _agreement, text = _working(request, public_id)
    except NotNow as error:
        return JsonResponse({"message": in_one_line(error)}, status=error.status)
    if request.POST.get("leave"):
        presence.leave(text, by=request.user)
        return JsonResponse({})
    head = EditionForm(request.POST)
    head.is_valid()
    since = head.cleaned_data.get("version")
    presence.note(text, by=request.user, clause=request.POST.get("here", ""))
    known = text.edition if since is None else since
    return JsonResponse(workbench.pulse(request, text, by=request.user, since=known))


@require_safe
def clause(request, public_id: str, lineage: str) -> HttpResponse:
    """Show one clause of the workbench as it stands now: somebody else saved it, or words were set aside beside it."""
    agreement, text = _working(request, public_id)
    form = TextForm(agreement, text, only=[lineage])
    if not form.sections:
        raise Http404
    state = workbench.read(agreement, text)
    found = workbench.drawn(form, state, by=request.user, present=presence.others(text, than=request.user))
    return render(request, "agreements/text-clause.html", {"agreement": agreement, "one": found[0], "text": text})


@require_POST
def clause_add(request, public_id: str) -> HttpResponse:
    """Add a clause of the agreement's own, with its reason (§2)."""
    agreement, text = _working(request, public_id)
    form = TextForm(agreement, text)
    adding = AddClauseForm(request.POST, clauses=form.clauses, auto_id="id_add-%s")
    made: list[Any] = []

    def add() -> None:
        typed = adding.cleaned_data
        made.append(
            clauses.add(
                agreement,
                heading=typed["heading"],
                reason=typed["reason"],
                after=typed["after"],
                by=request.user,
            )
        )

    if adding.is_valid() and attempt(adding, add):
        return redirect(f"{_back(agreement)}#clause-{made[0].lineage}")
    context = {**_page(request, agreement, text, form, adding), "form": adding, "formsets": []}
    return render(request, "agreements/text-edit.html", context, status=status_of(adding))


def _back(agreement: Agreement) -> str:
    return reverse("agreements:text-edit", args=[agreement.public_id])


@require_POST
def clause_change(request, public_id: str, lineage: str) -> HttpResponse:
    """Move an added clause up or down, or take it out again."""
    agreement, _text = _working(request, public_id)
    choice = request.POST.get("choice", "")
    if choice == "remove":
        clauses.remove(agreement, lineage, by=request.user)
        messages.success(request, _("The clause was taken out."))
        return redirect(_back(agreement))
    if choice not in ("up", "down"):
        raise BadInput(_("Choose what to do with the clause."))
    clauses.move(agreement, lineage, up=choice == "up", by=request.user)
    return redirect(f"{_back(agreement)}#clause-{lineage}")


@require_POST
def aside(request, public_id: str, aside_id: str) -> HttpResponse:
    """Settle words that were set aside: take them over, or discard them."""
    agreement, text = _working(request, public_id)
    row = get_object_or_404(text.set_aside.select_related("text__agreement"), public_id=aside_id)
    choice = request.POST.get("choice", "")
    if choice not in ("take", "discard"):
        raise BadInput(_("Choose what to do with the words."))
    if choice == "take":
        clauses.take_over(row, by=request.user)
        messages.success(request, _("The words were taken over; what stood there is kept beside the clause."))
    else:
        clauses.discard(row, by=request.user)
        messages.success(request, _("The words were discarded."))
    return redirect(f"{_back(agreement)}#clause-{row.lineage}")


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
