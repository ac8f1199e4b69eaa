"""§3.3, §3.4: passed in principle, the text is revised, checked, looked at again and taken in; nothing else changes it."""

import pytest

from agreements.models import Agreement, ToDo
from approvals.models import Revision, Step
from tests.approvals import revision_cases as cases
from tests.factories import Organisation, reword
from tests.factories_approvals import open_assignment, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    agreement = cases.drafted_with_opinions(org, {"finance": [1], "industry": [2]})
    cases.to_the_meeting(agreement, org)
    return agreement


@pytest.fixture
def revision(agreement: Agreement) -> Revision:
    return cases.pass_in_principle(agreement)


def desks(agreement: Agreement) -> set[tuple[str, str]]:
    rows = ToDo.objects.filter(agreement=agreement, closed_at=None)
    return set(rows.values_list("code", "post__code"))


def test_all_the_way(agreement: Agreement, revision: Revision, org: Organisation) -> None:
    assert desks(agreement) == {("revise", "officer"), ("submit_revision", "unit_head")}
    reword(agreement, "双方就第二条另行商定，市级财政不承担出资责任。", by=org.staff, place=1)
    cases.submitted(revision, org)
    assert desks(agreement) == {("check_revision", "legal")}
    cases.checked(revision, org)
    assert desks(agreement) == {("close_revision", "general_office"), ("give_opinion", "officer")}
    (consulted,) = revision.rounds.get().consulted.all()
    assert consulted.unit == org.units["finance"]
    cases.answer(consulted)
    run = cases.taken_in(revision, org)
    run.refresh_from_db()
    revision.refresh_from_db()
    assert run.text == revision.after
    assert open_assignment(agreement).step.code == "deputy_secretary_general"
    assert set(run.steps.filter(again_because=Step.Again.RE_ASKED).values_list("code", flat=True)) == {
        "deputy_secretary_general",
        "secretary_general",
        "vice_mayor",
        "executive_vice_mayor",
    }
    for _step in range(5):
        pass_step(agreement)
    agreement.refresh_from_db()
    run.refresh_from_db()
    assert (agreement.station, run.state) == ("signing", "passed")
