"""The pages of opinions (§3.2): asking bearing units, points without scripts, urging, letters, meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import PART_MODELS, Agreement, Opinion, OpinionPoint
from agreements.services import consulting, opinions, texts
from agreements.services.opinions import PointContent
from core import clock
from records import tokens
from tests.factories import Organisation, deliberate, make_agreement, make_user, paper, write_text

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.2")]
As = Callable[[str], Client]


@pytest.fixture
def case(org: Organisation) -> Agreement:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    return agreement


@pytest.fixture
def as_user(org: Organisation) -> As:
    def opened(name: str) -> Client:
        client = Client()
        client.force_login(org.users[name])
        return client

    return opened


def url(case: Agreement, name: str, *more: str) -> str:
    return reverse(f"agreements:{name}", args=[case.public_id, *more])


def ask(case: Agreement, org: Organisation, *codes: str):
    units = [org.units[code] for code in codes or ("finance",)]
    return consulting.send(case, units, by=org.staff, due_on=clock.today() + timedelta(days=7))


def lay_on(case: Agreement, unit) -> None:
    for row in PART_MODELS["work_item"]._default_manager.filter(clause__text=texts.working(case)):
        row.unit = unit
        row.save()


def objected(case: Agreement, org: Organisation, adoption: str = ""):
    """Return a point of the finance bureau, answered where an adoption is given."""
    consulted = ask(case, org).consulted.get()
    given = opinions.reply(consulted, by=org.consulted, stance="objection", points=[PointContent("补充依据")])
    point = given.points.get()
    if adoption:
        opinions.answer(point, by=org.staff, adoption=adoption, reason="已有依据")
    return point


def test_bearing_units_come_first_and_leaving_one_out_is_asked_twice(org, case, as_user: As) -> None:
    lay_on(case, org.units["finance"])
    client, address = as_user("staff"), url(case, "consultation-new")
    page = client.get(address)
    assert page.context["form"].initial["units"] == [str(org.units["finance"].pk)]
    sent = {"units": [str(org.units["reform"].pk)], "workdays": "3", "submission_token": tokens.new()}
    refused = client.post(address, sent)
    assert refused.status_code == 400
    assert "without" in refused.context["form"].errors
    assert client.post(address, {**sent, "without": "on"}).status_code == 302
    assert case.consultations.get().workdays == 3


def test_a_clause_is_chosen_by_its_link_and_rows_come_without_scripts(org, case, as_user: As) -> None:
    consulted = ask(case, org).consulted.get()
    client, address = as_user("consulted"), url(case, "opinion-give", consulted.public_id)
    lineage = consulted.consultation.text.clauses.last().lineage
    page = client.get(address, {"clause": lineage})
    assert page.context["form"]["stance"].value() == "objection"
    assert page.context["sheet"].forms[0]["lineage"].value() == lineage
    sent = {
        "stance": "objection",
        "point-TOTAL_FORMS": "1",
        "point-INITIAL_FORMS": "0",
        "point-0-lineage": lineage,
        "point-0-body": "已写好的意见",
        "submission_token": tokens.new(),
    }
    again = client.post(address, {**sent, "more": "1"})
    assert again.status_code == 200
    assert [row["body"].value() for row in again.context["sheet"].forms] == ["已写好的意见", None]
    assert not Opinion.objects.exists()
    assert client.post(address, {**sent, "point-1-body": "第二点", "point-TOTAL_FORMS": "2"}).status_code == 302
    assert [point.body for point in Opinion.objects.get().points.all()] == ["已写好的意见", "第二点"]


def test_a_bearing_unit_says_of_each_item_whether_it_takes_it_on(org, case, as_user: As) -> None:
    lay_on(case, org.units["finance"])
    consulted = ask(case, org).consulted.get()
    client, address = as_user("consulted"), url(case, "opinion-give", consulted.public_id)
    items = [one.item.lineage for one in client.get(address).context["items"]]
    sent = {
        "stance": "no_objection",
        "point-TOTAL_FORMS": "0",
        "point-INITIAL_FORMS": "0",
        "submission_token": tokens.new(),
        **{f"item-{lineage}-stance": "conditions" for lineage in items},
    }
    refused = client.post(address, sent)
    assert refused.status_code == 400
    said = {**sent, **{f"item-{lineage}-conditions": "先落实经费" for lineage in items}}
    assert client.post(address, said).status_code == 302
    assert Opinion.objects.get().stance == "objection"
    assert set(consulted.item_replies.values_list("stance", flat=True)) == {"conditions"}


def test_the_lead_unit_urges_once_and_the_reason_of_a_refusal_stands_on_the_page(org, case, as_user: As) -> None:
    consulted = ask(case, org).consulted.get()
    address = url(case, "opinion-urge", consulted.public_id)
    client = as_user("staff")
    typed = {f"{consulted.public_id}-text": "请反馈", "submission_token": tokens.new()}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 302
    assert consulted.reminders.count() == 1
    refused = client.post(address, {**typed, "submission_token": tokens.new()})
    assert refused.status_code == 409
    assert "请反馈" in refused.content.decode()
    assert as_user("consulted").post(address, typed).status_code == 403


def test_the_unit_is_offered_to_maintain_and_the_lead_unit_is_not(org, case, as_user: As) -> None:
    point = objected(case, org, "not_adopted")
    round_ = case.consultations.get()
    unit, lead = as_user("consulted"), as_user("staff")
    address = url(case, "opinion-maintain", point.public_id)
    page = url(case, "consultation-detail", round_.public_id)
    assert address in unit.get(page).content.decode()
    assert address not in lead.get(page).content.decode()
    assert unit.post(address, {f"{point.public_id}-reason": ""}).status_code == 400
    assert unit.post(address, {f"{point.public_id}-reason": "事关预算"}).status_code == 302
    assert unit.post(address, {f"{point.public_id}-reason": "再说"}).status_code == 409
    assert lead.post(address, {f"{point.public_id}-reason": "代说"}).status_code == 403
    assert "事关预算" in lead.get(url(case, "opinion-list")).content.decode()


def test_points_stand_beside_their_clause(org, case, as_user: As) -> None:
    round_ = ask(case, org)
    clause = round_.text.clauses.first()
    points = [PointContent("首条宜精简", clause.lineage), PointContent("总体赞成")]
    opinions.reply(round_.consulted.get(), by=org.consulted, stance="objection", points=points)
    page = as_user("staff").get(url(case, "consultation-text", round_.public_id))
    assert [point.body for point in page.context["clauses"][0].points] == ["首条宜精简"]
    assert [point.body for point in page.context["whole"]] == ["总体赞成"]


def letter(**more: object) -> dict[str, object]:
    return {
        "sender": "长春市人民政府",
        "number": "长府函〔2026〕3号",
        "dated_on": clock.today().isoformat(),
        "received_on": clock.today().isoformat(),
        "consultation": "",
        "scan": paper("来函.png"),
        "point-TOTAL_FORMS": "1",
        "point-INITIAL_FORMS": "0",
        "point-0-body": "建议每季度会商",
        "submission_token": tokens.new(),
        **more,
    }


def test_a_letter_is_registered_once_with_its_scan(org, case, as_user: As) -> None:
    client, address = as_user("staff"), url(case, "letter-new")
    assert client.get(address).status_code == 200
    without = letter()
    del without["scan"]
    assert client.post(address, without).status_code == 400
    sent = letter()
    assert client.post(address, sent).status_code == 302
    assert client.post(address, {**sent, "scan": paper("来函.png")}).status_code == 302
    assert case.letters.count() == 1
    assert case.letters.get().opinion.points.get().body == "建议每季度会商"
    assert "长春市人民政府" in client.get(case.get_absolute_url() + "?tab=opinions").content.decode()


def meeting(case: Agreement, *people: tuple[str, str, str, str], **more: object) -> dict[str, object]:
    sent: dict[str, object] = {
        "kind": "expert_review",
        "text": texts.working(case).public_id,
        "held_on": clock.today().isoformat(),
        "place": "会议室",
        "topic": "论证",
        "conclusion": "passed",
        "summary": "同意。",
        "minutes": paper("纪要.png"),
        "participant-TOTAL_FORMS": str(len(people)),
        "participant-INITIAL_FORMS": "0",
        "submission_token": tokens.new(),
        **more,
    }
    for place, row in enumerate(people):
        names = ("name", "title", "capacity", "opinion")
        sent |= {f"participant-{place}-{name}": value for name, value in zip(names, row, strict=True)}
    return sent


PEOPLE = (
    ("许志远", "主任", "chair", ""),
    *((f"专家{number}", "教授", "expert", "可行") for number in range(3)),
    ("", "", "participant", ""),
)


def test_a_meeting_is_recorded_and_read(org, as_user: As) -> None:
    case = make_agreement(org, is_difficult=True)
    write_text(case, by=org.staff)
    client, address = as_user("staff"), url(case, "deliberation-new")
    assert client.get(address).status_code == 200
    assert client.post(address, meeting(case, *PEOPLE[:3])).status_code == 400
    assert client.post(address, meeting(case, *PEOPLE, conclusion="with_changes")).status_code == 400
    answer = client.post(address, meeting(case, *PEOPLE))
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert case.deliberations.get().participants.count() == 4
    done = make_agreement(org, at_station="legal_review")
    assert client.get(url(done, "deliberation-new")).status_code == 409


def test_more_participants_than_rows_are_typed_without_scripts(org, as_user: As) -> None:
    case = make_agreement(org, is_difficult=True)
    write_text(case, by=org.staff)
    client, address = as_user("staff"), url(case, "deliberation-new")
    again = client.post(address, meeting(case, *PEOPLE[:4], more="1", summary="已写好的概要"))
    assert again.status_code == 200
    rows = [row["name"].value() for row in again.context["sheet"].forms]
    assert rows[:4] == [person[0] for person in PEOPLE[:4]]
    assert len(rows) > 4
    assert again.context["form"]["summary"].value() == "已写好的概要"
    assert not case.deliberations.exists()


def test_each_answer_stands_in_the_row_of_its_point(org, case, as_user: As) -> None:
    point = objected(case, org, "adopted")
    OpinionPoint.objects.create(agreement=case, opinion=point.opinion, order=2, body="第二点")
    page = as_user("staff").get(case.get_absolute_url() + "?tab=opinions").content.decode()
    assert 'rowspan="2"' in page
    row = page[page.index("第二点") :]
    assert row.index("not answered yet" if "not answered yet" in row else "尚未答复") < row.index("</tr>")


def test_an_answer_without_its_reason_is_asked_for_at_the_field(org, case, as_user: As) -> None:
    point = objected(case, org)
    sent = {f"{point.public_id}-adoption": "not_adopted"}
    page = as_user("staff").post(url(case, "opinion-answer", point.public_id), sent)
    assert page.status_code == 400
    assert page.context["form"].has_error("reason")


def test_the_table_is_printed_from_the_page(org, case, as_user: As) -> None:
    point = objected(case, org, "adopted")
    round_ = point.opinion.consulted.consultation
    for address in (url(case, "opinion-table"), url(case, "consultation-table", round_.public_id)):
        answer = as_user("consulted").post(address)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        b"".join(answer)
    other = make_agreement(org, title="另一份")
    assert as_user("staff").post(url(other, "consultation-table", round_.public_id)).status_code == 404
    assert as_user("staff").post(url(other, "opinion-answer", point.public_id)).status_code == 404


def test_the_pages_ask_the_same_number_of_queries_for_one_and_for_three_rows(org, as_user: As) -> None:
    counts = []
    for rows in (1, 3):
        case = make_agreement(org, title=f"{rows}行")
        write_text(case, by=org.staff)
        codes = ("finance", "reform", "heping")[:rows]
        round_ = ask(case, org, *codes)
        for consulted in round_.consulted.select_related("unit"):
            officer = next(iter(consulted.unit.posts.get(code="officer").holdings.all()), None)
            by = (
                officer.user
                if officer
                else make_user(f"o_{rows}_{consulted.unit.code}", "经办", consulted.unit.posts.get(code="officer"))
            )
            points = [PointContent(f"第{number}点") for number in range(rows)]
            given = opinions.reply(consulted, by=by, stance="objection", points=points)
            for point in given.points.all():
                opinions.answer(point, by=org.staff, adoption="not_adopted", reason="不符")
                opinions.maintain(point, by=by, reason="坚持")
        for _number in range(rows):
            deliberate(case, by=org.staff)
        client = as_user("staff")
        addresses = (
            url(case, "opinion-list"),
            url(case, "consultation-detail", round_.public_id),
            url(case, "consultation-text", round_.public_id),
            case.get_absolute_url() + "?tab=opinions",
        )
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert all(three <= one for one, three in zip(*counts, strict=True))
