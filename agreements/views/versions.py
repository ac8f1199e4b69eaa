"""Two versions compared, the reasons of the changes, and the table of changes on paper."""

from __future__ import annotations

from itertools import pairwise

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements import comparison, pages, papers_comparison, rules
from agreements.forms.versions import ReasonForm
from agreements.models import Agreement, TextVersion
from agreements.scope import visible_agreement
from agreements.services import explaining
from core.acts import attempt, permit, status_of
from core.verdicts import Denied
from records import files

VIEWS = ("side", "inline")
SHOWN = ("all", "changed")


@require_safe
def compare(request, public_id: str) -> HttpResponse:
    """Compare any two versions; without a choice the newest that says something new with the one before it."""
    agreement = visible_agreement(request.user, public_id)
    versions = comparison.versions_of(agreement)
    if not versions:
        raise Http404
    new = _chosen(versions, request.GET.get("to")) or versions[0]
    old = _chosen(versions, request.GET.get("from")) or _before(versions, new)
    compared = comparison.compare(new, old)
    if not compared.changes and not {"from", "to"} & request.GET.keys():
        compared = _last_different(versions) or compared
    return _show(request, agreement, versions, compared)


def _last_different(versions: list[TextVersion]) -> comparison.Comparison | None:
    """Return the last kept pair that differs: a draft may only repeat the version it was copied from."""
    kept = [version for version in versions if version.is_frozen]
    return next((comparison.compare(new, old) for new, old in pairwise(kept) if new.sha256 != old.sha256), None)


def _chosen(versions: list[TextVersion], public_id: str | None) -> TextVersion | None:
    """Return the version an address names; None without one. Raises Http404 for one of another agreement."""
    if not public_id:
        return None
    found = next((version for version in versions if version.public_id == public_id), None)
    if found is None:
        raise Http404
    return found


def _before(versions: list[TextVersion], new: TextVersion) -> TextVersion:
    return next((version for version in versions if version.number < new.number), new)


def _address(agreement: Agreement, **query: str) -> str:
    return reverse("agreements:text-compare", args=[agreement.public_id], query=query)


def _show(
    request,
    agreement: Agreement,
    versions: list[TextVersion],
    compared: comparison.Comparison,
    typed: ReasonForm | None = None,
) -> HttpResponse:
    """Draw a comparison; `typed` is the form of a reason that was refused, with its clause as prefix."""
    new, old = compared.new, compared.old
    may_edit = not isinstance(rules.may_edit(request.user, agreement), Denied)
    if may_edit and explaining.is_open(agreement) and new.number > old.number:
        for clause in compared.changed:
            lineage = clause.read.lineage
            clause.form = typed if typed is not None and typed.prefix == lineage else _fresh(clause, lineage)
    view = request.GET.get("view") if request.GET.get("view") in VIEWS else VIEWS[0]
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else SHOWN[0]
    pair = {"from": old.public_id, "to": new.public_id}
    context = {
        **pages.head(agreement),
        "compared": compared,
        "versions": versions,
        "view": view,
        "shown": shown,
        "swapped": _address(agreement, **{"from": new.public_id, "to": old.public_id, "view": view, "show": shown}),
        "views": {name: _address(agreement, **pair, view=name, show=shown) for name in VIEWS},
        "filters": {name: _address(agreement, **pair, view=view, show=name) for name in SHOWN},
        "form": typed,
    }
    status = status_of(typed) if typed is not None else 200
    return render(request, "agreements/text-compare.html", context, status=status)


def _fresh(clause: comparison.ComparedClause, lineage: str) -> ReasonForm:
    """Return a form that starts from the reason given for these two versions, so that it can be put better."""
    last = clause.reasons[-1] if clause.reasons else None
    initial = {"source": last.source, "said_by": last.said_by, "reason": last.reason} if last else None
    return ReasonForm(prefix=lineage, initial=initial)


def _pair(request, public_id: str, text_id: str, against_id: str) -> tuple[Agreement, TextVersion, TextVersion]:
    agreement = visible_agreement(request.user, public_id)
    rows = agreement.texts.select_related("based_on").prefetch_related("marks")
    new, old = (get_object_or_404(rows, public_id=found) for found in (text_id, against_id))
    new.agreement = old.agreement = agreement
    return agreement, new, old


@require_POST
def explain(request, public_id: str, text_id: str, against_id: str) -> HttpResponse:
    """State why a clause was changed between two versions."""
    agreement, new, old = _pair(request, public_id, text_id, against_id)
    permit(rules.may_edit(request.user, agreement))
    lineage = request.POST.get("lineage", "")
    form = ReasonForm(request.POST, prefix=lineage)
    if form.is_valid() and attempt(
        form, lambda: explaining.give(new, old, lineage, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The reason is kept."))
        view = request.GET.get("view", VIEWS[0])
        address = _address(agreement, **{"from": old.public_id, "to": new.public_id, "view": view})
        return redirect(f"{address}#clause-{lineage}")
    return _show(request, agreement, comparison.versions_of(agreement), comparison.compare(new, old), typed=form)


@require_POST
def sheet(request, public_id: str, text_id: str, against_id: str) -> HttpResponseBase:
    """Print the table of changes 修改对照表 between two versions, or send the one that already says the same."""
    agreement, new, old = _pair(request, public_id, text_id, against_id)
    printed = papers_comparison.table(new, old, by=request.user)
    return files.response(printed.file, _("Table of changes %(number)s") % {"number": agreement.number} + ".pdf")
