"""The register of counterparties."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import register_pages as pages
from agreements import register_rules as rules
from agreements.forms.register import AliasForm, ContactForm, EntryForm, MergeForm, NewEntryForm, RiskEventForm
from agreements.models import Agreement, Contact, Counterparty, RiskEvent
from agreements.services import counterparties as register
from core.acts import attempt, permit, status_of
from core.wording import say
from records import files, tokens
from regulation.vocabulary import COUNTERPARTY_KINDS

PAGE = 50
either = require_http_methods(["GET", "HEAD", "POST"])


def _entry(request, public_id: str) -> Counterparty:
    permit(rules.may_read(request.user))
    return get_object_or_404(Counterparty.objects.select_related("merged_into"), public_id=public_id)


def _kept(request, public_id: str) -> Counterparty:
    """Return the entry where this person may keep it."""
    entry = _entry(request, public_id)
    permit(rules.may_keep(request.user, entry))
    return entry


def _typed(request):
    return request.POST if request.method == "POST" else None


def _form(request, entry: Counterparty, form, title: str, *, lead: str = "", **context) -> HttpResponse:
    """Show one form about an entry."""
    page = {"entry": entry, "form": form, "title": title, "lead": lead, **context}
    return render(request, "agreements/counterparty-form.html", page, status=status_of(form))


def _done(request, entry: Counterparty) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(entry)


@require_safe
def listing(request) -> HttpResponse:
    """List the entries, by words of their names, other names and codes, and by kind."""
    permit(rules.may_read(request.user))
    words, kind = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    found = register.search(words, kind if kind in COUNTERPARTY_KINDS else "")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kinds = [(code, say(record.name)) for code, record in COUNTERPARTY_KINDS.items()]
    rows = pages.rows(list(page.object_list), request.user)
    can_enter = bool(rules.may_enter(request.user))
    context = {"page_obj": page, "rows": rows, "words": words, "kind": kind, "kinds": kinds, "can_enter": can_enter}
    return render(request, "agreements/counterparty-list.html", context)


@either
def new(request) -> HttpResponse:
    """Enter a counterparty that no agreement names yet."""
    permit(rules.may_enter(request.user))
    form = NewEntryForm(_typed(request))
    made: list[str] = []

    def enter() -> None:
        reference, _fresh = tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose="counterparty",
            make=lambda: (
                register.enter_by_itself(
                    form.cleaned_data["name"],
                    form.cleaned_data["kind"],
                    by=request.user,
                    code=form.cleaned_data["code"],
                    name_en=form.cleaned_data["name_en"],
                    is_another=form.cleaned_data.get("is_another", False),
                ).public_id
            ),
        )
        made.append(reference)

    if form.is_bound and form.is_valid() and attempt(form, enter):
        messages.success(request, _("Saved."))
        return redirect("agreements:counterparty-detail", made[0])
    context = {"form": form, "title": _("New counterparty"), "submission_token": _token(request)}
    return render(request, "agreements/counterparty-form.html", context, status=status_of(form))


@require_safe
def detail(request, public_id: str) -> HttpResponse:
    """Show an entry: names, contacts with covered numbers, its agreements, what has happened to it."""
    return _detail(request, _entry(request, public_id))


def _detail(request, entry: Counterparty, shown: Contact | None = None) -> HttpResponse:
    return render(request, "agreements/counterparty-detail.html", pages.detail(entry, request.user, shown))


@either
def edit(request, public_id: str) -> HttpResponse:
    """Correct kind, code and English name."""
    entry = _kept(request, public_id)
    stored = {"kind": entry.kind, "code": entry.code, "name_en": entry.name_en}
    form = EntryForm(_typed(request), initial=stored, may_change_kind=bool(rules.may_change_kind(request.user)))
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: register.correct(entry, by=request.user, **form.cleaned_data))
    ):
        return _done(request, entry)
    return _form(request, entry, form, _("Entry of the register"))


@either
def alias(request, public_id: str) -> HttpResponse:
    """Enter another name."""
    entry = _kept(request, public_id)
    form = AliasForm(_typed(request))
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: register.add_alias(entry, form.cleaned_data["name"], by=request.user))
    ):
        return _done(request, entry)
    lead = _("Whoever types this name into an agreement is offered this entry.")
    return _form(request, entry, form, _("Another name"), lead=lead)


@either
def contact(request, public_id: str) -> HttpResponse:
    """Enter whom to ring."""
    entry = _kept(request, public_id)
    form = ContactForm(_typed(request))
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: tokens.once(
                request.POST.get("submission_token", ""),
                user_id=request.user.pk,
                purpose="contact",
                make=lambda: register.add_contact(entry, by=request.user, **form.cleaned_data).public_id,
            ),
        )
    ):
        return _done(request, entry)
    lead = _("Numbers are shown covered; whoever uncovers one is entered in the trail.")
    return _form(request, entry, form, _("A contact"), lead=lead, submission_token=_token(request))


def _token(request) -> str:
    return request.POST.get("submission_token") or tokens.new()


def _contact(request, public_id: str, contact_id: str) -> tuple[Counterparty, Contact]:
    entry = _entry(request, public_id)
    rows = Contact.objects.filter(Q(counterparty=entry) | Q(counterparty__merged_into=entry), retired_on=None)
    return entry, get_object_or_404(rows.select_related("counterparty"), public_id=contact_id)


@require_POST
def reveal(request, public_id: str, contact_id: str) -> HttpResponse:
    """Show one contact with its numbers uncovered, once, on the answer to this request only."""
    entry, found = _contact(request, public_id, contact_id)
    answer = _detail(request, entry, register.reveal(found, by=request.user))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def retire(request, public_id: str, contact_id: str) -> HttpResponse:
    """Take a contact off the list."""
    entry, found = _contact(request, public_id, contact_id)
    register.retire_contact(found, by=request.user)
    return _done(request, entry)


@either
def risk(request, public_id: str) -> HttpResponse:
    """Enter a risk event, or what closes one (`?closes=`)."""
    entry = _kept(request, public_id)
    closes = _closed(entry, request.GET.get("closes", ""))
    form = RiskEventForm(_typed(request), request.FILES or None, closes=closes)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: tokens.once(
                request.POST.get("submission_token", ""),
                user_id=request.user.pk,
                purpose="risk",
                make=lambda: register.enter_risk(entry, by=request.user, closes=closes, **form.cleaned_data).public_id,
            ),
        )
    ):
        return _done(request, entry)
    title = _("Close a risk event") if closes else _("A risk event")
    lead = _("Entries are never changed: an end or a correction is a further entry.")
    return _form(request, entry, form, title, lead=lead, closes=closes, submission_token=_token(request))


def _closed(entry: Counterparty, public_id: str) -> RiskEvent | None:
    if not public_id:
        return None
    rows = RiskEvent.objects.filter(Q(counterparty=entry) | Q(counterparty__merged_into=entry), closes=None)
    return get_object_or_404(rows.select_related("counterparty"), public_id=public_id)


@require_safe
def risk_paper(request, public_id: str, event_id: str) -> HttpResponseBase:
    """Send the paper of a risk event."""
    entry = _entry(request, public_id)
    rows = RiskEvent.objects.filter(Q(counterparty=entry) | Q(counterparty__merged_into=entry))
    event = get_object_or_404(rows.select_related("paper"), public_id=event_id)
    if event.paper is None:
        raise Http404
    return files.response(event.paper, event.paper_name)


@either
def merge(request, public_id: str) -> HttpResponse:
    """Find the entry this one is a duplicate of, and merge it into that."""
    entry = _entry(request, public_id)
    permit(rules.may_merge(request.user, entry))
    form = MergeForm(_typed(request))
    if form.is_bound and form.is_valid():
        others = Counterparty.objects.filter(merged_into=None).exclude(pk=entry.pk)
        kept = get_object_or_404(others, public_id=form.cleaned_data["survivor"])
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: register.merge(entry, kept, by=request.user, reason=reason)):
            messages.success(request, _("“%(name)s” is merged into this entry.") % {"name": entry.name})
            return redirect(kept)
    words = request.GET.get("q", "").strip()[:80]
    found = register.search(words).exclude(pk=entry.pk)[:20] if words else register.search().none()
    chosen = request.POST.get("survivor") or request.GET.get("with", "")
    survivor = Counterparty.objects.filter(public_id=chosen, merged_into=None).exclude(pk=entry.pk).first()
    if survivor is not None and not form.is_bound:
        form = MergeForm(initial={"survivor": survivor.public_id})
    live = Agreement.objects.live().filter(parties__counterparty=entry).aggregate(n=Count("pk", distinct=True))["n"]
    context = {"entry": entry, "form": form, "words": words, "found": found, "survivor": survivor, "live": live}
    return render(request, "agreements/counterparty-merge.html", context, status=status_of(form))
