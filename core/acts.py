"""What every page that acts has in common: asking the right, and showing a refusal above the form it concerns."""

from __future__ import annotations

from collections.abc import Callable

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
    become an error of the form, its gaps stand in `form.gaps`, its status in `form.status`. Refused is not caught:
    a person without the right gets the page that says so.
    """
    try:
        call()
    except (BadInput, NotNow) as error:
        form.add_error(None, in_one_line(error))  # type: ignore[attr-defined]
        form.gaps = getattr(error, "gaps", ())  # type: ignore[attr-defined]
        form.status = error.status  # type: ignore[attr-defined]
        return False
    return True


def in_one_line(error: ProductError) -> str:
    """Return a refusal as one line: the reason, its article, what to do next."""
    article = f" ({error.article})" if error.article else ""
    then: str | Promise = error.next_step
    return f"{error.reason}{article} {then}".strip()


def status_of(form: BaseForm) -> int:
    """Return the status of the page that shows a form: 200 fresh, 400 with mistakes, what the service said else."""
    return int(getattr(form, "status", UNREADABLE if form.is_bound and form.errors else 200))
