"""A text made ready to be read: evenly written, in sentences and comma clauses, with the way back to its offsets."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MARKS = str.maketrans(":;!?()[]〔〕｡﹐「」『』〈〉", "：；！？（）【】（）。，“”“”《》")
_KEPT = "，。：；！？（）"
_EVEN = {code: even for code, even in (_WIDE | _MARKS).items() if chr(code) not in _KEPT}
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_SKIP = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200f\u2028\u2029\u202a-\u202e\u2060\u3000\ufeff]+")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]?|[。！？；\n]")
_TITLE = re.compile(r"《[^《》\n]{1,60}》")
_NUMBERED = re.compile(
    r"\s*(?:第[一二三四五六七八九十百\d]+[条章款]|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[）)]|\d+[、.．）)]|[①-⑳]|[甲乙丙丁]方)"
)
_LATIN = re.compile(r"[A-Za-z]")
_WRAPPED = 24


_LONGEST = 400
_STRETCH = re.compile(rf"[^。！？；\n]{{{_LONGEST},}}")


def _broken_up(even: str) -> str:
    """Return the text with a line end inside every stretch that has no stop, at its commas where it has any.

    Nobody writes four hundred characters without a stop; who pastes them must not make the screening wait. Every
    character keeps its place.
    """

    def broken(stretch: re.Match[str]) -> str:
        words = list(stretch[0])
        start = 0
        while len(words) - start > _LONGEST:
            comma = stretch[0].rfind("，", start + 1, start + _LONGEST)
            start = comma if comma > start else start + _LONGEST - 1
            words[start] = "\n"
        return "".join(words)

    return _STRETCH.sub(broken, even)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its offsets in the even text; `paragraph` counts lines."""

    start: int
    end: int
    text: str
    paragraph: int


class Passage:
    """`even` is the text without spaces and line wraps, with full-width punctuation and half-width figures;
    `plain` is the same with the titles of laws and papers in 《》 blotted out, so that no rule reads them."""

    def __init__(self, text: str) -> None:
        self.text = text
        marks: list[str] = []
        self.at: list[int] = []
        even = _COMMA.sub("，", text.translate(_EVEN))
        lines = even.split("\n")
        offset = 0
        for number, line in enumerate(lines):
            self._take(line, offset, marks)
            offset += len(line) + 1
            if number + 1 < len(lines) and not _wraps(line, lines[number + 1]):
                marks.append("\n")
                self.at.append(offset - 1)
        self.even = _broken_up("".join(marks))
        self.plain = _TITLE.sub(lambda found: "《" + "〇" * (len(found[0]) - 2) + "》", self.even)

    def _take(self, line: str, offset: int, marks: list[str]) -> None:
        """Take a line without its spaces, but keep one between two Latin words."""
        position = 0
        for gap in _SKIP.finditer(line):
            end = gap.start()
            marks.append(line[position:end])
            self.at.extend(range(offset + position, offset + end))
            if end and _LATIN.match(line[end - 1]) and _LATIN.match(line[gap.end() : gap.end() + 1]):
                marks.append(" ")
                self.at.append(offset + end)
            position = gap.end()
        marks.append(line[position:])
        self.at.extend(range(offset + position, offset + len(line)))

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences in order; a line break ends one."""
        found: list[Sentence] = []
        paragraph = 0
        for match in _SENTENCE.finditer(self.plain):
            if match[0].strip("。！？；\n"):
                found.append(Sentence(match.start(), match.end(), match[0], paragraph))
            paragraph += match[0].endswith("\n")
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence_at(self, position: int) -> int:
        """Return the number of the sentence in which a position of the even text lies."""
        return max(bisect_right(self._starts, position) - 1, 0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the text as given of a stretch of the even text."""
        if not self.at or start >= len(self.at):
            return len(self.text), len(self.text)
        return self.at[start], self.at[max(end, start + 1) - 1] + 1

    def even_at(self, offset: int) -> int:
        """Return the position in the even text of an offset in the text as given."""
        return bisect_left(self.at, offset)


def clause_bounds(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the comma clause, or clauses, of a sentence in which a stretch lies, without the marks around."""
    left = sentence.rfind("，", 0, start) + 1
    right = sentence.find("，", end)
    if right < 0:
        right = len(sentence)
    while right > end and sentence[right - 1] in "。！？；\n":
        right -= 1
    return left, right


def _wraps(line: str, following: str) -> bool:
    """Tell whether a line goes on in the next one: long, without an end, the next neither empty nor numbered."""
    bare = line.rstrip()
    return (
        len(bare) >= _WRAPPED
        and bool(following.strip())
        and bare[-1] not in "。！？；：.!?;:"
        and not following.startswith(("\u3000", "  ", "\t"))
        and not _NUMBERED.match(following)
    )
