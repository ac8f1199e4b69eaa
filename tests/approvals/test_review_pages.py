"""The pages around the review, as the people of the cast see and send them (§3.3)."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement, Station
from agreements.services import drafting
from approvals.models import LegalReview, Supplement
from approvals.services import reviewing
from approvals.services.review import findings, joint, supplements
from approvals.services.review.supplements import Missing
from approvals.services.reviewing import FindingContent, PointContent
from core import clock
from records import tokens
from tests.factories import Organisation, fresh, make_agreement, paper
from tests.factories_approvals import all_clear, complete, in_review, latest_review, leave_out_joint

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]
LogIn = Callable[[User], Client]


@pytest.fixture
def submitted(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


@pytest.fixture
def review(org: Organisation) -> LegalReview:
    return latest_review(in_review(org))


def url(name: str, *args: object) -> str:
    return reverse(f"approvals:{name}", args=args)


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def english(browser: Client) -> Client:
    browser.cookies["django_language"] = "en"
    return browser


def asked(agreement: Agreement, org: Organisation) -> Supplement:
    return supplements.ask(
        agreement,
        [Missing("origin", "批示原件"), Missing("other", "照片")],
        by=fresh(org.general_office),
        text_sha256=agreement.texts.latest("number").sha256,
    )


def sheet(*typed: dict[str, str]) -> dict[str, str]:
    data = {"finding-TOTAL_FORMS": str(len(typed)), "finding-INITIAL_FORMS": "0"}
    for place, row in enumerate(typed):
        row = {"risk": "medium", "point": "lawfulness", **row}
        data.update({f"finding-{place}-{name}": value for name, value in row.items()})
    return data


class TestCompleteness:
    def test_the_page_says_what_is_on_file_and_what_is_not(
        self, submitted: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        page = english(as_user(org.general_office)).get(url("completeness-edit", submitted.public_id))
        assert "1 round(s), 1 unit(s) asked" in words(page)
        assert "nothing on file" in words(page)
        assert "Complete: on to the review" in words(page)

    def test_the_review_page_leads_there_until_it_is_complete(
        self, submitted: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        response = as_user(org.general_office).get(url("review-edit", submitted.public_id))
        assert response["Location"] == url("completeness-edit", submitted.public_id)
        assert as_user(org.legal).get(response["Location"]).status_code == 404
        complete(submitted, org)
        page = english(as_user(org.legal)).get(response["Location"])
        assert "Complete: on to the review" not in words(page)

    def test_complete_by_a_click(self, submitted: Agreement, org: Organisation, as_user: LogIn) -> None:
        shown = submitted.texts.latest("number").sha256
        response = english(as_user(org.general_office)).post(
            url("completeness-edit", submitted.public_id), {"text_sha256": shown, "words": "齐全。"}, follow=True
        )
        assert "The submission is complete." in words(response)
        assert "吴法正" in words(response)
        assert latest_review(submitted).is_open

    def test_asking_for_a_supplement(self, submitted: Agreement, org: Organisation, as_user: LogIn) -> None:
        browser, address = english(as_user(org.general_office)), url("supplement-ask", submitted.public_id)
        page = browser.get(address).content.decode()
        sha256 = re.search(r'name="text_sha256" value="(\w+)"', page)
        assert sha256 is not None
        data = {"text_sha256": sha256[1], "workdays": "3", "origin_missing": "on", "origin_what": ""}
        assert browser.post(address, data).status_code == 400
        response = browser.post(address, {**data, "origin_what": "批示原件"}, follow=True)
        assert "周岚" in words(response)
        assert submitted.supplements.get().items.get().what == "批示原件"
        assert browser.post(address, {**data, "origin_what": "批示原件"}).status_code == 409

    def test_supplying_and_sending(self, submitted: Agreement, org: Organisation, as_user: LogIn) -> None:
        supplement = asked(submitted, org)
        first, second = supplement.items.all()
        browser, address = english(as_user(org.staff)), url("supplement-edit", supplement.public_id)
        assert "批示原件" in words(browser.get(address))
        kept = browser.post(address, {"act": "save", f"{first.public_id}_answer": "已附。"}, follow=True)
        assert "it is not sent yet" in words(kept)
        response = browser.post(address, {"act": "send", f"{first.public_id}_answer": "已附。"})
        assert response.status_code == 409
        assert "照片" in words(response)
        data = {"act": "send", f"{first.public_id}_answer": "已附。", f"{second.public_id}_paper": paper("照片.png")}
        assert browser.post(address, data).status_code == 302
        assert browser.get(address).status_code == 409
        page = words(english(as_user(org.general_office)).get(url("completeness-edit", submitted.public_id)))
        assert "照片.png" in page

    def test_a_file_that_is_none_is_refused_and_the_words_stay(
        self, submitted: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        supplement = asked(submitted, org)
        first, second = supplement.items.all()
        bad = paper("照片.exe")
        data = {"act": "send", f"{first.public_id}_answer": "不要丢失", f"{second.public_id}_paper": bad}
        response = as_user(org.staff).post(url("supplement-edit", supplement.public_id), data)
        assert response.status_code == 400
        assert "不要丢失" in response.content.decode()


class TestJoint:
    def test_asked_answered_and_shown(self, review: LegalReview, org: Organisation, as_user: LogIn) -> None:
        agreement = review.agreement
        browser, address = english(as_user(org.legal)), url("joint-ask", agreement.public_id)
        assert "sites of key projects" in words(browser.get(address))
        data = {"units": [str(org.units["finance"].pk)], "workdays": "5"}
        assert browser.post(address, data).status_code == 400
        assert browser.post(address, {**data, "reason": "涉及资金。"}).status_code == 302
        row = review.joint.get(unit=org.units["finance"])
        unit, answer = english(as_user(org.consulted)), url("joint-answer", row.public_id)
        assert "涉及资金。" in words(unit.get(answer))
        clause = review.text.clauses.all()[1]
        sent = {"text_sha256": review.text.sha256, "stance": "findings"}
        assert unit.post(answer, {**sent, **sheet()}).status_code == 400
        written = sheet({"finding": "科目不明。", "clause": clause.lineage, "risk": "high"})
        assert unit.post(answer, {**sent, "stance": "no_objection", **written}).status_code == 400
        assert unit.post(answer, {**sent, **written}).status_code == 302
        assert unit.get(answer).status_code == 409
        page = browser.get(url("review-edit", agreement.public_id)).content.decode()
        assert "科目不明。" in page
        assert f"#clause-{clause.lineage}" in page

    def test_a_unit_asked_twice_is_told_how_it_stands_and_what_to_do(
        self, review: LegalReview, org: Organisation, as_user: LogIn
    ) -> None:
        (row,) = joint.ask(review, [org.units["finance"]], by=fresh(org.legal), reason="涉及资金。")
        browser, address = english(as_user(org.legal)), url("joint-ask", review.agreement.public_id)
        data = {"units": [str(org.units["finance"].pk)], "workdays": "5", "reason": "涉及资金。"}
        again = browser.post(address, data)
        said = words(again)
        assert again.status_code == 400
        assert "finance cannot be asked twice in one round" in said
        assert f"answers until {row.due_on}" in said
        assert "Leave it out here" in said
        assert "Select a valid choice" not in said
        joint.answer(row, by=fresh(org.consulted), text_sha256=review.text.sha256)
        assert "its answer is settled" in words(browser.post(address, data))
        lead = browser.post(address, {**data, "units": [str(review.agreement.lead_unit_id)]})
        assert "cannot be chosen any more" in words(lead)

    def test_left_out_urged_and_gone_on_without(self, review: LegalReview, org: Organisation, as_user: LogIn) -> None:
        browser = english(as_user(org.legal))
        proposed = review.joint.filter(state="proposed").first()
        assert proposed is not None
        address = url("joint-settle", proposed.public_id)
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"act": "drop"}).status_code == 400
        assert browser.post(address, {"act": "drop", "reason": "不涉及。"}).status_code == 302
        assert browser.post(address, {"act": "drop", "reason": "不涉及。"}).status_code == 409
        (row,) = joint.ask(review, [org.units["finance"]], by=fresh(org.legal), reason="资金")
        address = url("joint-settle", row.public_id)
        assert browser.post(address, {"act": "urge"}).status_code == 302
        assert browser.post(address, {"act": "go_on", "reason": "期满未复。"}).status_code == 302
        page = words(browser.get(url("review-edit", review.agreement.public_id)))
        assert "The review goes on without the answer: 期满未复。" in page

    def test_a_stranger_to_the_case_gets_nothing(self, review: LegalReview, org: Organisation, as_user: LogIn) -> None:
        (row,) = joint.ask(review, [org.units["finance"]], by=fresh(org.legal), reason="资金")
        assert as_user(org.stranger).get(url("joint-answer", row.public_id)).status_code == 404
        assert as_user(org.legal).get(url("joint-answer", row.public_id)).status_code == 403

    def test_an_expert(self, review: LegalReview, org: Organisation, as_user: LogIn) -> None:
        browser, address = as_user(org.legal), url("expert-record", review.agreement.public_id)
        assert browser.get(address).status_code == 200
        data = {"name": "任教授", "standing": "法学院", "agrees": "yes", "words": "合法。", "given_on": clock.today()}
        assert browser.post(address, data).status_code == 400
        token = {"submission_token": tokens.new()}
        for _time in range(2):
            assert browser.post(address, {**data, **token, "paper": paper("意见.png")}).status_code == 302
        assert review.experts.count() == 1
        assert browser.post(address, {**data, "paper": paper("意见.png")}).status_code == 400
        assert "任教授" in browser.get(url("review-edit", review.agreement.public_id)).content.decode()


class TestClock:
    def test_stopped_and_let_go_on(self, review: LegalReview, org: Organisation, as_user: LogIn) -> None:
        browser, address = english(as_user(org.legal)), url("review-clock", review.agreement.public_id)
        assert browser.post(address, {"act": "stop"}).status_code == 400
        assert browser.post(address, {"act": "stop", "kind": "other"}).status_code == 400
        assert browser.post(address, {"act": "stop", "kind": "experts"}).status_code == 302
        assert "Waiting for the experts" in words(browser.get(address))
        shown = words(browser.get(url("review-edit", review.agreement.public_id)))
        assert "stands still" in shown
        assert "Let the clock go on" in shown
        assert browser.post(address, {"act": "go_on"}).status_code == 302
        assert browser.post(address, {"act": "go_on"}).status_code == 409


class TestAnswers:
    def back(self, review: LegalReview, org: Organisation) -> list[str]:
        clause = review.text.clauses.all()[1]
        found = (
            FindingContent("不对等。", clause.lineage, "high", "各自承担。"),
            FindingContent("期限不明。", risk="low"),
        )
        points = {**all_clear(), "lawfulness": PointContent(True, findings=found)}
        shown = review.text.sha256
        reviewing.record_points(review, points, by=fresh(org.legal), text_sha256=shown)
        leave_out_joint(review, org)
        reviewing.close(
            review, by=fresh(org.legal), conclusion="lawful_after_changes", text_sha256=shown, opinion="请修改。"
        )
        return [row.public_id for row in review.findings.all()]

    def test_the_lead_unit_answers_and_the_reviewer_judges(
        self, review: LegalReview, org: Organisation, as_user: LogIn
    ) -> None:
        first, second = self.back(review, org)
        agreement = review.agreement
        browser, address = english(as_user(org.staff)), url("finding-answer", agreement.public_id)
        page = browser.get(address).content.decode()
        assert "各自承担。" in page
        assert browser.post(address, {f"{first}_adoption": "kept"}).status_code == 400
        assert browser.post(address, {f"{first}_reason": "只有理由"}).status_code == 400
        half = browser.post(address, {f"{first}_adoption": "changed"}, follow=True)
        assert "still wait" in words(half)
        assert "Answer to the review" in words(browser.get(f"{agreement.get_absolute_url()}"))
        data = {f"{second}_adoption": "kept", f"{second}_reason": "总则已写明。"}
        assert browser.post(address, data).status_code == 302
        drafting.submit(agreement, by=fresh(org.head))
        complete(agreement, org)
        legal = english(as_user(org.legal))
        page = legal.get(url("review-edit", agreement.public_id)).content.decode()
        assert "总则已写明。" in page
        judging = url("finding-judge", second)
        assert judging in page
        assert legal.get(judging).status_code == 200
        assert legal.post(judging, {"accepted": "no"}).status_code == 400
        assert legal.post(judging, {"accepted": "no", "reason": "总则没有写。"}).status_code == 302
        assert legal.post(judging, {"accepted": "yes"}).status_code == 409
        assert findings.of(agreement)[1].status == findings.Status.MAINTAINED

    def test_nothing_to_answer_is_said(self, review: LegalReview, org: Organisation, as_user: LogIn) -> None:
        page = english(as_user(org.staff)).get(url("finding-answer", review.agreement.public_id))
        assert "Every finding of the review is answered." in words(page)

    def test_the_written_opinion_is_printed(self, review: LegalReview, org: Organisation, as_user: LogIn) -> None:
        self.back(review, org)
        response = as_user(org.staff).post(url("paper-opinion", review.public_id))
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        response.close()
        page = as_user(org.staff).get(f"{review.agreement.get_absolute_url()}?tab=approval")
        review.refresh_from_db()
        assert review.number in page.content.decode()


class TestTheUnitsOwnSection:
    def test_recorded_and_shown(self, org: Organisation, as_user: LogIn) -> None:
        agreement = make_agreement(org, at_station=Station.DRAFTING)
        browser, address = english(as_user(org.staff)), url("section-record", agreement.public_id)
        assert "the submission does not wait for it" in words(browser.get(address))
        data = {"conclusion": "agree", "section": "法规处", "person": "严明", "given_on": clock.today()}
        assert browser.post(address, data).status_code == 400
        said = {**data, "words": "同意送审。", "submission_token": tokens.new()}
        assert [browser.post(address, said).status_code for _time in range(2)] == [302, 302]
        assert agreement.section_opinions.count() == 1
        assert "法规处" in browser.get(address).content.decode()


def test_the_review_page_asks_as_much_of_many_findings_as_of_one(
    review: LegalReview, org: Organisation, as_user: LogIn
) -> None:
    browser, address = as_user(org.legal), url("review-edit", review.agreement.public_id)

    def record(number: int) -> int:
        found = tuple(FindingContent(f"问题{place}。") for place in range(number))
        points = {"lawfulness": PointContent(True, findings=found), "policy": PointContent(True, findings=found)}
        reviewing.record_points(review, points, by=fresh(org.legal), text_sha256=review.text.sha256)
        browser.get(address)
        with CaptureQueriesContext(connection) as asked_for:
            assert browser.get(address).status_code == 200
        return len([query for query in asked_for if '"approvals_' in query["sql"]])

    assert record(1) == record(4)


class TestList:
    def boxes(self, browser: Client, agreement: Agreement) -> list[str]:
        return [
            box
            for box in ("check", "review", "joint", "approval", "ended")
            if agreement.title in browser.get(f"{url('review-list')}?box={box}").content.decode()
        ]

    def test_a_case_moves_from_box_to_box(self, submitted: Agreement, org: Organisation, as_user: LogIn) -> None:
        browser = english(as_user(org.general_office))
        assert self.boxes(browser, submitted) == ["check"]
        review = complete(submitted, org)
        assert self.boxes(browser, submitted) == ["review"]
        joint.ask(review, [org.units["finance"]], by=fresh(org.legal), reason="资金")
        assert self.boxes(browser, submitted) == ["review", "joint"]
        assert "0 net" in words(browser.get(url("review-list")))

    def test_a_box_is_narrowed_by_what_a_case_waits_for(
        self, submitted: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = english(as_user(org.general_office)), f"{url('review-list')}?box=check"
        assert submitted.title not in browser.get(f"{address}&waits=supply").content.decode()
        asked(submitted, org)
        page = browser.get(f"{address}&waits=supply").content.decode()
        assert submitted.title in page
        assert "waiting for the supplement 1" in page
        assert submitted.title not in browser.get(f"{address}&late=1").content.decode()
        assert browser.get(f"{address}&waits=lunch").status_code == 400
