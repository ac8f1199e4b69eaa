"""Usual words of an opinion: reading them, and keeping one's own (no article: a convenience of the product)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.models import SigningAuthority, User
from approvals.models import Phrase
from approvals.models.phrase import LONGEST
from core import clock
from core.errors import BadInput

MOST = 20
"""Own phrases of a person: more than can be looked through at a glance help nobody."""
FIRST = ("拟同意。", "请按程序报审。", "请会同有关部门抓好落实。", "请补充说明后再报。")
"""What an office finds when it begins; its administrator changes it. An opinion is an official text: Chinese."""


@dataclass(frozen=True, slots=True)
class Words:
    """A phrase as a page offers it."""

    words: str
    is_own: bool

    def __str__(self) -> str:
        return self.words


def offered(user: User) -> list[Words]:
    """Return what a person is offered: the own phrases first, then those of the offices of the posts held."""
    rows = Phrase.objects.filter(_of(user), retired_on=None).order_by("order", "pk")
    return sorted(
        (Words(words, user_id is not None) for words, user_id in rows.values_list("words", "user_id")),
        key=lambda row: not row.is_own,
    )


def _of(user: User) -> Q:
    authorities = {held.post.authority_id for held in user.holdings_today}
    return Q(user=user) | Q(authority__in=authorities)


def own(user: User) -> list[Phrase]:
    """Return a person's own phrases in their order."""
    return list(Phrase.objects.filter(user=user, retired_on=None).order_by("order", "pk"))


def of_office(user: User) -> list[Phrase]:
    """Return the phrases of the offices of a person's posts."""
    return list(Phrase.objects.filter(_of(user), user=None, retired_on=None).order_by("order", "pk"))


@transaction.atomic
def add(words: str, *, by: User) -> Phrase:
    """Add an own phrase at the end. Raises BadInput for an empty or too long one, and beyond twenty.

    Second caller: the same words stand once; one that was taken away comes back at the end.
    """
    words = words.strip()
    if not words:
        raise BadInput(_("Write the words of the phrase."))
    if len(words) > LONGEST:
        raise BadInput(_("A phrase has at most %(count)s characters.") % {"count": LONGEST})
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    rows = Phrase.objects.filter(user=by, retired_on=None)
    present = rows.filter(words=words).first()
    if present:
        return present
    if rows.count() >= MOST:
        raise BadInput(
            _("You have %(count)s phrases already.") % {"count": MOST}, next_step=_("Remove one, then add the new one.")
        )
    last = rows.aggregate(last=Max("order"))["last"] or 0
    return Phrase.objects.create(user=by, words=words, order=last + 1)


@transaction.atomic
def move(phrase: Phrase, *, by: User, up: bool) -> None:
    """Move an own phrase one place up or down; at either end it stays."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    rows = own(by)
    here = next((place for place, row in enumerate(rows) if row.pk == phrase.pk), None)
    if here is None:
        return
    there = min(max(here + (-1 if up else 1), 0), len(rows) - 1)
    rows.insert(there, rows.pop(here))
    for order, row in enumerate(rows, start=1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])


def remove(phrase: Phrase, *, by: User) -> None:
    """Take an own phrase away. Second caller: it is gone already."""
    Phrase.objects.filter(pk=phrase.pk, user=by, retired_on=None).update(retired_on=clock.today())


def sync(of: SigningAuthority) -> Iterator[str]:
    """Give an office its first phrases; yield a line for each written. One that has any keeps what it has."""
    if Phrase.objects.filter(authority=of).exists():
        return
    for order, words in enumerate(FIRST, start=1):
        Phrase.objects.create(authority=of, words=words, order=order)
        yield f"phrase {order}: missing"
