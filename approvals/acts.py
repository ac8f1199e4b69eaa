"""The registry of what may be done with an approval beside deciding on it: each operation once, with its right, its
form and its service. The decision page, the page of an agreement and the generic view read it and nothing else.

An operation is about an assignment (a handler acts on a step) or about a run (the starter, the office, a leader). Its
`may` says who, `offered` whether it has an object now, `carry_out` calls the service and returns what the person is
told. A module of a topic registers its operations in `register()` of this app.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals.models import Assignment, Run
from core.verdicts import Verdict, Wording

Subject = Assignment | Run
ASSIGNMENT, RUN = "assignment", "run"


def _always(user: User, subject: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact that is shown above a form: what, how it reads, and where it is found."""

    label: str
    value: str
    url: str = ""


GONE = gettext_lazy("This cannot be chosen any more. Open the page again and see what has become of it.")


def say_it_is_gone(form: forms.Form) -> None:
    """Let the fields of a form say of what is not there any more that it is gone: who sends a form twice chose rightly
    the first time."""
    for field in form.fields.values():
        for code in ("invalid_choice", "invalid_pk_value"):
            if code in field.error_messages:
                field.error_messages[code] = GONE


class ActForm(forms.Form):
    """The form of an operation; it knows on what and by whom, so that it offers only what can be chosen."""

    def __init__(self, *args: Any, subject: Any, user: User, **kwargs: Any) -> None:
        self.subject, self.user = subject, user
        super().__init__(*args, **kwargs)
        say_it_is_gone(self)

    def shown(self) -> list[Shown]:
        """Return the facts a person must have read before the form: none for most."""
        return []


@dataclass(frozen=True, slots=True)
class Act:
    """One operation: `label` is its verb, `effect` says in a sentence what it does, `order` where it stands.

    `about` is `assignment` or `run`. `ask` are the three questions again in the service; here `may` and `offered` only
    decide what is shown, and `may` is asked again by the view.
    """

    code: str
    about: str
    label: Wording
    effect: Wording
    article: str
    form: type[ActForm]
    may: Callable[[User, Any], Verdict]
    carry_out: Callable[[Any, User, dict[str, Any]], Wording]
    order: int
    offered: Callable[[User, Any], bool] = _always
    after_the_end: bool = False
    """Whether it is done on an approval that has ended."""

    def url(self, subject: Subject) -> str:
        """Return where the operation is carried out on a subject."""
        return reverse(f"approvals:{self.about}-act", args=[subject.public_id, self.code])

    def bind(self, request: HttpRequest, subject: Subject, user: User) -> ActForm:
        """Return the form, bound when it was sent."""
        sent = request.method == "POST"
        return self.form(
            request.POST if sent else None,
            request.FILES if sent else None,
            subject=subject,
            user=user,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """An operation as a page offers it: with its form still empty, and where the form is sent. `whom` names whom it is
    about where a page offers it several times; `key` tells the panels of a page apart."""

    act: Act
    form: ActForm
    url: str
    key: str
    whom: str = ""


_acts: dict[tuple[str, str], Act] = {}


def register(act: Act) -> None:
    """Add an operation; a second one with the same code is a programming error."""
    key = (act.about, act.code)
    if key in _acts:
        raise ValueError(f"operation {act.code} is registered twice")
    _acts[key] = act


def get(about: str, code: str) -> Act:
    """Return an operation. Raises KeyError for an unknown one."""
    return _acts[about, code]


def all_acts(about: str) -> list[Act]:
    """Return every operation about assignments or about runs, in their order."""
    return sorted((act for act in _acts.values() if act.about == about), key=lambda act: act.order)


def offers(about: str, subject: Subject, user: User) -> list[Offer]:
    """Return what this person may do with a subject now, each with its empty form; other people's operations never."""
    return [offer for act in all_acts(about) if (offer := _offer(act, subject, user, key=act.code))]


def offer_about(code: str, subject: Assignment, user: User, *, whom: str) -> Offer | None:
    """Return an operation about somebody else's part of a step, for a page that offers it once for each; None where
    this person may not."""
    return _offer(get(ASSIGNMENT, code), subject, user, key=f"{code}-{subject.public_id}", whom=whom)


def _offer(act: Act, subject: Subject, user: User, *, key: str, whom: str = "") -> Offer | None:
    if not (act.offered(user, subject) and act.may(user, subject)):
        return None
    # Several forms stand on one page: the names of the fields stay, their ids do not collide.
    form = act.form(subject=subject, user=user, auto_id=f"id_{key}_%s")
    return Offer(act, form, act.url(subject), key, whom)
