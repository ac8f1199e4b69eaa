"""The route of each submitter comes from the regulation, once, and is retired but never deleted."""

import pytest

from approvals.models import RouteStep
from approvals.services import sync
from regulation.records import Submitter
from regulation.routes import compute_route
from tests.factories import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.mark.parametrize("submitter", list(Submitter))
def test_the_rows_are_the_route_with_the_meeting_before_the_last(org: Organisation, submitter: Submitter) -> None:
    codes = list(RouteStep.objects.filter(authority=org.authority, submitter=submitter).values_list("code", flat=True))
    *before, last = compute_route(submitter, ["framework"]).steps
    assert codes == [*before, "meeting", last]


def test_a_second_run_writes_nothing(org: Organisation) -> None:
    assert list(sync.sync(org.authority)) == []


def test_what_differs_is_named_and_mended(org: Organisation) -> None:
    rows = RouteStep.objects.filter(authority=org.authority, submitter="department")
    rows.filter(code="mayor").update(role_zh="阅定")
    rows.filter(code="meeting").delete()
    RouteStep.objects.create(
        authority=org.authority,
        submitter="department",
        order=9,
        code="secretariat",
        kind="sign",
        role_zh="阅",
        role_en="Reads",
    )
    assert sorted(sync.sync(org.authority)) == [
        "route department mayor: role_zh differ",
        "route department meeting: missing",
        "route department secretariat: not retired",
    ]
    assert rows.get(code="secretariat").retired_on is not None
    assert rows.get(code="mayor").role_zh == "审定"
    assert list(sync.sync(org.authority)) == []
