"""The inbox: to do, done, started by me, told; and the same in JSON for whoever polls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
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


def own_notices(user: User) -> QuerySet[Notice]:
    """Return the notices addressed to the user or to a post of the user."""
    return Notice.objects.reaching(user).select_related("agreement")


def started(user: User) -> QuerySet[Agreement]:
    """Return the live cases the user has filed, by deadline."""
    return Agreement.objects.live().filter(created_by=user).order_by("next_due_on", "pk")


def _boxes(user: User, box: str) -> list[dict[str, object]]:
    counts = {
        "todo": rows.open_todos(user).count(),
        "done": rows.done_todos(user).count(),
        "started": started(user).count(),
        "told": own_notices(user).filter(read_at=None).count(),
    }
    labels = {"todo": _("To do"), "done": _("Done"), "started": _("Started by me"), "told": _("Notices")}
    return [
        {"code": code, "label": label, "url": f"?box={code}", "count": counts[code], "current": code == box}
        for code, label in labels.items()
    ]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show one of the four boxes."""
    user: User = request.user  # type: ignore[assignment]
    box = request.GET.get("box", "todo")
    if box not in _SHOWN:
        raise BadInput(_("There is no box of that name."))
    query = request.GET.get("q", "").strip()[:100]
    context = {"box": box, "boxes": _boxes(user, box), "q": query}
    context |= _SHOWN[box](user, query, request.GET)
    return render(request, "desk/inbox.html", context)


def _todo(user: User, query: str, asked: QueryDict) -> dict[str, Any]:
    page = _todo_page(rows.open_todos(user).filter(agreement__search_text__contains=query), asked, user)
    return {**page, "away": rows.with_deputies(user), "acting": user.deputises_today}


def _done(user: User, query: str, asked: QueryDict) -> dict[str, Any]:
    found = rows.done_todos(user).filter(agreement__search_text__contains=query)
    if asked.get("concluded"):
        ended = Q(agreement__standing__in=(Standing.WITHDRAWN, Standing.TERMINATED))
        found = found.filter(Q(agreement__station=Station.CONCLUDED) | ended)
    return _todo_page(found, asked)


def _todo_page(found: QuerySet[ToDo], asked: QueryDict, reader: User | None = None) -> dict[str, Any]:
    today, page = clock.today(), Paginator(found, PAGE).get_page(asked.get("page"))
    return {"page_obj": page, "rows": [rows.todo_row(todo, today, reader) for todo in page]}


def _started(user: User, query: str, asked: QueryDict) -> dict[str, Any]:
    page = Paginator(started(user).filter(search_text__contains=query), PAGE).get_page(asked.get("page"))
    shown = rows.agreement_rows(page.object_list, clock.today())  # type: ignore[arg-type]
    return {"page_obj": page, "rows": shown}


def _told(user: User, _query: str, asked: QueryDict) -> dict[str, Any]:
    """Show the notices, unread ones first, then by age."""
    unread_first = Case(When(read_at=None, then=Value(0)), default=Value(1))
    page = Paginator(own_notices(user).order_by(unread_first, "-pk"), PAGE).get_page(asked.get("page"))
    return {"page_obj": page, "rows": rows.notice_rows(page)}


_SHOWN: dict[str, Callable[[User, str, QueryDict], dict[str, Any]]] = {
    "todo": _todo,
    "done": _done,
    "started": _started,
    "told": _told,
}


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
