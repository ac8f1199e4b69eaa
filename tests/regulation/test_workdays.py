"""Working days: the built-in calendar against an independent one, and the counting against its definition."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.calendar_data import COVERED, YEARS
from regulation.workdays import (
    Calendar,
    Counted,
    add_years,
    default_calendar,
    is_workday,
    nth_workday,
    workdays_between,
)

CALENDAR = default_calendar()
DAY = timedelta(days=1)
days = st.dates(date(2016, 1, 1), date(2029, 12, 31))


def naive_nth(start, n):
    day = start
    while n:
        day += DAY
        n -= is_workday(day, CALENDAR)
    return day


@pytest.mark.parametrize("year", sorted(COVERED))
def test_the_calendar_agrees_with_an_independent_one(year):
    day = date(year, 1, 1)
    while day.year == year:
        assert is_workday(day, CALENDAR) == chinese_calendar.is_workday(day), day
        day += DAY


def test_ten_years_each_with_its_notice():
    assert [year.year for year in YEARS] == list(range(2017, 2027))
    for year in YEARS:
        assert all(notice.startswith("国办发明电〔") for notice in year.notices)
        assert {day[:4] for day in year.holidays + year.workdays} == {str(year.year)}
        assert all(date.fromisoformat(day).weekday() < 5 for day in year.holidays)
        assert all(date.fromisoformat(day).weekday() >= 5 for day in year.workdays)


@pytest.mark.article("§3.5")
@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 9, 30), date(2026, 10, 13)),  # over National Day, with a Saturday worked
        (date(2026, 1, 1), date(2026, 1, 8)),  # Sunday 4 January is worked
        (date(2024, 2, 8), date(2024, 2, 21)),  # 9 February 2024 is worked, Spring Festival follows
        (date(2026, 11, 21), date(2026, 11, 27)),  # signed on a Saturday
        (date(2026, 11, 23), date(2026, 11, 30)),
    ],
)
def test_five_working_days_after_signing(start, due):
    assert nth_workday(start, 5, CALENDAR) == Counted(due, provisional=False)


def test_a_count_that_enters_a_year_without_a_calendar_is_provisional():
    assert nth_workday(date(2026, 12, 24), 5, CALENDAR) == Counted(date(2026, 12, 31), provisional=False)
    assert nth_workday(date(2026, 12, 25), 5, CALENDAR) == Counted(date(2027, 1, 1), provisional=True)
    assert nth_workday(date(2026, 12, 31), 1, CALENDAR).provisional


def test_the_start_itself_may_lie_in_a_year_without_a_calendar():
    assert nth_workday(date(2016, 12, 31), 1, CALENDAR) == Counted(date(2017, 1, 3), provisional=False)


@given(days, st.integers(1, 600))
def test_nth_workday_is_what_counting_by_hand_gives(start, n):
    counted = nth_workday(start, n, CALENDAR)
    assert counted.day == naive_nth(start, n)
    span = [start + DAY * offset for offset in range(1, (counted.day - start).days + 1)]
    assert counted.provisional == any(day.year not in COVERED for day in span)


@given(days, days)
def test_workdays_between_is_what_counting_by_hand_gives(a, b):
    first, last = sorted((a, b))
    by_hand = sum(is_workday(first + DAY * offset, CALENDAR) for offset in range(1, (last - first).days + 1))
    assert workdays_between(a, b, CALENDAR) == (by_hand if a <= b else -by_hand)


@given(days, st.integers(1, 300))
def test_counting_there_and_measuring_back_agree(start, n):
    assert workdays_between(start, nth_workday(start, n, CALENDAR).day, CALENDAR) == n


def test_a_calendar_may_list_weekend_holidays_and_weekday_workdays():
    # An administrator enters a notice as it is printed: the whole holiday, weekend included.
    calendar = Calendar(
        years=frozenset({2027}),
        holidays=frozenset({date(2027, 5, 1), date(2027, 5, 2), date(2027, 5, 3)}),
        workdays=frozenset({date(2027, 5, 3), date(2027, 5, 8)}),
    )
    worked = [date(2027, 5, 3) + DAY * offset for offset in range(6)]
    assert [nth_workday(date(2027, 4, 30), n, calendar).day for n in range(1, 7)] == worked
    assert workdays_between(date(2027, 4, 30), date(2027, 5, 8), calendar) == 6


def test_a_hundred_thousand_working_days():
    counted = nth_workday(date(2017, 1, 1), 100_000, CALENDAR)
    assert counted.provisional
    assert workdays_between(date(2017, 1, 1), counted.day, CALENDAR) == 100_000


@pytest.mark.parametrize("n", [0, -1])
def test_the_zeroth_working_day_is_an_error(n):
    with pytest.raises(ValueError, match="1 or more"):
        nth_workday(date(2026, 1, 1), n, CALENDAR)


@pytest.mark.parametrize(
    ("start", "n"), [(date.max, 1), (date(9999, 12, 30), 2), (date(9999, 1, 1), 300), (date(2026, 1, 1), 10**9)]
)
def test_a_count_past_the_last_date_is_an_error(start, n):
    with pytest.raises(ValueError, match="9999"):
        nth_workday(start, n, CALENDAR)


@pytest.mark.article("§4.3")
def test_anniversaries():
    assert add_years(date(2023, 11, 23), 3) == date(2026, 11, 23)
    assert add_years(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert add_years(date(2026, 5, 1), 0) == date(2026, 5, 1)
    assert add_years(date(2023, 10, 1), 3) == date(2026, 10, 1)  # a holiday, and not moved
    for years in (7976, 10**12, -2024):
        with pytest.raises(ValueError, match="year"):
            add_years(date(2024, 2, 29), years)
