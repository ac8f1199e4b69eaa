"""The floors: what the same answers cost without any layer. Raw SQL with the same rows, and the same writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.db import connection

from records.mac import mac

Value = str | int | date
Statement = tuple[str, Any]

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


def reads_of(work: Callable[[], object], about: str = "") -> list[Statement]:
    """Return the questions a work asks; only those `about` a table, where one is named."""
    asked: list[Statement] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and about in sql:
            asked.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        work()
    return asked


def read_again(statements: Sequence[Statement]) -> str:
    """Ask the same questions with a bare cursor and return every row as a line of a table."""
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
            rows += cursor.fetchall()
    cells = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows)
    return "".join(f"<tr>{row}</tr>" for row in cells)


def act_again(statements: Sequence[Statement]) -> None:
    """Send an act on an approval again as it was sent, on the driver's own cursor: what no program can leave out.

    That is the row it is about, the lock on the agreement, the end of the chain of events, the MAC over the event, and
    every write: decision, assignment closed, step closed, next step and assignment, to-do and deadline closed and
    opened, the event, the agreement's next day. What is asked for rights, for the order of steps and for who holds the
    next post is ours and not the floor's.
    """
    with connection.connection.cursor() if connection.vendor == "postgresql" else connection.cursor() as cursor:
        for sql, values in statements:
            if sql.startswith('INSERT INTO "records_event"'):
                mac({str(place): str(value) for place, value in enumerate(values)})
            cursor.execute(sql, values)
            if sql.startswith("SELECT"):
                cursor.fetchall()


def of_act(statement: str) -> bool:
    """Tell whether a statement is among those of `act_again`."""
    lock = statement.startswith("SELECT") and statement.rstrip(";").endswith('FOR UPDATE OF "agreements_agreement"')
    chain = statement.startswith("SELECT") and ' FROM "records_event" ' in statement
    item = statement.startswith("SELECT") and ' FROM "approvals_assignment" ' in statement
    return lock or chain or item or statement.startswith(("INSERT", "UPDATE", "DELETE"))
