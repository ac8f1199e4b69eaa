"""The road from a submitted draft to an approved one, through the services of approvals."""

from __future__ import annotations

from datetime import datetime

from accounts.models import PostHolding, User
from agreements.models import Agreement, Station
from approvals.models import Assignment, LegalReview, ReviewFinding, Run
from approvals.services import party_committee, reviewing, runs
from approvals.services.review import completeness, gates, joint
from approvals.services.review.common import check_of
from approvals.services.reviewing import FindingContent, PointContent
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


@remembered
def complete(agreement: Agreement, org: Organisation, *, at: datetime | None = None) -> LegalReview:
    """Find a submission complete as the General Office: the round it opens; one that was opened before as it is."""
    check = check_of(agreement)
    if check is not None and check.is_open:
        completeness.declare_complete(check, by=fresh(org.general_office), text_sha256=check.text.sha256, at=at)
    return latest_review(agreement)


def look_at_everything(review: LegalReview, org: Organisation, *, at: datetime | None = None) -> None:
    """Look at every reason for a wording kept against the screening."""
    keys = [line.answer.pk for line in gates.unlooked(review) if line.answer]
    reviewing.look_at(review, keys, by=fresh(org.legal), text_sha256=review.text.sha256, at=at)


@remembered
def in_review(org: Organisation, **facts: object) -> Agreement:
    """Make an agreement whose submission is found complete: its review is open."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, **facts)
    complete(agreement, org)
    agreement.refresh_from_db()
    return agreement


def leave_out_joint(review: LegalReview, org: Organisation, *, at: datetime | None = None) -> None:
    """Leave out every department that is proposed for a round, with a reason."""
    for row in review.joint.filter(state="proposed"):
        joint.drop(row, by=fresh(org.legal), reason="征求意见时已回复无异议。", at=at)


def all_clear() -> dict[str, PointContent]:
    """Return the six points with the word that nothing was found."""
    return {code: PointContent(has_finding=False) for code in REVIEW_POINTS}


def sent_back_with_a_finding(agreement: Agreement, org: Organisation) -> ReviewFinding:
    """Review a submitted agreement as lawful after changes, with a finding at its second clause; return it."""
    review = complete(agreement, org)
    clause = review.text.clauses.all()[1]
    content = FindingContent("责任不对等。", clause.lineage, "medium", "双方各自承担责任。")
    found = {**all_clear(), "duties_rights": PointContent(True, findings=(content,))}
    legal, shown = fresh(org.legal), review.text.sha256
    reviewing.record_points(review, found, by=legal, text_sha256=shown)
    reviewing.close(review, by=legal, conclusion="lawful_after_changes", text_sha256=shown, opinion="请按意见修改。")
    agreement.refresh_from_db()
    return review.findings.get()


@remembered
def review_all_clear(agreement: Agreement, org: Organisation, *, at: datetime | None = None) -> LegalReview:
    """Review a submitted agreement: complete, no joint reviewer, nothing found on six points, lawful.

    Words that a review has found lawful already are not reviewed again: then it is that round.
    """
    review = complete(agreement, org, at=at)
    if not review.is_open:
        return review
    leave_out_joint(review, org, at=at)
    look_at_everything(review, org, at=at)
    reviewing.record_points(review, all_clear(), by=fresh(org.legal), text_sha256=review.text.sha256, at=at)
    reviewing.close(review, by=fresh(org.legal), conclusion="lawful", text_sha256=review.text.sha256, at=at)
    return review


@remembered
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
