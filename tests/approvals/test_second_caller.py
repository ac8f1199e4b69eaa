"""Who comes too late is told who acted, also where what was chosen from has gone; a button leads to the own sheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement, Station
from approvals import acts
from approvals.models import Assignment, Run
from tests.approvals.moves import let_countersign, step_of
from tests.factories import Organisation, make_agreement
from tests.factories_approvals import open_assignment, open_run, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
LogIn = Callable[[User], Client]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


def of(assignment: Assignment) -> str:
    return reverse("approvals:decision-edit", args=[assignment.public_id])


def test_sent_back_twice_the_second_is_told_who_acted(run: Run, org: Organisation, as_user: LogIn) -> None:
    browser, assignment = as_user(org.deputy_secretary_general), open_assignment(run.agreement)
    office = step_of(run, "general_office")
    typed = {"verdict": "send_back", "text_sha256": run.sha256, "to": str(office.pk), "reason": "请补充材料。"}
    assert browser.post(of(assignment), typed).status_code == 302
    answer = browser.post(of(assignment), typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert org.deputy_secretary_general.full_name in page
    assert "请补充材料。" in page
    assert "不在可用的选项中" not in page


def test_an_operation_on_a_step_that_is_settled_is_told_so(run: Run, org: Organisation, as_user: LogIn) -> None:
    browser, assignment = as_user(org.deputy_secretary_general), open_assignment(run.agreement)
    url = acts.get(acts.ASSIGNMENT, "take_to_meeting").url(assignment)
    pass_step(run.agreement)
    answer = browser.post(url, {"forum": "nowhere", "reason": "事关全局。"})
    assert answer.status_code == 409
    assert org.deputy_secretary_general.full_name in answer.content.decode()


def test_an_operation_on_an_approval_that_has_ended_is_told_so(run: Run, org: Organisation, as_user: LogIn) -> None:
    url = acts.get(acts.RUN, "copy-to").url(run)
    Run.objects.filter(pk=run.pk).update(state="returned", ended_on=run.opened_on)
    assert as_user(org.staff).post(url, {"posts": "no"}).status_code == 409


def test_a_choice_that_is_gone_is_said_to_be_gone(run: Run, org: Organisation, as_user: LogIn) -> None:
    url = acts.get(acts.ASSIGNMENT, "take_to_meeting").url(open_assignment(run.agreement))
    answer = as_user(org.deputy_secretary_general).post(url, {"forum": "nowhere", "reason": "事关全局。"})
    assert answer.status_code == 400
    assert "nowhere 不在可用的选项中" not in answer.content.decode()


def test_who_countersigns_is_led_to_the_own_sheet(
    agreement: Agreement, run: Run, org: Organisation, as_user: LogIn
) -> None:
    let_countersign(run, "secretary_general", org)
    pass_step(agreement)
    rows = Assignment.objects.filter(step__run=run, closed_at=None)
    own, other = rows.get(post=org.post("legal")), rows.exclude(post=org.post("legal")).first()
    assert other is not None
    browser = as_user(org.legal)
    answer = browser.get(of(other))
    assert (answer.status_code, answer.headers["Location"]) == (302, of(own))
    assert browser.get(of(own)).status_code == 200
    assert browser.post(of(other), {"verdict": "approve"}).status_code == 403
    assert as_user(org.staff).get(of(other)).status_code == 403


def test_the_tab_of_an_approval_under_way_leads_to_its_route(
    agreement: Agreement, run: Run, org: Organisation, as_user: LogIn
) -> None:
    url = reverse("approvals:route-show", args=[agreement.public_id])
    page = f"{agreement.get_absolute_url()}?tab=approval"
    for who in ("staff", "mayor", "legal"):
        assert url in as_user(org.users[who]).get(page).content.decode()
