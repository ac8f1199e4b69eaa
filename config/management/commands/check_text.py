from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.docx import plain_text
from core.errors import BadInput
from regulation.categories import CATEGORIES
from regulation.screening import Context, Finding, screen

_ZIP = b"PK\x03\x04"


class Command(BaseCommand):
    """What a text of a category may not contain (§1.2), and slips of drafting, by the built-in rules."""

    help = "Print what offends in a text (UTF-8, or a .docx) as a JSON list; offsets count characters of its text."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--category", required=True, metavar="CODE", help=" ".join(CATEGORIES))
        parser.add_argument("--foreign", action="store_true", help="the agreement is foreign-related (§1.2)")
        parser.add_argument("file", nargs="?", metavar="FILE", help="standard input when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["category"] not in CATEGORIES:
            raise CommandError(f"no such category: {options['category']}; one of {' '.join(CATEGORIES)}", returncode=2)
        text = _text(options["file"])
        findings = screen(text, Context(category=options["category"], foreign=options["foreign"]))
        self.stdout.write(json.dumps([_as_json(finding) for finding in findings], ensure_ascii=False, indent=2))


def _text(path: str | None) -> str:
    """Return the text of a file or of standard input; what cannot be read ends with exit 2."""
    name = path or "standard input"
    try:
        content = Path(path).read_bytes() if path else sys.stdin.buffer.read()
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}", returncode=2) from error
    if content.startswith(_ZIP) or name.lower().endswith(".docx"):
        try:
            return plain_text(BytesIO(content))
        except BadInput as error:
            raise CommandError(f"cannot read {name}: {error}", returncode=2) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 text (byte {error.start})", returncode=2) from error


def _as_json(finding: Finding) -> dict[str, str | int]:
    return {
        "code": finding.code,
        "article": finding.article,
        "start": finding.start,
        "end": finding.end,
        "excerpt": finding.excerpt,
        "severity": finding.severity,
        "advice": finding.advice.zh,
    }
