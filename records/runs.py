"""Jobs that run once per slot, however many schedulers ring (decision 10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from core import clock
from records.models import JobRun


def once(job: str, slot: str, work: Callable[[], dict[str, Any]]) -> JobRun | None:
    """Run `work` for a slot, in one transaction with the row that says so; its result is kept in the row.

    The second caller, also one that comes at the same moment, gets None and does nothing. When `work` raises, the row
    goes with it and the slot stays open for the next ring.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                run = JobRun.objects.create(job=job, slot=slot, started_at=clock.now())
        except IntegrityError:
            return None
        run.result = work()
        run.finished_at = clock.now()
        run.save(update_fields=["result", "finished_at"])
        return run
