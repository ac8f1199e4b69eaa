"""A desk: one approval in the hands of the whole cast, in a time of its own; and who is tried for an act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

import time_machine

from accounts.models import Delegation, Post, PostHolding, User
from agreements.models import Access, Agreement
from approvals.models import Assignment, Intervention, Revision, Run
from approvals.services import intervening
from core import clock
from records import files
from tests.factories import Organisation, fresh, paper
from tests.factories_followup import noon

PRESENTED = date(2026, 3, 2)
SPARE = "spare"
"""Somebody without a post, to whom a post that was left can be given."""
SECOND_ADMINISTRATOR = "administrator_two"
OUTSIDE = ("staff", "head", "legal", "consulted", "stranger", "inspector", "mayor", "general_office", "administrator")
"""Who is tried when it is not the turn of whoever may."""

One = TypeVar("One")


@dataclass
class Desk:
    """A run in the hands of several people. Each act has an instant of its own, and dice that say how it is tried."""

    org: Organisation
    run: Run
    day: date = PRESENTED + timedelta(days=1)
    minute: int = 0
    dice: Random = field(default_factory=lambda: Random(0))
    known: dict[tuple[str, int], Any] = field(default_factory=dict)
    """What was read since the last act: people by key, who acts in a post, what was asked."""

    @contextmanager
    def now(self) -> Iterator[None]:
        """Let it be the next minute of the story's day."""
        self.minute += 1
        with time_machine.travel(noon(self.day) + timedelta(minutes=self.minute), tick=False):
            yield

    def go_on(self, days: int = 1) -> None:
        """Let days pass."""
        self.day += timedelta(days=days)
        self.forget()

    # ------------------------------------------------------------------ what there is

    @property
    def agreement(self) -> Agreement:
        """Return the agreement as the run has it."""
        return self.run.agreement

    def forget(self) -> None:
        """Read everything anew from here on: an act was tried."""
        self.known.clear()

    def read(self) -> None:
        """Read the newest run of the agreement, as the next request would; once until the next act."""
        if ("run", 0) in self.known:
            return
        self.known["run", 0] = True
        rows = Run.objects.select_related("text", "agreement__lead_unit", "agreement__category", "agreement__authority")
        self.run = rows.filter(agreement=self.run.agreement_id).latest("pk")

    def assignments(self) -> list[Assignment]:
        """Return what was ever asked in the run, as a page reads it: what is open first, then the newest."""
        if ("asked", 0) in self.known:
            return list(self.known["asked", 0])
        rows = Assignment.objects.filter(step__run=self.run).select_related(
            "post__unit",
            "parent__post__unit",
            "step__run__text",
            "step__run__agreement__lead_unit",
            "step__run__agreement__category",
            "step__run__agreement__authority",
        )
        self.known["asked", 0] = sorted(rows, key=lambda row: (not row.is_open, -row.pk))
        return list(self.known["asked", 0])

    def open_assignments(self) -> list[Assignment]:
        """Return what somebody can act on now."""
        return [row for row in self.assignments() if row.is_open]

    def pick(self, rows: list[One]) -> One | None:
        """Return one of several, by the dice; None of none."""
        return self.dice.choice(rows) if rows else None

    def proposal(self) -> Intervention | None:
        """Return the intervention that waits for a second administrator."""
        rows = Intervention.objects.filter(run=self.run, accepted="")
        return rows.select_related("assignment__post__unit", "assignment__step__run__agreement", "post").first()

    def revision(self) -> Revision | None:
        """Return the newest revision of the run, whatever became of it."""
        rows = Revision.objects.select_related("run__agreement", "run__text", "step", "before", "after")
        return rows.filter(run=self.run).last()

    def delegations(self) -> list[Delegation]:
        """Return the delegations that are not over."""
        return list(Delegation.objects.filter(ended_on=None, to_on__gte=self.day).select_related("post", "holder"))

    def workers(self) -> set[int]:
        """Return who drafted or submitted the agreement."""
        rows = Access.objects.filter(agreement=self.run.agreement_id, why__in=("drafted", "submitted"))
        return set(rows.exclude(user=None).values_list("user", flat=True))

    def stuck(self) -> list[intervening.Stuck]:
        """Return the open items as administrators see them."""
        return intervening.of_run(self.run)

    # ------------------------------------------------------------------ who acts

    def person(self, pk: int) -> User:
        """Return a person with what is held today."""
        if ("person", pk) not in self.known:
            self.known["person", pk] = fresh(User(pk=pk))
        found: User = self.known["person", pk]
        return found

    def acting(self, post: int) -> list[int]:
        """Return who acts in a post today."""
        if ("acting", post) not in self.known:
            self.known["acting", post] = acting(post, self.day)
        return list(self.known["acting", post])

    def in_post(self, post: Post) -> list[User]:
        """Return who does the work of a post today: its holders, or the deputies of those who lent it."""
        return [self.person(pk) for pk in self.acting(post.pk)]

    def anybody(self) -> User:
        """Return one of those whose turn it may not be."""
        return self.called(self.dice.choice(OUTSIDE))

    def right(self, found: list[User]) -> User:
        """Return one of those whose turn it is, and now and then anybody else."""
        if not found or self.dice.random() < 0.1:
            return self.anybody()
        return self.dice.choice(found)

    def called(self, name: str) -> User:
        """Return a person of the cast."""
        return self.person(self.org.users[name].pk)


def acting(post: int, day: date) -> list[int]:
    """Return who acts in a post on a day, read from the rows and not by the services that are under test.

    Each holder in person, or whoever the holder has lent approvals to for that day. A deputy is named by a holder: what
    somebody else lent, or lent for another day, gives nothing.
    """
    found = []
    for held in PostHolding.objects.filter(post=post, from_on__lte=day, user__is_active=True).order_by("pk"):
        if held.to_on is not None and held.to_on < day:
            continue
        lent = [
            row.to_user_id
            for row in Delegation.objects.filter(post=post, holder=held.user_id).order_by("pk")
            if row.from_on <= day <= row.to_on and (row.ended_on is None or row.ended_on > day)
        ]
        found += lent or [held.user_id]
    return found


@contextmanager
def sent(name: str) -> Iterator[files.Received]:
    """Give a paper as somebody would upload it."""
    with files.received(paper(name), name=name) as upload:
        yield upload


def today() -> date:
    """Return the legal day of the story."""
    return clock.today()
