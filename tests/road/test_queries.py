"""No list asks the database more often because it shows more: every page of everybody, at one row and at three."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from agreements.models import Station
from records import outbox
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_run
from tests.factories_archive import hand_over_and_receive, request_seal, seal, signed

pytestmark = pytest.mark.django_db

LISTS = {
    "/": ("staff", "general_office", "mayor"),
    "/inbox/": ("staff", "general_office"),
    "/inbox/?box=done": ("staff", "general_office"),
    "/inbox/?box=started": ("staff",),
    "/inbox/?box=told": ("staff", "head"),
    "/inbox.json": ("staff",),
    "/agreements/": ("staff", "mayor"),
    "/agreements/export.xlsx": ("staff",),
    "/agreements/new/": ("staff",),
    "/reviews/": ("legal",),
    "/reviews/?box=approval": ("deputy_secretary_general",),
    "/reviews/?box=ended": ("general_office",),
    "/custody/": ("secretariat", "staff"),
    "/followup/": ("staff",),
}
"""Every list, with people for whom it shows something."""


def one_more(org: Organisation) -> None:
    """Add an agreement at each of the stations where lists differ."""
    make_agreement(org, at_station=Station.PREPARATION)
    make_agreement(org, at_station=Station.LEGAL_REVIEW)
    open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)
    request_seal(signed(org), org)
    agreement = signed(org)
    seal(agreement, org)
    hand_over_and_receive(agreement, org)
    while outbox.deliver_pending():
        pass


def asked(user: User, address: str) -> int:
    """Return how often a page asks, its session left out; opened before, so that nothing is new in the process."""
    client = Client()
    client.force_login(user)
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
    assert answer.status_code == 200, address
    return len([query for query in queries if "django_session" not in query["sql"]])


@pytest.mark.slow
def test_lists_at_one_row_and_at_three(org: Organisation) -> None:
    def count() -> dict[tuple[str, str], int]:
        return {
            (name, address): asked(fresh(getattr(org, name)), address)
            for address, names in LISTS.items()
            for name in names
        }

    one_more(org)
    at_one = count()
    one_more(org)
    one_more(org)
    at_three = count()
    grown = {key: (at_one[key], at_three[key]) for key in at_one if at_three[key] > at_one[key]}
    assert not grown
