"""The clock of a review: it stands still while something is waited for; gross and net working days (§3.3).

Stops may overlap (a supplement while the departments are asked); the deadline stands still while any of them lasts,
and a working day in several of them counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import DeadlineStop
from agreements.services import calendar, deadlines, lifecycle
from approvals.models import LegalReview, ReviewStop
from approvals.services.review.common import RULE, must_be_open
from core import clock
from core.errors import BadInput, NotNow
from regulation.review_practice import STOPS

SUPPLEMENT, DEPARTMENTS, EXPERTS, OTHER = "supplement", "departments", "experts", "other"
BY_HAND = (DEPARTMENTS, EXPERTS, OTHER)
"""The stops a reviewer sets; the one for a supplement comes and goes with it."""


@dataclass(frozen=True, slots=True)
class Days:
    """How long a round took: working days in all, of those the clock stood still, and its stretches."""

    gross: int
    still: int
    stops: tuple[ReviewStop, ...]
    stands: bool

    @property
    def net(self) -> int:
        """Return the working days on which the clock ran."""
        return self.gross - self.still


def days(review: LegalReview, stops: Iterable[ReviewStop], *, suspended: Iterable[DeadlineStop] = ()) -> Days:
    """Return the working days of a round so far, or to its end. The day of the opening is not counted."""
    end = review.closed_on or clock.today()
    stops = tuple(stops)
    stretches = [(stop.from_on, min(stop.to_on or end, end)) for stop in stops]
    stretches += [(stop.from_on, min(stop.to_on or end, end)) for stop in suspended]
    still, reached = 0, review.opened_on
    for begin, until in sorted(stretches):
        begin = max(begin, reached)
        if until > begin:
            still += max(calendar.until(begin, until), 0)
            reached = until
    gross = max(calendar.until(review.opened_on, end), 0)
    return Days(gross, still, stops, any(stop.to_on is None for stop in stops))


def days_of(review: LegalReview) -> Days:
    """Return the working days of one round, with its stops and the suspensions of the case. Two queries."""
    suspended = DeadlineStop.objects.filter(
        deadline__agreement=review.agreement_id, deadline__rule=RULE, deadline__subject_key=review.key, alone=False
    )
    return days(review, review.stops.select_related("by"), suspended=suspended)


def stop(
    review: LegalReview, kind: str, *, by: User, words: str = "", on: date | None = None, at: datetime | None = None
) -> ReviewStop:
    """Stop the clock: waiting for the joint reviewers, for experts, or for another reason in words.

    Raises BadInput for a reason that is not set by hand, or another one without words; NotNow when the round is
    closed. Second caller: NotNow, the clock stands still for this reason already.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    if kind not in BY_HAND:
        raise BadInput(_("Choose why the clock stands still."), "§3.3")
    if kind == OTHER and not words.strip():
        raise BadInput(_("Write why the clock stands still."), "§3.3")
    agreement = review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        must_be_open(review)
        if review.stops.filter(kind=kind, to_on=None).exists():
            raise NotNow(
                _("The clock of this review stands still for this reason already."), "§3.3", code="stands_still"
            )
        row = halt(review, kind, by=by, words=words.strip(), on=on)
        _tell(row, "stop_review", by=by, post=post, on=on, at=at)
        deadlines.refresh_next_due(agreement)
    return row


def go_on(review: LegalReview, *, by: User, on: date | None = None, at: datetime | None = None) -> None:
    """End the stops set by hand; the clock runs where nothing else is waited for.

    Raises NotNow when the round is closed. Second caller: NotNow, the clock runs already.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        must_be_open(review)
        rows = list(review.stops.filter(kind__in=BY_HAND, to_on=None))
        if not rows:
            raise NotNow(_("No stop of this review is waiting to be ended."), "§3.3", code="clock_runs")
        for row in rows:
            run_on(review, row.kind, on=on)
        _tell(rows[0], "resume_review", by=by, post=post, on=on, at=at)
        deadlines.refresh_next_due(agreement)


def halt(review: LegalReview, kind: str, *, by: User, on: date, words: str = "") -> ReviewStop:
    """Note a stop and let the deadline stand still; the caller holds the lock."""
    row = ReviewStop.objects.create(review=review, kind=kind, words=words, from_on=on, by=by)
    deadlines.stop(
        review.agreement, RULE, on=on, reason=f"{STOPS[kind].name.zh} {words}".strip(), subject_key=review.key
    )
    return row


def run_on(review: LegalReview, kind: str, *, on: date) -> None:
    """End the stop of a kind; with the last one the deadline runs on. The caller holds the lock."""
    ended = review.stops.filter(kind=kind, to_on=None).update(to_on=on)
    if ended and not review.stops.filter(to_on=None).exists():
        deadlines.resume(review.agreement, RULE, on=on, subject_key=review.key)


def _tell(row: ReviewStop, code: str, *, by: User, post: str, on: date, at: datetime) -> None:
    lifecycle.act(
        row.review.agreement,
        code,
        actor=by.actor(post),
        on=on,
        at=at,
        text=row.review.text,
        payload={"round": row.review.round, "kind": row.kind, "words": row.words},
    )
