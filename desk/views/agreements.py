"""The list of agreements, and the same list as a workbook."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Unit
from agreements import rules
from agreements.models import Agreement, Category, Standing, Station
from core import clock, sheets
from core.errors import BadInput
from core.wording import say
from desk import filters, rows
from records import trail
from regulation.vocabulary import NATURES

PAGE = 50
BOUND = 1000
EXPORT_LIMIT = 20_000


class BoundedPaginator(Paginator):
    """Counts up to a bound, unless asked for the exact number: a whole count costs more than the page."""

    exact = False

    @cached_property
    def count(self) -> int:
        if self.exact:
            return int(self.object_list.count())  # type: ignore[union-attr]
        return int(self.object_list.order_by()[: BOUND + 1].values("pk").count())  # type: ignore[union-attr]

    @property
    def is_bounded(self) -> bool:
        return not self.exact and self.count > BOUND


def _page(request: HttpRequest, found: QuerySet[Agreement], order: str) -> Page:
    """Return the asked-for page: ids first, the rows joined after the limit, so that deep pages stay cheap."""
    ids = found.order_by(*filters.ORDERS[order][1]).values_list("pk", flat=True)
    paginator = BoundedPaginator(ids, PAGE)
    number = request.GET.get("page", "1")
    paginator.exact = "exact" in request.GET or (number.isdigit() and int(number) * PAGE > BOUND)
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 8):
        raise BadInput(_("The page number is not a number."))
    page = paginator.get_page(int(number))
    page.object_list = _fetched(list(page.object_list))
    return page


def _fetched(ids: list[int]) -> list[Agreement]:
    by_id = (
        Agreement.objects.select_related("category", "lead_unit")
        .prefetch_related("parties__counterparty")
        .in_bulk(ids)
    )
    return [by_id[pk] for pk in ids]


def _view_tabs(request: HttpRequest, chosen: filters.Chosen) -> list[dict[str, Any]]:
    """Return the saved views with bounded counts; the chosen filters apply in each."""
    today = clock.today()
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for view in filters.VIEWS.values():
        count = (
            filters.visible(request.user, chosen, today=today, view=view.code)  # type: ignore[arg-type]
            .values("pk")[: BOUND + 1]
            .count()
        )
        query["view"] = view.code
        tabs.append(
            {
                "label": view.label,
                "url": f"?{query.urlencode()}",
                "count": f"{BOUND:,}+" if count > BOUND else count,
                "current": view.code == chosen.view,
            }
        )
    return tabs


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the agreements the user may know of, by the filters of the address."""
    chosen = filters.read(request.GET)
    today = clock.today()
    found = filters.visible(request.user, chosen, today=today)  # type: ignore[arg-type]
    page = _page(request, found, chosen.order)
    shown = rows.agreement_rows(page.object_list, today)
    return render(
        request,
        "desk/agreement-list.html",
        {
            "chosen": chosen,
            "views": _view_tabs(request, chosen),
            "rows": shown,
            "with_whom": rows.with_whom([row.agreement for row in shown]),
            "page_obj": page,
            "picks": _picks(chosen),
            "may_create": rules.may_create(request.user),  # type: ignore[arg-type]
        },
    )


def _picks(chosen: filters.Chosen) -> list[dict[str, Any]]:
    """Return the filter bar: each pick with its choices."""
    units = Unit.objects.active().exclude(kind=Unit.Kind.OFFICE)
    return [
        {
            "name": "category",
            "label": _("category"),
            "value": chosen.category,
            "choices": [(row.code, row.name) for row in Category.objects.filter(retired_on=None)],
        },
        {"name": "station", "label": _("station"), "value": chosen.station, "choices": Station.choices},
        {"name": "light", "label": _("light"), "value": chosen.light, "choices": list(filters.LIGHTS.items())},
        {
            "name": "unit",
            "label": _("lead unit"),
            "value": chosen.unit,
            "choices": [(unit.public_id, unit.short) for unit in units],
        },
        {
            "name": "nature",
            "label": _("nature"),
            "value": chosen.nature,
            "choices": [(code, say(record.name)) for code, record in NATURES.items()],
        },
        {"name": "standing", "label": _("standing"), "value": chosen.standing, "choices": Standing.choices},
        {
            "name": "order",
            "label": _("order"),
            "value": chosen.order,
            "choices": [(code, label) for code, (label, _columns) in filters.ORDERS.items()],
            "required": True,
        },
    ]


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give the list as a workbook: same filters, same columns as the screen. The export is entered in the trail."""
    chosen = filters.read(request.GET)
    today = clock.today()
    found = filters.visible(request.user, chosen, today=today)  # type: ignore[arg-type]
    ids = list(found.order_by(*filters.ORDERS[chosen.order][1]).values_list("pk", flat=True)[: EXPORT_LIMIT + 1])
    if len(ids) > EXPORT_LIMIT:
        raise BadInput(
            _("The list has more than %(limit)s rows.") % {"limit": EXPORT_LIMIT},
            next_step=_("Narrow it by a filter, then export."),
        )
    shown = rows.agreement_rows(_fetched(ids), today)
    lies_with = rows.with_whom([row.agreement for row in shown])
    user = request.user
    body = sheets.workbook(
        _("Agreements"),
        [
            _("deadline"),
            _("light"),
            _("agreement"),
            _("number"),
            _("category"),
            _("counterparties"),
            _("station"),
            _("now with"),
            _("amount (yuan)"),
        ],
        (
            [
                row.due_on,
                row.light.text,
                row.agreement.title,
                row.agreement.number,
                row.agreement.category.name,
                row.counterparties,
                row.agreement.get_station_display(),
                lies_with[row.agreement.pk].post.title if row.agreement.pk in lies_with else "",
                row.agreement.amount_low,
            ]
            for row in shown
        ),
        subtitle=f"{user.main_unit.name if user.main_unit else user.full_name}  {clock.now():%Y-%m-%d %H:%M}",  # type: ignore[union-attr]
    )
    with transaction.atomic():
        trail.append(
            chain=trail.SYSTEM_CHAIN,
            code="export_agreements",
            actor=user.actor(),  # type: ignore[union-attr]
            payload={"filters": request.GET.urlencode(), "rows": len(shown)},
        )
    answer = HttpResponse(body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="agreements-{today:%Y%m%d}.xlsx"'
    return answer
