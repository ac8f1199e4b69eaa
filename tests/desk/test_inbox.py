"""The inbox: four boxes of one's own, and the same for a program that polls."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.middleware import SEEN
from agreements.models import Agreement, Notice, Station, ToDo
from agreements.services import access, drafting, notices
from approvals.models import Copy, Step, Urge
from approvals.services import runs
from core import clock
from records import outbox
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import holder_of, in_review, open_assignment, open_run, pass_step

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


# ---------------------------------------------------------------------- filters


@pytest.fixture
def at_review(org: Organisation) -> Agreement:
    """A case of another category and unit, with the legal affairs office like its sisters."""
    return in_review(org, category="sister_city", title="与仁川的备忘录", party="仁川市")


def test_filters_narrow_and_live_in_the_address(as_: As, org: Organisation, at_review: Agreement) -> None:
    other = in_review(org)
    client = as_(org.legal)
    assert set(box(client, "todo")) == {at_review.title, other.title}
    assert box(client, "todo", "category=sister_city") == [at_review.title]
    assert box(client, "todo", f"unit={other.lead_unit.public_id}") == [other.title]
    assert set(box(client, "todo", "kind=review")) == {at_review.title, other.title}
    assert box(client, "todo", "kind=review&category=sister_city&q=仁川") == [at_review.title]
    assert box(client, "todo", "kind=seal") == []


@pytest.mark.parametrize(("days", "light"), [(-1, "late"), (1, "warn"), (60, "ok"), (None, "none")])
def test_each_item_has_one_light_and_is_found_by_it(
    as_: As, org: Organisation, drafted: Agreement, days: int | None, light: str
) -> None:
    due_on = clock.today() + timedelta(days=days) if days is not None else clock.FAR_AWAY
    ToDo.objects.filter(agreement=drafted, closed_at=None).update(due_on=due_on)
    client = as_(org.staff)
    found = [code for code in ("late", "warn", "ok", "none") if box(client, "todo", f"light={code}")]
    assert found == [light]
    counts = client.get("/inbox/").context["lights"]
    assert counts == {"total": 1, "late": int(light == "late"), "warn": int(light == "warn")}


def test_a_filter_without_that_value_is_refused(as_: As, org: Organisation, drafted: Agreement) -> None:
    for query in ("light=blue", "category=none", "unit=0000000000", "kind=none"):
        assert as_(org.staff).get(f"/inbox/?{query}").status_code == 400, query


def test_counts_stop_where_nobody_reads_on(
    as_: As, org: Organisation, drafted: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_agreement(org, title="第二件")
    monkeypatch.setattr("desk.filters.BOUND", 1)
    monkeypatch.setattr("desk.context.MOST", 1)
    page = as_(org.staff).get("/inbox/").content.decode()
    assert "1,000+ items" in page
    assert ">1+</span>" in page


# ---------------------------------------------------------------------- copied, and taking note in a batch


@pytest.fixture
def copy(org: Organisation, at_review: Agreement) -> Copy:
    run = open_run(at_review, org)
    access.grant(at_review, "copy", post=org.post("inspector"))
    return Copy.objects.create(
        run=run, post=org.post("inspector"), by=org.head, by_name=org.head.full_name, reason="请掌握进度"
    )


def test_a_copy_comes_to_the_post_and_goes_nowhere_by_a_return(as_: As, org: Organisation, copy: Copy) -> None:
    client = as_(org.inspector)
    assert box(client, "copied") == [copy.run.agreement.title]
    assert box(as_(org.mayor), "copied") == []
    drafting.recall(copy.run.agreement, by=fresh(org.general_office), reason="附件有误")
    assert box(client, "copied") == [copy.run.agreement.title]


def test_copies_are_taken_note_of_in_a_batch(as_: As, org: Organisation, copy: Copy) -> None:
    url = "/inbox/acknowledge/copies/"
    as_(org.mayor).post(url, {"pick": [copy.public_id]})
    copy.refresh_from_db()
    assert copy.read_at is None
    answer = as_(org.inspector).post(url, {"pick": [copy.public_id, "0000000000"]}, follow=True)
    assert "1 taken note of." in answer.content.decode()
    copy.refresh_from_db()
    assert copy.read_by == org.inspector


def test_notices_are_taken_note_of_in_a_batch_and_nothing_is_picked_by_itself(
    as_: As, org: Organisation, drafted: Agreement
) -> None:
    first = tell(org, drafted)
    client, url = as_(org.staff), "/inbox/acknowledge/notices/"
    assert "Nothing was picked." in client.post(url, follow=True).content.decode()
    as_(org.head).post(url, {"pick": [first.public_id]})
    first.refresh_from_db()
    assert first.read_at is None
    client.post(url, {"pick": [first.public_id]})
    first.refresh_from_db()
    assert first.read_by == org.staff


# ---------------------------------------------------------------------- approvals


def test_how_an_item_came_and_that_it_was_urged_stands_on_it(as_: As, org: Organisation, at_review: Agreement) -> None:
    run = open_run(at_review, org)
    pass_step(at_review)
    back = open_assignment(at_review)
    to = run.steps.get(code="deputy_secretary_general")
    runs.decide(back, by=holder_of(back), verdict="send_back", opinion="再核", text_sha256=run.sha256, to=to)
    Urge.objects.create(
        assignment=open_assignment(at_review), by=org.head, by_name="甲", post_title="", sent_on=clock.today()
    )
    (row,) = as_(org.deputy_secretary_general).get("/inbox/").context["rows"]
    with translation.override("en"):
        assert (row.state, row.urged) == (str(Step.Again.RETURNED.label), 1)


def test_approvals_ask_no_more_for_three_rows_than_for_one(as_: As, org: Organisation) -> None:
    client, numbers = as_(org.deputy_secretary_general), []
    for number in range(3):
        open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, title=f"第{number}件"), org)
        if number == 1:
            continue
        client.get("/inbox/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/inbox/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 10


# ---------------------------------------------------------------------- inbox.json


def test_counts_alone_are_asked_for_by_the_menu(as_: As, org: Organisation, drafted: Agreement) -> None:
    tell(org, drafted)
    answer = as_(org.staff).get("/inbox.json?only=counts")
    assert json.loads(answer.content) == {"counts": {"todo": "1", "copied": "", "told": "1"}}


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
