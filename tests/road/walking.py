"""What is asked at every station of a road: who has it next, until when, who was told, does the history hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from accounts.models import Post, PostHolding
from agreements.models import Agreement, Deadline, Notice, ToDo
from approvals.models import Assignment, Step
from core.errors import ProductError
from records import outbox, trail, verify


def names_of(post: Post) -> set[str]:
    """Return who holds a post; unit and post where nobody does."""
    return set(PostHolding.objects.filter(post=post).values_list("user__username", flat=True)) or {
        f"{post.unit.code}/{post.code}"
    }


def desks(agreement: Agreement) -> set[tuple[str, str]]:
    """Return what lies where now: the kind of each open to-do with the user name of who has it."""
    rows = ToDo.objects.filter(agreement=agreement, closed_at=None).select_related("post__unit")
    return {(row.code, name) for row in rows for name in names_of(row.post)}


def due(agreement: Agreement) -> dict[str, date]:
    """Return the day of each running deadline by its rule, those of single tasks left out."""
    rows = Deadline.objects.filter(agreement=agreement, closed_on=None).exclude(rule="task")
    return dict(rows.values_list("rule", "due_on"))


def told(agreement: Agreement, code: str) -> set[str]:
    """Deliver what waits and return who was told something of an agreement."""
    while outbox.deliver_pending():
        pass
    rows = Notice.objects.filter(agreement=agreement, code=code).select_related("post__unit", "user")
    return {name for row in rows for name in (names_of(row.post) if row.post else {row.user.username})}


def at_station(agreement: Agreement) -> str:
    """Return where the database says the agreement is."""
    agreement.refresh_from_db()
    return f"{agreement.station}/{agreement.standing}"


def acts(agreement: Agreement) -> list[str]:
    """Return the codes of the events in their order."""
    return list(trail.history(agreement.chain).values_list("code", flat=True))


def replayed(agreement: Agreement) -> str:
    """Walk the history: every move begins where the one before ended; return where the last one leads."""
    state = ""
    for event in trail.history(agreement.chain):
        if "to" in event.payload:
            assert event.payload.get("from", "") == state, f"{event.sequence} {event.code} begins elsewhere"
            state = event.payload["to"]
    return state


def is_sound(agreement: Agreement) -> None:
    """Assert that the history replays to the state, that its chain holds, and that `verify` finds nothing at all."""
    assert replayed(agreement) == at_station(agreement)
    assert trail.verify_chain(agreement.chain) == []
    while outbox.deliver_pending():
        pass
    assert not outbox.undelivered().exists()
    assert verify.findings() == []


def open_step(agreement: Agreement) -> Assignment:
    """Return the assignment of the step that is open now, read anew."""
    return Assignment.objects.select_related("post__unit", "step__run__agreement", "step__run__text").get(
        step__run__agreement=agreement, step__state=Step.State.OPEN, closed_at=None
    )


@contextmanager
def refused(
    error: type[ProductError], agreement: Agreement, *codes: str, article: str = ""
) -> Iterator[pytest.ExceptionInfo[ProductError]]:
    """Expect an error with its code (or, where points are missing, those gaps); it changes neither trail nor state."""
    before = acts(agreement), at_station(agreement), desks(agreement)
    with pytest.raises(error) as caught:
        yield caught
    gaps = {gap.code for gap in getattr(caught.value, "gaps", ())}
    assert (gaps or {caught.value.code}) >= set(codes), (gaps, caught.value.code)
    assert not article or caught.value.article == article
    assert (acts(agreement), at_station(agreement), desks(agreement)) == before
