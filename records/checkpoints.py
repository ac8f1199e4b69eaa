"""The ends of the event chains, written down outside the database: what a cut tail or an old copy cannot explain away.

One JSON line each, bound to the line before it. The database counts the lines, so that neither side can lose its end
without the other one showing it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from core import clock
from records import numbers
from records.disk import make_folder, sync_folder
from records.mac import mac
from records.models import Event

SERIES = "checkpoints"
# A transaction may commit after one that took a higher row number: each checkpoint looks back as far as this.
OVERLAP_ROWS = 1_000
WINDOW_BYTES = 256 * 1024

Line = dict[str, Any]


def path() -> Path:
    """Return the file of checkpoints."""
    return Path(settings.CHECKPOINT_DIR) / "chains.jsonl"


def checkpoint(at: datetime | None = None) -> bool:
    """Write down the chain ends that are new since the last checkpoint; say whether there were any.

    Called every minute by the tick and after every hundredth event. A second caller waits for the first.
    """
    file = path()
    with transaction.atomic():
        series = numbers.hold(SERIES)
        recent, end = _recent(file)
        last: Line = recent[-1] if recent else {"number": 0, "through": 0, "mac": ""}
        newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
        if newest <= last["through"]:
            return False
        known = {chain: head for line in recent for chain, head in line["ends"].items()}
        heads: dict[str, list[Any]] = {}
        rows = Event.objects.filter(pk__gt=last["through"] - OVERLAP_ROWS, pk__lte=newest).order_by("pk")
        for chain, sequence, seal in rows.values_list("chain", "sequence", "mac").iterator():
            if chain not in heads or heads[chain][0] < sequence:
                heads[chain] = [sequence, seal]
        line: Line = {
            "number": max(series.last, last["number"]) + 1,
            "at": (at or clock.now()).isoformat(),
            "through": newest,
            "ends": {chain: head for chain, head in heads.items() if known.get(chain) != head},
            "previous": last["mac"],
        }
        _append(file, line | {"mac": mac(line)}, end)
        series.last = line["number"]
        series.save(update_fields=["last"])
    return True


def lines() -> Iterator[tuple[int, Line | None]]:
    """Yield the number and content of every line, None where a line cannot be read; a torn last line is passed over."""
    if not path().exists():
        return
    with path().open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.endswith(b"\n"):
                yield number, _read(raw)


def _read(raw: bytes) -> Line | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    wanted = {"number", "at", "through", "ends", "previous", "mac"}
    return line if isinstance(line, dict) and set(line) == wanted else None


def _recent(file: Path) -> tuple[list[Line], int]:
    """Return the last lines (at least one where there is one) and where the last whole line ends.

    A file of years is not read from its beginning.
    """
    if not file.exists():
        return [], 0
    size = file.stat().st_size
    window = WINDOW_BYTES
    with file.open("rb") as stream:
        while True:
            start = max(0, size - window)
            stream.seek(start)
            *pieces, torn = stream.read(size - start).split(b"\n")
            whole = pieces[1:] if start else pieces
            if whole or not start:
                return [line for raw in whole if (line := _read(raw)) is not None], size - len(torn)
            window *= 2


def _append(file: Path, line: Line, end: int) -> None:
    make_folder(file.parent)
    fresh = not file.exists()
    with file.open("ab") as stream:
        # A write cut off by a power failure leaves half a line; it was never counted and goes.
        stream.truncate(end)
        stream.write(json.dumps(line, sort_keys=True, ensure_ascii=True).encode("ascii") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    if fresh:
        sync_folder(file.parent)
