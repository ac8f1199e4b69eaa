"""A person's own inbox as the pages of approval walk through it: where an item stands, which one comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement, ToDo
from agreements.pages import short_day, title_of
from agreements.services import duties
from core import clock

HERE = (
    "check",
    "supply",
    "review",
    "answer_findings",
    "present",
    "decide",
    "meeting",
    "draft",
    "revise",
    "check_revision",
    "close_revision",
)
"""The to-dos that say with whom an agreement lies during review and approval."""
COUNTED = 1000
"""So far the place of an item is counted; beyond, a list of items tells nobody anything."""


def open_todos(user: User) -> QuerySet[ToDo]:
    """Return what lies on the desks of a person, the most urgent first: the one place that says what lies with whom."""
    return ToDo.objects.lying_with(user).order_by("due_on", "pk")


@dataclass(frozen=True, slots=True)
class Queue:
    """Where an item stands among the open to-dos of a person, and its neighbours. Position 0: it is not among them."""

    position: int
    total: int
    previous: str
    next: str

    @property
    def is_bounded(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.total > COUNTED


def queue(user: User, agreement: Agreement, subject_key: str) -> Queue:
    """Return the place of an item in the inbox of a person, in the order of the inbox. Two queries, however many;
    two more for an item that lies there no longer."""
    keys = list(open_todos(user).values_list("pk", "subject_key")[: COUNTED + 1])
    here = next((place for place, (_pk, key) in enumerate(keys) if key == subject_key), None)
    if here is None:
        return Queue(0, len(keys), "", next_item(user, agreement, subject_key) if keys else "")
    beside = [pk for pk, _key in (*keys[max(here - 1, 0) : here], *keys[here + 1 : here + 2])]
    found = {row.pk: row for row in ToDo.objects.filter(pk__in=beside).select_related("agreement")} if beside else {}
    before = found.get(keys[here - 1][0]) if here else None
    after = found.get(keys[here + 1][0]) if here + 1 < len(keys) else None
    return Queue(here + 1, len(keys), _url(before), _url(after))


def place_of(user: User, agreement: Agreement, address: str) -> Queue | None:
    """Return the place of the item of an agreement that leads to an address; None where nothing in the inbox does."""
    rows = open_todos(user).filter(agreement=agreement).select_related("agreement")
    found = next((row for row in rows if _url(row) == address), None)
    return queue(user, agreement, found.subject_key) if found else None


def next_item(user: User, agreement: Agreement | None = None, subject_key: str = "") -> str:
    """Return the address of what comes after an item in the inbox, else of the first; blank for an empty inbox.

    An item that was just settled keeps its place, so that one goes on where one was and not at what one left aside.
    """
    rows = open_todos(user).select_related("agreement")
    left = None
    if agreement is not None:
        of_item = ToDo.objects.filter(agreement=agreement, subject_key=subject_key, post_id__in=user.post_ids)
        left = of_item.order_by("-pk").values_list("due_on", "pk").first()
    if left is not None:
        due_on, pk = left
        after = rows.filter(Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=pk)).first()
        if after is not None:
            return _url(after)
        rows = rows.exclude(agreement=agreement, subject_key=subject_key)
    return _url(rows.first())


def _url(todo: ToDo | None) -> str:
    return duties.kind(todo).address(todo) if todo else ""


def after_act(
    agreement: Agreement, user: User, done: str, codes: Collection[str] = HERE, *, subject_key: str = ""
) -> SafeString:
    """Return what a person is told after an act: what was done, who has it now and until when, the next item.

    `codes` are the to-dos that say who has it now; `subject_key` is the item one comes from.
    """
    words = done
    if now := lies_now(agreement, codes):
        words += f" {now}"
    following = next_item(user, agreement, subject_key)
    if not following:
        return format_html("{}", words)
    return format_html('{} <a href="{}">{}</a>', words, following, _("Next item"))


def lies_now(agreement: Agreement, codes: Collection[str] = HERE) -> str:
    """Return who has an agreement now and until when, as one sentence; blank where nobody has."""
    now = (
        ToDo.objects.filter(agreement=agreement, closed_at=None, code__in=codes)
        .select_related("post__unit")
        .order_by("-pk")
        .first()
    )
    if now is None:
        return ""
    who = title_of(now.post, agreement if now.is_of_approval else None)
    if now.due_on == clock.FAR_AWAY:
        return _("Now with %(who)s.") % {"who": who}
    return _("Now with %(who)s until %(day)s.") % {"who": who, "day": short_day(now.due_on)}
