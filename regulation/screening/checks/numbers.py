"""Numbers and sums of money as Chinese texts write them."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
UNITS = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, "百": 100, "": 1}
CAPITALS = "零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟两弍贰参兩億萬"
_DIGITS = {
    mark: value
    for marks, value in (
        ("零〇", 0),
        ("一壹", 1),
        ("二贰两弍兩", 2),
        ("三叁参", 3),
        ("四肆", 4),
        ("五伍", 5),
        ("六陆", 6),
        ("七柒", 7),
        ("八捌", 8),
        ("九玖", 9),
    )
    for mark in marks
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_CENTS = re.compile(r"(?P<jiao>[^元圆整正角分]?)角|(?P<fen>[^元圆整正角分]?)分")


def number(text: str) -> float:
    """Return a number in figures, with thousands commas or not."""
    return float(text.replace(",", ""))


def money(figures: str, unit: str) -> Decimal:
    """Return a sum in yuan from its figures and its unit (万元, 亿元, 元)."""
    return Decimal(figures.replace(",", "")) * UNITS[unit.removesuffix("元").removesuffix("圆")]


def capitals(text: str) -> int | None:
    """Return a whole number in Chinese words or capitals (伍仟万, 一亿二千万, 二〇二六); None when it is not one."""
    if not text or any(mark not in _DIGITS and mark not in _SMALL and mark not in _LARGE for mark in text):
        return None
    if all(mark in _DIGITS for mark in text):
        return int("".join(str(_DIGITS[mark]) for mark in text))
    total = section = 0
    digit: int | None = None
    last = 1
    for mark in text:
        if mark in _DIGITS:
            digit = _DIGITS[mark]
            if digit == 0:
                last = 10
        elif mark in _SMALL:
            section += (1 if digit is None else digit) * _SMALL[mark]
            last, digit = _SMALL[mark], None
        else:
            large = _LARGE[mark]
            section += digit or 0
            if large == 10**8:
                total = (total + section) * large
            else:
                total += section * large
            section, digit, last = 0, None, large
    if digit is not None:
        section += digit * (last // 10 if last > 10 and text[-2] not in "零〇" else 1)
    return total + section


def yuan(words: str) -> Decimal | None:
    """Return a sum in yuan in words: 伍仟万元整, 叁佰元伍角; None when it cannot be read."""
    head, mark, tail = words.partition("元") if "元" in words else words.partition("圆")
    whole = capitals(head)
    if whole is None:
        return None
    cents = Decimal(0)
    if mark:
        for match in _CENTS.finditer(tail):
            if match["jiao"] in _DIGITS:
                cents += Decimal(_DIGITS[match["jiao"]]) / 10
            if match["fen"] in _DIGITS:
                cents += Decimal(_DIGITS[match["fen"]]) / 100
    return whole + cents
