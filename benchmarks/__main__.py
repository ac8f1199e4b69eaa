"""Measure and print one table: `python -m benchmarks`; BENCH_ROWS scales the list (default 100,000), BENCH_ONLY names
the works to measure by words of their names."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
ONLY = os.environ.get("BENCH_ONLY", "").split()
"""Words: only the works in whose names one of them stands are measured."""
ROUNDS = 20
STATION, SEARCH = "approval", "粮食"
WRITES = ("INSERT", "UPDATE", "DELETE")
AROUND = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "BEGIN")
"""What frames a transaction counts neither for us nor for the floor."""

Work = Callable[[], object]


@dataclass
class Line:
    """A work with its competitors by name, what each took, and what we want of ours against another."""

    name: str
    works: dict[str, Work]
    goal: str
    took: dict[str, list[float]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    def p50(self, name: str) -> float:
        """Return the median in milliseconds."""
        return statistics.median(self.took[name]) * 1000


class Statements:
    """Keeps the statements sent to the database, but for what frames a transaction."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    @property
    def count(self) -> int:
        """Return how many were sent."""
        return len(self.sent)

    @property
    def writes(self) -> list[tuple[str, Any]]:
        """Return those that write."""
        return [statement for statement in self.sent if statement[0].startswith(WRITES)]

    def __call__(self, execute: Any, sql: str, values: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if not sql.startswith(AROUND):
            self.sent.append((sql, values))
        return execute(sql, values, many, context)


def listing(user: User) -> list[Line]:
    """Return the works on the list: ours with its whole page, the floor, and Django's admin."""
    from django.test import Client

    from agreements.models import Access
    from benchmarks import floor
    from core import clock
    from desk import filters

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    today = clock.today()
    own, post, unit = Access.holders_of(user)
    reader = floor.Reader((own, post, unit), user.units[0].pk, today, filters.warn_until(today))
    deep = max(ROWS // floor.PAGE // 2, 1)

    def get(url: str) -> Work:
        def work() -> None:
            answer = client.get(url)
            if answer.status_code != 200:
                raise RuntimeError(f"{url}: {answer.status_code}")

        return work

    def line(name: str, query: str, admin: str, goal: str, **of_floor: Any) -> Line:
        return Line(
            name,
            {
                "ours": get(f"/agreements/?{query}"),
                "floor": lambda: floor.page(reader, **of_floor),
                "admin": get(f"/bench/agreements/agreement/?{admin}"),
            },
            goal,
        )

    return [
        line("list, page 1", "", "", "≤ 3× floor, ≤ 0.5× admin, ≤ 10 SQL"),
        line(f"list, page {deep}", f"page={deep}", f"p={deep}", "≤ 1.3× our page 1", offset=(deep - 1) * floor.PAGE),
        line(
            "filter by station",
            f"station={STATION}",
            f"station__exact={STATION}",
            "≤ 1.2× our page 1",
            where="AND a.station = %s",
            values=[STATION],
        ),
        line(
            "search two characters",
            f"q={SEARCH}",
            f"q={SEARCH}",
            "≤ admin",
            where="AND a.search_text LIKE %s",
            values=[f"%{SEARCH}%"],
        ),
    ]


def approval_step(members: Mapping[str, User]) -> Line:
    """Return the work on one step: read as the page reads it, decided by the service and taken back; the floor is the
    same in bare SQL (`floor.act_again`). One statement of ours reads the item, the others are the service's."""
    from django.db import connection, transaction

    from approvals.models import Assignment
    from approvals.services import runs
    from benchmarks import floor, sample

    step, person = sample.step_to_decide(members)
    rows = Assignment.objects.select_related("post__unit", "step__run__text", "step__run__agreement")

    def decide() -> None:
        assignment = rows.get(pk=step.pk)
        with transaction.atomic():
            runs.decide(
                assignment, by=person, verdict="approve", text_sha256=assignment.step.run.sha256, opinion="同意。"
            )
            transaction.set_rollback(True)

    decide()  # what one holds is read with the request, and the calendar kept
    watch = Statements()
    with connection.execute_wrapper(watch):
        decide()
    again = [statement for statement in watch.sent if floor.of_act(statement[0])]

    def act() -> None:
        with transaction.atomic():
            floor.act_again(again)
            transaction.set_rollback(True)

    line = Line("one approval step", {"ours": decide, "floor": act}, "≤ 6× floor, ≤ 18 SQL")
    line.sent["floor"] = len(again)
    return line


def decision_page(members: Mapping[str, User]) -> list[Line]:
    """Return the works on the page of deciding: shown, and refused to who comes too late; the floors ask the same."""
    from django.test import Client
    from django.urls import reverse

    from approvals.models import Assignment
    from benchmarks import floor

    waits = Assignment.objects.get(closed_at=None)
    settled = Assignment.objects.filter(step__run=waits.step.run, closed_because="decided").latest("pk")
    found = []
    for name, item, typed, status in (
        ("decision page", waits, None, 200),
        ("approved too late", settled, "同意。", 409),
    ):
        holder = item.post.holdings.get().user
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(holder)
        address = reverse("approvals:decision-edit", args=[item.public_id])
        sent = {"verdict": "approve", "opinion": typed, "text_sha256": item.step.run.sha256} if typed else None

        def work(client: Any = client, address: str = address, sent: Any = sent, status: int = status) -> None:
            answer = client.post(address, sent) if sent else client.get(address)
            if answer.status_code != status:
                raise RuntimeError(f"{address}: {answer.status_code}")

        work()
        reads = floor.reads_of(work)
        line = Line(
            name, {"ours": work, "floor": partial(floor.read_again, reads)}, "≤ 50 SQL" if typed is None else "≤ 15 SQL"
        )
        line.sent["floor"] = len(reads)
        found.append(line)
    return found


def screening() -> Line:
    """Return the work on screening a long text, against one pass of all first words of the rules."""
    from benchmarks.screening import report as screening_report

    text, pattern = screening_report.long_text(), screening_report.floor_pattern()
    return Line(
        "screen 40,000 chars",
        {"ours": lambda: screening_report.screen_long(text), "floor": lambda: screening_report.floor(text, pattern)},
        "≤ 1× floor, ≤ 1,000 ms",
    )


def word_round_trip() -> Line:
    """Return the work on a Word file of sixty pages: written, read, matched; and python-docx on the same words."""
    from benchmarks import word

    text = word.sixty_pages()
    return Line(
        "Word, 60 pages and back", {"ours": lambda: word.ours(text), "floor": lambda: word.floor(text)}, "≤ 1.5× floor"
    )


def measure(lines: list[Line]) -> None:
    """Run every work in turn, round by round, so that a slow minute of the machine hits all alike."""
    from django.db import connection

    for number in range(ROUNDS + 1):
        for line in lines:
            for name, work in line.works.items():
                watch = Statements()
                start = time.perf_counter()
                if number:
                    work()
                    line.took.setdefault(name, []).append(time.perf_counter() - start)
                else:  # the first round warms up, and counts
                    with connection.execute_wrapper(watch):
                        work()
                    line.sent.setdefault(name, watch.count)


COLUMNS = (
    ("ours ms", 9),
    ("SQL", 5),
    ("floor ms", 10),
    ("SQL", 5),
    ("× floor", 9),
    ("admin ms", 10),
    ("SQL", 5),
    ("× admin", 9),
    ("× page 1", 10),
)


def report(lines: list[Line]) -> str:
    """Return the table."""
    first = next((line.p50("ours") for line in lines if "admin" in line.works), 0)
    head = f"{'work':26}{''.join(f'{name:>{width}}' for name, width in COLUMNS)}   goal"
    rows = [head, "-" * len(head)]
    for line in lines:
        ours, bare = line.p50("ours"), line.p50("floor")
        cells = [f"{ours:.1f}", line.sent["ours"], f"{bare:.1f}", line.sent["floor"], f"{ours / bare:.2f}"]
        if "admin" in line.works:
            admin = line.p50("admin")
            cells += [f"{admin:.1f}", line.sent["admin"], f"{ours / admin:.2f}", f"{ours / first:.2f}"]
        cells += [""] * (len(COLUMNS) - len(cells))
        figures = "".join(f"{cell:>{width}}" for cell, (_name, width) in zip(cells, COLUMNS, strict=True))
        rows.append(f"{line.name:26}{figures}   {line.goal}")
    return "\n".join(rows)


def main() -> int:
    """Set up an empty database, fill it, measure, print."""
    folder = tempfile.mkdtemp(prefix="agreements-bench-")
    os.environ["DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    try:
        from django.db import connection

        from benchmarks import drafting, inbox, route, sample, versions
        from benchmarks.screening.report import report as screening_report

        members = sample.people()
        start = time.perf_counter()
        steps = [approval_step(members), *decision_page(members)]
        paper = word_round_trip()
        drafts = drafting.works(members)
        routes = route.works(members)
        sample.fill(ROWS, members["staff"])
        print(
            f"{ROWS:,} agreements on {connection.vendor}, made in {time.perf_counter() - start:.0f} s; p50 of {ROUNDS}"
        )
        comparing = Line("compare 40,000 characters", versions.works(), "≤ 4× floor, which marks no words")
        boxes = inbox.works(members)
        lines = [*listing(members["staff"]), *steps, *boxes, *drafts, *routes, comparing, screening(), paper]
        measure([line for line in lines if not ONLY or any(word in line.name for word in ONLY)])
        print(report([line for line in lines if line.took]))
        if not ONLY:
            print()
            print(screening_report())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
