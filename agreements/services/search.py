"""The one column the list of agreements is searched by."""

from __future__ import annotations

from collections.abc import Iterable

from agreements.models import Agreement, Party


def refresh_search_text(*agreements: Agreement) -> None:
    """Keep in one column what the list is searched by: title, number, counterparties. One query for the names."""
    found: dict[int, list[str]] = {}
    rows = Party.objects.filter(agreement__in=agreements).order_by("agreement_id", "order")
    for pk, *names in rows.values_list("agreement_id", "counterparty__name", "counterparty__name_en"):
        found.setdefault(pk, []).extend(name for name in names if name)
    for agreement in agreements:
        agreement.search_text = _joined(agreement, found.get(agreement.pk, ()))
        agreement.save(update_fields=["search_text", "station", "standing"])


def _joined(agreement: Agreement, names: Iterable[str]) -> str:
    return "\n".join((agreement.title, agreement.number, *names))
