"""The written opinion of the review 法制审核意见书: numbered, everything that was found and by whom, the clock."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from accounts.models import User
from agreements.models import Agreement, PrintedDocument, Station
from approvals import review_papers, supplement_papers
from approvals.models import LegalReview, ReviewTopic, Supplement
from approvals.services import reviewing
from approvals.services.review import clock as review_clock
from approvals.services.review import experts, joint, supplements
from approvals.services.review.supplements import Missing, Supplied
from approvals.services.reviewing import FindingContent, PointContent
from core import clock
from core.errors import NotNow
from records import files
from tests.factories import Organisation, fresh, make_agreement, paper
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


class TestSupplementNotice:
    """补正通知书: what is missing, by its names, until when, from which round."""

    def asked(self, agreement: Agreement, by: User) -> Supplement:
        text = agreement.texts.latest("number")
        items = [Missing("origin", "市领导批示原件"), Missing("other", "选址照片两张")]
        return supplements.ask(agreement, items, by=fresh(by), text_sha256=text.sha256, note="请一并盖章。")

    def test_of_the_check_it_names_each_thing_the_day_and_the_office(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        supplement = self.asked(agreement, org.general_office)
        with translation.override("en"):
            printed = supplement_papers.supplement_notice(supplement, by=fresh(org.staff))
        with files.open_stored(printed.file) as kept:
            document = PdfReader(BytesIO(kept.read()))
        said = "".join(page.extract_text() for page in document.pages)
        plain = re.sub(r"\s", "", said)
        due = f"{supplement.due_on.year}年{supplement.due_on.month}月{supplement.due_on.day}日"
        for words in ("补正通知书", "市领导批示原件", "选址照片两张", "请一并盖章。", f"{due}前", "第1次补正"):
            assert words in plain
        assert "第1轮送审材料齐备性核对" in plain
        assert org.lead.name_zh in plain
        assert org.post("general_office").unit.name_zh in plain
        assert org.general_office.full_name in plain
        assert "pdfaid" in document.xmp_metadata.rdf_root.toxml()  # type: ignore[union-attr]

    def test_what_was_supplied_since_changes_nothing_and_it_is_printed_once(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        supplement = self.asked(agreement, org.general_office)
        first = supplement_papers.supplement_notice(supplement, by=fresh(org.general_office))
        given = {item.public_id: Supplied("已附。") for item in supplement.items.all()}
        supplements.supply(supplement, given, by=fresh(org.staff))
        again = Supplement.objects.get(pk=supplement.pk)
        assert supplement_papers.supplement_notice(again, by=fresh(org.staff)) == first

    def test_of_the_review_the_legal_affairs_office_asks(self, org: Organisation) -> None:
        agreement = in_review(org)
        found = supplement_papers.facts(self.asked(agreement, org.legal))
        assert found["office"] == org.post("legal")
        assert not found["in_check"]

    def test_it_is_offered_on_the_page_of_the_check_and_to_the_lead_unit(
        self, org: Organisation, as_user: Callable[[User], Client]
    ) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        supplement = self.asked(agreement, org.general_office)
        address = reverse("approvals:paper-supplement", args=[supplement.public_id])
        check = reverse("approvals:completeness-edit", args=[agreement.public_id])
        assert address in as_user(org.general_office).get(check).content.decode()
        lead = as_user(org.staff)
        supply = reverse("approvals:supplement-edit", args=[supplement.public_id])
        assert address in lead.get(supply).content.decode()
        assert b"".join(lead.post(address)).startswith(b"%PDF")
        assert as_user(org.stranger).post(address).status_code == 404
        kept = PrintedDocument.objects.get(agreement=agreement, kind=supplement_papers.KIND)
        papers = lead.get(f"{agreement.get_absolute_url()}?tab=files").content.decode()
        assert reverse("agreements:paper-download", args=[agreement.public_id, kept.public_id]) in papers
