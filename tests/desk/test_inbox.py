"""The inbox: four boxes of one's own, and the same for a program that polls."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.middleware import SEEN
from agreements.models import Agreement, Notice, Station, ToDo
from agreements.services import drafting, notices
from core import clock
from records import outbox
from tests.factories import Organisation, make_agreement

from .conftest import As

pytestmark = pytest.mark.django_db


def box(client: Client, code: str, query: str = "") -> list[str]:
    answer = client.get(f"/inbox/?box={code}&{query}")
    assert answer.status_code == 200
    rows = answer.context["rows"]
    if code == "told":
        return [row.text for row in rows]
    return [row.title for row in rows]


def tell(org: Organisation, agreement: Agreement) -> Notice:
    notices.tell("resumed", agreement=agreement, user=org.staff)
    outbox.deliver_pending()
    return Notice.objects.get(user=org.staff)


def test_what_is_to_do_lies_with_the_post_and_with_nobody_else(as_: As, org: Organisation, drafted: Agreement) -> None:
    assert box(as_(org.staff), "todo") == [drafted.title]
    assert box(as_(org.head), "todo") == []
    assert box(as_(org.stranger), "todo") == []


def test_the_earliest_deadline_comes_first_and_none_comes_last(as_: As, org: Organisation, drafted: Agreement) -> None:
    later, sooner = (make_agreement(org, title=title) for title in ("后到期", "先到期"))
    for agreement, days in ((later, 9), (sooner, 2)):
        ToDo.objects.filter(agreement=agreement, closed_at=None).update(due_on=clock.today() + timedelta(days=days))
    assert box(as_(org.staff), "todo") == [sooner.title, later.title, drafted.title]


def test_what_one_has_done_stays_and_ended_cases_are_a_filter(as_: As, org: Organisation, drafted: Agreement) -> None:
    client = as_(org.staff)
    assert box(client, "done") == [drafted.title]
    assert box(client, "done", "concluded=1") == []
    drafting.withdraw(drafted, by=org.head, reason="不再推进")
    assert box(client, "done", "concluded=1") == [drafted.title]
    assert box(client, "started") == []


def test_own_cases_say_with_whom_they_lie(as_: As, org: Organisation, drafted: Agreement) -> None:
    lies = as_(org.staff).get("/inbox/?box=started").context["rows"][0].lies
    assert (lies.who, lies.where) == (org.staff.full_name, org.lead.name_en)


def test_a_search_narrows_each_box(as_: As, org: Organisation, drafted: Agreement) -> None:
    client = as_(org.staff)
    for code in ("todo", "done", "started"):
        assert box(client, code, "q=长春") == [drafted.title]
        assert box(client, code, "q=仁川") == []


def test_unread_notices_come_first_and_reading_one_opens_its_case(
    as_: As, org: Organisation, drafted: Agreement
) -> None:
    client, first = as_(org.staff), tell(org, drafted)
    url = f"/inbox/notices/{first.public_id}/read/"
    assert as_(org.head).post(url).status_code == 404
    answer = client.post(url)
    assert answer["Location"] == drafted.get_absolute_url()
    first.refresh_from_db()
    assert first.read_by == org.staff
    read_at = first.read_at
    client.post(url)
    first.refresh_from_db()
    assert first.read_at == read_at
    notices.tell("suspended", agreement=drafted, user=org.staff)
    outbox.deliver_pending()
    rows = client.get("/inbox/?box=told").context["rows"]
    assert [row.notice.read_at is None for row in rows] == [True, False]
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("query", ["box=none", "box=", "page=99999999999999999999", "q=%00"])
def test_bad_input_is_answered_with_its_reason(as_: As, org: Organisation, query: str) -> None:
    assert as_(org.staff).get(f"/inbox/?{query}").status_code == 400


# ---------------------------------------------------------------------- inbox.json


def test_a_program_gets_own_todos_and_unread_notices(as_: As, org: Organisation, drafted: Agreement) -> None:
    tell(org, drafted)
    answer = as_(org.staff).get("/inbox.json")
    body = json.loads(answer.content)
    assert [row["agreement"] for row in body["todos"]] == [drafted.public_id]
    assert body["todos"][0]["url"].startswith("/agreements/")
    assert body["todos"][0]["due_on"] is None
    assert len(body["notices"]) == 1
    assert json.loads(as_(org.stranger).get("/inbox.json").content) == {"todos": [], "notices": []}


def test_a_program_without_a_session_gets_401(client: Client) -> None:
    answer = client.get("/inbox.json")
    assert answer.status_code == 401
    assert json.loads(answer.content)["error"] == "login"


def test_polling_does_not_extend_the_session(as_: As, org: Organisation) -> None:
    client = as_(org.staff)
    session = client.session
    session[SEEN] = session[SEEN] - 600
    session.save()
    client.get("/inbox.json")
    assert client.session[SEEN] == session[SEEN]
    client.get("/inbox/")
    assert client.session[SEEN] > session[SEEN]


def test_the_number_of_queries_does_not_grow_with_the_rows(as_: As, org: Organisation) -> None:
    client, numbers = as_(org.staff), []
    for number in range(3):
        make_agreement(org, at_station=Station.PREPARATION, title=f"第{number}件")
        if number == 1:
            continue
        client.get("/inbox/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/inbox/")
            client.get("/inbox/?box=started")
            client.get("/inbox.json")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
