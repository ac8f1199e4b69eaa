"""§3.3: the review before the approval, its six points and its end."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from agreements.models import Agreement, Deadline, Station, ToDo
from agreements.services import drafting, standing, texts
from approvals.models import LegalReview, ReviewPoint
from approvals.services import reviewing, runs
from approvals.services.reviewing import PointContent
from core.errors import BadInput, NotNow, Refused
from records.models import Event
from regulation.review import REVIEW_POINTS
from tests.factories import Organisation, fresh, make_agreement, reword, write_text
from tests.factories_approvals import (
    all_clear,
    also_holds,
    complete,
    in_review,
    latest_review,
    leave_out_joint,
    open_run,
    review_all_clear,
)

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return in_review(org)


def record(review: LegalReview, contents: dict[str, PointContent], *, by: User) -> None:
    """Record points as somebody to whom the text of this round was shown."""
    reviewing.record_points(review, contents, by=by, text_sha256=review.text.sha256)


def close(review: LegalReview, *, by: User, conclusion: str, opinion: str = "") -> None:
    """Conclude as somebody to whom the text of this round was shown."""
    reviewing.close(review, by=by, conclusion=conclusion, text_sha256=review.text.sha256, opinion=opinion)


def send_back(agreement: Agreement, *, by: User, reason: str) -> None:
    """Send back as somebody to whom the newest text under review was shown."""
    reviewing.send_back(agreement, by=by, reason=reason, text_sha256=latest_review(agreement).text.sha256)


def desks(agreement: Agreement) -> set[tuple[str, str]]:
    """Return what lies where: to-do and post."""
    rows = ToDo.objects.filter(agreement=agreement, closed_at=None)
    return set(rows.values_list("code", "post__code"))


def last_code(agreement: Agreement) -> str:
    event = Event.objects.filter(chain=agreement.chain).order_by("-sequence").first()
    assert event is not None
    return event.code


class TestOpening:
    def test_a_complete_submission_opens_a_round_on_exactly_the_frozen_text(self, agreement: Agreement) -> None:
        review = latest_review(agreement)
        text = texts.current(agreement)
        assert (review.round, review.state, review.text) == (1, "open", text)
        assert text is not None
        assert text.is_frozen

    def test_it_lies_with_the_legal_office_by_our_own_limit(self, agreement: Agreement) -> None:
        assert desks(agreement) == {("review", "legal")}
        deadline = Deadline.objects.get(agreement=agreement, closed_on=None)
        assert (deadline.rule, deadline.own_limit, deadline.post.code) == ("review", True, "legal")
        agreement.refresh_from_db()
        assert agreement.next_due_on == deadline.due_on

    def test_legal_office_and_general_office_see_it_and_a_stranger_does_not(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        seen = {
            name: Agreement.objects.visible_to(fresh(org.users[name])).filter(pk=agreement.pk).exists()
            for name in ("legal", "general_office", "stranger", "mayor")
        }
        assert seen == {"legal": True, "general_office": True, "stranger": False, "mayor": False}

    def test_without_a_legal_office_the_review_goes_to_the_general_office(self, org: Organisation) -> None:
        post = org.post("legal")
        post.retired_on = post.holdings.get().from_on
        post.save()
        agreement = in_review(org)
        assert desks(agreement) == {("review", "general_office")}
        record(latest_review(agreement), all_clear(), by=fresh(org.general_office))

    def test_two_rounds_are_never_open_at_once(self, agreement: Agreement) -> None:
        review = latest_review(agreement)
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalReview.objects.create(agreement=agreement, text=review.text, round=2, opened_on=review.opened_on)


class TestPoints:
    def test_a_finding_and_the_word_that_there_is_none_are_kept(self, agreement: Agreement, org: Organisation) -> None:
        review = latest_review(agreement)
        clause = review.text.clauses.first()
        assert clause is not None
        contents = {
            "lawfulness": PointContent(True, "  违约责任不对等。 ", clause.lineage),
            "policy": PointContent(False, "忽略"),
        }
        record(review, contents, by=fresh(org.legal))
        assert {row.point: row.has_finding for row in review.points.all()} == {"lawfulness": True, "policy": False}
        (row,) = review.findings.all()
        assert (row.point, row.body, row.clause_lineage, row.heading, row.risk) == (
            "lawfulness",
            "违约责任不对等。",
            clause.lineage,
            clause.heading,
            "medium",
        )
        event = Event.objects.filter(chain=agreement.chain).order_by("-sequence")[0]
        assert event.code == "review_points"
        assert event.payload["points"] == {"lawfulness": "违约责任不对等。", "policy": ""}
        assert event.text_sha256 == review.text.sha256

    def test_recorded_again_the_later_words_stand(self, agreement: Agreement, org: Organisation) -> None:
        review = latest_review(agreement)
        record(review, {"effect": PointContent(True, "目标不明")}, by=fresh(org.legal))
        record(review, {"effect": PointContent(False)}, by=fresh(org.legal))
        assert ReviewPoint.objects.get(review=review).has_finding is False
        assert not review.findings.exists()
        assert Event.objects.filter(chain=agreement.chain, code="review_points").count() == 2

    @pytest.mark.parametrize(
        "contents",
        [
            {},
            {"taste": PointContent(False)},
            {"policy": PointContent(True, "  ")},
            {"policy": PointContent(True, "有误", "0000000000")},
        ],
        ids=["nothing", "unknown point", "no words", "clause of another text"],
    )
    def test_what_cannot_be_read_is_refused_and_nothing_is_kept(
        self, agreement: Agreement, org: Organisation, contents: dict[str, PointContent]
    ) -> None:
        review = latest_review(agreement)
        with pytest.raises(BadInput):
            record(review, {"effect": PointContent(False), **contents} if contents else {}, by=org.legal)
        assert not review.points.exists()
        assert last_code(agreement) == "check_complete"

    @pytest.mark.parametrize("name", ["staff", "head", "general_office", "mayor", "stranger"])
    def test_only_the_legal_office_records(self, agreement: Agreement, org: Organisation, name: str) -> None:
        with pytest.raises(Refused) as refusal:
            record(latest_review(agreement), all_clear(), by=fresh(org.users[name]))
        assert refusal.value.article == "§3.3"

    def test_nobody_reviews_own_work(self, agreement: Agreement, org: Organisation) -> None:
        also_holds(org, "legal", org.staff)
        with pytest.raises(Refused, match=r"own work|自己"):
            record(latest_review(agreement), all_clear(), by=fresh(org.staff))


class TestClosing:
    def test_lawful_goes_to_the_general_office_to_be_presented(self, agreement: Agreement, org: Organisation) -> None:
        review = review_all_clear(agreement, org)
        assert (review.state, review.conclusion, review.reviewer) == ("closed", "lawful", org.legal)
        assert desks(agreement) == {("present", "general_office")}
        assert last_code(agreement) == "close_review"
        open_rules = Deadline.objects.filter(agreement=agreement, closed_on=None).values_list("rule", "subject_key")
        assert list(open_rules) == [("approval_step", "present")]
        agreement.refresh_from_db()
        assert agreement.station == Station.LEGAL_REVIEW

    def test_every_point_without_an_answer_is_named(self, agreement: Agreement, org: Organisation) -> None:
        review = latest_review(agreement)
        leave_out_joint(review, org)
        record(review, {"policy": PointContent(False)}, by=fresh(org.legal))
        with pytest.raises(NotNow) as refusal:
            close(review, by=fresh(org.legal), conclusion="lawful")
        assert {gap.code for gap in refusal.value.gaps} == {f"point_{code}" for code in REVIEW_POINTS} - {
            "point_policy"
        }
        review.refresh_from_db()
        assert (review.state, review.conclusion) == ("open", "")

    @pytest.mark.parametrize("conclusion", ["not_lawful", "lawful_after_changes"])
    def test_any_other_conclusion_sends_the_text_back(
        self, agreement: Agreement, org: Organisation, conclusion: str
    ) -> None:
        review = latest_review(agreement)
        frozen = review.text
        record(review, all_clear(), by=fresh(org.legal))
        close(review, by=fresh(org.legal), conclusion=conclusion, opinion="第三条超出权限。")
        agreement.refresh_from_db()
        assert (agreement.station, review.state, review.conclusion) == (Station.DRAFTING, "returned", conclusion)
        assert desks(agreement) == {("draft", "officer")}
        event = Event.objects.filter(chain=agreement.chain).order_by("-sequence")[0]
        assert (event.code, event.comment) == ("send_back_from_review", "第三条超出权限。")
        assert event.payload["conclusion"] == conclusion
        working = texts.working(agreement)
        assert working is not None
        assert working.based_on == frozen

    def test_a_return_needs_its_reason(self, agreement: Agreement, org: Organisation) -> None:
        review = latest_review(agreement)
        record(review, all_clear(), by=fresh(org.legal))
        for opinion in ("", "  "):
            with pytest.raises(BadInput):
                close(review, by=fresh(org.legal), conclusion="not_lawful", opinion=opinion)
        with pytest.raises(BadInput):
            close(review, by=fresh(org.legal), conclusion="fine")
        review.refresh_from_db()
        assert review.is_open

    def test_the_second_to_close_is_told_who_did(self, agreement: Agreement, org: Organisation) -> None:
        review = review_all_clear(agreement, org)
        for act in (
            lambda: close(review, by=fresh(org.legal), conclusion="lawful"),
            lambda: record(review, all_clear(), by=fresh(org.legal)),
        ):
            with pytest.raises(NotNow, match="吴法正"):
                act()

    def test_nothing_is_kept_when_the_trail_fails(
        self, agreement: Agreement, org: Organisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review = latest_review(agreement)
        leave_out_joint(review, org)
        record(review, all_clear(), by=fresh(org.legal))

        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError("no trail")

        monkeypatch.setattr("agreements.services.lifecycle.trail.append", fail)
        with pytest.raises(RuntimeError):
            close(review, by=fresh(org.legal), conclusion="lawful")
        review.refresh_from_db()
        assert review.is_open
        assert desks(agreement) == {("review", "legal")}


class TestSendingBack:
    @pytest.mark.parametrize("name", ["legal", "general_office"])
    def test_both_offices_may(self, agreement: Agreement, org: Organisation, name: str) -> None:
        send_back(agreement, by=fresh(org.users[name]), reason="请补充附件。")
        agreement.refresh_from_db()
        assert agreement.station == Station.DRAFTING
        assert latest_review(agreement).state == "returned"

    @pytest.mark.parametrize("name", ["staff", "head", "mayor"])
    def test_nobody_else_may(self, agreement: Agreement, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            send_back(agreement, by=fresh(org.users[name]), reason="请补充附件。")

    def test_a_closed_round_keeps_its_conclusion(self, agreement: Agreement, org: Organisation) -> None:
        review = review_all_clear(agreement, org)
        send_back(agreement, by=fresh(org.general_office), reason="性质需重新确定。")
        review.refresh_from_db()
        assert (review.state, review.conclusion) == ("closed", "lawful")

    def test_without_a_reason_nothing_happens(self, agreement: Agreement, org: Organisation) -> None:
        with pytest.raises(BadInput):
            send_back(agreement, by=fresh(org.legal), reason=" ")
        assert last_code(agreement) == "check_complete"

    def test_submitted_again_a_new_round_opens_on_the_new_text(self, agreement: Agreement, org: Organisation) -> None:
        first = review_all_clear(agreement, org)
        send_back(agreement, by=fresh(org.legal), reason="请修改。")
        write_text(agreement, by=fresh(org.staff))
        reword(agreement, "双方就合作宗旨另行约定。", by=fresh(org.staff))
        drafting.submit(agreement, by=fresh(org.head))
        second = complete(agreement, org)
        assert (second.round, second.state) == (2, "open")
        assert second.text.number > first.text.number
        with pytest.raises(NotNow) as refusal:
            runs.open_run(agreement, by=fresh(org.general_office))
        assert [gap.code for gap in refusal.value.gaps] == ["review"]


class TestTheTextThatWasShown:
    """Recalled and submitted again, the page of the round before shows a text that is no longer under review."""

    @pytest.fixture
    def shown(self, agreement: Agreement, org: Organisation) -> str:
        first = latest_review(agreement).text.sha256
        send_back(agreement, by=fresh(org.legal), reason="补充条款")
        write_text(agreement, by=fresh(org.staff))
        text = texts.working(agreement)
        assert text is not None
        clause = text.clauses.all()[0]
        clause.prose = "改后的条款。"
        clause.save()
        drafting.submit(agreement, by=fresh(org.head))
        assert complete(agreement, org).text.sha256 != first
        return first

    def test_nothing_is_recorded_concluded_or_sent_back_on_it(
        self, agreement: Agreement, org: Organisation, shown: str
    ) -> None:
        review, by = latest_review(agreement), fresh(org.legal)
        for act in (
            lambda: reviewing.record_points(review, all_clear(), by=by, text_sha256=shown),
            lambda: reviewing.close(review, by=by, conclusion="lawful", text_sha256=shown),
            lambda: reviewing.close(review, by=by, conclusion="not_lawful", text_sha256=shown, opinion="超出权限。"),
            lambda: reviewing.send_back(agreement, by=by, reason="请修改。", text_sha256=shown),
        ):
            with pytest.raises(NotNow) as refusal:
                act()
            assert refusal.value.code == "other_text"
        assert not review.points.exists()
        assert latest_review(agreement).is_open
        assert last_code(agreement) == "check_complete"

    def test_on_the_text_under_review_it_is(self, agreement: Agreement, org: Organisation, shown: str) -> None:
        assert review_all_clear(agreement, org).state == "closed"


class TestLeaving:
    def test_recalled_by_the_submitter_before_anybody_acted(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        drafting.recall(agreement, by=fresh(org.head), reason="补充条款")
        assert agreement.completeness_checks.get().state == "recalled"
        assert desks(agreement) == {("draft", "officer")}

    def test_not_recalled_once_the_office_has_acted(self, agreement: Agreement, org: Organisation) -> None:
        with pytest.raises(NotNow) as refusal:
            drafting.recall(agreement, by=fresh(org.head), reason="补充条款")
        assert [gap.code for gap in refusal.value.gaps] == ["acted"]

    def test_withdrawn_the_round_ends_with_the_case(self, agreement: Agreement, org: Organisation) -> None:
        drafting.withdraw(agreement, by=fresh(org.head), reason="合作取消")
        assert latest_review(agreement).state == "ended"
        assert desks(agreement) == set()
        with pytest.raises(NotNow):
            record(latest_review(agreement), all_clear(), by=fresh(org.legal))

    def test_a_suspended_case_is_not_reviewed(self, agreement: Agreement, org: Organisation) -> None:
        standing.propose(agreement, "suspend", by=fresh(org.head), reason="政策调整")
        standing.decide(agreement, by=fresh(org.mayor), accepted=True)
        with pytest.raises(NotNow):
            record(latest_review(agreement), all_clear(), by=fresh(org.legal))

    def test_an_approval_recalled_is_presented_again_without_a_new_review(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        run = open_run(agreement, org)
        drafting.recall(agreement, by=fresh(org.general_office), reason="附件有误")
        run.refresh_from_db()
        agreement.refresh_from_db()
        assert (agreement.station, run.state) == (Station.LEGAL_REVIEW, "recalled")
        assert desks(agreement) == {("present", "general_office")}
        assert latest_review(agreement).state == "closed"
        again = runs.open_run(agreement, by=fresh(org.general_office))
        assert again.pk != run.pk
        assert again.sha256 == run.sha256
