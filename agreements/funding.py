"""What the sources of funds of a clause come to, and whether their figures agree (§2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agreements.models import FundingShare

WHOLE = Decimal(100)
TOLERANCE = Decimal("0.01")
"""Shares are written with two decimals: a hundredth of a percent is rounding, not a contradiction."""
LOAN = "loan"


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a sheet of funds. An amount is None while a row it needs states none.

    `shares` is the sum of the shares of capital, land as equity counted in; `loan_ratio` is of total funds.
    """

    capital: Decimal | None
    loans: Decimal | None
    shares: Decimal | None
    has_loans: bool

    @property
    def total(self) -> Decimal | None:
        """Return the total of funds: capital and loans."""
        return None if self.capital is None or self.loans is None else self.capital + self.loans

    @property
    def loan_ratio(self) -> Decimal | None:
        """Return the share of loans in total funds, in percent with two decimals."""
        total = self.total
        return None if not total or self.loans is None else _percent(self.loans, total)


def totals(rows: Sequence[FundingShare]) -> Totals:
    """Return what the rows of a sheet of funds come to."""
    capital = [row for row in rows if row.channel != LOAN]
    loans = [row for row in rows if row.channel == LOAN]
    return Totals(
        _sum([row.amount for row in capital]),
        _sum([row.amount for row in loans]) if loans else Decimal(0),
        _sum([row.share for row in capital]),
        bool(loans),
    )


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    if not values or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * WHOLE).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A share that does not agree with its amount: what was written, and what the amounts come to."""

    row: FundingShare
    written: Decimal
    computed: Decimal


def mismatches(rows: Sequence[FundingShare]) -> list[Mismatch]:
    """Return the rows whose share contradicts their amount.

    A contribution is measured against the capital, where an amount is missing against what the rows with both
    figures imply; a loan against total funds where all amounts are known.
    """
    found: list[Mismatch] = []
    stated = [row for row in rows if row.channel != LOAN and row.amount is not None and row.share]
    both = [(row, row.amount, row.share or Decimal(0)) for row in stated]
    shares = sum((share for _row, _amount, share in both), Decimal(0))
    amounts = sum((amount for _row, amount, _share in both if amount is not None), Decimal(0))
    if shares and amounts:
        capital = totals(rows).capital or amounts * WHOLE / shares
        found += [
            Mismatch(row, share, _percent(amount, capital))
            for row, amount, share in both
            if amount is not None and abs(amount / capital * WHOLE - share) > TOLERANCE
        ]
    total = totals(rows).total
    if total:
        for row in rows:
            if row.channel == LOAN and row.share is not None and row.amount is not None:
                computed = row.amount / total * WHOLE
                if abs(computed - row.share) > TOLERANCE:
                    found.append(Mismatch(row, row.share, _percent(row.amount, total)))
    return found
