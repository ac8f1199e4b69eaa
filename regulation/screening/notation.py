"""The notation of phrases: what an office person can type to say which wording a rule looks for.

- Words stand for themselves: `固定回报`.
- `…` is up to twelve characters without a comma or stop between, `……` (or `...`) up to thirty: `提供…担保`.
- `（甲|乙）` is one of several, `（全额|）返还` with an empty one is optional.
- `{政府}` is any word for our side, `{对方}` any for the other side; 甲方 is always our side here, whichever
  letter the text itself gives it.
- A space: all of these stand in one sentence, in any order. The first is the one that counts: it is marked,
  and a negation or another actor before it excuses the sentence.
- `-` before a word: the sentence must not contain it: `独家 -独家报道`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from regulation.records import Text

GAP = r"(?:《[^》\n]*》|[^，。！？；\n]){0,12}?"
OURS = (
    r"(?:甲方|我方|政府方|(?:市|区|县|镇|地方|各级)?(?:人民)?政府(?!性|采购|引导|投资|债)|(?:市|区|县|"
    r"地方)?财政(?!部)|管委会|本市|我市|中方)"
)
THEIRS = (
    r"(?:乙方|丙方|丁方|对方|外方|企业|公司|集团|投资方|投资人|投资者|投资商|社会资本方?|合作方|项目方|运营方|运营商|"
    r"开发商|银行|债权人|贷款人|出借人|基金|受让人?方?|该企业|其)"
)
_CLASSES = {"政府": OURS, "对方": THEIRS}
_EVEN = str.maketrans(
    {"(": "（", ")": "）", "｜": "|", "／": "|", "｛": "{", "｝": "}", "\u3000": " ", "－": "-", "—": "-"}
)
_DOTS = re.compile(r"…+|\.{3,}|。{3,}")
WIDE = r"(?:《[^》\n]*》|[^，。！？；\n]){0,30}?"
_SEEMING = re.compile("无条件|无偿|无限|不足|不低于|不少于|不良|不动产|非税")
_FEW = 2


class Malformed(ValueError):
    """A phrase that cannot be read; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase made ready. `literals`: at least one of them stands wherever the head matches (none: unknown);
    `denies`, `forbids`: a denial or a prohibition is part of the wording
    itself."""

    head: re.Pattern[str]
    others: tuple[re.Pattern[str], ...]
    without: tuple[re.Pattern[str], ...]
    literals: frozenset[str]
    denies: bool
    forbids: bool


@lru_cache(maxsize=4096)
def read(phrase: str) -> Phrase:
    """Return the phrase made ready; raise Malformed with the reason."""
    parts = _DOTS.sub(_dots, phrase.translate(_EVEN)).split()
    wanted = [part for part in parts if not part.startswith("-")]
    if not wanted:
        raise Malformed(Text("没有要找的词。", "There is no word to look for."))
    head, literals = _pattern(wanted[0])
    if (not literals and "{" not in wanted[0]) or _least(wanted[0]) < _FEW:
        raise Malformed(
            Text("第一个词至少要有两个字。", "The first word needs two characters at least."),
        )
    return Phrase(
        re.compile(head),
        tuple(re.compile(_pattern(part)[0]) for part in wanted[1:]),
        tuple(re.compile(_pattern(part[1:])[0]) for part in parts if part.startswith("-") and part != "-"),
        literals,
        any(mark in _SEEMING.sub("", phrase) for mark in "不未无非免禁拒"),
        any(word in phrase for word in ("不得", "禁止", "不准", "不能")),
    )


def _pattern(part: str) -> tuple[str, frozenset[str]]:
    """Return the regular expression of one word, and literals of which one must occur."""
    source, literals, rest = _alternatives(part)
    if rest:
        raise Malformed(Text("括号不成对。", "The brackets do not pair."))
    return source, literals


def _alternatives(text: str) -> tuple[str, frozenset[str], str]:
    """Read `a|b|c` up to a closing bracket or the end."""
    options: list[tuple[str, frozenset[str]]] = []
    while True:
        source, literals, text = _sequence(text)
        options.append((source, literals))
        if not text.startswith("|"):
            break
        text = text[1:]
    every = frozenset[str]()
    if all(literals for _source, literals in options):
        every = every.union(*(literals for _source, literals in options))
    if len(options) == 1:
        return options[0][0], every, text
    return f"(?:{'|'.join(source for source, _literals in options)})", every, text


def _sequence(text: str) -> tuple[str, frozenset[str], str]:
    """Read words, gaps and brackets one after the other."""
    source, best, word = "", frozenset[str](), ""

    def keep(found: frozenset[str]) -> None:
        nonlocal best
        if found and (not best or _worth(found) > _worth(best)):
            best = found

    while text and text[0] not in "|）":
        mark, text = text[0], text[1:]
        if mark not in "…⋯（{":
            word += mark
            source += re.escape(mark)
            continue
        if word:
            keep(frozenset({word}))
        word = ""
        if mark in "…⋯":
            source += GAP if mark == "…" else WIDE
        elif mark == "{":
            name, closed, text = text.partition("}")
            if not closed or name not in _CLASSES:
                raise Malformed(Text("花括号里只能写 {政府} 或 {对方}。", "Curly brackets hold {政府} or {对方} only."))
            source += _CLASSES[name]
        else:
            inner, literals, text = _alternatives(text)
            if not text.startswith("）"):
                raise Malformed(Text("括号不成对。", "The brackets do not pair."))
            text = text[1:]
            source += f"(?:{inner})"
            keep(literals)
    if word:
        keep(frozenset({word}))
    return source, best, text


def _least(word: str) -> int:
    """Return how many characters a word matches at least."""
    shortest = [[0]]
    for mark in re.sub(r"\{[^}]*\}", "甲方", word):
        if mark == "（":
            shortest.append([0])
        elif mark == "）" and len(shortest) > 1:
            options = shortest.pop()
            shortest[-1][-1] += min(options)
        elif mark == "|":
            shortest[-1].append(0)
        elif mark not in "…⋯":
            shortest[-1][-1] += 1
    return min(shortest[0])


def _dots(found: re.Match[str]) -> str:
    """Write a narrow gap as … and a wide one as ⋯."""
    return "…" if found[0] == "…" else "⋯"


def _worth(literals: frozenset[str]) -> tuple[int, int]:
    return min(len(literal) for literal in literals), -len(literals)
