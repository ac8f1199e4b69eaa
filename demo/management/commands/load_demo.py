"""Load the demonstration: the cast and its cases, made through the services."""

from __future__ import annotations

from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import SigningAuthority
from agreements.models import Agreement
from demo import cases, cast, own_name


class Command(BaseCommand):
    help = "Load the demonstration cast and cases, and write accounts.json into the data folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is any agreement")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("A served deployment takes no demonstration data.")
        if options["if_empty"] and Agreement.objects.exists():
            return
        if Agreement.objects.exists():
            raise CommandError("There are agreements already; the demonstration is loaded into an empty database only.")
        call_command("sync_regulation", stdout=StringIO())
        people = cast.assemble(SigningAuthority.objects.get(code="municipal"))
        count = cases.load(people)
        cast.write_accounts(*own_name.CAST)
        self.stdout.write(f"The demonstration is loaded: {len(people)} people, {count} agreements.")
