from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from records import verify


class Command(BaseCommand):
    """Audit chain, file digests, references: exit 0 when sound, 1 with everything that does not hold."""

    help = "Check the audit chain, the stored files and the references; exit 1 and name everything that does not hold."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = verify.findings()
        if options["json"]:
            self.stdout.write(json.dumps(findings, ensure_ascii=False, indent=2))
        else:
            for found in findings:
                place = found.get("table") or found.get("file")
                self.stdout.write(
                    f"{found['kind']}: {place} {found['id'] or ''} {found['field']}: "
                    f"expected {found['expected']}, found {found['found']}"
                )
            self.stdout.write(f"Findings: {len(findings)}" if findings else "Everything holds.")
        if findings:
            raise SystemExit(1)
