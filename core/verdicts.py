"""Three questions, three homes: may this person, is it the time, is everything there (decision 3).

An answer is a value: a refusal carries its reason and its article, never a bare False.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise

Wording = str | Promise


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, and in which capacity: the post the person acts from, as it is printed in the trail; for a deputy also the
    key of the person in whose place (`principal`)."""

    post: str = ""
    capacity: str = "self"
    principal: int | None = None

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """No, because of `reason`, by `article`."""

    reason: Wording
    article: str = ""

    def __bool__(self) -> bool:
        return False


Verdict = Allowed | Denied


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing before an act: what, by which article, why, and where it is mended.

    Where somebody else than who meets the gap mends it, `open_to` asks whether a reader may follow the link now, and
    `lies_with` says to whoever may not, who does.
    """

    text: Wording
    article: str = ""
    why: Wording = ""
    url: str = ""
    action: Wording = ""
    code: str = ""
    open_to: Callable[[Any], bool] | None = field(default=None, compare=False)
    lies_with: Callable[[], str] | None = field(default=None, compare=False)

    def for_reader(self, user: Any) -> Gap:
        """Return the gap as a reader is shown it: a link that would refuse this person gives way to who mends it."""
        if not self.url or self.open_to is None or user is None or self.open_to(user):
            return self
        told = self.lies_with() if self.lies_with else ""
        return replace(self, url="", action="", why=f"{self.why} {told}".strip())


@dataclass(frozen=True, slots=True)
class Met:
    """The counterpart of a gap: something asked for that is there."""

    text: Wording
    article: str = field(default="")


def as_json(gap: Gap) -> dict[str, Any]:
    """Return a gap as the interface shows it."""
    return {"code": gap.code, "text": str(gap.text), "article": gap.article, "url": gap.url}
