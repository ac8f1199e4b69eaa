"""The operations on an approval as pages offer them: who is offered which, and what the form does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from agreements.models import Station
from approvals import acts
from approvals.models import Run
from approvals.services import pausing
from core import clock
from tests.approvals.moves import DEPUTY, VICE, act, back, newest, now_open, on_desk, pass_until, step_of
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_run

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
LogIn = Callable[[User], Client]


@pytest.fixture
def run(org: Organisation) -> Run:
    return open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)


def offered(run: Run, user: User) -> set[str]:
    """Return what a person is offered on the open step and on the approval."""
    run.refresh_from_db()
    mine = {offer.act.code for offer in acts.offers(acts.RUN, run, fresh(user))}
    return mine | {offer.act.code for offer in acts.offers(acts.ASSIGNMENT, on_desk(run), fresh(user))}


def test_each_is_offered_its_own_and_nobody_anything_else(run: Run, org: Organisation) -> None:
    assert offered(run, org.deputy_secretary_general) >= {"pause", "take_to_meeting", "terminate_run"}
    assert offered(run, org.head) & {"pause", "take_to_meeting", "terminate_run", "take_back"} == {"terminate_run"}
    assert offered(run, org.mayor) & {"pause", "take_to_meeting", "terminate_run", "take_back", "resume"} == set()
    act(run)
    assert "take_back" in offered(run, org.deputy_secretary_general)
    assert "terminate_run" not in offered(run, org.head)
    act(run)
    assert "take_back" not in offered(run, org.deputy_secretary_general)


def test_paused_it_can_be_let_go_on_and_not_paused_again(run: Run, org: Organisation) -> None:
    soon = clock.today() + timedelta(days=9)
    pausing.pause(on_desk(run), by=fresh(org.deputy_secretary_general), reason="待会商。", review_on=soon)
    assert "resume" in offered(run, org.deputy_secretary_general)
    assert "pause" not in offered(run, org.deputy_secretary_general)
    assert "resume" in offered(run, org.mayor)


def test_a_matter_at_a_meeting_is_sent_back_by_its_own_form(org: Organisation, as_user: LogIn, run: Run) -> None:
    pass_until(run, VICE)
    leader = as_user(org.vice_mayor)
    address = acts.get(acts.ASSIGNMENT, "take_to_meeting").url(on_desk(run))
    answer = leader.post(address, {"forum": "executive_meeting", "reason": "事关全局。"})
    assert answer.status_code == 302
    assert now_open(run) == "executive_meeting"
    assert "send_back" in offered(run, org.general_office)
    assert "back_to_sign_off" in offered(run, org.vice_mayor)
    office = as_user(org.general_office)
    address = acts.get(acts.ASSIGNMENT, "send_back").url(on_desk(run))
    page = office.get(address)
    assert page.status_code == 200
    given = {"reason": "材料不全。", "text_sha256": run.sha256}
    assert office.post(address, given).status_code == 400, "where to is chosen, never taken for granted"
    assert office.post(address, {**given, "to": str(step_of(run, DEPUTY).pk)}).status_code == 302
    assert now_open(run) == DEPUTY


def test_a_pause_keeps_what_was_typed_when_its_day_is_past(run: Run, org: Organisation, as_user: LogIn) -> None:
    address = acts.get(acts.ASSIGNMENT, "pause").url(on_desk(run))
    leader = as_user(org.deputy_secretary_general)
    answer = leader.post(address, {"review_on": clock.today().isoformat(), "reason": "待对方答复。"})
    assert answer.status_code == 400
    assert "待对方答复。" in answer.content.decode()
    later = (clock.today() + timedelta(days=5)).isoformat()
    assert leader.post(address, {"review_on": later, "reason": "待对方答复。"}).status_code == 302
    address = acts.get(acts.RUN, "resume").url(run)
    assert leader.post(address, {"words": ""}).status_code == 302
    assert leader.post(address, {"words": ""}).status_code == 409


def test_taken_back_and_ended_by_their_forms(run: Run, org: Organisation, as_user: LogIn) -> None:
    act(run)
    leader = as_user(org.deputy_secretary_general)
    address = acts.get(acts.RUN, "take_back").url(run)
    assert leader.post(address, {"reason": ""}).status_code == 400
    assert leader.post(address, {"reason": "附件有误。"}).status_code == 302
    assert now_open(run) == DEPUTY
    shown = leader.get(run.agreement.get_absolute_url(), {"tab": "trail"}).content.decode()
    assert "附件有误。" in shown
    address = acts.get(acts.RUN, "terminate_run").url(run)
    assert leader.post(address, {"reason": "不再合作。"}).status_code == 302
    run.refresh_from_db()
    assert (run.state, newest(run).code) == ("terminated", "terminate_run")


def test_the_approval_tab_shows_what_went_to_and_fro(run: Run, org: Organisation, as_user: LogIn) -> None:
    pass_until(run, VICE)
    back(run, DEPUTY)
    act(run, way="level")
    page = as_user(org.vice_mayor).get(run.agreement.get_absolute_url(), {"tab": "approval"})
    assert page.status_code == 200
    assert "请再核。" in page.content.decode()
