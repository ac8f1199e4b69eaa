"""What waits for the archive, and the register of the seal."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _

from archive import pages
from core import clock
from core.errors import BadInput

LINES = 50


def listing(request):
    """Show what lies with this person, what lies with others, and the register of a year."""
    typed = request.GET.get("year", "")
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) == 4):
        raise BadInput(_("There is no such year in the register."))
    year = int(typed) if typed else clock.today().year
    mine, others = pages.waiting(request.user)
    context = {
        "mine": mine,
        "others": others,
        "year": year,
        "years": pages.register_years(request.user),
        "page_obj": Paginator(pages.register_of(request.user, year), LINES).get_page(request.GET.get("page")),
    }
    return render(request, "archive/custody-list.html", context)
