"""Effects that leave after commit: a row in the transaction of the act, delivered once (decision 10)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from core import clock
from records import trail
from records.bell import bell
from records.models import OutboxMessage

logger = logging.getLogger(__name__)

# A claim this old belongs to a process that died or to an attempt that failed: the message is taken up again.
CLAIM_AGE = timedelta(minutes=5)
MAX_ATTEMPTS = 24

Payload = dict[str, Any]
Handler = Callable[[Payload], None]

_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that delivers messages of a kind.

    It runs in a transaction with the mark that the message is delivered, so that its rows appear exactly once; what it
    does outside the database may happen again after a crash.
    """

    def register(function: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"messages of kind {kind} are already delivered by another handler")
        _handlers[kind] = function
        return function

    return register


def put(kind: str, payload: Payload, *, at: datetime | None = None) -> OutboxMessage:
    """Leave a message in the caller's transaction; when it commits, the worker is woken without waiting for it."""
    if kind not in _handlers:
        raise LookupError(f"nobody delivers messages of kind {kind}")
    message = OutboxMessage.objects.create(kind=kind, payload=payload, created_at=at or clock.now())
    transaction.on_commit(bell.ring, robust=True)
    return message


def put_all(kind: str, payloads: Sequence[Payload], *, at: datetime | None = None) -> None:
    """Leave many messages of one kind in the caller's transaction, in sets; the worker is woken once."""
    if kind not in _handlers:
        raise LookupError(f"nobody delivers messages of kind {kind}")
    if not payloads:
        return
    at = at or clock.now()
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(kind=kind, payload=payload, created_at=at) for payload in payloads], batch_size=500
    )
    transaction.on_commit(bell.ring, robust=True)


def undelivered() -> QuerySet[OutboxMessage]:
    """Return the messages still to be delivered, oldest first."""
    return OutboxMessage.objects.filter(delivered_at=None, attempts__lt=MAX_ATTEMPTS).order_by("pk")


def given_up() -> QuerySet[OutboxMessage]:
    """Return the messages whose every attempt failed; the trail of the system names each."""
    return OutboxMessage.objects.filter(delivered_at=None, attempts__gte=MAX_ATTEMPTS).order_by("pk")


def deliver_pending(limit: int = 200, at: datetime | None = None) -> int:
    """Deliver what waits, oldest first; return how many messages were delivered here.

    Two deliverers at once share the work: the second one to claim a message passes it over. A message whose handler
    fails, or whose deliverer died, is tried again after five minutes, 24 times in all; then it is given up, and an
    event of the system chain says so.
    """
    at = at or clock.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - CLAIM_AGE)
    delivered = 0
    for pk in list(undelivered().filter(free).values_list("pk", flat=True)[:limit]):
        if undelivered().filter(free, pk=pk).update(claimed_at=at, attempts=F("attempts") + 1):
            delivered += _deliver(pk, at)
    return delivered


def _deliver(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            message = OutboxMessage.objects.select_for_update().get(pk=pk)
            if message.delivered_at is not None:
                return False
            _handlers[message.kind](message.payload)
            message.delivered_at = at
            message.last_error = ""
            message.save(update_fields=["delivered_at", "last_error"])
    except Exception as error:  # one handler's fault must not keep the other messages back
        logger.exception("Message %s was not delivered", pk)
        _note_failure(pk, f"{type(error).__name__}: {error}"[:2_000])
        return False
    return True


def _note_failure(pk: int, error: str) -> None:
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update().get(pk=pk)
        message.last_error = error
        message.save(update_fields=["last_error"])
        if message.delivered_at is None and message.attempts >= MAX_ATTEMPTS:
            trail.append(
                chain=trail.SYSTEM_CHAIN,
                code="outbox.given_up",
                actor=trail.SYSTEM,
                payload={"message": pk, "kind": message.kind, "error": error},
            )
