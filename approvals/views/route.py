"""The way of an approval before it is taken (§3.4): with people, days, reasons, gaps, and what if."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements.scope import visible_agreement
from approvals import pages, route_pages, route_papers, rules
from core.acts import permit
from records import files


@require_safe
def show(request, public_id: str) -> HttpResponse:
    """Show the way, or in an approval under way the copy it keeps; nothing asked about here is stored."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_see_route(request.user, agreement))
    run = route_pages.run_of(agreement)
    if run is not None:
        context = {"agreement": agreement, "run": run, "route": pages.route(run)}
        return render(request, "approvals/route-show.html", context)
    page = route_pages.shown(agreement, request.GET)
    context = {
        "agreement": agreement,
        "page": page,
        "form": page.form,
        "phases": route_pages.phases(agreement, request.user),
        "papers": route_pages.papers(agreement, page.way) if page.way else [],
    }
    return render(request, "approvals/route-show.html", context)


@require_POST
def paper(request, public_id: str) -> HttpResponseBase:
    """Print the preview, or send the one of today that already says the same."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_see_route(request.user, agreement))
    printed = route_papers.route_preview(agreement, by=request.user)
    return files.response(printed.file, _("Route of approval %(number)s") % {"number": agreement.number} + ".pdf")
