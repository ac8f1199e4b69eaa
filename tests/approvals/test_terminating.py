"""§3.4: an approval is ended, by its starter before the first decision, by a leader on the route later."""

import pytest

from agreements.models import Station
from agreements.services import texts
from approvals.models import Assignment, Decision, Run
from approvals.services import runs, terminating
from core.errors import BadInput, NotNow, Refused
from records import trail
from tests.approvals.moves import DEPUTY, act, desks, let_countersign, newest, on_desk, pass_until, states, told
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_run, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture
def run(org: Organisation) -> Run:
    return open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)


def end(run: Run, by: object, reason: str = "合作方案调整。") -> Run:
    return terminating.end(run, by=fresh(by), reason=reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["head", "general_office", "deputy_secretary_general"])
def test_before_the_first_decision_the_starter_ends_it_or_the_leader_who_has_it(
    run: Run, org: Organisation, name: str
) -> None:
    known = trail.history(run.agreement.chain).count()
    end(run, org.users[name])
    run.agreement.refresh_from_db()
    assert (run.state, run.agreement.station) == ("terminated", Station.DRAFTING)
    event = newest(run)
    assert trail.history(run.agreement.chain).count() == known + 1
    assert (event.code, event.comment, event.text_sha256) == ("terminate_run", "合作方案调整。", run.sha256)
    assert (event.actor_id, event.payload["step"]) == (org.users[name].pk, DEPUTY)


@pytest.mark.parametrize("name", ["head", "general_office"])
def test_afterwards_the_starter_does_not(run: Run, org: Organisation, name: str) -> None:
    act(run)
    with pytest.raises(Refused) as refusal:
        end(run, org.users[name])
    assert refusal.value.article == "§3.4"


def test_later_a_leader_who_has_the_step_or_has_decided(run: Run, org: Organisation) -> None:
    pass_until(run, "vice_mayor")
    for name in ("executive_vice_mayor", "mayor", "legal", "staff", "stranger", "secretariat"):
        with pytest.raises(Refused):
            end(run, org.users[name])
    end(run, org.secretary_general)
    assert run.state == "terminated"


def test_nobody_ends_it_on_own_work(run: Run, org: Organisation) -> None:
    from tests.factories_approvals import also_holds

    also_holds(org, DEPUTY, org.staff)
    with pytest.raises(Refused):
        end(run, org.staff)


def test_everyone_who_acted_and_who_was_asked_is_told(run: Run, org: Organisation) -> None:
    let_countersign(run, "secretary_general", org)
    pass_step(run.agreement)
    act(run, username="consulted")
    end(run, org.deputy_secretary_general)
    assert newest(run).payload["not_asked"]
    assert {"staff", "head", "legal", "general_office", "consulted"} <= told(run, "run_terminated")
    assert "unit_head" in told(run, "run_terminated"), "asked, and not acted"
    assert told(run, "returned") == set()


def test_nothing_is_deleted_and_nothing_stays_on_a_desk(run: Run, org: Organisation) -> None:
    pass_until(run, "vice_mayor")
    decided = Decision.objects.filter(assignment__step__run=run).count()
    end(run, org.vice_mayor)
    assert Decision.objects.filter(assignment__step__run=run).count() == decided
    assert list(states(run).values()) == ["done", "done", "done", "cancelled", "cancelled", "cancelled"]
    assert not Assignment.objects.filter(step__run=run, closed_at=None).exists()
    assert desks(run) == {("draft", "officer")}
    working = texts.working(run.agreement)
    assert working is not None
    assert working.based_on == run.text


def test_it_needs_its_reason(run: Run, org: Organisation) -> None:
    with pytest.raises(BadInput):
        end(run, org.head, "  ")


def test_the_second_is_told_who_ended_it(run: Run, org: Organisation) -> None:
    assignment = on_desk(run)
    end(run, org.head)
    with pytest.raises(NotNow, match=org.head.full_name):
        end(run, org.general_office)
    with pytest.raises(NotNow, match=org.head.full_name):
        runs.decide(assignment, by=fresh(org.deputy_secretary_general), verdict="approve", text_sha256=run.sha256)
