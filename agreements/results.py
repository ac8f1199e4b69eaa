"""What came of agreements, in words, as the register of counterparties shows it; the app that follows up says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.verdicts import Wording

Words = Callable[[Sequence[int]], Mapping[int, list[Wording]]]
"""From ids of agreements to what came of each; one without a result is left out. A fixed number of queries."""

_sources: list[Words] = []


def register(words: Words) -> None:
    """Add a source of results; they are shown in the order of registration."""
    if words not in _sources:
        _sources.append(words)


def of(ids: Sequence[int]) -> dict[int, list[Wording]]:
    """Return what came of agreements, from every source."""
    found: dict[int, list[Wording]] = {}
    for words in _sources:
        for pk, lines in words(ids).items():
            found.setdefault(pk, []).extend(lines)
    return found
