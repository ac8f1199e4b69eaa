"""§3.4: a leader objects to a record after the approval has passed: nothing is signed, the step is decided anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from agreements import verbs
from agreements.models import Agreement, Station, ToDo
from approvals.models import Run
from approvals.operations.reopening import url_of
from approvals.services import reopening, runs
from core.errors import BadInput, NotNow, Refused
from tests.approvals.others import decide, desks, lying, newest, told
from tests.approvals.test_recording import answer, record, to_the_end
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_assignment, open_run, pass_step
from tests.factories_archive import sign
from tests.road.walking import replayed

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
LogIn = Callable[[User], Client]
DEPUTY = "deputy_secretary_general"


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    """Approved, the first leader's word from paper; that leader says: I did not decide so."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, org)
    row = record(run, org)
    to_the_end(run, agreement)
    answer(row, org.deputy_secretary_general, confirmed=False, words="我批的是退回。")
    return now(agreement)


def now(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def reopen(agreement: Agreement, by: User, reason: str = "领导未作此批示，请重新办理。") -> Run:
    run = runs.latest(now(agreement))
    assert run is not None
    return reopening.reopen(
        Run.objects.select_related("agreement__lead_unit", "text").get(pk=run.pk), by=fresh(by), reason=reason
    )


def test_the_objected_step_lies_with_its_leader_again_and_nothing_else_is_asked(
    agreement: Agreement, org: Organisation
) -> None:
    assert ("sign", lead_officer(org)) in desks(agreement)
    run = reopen(agreement, org.general_office)
    agreement = now(agreement)
    assert (agreement.station, run.state, run.ended_on) == (Station.APPROVAL, Run.State.OPEN, None)
    step = open_assignment(agreement).step
    assert (step.code, step.round, step.again_because) == (DEPUTY, 2, "objected")
    assert not run.steps.filter(state="waiting").exists()
    assert ("decide", org.post(DEPUTY).pk) in desks(agreement)
    assert "sign" not in {code for code, _post in desks(agreement)}
    event = newest(agreement)
    assert (event.code, event.actor_id, event.payload["step"]) == ("reopen_approval", org.general_office.pk, DEPUTY)
    told(agreement, reopening.TOLD)
    people = agreement.notices.filter(code=reopening.TOLD).values_list("user", flat=True)
    assert {org.deputy_secretary_general.pk, org.mayor.pk, org.head.pk} <= set(people)
    with pytest.raises(NotNow):
        sign(agreement, org)


def lead_officer(org: Organisation) -> int:
    return org.staff.holdings.get().post_id


def test_the_leader_agrees_and_the_agreement_can_be_signed(agreement: Agreement, org: Organisation) -> None:
    run = reopen(agreement, org.general_office)
    decide(lying(run, org.post(DEPUTY)), org.deputy_secretary_general)
    agreement = now(agreement)
    assert agreement.station == Station.SIGNING
    assert verbs.get("sign").gaps(agreement) == []
    assert ("sign", lead_officer(org)) in desks(agreement)
    assert replayed(agreement) == "signing/active"
    sign(agreement, org)


def test_the_leader_sends_it_back_to_the_lead_unit(agreement: Agreement, org: Organisation) -> None:
    run = reopen(agreement, org.general_office)
    decide(lying(run, org.post(DEPUTY)), org.deputy_secretary_general, "send_back", "按我的批示修改。")
    agreement = now(agreement)
    assert agreement.station == Station.DRAFTING
    assert runs.approved_text(agreement) is None
    assert replayed(agreement) == "drafting/active"


def test_two_objections_are_decided_one_after_the_other(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, org)
    first, second = record(run, org), record(run, org, "secretary_general")
    to_the_end(run, agreement)
    answer(second, org.users["secretary_general"], confirmed=False, words="未见此件。")
    answer(first, org.deputy_secretary_general, confirmed=False, words="未见此件。")
    reopen(agreement, org.general_office)
    assert open_assignment(now(agreement)).step.code == DEPUTY
    pass_step(agreement)
    assert open_assignment(now(agreement)).step.code == "secretary_general"
    pass_step(agreement)
    assert now(agreement).station == Station.SIGNING


def test_only_the_office_with_a_reason_once_and_only_over_an_objection(agreement: Agreement, org: Organisation) -> None:
    for name in ("staff", "head", "mayor", DEPUTY, "legal"):
        with pytest.raises(Refused):
            reopen(agreement, org.users[name])
    with pytest.raises(BadInput):
        reopen(agreement, org.general_office, " ")
    reopen(agreement, org.general_office)
    with pytest.raises(NotNow):
        reopen(agreement, org.general_office)
    other = make_agreement(org, at_station=Station.LEGAL_REVIEW, title="另一件")
    to_the_end(open_run(other, org), other)
    with pytest.raises(NotNow) as caught:
        reopen(other, org.general_office)
    assert caught.value.code == "no_objection"
    assert now(other).station == Station.SIGNING


def test_the_office_is_offered_it_and_the_lead_unit_reads_why_it_waits(
    agreement: Agreement, org: Organisation, as_user: LogIn
) -> None:
    address = url_of(agreement)
    office, lead = as_user(org.general_office), as_user(org.staff)
    assert address in office.get(agreement.get_absolute_url()).content.decode()
    page = lead.get(agreement.get_absolute_url()).content.decode()
    assert address not in page
    assert org.deputy_secretary_general.full_name in page
    assert org.general_office.full_name in page
    assert lead.get(address).status_code == 403
    assert office.get(address).status_code == 200
    assert office.post(address, {"reason": ""}).status_code == 400
    assert office.post(address, {"reason": "领导未作此批示。"}).status_code == 302
    assert office.post(address, {"reason": "领导未作此批示。"}).status_code == 409
    assert ToDo.objects.filter(agreement=agreement, code="decide", closed_at=None).count() == 1
