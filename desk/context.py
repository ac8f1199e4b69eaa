"""What every page carries: the places this person can use, who is logged in, and whether the data are invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SigningAuthority, User
from approvals import queue
from core.verdicts import Wording
from desk import demonstration

LEADERS = (
    "deputy_secretary_general",
    "secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "mayor",
    # of those who sign in their own name (§2)
    "office_director",
    "deputy_district_head",
    "executive_deputy_district_head",
    "district_head",
    "deputy_department_head",
    "department_head",
)
STAFF = ("officer", "unit_head")
BUSINESS = (*STAFF, *LEADERS, "general_office", "legal", "secretariat", "inspector")
MOST = 1000
"""So far counts of the menu go; beyond, `1,000+` says as much."""
ADMINISTRATORS = ("administrator", "system_admin", "security_admin", "audit_admin")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the sidebar."""

    url: str
    label: Wording
    icon: str
    count: int
    current: bool
    counted: str = ""
    """The box whose count stands beside the entry; the browser keeps it up to date (js/counts.js)."""

    @property
    def count_text(self) -> str:
        """Return the count as it is written."""
        return bounded(self.count)


def bounded(count: int) -> str:
    """Return a count as it is written: nothing for none, and no further than was counted."""
    if not count:
        return ""
    return f"{MOST:,}+" if count > MOST else str(count)


_PLACES: tuple[tuple[str, Wording, str, tuple[str, ...]], ...] = (
    ("desk:home", gettext_lazy("Desk"), "desk", ()),
    ("desk:inbox", gettext_lazy("Inbox"), "inbox", BUSINESS),
    ("desk:agreement-list", gettext_lazy("Agreements"), "doc", BUSINESS),
    ("approvals:review-list", gettext_lazy("Review and approval"), "review", (*LEADERS, "general_office", "legal")),
    ("archive:custody-list", gettext_lazy("Custody"), "seal", (*STAFF, "secretariat", "inspector")),
    ("followup:task-list", gettext_lazy("Follow-up"), "flag", (*STAFF, *LEADERS, "general_office", "inspector")),
    ("routes:route-list", gettext_lazy("Routes of approval"), "review", ("administrator",)),
    ("approvals:intervention-list", gettext_lazy("Stuck approvals"), "review", ("administrator",)),
    ("admin:index", gettext_lazy("Administration"), "gear", ADMINISTRATORS),
)


def _open_todos(request: HttpRequest, user: User) -> int:
    """Count what lies with a person, no further than anybody would read; a page that has counted it says so."""
    known: int | None = getattr(request, "open_todos", None)
    if known is not None:
        return known
    return queue.open_todos(user).order_by()[: MOST + 1].count()


_COUNTS: dict[str, Callable[[HttpRequest, User], int]] = {"desk:inbox": _open_todos}


def places(request: HttpRequest, user: User) -> list[Place]:
    """Return the places the person's posts open, the present one marked."""
    held = {holding.post.code for holding in (*user.holdings_today, *user.approvals_today)}
    found = [entry for entry in _PLACES if not entry[3] or held.intersection(entry[3])]
    urls = [reverse(entry[0]) for entry in found]
    # The desk's own address begins every other: it is the present place only where it is the whole address.
    # Meetings are a part of review and approval, at an address of their own.
    apart, within = reverse("meetings:meeting-list"), reverse("approvals:review-list")
    path = within if request.path.startswith(apart) else request.path
    current = next((url for url in urls if path == url or (url != "/" and path.startswith(url))), "")
    return [
        Place(
            url,
            label,
            icon,
            _COUNTS[name](request, user) if name in _COUNTS else 0,
            url == current,
            "todo" if name in _COUNTS else "",
        )
        for url, (name, label, icon, _codes) in zip(urls, found, strict=True)
    ]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context; nothing is read from the database until a template asks for it."""
    user: User | None = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    post = user.main_post
    return {
        "nav": SimpleLazyObject(lambda: places(request, user)),
        "who": {
            "name": user.full_name,
            "unit": post.unit.short if post else "",
            "post": post.name if post else _("no post"),
            "acting": [held.title for held in user.deputises_today],
        },
        "authority_name": SimpleLazyObject(lambda: _authority_name(user)),
        "demo_note": demonstration.note(),
    }


def _authority_name(user: User) -> str:
    post = user.main_post
    authority = post.authority if post else SigningAuthority.objects.order_by("pk").first()
    return authority.name if authority else ""
