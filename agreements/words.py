"""Two wordings of a clause beside each other, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|.", re.DOTALL)
_MOST_STEPS = 4_000_000
"""Above this many comparisons a line is shown as exchanged whole: a page is never held up by its marks."""
SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, was added or was removed."""

    kind: str
    text: str


def compare(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """Return lines of a clause as they would become, marked against what they are now."""
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "\n".join(old[i:j]), "\n".join(new[k:m])
        if kind == "equal":
            pieces.append(Piece(SAME, f"{after}\n"))
        else:
            pieces += [*_exchange(before, after), Piece(SAME, "\n")]
    return pieces


def _exchange(before: str, after: str) -> list[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) * len(new) > _MOST_STEPS:
        return [Piece(REMOVED, before), Piece(ADDED, after)]
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(new[k:m])))
            continue
        pieces += [Piece(REMOVED, "".join(old[i:j]))] if j > i else []
        pieces += [Piece(ADDED, "".join(new[k:m]))] if m > k else []
    return pieces
