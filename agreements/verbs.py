"""The registry of verbs: what can be done with an agreement, by whom, against which gaps, with which duties.

An app above registers its verbs in `AppConfig.ready()` and may add blockers and duties to verbs of others. The
door, the next-step bar and the tests read this registry and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.verdicts import Gap, Verdict, Wording

if TYPE_CHECKING:
    from accounts.models import User
    from agreements.models import Agreement
    from agreements.services.lifecycle import Moved

May = Callable[["User", "Agreement"], Verdict]
Blocker = Callable[["Agreement"], Iterable[Gap]]
Duty = Callable[["Agreement", "Moved"], None]


def _always(agreement: Agreement) -> bool:
    return True


@dataclass
class Verb:
    """One thing an office does with an agreement.

    With a `transition` it moves the machine, through the door only. Without one it is an act at a station
    (`stations`), recorded by a service of its app. `main` verbs lead on; the others stand under "more".
    `offered` hides a verb that is already done or has no object. `advisers` name what is better looked at first and
    never hold the verb back.
    """

    code: str
    label: Wording
    article: str
    may: May
    address: Callable[[Agreement], str]
    order: int
    transition: str = ""
    stations: tuple[str, ...] = ()
    main: bool = True
    offered: Callable[[Agreement], bool] = _always
    blockers: list[Blocker] = field(default_factory=list)
    advisers: list[Blocker] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)

    def gaps(self, agreement: Agreement) -> list[Gap]:
        """Return everything that is missing before the verb, all at once."""
        return [gap for blocker in self.blockers for gap in blocker(agreement)]

    def advice(self, agreement: Agreement) -> list[Gap]:
        """Return what is better looked at before the verb; none of it holds the verb back."""
        return [gap for adviser in self.advisers for gap in adviser(agreement)]


_verbs: dict[str, Verb] = {}


def register(verb: Verb) -> None:
    """Add a verb; a second one with the same code is a programming error."""
    if verb.code in _verbs:
        raise ValueError(f"verb {verb.code} is registered twice")
    _verbs[verb.code] = verb


def get(code: str) -> Verb:
    """Return a verb by its code; raise KeyError when nobody registered it."""
    return _verbs[code]


def all_verbs() -> list[Verb]:
    """Return every verb in the order in which they are offered."""
    return sorted(_verbs.values(), key=lambda verb: verb.order)


def add_blockers(code: str, *blockers: Blocker) -> None:
    """Add blockers of an app above to a verb."""
    _verbs[code].blockers.extend(blockers)


def add_duties(code: str, *duties: Duty) -> None:
    """Add duties of an app above to a verb."""
    _verbs[code].duties.extend(duties)
