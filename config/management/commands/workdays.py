from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from agreements.services import calendar
from regulation.calendar_data import COVERED
from regulation.workdays import Calendar, default_calendar, nth_workday

FIRST_YEAR = min(COVERED)


class Command(BaseCommand):
    """The N-th working day after START; the day itself is not counted."""

    help = "Print the N-th working day after START, with ' provisional' where a year without a calendar is counted."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", type=date.fromisoformat, metavar="START", help="a day as YYYY-MM-DD")
        parser.add_argument("amount", type=int, metavar="N", help="how many working days, 1 or more")

    def handle(self, *args: Any, **options: Any) -> None:
        start: date = options["start"]
        if start.year < FIRST_YEAR:
            raise CommandError(f"START lies before {FIRST_YEAR}: there is no calendar", returncode=2)
        try:
            counted = nth_workday(start, options["amount"], _calendar())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{counted.day.isoformat()}{' provisional' if counted.provisional else ''}")


def _calendar() -> Calendar:
    """Return the calendar of the rows; the built-in one where there is no database or nothing in it yet."""
    try:
        found = calendar.in_use(fresh=True)
    except DatabaseError:
        return default_calendar()
    return found if found.years else default_calendar()
