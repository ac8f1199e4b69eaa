"""The last pages: what a person reads when a request cannot be answered, and the same as JSON for a program."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.verdicts import Gap, Wording, as_json

logger = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)


def wants_json(request: HttpRequest) -> bool:
    """Say whether a program asks: an address of the API or of a `.json` page, or JSON preferred to a page."""
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        return True
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def answer(
    request: HttpRequest,
    status: int,
    *,
    code: str,
    reason: Wording = "",
    article: str = "",
    next_step: Wording = "",
    gaps: Sequence[Gap] = (),
    template: str = "",
) -> HttpResponse:
    """Return a refusal with its reason as a page, or as `{"error", "reason", "article", "gaps"}`."""
    if wants_json(request):
        reader = getattr(request, "user", None)
        shown = [as_json(gap.for_reader(reader)) for gap in gaps]
        body = {"error": code, "reason": str(reason), "article": article, "gaps": shown}
        return JsonResponse(body, status=status)
    context = {"reason": reason, "article": article, "next_step": next_step, "gaps": gaps}
    page = render_to_string(f"errors/{template or status}.html", context, request=request)
    return HttpResponse(page, status=status)


def bare(request: HttpRequest, status: int, *, code: str, reason: str) -> HttpResponse:
    """Return an error without asking anything of the database: no context processor runs."""
    if wants_json(request):
        return JsonResponse({"error": code, "reason": reason, "article": "", "gaps": []}, status=status)
    return HttpResponse(render_to_string(f"errors/{status}.html", {"reason": reason}), status=status)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the 503 page: the database does not answer."""
    reason = _("The database does not answer. Nothing you entered before was lost; please try again in a minute.")
    response = bare(request, 503, code="unavailable", reason=reason)
    response["Retry-After"] = "60"
    return response


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself cannot read; one that holds too much says how much is taken."""
    reason = _("The request could not be read as it was sent.")
    if isinstance(exception, TooManyFieldsSent):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        reason = _("A page may send %(most)s fields at once, and this was more. Save fewer clauses at a time.")
        reason %= {"most": f"{most:,}"}
    elif isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        reason = _("A page may send %(most)s MB of words at once, and this was more.") % {"most": most}
    return bare(request, 400, code="badinput", reason=reason)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer Django's own refusals; those of the rules carry a reason and pass through the middleware."""
    return answer(request, 403, code="refused", reason=_("This page is not open to you."))


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what does not exist, and in the same words for what the person may not know to exist."""
    return answer(
        request, 404, code="notfound", reason=_("There is nothing at this address, or it is not open to you.")
    )


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer for our own fault; a database that went away inside a middleware arrives here as well."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return unavailable(request)
    return bare(request, 500, code="fault", reason=_("The fault is ours and has been recorded."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or old, in words that say what to do."""
    logger.warning("Cross-site protection refused %s: %s", request.path, reason)
    return answer(
        request,
        403,
        code="csrf",
        reason=_("The form no longer belongs to your session: it was open too long, or cookies are switched off."),
        template="csrf",
    )
