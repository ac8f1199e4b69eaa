"""Bringing an authority's rows in line with the built-in regulation: each app registers its part (decision 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Sync = Callable[[Any], Iterable[str]]
"""Takes the signing authority, writes what differs and returns one line for each thing written; a second call writes
nothing. What `--check` prints is the same, written and rolled back. Rows are retired, never deleted."""

_parts: list[Sync] = []


def register(part: Sync) -> None:
    """Add the part of an app; called in `AppConfig.ready()`, so parts run in the order of the layers."""
    if part in _parts:
        raise ValueError(f"{part.__module__} is registered twice")
    _parts.append(part)


def run(authority: Any) -> list[str]:
    """Run every part for an authority; return what was written, a line each."""
    return [line for part in _parts for line in part(authority)]
