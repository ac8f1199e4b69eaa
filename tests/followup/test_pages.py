"""The pages of follow-up: who may see and do what, what is kept after a mistake, the sheet equals the screen."""

import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from agreements.models import Agreement
from core import clock, sheets
from followup import boards, results
from followup.models import Evaluation, Progress, SelfCheck, Task
from followup.services import evaluation, progress
from records.models import Event
from tests.factories import Organisation
from tests.factories_followup import SIGNED_ON, in_force, meeting, noon, tasks_of, work
from tests.factories_followup import decide as decide_evaluation

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
WORDS: dict[str, Any] = {
    "execution": "各项任务均完成。",
    "economic_effect": "引资十亿元。",
    "social_effect": "交流频繁。",
}


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are seen on the 23rd of November 2026."""
    monkeypatch.setattr(clock, "now", lambda: noon(TODAY))


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return in_force(org, {"work_item": [work("共建产业园区", unit=org.units["finance"].pk, supporting="市科技局")]})


def as_user(user: User) -> Client:
    client = Client()
    client.handler.load_middleware()  # the limits of a session begin to listen with it
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def token(html: str) -> str:
    found = re.search(r'name="submission_token" value="([^"]+)"', html)
    assert found
    return found[1]


def addresses(agreement: Agreement) -> list[str]:
    task = agreement.tasks.get()
    return [
        reverse("followup:task-detail", args=[task.public_id]),
        reverse("followup:ledger", args=[agreement.public_id]),
        reverse("followup:ledger-export", args=[agreement.public_id]),
        reverse("followup:selfcheck-edit", args=[agreement.public_id, 2026]),
        reverse("followup:evaluation-edit", args=[agreement.public_id]),
        reverse("followup:evaluation-decide", args=[agreement.public_id]),
    ]


def test_strangers_find_nothing(org: Organisation, agreement: Agreement) -> None:
    report = progress.report(agreement.tasks.get(), by=org.consulted, percent=10, text="进展。")
    client = as_user(org.stranger)
    for url in addresses(agreement):
        assert client.get(url).status_code == 404, url
    for url in (
        reverse("followup:progress-report", args=[agreement.tasks.get().public_id]),
        reverse("followup:progress-judge", args=[report.public_id]),
    ):
        assert client.post(url, {}).status_code == 404, url
    page = client.get(reverse("followup:task-list"), {"view": "all"})
    assert "共建产业园区" not in page.content.decode()
    assert client.get(reverse("followup:task-list"), {"agreement": agreement.public_id}).status_code == 400


def test_insiders_without_the_right_are_told_so(org: Organisation, agreement: Agreement) -> None:
    detail, ledger, export, check, evaluate, decide = addresses(agreement)
    client = as_user(org.staff)
    assert [client.get(url).status_code for url in (detail, ledger, export)] == [200, 200, 200]
    for url in (check, evaluate, decide):
        answer = client.get(url)
        assert answer.status_code == 403
        assert "§4.3" in answer.content.decode()


def test_wrong_time_is_a_conflict(org: Organisation, agreement: Agreement) -> None:
    *_rest, evaluate, decide = addresses(agreement)
    assert as_user(org.head).get(evaluate).status_code == 409
    assert as_user(org.general_office).get(decide).status_code in (404, 409)
    Agreement.objects.get(pk=agreement.pk)
    agreement.suspend(on=SIGNED_ON)
    agreement.save()
    check = reverse("followup:selfcheck-edit", args=[agreement.public_id, 2026])
    assert as_user(org.head).get(check).status_code == 409


def test_a_report_with_evidence_is_sent_once_and_accepted(org: Organisation, agreement: Agreement) -> None:
    task = agreement.tasks.get()
    url = reverse("followup:task-detail", args=[task.public_id])
    client = as_user(org.consulted)
    mark = token(client.get(url).content.decode())
    for _ in range(2):
        answer = client.post(
            reverse("followup:progress-report", args=[task.public_id]),
            {
                "submission_token": mark,
                "percent": "１００",
                "text": "园区已建成。",
                "evidence": SimpleUploadedFile("照片.png", PNG),
            },
        )
        assert (answer.status_code, answer.headers["Location"]) == (302, url)
    report = Progress.objects.get()
    assert (report.percent, report.evidence.name) == (100, "照片.png")
    lead = as_user(org.staff)
    assert "园区已建成。" in lead.get(url).content.decode()
    answer = lead.post(reverse("followup:progress-judge", args=[report.public_id]), {"accepted": "yes"})
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.state == Task.State.DONE
    page = client.get(url).content.decode()
    assert "submission_token" not in page


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@pytest.mark.parametrize(
    "typed", [{"percent": "1e400"}, {"percent": "101"}, {"percent": "九"}, {"percent": "10", "text": ""}]
)
def test_what_was_typed_stays_after_a_mistake(org: Organisation, agreement: Agreement, typed: dict[str, str]) -> None:
    task = agreement.tasks.get()
    client = as_user(org.consulted)
    mark = token(client.get(reverse("followup:task-detail", args=[task.public_id])).content.decode())
    data = {"submission_token": mark, "percent": "10", "text": "写好的话", **typed}
    answer = client.post(reverse("followup:progress-report", args=[task.public_id]), data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'class="errors"' in page
    assert data["percent"] in page
    assert data["text"] in page
    assert not Progress.objects.exists()


def test_a_return_without_a_reason_is_shown_above_the_form(org: Organisation, agreement: Agreement) -> None:
    report = progress.report(agreement.tasks.get(), by=org.consulted, percent=10, text="进展。")
    url = reverse("followup:progress-judge", args=[report.public_id])
    answer = as_user(org.staff).post(url, {"accepted": "no", "remark": ""})
    assert answer.status_code == 400
    assert 'class="errors"' in answer.content.decode()
    assert as_user(org.consulted).post(url, {"accepted": "yes"}).status_code == 403


def test_the_second_answer_to_a_report_is_told_so(org: Organisation, agreement: Agreement) -> None:
    report = progress.report(agreement.tasks.get(), by=org.consulted, percent=10, text="进展。")
    url, typed = reverse("followup:progress-judge", args=[report.public_id]), {"accepted": "no", "remark": "请补充。"}
    assert as_user(org.staff).post(url, typed).status_code == 302
    answer = as_user(org.head).post(url, typed)
    assert answer.status_code == 409
    assert "请补充。" in answer.content.decode()


def test_the_head_files_the_self_check(org: Organisation, agreement: Agreement) -> None:
    url = reverse("followup:selfcheck-edit", args=[agreement.public_id, 2026])
    client = as_user(org.head)
    mark = token(client.get(url).content.decode())
    data = {"submission_token": mark, "done": "按期推进。", "problems": "无", "measures": "继续。"}
    assert client.post(url, {**data, "problems": ""}).status_code == 400
    for _ in range(2):
        assert client.post(url, data).status_code == 302
    assert SelfCheck.objects.get().signed_by == org.head
    assert "按期推进。" in as_user(org.staff).get(url).content.decode()


@pytest.mark.parametrize("year", [2025, 2027, 99999999999999999999])
def test_there_is_no_self_check_of_other_years(org: Organisation, agreement: Agreement, year: int) -> None:
    path = reverse("followup:selfcheck-edit", args=[agreement.public_id, year])
    assert as_user(org.head).get(path).status_code == 404


def test_an_evaluation_is_filed_and_decided_on_pages(org: Organisation) -> None:
    agreement = in_force(org, term_kind="until_date", expires_on=date(2026, 12, 31))
    url = reverse("followup:evaluation-edit", args=[agreement.public_id])
    head = as_user(org.head)
    mark = token(head.get(url).content.decode())
    data = {"submission_token": mark, "proposal": "end", **WORDS}
    assert head.post(url, {**data, "social_effect": ""}).status_code == 400
    for _ in range(2):
        assert head.post(url, data).status_code == 302
    assert Evaluation.objects.count() == 1
    office = as_user(org.general_office)
    decide = reverse("followup:evaluation-decide", args=[agreement.public_id])
    assert "引资十亿元。" in office.get(decide).content.decode()
    shown = {"evaluation": Evaluation.objects.get().public_id}
    assert f'name="evaluation" value="{shown["evaluation"]}"' in office.get(decide).content.decode()
    assert office.post(decide, {"accepted": "yes"}).status_code == 400
    assert office.post(decide, {"accepted": "yes", "evaluation": "0000000000"}).status_code == 409
    assert office.post(decide, {"accepted": "no", **shown}).status_code == 400
    assert office.post(decide, {"accepted": "yes", **shown}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.station == "concluded"
    late = office.post(decide, {"accepted": "no", "remark": "不要丢失的文字", **shown})
    assert late.status_code == 409
    assert "不要丢失的文字" in late.content.decode()
    assert office.get(decide).status_code == 409


def test_unfinished_tasks_are_a_warning_not_a_gap(org: Organisation) -> None:
    agreement = in_force(org, term_kind="until_date", expires_on=date(2026, 12, 31))
    page = as_user(org.head).get(reverse("followup:evaluation-edit", args=[agreement.public_id])).content.decode()
    assert "notice--warning" in page
    evaluation.file(agreement, by=org.head, proposal="end", **WORDS)
    decide_evaluation(agreement, by=org.general_office, accepted=True)
    assert agreement.tasks.get().state == Task.State.OPEN


# ---------------------------------------------------------------------- list


def test_the_list_shows_my_units_tasks_first_and_filters(org: Organisation) -> None:
    in_force(
        org,
        {"work_item": [work("财政任务", unit=org.units["finance"].pk, due_on=date(2026, 11, 1)), work("本办任务")]},
    )
    url = reverse("followup:task-list")
    mine = as_user(org.consulted).get(url).content.decode()
    assert "财政任务" in mine
    assert "本办任务" not in mine
    client = as_user(org.staff)
    assert "财政任务" in client.get(url, {"view": "late"}).content.decode()
    assert "本办任务" not in client.get(url, {"view": "late"}).content.decode()
    one = client.get(url, {"view": "all", "unit": org.units["finance"].public_id}).content.decode()
    assert "财政任务" in one
    assert "本办任务" not in one


@pytest.mark.parametrize(
    "query",
    [
        {"view": "nothing"},
        {"state": "x"},
        {"kind": "x"},
        {"unit": "x"},
        {"agreement": "x"},
        {"page": "x"},
        {"page": "9" * 12},
    ],
)
def test_a_filter_that_does_not_exist_is_refused_with_its_reason(org: Organisation, query: dict[str, str]) -> None:
    assert as_user(org.staff).get(reverse("followup:task-list"), query).status_code == 400


def test_pages_ask_as_many_queries_for_three_tasks_as_for_one(
    org: Organisation, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    one = in_force(org, {"work_item": [work("甲")], "mechanism": [meeting()]}, title="一")
    three = in_force(
        org,
        {
            "work_item": [work(name, unit=unit.pk) for name, unit in zip("乙丙丁", org.units.values(), strict=False)],
            "mechanism": [meeting(name) for name in "甲乙丙"],
        },
        title="三",
        party="沈阳市人民政府",
    )
    client = as_user(org.staff)
    counts: dict[str, list[int]] = {}
    for agreement in (one, three):
        for name, url in {
            "ledger": reverse("followup:ledger", args=[agreement.public_id]),
            "panel": f"{agreement.get_absolute_url()}?tab=followup",
            "overview": agreement.get_absolute_url(),
            "list": f"{reverse('followup:task-list')}?view=all&agreement={agreement.public_id}",
        }.items():
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url).status_code == 200
            counts.setdefault(name, []).append(len(queries))
    assert {name: found[0] for name, found in counts.items()} == {name: found[1] for name, found in counts.items()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_agreement_page_shows_the_content_of_the_text(org: Organisation, language: str) -> None:
    agreement = in_force(
        org,
        {
            "work_item": [work("共建产业园区")],
            "key_project": [{"title": "津长产业合作园", "site": "长德开发区", "completes_on": date(2028, 1, 1)}],
            "mechanism": [meeting()],
            "phase": [{"year": 2026, "goal": "完善机制"}, {"year": 2027, "goal": "初步建成"}],
            "pairing": [{"ours": f"甲{n}区", "theirs": f"乙{n}县"} for n in range(8)],
        },
    )
    client = as_user(org.staff)
    client.cookies["django_language"] = language
    page = client.get(agreement.get_absolute_url()).content.decode()
    for words in ("共建产业园区", "津长产业合作园", "长德开发区", "联席会议", "完善机制", "甲7区"):
        assert words in page
    panel = client.get(f"{agreement.get_absolute_url()}?tab=followup").content.decode()
    assert "共建产业园区" in panel


# ---------------------------------------------------------------------- the sheet


def sheet(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows()]


@pytest.mark.article("§4.2")
def test_the_sheet_equals_the_screen(org: Organisation) -> None:
    agreement = in_force(
        org,
        {
            "target": [{"indicator": "互派干部", "measure": "人次", "goal": 20, "due_on": date(2028, 12, 31)}],
            "work_item": [work("=HYPERLINK(1)", supporting="＝市科技局"), work("国企改革", group="体制机制创新")],
            "mechanism": [meeting("互设联络处", frequency="as_needed")],
        },
    )
    client = as_user(org.staff)
    screen = client.get(reverse("followup:ledger", args=[agreement.public_id])).content.decode()
    answer = client.get(reverse("followup:ledger-export", args=[agreement.public_id]))
    assert answer.headers["Content-Type"] == sheets.MEDIA_TYPE
    title, subtitle, head, *rows = sheet(answer.content)
    assert agreement.title in str(title[0])
    assert org.lead.name_zh in str(subtitle[0])
    with translation.override("zh-hans"):
        assert head == boards.columns()
    found = re.findall(r"<t[dh] [^>]*role=\"cell\"[^>]*>(.*?)</t[dh]>", screen, re.DOTALL)
    cells = [unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()) for cell in found]
    width = len(head)
    shown = [cells[start : start + width] for start in range(0, len(cells), width)]
    written = [[f"{v:%Y-%m-%d}" if isinstance(v, date) else str(v or "—") for v in row] for row in rows]
    assert [[cell or "—" for cell in row] for row in shown] == written
    assert Event.objects.filter(chain="system", code="export_ledger").count() == 1


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "＋1", "－1", "＠x", " =1"])
def test_what_looks_like_a_formula_stays_text(start: str) -> None:
    content = sheets.workbook("台账", ["任务"], [[start]], "单位")
    cell = openpyxl.load_workbook(BytesIO(content)).active["A4"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", start, True)


def test_the_sheet_prints_on_a4_with_a_head_that_stays() -> None:
    rows = [["津合协〔2026〕1号", date(2026, 11, 23), 12, None, "坏\x00字"]]
    book = openpyxl.load_workbook(BytesIO(sheets.workbook("台账/一", ["编号", "日期", "数", "空", "字"], rows, "单位")))
    page = book.active
    assert (page.freeze_panes, page.print_title_rows, page.page_setup.orientation) == ("A4", "$3:$3", "landscape")
    assert page.page_setup.paperSize == 9
    assert [cell.data_type for cell in page[4]] == ["s", "d", "n", "n", "s"]
    assert page["E4"].value == "坏字"


def test_task_of_another_agreement_is_not_reached_through_its_report(org: Organisation, agreement: Agreement) -> None:
    other = in_force(org, {"work_item": [work("甲")]}, title="另一份", party="沈阳市人民政府")
    report = progress.report(tasks_of(other)[0], by=org.staff, percent=10, text="进展。")
    url = reverse("followup:progress-judge", args=[report.public_id])
    assert as_user(org.consulted_head).post(url, {"accepted": "yes"}).status_code in (403, 404)
    report.refresh_from_db()
    assert report.is_pending


def test_the_register_of_counterparties_says_what_came_of_an_agreement(org: Organisation) -> None:
    agreement = in_force(org, on=date(2023, 11, 20), term_kind="none")
    entry = agreement.parties.get().counterparty
    evaluation.file(agreement, by=org.head, proposal="continue", on=TODAY, **WORDS)
    (line,) = as_user(org.staff).get(entry.get_absolute_url()).context["agreements"]
    assert len(line.results) == 2
    with translation.override("en"), CaptureQueriesContext(connection) as queries:
        assert results.words([agreement.pk]) == {
            agreement.pk: ["0 of 1 tasks done", "three-year review: continue the cooperation"]
        }
    assert len(queries) == 2
