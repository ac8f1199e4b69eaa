"""Headings of Chinese texts by their numbers, and their words made comparable."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_COUNT = "〇零一二三四五六七八九十百"
_LEVELS = (
    (1, re.compile(rf"第\s*(?:[{_COUNT}]+|[0-9０-９]+)\s*(?:条|章|节|部分|编|條|節)[、：:.．]?\s*")),
    (1, re.compile(rf"[{_COUNT}]+\s*[、，,.．：]\s*")),
    (2, re.compile(rf"[（(〔]\s*[{_COUNT}]+\s*[)）〕][、.．]?\s*")),
    (3, re.compile(r"[0-9０-９]{1,2}\s*(?:[、．]|\.(?![0-9０-９]))\s*")),
    (4, re.compile(r"[（(]\s*[0-9０-９]{1,2}\s*[)）][、.．]?\s*")),
)
LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line taken apart: level 1 for 一、 and 第一条, 2 for （一）, 3 for 1., 4 for （1）; 0 without a number."""

    level: int
    number: str
    rest: str


def split(text: str) -> Numbered:
    """Take the number off the beginning of a line."""
    line = text.strip()
    for level, pattern in _LEVELS:
        if found := pattern.match(line):
            return Numbered(level, found[0].strip(), line[found.end() :].strip())
    return Numbered(0, "", line)


def key(text: str) -> str:
    """Return the words of a heading as they are compared: without number, spaces, width of letters, punctuation."""
    plain = unicodedata.normalize("NFKC", split(text).rest)
    return "".join(letter for letter in plain.casefold() if unicodedata.category(letter)[0] in "LN")


def looks_like_heading(text: str) -> bool:
    """Tell whether a line is short enough for a heading and does not end as a sentence does."""
    line = text.strip()
    return 0 < len(line) <= LONGEST_HEADING and "\n" not in line and line[-1] not in "。；;，,！？"
