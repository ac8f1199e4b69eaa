"""Is it alive, is it ready: for whoever watches the system. A broken part is named, the rest goes on."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from core import clock
from records.models import JobRun

logger = logging.getLogger(__name__)

TICK_AGE = timedelta(minutes=5)
BROKER_SECONDS = 0.5  # to connect and again to answer: a second in all


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that the process is alive; asks nothing of anything."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether work can be done: each part `ok` or what is wrong with it; 503 when any part is broken."""
    parts = {name: look() or "ok" for name, look in PARTS.items()}
    broken = [name for name, state in parts.items() if state != "ok"]
    body = {"status": "broken" if broken else "ok", "broken": broken, "parts": parts}
    return JsonResponse(body, status=503 if broken else 200)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return _fault("does not answer", error)
    return ""


def _storage() -> str:
    return _writable(Path(settings.STORAGE_DIR))


def _tick() -> str:
    if connection.connection is None:  # a second attempt to reach it would cost its time once more
        return "unknown without the database"
    try:
        latest = JobRun.objects.filter(job="tick", finished_at__isnull=False).order_by("-finished_at").first()
    except DatabaseError as error:
        return _fault("cannot be read", error)
    if latest is None or latest.finished_at is None:
        return "has never run"
    age = clock.now() - latest.finished_at
    if age > TICK_AGE:
        return f"last ran {int(age.total_seconds())} seconds ago"
    failed = latest.result.get("failed")
    return f"failed in part: {', '.join(failed)}" if failed else ""


def _broker() -> str:
    if not settings.BROKER_URL:
        return _writable(Path(settings.QUEUE_DIR) / "messages")
    client = Redis.from_url(
        settings.BROKER_URL,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
    except (RedisError, OSError) as error:
        return _fault("does not answer", error)
    finally:
        client.close()
    return ""


def _writable(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return _fault("cannot be written", error)


def _fault(words: str, error: Exception) -> str:
    """Return the words for the watcher; the error with its addresses goes to the log only."""
    logger.warning("Not ready: %s: %s", words, error)
    return words


PARTS: dict[str, Callable[[], str]] = {"database": _database, "storage": _storage, "tick": _tick, "broker": _broker}
