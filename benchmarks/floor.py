"""The floors: what the same answers cost without any layer. Raw SQL with the same rows, and the same writes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from django.db import connection

BOUND, PAGE = 1000, 50
_COLUMNS = """a.title, a.number, u.name_zh, c.name_zh, c.article, a.station, a.standing, a.next_due_on, a.amount_low,
    (SELECT p.name FROM agreements_party x JOIN agreements_counterparty p ON p.id = x.counterparty_id
     WHERE x.agreement_id = a.id AND x."order" = 1)"""
_FROM = """FROM agreements_agreement a
    JOIN accounts_unit u ON u.id = a.lead_unit_id JOIN agreements_category c ON c.id = a.category_id
    WHERE a.id IN (SELECT agreement_id FROM agreements_access WHERE holder IN (%s, %s, %s))"""


def page(holders: Sequence[str], *, offset: int = 0, where: str = "", values: Sequence[Any] = ()) -> str:
    """Return a page of the list as bare HTML: one question for the rows, one for the bounded count."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} {_FROM} {where} ORDER BY a.next_due_on, a.id LIMIT {PAGE} OFFSET {offset}",
            [*holders, *values],
        )
        rows = cursor.fetchall()
        cursor.execute(f"SELECT COUNT(*) FROM (SELECT a.id {_FROM} {where} LIMIT {BOUND + 1}) n", [*holders, *values])
        (count,) = cursor.fetchone()
    lines = ("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{''.join(lines)}</table><p>{count}</p>"


def write_again(statements: Sequence[tuple[str, Any]]) -> None:
    """Run writes again as they were sent, on the driver's own cursor."""
    if connection.vendor == "postgresql":
        with connection.connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
        return
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
