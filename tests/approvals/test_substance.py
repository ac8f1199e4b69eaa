"""§3.3: what is never a change of wording only, as far as a machine can tell."""

import pytest

from agreements.models import Agreement, TextVersion
from agreements.services import texts
from approvals import substance
from tests.factories import Organisation, make_agreement, reword, write_text

pytestmark = pytest.mark.article("§3.3")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("甲方应按期拨付。", "甲方可以按期拨付。"),
        ("甲方不承担费用。", "甲方承担费用。"),
        ("乙方必须报告。", "乙方报告。"),
        ("出资100万元。", "出资1000万元。"),
        ("出资一百万元。", "出资二百万元。"),
        ("占股百分之三十。", "占股百分之四十。"),
        ("于2027年3月1日前完成。", "于2027年3月31日前完成。"),
        ("三年内建成。", "五年内建成。"),
        ("甲方负责用地，乙方负责建设。", "乙方负责用地，甲方负责建设。"),
        ("双方共同出资。", "甲方出资。"),
        ("未经同意不得转让。", "转让应当告知。"),
        ("至少引进十家企业。", "引进十家企业。"),
        ("违约方承担赔偿责任。", "违约方承担责任。"),
        ("有权终止本协议。", "无权终止本协议。"),
        ("除不可抗力外均须履行。", "均须履行。"),
        ("面积50亩。", "面积50公顷。"),
        ("按第三条执行。", "按第四条执行。"),
        ("The parties shall meet.", "The parties may meet."),
    ],
)
def test_a_number_a_day_a_party_or_a_duty_is_told(old: str, new: str) -> None:
    assert list(substance.exchanged(substance.telling(old), substance.telling(new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("加强沟通协调。", "加强沟通、协调。"),
        ("不断深化合作。", "持续深化合作。"),
        ("推动应用示范。", "推动运用示范。"),
        ("促进可持续发展。", "促进绿色发展。"),
        ("投资1,000万元。", "投资1000万元。"),
        ("投资１００万元。", "投资100万元。"),
        ("取得积极成效。", "取得明显成效。"),
        ("达成一致意见。", "形成一致意见。"),
        ("人民幸福感增强。", "群众幸福感增强。"),
    ],
)
def test_mere_wording_is_left_to_the_reviewer(old: str, new: str) -> None:
    assert not list(substance.exchanged(substance.telling(old), substance.telling(new)))


@pytest.mark.django_db
class TestOnTexts:
    @pytest.fixture
    def agreement(self, org: Organisation) -> Agreement:
        agreement = make_agreement(org)
        write_text(agreement, by=org.staff)
        return agreement

    def keep(self, agreement: Agreement, org: Organisation) -> TextVersion:
        return texts.keep(agreement, by=org.staff, note="")

    def test_the_same_text(self, agreement: Agreement, org: Organisation) -> None:
        text = self.keep(agreement, org)
        verdict = substance.check(text, text)
        assert verdict.is_unchanged
        assert not verdict.may_be_wording

    def test_wording(self, agreement: Agreement, org: Organisation) -> None:
        before = self.keep(agreement, org)
        reword(agreement, "双方就工作目标等达成一致。", by=org.staff)
        verdict = substance.check(before, self.keep(agreement, org))
        assert verdict.may_be_wording
        assert verdict.changes == 1

    def test_a_clause_written_anew_is_to_be_looked_at(self, agreement: Agreement, org: Organisation) -> None:
        before = self.keep(agreement, org)
        reword(agreement, "双方本着平等互利原则推进各项工作并形成合力。", by=org.staff)
        assert substance.check(before, self.keep(agreement, org)).warnings

    def test_any_structured_part(self, agreement: Agreement, org: Organisation) -> None:
        before = self.keep(agreement, org)
        text = texts.working(agreement)
        assert text is not None
        clause = next(row for row in texts.clauses_with_parts(text) if row.parts["work_item"])
        parts = [
            texts.PartContent(
                code, {**row.facts(), **({"title": "共建园区"} if code == "work_item" else {})}, row.lineage
            )
            for code, rows in clause.parts.items()
            for row in rows
        ]
        content = texts.ClauseContent(clause.lineage, clause.prose, parts=parts)
        texts.save(agreement, [content], by=org.staff, edition=text.edition)
        verdict = substance.check(before, self.keep(agreement, org))
        assert [reason.code for reason in verdict.reasons] == ["part"]

    def test_a_clause_left_out_or_brought_back(self, agreement: Agreement, org: Organisation) -> None:
        before = self.keep(agreement, org)
        text = texts.working(agreement)
        assert text is not None
        clause = texts.clauses_with_parts(text)[0]
        content = texts.ClauseContent(clause.lineage, clause.prose, omission_reason="不适用。")
        texts.save(agreement, [content], by=org.staff, edition=text.edition)
        verdict = substance.check(before, self.keep(agreement, org))
        assert "left_out" in {reason.code for reason in verdict.reasons}
