"""What every page that acts has in common: asking the right, and showing a refusal above the form it concerns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.forms import BaseForm
from django.utils.functional import Promise

from core.errors import BadInput, NotNow, ProductError, Refused
from core.verdicts import Allowed, Denied, Verdict

UNREADABLE = 400


def permit(verdict: Verdict) -> Allowed:
    """Return the verdict of a rule when it allows; raise Refused with its reason and article when it does not."""
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    return verdict


def attempt(form: BaseForm, call: Callable[[], object]) -> bool:
    """Run a service for a form that was typed; tell whether it succeeded.

    What the service says about time, gaps or input is put above the form, so that nothing typed is lost: its words
    become an error of the form, its gaps stand in `form.gaps`, its status in `form.status`, and the error itself in
    `form.refusal` for a page that shows it otherwise. Refused is not caught: a person without the right gets the page
    that says so.
    """
    try:
        call()
    except (BadInput, NotNow) as error:
        form.add_error(None, in_one_line(error))
        form.gaps = getattr(error, "gaps", ())  # type: ignore[attr-defined]
        form.status = error.status  # type: ignore[attr-defined]
        form.refusal = error  # type: ignore[attr-defined]
        return False
    return True


def too_late(form: BaseForm, refusal: NotNow) -> None:
    """Say above a form only that it came too late: where what it chose from is gone, its fields have nothing to say."""
    form.errors.clear()
    form.add_error(None, in_one_line(refusal))
    form.status = refusal.status  # type: ignore[attr-defined]


def in_one_line(error: ProductError) -> str:
    """Return a refusal as one line: the reason, its article, what to do next."""
    article = f" ({error.article})" if error.article else ""
    then: str | Promise = error.next_step
    return f"{error.reason}{article} {then}".strip()


class Typed(Protocol):
    """A form, a sheet or a whole workbench."""

    @property
    def is_bound(self) -> bool: ...

    def is_valid(self) -> bool: ...


def status_of(form: Typed, *others: Typed) -> int:
    """Return the status of a page with a form (and sheets): 200 fresh, 400 with mistakes, or the service's own."""
    wrong = any(one.is_bound and not one.is_valid() for one in (form, *others))
    return int(getattr(form, "status", UNREADABLE if wrong else 200))
