"""The inbox: to do, done, started by me, copied to me, and notices; the same in JSON for whoever polls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from agreements.models import Agreement, Notice, Standing, Station, ToDo
from agreements.services import notices
from approvals.models import Copy
from approvals.services import copying
from core import clock
from core.errors import BadInput
from desk import filters, inbox_filters, rows
from desk.context import bounded

PAGE = 50
AT_ONCE = 200
"""So many notices or copies are acknowledged by one request at most; a page shows fewer."""


class Pages(Paginator):
    """Pages of a box, counted no further than the bound: whether there are more shows by one row more. What is `known`
    already is not counted again."""

    def __init__(self, found: QuerySet[Any], known: int | None = None) -> None:
        super().__init__(found, PAGE)
        self._known = known

    @cached_property
    def count(self) -> int:
        if self._known is not None:
            return min(self._known, filters.BOUND + 1)
        found: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return found.order_by()[: filters.BOUND + 1].count()

    @property
    def is_bounded(self) -> bool:
        """Tell whether there is more than was counted."""
        return self.count > filters.BOUND


def own_notices(user: User) -> QuerySet[Notice]:
    """Return the notices addressed to the user or to a post of the user."""
    return Notice.objects.reaching(user).select_related("agreement")


def started(user: User) -> QuerySet[Agreement]:
    """Return the live cases the user has filed, by deadline."""
    return Agreement.objects.live().filter(created_by=user).order_by("next_due_on", "pk")


def copied(user: User) -> QuerySet[Copy]:
    """Return what was copied to the user, unread first, then the newest."""
    return (
        copying.copied_to(user)
        .select_related("run__agreement")
        .order_by(F("read_at").asc(nulls_first=True), "-made_at", "-pk")
    )


def _counts(user: User) -> dict[str, int]:
    """Count the boxes, no further than the bound: all of them in one question to the database."""
    lists: dict[str, QuerySet[Any]] = {
        "todo": rows.open_todos(user),
        "done": rows.done_todos(user),
        "started": started(user),
        "copied": copying.copied_to(user).filter(read_at=None),
        "told": own_notices(user).filter(read_at=None),
    }
    return dict(zip(lists, filters.bounded_counts(list(lists.values())), strict=True))


def _boxes(counts: Mapping[str, int], box: str) -> list[dict[str, object]]:
    labels = {
        "todo": _("To do"),
        "done": _("Done"),
        "started": _("Started by me"),
        "copied": _("Copied to me"),
        "told": _("Notices"),
    }
    return [
        {"code": code, "label": label, "url": f"?box={code}", "count": bounded(counts[code]), "current": code == box}
        for code, label in labels.items()
    ]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show one of the boxes."""
    user: User = request.user  # type: ignore[assignment]
    box = request.GET.get("box", "todo")
    if box not in _SHOWN:
        raise BadInput(_("There is no box of that name."))
    query = request.GET.get("q", "").strip()[: inbox_filters.SEARCH_LENGTH]
    counts = _counts(user)
    request.open_todos = counts["todo"]  # type: ignore[attr-defined]
    context = {"box": box, "boxes": _boxes(counts, box), "q": query}
    context |= _SHOWN[box](user, query, request.GET)
    return render(request, "desk/inbox.html", context)


def _todo(user: User, query: str, asked: QueryDict) -> dict[str, Any]:
    today, found = clock.today(), rows.open_todos(user)
    chosen = inbox_filters.read(asked, found)
    narrowed = inbox_filters.narrow(found, chosen, today)
    lights = inbox_filters.by_light(narrowed, today)
    return {
        "chosen": chosen,
        "lights": lights,
        **_todo_page(narrowed, asked, user, known=lights["total"]),
        "away": rows.with_deputies(user),
        "acting": user.deputises_today,
    }


def _done(user: User, query: str, asked: QueryDict) -> dict[str, Any]:
    found = rows.done_todos(user).filter(agreement__search_text__contains=query)
    if asked.get("concluded"):
        ended = Q(agreement__standing__in=(Standing.WITHDRAWN, Standing.TERMINATED))
        found = found.filter(Q(agreement__station=Station.CONCLUDED) | ended)
    return _todo_page(found, asked)


def _todo_page(
    found: QuerySet[ToDo], asked: QueryDict, reader: User | None = None, *, known: int | None = None
) -> dict[str, Any]:
    page = Pages(found, known).get_page(asked.get("page"))
    return {"page_obj": page, "rows": rows.todo_rows(page, clock.today(), reader)}


def _started(user: User, query: str, asked: QueryDict) -> dict[str, Any]:
    page = Pages(started(user).filter(search_text__contains=query)).get_page(asked.get("page"))
    shown = rows.agreement_rows(page.object_list, clock.today())  # type: ignore[arg-type]
    return {"page_obj": page, "rows": shown}


def _copied(user: User, query: str, asked: QueryDict) -> dict[str, Any]:
    page = Pages(copied(user).filter(run__agreement__search_text__contains=query)).get_page(asked.get("page"))
    shown = rows.copy_rows(page, clock.today())
    return {"page_obj": page, "rows": shown, "pickable": any(row.copy.read_at is None for row in shown)}


def _told(user: User, _query: str, asked: QueryDict) -> dict[str, Any]:
    """Show the notices, unread ones first, then by age."""
    unread_first = Case(When(read_at=None, then=Value(0)), default=Value(1))
    page = Pages(own_notices(user).order_by(unread_first, "-pk")).get_page(asked.get("page"))
    shown = rows.notice_rows(page)
    return {"page_obj": page, "rows": shown, "pickable": any(row.notice.read_at is None for row in shown)}


_SHOWN: dict[str, Callable[[User, str, QueryDict], dict[str, Any]]] = {
    "todo": _todo,
    "done": _done,
    "started": _started,
    "copied": _copied,
    "told": _told,
}


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Give own to-dos and notices, or with `only=counts` the counts alone; polling does not extend the session."""
    user: User = request.user  # type: ignore[assignment]
    if request.GET.get("only") == "counts":
        counts = _counts(user)
        return JsonResponse({"counts": {code: bounded(counts[code]) for code in ("todo", "copied", "told")}})
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


@require_POST
def acknowledge(request: HttpRequest, box: str) -> HttpResponse:
    """Take note of several notices or copies at once; nothing else is ever done in a batch."""
    user: User = request.user  # type: ignore[assignment]
    picked = request.POST.getlist("pick")[:AT_ONCE]
    if box == "copied":
        count = copying.read_all(user, picked)
    else:
        count = notices.read_all(own_notices(user).filter(public_id__in=picked), by=user)
    if picked:
        messages.success(request, ngettext("%(n)s taken note of.", "%(n)s taken note of.", count) % {"n": count})
    else:
        messages.warning(request, _("Nothing was picked."))
    return redirect(reverse("desk:inbox", query={"box": box}))
