"""The shapes of screening: what is asked, what is found, and a rule as one row of data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulation.records import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of a text that offends: `start` and `end` count characters of the text as given, and
    `excerpt` is what stands between them; `severity` is `block`, `warning` or `info`; `rule` is the id of
    the rule that hit."""

    code: str
    article: str
    start: int
    end: int
    excerpt: str
    severity: str
    advice: Text
    rule: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A wording to look for, as an administrator adds it (the notation is that of `notation`).

    `actor` says whose promise counts: `government` (our side, both sides, anybody unnamed) or `any`.
    `categories` limits the rule, empty means all; `advice` replaces that of the code; `hits` and `misses` are
    samples the rule must and must not find (`check_rule`).
    """

    id: str
    code: str
    phrases: tuple[str, ...]
    actor: str = "government"
    severity: str = "block"
    categories: tuple[str, ...] = ()
    advice: Text | None = None
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the agreement: its category, whether it is foreign-related (§1.2), the names of the
    counterparties, our own names, and the present day."""

    category: str = "other"
    foreign: bool = False
    parties: tuple[str, ...] = ()
    our_names: tuple[str, ...] = ("天津市人民政府", "天津市", "市政府")
    today: date | None = None
