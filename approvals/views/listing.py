"""What is in review and in approval, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.lights import light_for
from agreements.models import Agreement, Station, ToDo
from agreements.pages import holder_names
from agreements.services import duties
from approvals.models import CompletenessCheck, JointReview, LegalReview, ReviewStop, Run
from approvals.pages import HERE
from approvals.review_pages import joint_line
from approvals.services.review import clock as review_clock
from core import clock
from core.errors import BadInput

LINES = 50
CHECK, REVIEW, JOINT, APPROVAL, ENDED = "check", "review", "joint", "approval", "ended"
WAITS = ("supply", "review", "answer_findings", "present")
"""What a case in review may wait for: the codes of its to-dos."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A box of the list with its count."""

    label: str
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A narrower view of a box, with its count; the current one leads back to all."""

    label: str
    url: str
    count: int
    current: bool


@require_safe
def listing(request) -> HttpResponse:
    """Show what this person may see of reviews and approvals: completeness checks, reviews, joint reviews, approvals
    and runs that ended; `waits` and `late` narrow a box, and stand in the address."""
    box = request.GET.get("box", REVIEW)
    seen = Agreement.objects.visible_to(request.user)
    boxes = _boxes(seen)
    waits, late = request.GET.get("waits", ""), "late" in request.GET
    if box not in boxes or waits not in ("", *WAITS):
        raise BadInput(_("There is no such box of reviews and approvals."))
    labels = {
        CHECK: _("Completeness checks"),
        REVIEW: _("In legal review"),
        JOINT: _("Joint reviews"),
        APPROVAL: _("In approval"),
        ENDED: _("Approvals ended"),
    }
    base = reverse("approvals:review-list")
    rows = _narrowed(boxes[box], box, waits=waits, late=late)
    page = Paginator(_whole(rows, box), LINES).get_page(request.GET.get("page"))
    context = {
        "box": box,
        "label": labels[box],
        "tabs": [
            *(Tab(labels[code], f"{base}?box={code}", found.count(), code == box) for code, found in boxes.items()),
            Tab(_("Meetings"), reverse("meetings:meeting-list"), None, False),
        ],
        "filters": _filters(boxes[box], box, waits=waits, late=late),
        "page_obj": page,
    }
    if box == JOINT:
        context["lines"] = [joint_line(row) for row in page.object_list]
    elif box != ENDED:
        _dress(page.object_list, box)
    return render(request, "approvals/review-list.html", context)


def _boxes(seen: QuerySet[Agreement]) -> dict[str, QuerySet[Any]]:
    """Return what lies in each box, of what somebody sees."""
    live = seen.live()  # type: ignore[attr-defined]
    unchecked = CompletenessCheck.objects.filter(state=CompletenessCheck.State.OPEN)
    return {
        CHECK: live.filter(station=Station.LEGAL_REVIEW, pk__in=unchecked.values("agreement")),
        REVIEW: live.filter(station=Station.LEGAL_REVIEW).exclude(pk__in=unchecked.values("agreement")),
        JOINT: JointReview.objects.filter(state=JointReview.State.ASKED, review__agreement__in=live.values("pk")),
        APPROVAL: live.filter(station=Station.APPROVAL),
        ENDED: Run.objects.exclude(state=Run.State.OPEN).filter(agreement__in=seen.values("pk")),
    }


def _waiting(*codes: str) -> Q:
    return Q(pk__in=ToDo.objects.filter(closed_at=None, code__in=codes).values("agreement"))


def _late(box: str) -> Q:
    today = clock.today()
    return Q(due_on__lt=today) if box == JOINT else Q(next_due_on__lt=today, next_due_judged=True)


def _narrowed(rows: QuerySet[Any], box: str, *, waits: str, late: bool) -> QuerySet[Any]:
    if waits and box in (CHECK, REVIEW):
        rows = rows.filter(_waiting(waits))
    return rows.filter(_late(box)) if late and box != ENDED else rows


def _filters(rows: QuerySet[Any], box: str, *, waits: str, late: bool) -> list[Filter]:
    """Return the narrower views of a box, each with its count; those that hold nothing are left out."""
    labels = {
        "supply": _("waiting for the supplement"),
        "review": _("with the reviewer"),
        "answer_findings": _("findings to be answered"),
        "present": _("to be presented"),
    }
    found = [
        (code, {"waits": code}, rows.filter(_waiting(code)).count(), code == waits)
        for code in (WAITS if box == REVIEW else WAITS[:1] if box == CHECK else ())
    ]
    if box != ENDED:
        found.append(("late", {"late": "1"}, rows.filter(_late(box)).count(), late))
    base = reverse("approvals:review-list")
    return [
        Filter(
            labels.get(code, _("late")),
            f"{base}?{urlencode({'box': box, **({} if current else query)})}",
            count,
            current,
        )
        for code, query, count, current in found
        if count or current
    ]


def _whole(rows: QuerySet[Any], box: str) -> QuerySet[Any]:
    """Return the rows of a box in their order, with everything that is shown of them."""
    if box == ENDED:
        found = rows.select_related("agreement__lead_unit", "text").prefetch_related("text__marks")
        return found.order_by("-ended_on", "-pk")
    if box == JOINT:
        return rows.select_related("unit", "review__agreement__lead_unit").order_by("due_on", "pk")
    todos = ToDo.objects.filter(closed_at=None, code__in=HERE).select_related("post__unit", "agreement")
    stops = Prefetch("stops", ReviewStop.objects.order_by("from_on", "pk"))
    reviews = LegalReview.objects.order_by("-round").prefetch_related(stops)
    return (
        rows.select_related("lead_unit", "category")
        .prefetch_related(
            Prefetch("todos", todos.order_by("due_on", "pk"), to_attr="lies_with"),
            Prefetch("legal_reviews", reviews, to_attr="rounds_of_review"),
        )
        .order_by("next_due_on", "pk")
    )


def _dress(agreements: Iterable[Any], box: str) -> None:
    """Give each agreement its light, its days of review, and each open to-do its words and the names behind its
    post."""
    names = holder_names({todo.post_id for agreement in agreements for todo in agreement.lies_with})
    for agreement in agreements:
        agreement.light = light_for(agreement.next_due_on, agreement.next_due_judged, clock.today(), agreement.standing)
        last = next(iter(agreement.rounds_of_review), None)
        agreement.review_days = review_clock.days(last, last.stops.all()) if box == REVIEW and last else None
        for todo in agreement.lies_with:
            todo.what = duties.kind(todo).label
            todo.names = names[todo.post_id]
