"""The approval sheet 呈批单: every step with who, post, capacity, day, on which text, from stored facts."""

import re
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from accounts.models import Post
from agreements.models import Agreement, PrintedDocument, Station
from agreements.services import attachments
from approvals import meeting_papers, pages, papers, review_papers, route_papers, supplement_papers
from approvals.models import Assignment, Confirmation, Decision, Recording, Run, Topic
from approvals.services import opening, runs
from core import clock
from core.errors import NotNow
from records import files
from tests.factories import Organisation, fresh, make_agreement, paper
from tests.factories_approvals import holder_of, open_assignment, open_run, pass_step, run_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"], is_major=True)


def lines_of(printed: PrintedDocument) -> list[str]:
    with files.open_stored(printed.file) as stream:
        reader = PdfReader(BytesIO(stream.read()))
    return [line for page in reader.pages for line in page.extract_text().splitlines()]


def text_of(printed: PrintedDocument) -> str:
    return "".join(lines_of(printed))


def test_every_step_stands_on_it_also_those_without_words(agreement: Agreement, org: Organisation) -> None:
    run: Run = open_run(agreement, org)
    pass_step(agreement, opinion="")
    printed = papers.approval_sheet(run, by=fresh(org.general_office))
    html = printed.html
    assert (printed.kind, printed.subject_key) == ("approval_sheet", f"run:{run.pk}")
    for step in run.steps.all():
        assert step.label in html
    for words in (
        agreement.title,
        agreement.number,
        run.sha256,
        f"第{run.text.number}稿",
        "拟同意，呈请审阅。",
        "吴法正",
    ):
        assert words in html
    for name, post in (("陈静", "general_office"), ("钱进", "deputy_secretary_general")):
        assert name in html
        assert org.post(post).title in html
    assert f'datetime="{run.opened_on.isoformat()}"' in html
    assert "合作协议呈批单" in text_of(printed)


def test_the_same_facts_make_the_same_paper_and_a_new_decision_another(agreement: Agreement, org: Organisation) -> None:
    run = open_run(agreement, org)
    first = papers.approval_sheet(run, by=fresh(org.head))
    with translation.override("en"):
        assert papers.approval_sheet(run, by=fresh(org.mayor)) == first
    pass_step(agreement)
    assert papers.approval_sheet(run, by=fresh(org.head)) != first
    assert PrintedDocument.objects.filter(agreement=agreement).count() == 2


def test_minutes_report_and_conclusion_are_on_the_whole_sheet(agreement: Agreement, org: Organisation) -> None:
    run = run_through(agreement, org)
    html = papers.approval_sheet(run, by=fresh(org.general_office)).html
    for words in ("津政办会纪〔2026〕5号", "津政办报〔2026〕8号", "张海", "合法，可以报批"):
        assert words in html


def added(assignment: Assignment, post: Post, kind: str, reason: str) -> Assignment:
    """Ask another post on the open step, as its host does."""
    return opening.assign(
        assignment.step.run.agreement,
        assignment.step,
        post,
        kind,
        by=holder_of(assignment),
        on=clock.today(),
        at=clock.now(),
        parent=assignment,
        reason=reason,
    )


def test_added_signers_stand_on_the_sheet_and_on_that_of_countersignatures(
    agreement: Agreement, org: Organisation
) -> None:
    run = open_run(agreement, org)
    with translation.override("en"), pytest.raises(NotNow, match="Nobody countersigns"):
        papers.countersign_sheet(run, by=fresh(org.head))
    host = open_assignment(agreement)
    signer = added(host, org.post("legal"), Assignment.Kind.BEFORE, "请复核担保条款")
    open_sheet = papers.countersign_sheet(run, by=fresh(org.head)).html
    assert "请复核担保条款" in open_sheet
    assert "合作协议会签单" in open_sheet
    runs.decide(signer, by=holder_of(signer), verdict="disagree", opinion="不同意担保表述。", text_sha256=run.sha256)
    runs.decide(host, by=holder_of(host), verdict="approve", text_sha256=run.sha256)
    printed = papers.countersign_sheet(run, by=fresh(org.head))
    for words in ("不同意担保表述。", signer.post.title, run.sha256):
        assert words in printed.html
    assert host.post.title not in printed.html
    assert "合作协议会签单" in text_of(printed)
    sheet = papers.approval_sheet(run, by=fresh(org.head)).html
    for words in ("不同意担保表述。", "请复核担保条款", "（未填写意见）", "本人"):
        assert words in sheet


def test_a_returned_round_loses_no_opinion(agreement: Agreement, org: Organisation) -> None:
    run = open_run(agreement, org)
    pass_step(agreement, opinion="第一次的意见。")
    back = open_assignment(agreement)
    to = run.steps.get(code="deputy_secretary_general")
    runs.decide(back, by=holder_of(back), verdict="send_back", opinion="请再核。", text_sha256=run.sha256, to=to)
    pass_step(agreement, opinion="第二次的意见。")
    html = papers.approval_sheet(run, by=fresh(org.head)).html
    for words in ("第一次的意见。", "请再核。", "第二次的意见。", "第2次办理"):
        assert words in html


def test_a_record_from_paper_is_marked_until_its_leader_confirms(agreement: Agreement, org: Organisation) -> None:
    run = open_run(agreement, org)
    assignment = open_assignment(agreement)
    scan = attachments.attach(agreement, "instruction", paper(), by=org.general_office)
    decision = Decision.objects.create(
        assignment=assignment,
        verdict="approve",
        opinion="同意。",
        by=org.general_office,
        by_name="陈静",
        post_title=assignment.post.title,
        capacity="recorded",
        principal_name="钱进",
        on=clock.today(),
        at=clock.now(),
        text_sha256=run.sha256,
        scan=scan,
    )
    recording = Recording.objects.create(
        decision=decision, principal=org.deputy_secretary_general, written_on=clock.today()
    )
    html = papers.approval_sheet(run, by=fresh(org.head)).html
    assert "代录" in html
    assert "钱进" in html
    assert "尚未经本人确认" in html
    Confirmation.objects.create(
        recording=recording, confirmed=True, by=org.deputy_secretary_general, by_name="钱进", post_title=""
    )
    assert "尚未经本人确认" not in papers.approval_sheet(run, by=fresh(org.head)).html


def days_in(html: str) -> list[str]:
    return re.findall(r'<time class="nowrap" datetime="[^"]+">([^<]+)</time>', html)


def test_no_day_is_broken_over_two_lines(agreement: Agreement, org: Organisation) -> None:
    run = run_through(agreement, org)
    (topic,) = Topic.objects.filter(run=run)
    (review,) = agreement.legal_reviews.all()
    office = fresh(org.general_office)
    for printed in (
        papers.approval_sheet(run, by=office),
        meeting_papers.topic_paper(topic, by=office),
        review_papers.review_opinion(review, by=office),
        route_papers.route_preview(agreement, by=office),
    ):
        days, lines = days_in(printed.html), lines_of(printed)
        assert days, printed.kind
        assert sum(line.count(day) for day in set(days) for line in lines) == len(days), printed.kind


def test_long_words_stand_across_the_page_and_go_on_overleaf(agreement: Agreement, org: Organisation) -> None:
    run = open_run(agreement, org)
    words = "请牵头单位逐条落实资金来源、用地指标和进度安排，" * 60
    pass_step(agreement, opinion=words)
    printed = papers.approval_sheet(run, by=fresh(org.general_office))
    assert f'<tr class="across"><td colspan="4">{words}</td></tr>' in printed.html
    assert text_of(printed).count("用地指标") == 60
    with files.open_stored(printed.file) as stream:
        pages = [page.extract_text() for page in PdfReader(BytesIO(stream.read())).pages]
    assert len(pages) <= 4
    assert "用地指标" in pages[-2] or "用地指标" in pages[-1]


def test_the_tab_of_the_approval_lists_every_kind_of_its_papers() -> None:
    kinds = {
        papers.KIND,
        papers.COUNTERSIGN,
        review_papers.KIND,
        supplement_papers.KIND,
        route_papers.KIND,
        meeting_papers.TOPIC,
    }
    assert set(pages.PAPERS) == kinds
