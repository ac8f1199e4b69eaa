"""The inbox: to do, done, started by me, told; and the same in JSON for whoever polls it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from agreements.models import Agreement, Notice, Standing, Station, ToDo
from agreements.services import notices
from core import clock
from core.errors import BadInput
from desk import rows

PAGE = 50
BOXES = ("todo", "done", "started", "told")


def own_notices(user: User):  # type: ignore[no-untyped-def]
    """Return the notices addressed to the user or to a post of the user."""
    return Notice.objects.filter(Q(user=user) | Q(post_id__in=user.post_ids)).select_related("agreement")


def _boxes(user: User, box: str) -> list[dict[str, object]]:
    counts = {
        "todo": rows.open_todos(user).count(),
        "done": ToDo.objects.filter(closed_by=user).count(),
        "started": Agreement.objects.live().filter(created_by=user).count(),
        "told": own_notices(user).filter(read_at=None).count(),
    }
    labels = {"todo": _("To do"), "done": _("Done"), "started": _("Started by me"), "told": _("Notices")}
    return [
        {"code": code, "label": labels[code], "url": f"?box={code}", "count": counts[code], "current": code == box}
        for code in BOXES
    ]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show one of the four boxes."""
    user: User = request.user  # type: ignore[assignment]
    box = request.GET.get("box", "todo")
    if box not in BOXES:
        raise BadInput(_("There is no box of that name."))
    today = clock.today()
    query = request.GET.get("q", "").strip()[:100]
    if box in ("todo", "done"):
        found = rows.open_todos(user)
        if box == "done":
            found = (
                ToDo.objects.filter(closed_by=user)
                .select_related("agreement", "deadline", "post__unit")
                .order_by("-closed_at", "-pk")
            )
            if request.GET.get("concluded"):
                found = found.filter(
                    Q(agreement__station=Station.CONCLUDED)
                    | Q(agreement__standing__in=(Standing.WITHDRAWN, Standing.TERMINATED))
                )
        if query:
            found = found.filter(agreement__search_text__contains=query)
    elif box == "started":
        found = (
            Agreement.objects.live()
            .filter(created_by=user)
            .select_related("category", "lead_unit")
            .prefetch_related("parties__counterparty")
            .order_by("next_due_on", "pk")
        )
        if query:
            found = found.filter(search_text__contains=query)
    else:
        found = own_notices(user).order_by("read_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page", "1"))
    context: dict[str, object] = {"box": box, "boxes": _boxes(user, box), "page_obj": page, "q": query}
    if box in ("todo", "done"):
        context["rows"] = [rows.todo_row(todo, today) for todo in page]
    elif box == "started":
        shown = list(page)
        context["rows"] = rows.agreement_rows(shown, today)
        context["with_whom"] = rows.with_whom(shown)
    else:
        context["rows"] = rows.notice_rows(page)
    return render(request, "desk/inbox.html", context)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Give own to-dos and notices; polling this does not extend the session."""
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    todos = [rows.todo_row(todo, today) for todo in rows.open_todos(user)[:200]]
    return JsonResponse(
        {
            "todos": [
                {
                    "id": row.todo.public_id,
                    "agreement": row.todo.agreement.public_id,
                    "title": row.title,
                    "number": row.number,
                    "code": row.todo.code,
                    "label": str(row.label),
                    "article": row.article,
                    "url": row.url,
                    "due_on": row.due_on,
                    "light": row.light.kind,
                    "light_text": str(row.light.text),
                }
                for row in todos
            ],
            "notices": [
                {"id": row.notice.public_id, "text": row.text, "url": row.url, "at": row.notice.made_at}
                for row in rows.notice_rows(own_notices(user).filter(read_at=None)[:100])
            ],
        }
    )


@require_POST
def read_notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark a notice as read and open what it is about. Second caller: the first reader stands."""
    user: User = request.user  # type: ignore[assignment]
    notice = get_object_or_404(own_notices(user), public_id=public_id)
    notices.read(notice, by=user)
    return redirect(notice.agreement.get_absolute_url() if notice.agreement else "desk:inbox")
