"""Telling people: through the outbox, after the commit, worded at reading in the reader's language."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Post, User
from agreements.models import Agreement, Notice
from core import clock
from records import outbox

KIND = "notice"
Wording = Callable[[dict[str, Any]], str]
_wordings: dict[str, Wording] = {}


def register(code: str, wording: Wording) -> None:
    """Say how notices of a code are worded."""
    _wordings[code] = wording


def word(notice: Notice) -> str:
    """Return the notice in the reader's language."""
    return _wordings[notice.code](notice.params)


def tell(
    code: str,
    *,
    agreement: Agreement | None = None,
    post: Post | None = None,
    user: User | None = None,
    **params: Any,
) -> None:
    """Tell a post or a person something, after this transaction has committed."""
    if code not in _wordings:
        raise ValueError(f"notice {code} has no wording")
    outbox.put(
        KIND,
        {
            "key": uuid.uuid4().hex,
            "code": code,
            "agreement": agreement.pk if agreement else None,
            "post": post.pk if post else None,
            "user": user.pk if user else None,
            "params": {"title": agreement.title, **params} if agreement else params,
        },
    )


@dataclass(frozen=True, slots=True)
class Message:
    """One of many notices to posts: `key` makes it one notice however often it is sent."""

    code: str
    key: str
    agreement_id: int
    post_id: int
    params: dict[str, Any]


def tell_all(messages: Iterable[Message]) -> None:
    """Tell many posts at once, after this transaction has committed."""
    outbox.put_all(
        KIND,
        [
            {
                "key": message.key,
                "code": message.code,
                "agreement": message.agreement_id,
                "post": message.post_id,
                "user": None,
                "params": message.params,
            }
            for message in messages
        ],
    )


def deliver(payload: dict[str, Any]) -> None:
    """Make the in-app notice of an outbox message; a second delivery of the same message changes nothing."""
    Notice.objects.get_or_create(
        message_key=payload["key"],
        defaults={
            "code": payload["code"],
            "agreement_id": payload["agreement"],
            "post_id": payload["post"],
            "user_id": payload["user"],
            "params": payload["params"],
            "delivered_at": clock.now(),
        },
    )


def read(notice: Notice, *, by: User) -> None:
    """Mark a notice as read. Second caller: the first reader stands."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now(), read_by=by)


def read_all(rows: QuerySet[Notice], *, by: User) -> int:
    """Mark many notices as read; return how many were. Second caller: the first reader stands."""
    return rows.filter(read_at=None).update(read_at=clock.now(), read_by=by)
