"""Two people act at once: exactly one takes effect, the other is told. Only PostgreSQL has rows to fight about."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from agreements.models import Agreement, Station
from agreements.services import drafting
from approvals.models import Assignment, Decision, LegalReview, Run
from approvals.services import runs
from core.errors import NotNow
from records import trail
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_assignment, open_run, review_all_clear

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


def test_of_many_submissions_one_opens_a_review(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    drafting.recall(agreement, by=fresh(org.head), reason="补充")

    assert race(lambda: drafting.submit(again(agreement), by=fresh(org.head))).count("done") == 1
    assert LegalReview.objects.filter(agreement=agreement).count() == 2
    assert LegalReview.objects.filter(agreement=agreement, state="open").count() == 1


def test_of_many_presentations_one_opens_a_run(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    review_all_clear(agreement, org)

    def present() -> None:
        office: User = fresh(org.general_office)
        runs.open_run(again(agreement), by=office)

    assert race(present).count("done") == 1
    assert Run.objects.filter(agreement=agreement).count() == 1
