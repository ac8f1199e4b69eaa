"""When a step or a meeting of an authority's own stands on the route: named questions, never a rule language.

Everything here is the product's own; what §3.4 itself asks is computed in `routes.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from regulation.records import Submitter, Text


@dataclass(frozen=True, slots=True)
class Facts:
    """What of an agreement bears on its route. `amount` is the highest that it names, in yuan."""

    submitter: Submitter
    natures: frozenset[str]
    fields: frozenset[str] = frozenset()
    amount: Decimal | None = None
    major: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row asks beside the name of its condition: codes of natures or fields, an amount in yuan."""

    codes: tuple[str, ...] = ()
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A named question. `takes` says what a row gives with it: `natures`, `fields`, `amount` or nothing."""

    code: str
    name: Text
    holds: Callable[[Facts, Asked], bool]
    takes: str = ""


def _always(facts: Facts, asked: Asked) -> bool:
    return True


def _nature(facts: Facts, asked: Asked) -> bool:
    return not facts.natures.isdisjoint(asked.codes)


def _field(facts: Facts, asked: Asked) -> bool:
    return not facts.fields.isdisjoint(asked.codes)


def _amount(facts: Facts, asked: Asked) -> bool:
    return facts.amount is not None and asked.amount is not None and facts.amount >= asked.amount


def _major(facts: Facts, asked: Asked) -> bool:
    return facts.major


def _foreign(facts: Facts, asked: Asked) -> bool:
    return facts.foreign


_ALL = (
    Condition("always", Text("每件都经过", "Always"), _always),
    Condition("nature", Text("事项性质", "Nature of the matter"), _nature, "natures"),
    Condition("field", Text("合作领域", "Field of cooperation"), _field, "fields"),
    Condition("amount", Text("金额达到", "Amount of at least"), _amount, "amount"),
    Condition("major", Text("重大合作事项", "Major cooperation matter"), _major),
    Condition("foreign", Text("涉外或外事", "Foreign-related or foreign-affairs"), _foreign),
)

CONDITIONS: dict[str, Condition] = {condition.code: condition for condition in _ALL}


def holds(condition: str, facts: Facts, asked: Asked) -> bool:
    """Tell whether a condition holds of an agreement; raise KeyError for a name that nobody wrote a function for."""
    return CONDITIONS[condition].holds(facts, asked)
