from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.wording import say
from regulation.records import Route, Submitter
from regulation.routes import compute_route


class Command(BaseCommand):
    """The way of an approval (§3.4) as JSON: steps, forum, report to the Party committee, and why."""

    help = "Print the route of an approval as JSON, with the reason and the article of each step."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--submitter", required=True, choices=[submitter.value for submitter in Submitter])
        parser.add_argument("--nature", default="", help="one or more natures, separated by commas")
        parser.add_argument("--major", action="store_true", help="a major cooperation matter")

    def handle(self, *args: Any, **options: Any) -> None:
        natures = [nature.strip() for nature in options["nature"].split(",") if nature.strip()]
        try:
            route = compute_route(Submitter(options["submitter"]), natures, major=options["major"])
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(as_json(route), ensure_ascii=False, indent=2))


def as_json(route: Route) -> dict[str, Any]:
    """Return a route as operators read it; only what rests on a reading of the text says so."""
    return {
        "steps": list(route.steps),
        "forum": route.forum.value,
        "party_committee": route.party_committee,
        "why": [
            {"step": reason.step, "article": reason.article, "text": say(reason.text)}
            | ({"reading": True} if reason.reading else {})
            for reason in route.why
        ],
    }
