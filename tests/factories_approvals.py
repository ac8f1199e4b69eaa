"""The road from a submitted draft to an approved one, through the services of approvals."""

from __future__ import annotations

from datetime import datetime

from accounts.models import PostHolding, User
from agreements.models import Agreement, Station
from approvals.models import Assignment, LegalReview, Run
from approvals.services import party_committee, reviewing, runs
from approvals.services.reviewing import PointContent
from core import clock
from regulation.review import REVIEW_POINTS
from tests.cast import remembered
from tests.factories import SINCE, Organisation, fresh, make_agreement, paper
from tests.factories_meetings import resolve


def also_holds(org: Organisation, code: str, user: User) -> None:
    """Give somebody a post of the government's own offices beside what they hold."""
    PostHolding.objects.create(post=org.post(code), user=user, from_on=SINCE, basis="兼任")


def latest_review(agreement: Agreement) -> LegalReview:
    """Return the latest round of the review."""
    review = reviewing.current(agreement)
    assert review is not None
    return review


def all_clear() -> dict[str, PointContent]:
    """Return the six points with the word that nothing was found."""
    return {code: PointContent(has_finding=False) for code in REVIEW_POINTS}


def review_all_clear(agreement: Agreement, org: Organisation, *, at: datetime | None = None) -> LegalReview:
    """Review a submitted agreement: nothing found on six points, lawful."""
    review = latest_review(agreement)
    reviewing.record_points(review, all_clear(), by=fresh(org.legal), text_sha256=review.text.sha256, at=at)
    reviewing.close(review, by=fresh(org.legal), conclusion="lawful", text_sha256=review.text.sha256, at=at)
    return review


def open_run(agreement: Agreement, org: Organisation, *, at: datetime | None = None) -> Run:
    """Review a submitted agreement and present it for approval."""
    review_all_clear(agreement, org, at=at)
    return runs.open_run(agreement, by=fresh(org.general_office), opinion="拟同意，呈请审阅。", at=at)


def open_assignment(agreement: Agreement) -> Assignment:
    """Return the assignment with which the open step lies."""
    return Assignment.objects.select_related("post__unit", "step__run__text", "step__run__agreement").get(
        step__run__agreement=agreement, step__run__state="open", closed_at=None
    )


def holder_of(assignment: Assignment) -> User:
    """Return who holds the post with which a step lies."""
    return fresh(assignment.post.holdings.get().user)


def pass_step(agreement: Agreement, *, opinion: str = "同意。", at: datetime | None = None) -> Run:
    """Decide in favour on the open step, as whoever holds its post; a meeting passes it with minutes and excerpt."""
    assignment = open_assignment(agreement)
    by, sha256 = holder_of(assignment), assignment.step.run.sha256
    if assignment.step.is_meeting:
        return resolve(assignment, by=by, at=at)
    return runs.decide(assignment, by=by, verdict="approve", opinion=opinion, text_sha256=sha256, at=at)


def run_through(agreement: Agreement, org: Organisation, *, at: datetime | None = None) -> Run:
    """Take a submitted agreement through review, every step and meeting, and the Party report where it is due."""
    run = open_run(agreement, org, at=at)
    if agreement.is_major:
        party_committee.record(
            agreement,
            by=fresh(org.general_office),
            number="津政办报〔2026〕8号",
            reported_on=clock.today(at),
            paper=paper("报告.png"),
            at=at,
        )
    for _step in range(run.steps.count()):
        if runs.current(agreement) is None:
            break
        pass_step(agreement, at=at)
    agreement.refresh_from_db()
    return run


@remembered
def approved(org: Organisation, **facts: object) -> Agreement:
    """Make an agreement that has passed its approval and waits to be signed."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, **facts)
    run_through(agreement, org)
    return agreement
