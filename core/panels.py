"""My panel for an agreement page: the third channel upward (an app above offers, the page below shows)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from core.verdicts import Wording


@dataclass(frozen=True, slots=True)
class Panel:
    """A tab of the agreement page. `count` is shown beside the label; None hides the tab as empty.

    `context` returns what `template` shows; it runs only when the tab is opened. Both are called with the request
    and the agreement.
    """

    code: str
    label: Wording
    order: int
    template: str
    count: Callable[[Any, Any], int | None]
    context: Callable[[HttpRequest, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the overview, in the main column or (`aside`) beside it.

    `context` is called with the request and the agreement and returns what `template` shows, or None to show nothing.
    """

    code: str
    order: int
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    aside: bool = False


Links = Callable[[Any, Any], Iterable[tuple[Wording, str]]]
"""Takes an agreement and a person; returns what else this person may do with it now, each with its address."""

_panels: dict[str, Panel] = {}
_blocks: dict[str, Block] = {}
_links: list[Links] = []


def register(panel: Panel) -> None:
    """Add a panel; a second one with the same code is a programming error."""
    if panel.code in _panels:
        raise ValueError(f"panel {panel.code} is registered twice")
    _panels[panel.code] = panel


def panels() -> list[Panel]:
    """Return all panels in their order."""
    return sorted(_panels.values(), key=lambda panel: panel.order)


def register_block(block: Block) -> None:
    """Add a section to the overview; a second one with the same code is a programming error."""
    if block.code in _blocks:
        raise ValueError(f"block {block.code} is registered twice")
    _blocks[block.code] = block


def blocks() -> list[Block]:
    """Return the sections of the overview in their order."""
    return sorted(_blocks.values(), key=lambda block: block.order)


def register_links(links: Links) -> None:
    """Add further acts of an app to what the next step of an agreement's page offers under "more"."""
    if links in _links:
        raise ValueError(f"links of {links.__module__} are registered twice")
    _links.append(links)


def links(agreement: Any, user: Any) -> list[tuple[Wording, str]]:
    """Return the further acts of every app for a person, in the order of the apps."""
    return [link for found in _links for link in found(agreement, user)]
