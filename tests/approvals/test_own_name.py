"""An approval of a district that signs in its own name: its own names of posts, its own committee, its own leaders."""

from __future__ import annotations

import pytest
from django.utils import translation

from agreements.models import Agreement, Standing, Station
from agreements.pages import trail_lines
from agreements.services import standing
from approvals import blockers
from approvals.models import Run
from approvals.services import party_committee
from core.errors import Refused
from records import trail
from tests.factories import Organisation, make_agreement
from tests.factories_approvals import open_run, pass_step
from tests.factories_routes import own_name

pytestmark = [pytest.mark.django_db, pytest.mark.article("§2")]


def presented(org: Organisation) -> Run:
    agreement = make_agreement(org, "other", at_station=Station.LEGAL_REVIEW)
    return open_run(agreement, org)


def test_the_office_of_a_district_is_called_by_its_own_name() -> None:
    org = own_name("district")
    post = org.post("general_office")
    type(post).objects.filter(pk=post.pk).update(name_zh="区政府办公室", name_en="District government office")
    run = presented(org)
    with translation.override("zh-hans"):
        assert run.steps.get(order=1).label == "区政府办公室拟办"
        assert [one.name for one in run.steps.all()][-1] == "区长"


def test_its_trail_says_the_own_name_too() -> None:
    org = own_name("district")
    director = org.post("office_director")
    type(director).objects.filter(pk=director.pk).update(name_zh="区政府办主任", name_en="Director")
    run = presented(org)
    pass_step(run.agreement)
    event = trail.history(run.agreement.chain).filter(code="approve_step").get()
    with translation.override("zh-hans"):
        assert "区政府办主任" in f"{trail_lines([event])[0]}"


def test_a_municipal_step_keeps_the_name_of_the_rules(org: Organisation) -> None:
    run = presented(org)
    assert not run.steps.exclude(name_zh="").exists()
    with translation.override("zh-hans"):
        assert run.steps.get(order=1).label == "办公厅拟办"


@pytest.mark.parametrize(
    ("kind", "committee"),
    [("district", "district Party committee"), ("department", "department's leading Party group")],
)
def test_a_major_matter_is_reported_at_its_own_level(kind: str, committee: str) -> None:
    org = own_name(kind)
    agreement = make_agreement(org, "other", at_station=Station.DRAFTING)
    agreement.is_major = True
    with translation.override("en"):
        (gap,) = blockers.party_report_blockers(agreement)
        assert committee in str(gap.why)
        assert "municipal" not in str(gap.why)
    with translation.override("zh-hans"):
        assert party_committee.committee_of(agreement) == {"district": "区委", "department": "部门党组"}[kind]


@pytest.mark.article("§4.3")
@pytest.mark.parametrize(("kind", "head"), [("district", "district_head"), ("department", "department_head")])
def test_who_signs_in_its_own_name_decides_on_its_standing(kind: str, head: str, org: Organisation) -> None:
    own = own_name(kind)
    agreement: Agreement = make_agreement(own, "other", at_station=Station.DRAFTING)
    standing.propose(agreement, "suspend", by=own.users["head"], reason="对方机构改革")
    assert agreement.todos.filter(code="decide_standing", closed_at=None, post__code=head).exists()
    with pytest.raises(Refused):
        standing.decide(agreement, by=org.mayor, accepted=True)
    standing.decide(agreement, by=own.users[head], accepted=True)
    assert agreement.standing == Standing.SUSPENDED
