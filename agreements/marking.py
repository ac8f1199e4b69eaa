"""Marks between two states of a prose: paragraph by paragraph, phrase by phrase, then word by word.

What both ends share is set aside before anything is searched, so that the usual change, one place in a paragraph, costs
no search at all. Numbers, amounts with their unit, days and numerals in characters are one word each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

SAME, ADDED, REMOVED = "same", "added", "removed"

_UNIT = "(?:[%％‰℃]|[万亿千百]*(?:美元|欧元|日元|元|平方公里|平方米|公里|公顷|亩|吨|千瓦时|人次|人|个|家|项|周|天))"
_TOKEN = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
    rf"|\d+(?:[.,]\d+)*(?:{_UNIT}|[万亿千百]+)?"
    r"|[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]{2,}(?:元整?)?"
    r"|[A-Za-z]+|.",
    re.DOTALL,
)
_END_OF_PHRASE = frozenset("，。；：、！？）")
_PHRASE = re.compile("[^，。；：、！？）]*[，。；：、！？）]|[^，。；：、！？）]+")
_MOST_STEPS = 250_000
"""Above this many comparisons two runs are shown as exchanged whole: a page is never held up by its marks."""
_MOST_LINES = 25_000_000
"""The same for paragraphs, which are seldom alike and cost little to tell apart."""
_SHORT = 3
_MOST_PAIRS = 400
"""Up to this many pairs, paragraphs that were exchanged for others are matched by what they share, else by place."""
_ALIKE = 0.3
_STRAY = 1
"""A character that stayed by chance between two changes is shown with them."""

Run = tuple[str, str, str]
"""What stayed (the same twice), or what went and what came: kind, old, new."""


class Piece(NamedTuple):
    """A run of text that stayed, was added or was removed."""

    kind: str
    text: str


class Paragraph(NamedTuple):
    """A paragraph with its marks."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Tell whether anything in the paragraph was added or removed."""
        return len(self.pieces) != 1 or self.pieces[0][0] != SAME

    @property
    def before(self) -> list[Piece]:
        """Return the paragraph as it read before, with what was removed."""
        return [piece for piece in self.pieces if piece.kind != ADDED]

    @property
    def after(self) -> list[Piece]:
        """Return the paragraph as it reads now, with what was added."""
        return [piece for piece in self.pieces if piece.kind != REMOVED]

    @property
    def length(self) -> int:
        """Return the number of characters."""
        return sum(len(piece.text) for piece in self.pieces)


def lines_of(prose: str) -> list[str]:
    """Return the paragraphs of a prose, without blank ones."""
    return [line for line in map(str.strip, prose.splitlines()) if line]


def plain(lines: Sequence[str]) -> list[Paragraph]:
    """Return lines as paragraphs without marks."""
    return [Paragraph((Piece(SAME, line),)) for line in lines]


def whole(kind: str, lines: Sequence[str]) -> list[Paragraph]:
    """Return lines as paragraphs that were added or removed whole."""
    return [Paragraph((Piece(kind, line),)) for line in lines]


def compare(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """Return the new lines, marked against the old ones, with the removed ones where they stood."""
    if old == new:
        return plain(new)
    found: list[Paragraph] = []
    for same, gone, come in _aligned(old, new, _MOST_LINES):
        if same:
            found += plain(come)
            continue
        for one, other in _paired(gone, come):
            found += _exchange(one, other)
    return found


def exchange(old: str, new: str) -> Paragraph:
    """Return two short values as one marked paragraph: the same, or the old one removed and the new one added."""
    if old == new:
        return Paragraph((Piece(SAME, new),))
    return Paragraph(tuple(Piece(kind, text) for kind, text in ((REMOVED, old), (ADDED, new)) if text))


def places(paragraphs: Sequence[Paragraph]) -> int:
    """Count the places that changed: a removal with the addition in its stead is one place."""
    count, inside = 0, False
    for paragraph in paragraphs:
        if not paragraph.changed:
            inside = False
            continue
        for piece in paragraph.pieces:
            if piece.kind != SAME and not inside:
                count += 1
            inside = piece.kind != SAME
        inside = inside and len(paragraph.pieces) == 1
    return count


def _aligned(
    old: Sequence[str], new: Sequence[str], most: int = _MOST_STEPS
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Return the stretches of two sequences in order: the same in both, or exchanged for each other."""
    start, end = _shared(old, new)
    if start:
        yield True, old[:start], new[:start]
    mid_old, mid_new = old[start : len(old) - end], new[start : len(new) - end]
    if not mid_old or not mid_new or len(mid_old) * len(mid_new) > most or _share_nothing(mid_old, mid_new):
        if mid_old or mid_new:
            yield False, mid_old, mid_new
    else:
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, mid_old, mid_new, autojunk=False).get_opcodes():
            yield kind == "equal", mid_old[i1:i2], mid_new[j1:j2]
    if end:
        yield True, old[len(old) - end :], new[len(new) - end :]


def _share_nothing(old: Sequence[str], new: Sequence[str]) -> bool:
    """Tell at little cost whether a short run has no element in common with another."""
    shorter, longer = (old, new) if len(old) < len(new) else (new, old)
    return len(shorter) <= _SHORT and not any(one in longer for one in shorter)


def _shared(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many elements two sequences share at their beginning, and then at their end."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


# ---------------------------------------------------------------------- which paragraph became which


def _paired(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Match paragraphs with those that came in their stead, in order, by the words they share."""
    if not gone or not come or len(gone) == len(come) == 1 or len(gone) * len(come) > _MOST_PAIRS:
        yield from zip_longest(gone, come)
        return
    olds = [Counter(_TOKEN.findall(line)) for line in gone]
    news = [Counter(_TOKEN.findall(line)) for line in come]
    alike = [[_overlap(one, other) for other in news] for one in olds]
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in range(len(gone) - 1, -1, -1):
        for j in range(len(come) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if alike[i][j] >= _ALIKE:
                best[i][j] = max(best[i][j], alike[i][j] + best[i + 1][j + 1])
    i = j = 0
    while i < len(gone) and j < len(come):
        if alike[i][j] >= _ALIKE and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            yield gone[i], come[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield gone[i], None
            i += 1
        else:
            yield None, come[j]
            j += 1
    yield from zip_longest(gone[i:], come[j:])


def _overlap(old: Counter[str], new: Counter[str]) -> float:
    return 2 * (old & new).total() / ((old.total() + new.total()) or 1)


# ---------------------------------------------------------------------- inside a paragraph


def _exchange(gone: str | None, come: str | None) -> list[Paragraph]:
    if gone is None or come is None:
        return whole(ADDED, [come or ""]) if gone is None else whole(REMOVED, [gone])
    runs = _joined(_runs(gone, come))
    stayed = sum(len(text) for kind, text, _same in runs if kind == SAME)
    if 2 * stayed < _ALIKE * (len(gone) + len(come)):
        return [*whole(REMOVED, [gone]), *whole(ADDED, [come])]
    return [Paragraph(tuple(_pieces(runs)))]


def _pieces(runs: Sequence[Run]) -> Iterator[Piece]:
    for kind, before, after in runs:
        if kind == SAME:
            yield Piece(SAME, after)
            continue
        if before:
            yield Piece(REMOVED, before)
        if after:
            yield Piece(ADDED, after)


def _runs(gone: str, come: str) -> Iterator[Run]:
    """Compare two paragraphs by their phrases, each with the mark it ends on, and by the words of those that differ."""
    for same, before, after in _aligned(_PHRASE.findall(gone), _PHRASE.findall(come)):
        if same:
            text = "".join(after)
            yield SAME, text, text
        elif before and after:
            yield from _word_runs("".join(before), "".join(after))
        else:
            yield "", "".join(before), "".join(after)


def _word_runs(gone: str, come: str) -> Iterator[Run]:
    old, new = _TOKEN.findall(gone), _TOKEN.findall(come)
    for same, before, after in _aligned(old, new):
        yield SAME if same else "", "".join(before), "".join(after)


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Join neighbours of one kind, and show with two changes the few characters that stayed by chance between them."""
    found: list[Run] = []
    for run in runs:
        kind, before, after = run
        if len(found) > 1 and kind != SAME and found[-1][0] == SAME and _is_stray(found[-2], found[-1], run):
            _same, stray, _again = found.pop()
            _kind, old, new = found.pop()
            found.append(("", old + stray + before, new + stray + after))
        elif found and found[-1][0] == kind:
            _kind, old, new = found.pop()
            found.append((kind, old + before, new + after))
        else:
            found.append(run)
    return found


def _is_stray(left: Run, stray: Run, right: Run) -> bool:
    size = len(stray[1])
    beside = max(len(left[1]), len(left[2])) + max(len(right[1]), len(right[2]))
    return left[0] != SAME and size <= _STRAY and 2 * size < beside and stray[1] not in _END_OF_PHRASE
