"""Counting working days: pure functions over a calendar that the caller supplies."""

from calendar import isleap
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache

from regulation.calendar_data import COVERED, YEARS

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published years and their deviations from Monday–Friday; `workdays` wins over `holidays`."""

    years: frozenset[int]
    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted day; `provisional` while it depends on a year without a published calendar."""

    day: date
    provisional: bool


@lru_cache(maxsize=1)
def default_calendar() -> Calendar:
    """Return the built-in calendar of 2017 to 2026."""
    return Calendar(
        years=COVERED,
        holidays=frozenset(date.fromisoformat(day) for year in YEARS for day in year.holidays),
        workdays=frozenset(date.fromisoformat(day) for year in YEARS for day in year.workdays),
    )


def is_workday(day: date, calendar: Calendar) -> bool:
    """Return whether government offices work on `day`; Monday–Friday in a year without a calendar."""
    return day in calendar.workdays or (day.weekday() < _SATURDAY and day not in calendar.holidays)


def nth_workday(start: date, n: int, calendar: Calendar) -> Counted:
    """Return the `n`-th working day after `start`, which itself is not counted (§3.5, §4.1).

    It is provisional when any day after `start` up to it lies in a year without a published calendar.

    Raises ValueError for `n` below 1 and where the count runs past the last day that a date can hold.
    """
    if n < 1:
        raise ValueError("the number of working days must be 1 or more")
    if n > date.max.toordinal() - start.toordinal():
        raise _past_the_end()
    day, left = start, n
    while left:
        if day == date.max:
            raise _past_the_end()
        day += _DAY
        left -= is_workday(day, calendar)
    counted_years = range((start + _DAY).year, day.year + 1)
    return Counted(day=day, provisional=any(year not in calendar.years for year in counted_years))


def workdays_between(a: date, b: date, calendar: Calendar) -> int:
    """Return the number of working days after `a` up to and including `b`; negative when `b` is before `a`."""
    if b < a:
        return -workdays_between(b, a, calendar)
    weeks, rest = divmod((b - a).days, 7)
    weekdays = weeks * 5 + sum((a.weekday() + offset) % 7 < _SATURDAY for offset in range(1, rest + 1))
    holidays = sum(
        a < day <= b and day.weekday() < _SATURDAY and day not in calendar.workdays for day in calendar.holidays
    )
    weekends_worked = sum(a < day <= b and day.weekday() >= _SATURDAY for day in calendar.workdays)
    return weekdays - holidays + weekends_worked


def add_years(day: date, n: int) -> date:
    """Return the anniversary `n` years on; 29 February becomes 28 February in a common year (§4.3).

    An anniversary is not moved to a working day. Raises ValueError outside the years that a date can hold.
    """
    year = day.year + n
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError(f"year {year} cannot be written as a date")
    leap_day_lost = (day.month, day.day) == (2, 29) and not isleap(year)
    return day.replace(year=year, day=28 if leap_day_lost else day.day)


def _past_the_end() -> ValueError:
    return ValueError("the count runs past the year 9999")
