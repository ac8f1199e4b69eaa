"""My panel for an agreement page: the third channel upward (an app above offers, the page below shows)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from core.verdicts import Wording


@dataclass(frozen=True, slots=True)
class Panel:
    """A tab of the agreement page. `count` is shown beside the label; None hides the tab as empty.

    `context` returns what `template` shows; it runs only when the tab is opened.
    """

    code: str
    label: Wording
    order: int
    template: str
    count: Callable[[Any, Any], int | None]
    context: Callable[[HttpRequest, Any], dict[str, Any]]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; a second one with the same code is a programming error."""
    if panel.code in _panels:
        raise ValueError(f"panel {panel.code} is registered twice")
    _panels[panel.code] = panel


def panels() -> list[Panel]:
    """Return all panels in their order."""
    return sorted(_panels.values(), key=lambda panel: panel.order)
