"""The written opinion of the review 法制审核意见书: numbered, everything that was found and by whom, the clock."""

from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from agreements.models import PrintedDocument
from approvals import review_papers
from approvals.models import LegalReview, ReviewTopic
from approvals.services import reviewing
from approvals.services.review import clock as review_clock
from approvals.services.review import experts, joint
from approvals.services.reviewing import FindingContent, PointContent
from core import clock
from core.errors import NotNow
from records import files
from tests.factories import Organisation, fresh, paper
from tests.factories_approvals import all_clear, in_review, latest_review, leave_out_joint

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]


@pytest.fixture
def review(org: Organisation) -> LegalReview:
    """A round with findings, an answer and a silence, an expert, a stop, concluded as lawful after changes."""
    ReviewTopic.objects.filter(code="land").update(unit=org.units["reform"])
    review = latest_review(in_review(org))
    legal = fresh(org.legal)
    (asked,) = joint.ask(review, [org.units["finance"]], by=legal, reason="涉及资金安排。")
    shown = review.text.sha256
    clause = review.text.clauses.all()[1]
    found = FindingContent("预算科目不明。", clause.lineage, "high", "列入2026年度预算。")
    joint.answer(asked, by=fresh(org.consulted), text_sha256=shown, findings=[("lawfulness", found)])
    joint.ask(review, [org.units["reform"]], by=legal)
    leave_out_joint(review, org)
    review_clock.stop(review, "other", by=legal, words="等待国家部委批复")
    experts.record(
        review,
        by=legal,
        name="任教授",
        standing="南开大学法学院",
        agrees=False,
        words="建议明确管辖。",
        paper=paper("专家意见.png"),
        given_on=clock.today(),
    )
    own = PointContent(True, findings=(FindingContent("违约责任不对等。", risk="low"),))
    reviewing.record_points(review, {**all_clear(), "duties_rights": own}, by=legal, text_sha256=shown)
    return review


def conclude(review: LegalReview, org: Organisation) -> LegalReview:
    reviewing.close(
        review,
        by=fresh(org.legal),
        conclusion="lawful_after_changes",
        text_sha256=review.text.sha256,
        opinion="请按意见修改。",
    )
    return review


def test_everything_stands_on_it(review: LegalReview, org: Organisation) -> None:
    printed = review_papers.review_opinion(conclude(review, org), by=fresh(org.legal))
    assert (printed.kind, printed.subject_key) == ("review_opinion", review.key)
    for words in (
        review.number,
        review.text.sha256,
        "修改后合法",
        "请按意见修改。",
        "预算科目不明。",
        "列入2026年度预算。",
        "〔高风险〕",
        "〔低风险〕",
        "市财政局提出",
        "未答复，不视为同意",
        "未送会审：",
        "任教授",
        "有不同意见",
        "等待国家部委批复",
        "未提供意见",
        f"审核人：吴法正（{org.post('legal').title}，本人）",
        "扣除下列停算期间",
        "未发现问题",
    ):
        assert words in printed.html, words
    with files.open_stored(printed.file) as stream:
        pages = PdfReader(BytesIO(stream.read())).pages
    assert "法制审核意见书" in "".join(page.extract_text() for page in pages).replace("\n", "")


def test_the_same_facts_make_the_same_paper(review: LegalReview, org: Organisation) -> None:
    conclude(review, org)
    first = review_papers.review_opinion(review, by=fresh(org.legal))
    with translation.override("en"):
        assert review_papers.review_opinion(review, by=fresh(org.head)) == first
    assert PrintedDocument.objects.filter(kind="review_opinion").count() == 1


def test_without_a_conclusion_there_is_nothing_to_print(review: LegalReview, org: Organisation) -> None:
    with pytest.raises(NotNow) as refusal:
        review_papers.review_opinion(review, by=fresh(org.legal))
    assert refusal.value.code == "no_conclusion"
