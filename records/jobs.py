"""The queue's side of the records."""

from __future__ import annotations

from celery import shared_task

from records import bell, outbox


@shared_task(name=bell.DELIVER)
def deliver() -> int:
    """Deliver what waits in the outbox; safe to run twice at once. Return how many were delivered."""
    return outbox.deliver_pending()
