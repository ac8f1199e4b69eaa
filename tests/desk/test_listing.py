"""The list of agreements: only what one may know of, the filters of the address, the same rows as a workbook."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from agreements.models import Agreement, JointLeadUnit, Standing, Station
from agreements.services import access, drafting, preparation
from core import clock, sheets
from desk import filters
from desk.views import agreements
from records.models import Event
from tests.factories import Organisation, make_agreement

from .conftest import As

pytestmark = pytest.mark.django_db

LIST, EXPORT = "/agreements/", "/agreements/export.xlsx"


def titles(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return [row.title for row in answer.context["rows"]]


def counts(client: Client, query: str = "") -> dict[str, object]:
    answer = client.get(f"{LIST}?{query}")
    return dict(zip(filters.VIEWS, (tab["count"] for tab in answer.context["views"]), strict=True))


def sheet(client: Client, query: str = "") -> list[tuple[Any, ...]]:
    answer = client.get(f"{EXPORT}?{query}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.content))
    return list(book.active.iter_rows(min_row=sheets.HEADER_ROW + 1, values_only=True))


def let_be_due(agreement: Agreement, days: int, *, judged: bool = True) -> None:
    """Let the agreement be due some days from today; the list reads this column."""
    agreement.next_due_on = clock.today() + timedelta(days=days)
    agreement.next_due_judged = judged
    agreement.save(update_fields=["next_due_on", "next_due_judged", "station", "standing"])


# ---------------------------------------------------------------------- who sees what


def test_a_stranger_finds_nothing_anywhere(as_: As, org: Organisation, drafted: Agreement) -> None:
    client = as_(org.stranger)
    assert titles(client) == []
    assert titles(client, f"q={drafted.number}") == []
    assert set(counts(client).values()) == {0}
    assert sheet(client) == []
    assert drafted.title not in client.get(LIST).content.decode()


def test_each_unit_sees_its_own_and_the_consulted_what_they_were_asked(
    as_: As, org: Organisation, foreign: Agreement
) -> None:
    reviewed = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    assert titles(as_(org.staff)) == [reviewed.title]
    assert titles(as_(org.foreign_staff)) == [foreign.title]
    assert titles(as_(org.consulted)) == [reviewed.title]


def test_nobody_lists_without_logging_in(client: Client) -> None:
    for url in (LIST, EXPORT, "/", "/inbox/", "/regulation/"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


# ---------------------------------------------------------------------- filters


def test_search_finds_by_title_number_and_counterparty_from_one_character_on(
    as_: As, org: Organisation, drafted: Agreement
) -> None:
    client = as_(org.staff)
    for query in ("长", "长春市人民政府", drafted.number, "对口 长春"):
        assert titles(client, f"q={query}") == [drafted.title], query
    for query in ("仁川", "%", "_", "对口 仁川", "'"):
        assert titles(client, f"q={query}") == [], query


def test_filters_narrow_and_stand_as_removable_tokens(as_: As, org: Organisation, drafted: Agreement) -> None:
    client, other = as_(org.staff), make_agreement(org, "paired_assistance", Station.PREPARATION, title="津渝对口支援")
    unit = drafted.lead_unit.public_id
    for query, expected in (
        ("station=drafting", [drafted.title]),
        ("category=paired_assistance", [other.title]),
        ("nature=funds", []),
        ("nature=framework&station=preparation", [other.title]),
        (f"unit={unit}&station=drafting", [drafted.title]),
        ("standing=withdrawn", []),
        (f"year={clock.today().year}", []),
        ("view=unit&station=preparation", [other.title]),
        ("order=title", sorted([drafted.title, other.title])),
        ("order=new", [other.title, drafted.title]),
    ):
        assert titles(client, query) == expected, query
    answer = client.get(f"{LIST}?view=unit&station=drafting&q=长")
    assert [token[0] for token in answer.context["chosen"].tokens] == ["q", "station"]
    assert re.search(r'class="drop" href="\?view=unit&amp;station=drafting"', answer.content.decode())


@pytest.mark.parametrize(
    ("days", "judged", "light"),
    [(-3, True, "late"), (0, True, "warn"), (40, True, "ok"), (-3, False, "ok"), (1, False, "ok")],
)
def test_the_light_filter_agrees_with_the_light_on_the_row(
    as_: As, org: Organisation, drafted: Agreement, days: int, judged: bool, light: str
) -> None:
    client = as_(org.staff)
    let_be_due(drafted, days, judged=judged)
    assert client.get(LIST).context["rows"][0].light.kind == light
    assert [code for code in filters.LIGHTS if titles(client, f"light={code}")] == [light]


def test_a_case_that_rests_has_no_light(as_: As, org: Organisation, drafted: Agreement) -> None:
    client = as_(org.staff)
    drafting.withdraw(drafted, by=org.head, reason="不再推进")
    assert drafted.standing == Standing.WITHDRAWN
    assert titles(client, "light=none") == [drafted.title]
    assert counts(client) | {"all": 1} == dict.fromkeys(filters.VIEWS, 0) | {"all": 1}


BAD_FILTERS = (
    "station=nowhere",
    "category=nothing",
    "unit=0000000000",
    "unit=' OR 1=1",
    "light=blue",
    "nature=x",
    "standing=x",
    "order=x",
    "view=x",
    "year=2016",
    "year=20xx",
    "year=٢٠٢٦",
    "page=99999999999999999999",
    "q=%00",
)
BAD_PAGES = ("page=x", "page=-1", "page=1.5", "page=٣")


@pytest.mark.parametrize(
    ("url", "query"),
    [*((LIST, query) for query in (*BAD_FILTERS, *BAD_PAGES)), *((EXPORT, query) for query in BAD_FILTERS)],
)
def test_bad_input_is_answered_with_its_reason(as_: As, org: Organisation, url: str, query: str) -> None:
    answer = as_(org.staff).get(f"{url}?{query}")
    assert answer.status_code == 400
    assert "text/html" in answer["Content-Type"]


# ---------------------------------------------------------------------- counts and pages


def test_views_count_what_they_show(as_: As, org: Organisation, drafted: Agreement) -> None:
    client = as_(org.staff)
    make_agreement(org, at_station=Station.PREPARATION, title="第二件")
    let_be_due(drafted, -2)
    numbers = counts(client)
    assert numbers == {view: len(titles(client, f"view={view}")) for view in filters.VIEWS}
    assert (numbers["all"], numbers["late"]) == (2, 1)


def test_a_long_list_is_counted_up_to_a_bound_and_exactly_on_a_click(
    as_: As, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_(org.staff)
    monkeypatch.setattr(filters, "BOUND", 2)
    monkeypatch.setattr(agreements, "PAGE", 1)
    for number in range(4):
        make_agreement(org, at_station=Station.PREPARATION, title=f"第{number}件")
    answer = client.get(LIST)
    assert answer.context["is_bounded"]
    assert answer.context["views"][0]["count"] == "2+"
    exact = client.get(f"{LIST}?exact=1")
    assert not exact.context["is_bounded"]
    assert exact.context["page_obj"].paginator.count == 4
    deep = client.get(f"{LIST}?page=4")
    assert deep.context["page_obj"].number == 4
    assert len({title for page in range(1, 5) for title in titles(client, f"page={page}")}) == 4


def test_a_unit_that_leads_jointly_stands_beside_the_lead_unit(as_: As, org: Organisation, drafted: Agreement) -> None:
    joint = org.consulted.main_unit
    JointLeadUnit.objects.create(agreement=drafted, unit=joint)
    access.grant(drafted, "joint_lead", unit=joint)
    client = as_(org.consulted)
    (row,) = client.get(f"{LIST}?view=unit").context["rows"]
    assert row.unit == f"{org.lead.name_en}、{joint.name_en}"
    assert titles(client, f"unit={joint.public_id}") == titles(client, f"unit={org.lead.public_id}") == [drafted.title]


def test_the_number_of_queries_does_not_grow_with_the_rows(as_: As, org: Organisation) -> None:
    client, numbers = as_(org.staff), []
    for number in range(3):
        make_agreement(org, title=f"第{number}件", party=f"合作方{number}")
        if number == 1:
            continue
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 10


# ---------------------------------------------------------------------- the workbook


def test_the_workbook_equals_the_screen(as_: As, org: Organisation, drafted: Agreement) -> None:
    client = as_(org.staff)
    make_agreement(org, at_station=Station.PREPARATION, title="=1+1")
    shown = client.get(f"{LIST}?order=title").context["rows"]
    written = sheet(client, "order=title")
    assert [line[2] for line in written] == [row.title for row in shown]
    assert [line[3] for line in written] == [row.number for row in shown]
    assert [line[6] for line in written] == [row.counterparties for row in shown]
    assert written[0][9] == f"{org.staff.full_name} {org.lead.name_en}"
    assert len(sheet(client, "station=drafting")) == 1


def test_an_export_is_entered_in_the_trail_of_the_system(as_: As, org: Organisation, drafted: Agreement) -> None:
    as_(org.staff).get(f"{EXPORT}?station=drafting")
    event = Event.objects.get(chain="system", code="export_agreements")
    assert event.actor_name == org.staff.full_name
    assert event.payload == {"filters": "station=drafting", "rows": 1}


def test_a_list_too_long_for_a_sheet_is_refused(
    as_: As, org: Organisation, drafted: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreements, "EXPORT_LIMIT", 0)
    assert as_(org.staff).get(EXPORT).status_code == 400
    assert not Event.objects.filter(code="export_agreements").exists()


def test_parties_of_a_case_stand_in_their_order(as_: As, org: Organisation, drafted: Agreement) -> None:
    contents = [preparation.PartyContent(name, "state_organ") for name in ("长春市人民政府", "吉林市人民政府")]
    preparation.name_parties(drafted, contents, by=org.staff)
    assert as_(org.staff).get(LIST).context["rows"][0].counterparties == "长春市人民政府、吉林市人民政府"


def test_only_who_prepares_agreements_is_offered_a_new_one(as_: As, org: Organisation) -> None:
    def offers(user: User) -> bool:
        return b"/agreements/new/" in as_(user).get(LIST).content

    assert offers(org.staff)
    assert not offers(org.mayor)
