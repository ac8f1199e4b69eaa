"""Times as agreements write them, sub-targets that add up, amounts in capitals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from agreements import breakdown, due
from agreements.due import Due
from core.amounts import capitals


@pytest.mark.parametrize(
    ("typed", "on", "kind", "shown"),
    [
        ("2026-12-31", date(2026, 12, 31), "", "2026-12-31"),
        ("２０２６．１２．１", date(2026, 12, 1), "", "2026-12-01"),
        ("2026年12月31日前", date(2026, 12, 31), "", "2026-12-31"),
        ("2026-12", date(2026, 12, 31), "month", "2026-12"),
        ("2026年6月底", date(2026, 6, 30), "month", "2026-06"),
        ("2028/2", date(2028, 2, 29), "month", "2028-02"),
        ("2027年上半年", date(2027, 6, 30), "month", "2027-06"),
        ("2027年三季度", date(2027, 9, 30), "month", "2027-09"),
        ("2026", date(2026, 12, 31), "year", "2026"),
        ("2026年底前", date(2026, 12, 31), "year", "2026"),
    ],
)
def test_a_month_or_a_year_stands_for_its_last_day(typed: str, on: date, kind: str, shown: str) -> None:
    time = due.read(typed)
    assert (time.on, time.kind) == (on, kind)
    assert str(time) == shown
    assert due.read(str(time)) == time


def test_of_a_beginning_a_month_stands_for_its_first_day() -> None:
    assert due.read("2027-03", begins=True) == Due(date(2027, 3, 1), "month")
    assert due.read("2027", begins=True) == Due(date(2027, 1, 1), "year")


@pytest.mark.parametrize(
    ("typed", "frequency"),
    [
        ("每季度", "quarterly"),
        ("每年一次", "yearly"),
        ("每半年", "half_yearly"),
        ("monthly", "monthly"),
        ("长期", "as_needed"),
    ],
)
def test_what_recurs_has_a_frequency_and_no_day(typed: str, frequency: str) -> None:
    time = due.read(typed, recurring=True)
    assert time == Due(kind="recurring", frequency=frequency)
    assert due.read(str(time), recurring=True) == time
    with override("en"):
        assert due.read(str(time), recurring=True) == time
    with pytest.raises(due.Unreadable):
        due.read(typed)


@pytest.mark.parametrize(
    "typed", ["2026-13", "2026-02-30", "0001", "9999-12", "abc", "一", "1" * 500, "2026\u202e-12", "²"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(due.Unreadable):
        due.read(typed, recurring=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2+3+2", "2+3+2"),
        ("２＋３＋２", "2+3+2"),
        ("2 3 2", "2+3+2"),
        ("2026:2;2027:3", "2026：2；2027：3"),
        ("2026年 2，2027年 3", "2026：2；2027：3"),
        ("市科技局 20；市教委 30", "市科技局：20；市教委：30"),
        ("1,000+2,000", "1000+2000"),
        ("-10-10", "-10-10"),
        ("10", "10"),
        ("", ""),
    ],
)
def test_a_breakdown_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert breakdown.write(breakdown.read(typed)) == kept
    assert breakdown.write(breakdown.read(kept)) == kept


@pytest.mark.parametrize("typed", ["x", "甲；乙", "1e5", "2026:x"])
def test_a_breakdown_without_numbers_is_refused(typed: str) -> None:
    with pytest.raises(breakdown.Unreadable):
        breakdown.read(typed)


@pytest.mark.article("§2.1")
@pytest.mark.parametrize(
    ("typed", "baseline", "goal", "off"),
    [
        ("2+3+2", 15, 22, 0),
        ("20+30", 0, 60, 10),
        ("20+30", None, 50, 0),
        ("-5-5", 20, 10, 0),
        ("30+30", 0, 50, -10),
    ],
)
def test_the_parts_lead_from_the_baseline_to_the_target(typed: str, baseline: int | None, goal: int, off: int) -> None:
    found = breakdown.add_up(typed, None if baseline is None else Decimal(baseline), Decimal(goal))
    assert found is not None
    assert found.off == off
    assert found.adds_up is (off == 0)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("1230000", "壹佰贰拾叁万元整"),
        ("100050000", "壹亿零伍万元整"),
        ("1005", "壹仟零伍元整"),
        ("10000.05", "壹万元零伍分"),
        ("0.5", "伍角整"),
        ("12.30", "壹拾贰元叁角整"),
        ("-1", ""),
        ("1E400", ""),
        ("NaN", ""),
    ],
)
def test_an_amount_in_capitals(amount: str, words: str) -> None:
    assert capitals(Decimal(amount)) == words
