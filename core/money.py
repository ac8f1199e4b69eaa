"""Amounts in capitals, as documents write them beside the figures: 壹佰贰拾万元整."""

from __future__ import annotations

from decimal import Decimal

import cn2an

_LARGEST = Decimal(10) ** 16


def capitals(amount: Decimal | int | None) -> str:
    """Return an amount in yuan in Chinese capitals, to the fen; blank for none, a negative one, or beyond 9999 万亿."""
    if amount is None:
        return ""
    value = Decimal(amount).quantize(Decimal("0.01"))
    if not 0 <= value < _LARGEST:
        return ""
    text = f"{value:f}".rstrip("0").rstrip(".")
    written: str = cn2an.an2cn(text or "0", "rmb")
    return written
