"""§3.3: who reviews beside the legal affairs office, by what the text touches; silence is shown, never consent."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Unit, UnitRole
from agreements import verbs
from agreements.models import Agreement, Deadline, Station, ToDo
from agreements.services import calendar, drafting, standing
from approvals.models import JointReview, LegalReview, ReviewSetting, ReviewTopic
from approvals.services import reviewing, sync
from approvals.services.review import clock as review_clock
from approvals.services.review import experts, joint, section
from approvals.services.review.points import FindingContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records.models import Event
from regulation.review_practice import TOPICS
from tests.factories import Organisation, fresh, make_agreement, paper, reword
from tests.factories_approvals import all_clear, also_holds, complete, in_review, latest_review, review_all_clear

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]


@pytest.fixture
def planned(org: Organisation) -> Organisation:
    """Name a unit for the subjects of land and funds."""
    ReviewTopic.objects.filter(code="land").update(unit=org.units["reform"])
    ReviewTopic.objects.filter(code="funds").update(unit=org.units["finance"])
    return org


@pytest.fixture
def review(planned: Organisation) -> LegalReview:
    agreement = in_review(planned, natures=["funds"])
    return latest_review(agreement)


def state_of(review: LegalReview, code: str) -> JointReview:
    return review.joint.get(unit__code=code)


def asked(review: LegalReview, org: Organisation) -> JointReview:
    (row,) = joint.ask(review, [org.units["finance"]], by=fresh(org.legal))
    return row


def days_later(days: int) -> datetime:
    day = calendar.nth(clock.today(), days).day
    return clock.now() + timedelta(days=(day - clock.today()).days)


def drop_others(review: LegalReview, org: Organisation) -> None:
    for row in review.joint.filter(state="proposed"):
        joint.drop(row, by=fresh(org.legal), reason="与本部门职责无关。")


class TestTheProposal:
    def test_it_names_the_units_with_everything_that_led_to_them(self, review: LegalReview) -> None:
        found = {row.unit.code if row.unit else row.topic: row for row in review.joint.all()}
        assert set(found) == {"reform", "finance", "environment"}
        assert [reason["zh"] for reason in found["reform"].why] == ["写有重点项目选址"]
        assert any("财务资金" in reason["zh"] for reason in found["finance"].why)
        assert {row.state for row in found.values()} == {"proposed"}

    @pytest.mark.parametrize(
        ("words", "topic"),
        [("财政补贴按年兑现。", "funds"), ("涉及国有资产划转。", "state_assets"), ("控制污染物排放。", "environment")],
    )
    def test_words_of_the_clauses_lead_to_a_subject(self, org: Organisation, words: str, topic: str) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        shown = agreement.texts.latest("number").sha256
        reviewing.send_back(agreement, by=fresh(org.legal), reason="请修改。", text_sha256=shown)
        reword(agreement, words, by=fresh(org.staff))
        drafting.submit(agreement, by=fresh(org.head))
        row = complete(agreement, org).joint.get(topic=topic)
        assert any("写有" in reason["zh"] and reason["en"] for reason in row.why)

    def test_a_foreign_related_matter_leads_to_foreign_affairs(self, org: Organisation) -> None:
        agreement = in_review(org, is_foreign_related=True)
        assert latest_review(agreement).joint.get(topic="foreign").unit == org.units["foreign_affairs"]

    def test_the_unit_that_leads_is_not_proposed(self, org: Organisation) -> None:
        agreement = in_review(org, category="sister_city")
        assert not latest_review(agreement).joint.filter(topic="foreign").exists()

    def test_a_retired_subject_proposes_nobody(self, org: Organisation) -> None:
        ReviewTopic.objects.filter(code="land").update(retired_on=clock.today())
        assert not latest_review(in_review(org)).joint.filter(topic="land").exists()

    def test_sync_names_each_subject_once_and_leaves_the_unit_to_the_administrator(self, org: Organisation) -> None:
        assert set(ReviewTopic.objects.values_list("code", flat=True)) == set(TOPICS)
        ReviewTopic.objects.filter(code="funds").update(unit=org.units["reform"])
        assert list(sync.sync(org.authority)) == []
        assert ReviewTopic.objects.get(code="funds").unit == org.units["reform"]

    def test_without_a_row_of_its_own_the_unit_that_plays_the_part_is_proposed(self, org: Organisation) -> None:
        UnitRole.objects.create(authority=org.authority, role="planning", unit=org.units["industry"])
        assert latest_review(in_review(org)).joint.get(topic="land").unit == org.units["industry"]


class TestAsking:
    def test_a_unit_gets_a_to_do_with_a_day_in_working_days(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        assert (row.state, row.due_on) == ("asked", calendar.nth(clock.today(), 5).day)
        todo = ToDo.objects.get(code="joint_review", closed_at=None)
        assert (todo.post.unit, todo.due_on) == (org.units["finance"], row.due_on)
        deadline = Deadline.objects.get(rule="joint_review")
        assert (deadline.own_limit, deadline.due_on) == (True, row.due_on)
        assert Agreement.objects.visible_to(fresh(org.consulted)).filter(pk=review.agreement_id).exists()

    def test_one_that_nothing_led_to_needs_a_reason(self, review: LegalReview, org: Organisation) -> None:
        weather: Unit = org.units["weather"]
        with pytest.raises(BadInput, match=r"weather|气象"):
            joint.ask(review, [weather], by=fresh(org.legal))
        (row,) = joint.ask(review, [weather], by=fresh(org.legal), reason="涉及人工影响天气。")
        assert (row.state, row.topic, row.reason) == ("asked", "", "涉及人工影响天气。")

    def test_twice_it_is_refused(self, review: LegalReview, org: Organisation) -> None:
        asked(review, org)
        with pytest.raises(NotNow) as refusal:
            asked(review, org)
        assert refusal.value.code == "asked"

    def test_the_lead_unit_never_reviews_its_own_text(self, review: LegalReview, org: Organisation) -> None:
        with pytest.raises(BadInput):
            joint.ask(review, [org.lead], by=fresh(org.legal), reason="了解情况")

    def test_left_out_only_with_a_reason_and_once(self, review: LegalReview, org: Organisation) -> None:
        row = state_of(review, "finance")
        with pytest.raises(BadInput):
            joint.drop(row, by=fresh(org.legal), reason=" ")
        joint.drop(row, by=fresh(org.legal), reason="起草时已书面答复。")
        assert (row.state, row.reason) == ("dropped", "起草时已书面答复。")
        with pytest.raises(NotNow):
            joint.drop(row, by=fresh(org.legal), reason="再次")

    @pytest.mark.parametrize("name", ["general_office", "staff", "consulted", "mayor"])
    def test_only_the_legal_office_asks_and_leaves_out(self, review: LegalReview, org: Organisation, name: str) -> None:
        by = fresh(org.users[name])
        for act in (
            lambda: joint.ask(review, [org.units["finance"]], by=by),
            lambda: joint.drop(state_of(review, "finance"), by=by, reason="理由"),
        ):
            with pytest.raises(Refused):
                act()


class TestAnswering:
    def test_no_objection(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        joint.answer(row, by=fresh(org.consulted), text_sha256=review.text.sha256, words="资金已列预算。")
        row.refresh_from_db()
        assert (row.state, row.stance, row.answered_by) == ("answered", "no_objection", org.consulted)
        assert not ToDo.objects.filter(code="joint_review", closed_at=None).exists()
        assert not Deadline.objects.filter(rule="joint_review", closed_on=None).exists()

    def test_findings_by_clause_join_those_of_the_review(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        clause = review.text.clauses.all()[1]
        content = FindingContent("资金来源不明。", clause.lineage, "high", "写明由企业自筹。")
        joint.answer(row, by=fresh(org.consulted), text_sha256=review.text.sha256, findings=[("lawfulness", content)])
        (found,) = review.findings.all()
        assert (found.joint, found.point, found.risk, found.heading) == (row, "lawfulness", "high", clause.heading)
        event = Event.objects.filter(chain=review.agreement.chain).order_by("-sequence")[0]
        assert (event.code, event.payload["unit"]) == ("answer_joint", "市财政局")

    def test_the_second_is_told_who_answered(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        joint.answer(row, by=fresh(org.consulted), text_sha256=review.text.sha256)
        with pytest.raises(NotNow, match="赵敏"):
            joint.answer(row, by=fresh(org.consulted_head), text_sha256=review.text.sha256)

    def test_only_the_unit_that_is_asked_answers(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        for name in ("legal", "staff", "stranger", "mayor"):
            with pytest.raises(Refused):
                joint.answer(row, by=fresh(org.users[name]), text_sha256=review.text.sha256)

    def test_nobody_who_worked_on_the_case_answers_for_it(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        holding = org.consulted.holdings.get()
        holding.user = org.staff
        holding.save()
        with pytest.raises(Refused, match=r"own work|自己"):
            joint.answer(row, by=fresh(org.staff), text_sha256=review.text.sha256)

    def test_a_closed_round_takes_no_answer(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        reviewing.send_back(review.agreement, by=fresh(org.legal), reason="请修改。", text_sha256=review.text.sha256)
        with pytest.raises(NotNow):
            joint.answer(row, by=fresh(org.consulted), text_sha256=review.text.sha256)
        row.refresh_from_db()
        assert (row.state, row.stance) == ("ended", "")


class TestSilence:
    def close(self, review: LegalReview, org: Organisation) -> None:
        reviewing.close(review, by=fresh(org.legal), conclusion="lawful", text_sha256=review.text.sha256)

    def test_a_lawful_end_waits_for_the_answer_or_a_written_reason(
        self, review: LegalReview, org: Organisation
    ) -> None:
        row = asked(review, org)
        drop_others(review, org)
        reviewing.record_points(review, all_clear(), by=fresh(org.legal), text_sha256=review.text.sha256)
        with pytest.raises(NotNow) as refusal:
            self.close(review, org)
        assert [gap.code for gap in refusal.value.gaps] == ["joint_unanswered"]
        with pytest.raises(BadInput):
            joint.go_on_without(row, by=fresh(org.legal), reason="")
        joint.go_on_without(row, by=fresh(org.legal), reason="期满未答复，已电话核实。")
        self.close(review, org)
        row.refresh_from_db()
        assert (row.state, row.stance, row.gone_on_because) == ("asked", "", "期满未答复，已电话核实。")

    def test_a_proposal_nobody_settled_holds_it_up(self, review: LegalReview, org: Organisation) -> None:
        reviewing.record_points(review, all_clear(), by=fresh(org.legal), text_sha256=review.text.sha256)
        with pytest.raises(NotNow) as refusal:
            self.close(review, org)
        assert {gap.code for gap in refusal.value.gaps} == {"joint_proposed"}

    def test_urged_once_a_day(self, review: LegalReview, org: Organisation) -> None:
        row = asked(review, org)
        joint.urge(row, by=fresh(org.legal))
        with pytest.raises(NotNow):
            joint.urge(row, by=fresh(org.legal))
        joint.urge(row, by=fresh(org.legal), at=days_later(1))
        assert Event.objects.filter(code="urge_joint").count() == 2


class TestTheClock:
    def test_it_stands_for_the_departments_until_the_last_has_answered(
        self, review: LegalReview, org: Organisation
    ) -> None:
        row = asked(review, org)
        review_clock.stop(review, "departments", by=fresh(org.legal))
        joint.answer(row, by=fresh(org.consulted), text_sha256=review.text.sha256, at=days_later(3))
        deadline = Deadline.objects.get(rule="review", closed_on=None)
        assert deadline.given_back == 3
        assert review.stops.get().to_on == clock.today(days_later(3))

    def test_overlapping_stops_count_each_day_once(self, review: LegalReview, org: Organisation) -> None:
        legal = fresh(org.legal)
        review_clock.stop(review, "experts", by=legal)
        review_clock.stop(review, "other", by=legal, words="等待国家部委批复", at=days_later(1))
        review_clock.go_on(review, by=legal, at=days_later(4))
        review.closed_on = clock.today(days_later(6))
        days = review_clock.days(review, review.stops.all())
        assert (days.gross, days.still, days.net) == (6, 4, 2)
        assert Deadline.objects.get(rule="review", closed_on=None).given_back == 4

    def test_a_suspension_neither_doubles_nor_ends_a_stop(self, review: LegalReview, org: Organisation) -> None:
        agreement = review.agreement
        review_clock.stop(review, "experts", by=fresh(org.legal))
        for kind, at in (("suspend", days_later(1)), ("resume", days_later(3))):
            standing.propose(agreement, kind, by=fresh(org.head), reason="政策调整", at=at)
            standing.decide(agreement, by=fresh(org.mayor), accepted=True, at=at)
        assert review.stops.filter(to_on=None).count() == 1
        review_clock.go_on(review, by=fresh(org.legal), at=days_later(5))
        assert Deadline.objects.get(rule="review", closed_on=None).given_back == 5

    def test_twice_for_one_reason_is_refused_and_so_is_going_on_twice(
        self, review: LegalReview, org: Organisation
    ) -> None:
        legal = fresh(org.legal)
        review_clock.stop(review, "experts", by=legal)
        with pytest.raises(NotNow):
            review_clock.stop(review, "experts", by=legal)
        review_clock.go_on(review, by=legal)
        with pytest.raises(NotNow):
            review_clock.go_on(review, by=legal)

    @pytest.mark.parametrize(("kind", "words"), [("other", " "), ("supplement", ""), ("lunch", "")])
    def test_a_stop_has_a_reason(self, review: LegalReview, org: Organisation, kind: str, words: str) -> None:
        with pytest.raises(BadInput):
            review_clock.stop(review, kind, by=fresh(org.legal), words=words)


class TestExperts:
    def record(self, review: LegalReview, org: Organisation, **facts: object) -> None:
        given: dict[str, object] = {
            "name": "任教授",
            "standing": "南开大学法学院",
            "agrees": True,
            "words": "条款合法。",
            "paper": paper("专家意见.png"),
            "given_on": clock.today(),
        }
        experts.record(review, by=fresh(org.legal), **{**given, **facts})  # type: ignore[arg-type]

    def test_named_with_words_and_the_signed_paper(self, review: LegalReview, org: Organisation) -> None:
        self.record(review, org)
        row = review.experts.get()
        assert (row.name, row.agrees, row.paper.kind) == ("任教授", True, "expert")

    @pytest.mark.parametrize(
        "facts",
        [{"name": " "}, {"standing": ""}, {"words": ""}, {"given_on": clock.today() + timedelta(days=1)}],
        ids=["nameless", "no standing", "no words", "future"],
    )
    def test_nothing_is_left_blank(self, review: LegalReview, org: Organisation, facts: dict[str, object]) -> None:
        with pytest.raises(BadInput):
            self.record(review, org, **facts)


class TestTheUnitsOwnSection:
    def record(self, agreement: Agreement, org: Organisation, **facts: object) -> None:
        given: dict[str, object] = {
            "conclusion": "agree",
            "section": "政策法规处",
            "person": "严明",
            "words": "同意送审。",
            "given_on": clock.today(),
        }
        section.record(agreement, by=fresh(org.staff), **{**given, **facts})  # type: ignore[arg-type]

    @pytest.fixture
    def draft(self, org: Organisation) -> Agreement:
        agreement = in_review(org)
        shown = agreement.texts.latest("number").sha256
        reviewing.send_back(agreement, by=fresh(org.legal), reason="请修改。", text_sha256=shown)
        agreement.refresh_from_db()
        return agreement

    def require(self, org: Organisation) -> None:
        ReviewSetting.objects.update_or_create(authority=org.authority, defaults={"section_required": True})

    def gaps(self, agreement: Agreement, org: Organisation) -> list[str]:
        return [gap.code for gap in verbs.get("submit_for_review").gaps(agreement)]

    def test_where_the_authority_asks_it_holds_the_submission_up(self, draft: Agreement, org: Organisation) -> None:
        assert self.gaps(draft, org) == []
        self.require(org)
        assert self.gaps(draft, org) == ["section"]
        self.record(draft, org)
        assert self.gaps(draft, org) == []

    def test_elsewhere_it_is_advised(self, draft: Agreement) -> None:
        assert "section" in [gap.code for gap in verbs.get("submit_for_review").advice(draft)]

    def test_words_written_later_are_not_covered(self, draft: Agreement, org: Organisation) -> None:
        self.require(org)
        self.record(draft, org)
        reword(draft, "另行约定。", by=fresh(org.staff))
        assert self.gaps(draft, org) == ["section_old"]

    def test_an_objection_holds_the_submission_up(self, draft: Agreement, org: Organisation) -> None:
        self.require(org)
        self.record(draft, org, conclusion="object", words="第三条超出职权。")
        assert self.gaps(draft, org) == ["section_objects"]

    def test_a_unit_without_one_says_so(self, draft: Agreement, org: Organisation) -> None:
        self.require(org)
        self.record(draft, org, conclusion="no_section", section="", person="", words="由办公室审看。")
        assert self.gaps(draft, org) == []

    @pytest.mark.parametrize(
        "facts",
        [
            {"conclusion": "fine"},
            {"section": ""},
            {"person": " "},
            {"words": ""},
            {"conclusion": "no_section", "words": ""},
            {"given_on": clock.today() + timedelta(days=1)},
        ],
        ids=["unknown", "no section", "no person", "neither words nor paper", "nobody looked", "future"],
    )
    def test_what_is_half_is_refused(self, draft: Agreement, org: Organisation, facts: dict[str, object]) -> None:
        with pytest.raises(BadInput):
            self.record(draft, org, **facts)

    def test_only_in_drafting_and_by_the_lead_unit(self, draft: Agreement, org: Organisation) -> None:
        with pytest.raises(Refused):
            section.record(draft, by=fresh(org.legal), conclusion="no_section", words="无", given_on=clock.today())
        drafting.submit(draft, by=fresh(org.head))
        with pytest.raises(NotNow):
            self.record(draft, org)


def test_who_also_holds_a_post_of_the_unit_still_answers_as_the_unit(review: LegalReview, org: Organisation) -> None:
    also_holds(org, "inspector", org.consulted)
    row = asked(review, org)
    joint.answer(row, by=fresh(org.consulted), text_sha256=review.text.sha256)
    assert row.answered_post.startswith("市财政局")


def test_before_the_presentation_a_silent_unit_is_a_gap_all_the_same(review: LegalReview, org: Organisation) -> None:
    review_all_clear(review.agreement, org)
    review.agreement.refresh_from_db()
    assert verbs.get("open_approval").gaps(review.agreement) == []
    row = review.joint.first()
    assert row is not None
    row.state, row.unit = JointReview.State.ASKED, org.units["industry"]
    row.save()
    assert [gap.code for gap in verbs.get("open_approval").gaps(review.agreement)] == ["joint_unanswered"]
