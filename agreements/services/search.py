"""The one column the list of agreements is searched by."""

from __future__ import annotations

from agreements.models import Agreement


def refresh_search_text(agreement: Agreement) -> None:
    """Keep in one column what the list is searched by: title, number, counterparties."""
    names = agreement.parties.values_list("counterparty__name", "counterparty__name_en")
    words = [agreement.title, agreement.number, *(name for pair in names for name in pair if name)]
    agreement.search_text = "\n".join(words)
    agreement.save(update_fields=["search_text", "station", "standing"])
