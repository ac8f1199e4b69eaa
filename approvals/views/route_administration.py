"""The routes of the signing authorities, as the business administrator sets them (§3.4, §2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SigningAuthority
from approvals import route_rows_pages
from approvals.models import ForumRule, RouteStep
from approvals.route_forms import ForumForm, ReasonedForm, StepForm
from approvals.route_rows_pages import Effect
from approvals.services import route_checks, route_rows, sync
from core.acts import attempt, permit, status_of
from core.errors import Refused
from core.wording import say
from regulation.records import AuthorityKind, Submitter
from regulation.routes import SUBMITTERS

EFFECT, RETIRE = "effect", "retire"


def _authority(request, code: str) -> SigningAuthority:
    authority = get_object_or_404(SigningAuthority, code=code)
    permit(route_rows.may_configure(request.user, authority))
    return authority


def _submitter(authority: SigningAuthority, code: str) -> Submitter:
    if code not in [submitter.value for submitter in sync.submitters_of(authority)]:
        raise Http404
    return Submitter(code)


@require_safe
def listing(request, authority: str = "") -> HttpResponse:
    """Show the routes of an authority, its meetings, the way of a matter by them, and what was changed."""
    found = route_rows_pages.authorities(request.user)
    if not authority:
        if not found:
            raise Refused(_("Routes are set by the business administrator."), route_checks.ARTICLE)
        authority = found[0].code
    here = _authority(request, authority)
    return render(request, "approvals/route-list.html", route_rows_pages.whole(here, found, request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, authority: str, submitter: str) -> HttpResponse:
    """Put a step of the authority's own on a route."""
    here = _authority(request, authority)
    of = _submitter(here, submitter)
    rows = route_rows_pages.active(here, of)
    form = StepForm(_data(request), authority=here, rows=rows)

    def act() -> object:
        data = form.cleaned_data
        return route_rows.add(
            here, of, data["post"], form.content(), by=request.user, seen=data["seen"], reason=data["reason"]
        )

    return _carry_out(request, here, of, form, act, _("The step is on the route."))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, authority: str, submitter: str, code: str) -> HttpResponse:
    """Change a step, or take it off the route."""
    here = _authority(request, authority)
    of = _submitter(here, submitter)
    rows = route_rows_pages.active(here, of)
    row = next((one for one in rows if one.code == code), None)
    if row is None:
        raise Http404
    if request.POST.get("act") == RETIRE:
        refused = _retired(request, here, partial(route_rows.retire, row), _("The step is off the route."))
        if refused is None:
            return redirect("routes:route-of", here.code)
        form = StepForm(None, authority=here, rows=rows, row=row)
        return _page(request, here, of, form, row=row, refused=refused)
    form = StepForm(_data(request), authority=here, rows=rows, row=row)

    def act() -> object:
        data = form.cleaned_data
        return route_rows.change(row, form.content(), by=request.user, seen=data["seen"], reason=data["reason"])

    return _carry_out(request, here, of, form, act, _("The step is changed."), row=row)


@require_http_methods(["GET", "HEAD", "POST"])
def add_forum(request, authority: str) -> HttpResponse:
    """Take matters of a kind to a meeting of the authority's own accord."""
    here = _authority(request, authority)
    form = ForumForm(_data(request), authority=here)

    def act() -> object:
        data = form.cleaned_data
        return route_rows.add_forum(
            here,
            data["forum"],
            form.asked(),
            by=request.user,
            seen=data["seen"],
            reason=data["reason"],
            article=data["article"],
        )

    return _carry_out(request, here, None, form, act, _("The rule about meetings is in use."))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_forum(request, authority: str, code: str) -> HttpResponse:
    """Change an own rule about meetings, or take it out of use."""
    here = _authority(request, authority)
    row = get_object_or_404(ForumRule, authority=here, code=code, retired_on=None)
    if request.POST.get("act") == RETIRE:
        retire = partial(route_rows.retire_forum, row)
        refused = _retired(request, here, retire, _("The rule about meetings is out of use."))
        if refused is None:
            return redirect("routes:route-of", here.code)
        return _page(request, here, None, ForumForm(None, authority=here, rule=row), rule=row, refused=refused)
    form = ForumForm(_data(request), authority=here, rule=row)

    def act() -> object:
        data = form.cleaned_data
        return route_rows.change_forum(
            row,
            data["forum"],
            form.asked(),
            by=request.user,
            seen=data["seen"],
            reason=data["reason"],
            article=data["article"],
        )

    return _carry_out(request, here, None, form, act, _("The rule about meetings is changed."), rule=row)


def _data(request):
    return request.POST if request.method == "POST" else None


def _retired(request, here: SigningAuthority, retire: Callable[..., object], done: str) -> ReasonedForm | None:
    """Take a row out of use with the reason that was typed; return the form where it stays, None where it is done."""
    form = ReasonedForm(request.POST, authority=here)

    def act() -> object:
        return retire(by=request.user, seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"])

    if not (form.is_valid() and attempt(form, act)):
        return form
    messages.success(request, done)
    return None


def _carry_out(
    request,
    here: SigningAuthority,
    of: Submitter | None,
    form: ReasonedForm,
    act: Callable[[], object],
    done: str,
    row: RouteStep | None = None,
    rule: ForumRule | None = None,
) -> HttpResponse:
    """Save what was typed, or with `effect` show what it would do and save nothing."""
    effect: list[Effect] = []
    matter = route_rows_pages.matter(request.POST, here, of)
    if form.is_bound and form.is_valid():
        if request.POST.get("act") == EFFECT:
            facts = matter.facts() if matter.is_bound and matter.is_valid() else route_rows_pages.plain(of)
            attempt(form, lambda: effect.append(route_rows_pages.effect(here, facts, act)))
        elif attempt(form, act):
            messages.success(request, done)
            return redirect("routes:route-of", here.code)
    return _page(request, here, of, form, row=row, rule=rule, effect=effect)


def _page(
    request,
    here: SigningAuthority,
    of: Submitter | None,
    form: ReasonedForm,
    *,
    row: RouteStep | None = None,
    rule: ForumRule | None = None,
    effect: list[Effect] | None = None,
    refused: ReasonedForm | None = None,
) -> HttpResponse:
    context = {
        "authority": here,
        "form": refused or form,
        "fields": form,
        "matter": route_rows_pages.matter(request.POST, here, of),
        "effect": effect[0] if effect else None,
        "row": row,
        "stays": route_checks.must_stay(row) if row else "",
        "rule": rule,
        "rule_words": route_rows_pages.in_words(rule) if rule else "",
        "submitter": say(SUBMITTERS[of]) if of and here.kind == AuthorityKind.MUNICIPAL else "",
    }
    template = "approvals/route-edit.html" if of is not None else "approvals/route-forum.html"
    return render(request, template, context, status=status_of(refused or form))
