from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agreements.services import clock as agreements_clock
from core import clock


class Command(BaseCommand):
    """Do now, once, what beat would do; safe to repeat, since every alarm has a key."""

    help = "Raise what is due and deliver what waits, whatever beat has done; prints what was done as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", metavar="ISO-TIME", help="look from that time; Chinese time without an offset")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["at"]:
            result = agreements_clock.look(_instant(options["at"]))
        else:
            run = agreements_clock.beat()
            result = run.result if run else agreements_clock.look(clock.now())
        self.stdout.write(json.dumps({name: count for name, count in result.items() if name != "calendar"}))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is not an ISO time", returncode=2) from error
    return timezone.make_aware(instant) if timezone.is_naive(instant) else instant
