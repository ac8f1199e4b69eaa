"""Two people act at once: exactly one takes effect, the other is told. Only PostgreSQL has rows to fight about."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from agreements.models import Agreement, Station
from agreements.services import drafting
from approvals.models import Assignment, CompletenessCheck, Decision, LegalReview, Run
from approvals.services import reviewing, runs
from approvals.services.review import completeness, supplements
from core.errors import NotNow
from records import trail
from records.models import NumberSeries
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import (
    all_clear,
    complete,
    leave_out_joint,
    open_assignment,
    open_run,
    review_all_clear,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def race(act: Callable[[], object]) -> list[str]:
    """Let several threads do the same at once; return what each got: done, or the code of its refusal."""
    gate, got = threading.Barrier(AT_ONCE), list[str]()

    def run() -> None:
        try:
            gate.wait(timeout=20)
            act()
            got.append("done")
        except NotNow as refusal:
            got.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(got)


def assignment_of(pk: int) -> Assignment:
    return Assignment.objects.select_related("post__unit", "step__run__text", "step__run__agreement").get(pk=pk)


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


@pytest.mark.article("§3.4")
@pytest.mark.parametrize("last", [False, True], ids=["a step on the way", "the last step"])
def test_of_many_approvals_of_one_step_one_takes_effect(org: Organisation, last: bool) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, org)
    while last and open_assignment(agreement).step.code != "mayor":
        one = open_assignment(agreement)
        holder = one.post.holdings.get().user
        runs.decide(one, by=fresh(holder), verdict="approve", text_sha256=run.sha256)
    assignment = open_assignment(agreement)
    holder = assignment.post.holdings.get().user

    def approve() -> None:
        runs.decide(assignment_of(assignment.pk), by=fresh(holder), verdict="approve", text_sha256=run.sha256)

    assert race(approve) == ["already_decided"] * (AT_ONCE - 1) + ["done"]
    assert Decision.objects.filter(assignment=assignment).count() == 1
    assert again(agreement).station == (Station.SIGNING if last else Station.APPROVAL)
    assert trail.verify_chain(agreement.chain) == []


def test_approving_and_sending_back_at_once_has_one_outcome(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, org)
    assignment = open_assignment(agreement)
    verdicts = iter(["approve", "send_back"] * AT_ONCE)

    def decide() -> None:
        runs.decide(
            assignment_of(assignment.pk),
            by=fresh(org.deputy_secretary_general),
            verdict=next(verdicts),
            opinion="意见",
            text_sha256=run.sha256,
        )

    assert race(decide).count("done") == 1
    decision = Decision.objects.get(assignment=assignment)
    station = Station.DRAFTING if decision.verdict == "send_back" else Station.APPROVAL
    assert again(agreement).station == station


def test_of_many_submissions_one_opens_a_check(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    drafting.recall(agreement, by=fresh(org.head), reason="补充")

    assert race(lambda: drafting.submit(again(agreement), by=fresh(org.head))).count("done") == 1
    assert CompletenessCheck.objects.filter(agreement=agreement).count() == 2
    assert CompletenessCheck.objects.filter(agreement=agreement, state="open").count() == 1


def test_of_many_presentations_one_opens_a_run(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    review_all_clear(agreement, org)

    def present() -> None:
        office: User = fresh(org.general_office)
        runs.open_run(again(agreement), by=office)

    assert race(present).count("done") == 1
    assert Run.objects.filter(agreement=agreement).count() == 1


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Let different acts run at once, one thread each; return in their order what each got."""
    gate, got = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        try:
            gate.wait(timeout=20)
            acts[place]()
            got[place] = "done"
        except NotNow as refusal:
            got[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def review_of(agreement: Agreement) -> LegalReview:
    return LegalReview.objects.select_related("text", "agreement").get(agreement=agreement)


@pytest.mark.article("§3.3")
def test_of_many_conclusions_one_takes_effect_and_one_number(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    review = complete(agreement, org)
    leave_out_joint(review, org)
    shown, legal = review.text.sha256, fresh(org.legal)
    reviewing.record_points(review, all_clear(), by=legal, text_sha256=shown)

    def close() -> None:
        reviewing.close(review_of(agreement), by=fresh(org.legal), conclusion="lawful", text_sha256=shown)

    assert race(close) == ["done"] + ["review_closed"] * (AT_ONCE - 1)
    assert review_of(agreement).number.endswith("1号")
    assert NumberSeries.objects.get(scope__startswith="legal_opinion").last == 1
    assert trail.verify_chain(agreement.chain) == []


@pytest.mark.article("§3.3")
def test_a_supplement_asked_for_while_the_review_closes(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    review = complete(agreement, org)
    leave_out_joint(review, org)
    shown = review.text.sha256
    reviewing.record_points(review, all_clear(), by=fresh(org.legal), text_sha256=shown)
    missing = [supplements.Missing("origin", "批示原件")]

    asked, closed = at_once(
        lambda: supplements.ask(again(agreement), missing, by=fresh(org.legal), text_sha256=shown),
        lambda: reviewing.close(review_of(agreement), by=fresh(org.legal), conclusion="lawful", text_sha256=shown),
    )

    outcome = (asked, closed, review_of(agreement).state, agreement.supplements.filter(state="open").count())
    assert outcome in {("done", "incomplete", "open", 1), ("review_closed", "done", "closed", 0)}
    assert trail.verify_chain(agreement.chain) == []


@pytest.mark.article("§3.3")
def test_complete_and_supplement_at_once_have_one_outcome(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    check = agreement.completeness_checks.get()
    shown = check.text.sha256
    missing = [supplements.Missing("origin", "批示原件")]

    asked, found = at_once(
        lambda: supplements.ask(again(agreement), missing, by=fresh(org.general_office), text_sha256=shown),
        lambda: completeness.declare_complete(
            CompletenessCheck.objects.select_related("text", "agreement").get(pk=check.pk),
            by=fresh(org.general_office),
            text_sha256=shown,
        ),
    )

    assert [asked, found].count("done") == 1
    check.refresh_from_db()
    assert (check.state == "complete") == (found == "done")
    assert agreement.legal_reviews.count() == (found == "done")
