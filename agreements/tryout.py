"""Trying the screening out (§1.2) on a text that is not stored, and the rules by which it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from accounts.models import User
from agreements.margin import MARKS
from agreements.models import ScreeningRule
from agreements.models.screening import OWN
from agreements.services import screening
from agreements.services.screening import Found
from core import clock
from core.bilingual import named
from core.verdicts import Wording
from core.wording import say
from regulation.categories import CATEGORIES
from regulation.records import Prohibition
from regulation.screening import BUILT_IN, CODES, Context, Rule


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text as it is shown: plain, or marked with the numbers of the findings that cover it.

    `ends` are the findings that end with it, whose numbers are written behind.
    """

    text: str
    numbers: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding with its number, as the page lists it."""

    number: int
    found: Found
    name: str
    weight: Wording
    icon: str
    look: str
    rule: str
    advice: str

    @property
    def is_own(self) -> bool:
        """Tell whether a rule of the authority's own has hit."""
        return self.found.rule.startswith(OWN)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a trial: the text with its marks, and the findings."""

    stretches: list[Stretch]
    hits: list[Hit]
    rules: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule as it is read."""

    name: str
    phrases: tuple[str, ...]
    weight: Wording
    actor: Wording
    categories: list[str]
    own: bool


def own_rows(user: User) -> list[ScreeningRule]:
    """Return the rules that the user's authority has added and not retired."""
    post = user.main_post
    return list(ScreeningRule.objects.filter(authority=post.authority_id, retired_on=None)) if post else []


def of(user: User, asked: Mapping[str, Any]) -> Tried:
    """Screen what was pasted in, with the rules of the user's authority; nothing is kept."""
    own = own_rows(user)
    context = Context(category=asked["category"], foreign=asked["foreign"], today=clock.today())
    rules = [row.record for row in own]
    found = screening.of_words(asked["text"], context, rules)
    names = _names(own)
    hits = [_hit(number, one, names) for number, one in enumerate(found, start=1)]
    return Tried(_marked(asked["text"], found), hits, screening.count_of(rules))


def _hit(number: int, found: Found, names: Mapping[str, str]) -> Hit:
    icon, look = MARKS[found.severity]
    weight = ScreeningRule.Severity(found.severity).label
    rule = names.get(found.rule, found.rule)
    return Hit(number, found, say(CODES[found.code].name), weight, icon, look, rule, say(found.advice))


def _names(own: Sequence[ScreeningRule]) -> dict[str, str]:
    return {f"{OWN}{row.key}": named(row.name_zh, row.name_en) for row in own}


def _marked(text: str, found: Sequence[Found]) -> list[Stretch]:
    """Cut a text at the ends of its findings, which may overlap."""
    placed = [(one.start, one.end, number) for number, one in enumerate(found, start=1) if one.start < one.end]
    cuts = sorted({0, len(text), *(cut for start, end, _number in placed for cut in (start, end))})
    return [
        Stretch(
            text[begin:end],
            tuple(number for start, stop, number in placed if start <= begin and end <= stop),
            tuple(number for _start, stop, number in placed if stop == end),
        )
        for begin, end in pairwise(cuts)
    ]


def rules_by_code(user: User) -> list[tuple[Prohibition, list[Shown]]]:
    """Return the rules in force under what they look for, the authority's own after the built-in ones."""
    own = own_rows(user)
    names = _names(own)
    groups: dict[str, list[Shown]] = {code: [] for code in CODES}
    for rule in (*BUILT_IN, *(row.record for row in own)):
        groups[rule.code].append(_shown(rule, names))
    return [(CODES[code], rules) for code, rules in groups.items()]


def _shown(rule: Rule, names: Mapping[str, str]) -> Shown:
    return Shown(
        name=names.get(rule.id, rule.id),
        phrases=rule.phrases,
        weight=ScreeningRule.Severity(rule.severity).label,
        actor=ScreeningRule.Actor(rule.actor).label,
        categories=[say(CATEGORIES[code].name) for code in rule.categories if code in CATEGORIES],
        own=rule.id in names,
    )
