"""The three errors of the product; one middleware turns each into a page (decision 11)."""

from __future__ import annotations

from collections.abc import Sequence

from core.verdicts import Denied, Gap, Wording


class ProductError(Exception):
    """A refusal with words for people: what cannot happen, why with the article, what to do next."""

    status = 400

    def __init__(self, reason: Wording, article: str = "", *, code: str = "", next_step: Wording = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.article = article
        self.code = code or type(self).__name__.lower()
        self.next_step = next_step

    def __str__(self) -> str:
        return str(self.reason)


class Refused(ProductError):
    """This person may not (403)."""

    status = 403

    @classmethod
    def because(cls, verdict: Denied) -> Refused:
        """Make the error of a denial."""
        return cls(verdict.reason, verdict.article)


class NotNow(ProductError):
    """The time has not come or has passed, or something is missing (409): every gap at once."""

    status = 409

    def __init__(
        self,
        reason: Wording,
        article: str = "",
        *,
        gaps: Sequence[Gap] = (),
        code: str = "",
        next_step: Wording = "",
    ) -> None:
        super().__init__(reason, article, code=code, next_step=next_step)
        self.gaps = tuple(gaps)


class BadInput(ProductError):
    """What was sent cannot be read as what it should be (400)."""

    status = 400
