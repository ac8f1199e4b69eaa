"""Waking the worker. A message only rings; what is to be done stands in the outbox (decision 10).

The ring is left to a thread of its own: however the broker hangs, no request waits for it. A ring that is lost costs
time only, since the sweep of the next minute delivers.
"""

from __future__ import annotations

import logging
import threading

from celery import current_app

logger = logging.getLogger(__name__)

DELIVER = "records.jobs.deliver"


class Bell:
    """One thread per process, started at the first ring; rings that come while it is busy become one."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Ask for the worker and return at once; never raises, whatever the broker does."""
        self._wanted.set()
        with self._starting:
            # After a fork the thread exists in the parent only.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)
                self._thread.start()

    def _listen(self) -> None:
        while self._wanted.wait():
            self._wanted.clear()
            try:
                current_app.send_task(DELIVER, retry=False, ignore_result=True)
            except Exception:  # whatever a broker raises, the sweep delivers
                logger.warning("The worker could not be woken; the sweep will deliver.", exc_info=True)


bell = Bell()
