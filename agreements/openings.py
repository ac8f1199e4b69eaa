"""Where the text may be written beyond drafting, and opinions given: an app above opens both for a time.

A text under approval that a meeting passed in principle is revised (§3.4); the app that runs approvals says when.
Nothing else opens a text that was submitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.verdicts import Wording

if TYPE_CHECKING:
    from agreements.models import Agreement, Consultation


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch beyond drafting in which the text is open, and where it leads.

    `opens` tells whether the text of an agreement is open now, `asks` whether a round of opinions is; `label` and
    `address` are the button of the workbench that leads on, `note` says above the text why it is open.
    """

    opens: Callable[[Agreement], bool]
    asks: Callable[[Consultation], bool]
    label: Wording
    address: Callable[[Agreement], str]
    note: Wording


_openings: list[Opening] = []


def register(opening: Opening) -> None:
    """Add an opening of an app above; called when the app is ready."""
    _openings.append(opening)


def current(agreement: Agreement) -> Opening | None:
    """Return what opens the text of an agreement beyond drafting now; None where nothing does."""
    return next((opening for opening in _openings if opening.opens(agreement)), None)


def asks(consultation: Consultation) -> bool:
    """Tell whether a round of opinions is open beyond drafting."""
    return any(opening.asks(consultation) for opening in _openings)
