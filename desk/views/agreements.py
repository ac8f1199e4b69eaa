"""The list of agreements, and the same list as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Standing, Station
from core import clock, sheets
from core.errors import BadInput
from core.verdicts import Wording
from core.wording import say
from desk import filters, rows
from records import trail
from regulation.vocabulary import NATURES

PAGE = 50
EXPORT_LIMIT = 20_000


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the agreements the user may know of, by the filters of the address."""
    user: User = request.user  # type: ignore[assignment]
    offered = filters.choices()
    chosen = filters.read(request.GET, offered)
    today = clock.today()
    found = filters.visible(user, chosen, today=today)
    lists = {view.code: view.narrow(found, user, today) for view in filters.VIEWS.values()}
    counts = dict(zip(lists, filters.bounded_counts(list(lists.values())), strict=True))
    page, is_bounded = _page(request, lists[chosen.view], chosen.order, counts[chosen.view])
    return render(
        request,
        "desk/agreement-list.html",
        {
            "chosen": chosen,
            "views": _view_tabs(request, chosen, counts),
            "rows": rows.agreement_rows(page.object_list, today),  # type: ignore[arg-type]
            "page_obj": page,
            "is_bounded": is_bounded,
            "picks": _picks(chosen, offered),
            "may_create": rules.may_create(user),
        },
    )


def _page(request: HttpRequest, found: QuerySet[Agreement], order: str, count: int) -> tuple[Page, bool]:
    """Return the asked-for page, and whether its count is only a lower bound.

    Ids are found first and the rows joined after the limit, so that deep pages stay cheap. Beyond the bound nothing is
    counted: whether there is a next page shows by one row more.
    """
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit()):
        raise BadInput(_("The page number is not a number."))
    number, columns = int(asked), filters.ORDERS[order][1]
    ids = found.order_by(*columns).values_list("pk", flat=True)
    paginator, is_bounded = Paginator(ids, PAGE), count > filters.BOUND
    paginator.count = count
    deep: list[int] = []
    if is_bounded and number * PAGE > filters.BOUND:
        before = (number - 1) * PAGE
        deep = list(ids[before : before + PAGE + 1])
        paginator.count = before + len(deep)
    if is_bounded and ("exact" in request.GET or paginator.count == (number - 1) * PAGE):
        paginator.count, is_bounded = found.order_by().count(), False
    page = Page(deep[:PAGE], number, paginator) if deep else paginator.get_page(number)
    page.object_list = Agreement.objects.filter(pk__in=page.object_list).order_by(*columns)
    return page, is_bounded


def _view_tabs(request: HttpRequest, chosen: filters.Chosen, counts: dict[str, int]) -> list[dict[str, Any]]:
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for view in filters.VIEWS.values():
        count = counts[view.code]
        query["view"] = view.code
        tabs.append(
            {
                "label": view.label,
                "url": f"?{query.urlencode()}",
                "count": f"{filters.BOUND:,}+" if count > filters.BOUND else count,
                "current": view.code == chosen.view,
            }
        )
    return tabs


def _picks(chosen: filters.Chosen, offered: filters.Choices) -> list[dict[str, Any]]:
    """Return the filter bar: each pick with its options, the chosen one selected."""
    natures = [(code, say(record.name)) for code, record in NATURES.items()]
    orders = [(code, label) for code, (label, _columns) in filters.ORDERS.items()]
    return [
        _pick("category", _("category"), chosen.category, offered.categories.items()),
        _pick("station", _("station"), chosen.station, Station.choices),
        _pick("light", _("light"), chosen.light, filters.LIGHTS.items()),
        _pick("unit", _("lead unit"), chosen.unit, offered.units.items()),
        _pick("year", _("signed in"), chosen.year, [(year, year) for year in filters.years()]),
        _pick("nature", _("nature"), chosen.nature, natures),
        _pick("standing", _("standing"), chosen.standing, Standing.choices),
        _pick("order", _("order"), chosen.order, orders) | {"required": True},
    ]


def _pick(name: str, label: str, value: str, choices: Iterable[tuple[str, Wording]]) -> dict[str, Any]:
    """Return one pick. Its options are drawn here: a hundred turns of a template loop would be a tenth of the page."""
    selected = SafeString(" selected")
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, selected if code == value else "", text) for code, text in choices),
    )
    return {"name": name, "label": label, "value": value, "options": options}


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give the list as a workbook: same filters, same columns as the screen. The export is entered in the trail."""
    user: User = request.user  # type: ignore[assignment]
    chosen = filters.read(request.GET, filters.choices())
    today = clock.today()
    columns = filters.ORDERS[chosen.order][1]
    found = filters.VIEWS[chosen.view].narrow(filters.visible(user, chosen, today=today), user, today)
    written = rows.agreement_rows(found.order_by(*columns)[: EXPORT_LIMIT + 1], today)
    if len(written) > EXPORT_LIMIT:
        raise BadInput(
            _("The list has more than %(limit)s rows.") % {"limit": EXPORT_LIMIT},
            next_step=_("Narrow it by a filter, then export."),
        )
    with transaction.atomic():
        trail.append(
            chain=trail.SYSTEM_CHAIN,
            code="export_agreements",
            actor=user.actor(),
            payload={"filters": request.GET.urlencode(), "rows": len(written)},
        )
    unit = user.main_unit.name if user.main_unit else user.full_name
    body = sheets.workbook(
        _("Agreements"), _columns(), map(_line, written), subtitle=f"{unit}  {timezone.localtime():%Y-%m-%d %H:%M}"
    )
    answer = HttpResponse(body, content_type=sheets.MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="agreements-{today:%Y%m%d}.xlsx"'
    return answer


def _columns() -> list[str]:
    return [
        _("deadline"),
        _("light"),
        _("agreement"),
        _("number"),
        _("lead unit"),
        _("category"),
        _("counterparties"),
        _("station"),
        _("standing"),
        _("now with"),
        _("amount (yuan)"),
    ]


def _line(row: rows.AgreementRow) -> list[object]:
    return [
        row.due_on,
        row.light.text,
        row.title,
        row.number,
        row.unit,
        row.category,
        row.counterparties,
        row.station,
        row.standing,
        row.lies or "",
        row.amount,
    ]
