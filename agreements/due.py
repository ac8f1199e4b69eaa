"""When something is due, as agreements write it: a day, a month, a year, or again and again.

A month or a year stands for its last day (of a beginning: its first), so that everything that counts days goes on
counting days; how it was written is kept beside it.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from core.fields import FIRST_YEAR, LAST_YEAR, normalise
from core.wording import say
from regulation.vocabulary import FREQUENCIES

MONTH, YEAR, RECURRING = "month", "year", "recurring"
LONGEST = 40

_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?前?")
_MONTH = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:月)?(?:月?[底末]前?|前)?")
_YEAR = re.compile(r"(\d{4})(?:年)?(?:年?[底末]前?|前)?")
_HALF = re.compile(r"(\d{4})年(上|下)半年")
_QUARTER = re.compile(r"(\d{4})年第?([一二三四1-4])季度")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_RECURRING = {
    "yearly": ("每年", "每年一次", "yearly", "annually"),
    "half_yearly": ("每半年", "每半年一次", "half-yearly"),
    "quarterly": ("每季", "每季度", "每季度一次", "quarterly"),
    "monthly": ("每月", "每月一次", "monthly"),
    "as_needed": ("适时", "不定期", "长期", "适时（不定期）", "适时(不定期)", "as needed"),
}
_SPACES = re.compile(r"\s+")
_FREQUENCY_OF = {
    _SPACES.sub("", word).casefold(): code
    for code, words in _RECURRING.items()
    for word in (*words, FREQUENCIES[code].name.zh, FREQUENCIES[code].name.en)
}


class Unreadable(ValueError):
    """What was typed is no time; `year` tells that only the year lies outside the years of the product."""

    def __init__(self, *, year: bool = False) -> None:
        super().__init__("year" if year else "unreadable")
        self.year = year


@dataclass(frozen=True, slots=True)
class Due:
    """A time with the way it is written: `kind` is blank for a day; a recurring one has a frequency and no day."""

    on: date | None = None
    kind: str = ""
    frequency: str = ""

    def __bool__(self) -> bool:
        return self.on is not None or bool(self.frequency)

    def __str__(self) -> str:
        if self.kind == RECURRING:
            return say(FREQUENCIES[self.frequency].name) if self.frequency in FREQUENCIES else self.frequency
        if self.on is None:
            return ""
        return self.on.isoformat()[: {MONTH: 7, YEAR: 4}.get(self.kind, 10)]


def read(text: str, *, begins: bool = False, recurring: bool = False) -> Due:
    """Return the time a text states; blank states none. Raises Unreadable.

    `begins`: a month or year stands for its first day instead of its last. `recurring` also takes 每季度 and the like.
    """
    typed = _SPACES.sub("", normalise(text[:LONGEST]))
    if not typed:
        return Due()
    if recurring and (frequency := _FREQUENCY_OF.get(typed.casefold())):
        return Due(kind=RECURRING, frequency=frequency)
    if found := _DAY.fullmatch(typed):
        year, month, day = map(int, found.groups())
        return Due(_day(year, month, day))
    if found := _YEAR.fullmatch(typed):
        return _period(int(found[1]), (1, 12), YEAR, begins=begins)
    if found := _HALF.fullmatch(typed):
        return _period(int(found[1]), (1, 6) if found[2] == "上" else (7, 12), MONTH, begins=begins)
    if found := _QUARTER.fullmatch(typed):
        last = _QUARTERS[found[2]] * 3
        return _period(int(found[1]), (last - 2, last), MONTH, begins=begins)
    if found := _MONTH.fullmatch(typed):
        month = int(found[2])
        return _period(int(found[1]), (month, month), MONTH, begins=begins)
    raise Unreadable


def _period(year: int, months: tuple[int, int], kind: str, *, begins: bool) -> Due:
    month = months[0] if begins else months[1]
    if not 1 <= month <= 12:
        raise Unreadable
    _within(year)
    return Due(_day(year, month, 1 if begins else calendar.monthrange(year, month)[1]), kind)


def _day(year: int, month: int, day: int) -> date:
    _within(year)
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable from None


def _within(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(year=True)
