"""Amounts in Chinese capitals, 叁仟万元整, as contracts write them beside the figures."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿", "亿亿")
MOST = Decimal(10) ** 16


def capitals(amount: Decimal) -> str:
    """Return an amount of yuan in capitals: 1230000 → 壹佰贰拾叁万元整; blank for what contracts do not state."""
    if not amount.is_finite() or amount < 0 or amount >= MOST:
        return ""
    fen = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    yuan, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    whole = f"{_whole(yuan)}元" if yuan or not (jiao or fen) else ""
    if not jiao and not fen:
        return f"{whole}整"
    small = f"{_DIGITS[jiao]}角" if jiao else ("零" if yuan else "")
    return f"{whole}{small}{f'{_DIGITS[fen]}分' if fen else '整'}"


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            continue
        # A zero is spoken where places are skipped between two groups.
        skipped = text and (group < 1000 or (place + 1 < len(groups) and groups[place + 1] == 0))
        text += f"{_DIGITS[0] if skipped else ''}{_group(group)}{_GROUPS[place]}"
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += f"{_DIGITS[0] if gap else ''}{_DIGITS[digit]}{_PLACES[place]}"
        gap = False
    return text
