"""Running numbers without gaps: archival codes, the seal register, anything an inspector counts."""

from __future__ import annotations

from django.db import transaction

from records.models import NumberSeries


def hold(scope: str, year: int = 0) -> NumberSeries:
    """Lock the row of a series until the caller's transaction ends; a second caller waits here.

    Raises TransactionManagementError outside a transaction.
    """
    series, _ = NumberSeries.objects.select_for_update().get_or_create(scope=scope, year=year)
    return series


def next_number(scope: str, year: int) -> int:
    """Return the next number of a scope in a year, from 1, inside the caller's transaction.

    A transaction that rolls back gives its number back: the next caller gets it, so there is never a gap.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken in the transaction of the row that bears it.")
    series = hold(scope, year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
