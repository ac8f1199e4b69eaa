"""The ledger of an agreement 台账, on screen and as the same sheet."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.scope import visible_agreement
from core import clock, sheets
from followup import boards
from records import trail


@require_safe
def show(request, public_id: str) -> HttpResponse:
    """Show the whole ledger: group, task, clause, units, day, progress, light."""
    agreement = visible_agreement(request.user, public_id)
    groups = boards.ledger(agreement, clock.today())
    context = {"agreement": agreement, "groups": groups, "columns": boards.columns()}
    return render(request, "followup/ledger.html", context)


@require_safe
def export(request, public_id: str) -> HttpResponse:
    """Send the ledger as a workbook with the columns and rows of the screen; the export is recorded."""
    agreement = visible_agreement(request.user, public_id)
    rows = [row for group in boards.ledger(agreement, clock.today()) for row in boards.cells(group)]
    title = _("Ledger of %(title)s") % {"title": agreement.title}
    subtitle = _("%(number)s · lead unit %(unit)s · as of %(day)s") % {
        "number": agreement.number,
        "unit": agreement.lead_unit.name,
        "day": clock.today().isoformat(),
    }
    with transaction.atomic():
        trail.append(
            chain=trail.SYSTEM_CHAIN,
            code="export_ledger",
            actor=request.user.actor(),
            payload={"agreement": agreement.number, "rows": len(rows)},
        )
    answer = HttpResponse(sheets.workbook(title, boards.columns(), rows, subtitle), content_type=sheets.MEDIA_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{title}.xlsx")
    return answer
