"""Amounts in capitals."""

from decimal import Decimal

import pytest

from core.money import capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (None, ""),
        (Decimal("-1"), ""),
        (Decimal(10) ** 16, ""),
        (Decimal("1200000.00"), "壹佰贰拾万元整"),
        (Decimal("986000000"), "玖亿捌仟陆佰万元整"),
        (Decimal("100.05"), "壹佰元零伍分"),
        (Decimal("10.50"), "壹拾元伍角"),
    ],
)
def test_amounts_are_written_in_capitals(amount: Decimal | None, words: str) -> None:
    assert capitals(amount) == words
