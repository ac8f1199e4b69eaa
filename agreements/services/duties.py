"""To-dos: opening them for a post and closing them, and how each kind is worded and where it is done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Post, User
from agreements.models import Agreement, Deadline, ToDo
from agreements.models.clock import OF_APPROVAL
from agreements.services import access
from core import clock
from core.verdicts import Wording

OF_NO_STATION = {"decide_standing"}
"""To-dos that stay on their desks when the case changes its station: the government has a proposal to decide. The
register of kinds adds to it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a to-do of a code reads (`label`, and the words of its button `action`) and where it is done; whether it
    belongs to an approval, which may be delegated by itself, whether it
    stays on its desk when the case changes its station."""

    code: str
    label: Wording
    action: Wording
    address: Callable[[ToDo], str]
    article: str = ""
    of_approval: bool = False
    of_no_station: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind of to-do; a second one with the same code is a programming error."""
    if kind.code in _kinds:
        raise ValueError(f"to-do {kind.code} is registered twice")
    _kinds[kind.code] = kind
    if kind.of_approval:
        OF_APPROVAL.add(kind.code)
    if kind.of_no_station:
        OF_NO_STATION.add(kind.code)


def kind(todo: ToDo) -> Kind:
    """Return the kind of a to-do."""
    return _kinds[todo.code]


def is_known(code: str) -> bool:
    """Tell whether there is a kind of to-do of a code."""
    return code in _kinds


def label_of(code: str) -> Wording:
    """Return how a kind of to-do reads; a code nobody registered stands for itself."""
    return _kinds[code].label if code in _kinds else code


def open(  # noqa: A001 -- the office's own word: a duty is opened and closed
    agreement: Agreement,
    code: str,
    *,
    post: Post,
    subject_key: str = "agreement",
    deadline: Deadline | None = None,
    due_on: date | None = None,
    by: User | None = None,
    at: datetime | None = None,
    params: dict[str, str] | None = None,
    fresh: bool = False,
) -> ToDo:
    """Put something on a post's desk, and let the post see the agreement.

    Second caller: the open to-do of the same post and subject stands, with the newer deadline. `fresh` says that the
    subject was made in this transaction and that the post sees the agreement already: then nothing is looked up.
    """
    if code not in _kinds:
        raise ValueError(f"to-do {code} has no kind")
    day = due_on or (deadline.due_on if deadline else clock.FAR_AWAY)
    subject = {"agreement": agreement, "post": post, "code": code, "subject_key": subject_key}
    facts = {
        "deadline": deadline,
        "due_on": day,
        "params": params or {},
        "opened_at": at or clock.now(),
        "opened_by_name": by.full_name if by else "",
    }
    if fresh:
        return ToDo.objects.create(**subject, **facts)
    access.grant(agreement, "duty", post=post)
    todo, made = ToDo.objects.get_or_create(**subject, closed_at=None, defaults=facts)
    if not made and todo.due_on != day:
        todo.deadline, todo.due_on = deadline, day
        todo.save(update_fields=["deadline", "due_on"])
    return todo


def put_off(agreement: Agreement, *, subject_key: Collection[str], due_on: date) -> int:
    """Let open to-dos come up again on a day: they stay on their desks, in the order of that day. The deadline gives
    them their own day back when its clock goes on."""
    rows = ToDo.objects.filter(agreement=agreement, closed_at=None, subject_key__in=subject_key)
    return rows.update(due_on=due_on)


def close(
    agreement: Agreement,
    *codes: str,
    but: Collection[str] = (),
    subject_key: str | Collection[str] | None = None,
    by: User | None = None,
    at: datetime | None = None,
    because: str = "done",
) -> int:
    """Take to-dos off the desks: those of the codes (all when none is named, `but` those), of one subject, of several
    or of any.

    Second caller: 0, nothing was open.
    """
    rows = ToDo.objects.filter(agreement=agreement, closed_at=None)
    if but:
        rows = rows.exclude(code__in=but)
    if codes:
        rows = rows.filter(code__in=codes)
    if subject_key is not None:
        rows = rows.filter(subject_key__in=[subject_key] if isinstance(subject_key, str) else subject_key)
    return rows.update(closed_at=at or clock.now(), closed_by=by, closed_because=because)
