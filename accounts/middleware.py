"""Who comes in, and for how long (GB/T 22239-2019): the limits of a session and the gate before every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import User
from core import clock
from core.errors_pages import wants_json

Answer = Callable[[HttpRequest], HttpResponseBase]

STARTED, SEEN = "started_at", "seen_at"
UNATTENDED = frozenset({"desk:inbox-json", "agreements:text-present", "agreements:text-clause"})
"""Routes that the browser asks by itself: they say nothing about somebody sitting there. A draft that saves itself
does: it is sent only when something was typed."""
GRAIN_SECONDS = 20
"""The last use is written at most this often, so that not every page writes a session."""


def begin(sender: type[User], request: HttpRequest, **kwargs: Any) -> None:
    """Start the clock of a session; receives `user_logged_in`."""
    request.session[STARTED] = request.session[SEEN] = _instant()


def _instant() -> int:
    return int(clock.now().timestamp())


def has_ended(session: Any, now: int) -> bool:
    """Tell whether a logged-in session has ended: unused too long, or too old however busy."""
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES).total_seconds()
    whole = timedelta(hours=settings.SESSION_ABSOLUTE_HOURS).total_seconds()
    unused, age = now - int(session.get(SEEN, 0)), now - int(session.get(STARTED, 0))
    return unused >= idle or age >= whole


class SessionLimits:
    """End sessions at their limits; what the browser asks by itself does not count as use."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and has_ended(request.session, _instant()):
            logout(request)
            request.session_ended = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        match = request.resolver_match
        if isinstance(request.user, AnonymousUser) or match is None or match.view_name in UNATTENDED:
            return
        now = _instant()
        if now - request.session.get(SEEN, 0) >= GRAIN_SECONDS:
            request.session[SEEN] = now


class LogInRequired:
    """Let nobody past who is not logged in, except to the public routes; a program gets 401, a person the log-in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.user.is_authenticated or match is None or policy.policy_of(match.view_name) == policy.PUBLIC:
            return None
        if wants_json(request):
            reason = _("Your session has ended. Log in again; what you typed is kept in this browser.")
            return JsonResponse({"error": "login", "reason": reason, "article": "", "gaps": []}, status=401)
        query = {"next": _way_back(request)}
        if getattr(request, "session_ended", False):
            query["ended"] = "1"
        return redirect(f"{reverse('accounts:login')}?{urlencode(query)}")


def _way_back(request: HttpRequest) -> str:
    """Return where to go after logging in: the page asked for, or the one from which a form was sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() else "/"
