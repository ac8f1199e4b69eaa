"""§3.3: findings with risk and wording, each answered by the lead unit, judged by the reviewer; the rest is carried."""

import json
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from agreements import verbs
from agreements.models import Agreement, Station, TextVersion, ToDo
from agreements.services import drafting, texts
from agreements.services import findings as screening
from approvals.models import LegalReview, ReviewFinding
from approvals.services import reviewing, runs
from approvals.services.review import carrying, findings, gates
from approvals.services.review.findings import Answer, Status
from approvals.services.reviewing import FindingContent, PointContent
from core.errors import BadInput, NotNow, Refused
from records.models import Event
from regulation.review import REVIEW_POINTS
from tests.factories import Organisation, fresh, make_agreement, reword
from tests.factories_approvals import all_clear, complete, in_review, latest_review, leave_out_joint, open_run

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]


@pytest.fixture
def review(org: Organisation) -> LegalReview:
    return latest_review(in_review(org))


def record(review: LegalReview, org: Organisation, **points: PointContent) -> None:
    contents = {**all_clear(), **points}
    reviewing.record_points(review, contents, by=fresh(org.legal), text_sha256=review.text.sha256)


def close(review: LegalReview, org: Organisation, conclusion: str = "lawful", opinion: str = "请按意见修改。") -> None:
    leave_out_joint(review, org)
    reviewing.close(review, by=fresh(org.legal), conclusion=conclusion, text_sha256=review.text.sha256, opinion=opinion)


def two_on_law(review: LegalReview) -> PointContent:
    """Return two findings on lawfulness, at the second and third clause."""
    second, third = review.text.clauses.all()[1:3]
    return PointContent(
        True,
        findings=(
            FindingContent("违约责任不对等。", second.lineage, "medium", "双方各自承担违约责任。"),
            FindingContent("期限不明。", third.lineage, "low"),
        ),
    )


def gone_back(review: LegalReview, org: Organisation) -> list[ReviewFinding]:
    """Send a text back with two findings on lawfulness; return them."""
    record(review, org, lawfulness=two_on_law(review))
    close(review, org, "lawful_after_changes")
    return list(review.findings.all())


def answered(review: LegalReview, org: Organisation, *, change: bool = True) -> LegalReview:
    """Answer both findings, one by changing its clause, one by keeping it; return the next round."""
    first, second = gone_back(review, org)
    agreement = review.agreement
    agreement.refresh_from_db()
    if change:
        reword(agreement, "双方各自承担违约责任。", by=fresh(org.staff), place=1)
    findings.answer(
        agreement,
        {first.public_id: Answer("changed"), second.public_id: Answer("kept", "期限在总则已写明。")},
        by=fresh(org.staff),
    )
    drafting.submit(agreement, by=fresh(org.head))
    return complete(agreement, org)


def statuses(agreement: Agreement) -> list[Status]:
    return [one.status for one in findings.of(agreement)]


class TestWriting:
    def test_any_number_by_clause_with_risk_and_wording(self, review: LegalReview, org: Organisation) -> None:
        record(review, org, lawfulness=two_on_law(review))
        rows = [(row.point, row.risk, row.proposal) for row in review.findings.all()]
        assert rows == [("lawfulness", "medium", "双方各自承担违约责任。"), ("lawfulness", "low", "")]
        event = Event.objects.filter(chain=review.agreement.chain, code="review_points").latest("sequence")
        assert [one["risk"] for one in event.payload["findings"]] == ["medium", "low"]

    def test_worded_anew_it_is_the_same_finding_and_what_is_left_out_goes(
        self, review: LegalReview, org: Organisation
    ) -> None:
        record(review, org, lawfulness=two_on_law(review))
        first, second = review.findings.all()
        shown = frozenset({first.public_id, second.public_id})
        again = PointContent(
            True, findings=(FindingContent("责任不清。", risk="high", key=first.public_id),), shown=shown
        )
        record(review, org, lawfulness=again)
        (row,) = review.findings.all()
        assert (row.pk, row.body, row.risk, row.clause_lineage) == (first.pk, "责任不清。", "high", "")

    def test_a_finding_that_was_not_shown_is_not_touched(self, review: LegalReview, org: Organisation) -> None:
        record(review, org, lawfulness=PointContent(True, "同事写下的。"))
        record(review, org, lawfulness=PointContent(True, findings=(FindingContent("我写下的。"),), shown=frozenset()))
        assert [row.body for row in review.findings.all()] == ["同事写下的。", "我写下的。"]
        with pytest.raises(NotNow) as refusal:
            record(review, org, lawfulness=PointContent(False, shown=frozenset()))
        assert refusal.value.code == "finding_since"

    def test_an_unknown_risk_is_refused(self, review: LegalReview, org: Organisation) -> None:
        with pytest.raises(BadInput):
            record(review, org, policy=PointContent(True, findings=(FindingContent("有误", risk="deadly"),)))

    def test_from_the_end_of_the_round_on_it_stands(self, review: LegalReview, org: Organisation) -> None:
        first, _second = gone_back(review, org)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewFinding.objects.filter(pk=first.pk).update(body="另一句话")
        with pytest.raises(IntegrityError), transaction.atomic():
            first.delete()

    def test_a_high_risk_that_stands_is_never_lawful(self, review: LegalReview, org: Organisation) -> None:
        record(review, org, lawfulness=PointContent(True, findings=(FindingContent("越权担保。", risk="high"),)))
        with pytest.raises(NotNow) as refusal:
            close(review, org)
        assert [gap.code for gap in refusal.value.gaps] == ["high_risk"]
        close(review, org, "not_lawful")
        assert latest_review(review.agreement).state == "returned"


class TestAnswering:
    def test_no_submission_while_one_is_unanswered(self, review: LegalReview, org: Organisation) -> None:
        first, second = gone_back(review, org)
        agreement = review.agreement
        agreement.refresh_from_db()
        codes = [gap.code for gap in verbs.get("submit_for_review").gaps(agreement)]
        assert codes == ["finding_unanswered"] * 2
        with pytest.raises(NotNow):
            drafting.submit(agreement, by=fresh(org.head))
        findings.answer(agreement, {first.public_id: Answer("partly", "已改前半句。")}, by=fresh(org.staff))
        with pytest.raises(NotNow) as refusal:
            drafting.submit(agreement, by=fresh(org.head))
        assert [gap.code for gap in refusal.value.gaps] == ["finding_unanswered"]
        findings.answer(agreement, {second.public_id: Answer("changed")}, by=fresh(org.staff))
        drafting.submit(agreement, by=fresh(org.head))

    @pytest.mark.parametrize(
        "answer", [Answer("kept", " "), Answer("partly"), Answer("burnt", "理由")], ids=["kept", "partly", "unknown"]
    )
    def test_what_is_kept_has_a_reason(self, review: LegalReview, org: Organisation, answer: Answer) -> None:
        first, _second = gone_back(review, org)
        with pytest.raises(BadInput):
            findings.answer(review.agreement, {first.public_id: answer}, by=fresh(org.staff))
        assert statuses(review.agreement) == [Status.OPEN, Status.OPEN]

    def test_the_second_is_told_who_answered(self, review: LegalReview, org: Organisation) -> None:
        first, _second = gone_back(review, org)
        findings.answer(review.agreement, {first.public_id: Answer("changed")}, by=fresh(org.staff))
        with pytest.raises(NotNow, match="周岚"):
            findings.answer(review.agreement, {first.public_id: Answer("kept", "理由")}, by=fresh(org.head))

    def test_only_the_lead_unit_answers(self, review: LegalReview, org: Organisation) -> None:
        first, _second = gone_back(review, org)
        for name in ("legal", "general_office", "consulted", "mayor"):
            with pytest.raises(Refused):
                findings.answer(review.agreement, {first.public_id: Answer("changed")}, by=fresh(org.users[name]))

    def test_a_finding_of_another_case_is_refused(self, review: LegalReview, org: Organisation) -> None:
        gone_back(review, org)
        with pytest.raises(BadInput):
            findings.answer(review.agreement, {"abcdefghij": Answer("changed")}, by=fresh(org.staff))
        with pytest.raises(BadInput):
            findings.answer(review.agreement, {}, by=fresh(org.staff))

    def test_nothing_is_answered_while_the_round_is_open(self, review: LegalReview, org: Organisation) -> None:
        record(review, org, lawfulness=two_on_law(review))
        (first, _second) = review.findings.all()
        assert statuses(review.agreement) == [Status.DRAFT, Status.DRAFT]
        with pytest.raises(NotNow):
            findings.answer(review.agreement, {first.public_id: Answer("kept", "理由")}, by=fresh(org.staff))


class TestJudging:
    def test_a_lawful_end_waits_for_the_judgement(self, review: LegalReview, org: Organisation) -> None:
        again = answered(review, org)
        first, second = (one.finding for one in findings.of(again.agreement))
        record(again, org)
        with pytest.raises(NotNow) as refusal:
            close(again, org)
        assert [gap.code for gap in refusal.value.gaps] == ["finding_unjudged"] * 2
        legal = fresh(org.legal)
        findings.judge(again, first.public_id, by=legal, accepted=True)
        with pytest.raises(BadInput):
            findings.judge(again, second.public_id, by=legal, accepted=False, reason=" ")
        findings.judge(again, second.public_id, by=legal, accepted=False, reason="总则未写明。")
        close(again, org)
        assert statuses(again.agreement) == [Status.ACCEPTED, Status.MAINTAINED]
        assert [one.finding for one in findings.maintained(again.agreement)] == [second]
        runs.open_run(again.agreement, by=fresh(org.general_office))

    def test_the_second_is_told_who_judged(self, review: LegalReview, org: Organisation) -> None:
        again = answered(review, org)
        first = findings.of(again.agreement)[0].finding
        findings.judge(again, first.public_id, by=fresh(org.legal), accepted=True)
        with pytest.raises(NotNow, match="吴法正"):
            findings.judge(again, first.public_id, by=fresh(org.legal), accepted=True)

    def test_maintained_in_a_round_that_goes_back_it_is_answered_anew(
        self, review: LegalReview, org: Organisation
    ) -> None:
        again = answered(review, org)
        for one in findings.of(again.agreement):
            findings.judge(again, one.finding.public_id, by=fresh(org.legal), accepted=False, reason="未改到位。")
        record(again, org)
        close(again, org, "lawful_after_changes")
        assert statuses(again.agreement) == [Status.OPEN, Status.OPEN]

    def test_only_the_reviewer_judges(self, review: LegalReview, org: Organisation) -> None:
        again = answered(review, org)
        first = findings.of(again.agreement)[0].finding
        for name in ("general_office", "staff", "mayor"):
            with pytest.raises(Refused):
                findings.judge(again, first.public_id, by=fresh(org.users[name]), accepted=True)


class TestALawfulEndWithFindings:
    def test_they_are_answered_before_the_presentation(self, review: LegalReview, org: Organisation) -> None:
        agreement = review.agreement
        record(review, org, lawfulness=two_on_law(review))
        close(review, org)
        agreement.refresh_from_db()
        desks = ToDo.objects.filter(agreement=agreement, closed_at=None).values_list("code", "post__code")
        assert set(desks) == {("answer_findings", "officer")}
        with pytest.raises(NotNow) as refusal:
            runs.open_run(agreement, by=fresh(org.general_office))
        assert [gap.code for gap in refusal.value.gaps] == ["finding_unanswered"] * 2
        first, second = review.findings.all()
        with pytest.raises(BadInput):
            findings.answer(agreement, {first.public_id: Answer("changed")}, by=fresh(org.staff))
        kept = Answer("kept", "实施中一并明确。")
        findings.answer(agreement, {first.public_id: kept, second.public_id: kept}, by=fresh(org.staff))
        assert set(desks.all()) == {("present", "general_office")}
        runs.open_run(agreement, by=fresh(org.general_office))


class TestCarrying:
    def test_what_did_not_change_stands_and_only_the_rest_is_asked_again(
        self, review: LegalReview, org: Organisation
    ) -> None:
        again = answered(review, org)
        second, third = (clause.lineage for clause in again.text.clauses.all()[1:3])
        assert (again.base, again.changed) == (review, [second])
        asked = carrying.asked_again(again, [one.finding for one in findings.of(again.agreement)])
        assert asked["lawfulness"] == [second, third]
        assert {code: about for code, about in asked.items() if code != "lawfulness"} == {
            code: [second] for code in REVIEW_POINTS if code != "lawfulness"
        }
        assert not again.points.exists()

    def test_where_the_words_did_not_change_the_points_without_findings_are_carried(
        self, review: LegalReview, org: Organisation
    ) -> None:
        again = answered(review, org, change=False)
        carried = {point.point: point.carried_from for point in again.points.all()}
        assert carried == {code: review for code in REVIEW_POINTS if code != "lawfulness"}
        for one in findings.of(again.agreement):
            findings.judge(again, one.finding.public_id, by=fresh(org.legal), accepted=True)
        leave_out_joint(again, org)
        shown = again.text.sha256
        with pytest.raises(NotNow) as refusal:
            reviewing.close(again, by=fresh(org.legal), conclusion="lawful", text_sha256=shown)
        assert [gap.code for gap in refusal.value.gaps] == ["point_lawfulness"]
        reviewing.record_points(again, {"lawfulness": PointContent(False)}, by=fresh(org.legal), text_sha256=shown)
        reviewing.close(again, by=fresh(org.legal), conclusion="lawful", text_sha256=shown)

    def test_the_round_it_comes_from_is_the_first_that_answered_it(
        self, review: LegalReview, org: Organisation
    ) -> None:
        again = answered(review, org, change=False)
        reviewing.send_back(again.agreement, by=fresh(org.legal), reason="请核对。", text_sha256=again.text.sha256)
        drafting.submit(again.agreement, by=fresh(org.head))
        third = complete(again.agreement, org)
        assert {point.carried_from for point in third.points.all()} == {review}

    def test_order_alone_is_no_change(self, review: LegalReview) -> None:
        old = review.text
        assert carrying.changed_lineages(old, old) == []
        moved = [{**clause, "order": 90 - clause["order"]} for clause in json.loads(old.canonical)]
        assert carrying.changed_lineages(old, TextVersion(canonical=json.dumps(moved))) == []
        gone = TextVersion(canonical=json.dumps(moved[1:]))
        assert carrying.changed_lineages(old, gone) == [moved[0]["lineage"]]


class TestUnchangedWords:
    def test_reviewed_as_lawful_they_are_presented_at_once(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        deputy = fresh(org.deputy_secretary_general)
        runs.decide(
            run.steps.get(state="open").assignments.get(),
            by=deputy,
            verdict="send_back",
            opinion="补充说明。",
            text_sha256=run.sha256,
        )
        agreement.refresh_from_db()
        drafting.submit(agreement, by=fresh(org.head))
        assert set(ToDo.objects.filter(agreement=agreement, closed_at=None).values_list("code", flat=True)) == {
            "present"
        }
        assert agreement.completeness_checks.count() == 1
        assert agreement.legal_reviews.count() == 1
        again = runs.open_run(agreement, by=fresh(org.general_office))
        assert again.sha256 == run.sha256

    def test_found_unlawful_they_are_reviewed_again(self, review: LegalReview, org: Organisation) -> None:
        record(review, org)
        close(review, org, "not_lawful")
        agreement = review.agreement
        agreement.refresh_from_db()
        drafting.submit(agreement, by=fresh(org.head))
        assert latest_review(agreement).text.sha256 == texts.current(agreement).sha256
        with pytest.raises(NotNow):
            runs.open_run(agreement, by=fresh(org.general_office))
        assert complete(agreement, org).round == 2


class TestKeptAgainstTheScreening:
    def test_its_reason_is_looked_at_before_a_lawful_end(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        shown = agreement.texts.latest("number").sha256
        reviewing.send_back(agreement, by=fresh(org.legal), reason="请修改。", text_sha256=shown)
        agreement.refresh_from_db()
        reword(agreement, "由市政府为乙方的银行贷款提供连带责任担保。", by=fresh(org.staff))
        for line in screening.unanswered(agreement):
            screening.keep(agreement, line.found.fingerprint, by=fresh(org.staff), reason="国家另有规定。")
        drafting.submit(agreement, by=fresh(org.head))
        review = complete(agreement, org)
        record(review, org)
        with pytest.raises(NotNow) as refusal:
            close(review, org)
        gaps = refusal.value.gaps
        assert {gap.code for gap in gaps} == {"screening_look"}
        keys = [line.answer.pk for line in gates.unlooked(review) if line.answer]
        reviewing.look_at(review, keys, by=fresh(org.legal), text_sha256=review.text.sha256)
        assert Event.objects.filter(chain=agreement.chain).latest("sequence").code == "look_at_kept"
        reviewing.look_at(review, keys, by=fresh(org.legal), text_sha256=review.text.sha256)
        assert Event.objects.filter(chain=agreement.chain, code="look_at_kept").count() == 1
        close(review, org)


class TestTheNumber:
    def test_each_conclusion_takes_the_next_one_of_the_year(self, review: LegalReview, org: Organisation) -> None:
        again = answered(review, org)
        year = review.opened_on.year
        assert review.number == f"津合协法审〔{year}〕1号"
        record(again, org)
        close(again, org, "not_lawful")
        assert again.number == f"津合协法审〔{year}〕2号"

    def test_sent_back_without_a_conclusion_there_is_none(self, review: LegalReview, org: Organisation) -> None:
        reviewing.send_back(review.agreement, by=fresh(org.legal), reason="请补充。", text_sha256=review.text.sha256)
        review.refresh_from_db()
        assert (review.state, review.number) == ("returned", "")


def test_findings_are_read_in_three_queries(
    review: LegalReview, org: Organisation, django_assert_num_queries: Callable[..., object]
) -> None:
    agreement = answered(review, org).agreement
    with django_assert_num_queries(3):
        assert [one.status for one in findings.of(agreement)] == [Status.ANSWERED, Status.ANSWERED]
