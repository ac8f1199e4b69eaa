"""§4.3: the lead unit proposes, the government decides; before signing the lead unit may give up."""

from __future__ import annotations

import pytest

from accounts.models import PostHolding
from agreements.models import Agreement, Standing
from agreements.services import drafting, lifecycle, standing
from core.errors import BadInput, NotNow, Refused
from tests.factories import SINCE, Organisation, consult_units, fresh, make_agreement, write_text
from tests.factories_approvals import open_run

pytestmark = pytest.mark.article("§4.3")


@pytest.fixture
def case(org: Organisation) -> Agreement:
    return make_agreement(org)


def test_only_the_head_of_the_lead_unit_proposes(org: Organisation, case: Agreement) -> None:
    for who in ("staff", "stranger", "mayor", "foreign_head"):
        with pytest.raises(Refused):
            standing.propose(case, "suspend", by=org.users[who], reason="对方机构改革")
    with pytest.raises(BadInput):
        standing.propose(case, "suspend", by=org.head, reason="  ")
    standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
    assert case.standing == Standing.ACTIVE
    with pytest.raises(NotNow) as refusal:
        standing.propose(case, "suspend", by=org.head, reason="再提")
    assert refusal.value.code == "proposal_open"


def test_nothing_is_suspended_without_a_proposal(org: Organisation, case: Agreement) -> None:
    with pytest.raises(NotNow):
        standing.decide(case, by=org.mayor, accepted=True)
    with pytest.raises(NotNow) as refusal:
        lifecycle.move(case, "suspend", by=org.mayor)
    assert [gap.code for gap in refusal.value.gaps] == ["proposal"]


def test_the_government_decides_and_the_case_stands_still(org: Organisation, case: Agreement) -> None:
    standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
    desks = case.todos.filter(code="decide_standing", closed_at=None).values_list("post__code", flat=True)
    assert sorted(desks) == ["executive_vice_mayor", "mayor"]
    for who in ("head", "legal", "vice_mayor"):
        with pytest.raises(Refused):
            standing.decide(case, by=org.users[who], accepted=True)
    standing.decide(case, by=org.mayor, accepted=True)
    assert case.standing == Standing.SUSPENDED
    assert not case.todos.filter(code="decide_standing", closed_at=None).exists()
    with pytest.raises(NotNow):
        standing.decide(case, by=org.mayor, accepted=True)
    with pytest.raises(NotNow):
        drafting.hand_to_head(case, by=org.staff)
    standing.propose(case, "resume", by=org.head, reason="改革完成")
    standing.decide(case, by=org.executive_vice_mayor, accepted=True)
    assert case.standing == Standing.ACTIVE


def test_a_declined_proposal_needs_its_reason_and_changes_nothing(org: Organisation, case: Agreement) -> None:
    standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
    with pytest.raises(BadInput):
        standing.decide(case, by=org.mayor, accepted=False)
    standing.decide(case, by=org.mayor, accepted=False, opinion="继续推进")
    assert case.standing == Standing.ACTIVE
    assert not case.todos.filter(code="decide_standing", closed_at=None).exists()


def test_before_signing_nothing_is_terminated_but_the_lead_unit_may_withdraw(
    org: Organisation, case: Agreement
) -> None:
    with pytest.raises(NotNow):
        standing.propose(case, "terminate", by=org.head, reason="不再合作")
    with pytest.raises(Refused):
        drafting.withdraw(case, by=org.staff, reason="不再合作")
    drafting.withdraw(case, by=org.head, reason="不再合作")
    assert (case.station, case.standing) == ("drafting", Standing.WITHDRAWN)
    assert not case.todos.filter(closed_at=None).exists()
    with pytest.raises(NotNow):
        drafting.withdraw(case, by=org.head, reason="再撤")


def test_a_decision_falls_on_the_proposal_that_was_read(org: Organisation, case: Agreement) -> None:
    read = standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
    standing.decide(case, by=org.mayor, accepted=False, opinion="继续推进", proposal=read.public_id)
    other = standing.propose(case, "suspend", by=org.head, reason="资金未落实")
    with pytest.raises(NotNow) as refusal:
        standing.decide(case, by=org.mayor, accepted=True, proposal=read.public_id)
    assert refusal.value.code == "other_proposal"
    assert case.standing == Standing.ACTIVE
    standing.decide(case, by=org.mayor, accepted=True, proposal=other.public_id)
    assert case.standing == Standing.SUSPENDED


@pytest.mark.parametrize("accepted", [True, False])
def test_nothing_is_decided_on_an_agreement_that_has_ended(org: Organisation, case: Agreement, accepted: bool) -> None:
    standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
    drafting.withdraw(case, by=org.head, reason="不再合作")
    with pytest.raises(NotNow) as refusal:
        standing.decide(case, by=org.mayor, accepted=accepted, opinion="知悉")
    assert refusal.value.code == "wrong_time"
    assert not case.standing_proposals.exclude(decided_on=None).exists()


def test_an_open_proposal_stays_on_its_desks_while_the_case_goes_on(org: Organisation, case: Agreement) -> None:
    def desks() -> int:
        return case.todos.filter(code="decide_standing", closed_at=None).count()

    standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
    write_text(case, by=org.staff)
    consult_units(case, org, by=org.staff)
    drafting.submit(case, by=org.head)
    assert desks() == 2
    drafting.recall(case, by=org.head, reason="补充材料")
    assert desks() == 2
    standing.decide(case, by=org.mayor, accepted=True)
    assert desks() == 0


def test_nobody_decides_on_an_own_proposal(org: Organisation, case: Agreement) -> None:
    PostHolding.objects.create(post=org.post("mayor"), user=org.head, from_on=SINCE, basis="兼任")
    head = fresh(org.head)
    standing.propose(case, "suspend", by=head, reason="对方机构改革")
    for accepted in (True, False):
        with pytest.raises(Refused) as refusal:
            standing.decide(case, by=head, accepted=accepted, opinion="同意")
        assert refusal.value.article == "§4.3"
    standing.decide(case, by=org.mayor, accepted=True)


def test_an_approval_that_is_recalled_leaves_the_proposal_on_its_desks(org: Organisation) -> None:
    case = make_agreement(org, at_station="legal_review")
    standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
    open_run(case, org)
    drafting.recall(case, by=fresh(org.general_office), reason="附件有误")
    assert case.station == "legal_review"
    assert case.todos.filter(code="decide_standing", closed_at=None).count() == 2
