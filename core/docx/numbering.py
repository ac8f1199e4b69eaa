"""Automatic numbers: what Word draws before a paragraph and keeps nowhere in its text."""

from __future__ import annotations

from xml.etree.ElementTree import Element

LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def chinese(number: int) -> str:
    """Return a number below 10,000 as it is counted in Chinese: 12 → 十二, 105 → 一百零五."""
    counted = _counted(number, _DIGITS, ("", "十", "百", "千"), "零")
    return counted[1:] if counted.startswith("一十") else counted


def _counted(number: int, digits: str, powers: tuple[str, ...], zero: str) -> str:
    if not 0 < number < 10_000:
        return digits[0] if number == 0 else str(number)
    written, gap = "", False
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit:
            written += (zero if gap and written else "") + digits[digit] + powers[power]
        gap = digit == 0
        if not number % 10**power:
            break
    return written


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def _roman(number: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        while number >= value and len(written) < 40:
            written, number = written + sign, number - value
    return written


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


def _turn(signs: str, number: int) -> str:
    return signs[(number - 1) % len(signs)]


def spell(number: int, style: str) -> str:
    """Return a number in one of Word's number formats; in digits where the format is not known here."""
    if style in (
        "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
        "taiwaneseCountingThousand", "ideographLegalTraditional", "koreanDigital2",
    ):  # fmt: skip
        return chinese(number)
    if style in ("chineseLegalSimplified", "japaneseLegal"):
        return _counted(number, _CAPITALS, ("", "拾", "佰", "仟"), "零")
    if style in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if style == "ideographTraditional":
        return _turn(_STEMS, number)
    if style == "ideographZodiac":
        return _turn(_BRANCHES, number)
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return _circled(number)
    if style in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if style == "ideographEnclosedCircle":
        return chr(0x3220 + number - 1) if 1 <= number <= 10 else chinese(number)
    if style == "decimalZero":
        return f"{number:02d}"
    if style == "decimalEnclosedParen":
        return f"({number})"
    if style == "decimalEnclosedFullstop":
        return f"{number}."
    if style in ("lowerLetter", "upperLetter"):
        return _letters(number) if style == "lowerLetter" else _letters(number).upper()
    if style in ("lowerRoman", "upperRoman"):
        return _roman(number) if style == "lowerRoman" else _roman(number).upper()
    return "" if style == "none" else str(number)


def value(node: Element | None, path: str, default: str = "") -> str:
    """Return the `w-val` of the element at a path below a node."""
    found = node.find(path) if node is not None else None
    return found.get("w-val", default) if found is not None else default


def whole(text: str, default: int = 0) -> int:
    """Return a whole number that a file states, or the default for anything that is none."""
    text = text.strip()
    return (
        int(text)
        if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 8
        else default
    )


class Numbering:
    """The lists of a document, counted paragraph by paragraph in the order of the text."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, Element] = {}
        self._nums: dict[str, Element] = {}
        self._by_style: dict[str, str] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._restarted: set[tuple[str, int]] = set()
        for node in root if root is not None else ():
            if node.tag == "w-abstractNum":
                self._abstract[node.get("w-abstractNumId", "")] = node
                if linked := value(node, "w-styleLink"):
                    self._by_style[linked] = node.get("w-abstractNumId", "")
            elif node.tag == "w-num":
                self._nums[node.get("w-numId", "")] = node

    def _list_of(self, num_id: str) -> str:
        key = value(self._nums.get(num_id), "w-abstractNumId")
        linked = value(self._abstract.get(key), "w-numStyleLink")
        return self._by_style.get(linked, key)

    def _level(self, num_id: str, level: int) -> tuple[Element | None, Element | None]:
        """Return the definition of a level, and what the list itself overrides of it."""
        override = None
        for node in self._nums[num_id]:
            if node.tag == "w-lvlOverride" and whole(node.get("w-ilvl", ""), -1) == level:
                override = node
        own = override.find("w-lvl") if override is not None else None
        if own is not None:
            return own, override
        for node in self._abstract.get(self._list_of(num_id), ()):
            if node.tag == "w-lvl" and whole(node.get("w-ilvl", ""), -1) == level:
                return node, override
        return None, override

    def level_of_style(self, num_id: str, style: str) -> int:
        """Return the level of a list that belongs to a paragraph style."""
        for level in range(LEVELS):
            node, _override = self._level(num_id, level) if num_id in self._nums else (None, None)
            if node is not None and value(node, "w-pStyle") == style:
                return level
        return 0

    def next(self, num_id: str, level: int) -> str:
        """Count one paragraph of a list and return the number drawn before it; blank for a bullet or no list."""
        if num_id not in self._nums or not 0 <= level < LEVELS:
            return ""
        node, override = self._level(num_id, level)
        if node is None:
            return ""
        counts = self._counts.setdefault(self._list_of(num_id), [None] * LEVELS)
        started = whole(value(override, "w-startOverride"), -1)
        if started >= 0 and (num_id, level) not in self._restarted:
            self._restarted.add((num_id, level))
            counts[level] = started
        else:
            present = counts[level]
            counts[level] = self._start(num_id, level) if present is None else present + 1
        for below in range(level + 1, LEVELS):
            lower, _override = self._level(num_id, below)
            if value(lower, "w-lvlRestart", "1") != "0":
                counts[below] = None
        if value(node, "w-numFmt", "decimal") == "bullet":
            return ""
        return self._drawn(num_id, node, counts)

    def _start(self, num_id: str, level: int) -> int:
        node, _override = self._level(num_id, level)
        return whole(value(node, "w-start"), 1)

    def _drawn(self, num_id: str, node: Element, counts: list[int | None]) -> str:
        legal = node.find("w-isLgl") is not None
        drawn = value(node, "w-lvlText")
        for level in range(LEVELS):
            sign = f"%{level + 1}"
            if sign not in drawn:
                continue
            upper, _override = self._level(num_id, level)
            style = "decimal" if legal else value(upper, "w-numFmt", "decimal")
            count = counts[level]
            drawn = drawn.replace(sign, spell(self._start(num_id, level) if count is None else count, style))
        return drawn
