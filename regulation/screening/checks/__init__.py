"""Checks that compare the facts of a text: each is a function from a passage and its context to hits."""

from collections.abc import Callable, Iterable

from regulation.screening.checks.amounts import amounts
from regulation.screening.checks.blanks import blanks
from regulation.screening.checks.dates import dates
from regulation.screening.checks.governing_law import governing_law
from regulation.screening.checks.hit import Hit
from regulation.screening.checks.land import land_and_investment
from regulation.screening.checks.names import names
from regulation.screening.checks.shares import shares
from regulation.screening.passage import Passage
from regulation.screening.records import Context

Check = Callable[[Passage, Context], Iterable[Hit]]

CHECKS: tuple[Check, ...] = (governing_law, land_and_investment, blanks, names, dates, amounts, shares)
