"""What people type: digits of any width are read, everything else is named, nothing falls over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.fields import DayField, MoneyField, NumberField, WholeField

NONSENSE = [
    "1_000",
    "1E+400",
    "1e5",
    "NaN",
    "Infinity",
    "٣",
    "①②",
    "\x00",
    "1\x002",
    "12,34",
    "--1",
    "9" * 60,
    "一百",
    " ",
]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12.5", "12.5"), ("１２．５", "12.5"), ("1,234,567.89", "1234567.89"), ("-3", "-3"), (" 7 ", "7")],
)
def test_a_number_in_any_width_is_read(typed: str, read: str) -> None:
    assert NumberField().clean(typed) == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("5000000", 5_000_000),
        ("500万元", 5_000_000),
        ("１．２亿", 120_000_000),
        ("3,000 万", 30_000_000),
        ("80元", 80),
    ],
)
def test_money_is_read_as_offices_write_it(typed: str, yuan: int) -> None:
    assert MoneyField().clean(typed) == yuan


@pytest.mark.parametrize("typed", NONSENSE)
@pytest.mark.parametrize("field", [NumberField(), MoneyField(), WholeField(), DayField()])
def test_what_is_no_number_and_no_day_is_refused_in_words(field, typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    assert all(str(message) for message in refusal.value.messages)


def test_an_amount_beyond_what_is_stored_is_refused() -> None:
    for typed in ("9" * 30, "99999999999亿", "-1", "0.001"):
        with pytest.raises(ValidationError):
            MoneyField().clean(typed)


@pytest.mark.parametrize("typed", ["2026-11-22", "2026/11/22", "2026年11月22日", "２０２６－１１－２２", "2026.11.22"])
def test_a_day_is_read_as_offices_write_it(typed: str) -> None:
    assert DayField().clean(typed) == date(2026, 11, 22)


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "2026-02-30", "22.11.2026", "2026-11"])
def test_a_day_no_case_can_have_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        DayField().clean(typed)


def test_stored_numbers_are_shown_as_they_would_be_typed() -> None:
    assert NumberField().prepare_value(Decimal("22.00")) == "22"
    assert MoneyField().prepare_value(Decimal("100000000.50")) == "100,000,000.5"
    assert MoneyField().clean(MoneyField().prepare_value(Decimal("100000000.50"))) == Decimal("100000000.5")


def test_nothing_typed_is_nothing() -> None:
    for field in (NumberField(required=False), MoneyField(required=False), WholeField(required=False)):
        assert field.clean("") is None
