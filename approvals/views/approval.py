"""Presenting an agreement, the papers of an approval, the Party committee report (§3.4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements import verbs
from agreements.models import Agreement
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, papers, rules
from approvals.forms import PresentForm, ReportForm
from approvals.models import Run
from approvals.services import carrying, party_committee, phrases, reviewing, routing, runs
from core.acts import attempt, permit, status_of
from records import files
from regulation.routes import NatureNeeded


@require_http_methods(["GET", "HEAD", "POST"])
def present(request, public_id: str) -> HttpResponse:
    """Show the way the agreement will take, each step with person, reason and article, and present it."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_present(request.user, agreement))
    verb = verbs.get("open_approval")
    offer = carrying.of_agreement(agreement)
    form = PresentForm(request.POST if request.method == "POST" else None, offer=offer)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: runs.open_run(agreement, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, pages.after_act(agreement, request.user, _("The agreement is presented.")))
        return redirect(agreement)
    if not form.is_bound and not lifecycle.is_time(agreement, verb):
        raise lifecycle.not_the_time(agreement, verb)
    try:
        plan = routing.plan(agreement)
    except NatureNeeded:
        plan = None
    review = reviewing.current(agreement)
    context = {
        "agreement": agreement,
        "form": form,
        "gaps": getattr(form, "gaps", ()) or verb.gaps(agreement),
        "plan": plan,
        "offer": offer,
        "route": pages.planned_route(plan, agreement.authority) if plan else [],
        "forum": plan.why_forum() if plan else None,
        "review": review,
        "points": pages.point_lines(review) if review else [],
        "committee": party_committee.committee_of(agreement),
        "consulted": pages.consulted(agreement),
        "phrases": phrases.offered(request.user),
    }
    return render(request, "approvals/approval-open.html", context, status=status_of(form))


@require_POST
def sheet(request, public_id: str) -> HttpResponseBase:
    """Print the approval sheet 呈批单 of a run, or send the one that already says the same."""
    run = _run(request, public_id)
    printed = papers.approval_sheet(run, by=request.user)
    return files.response(printed.file, _("Approval sheet %(number)s") % {"number": run.agreement.number} + ".pdf")


@require_POST
def countersign_sheet(request, public_id: str) -> HttpResponseBase:
    """Print the countersignature sheet 会签单 of a run, or send the one that already says the same."""
    run = _run(request, public_id)
    printed = papers.countersign_sheet(run, by=request.user)
    name = _("Countersignature sheet %(number)s") % {"number": run.agreement.number}
    return files.response(printed.file, name + ".pdf")


def _run(request, public_id: str) -> Run:
    """Return the run at an address; Http404 for whoever may not see its agreement."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Run.objects.filter(agreement__in=seen.values("pk"))
    return get_object_or_404(
        rows.select_related("text", "agreement__authority", "agreement__category", "agreement__lead_unit"),
        public_id=public_id,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def party_report(request, public_id: str) -> HttpResponse:
    """Record the report of a major matter to the Party committee."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_record_report(request.user, agreement))
    form = ReportForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: party_committee.record(agreement, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, pages.after_act(agreement, request.user, _("The report is on record.")))
        return redirect(agreement)
    if not form.is_bound:
        party_committee.ask_the_time(agreement, by=request.user)
    context = {"agreement": agreement, "form": form, "committee": party_committee.committee_of(agreement)}
    return render(request, "approvals/party-report.html", context, status=status_of(form))
