"""The event chains: who did what, when and in which capacity, each row bound to the one before it.

Every row carries a MAC over its content and its predecessor's MAC, with a key kept apart from SECRET_KEY.
Checkpoints of the chain ends lie outside the database, so that a cut tail shows (`records.verify`).
Whoever holds the database, the key and the checkpoints can forge: that is the published limit.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet

from core import clock
from records import numbers
from records.checkpoints import checkpoint
from records.mac import mac
from records.models import Event

SYSTEM_CHAIN = "system"
CHECKPOINT_ROWS = 100


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as it will be read in the trail for ever: id, name, post and capacity as text."""

    id: int | None
    name: str
    post: str = ""
    capacity: str = ""


SYSTEM = Actor(id=None, name="system")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold: the row or number, the field, what should stand there and what does."""

    kind: str
    sequence: int
    event_id: int | None
    field: str
    expected: str
    found: str


def chain_of(agreement_id: int) -> str:
    """Return the name of an agreement's chain."""
    return f"agreement:{agreement_id}"


def append(
    *,
    chain: str,
    code: str,
    actor: Actor,
    legal_on: date | None = None,
    at: datetime | None = None,
    comment: str = "",
    text_label: str = "",
    text_sha256: str = "",
    payload: dict[str, Any] | None = None,
) -> Event:
    """Append an event to a chain, inside the caller's transaction: no audit row, no action.

    The caller holds the lock of the agreement's row; for the system chain the lock is taken here. A second caller
    waits at that lock and gets the next sequence. `legal_on` is the day that counts, `at` the instant of entry (both
    now by default). Floats are refused in `payload`: they would not read back as they were written.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An event is appended in the transaction of what it records.")
    if chain == SYSTEM_CHAIN:
        numbers.hold("chain of the system")
    at = at or clock.now()
    last = Event.objects.filter(chain=chain).order_by("-sequence").only("sequence", "mac").first()
    event = Event(
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        code=code,
        actor_id=actor.id,
        actor_name=actor.name,
        post_name=actor.post,
        capacity=actor.capacity,
        recorded_at=at,
        legal_on=legal_on or clock.today(at),
        text_label=text_label,
        text_sha256=text_sha256,
        comment=comment,
        payload=_plain(payload or {}),
        previous_mac=last.mac if last else "",
    )
    event.mac = mac_of(event)
    event.save(force_insert=True)
    if event.pk % CHECKPOINT_ROWS == 0:
        transaction.on_commit(checkpoint, robust=True)
    return event


def history(chain: str) -> QuerySet[Event]:
    """Return the events of a chain in the order of their sequence, never of a clock."""
    return Event.objects.filter(chain=chain).order_by("sequence")


def verify_chain(chain: str) -> list[Break]:
    """Return every break of one chain: rows changed, missing, swapped, or joined to another predecessor."""
    return list(breaks(history(chain).iterator()))


def breaks(events: Iterable[Event]) -> Iterator[Break]:
    """Yield the breaks of events ordered by chain and sequence; one pass, whatever their number."""
    chain, sequence, seal = None, 0, ""
    for event in events:
        if event.chain != chain:
            chain, sequence, seal = event.chain, 0, ""
        if event.sequence != sequence + 1:
            expected, found = str(sequence + 1), str(event.sequence)
            yield Break("event_missing", sequence + 1, event.pk, "sequence", expected, found)
        elif event.previous_mac != seal:
            yield Break("event_order", event.sequence, event.pk, "previous_mac", seal, event.previous_mac)
        # The MAC that would fit is never reported: it is what a forger lacks.
        if not hmac.compare_digest(mac_of(event), event.mac):
            yield Break("event_changed", event.sequence, event.pk, "content", f"as sealed by {event.mac}", "altered")
        sequence, seal = event.sequence, event.mac


def _plain(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a payload as it will be read back: dates and decimals as text, no float."""

    def refuse(number: str) -> None:
        raise TypeError(f"{number}: amounts in an event are decimals or whole numbers.")

    plain: dict[str, Any] = json.loads(
        json.dumps(payload, cls=DjangoJSONEncoder), parse_float=refuse, parse_constant=refuse
    )
    return plain


def mac_of(event: Event) -> str:
    """Return the MAC that belongs to an event's content and to the predecessor it names (hex)."""
    content = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    del content["id"], content["mac"]
    content["recorded_at"] = event.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    content["legal_on"] = event.legal_on.isoformat()
    return mac(content)
