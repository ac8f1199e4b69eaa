"""The approval sheet 呈批单: every step with who, post, capacity, day, on which text, from stored facts."""

from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from agreements.models import Agreement, PrintedDocument, Station
from approvals import papers
from approvals.models import Run
from records import files
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_run, pass_step, run_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"], is_major=True)


def text_of(printed: PrintedDocument) -> str:
    with files.open_stored(printed.file) as stream:
        reader = PdfReader(BytesIO(stream.read()))
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "")


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
