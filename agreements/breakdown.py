"""Sub-targets: a target broken down by year or by unit, typed in one cell, whose parts add up (§2.1: decomposable).

The parts are increments: together they lead from the baseline to the target value. `2+3+2`, `2026：2；2027：3`
and `市科技局 20；市教委 30` are all read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.fields import normalise

LONGEST = 300
MOST = 60

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BETWEEN = re.compile(r"[;；,，、\n]|(?<=[\d\s.])\+|(?<=\d)[ \t]+(?=\d)")
_PART = re.compile(r"(?P<label>.*?)[\s:：=]*(?P<number>[+-]?\d{1,15}(?:\.\d{1,2})?)\D{0,4}")
_SUM = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,2})?(?:[+-]\d{1,15}(?:\.\d{1,2})?)+")
_TERM = re.compile(r"[+-]?[\d.]+")
_YEAR_LABEL = re.compile(r"(\d{4})\s*(?:年度?)?[\s:：=]+(?P<number>.+)")


class Unreadable(ValueError):
    """A part of the breakdown states no number."""


@dataclass(frozen=True, slots=True)
class SubTarget:
    """A part of a target: the year or unit it falls to (blank where only numbers were typed) and its number."""

    label: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """Whether the parts add up: what they come to and how much is missing (negative: too much)."""

    parts: tuple[SubTarget, ...]
    total: Decimal
    off: Decimal | None

    @property
    def adds_up(self) -> bool:
        """Tell whether the parts lead from the baseline to the target value."""
        return self.off == 0

    @property
    def shown(self) -> str:
        """Return the sum as it is written beside the target: 2+3+2 = 7."""
        terms = "+".join(plain(part.value) for part in self.parts).replace("+-", "-")
        return f"{terms} = {plain(self.total)}"


def plain(value: Decimal) -> str:
    """Return a number without needless zeros or exponents."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(text: str) -> list[SubTarget]:
    """Return the parts a text states, none for a blank one. Raises Unreadable."""
    typed = _THOUSANDS.sub("", normalise(text))
    if _SUM.fullmatch(typed):
        return [SubTarget("", Decimal(term)) for term in _TERM.findall(typed)][:MOST]
    parts = [part.strip() for part in _BETWEEN.split(typed)]
    found = [_part(part) for part in parts if part]
    if len(found) > MOST:
        raise Unreadable
    return found


def _part(text: str) -> SubTarget:
    if year := _YEAR_LABEL.fullmatch(text):
        return SubTarget(year[1], _part(year["number"]).value)
    found = _PART.fullmatch(text)
    if found is None:
        raise Unreadable
    label = re.sub(r"[\s:：=]+$", "", found["label"]).rstrip("+").strip()
    if label[:1].isdigit() or label[:1] in ("+", "-", "."):
        raise Unreadable  # a number that is not one, 1e5
    return SubTarget(label, Decimal(found["number"]))


def write(parts: Sequence[SubTarget]) -> str:
    """Return parts in the form in which they are kept: `2026：2；2027：3`, or `2+3+2` without labels."""
    if any(part.label for part in parts):
        return "；".join(f"{part.label}：{plain(part.value)}" if part.label else plain(part.value) for part in parts)
    return "+".join(plain(part.value) for part in parts).replace("+-", "-")


def add_up(text: str, baseline: Decimal | None, goal: Decimal | None) -> Sum | None:
    """Return the sum of a breakdown against its target; None for a blank or unreadable one.

    The parts are increments, so they come to the target value less the baseline; without a baseline, to the value.
    """
    try:
        parts = tuple(read(text))
    except Unreadable:
        return None
    if not parts:
        return None
    total = sum((part.value for part in parts), Decimal(0))
    return Sum(parts, total, None if goal is None else goal - (baseline or Decimal(0)) - total)
