"""The floors: what the same answers cost without any layer. Raw SQL with the same rows, and the same writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.db import connection

Value = str | int | date

BOUND, PAGE = 1000, 50
_COLUMNS = """a.title, a.number, u.name_zh, c.name_zh, c.article, a.station, a.standing, a.next_due_on, a.amount_low,
    (SELECT p.name FROM agreements_party x JOIN agreements_counterparty p ON p.id = x.counterparty_id
     WHERE x.agreement_id = a.id AND x."order" = 1),
    (SELECT h.name_zh FROM agreements_todo t JOIN accounts_post h ON h.id = t.post_id
     WHERE t.agreement_id = a.id AND t.closed_at IS NULL ORDER BY t.due_on LIMIT 1)"""
_VISIBLE = "a.id IN (SELECT agreement_id FROM agreements_access WHERE holder IN (%s, %s, %s))"
_LIVE = "a.standing IN ('active', 'suspended') AND a.station <> 'concluded'"
_ACTIVE = "a.standing = 'active' AND a.next_due_judged"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks and when: the keys of sight, the own unit, the present day and the last one that counts as soon."""

    holders: tuple[str, str, str]
    unit: int
    today: date
    soon: date

    def views(self) -> list[tuple[str, list[Value]]]:
        """Return the saved views of the list as conditions with their values."""
        return [
            ("TRUE", []),
            (_LIVE, []),
            (f"{_LIVE} AND a.lead_unit_id = %s", [self.unit]),
            (f"{_LIVE} AND a.station IN ('sealing', 'archiving', 'performance')", []),
            (f"{_ACTIVE} AND a.next_due_on < %s", [self.today]),
            (f"{_ACTIVE} AND a.next_due_on BETWEEN %s AND %s", [self.today, self.soon]),
            (
                (
                    "a.standing = 'active' AND a.station = 'performance' AND (a.signed_on IS NULL"
                    " OR a.next_due_on = '9999-12-31' OR a.expires_on < %s)"
                ),
                [self.today],
            ),
        ]


def page(reader: Reader, *, offset: int = 0, where: str = "", values: Sequence[Value] = ()) -> str:
    """Return a page of the list as bare HTML: one question for the rows, one for the bounded counts of the views."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {_COLUMNS} FROM agreements_agreement a JOIN accounts_unit u ON u.id = a.lead_unit_id
            JOIN agreements_category c ON c.id = a.category_id
            WHERE {_VISIBLE} {where} ORDER BY a.next_due_on, a.id LIMIT {PAGE} OFFSET {offset}""",
            [*reader.holders, *values],
        )
        rows = cursor.fetchall()
        counts: list[str] = []
        asked: list[Value] = []
        for condition, of_view in reader.views():
            one = f"SELECT 1 FROM agreements_agreement a WHERE {_VISIBLE} {where} AND {condition} LIMIT {BOUND + 1}"
            counts.append(f"(SELECT COUNT(*) FROM ({one}) n)")
            asked += [*reader.holders, *values, *of_view]
        cursor.execute(f"SELECT {', '.join(counts)}", asked)
        numbers = cursor.fetchone()
    lines = ("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{''.join(lines)}</table><p>{numbers}</p>"


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
