"""Views that fail in every way a view can, for the tests of the pages that follow."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied, Gap
from records.models import Event

FAULTS: dict[str, Exception] = {
    "refused": Refused.because(Denied("Only the secretariat affixes the seal.", "§3.5")),
    "notnow": NotNow(
        "Two things are missing.",
        "§3.2",
        code="gaps",
        gaps=[
            Gap("The clause on funding", "§2.4", "It is asked for.", "/agreements/0123456789/", "Write it", "funding"),
            Gap(_("Yes"), "§3.1", code="diligence"),
        ],
    ),
    "badinput": BadInput("“a.pdf” was not stored: it is empty.", code="file_empty", next_step="Choose another file."),
    "gone": Http404("secret words"),
    "denied": PermissionDenied("secret words"),
    "suspicious": SuspiciousOperation("secret words"),
    "fault": RuntimeError("secret words"),
    "away": OperationalError("secret words"),
    "closed": InterfaceError("secret words"),
    "data": DataError("secret words"),
    "overflow": OverflowError("secret words"),
    "half": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    "nul": ValueError("A string literal cannot contain NUL (0x00) characters."),
}


def failing(fault: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise fault

    return view


def count(request: HttpRequest) -> HttpResponse:
    """Hand what stands in the address to the database as it is."""
    found = Event.objects.filter(code=request.GET.get("code", ""))
    if sequence := request.GET.get("sequence"):
        found = found.filter(sequence=int(sequence))
    return HttpResponse(str(len(found)))


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    *[path(name, failing(fault)) for name, fault in FAULTS.items()],
    *[path(f"api/v1/{name}", failing(fault)) for name, fault in FAULTS.items()],
    path("count", count),
    path("form", form),
    path("", include("config.urls")),  # what the frame of a page points at
]
handler400 = "core.errors_pages.handler400"
handler403 = "core.errors_pages.handler403"
handler404 = "core.errors_pages.handler404"
handler500 = "core.errors_pages.handler500"
