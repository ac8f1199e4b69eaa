"""The answer after too many failed log-ins: calm, and the same whether the account exists or not."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

TOO_MANY = 429


def answer(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """Return the page that says to wait, with the seconds in `Retry-After`; axes calls it while the lock holds."""
    seconds = int(get_cool_off(request).total_seconds())
    minutes = max(1, round(seconds / 60))
    reason = ngettext(
        "Log-in failed too often with this name from this place. Try again in %(minutes)s minute.",
        "Log-in failed too often with this name from this place. Try again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}
    refusal = render(request, "accounts/lockout.html", {"reason": reason}, status=TOO_MANY)
    refusal["Retry-After"] = str(seconds)
    return refusal
