"""Delegations (委托代理): given by me, given to me, of the authority; delegating, taking back, the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.delegation_forms import DelegationForm, EndForm
from accounts.models import Delegation, User
from accounts.services import delegating
from core import clock
from core.acts import attempt, status_of
from core.errors import Refused
from core.wording import say
from records import files, tokens
from regulation.categories import CATEGORIES

PURPOSE = "delegation"
MOST_PAST = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A delegation as it is shown: its state as a light with a word, its scope in words, what the reader may do."""

    row: Delegation
    light: str
    state: str
    scope: str
    may_end: bool


def _reader(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]
    return user


def seen_by(user: User) -> QuerySet[Delegation]:
    """Return the delegations a person may see: the own ones, on either side; the General Office all of its
    authority's."""
    offices = [held.post.authority_id for held in user.holdings_today if held.post.code == delegating.OFFICE]
    own = Q(holder=user) | Q(to_user=user) | Q(made_by=user)
    return Delegation.objects.filter(own | Q(post__authority__in=offices)).select_related(
        "post__unit", "post__authority", "holder", "to_user", "made_by", "ended_by", "paper"
    )


def line_of(row: Delegation, user: User, today: date, effective: set[int]) -> Line:
    """Return a delegation as a line; `effective` are those that have effect today."""
    over = row.ended_on is not None or row.to_on < today
    if row.ended_on is not None:
        light, state = "none", pgettext("delegation", "ended early")
    elif over:
        light, state = "none", pgettext("delegation", "over")
    elif row.from_on > today:
        light, state = "none", pgettext("delegation", "to come")
    elif row.pk in effective:
        light, state = "ok", pgettext("delegation", "running")
    else:
        light, state = "warn", pgettext("delegation", "without effect")
    names = [say(CATEGORIES[code].name) for code in row.categories if code in CATEGORIES]
    scope = row.get_scope_display()
    if names:
        scope += pgettext("before a subject", ": ") + pgettext("between names", ", ").join(names)
    return Line(row, light, state, scope, not over and bool(delegating.may_end(user, row)))


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show what I gave, what I was given, and for the General Office what runs in its authority."""
    user, today = _reader(request), clock.today()
    rows = list(seen_by(user))
    effective = set(Delegation.objects.on(today).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    lines = [line_of(row, user, today, effective) for row in rows]
    now = [line for line in lines if line.row.ended_on is None and line.row.to_on >= today]
    groups = [
        (_("I act for others"), [line for line in now if line.row.to_user_id == user.pk]),
        (_("My work, with a deputy"), [line for line in now if line.row.holder_id == user.pk]),
        (
            _("Others in this authority"),
            [line for line in now if user.pk not in (line.row.to_user_id, line.row.holder_id)],
        ),
    ]
    past = [line for line in lines if line not in now][:MOST_PAST]
    context = {"groups": groups, "past": past, "may_delegate": bool(delegating.delegable(user))}
    return render(request, "accounts/delegation-list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Delegate the work of a post; a form sent twice makes one delegation."""
    user = _reader(request)
    delegable = delegating.delegable(user)
    if not delegable:
        raise Refused(
            _("You hold no post whose work can be delegated."),
            next_step=_("Administrators' posts stand apart; what you do as a deputy is delegated by its holder."),
        )
    sent, token = request.method == "POST", request.POST.get("submission_token", "")
    form = DelegationForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        delegable=delegable,
        deputies=delegating.deputies_for(delegable),
        by=user,
        initial={"from_on": clock.today()},
    )
    made: list[str] = []
    if form.is_bound and form.is_valid() and attempt(form, lambda: made.append(_delegate(user, token, form))):
        messages.success(request, _("The work is delegated. Both of you are told."))
        return redirect("accounts:delegation-detail", made[0])
    context = {"form": form, "submission_token": token or tokens.new()}
    return render(request, "accounts/delegation-new.html", context, status=status_of(form))


def _delegate(user: User, token: str, form: DelegationForm) -> str:
    data = dict(form.cleaned_data)
    held, sent = data.pop("held"), data.pop("paper")
    with files.received(sent, name=sent.name) as paper:
        reference, _fresh = tokens.once(
            token,
            user_id=user.pk,
            purpose=PURPOSE,
            make=lambda: delegating.delegate(held, by=user, paper=paper, **data).public_id,
        )
    return reference


def _page(request: HttpRequest, row: Delegation, form: EndForm) -> HttpResponse:
    today = clock.today()
    effective = set(Delegation.objects.on(today).filter(pk=row.pk).values_list("pk", flat=True))
    line = line_of(row, _reader(request), today, effective)
    context = {
        "row": row,
        "line": line,
        "submission_token": tokens.new(),
        "confirm": {
            "id": "end",
            "title": _("End this delegation today"),
            "url": reverse("accounts:delegation-detail", args=[row.public_id]),
            "then": [
                _("What is open goes back to %(name)s at once, without being copied or lost.")
                % {"name": row.holder.full_name},
                _("What the deputy decided stands, signed as deputy. Both are told."),
            ],
            "form": form,
            "verb": _("End it"),
            "keep": _("Let it run"),
        },
    }
    return render(request, "accounts/delegation-detail.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a delegation: who for whom, how much, how long, on which paper; and end it, in the page, with its reason."""
    row = get_object_or_404(seen_by(_reader(request)), public_id=public_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: delegating.end(row, by=_reader(request), because=form.cleaned_data["reason"]))
    ):
        messages.success(request, _("The delegation has ended; the work lies with its holder again."))
        return redirect("accounts:delegation-list")
    return _page(request, row, form)


@require_safe
def paper(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send the authorising paper."""
    row = get_object_or_404(seen_by(_reader(request)), public_id=public_id)
    return files.response(row.paper, row.paper_name)
