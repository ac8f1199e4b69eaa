"""From errors to pages: one place where a refusal becomes an answer (decision 11)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from core import errors_pages
from core.errors import BadInput, ProductError

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponseBase]

PAGING = frozenset({"page", "offset", "limit", "size"})
LONGEST_NUMBER = 9
LONGEST_VALUE = 2_000


class Availability:
    """Answer 503 when a view cannot reach the database; `handler500` does so for the middleware around it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, errors_pages.DATABASE_AWAY):
            return None
        logger.error("The database did not answer %s: %s", request.path, exception)
        return errors_pages.unavailable(request)


class Refusals:
    """Turn the three errors into pages, and input no database can read into a 400 with its reason."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            refuse_unreadable(request)
        except BadInput as error:
            return self.page(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ProductError):
            return self.page(request, exception)
        # psycopg2 refuses a NUL in a text with a plain ValueError.
        unreadable = isinstance(exception, ValueError) and "NUL" in str(exception)
        if unreadable or isinstance(exception, (DataError, OverflowError, UnicodeEncodeError)):
            logger.warning("Unreadable input for %s: %s", request.path, exception)
            reason = _("A value is too large, too long or holds a character that cannot be stored.")
            return self.page(request, BadInput(reason))
        return None

    def page(self, request: HttpRequest, error: ProductError) -> HttpResponse:
        """Return the page of an error, with its article and every gap."""
        return errors_pages.answer(
            request,
            error.status,
            code=error.code,
            reason=error.reason,
            article=error.article,
            next_step=error.next_step,
            gaps=getattr(error, "gaps", ()),
        )


def refuse_unreadable(request: HttpRequest) -> None:
    """Raise BadInput for an address that no query may see: NUL bytes, boundless values, page numbers without end."""
    if "\x00" in request.path:
        raise BadInput(_("The address holds a character that cannot be read."))
    for name, values in request.GET.lists():
        for value in values:
            if "\x00" in name or "\x00" in value:
                raise BadInput(_("The address holds a character that cannot be read."))
            if len(value) > LONGEST_VALUE:
                raise BadInput(_("A value in the address is too long."))
            if name in PAGING and len(value) > LONGEST_NUMBER:
                raise BadInput(_("There is no page with such a number."))
