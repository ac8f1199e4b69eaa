from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from accounts.services import sync as accounts_sync
from agreements.services import calendar, deadlines
from core import sync


class Command(BaseCommand):
    """Rows from the built-in regulation; a second run writes nothing."""

    help = "Bring the rows in line with the built-in regulation; with --check print what differs and exit 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something differs")

    def handle(self, *args: Any, **options: Any) -> None:
        check = options["check"]
        with transaction.atomic():
            municipal, lines = accounts_sync.authority()
            lines += sync.run(municipal)
            for authority in accounts_sync.others():
                lines += [f"{authority.code}: {line}" for line in sync.run(authority)]
            if check:
                transaction.set_rollback(True)
            elif any(line.startswith("calendar ") for line in lines):
                calendar.forget()
                deadlines.recompute()
        for line in lines:
            self.stdout.write(line)
        if not check:
            self.stdout.write(f"{len(lines)} changes")
        elif lines:
            raise SystemExit(1)
