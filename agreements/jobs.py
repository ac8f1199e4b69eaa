"""The queue's side of the agreements."""

from __future__ import annotations

from celery import shared_task

from agreements.services import clock


@shared_task(name="agreements.jobs.tick")
def tick() -> bool:
    """Do the minute's work; safe to run twice at once. Return whether this ring was the one that did it."""
    return clock.beat() is not None
