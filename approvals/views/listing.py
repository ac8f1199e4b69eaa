"""What is in review and in approval, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.lights import light_for
from agreements.models import Agreement, Station, ToDo
from agreements.pages import holder_names
from agreements.services import duties
from approvals.models import Run
from approvals.pages import HERE
from core import clock
from core.errors import BadInput

LINES = 50
BOXES = {"review": Station.LEGAL_REVIEW, "approval": Station.APPROVAL}
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Tab:
    """A box of the list with its count."""

    label: str
    url: str
    count: int | None
    current: bool


@require_safe
def listing(request) -> HttpResponse:
    """Show what this person may see of reviews and approvals: in review, in approval, ended runs."""
    box = request.GET.get("box", "review")
    if box not in (*BOXES, ENDED):
        raise BadInput(_("There is no such box of reviews and approvals."))
    seen = Agreement.objects.visible_to(request.user)
    ended = Run.objects.exclude(state=Run.State.OPEN).filter(agreement__in=seen.values("pk"))
    counts = {
        "review": seen.live().filter(station=Station.LEGAL_REVIEW).count(),
        "approval": seen.live().filter(station=Station.APPROVAL).count(),
        ENDED: ended.count(),
    }
    labels = {"review": _("In legal review"), "approval": _("In approval"), ENDED: _("Approvals ended")}
    base = reverse("approvals:review-list")
    context = {
        "box": box,
        "tabs": [Tab(labels[code], f"{base}?box={code}", counts[code], code == box) for code in labels]
        + [Tab(_("Meetings"), reverse("meetings:meeting-list"), None, False)],
    }
    if box == ENDED:
        rows = (
            ended.select_related("agreement__lead_unit", "text")
            .prefetch_related("text__marks")
            .order_by("-ended_on", "-pk")
        )
    else:
        todos = ToDo.objects.filter(closed_at=None, code__in=HERE).select_related("post__unit", "agreement")
        rows = (
            seen.live()
            .filter(station=BOXES[box])
            .select_related("lead_unit", "category")
            .prefetch_related(Prefetch("todos", todos.order_by("due_on", "pk"), to_attr="lies_with"))
            .order_by("next_due_on", "pk")
        )
    page = Paginator(rows, LINES).get_page(request.GET.get("page"))
    if box != ENDED:
        _dress(page.object_list)
    return render(request, "approvals/review-list.html", {**context, "page_obj": page})


def _dress(agreements) -> None:
    """Give each agreement its light, and each open to-do its words and the names behind its post."""
    names = holder_names({todo.post_id for agreement in agreements for todo in agreement.lies_with})
    for agreement in agreements:
        agreement.light = light_for(agreement.next_due_on, agreement.next_due_judged, clock.today(), agreement.standing)
        for todo in agreement.lies_with:
            todo.what = duties.kind(todo).label
            todo.names = names[todo.post_id]
