"""The pages of review and approval, as the people of the cast see and send them."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from agreements.forms.preparation import LONGEST_TEXT
from agreements.models import Agreement, Station
from agreements.services import drafting, exchange, standing
from approvals.models import Decision, PartyCommitteeReport, Run
from approvals.services import runs
from core import clock
from records.models import Event
from regulation.review import REVIEW_POINTS
from tests.factories import Organisation, fresh, make_agreement, write_text
from tests.factories_approvals import (
    holder_of,
    in_review,
    latest_review,
    leave_out_joint,
    open_assignment,
    open_run,
    paper,
    pass_step,
    review_all_clear,
    run_through,
)

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return in_review(org)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Errors that a service raises are read in English here: the words stand in the code."""
    with translation.override("en"):
        yield


def url(name: str, *args: object) -> str:
    return reverse(f"approvals:{name}", args=args)


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def english(browser: Client) -> Client:
    browser.cookies["django_language"] = "en"
    return browser


def shown(agreement: Agreement) -> dict[str, str]:
    """Return what a page of the review sends of the text it shows."""
    return {"text_sha256": latest_review(agreement).text.sha256}


def rows(point: str, *typed: dict[str, str]) -> dict[str, str]:
    """Return the findings of a point as its sheet sends them."""
    data = {f"{point}-TOTAL_FORMS": str(len(typed)), f"{point}-INITIAL_FORMS": "0"}
    for place, row in enumerate(typed):
        data.update({f"{point}-{place}-{name}": value for name, value in {"risk": "medium", **row}.items()})
    return data


def sheets() -> dict[str, str]:
    """Return the six sheets with nothing in them."""
    return {name: value for code in REVIEW_POINTS for name, value in rows(code).items()}


def all_nothing() -> dict[str, str]:
    return {**sheets(), **{f"{code}_found": "no" for code in REVIEW_POINTS}}


class TestRights:
    @pytest.mark.parametrize("name", ["review-edit", "review-send-back", "approval-open", "party-report"])
    def test_to_a_stranger_the_agreement_does_not_exist(
        self, agreement: Agreement, org: Organisation, as_user: LogIn, name: str
    ) -> None:
        browser = as_user(org.stranger)
        for address in (url(name, agreement.public_id), url(name, "0000000000")):
            assert browser.get(address).status_code == 404
            assert browser.post(address).status_code == 404

    @pytest.mark.parametrize("name", ["review-edit", "review-send-back", "approval-open", "party-report"])
    def test_the_lead_unit_is_told_why_not(
        self, agreement: Agreement, org: Organisation, as_user: LogIn, name: str
    ) -> None:
        response = as_user(org.head).get(url(name, agreement.public_id))
        assert response.status_code == 403
        assert "§3." in words(response)

    def test_a_decision_is_open_to_whom_it_lies_with(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        open_run(agreement, org)
        address = url("decision-edit", open_assignment(agreement).public_id)
        found = {
            name: as_user(org.users[name]).get(address).status_code
            for name in ("deputy_secretary_general", "mayor", "staff", "stranger")
        }
        assert found == {"deputy_secretary_general": 200, "mayor": 403, "staff": 403, "stranger": 404}

    def test_the_sheet_is_hidden_from_a_stranger_and_never_made_by_looking(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        address = url("paper-sheet", open_run(agreement, org).public_id)
        assert as_user(org.stranger).post(address).status_code == 404
        assert as_user(org.head).get(address).status_code == 405

    def test_at_the_wrong_time_the_page_says_so(self, agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
        assert as_user(org.general_office).get(url("party-report", agreement.public_id)).status_code == 409
        open_run(agreement, org)
        for name in ("approval-open", "review-send-back"):
            assert as_user(org.general_office).get(url(name, agreement.public_id)).status_code == 409
        assignment = open_assignment(agreement)
        pass_step(agreement)
        response = english(as_user(org.deputy_secretary_general)).get(url("decision-edit", assignment.public_id))
        assert response.status_code == 200
        assert "钱进 has already acted" in words(response)

    def test_a_suspended_case_shows_no_decision(self, agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
        open_run(agreement, org)
        standing.propose(agreement, "suspend", by=fresh(org.head), reason="政策调整")
        standing.decide(agreement, by=fresh(org.mayor), accepted=True)
        address = url("decision-edit", open_assignment(agreement).public_id)
        assert as_user(org.deputy_secretary_general).get(address).status_code == 409

    def test_nobody_comes_in_without_logging_in(self, agreement: Agreement, client: Client) -> None:
        for address in (url("review-list"), url("review-edit", agreement.public_id)):
            assert client.get(address).status_code == 302


class TestReviewPage:
    def test_findings_are_saved_and_shown_again(self, agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
        browser, address = as_user(org.legal), url("review-edit", agreement.public_id)
        written = rows("policy", {"finding": "请补充依据。", "risk": "high", "proposal": "依据某某规定。"})
        data = {**sheets(), **written, "act": "save", "policy_found": "yes", "effect_found": "no", **shown(agreement)}
        assert browser.post(address, data).status_code == 302
        page = browser.get(address).content.decode()
        assert "请补充依据。" in page
        assert "依据某某规定。" in page
        review = latest_review(agreement)
        assert review.points.count() == 2
        assert review.findings.get().risk == "high"

    def test_a_point_left_as_it_was_shown_is_not_written_again(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = english(as_user(org.legal)), url("review-edit", agreement.public_id)
        data = {**sheets(), **rows("policy", {"finding": "请补充依据。"}), "act": "save", **shown(agreement)}
        browser.post(address, {**data, "policy_found": "yes"})
        form = browser.get(address).context["form"]
        again = {**sheets(), "act": "save", **shown(agreement), "policy_found": "yes", "effect_found": "no"}
        again |= rows("policy", *(dict(row.initial) for row in form.sheets["policy"].forms if row.initial))
        again["policy_base"] = form["policy_base"].value()
        finding = latest_review(agreement).findings.get()
        assert browser.post(address, again).status_code == 302
        assert latest_review(agreement).findings.get() == finding
        last = Event.objects.filter(chain=agreement.chain, code="review_points").latest("sequence")
        assert set(last.payload["points"]) == {"effect"}
        assert browser.post(address, {**again, "effect_found": ""}).status_code == 400

    def test_nothing_found_beside_a_finding_is_a_mistake(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        data = {**sheets(), **rows("policy", {"finding": "有问题。"}), "act": "save", "policy_found": "no"}
        page = english(as_user(org.legal)).post(url("review-edit", agreement.public_id), {**data, **shown(agreement)})
        assert page.status_code == 400
        assert "Take the findings away" in page.content.decode()

    def test_closing_leads_to_the_agreement_and_says_who_has_it(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser = english(as_user(org.legal))
        leave_out_joint(latest_review(agreement), org)
        data = {"act": "close", "conclusion": "lawful", **all_nothing(), **shown(agreement)}
        response = browser.post(url("review-edit", agreement.public_id), data, follow=True)
        assert response.redirect_chain[-1][0] == agreement.get_absolute_url()
        assert "陈静" in words(response)
        assert latest_review(agreement).state == "closed"

    def test_what_was_typed_stays_beside_the_mistake(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser = english(as_user(org.legal))
        data = {
            "act": "close",
            "conclusion": "not_lawful",
            **sheets(),
            **rows("effect", {"finding": "不要丢失的文字"}),
            "policy_found": "yes",
            **shown(agreement),
        }
        response = browser.post(url("review-edit", agreement.public_id), data)
        assert response.status_code == 400
        page = response.content.decode()
        assert "Say what was found." in page
        assert "Say why the text goes back" in page
        assert "不要丢失的文字" in page
        assert latest_review(agreement).is_open

    def test_open_points_are_listed_and_nothing_is_closed(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        data = {**sheets(), "act": "close", "conclusion": "lawful", "policy_found": "no", **shown(agreement)}
        response = as_user(org.legal).post(url("review-edit", agreement.public_id), data)
        assert response.status_code == 409
        assert response.content.decode().count("<li>") >= 5
        assert latest_review(agreement).is_open

    def test_the_general_office_reads_and_may_not_record(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = as_user(org.general_office), url("review-edit", agreement.public_id)
        assert 'name="act"' not in browser.get(address).content.decode()
        assert browser.post(address, {"act": "save", "policy_found": "no"}).status_code == 403

    @pytest.mark.parametrize("name", ["review-edit", "review-send-back"])
    def test_a_page_sends_which_text_it_shows_and_keeps_the_words_when_it_is_another(
        self, agreement: Agreement, org: Organisation, as_user: LogIn, name: str
    ) -> None:
        browser, address = english(as_user(org.legal)), url(name, agreement.public_id)
        sha256 = shown(agreement)["text_sha256"]
        assert f'name="text_sha256" value="{sha256}"' in browser.get(address).content.decode()
        data = {**sheets(), **rows("policy", {"finding": "不要丢失"}), "act": "save", "policy_found": "yes"}
        data["comment"] = "不要丢失"
        response = browser.post(address, {**data, "text_sha256": "0" * 64})
        assert response.status_code == 409
        page = response.content.decode()
        assert "not the text under review" in page
        assert "不要丢失" in page
        assert latest_review(agreement).is_open
        assert not latest_review(agreement).points.exists()

    def test_sending_back_asks_for_the_reason(self, agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
        browser, address = as_user(org.general_office), url("review-send-back", agreement.public_id)
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"comment": " ", **shown(agreement)}).status_code == 400
        assert browser.post(address, {"comment": "请修改。", **shown(agreement)}).status_code == 302
        agreement.refresh_from_db()
        assert agreement.station == Station.DRAFTING

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"act": "burn"},
            {"act": "save"},
            {"act": "save", "policy_found": "maybe"},
            {"act": "close"},
            {"act": "save", "policy-TOTAL_FORMS": "x"},
            {"act": "save", **rows("policy", {"finding": "有误", "risk": "deadly"})},
            {"act": "save", **rows("policy", {"finding": "有误", "clause": "0000000000"})},
            {"act": "save", "effect_found": "no", "looked": "99"},
        ],
    )
    def test_bad_input_is_answered_with_a_reason(
        self, agreement: Agreement, org: Organisation, as_user: LogIn, data: dict[str, str]
    ) -> None:
        browser, address = as_user(org.legal), url("review-edit", agreement.public_id)
        assert browser.post(address, {**sheets(), **data, **shown(agreement)}).status_code == 400


class TestPresenting:
    def test_the_preview_names_each_step_with_person_and_article(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        review_all_clear(agreement, org)
        page = words(english(as_user(org.general_office)).get(url("approval-open", agreement.public_id)))
        for name in ("陈静", "钱进", "冯志刚", "韩梅", "杨建国", "张海"):
            assert name in page
        assert "Intent and framework only" in page

    def test_a_gap_stands_where_the_button_would_be(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = as_user(org.general_office), url("approval-open", agreement.public_id)
        page = browser.get(address).content.decode()
        assert 'aria-disabled="true"' in page
        assert browser.post(address, {"opinion": "拟同意。"}).status_code == 409
        assert not Run.objects.exists()

    def test_without_a_nature_the_page_still_opens(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        review_all_clear(agreement, org)
        agreement.natures.all().delete()
        response = as_user(org.general_office).get(url("approval-open", agreement.public_id))
        assert response.status_code == 200
        assert 'aria-disabled="true"' in response.content.decode()

    def test_presented_it_says_who_has_it_and_until_when(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        review_all_clear(agreement, org)
        response = english(as_user(org.general_office)).post(
            url("approval-open", agreement.public_id), {"opinion": "拟同意。"}, follow=True
        )
        assert re.search(r"Now with .*钱进.* until", words(response))

    def test_a_double_click_opens_one_run(self, agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
        review_all_clear(agreement, org)
        browser, address = as_user(org.general_office), url("approval-open", agreement.public_id)
        assert [browser.post(address, {}).status_code for _click in range(2)] == [302, 409]
        assert Run.objects.count() == 1


class TestDecisionPage:
    @pytest.fixture
    def address(self, agreement: Agreement, org: Organisation) -> str:
        open_run(agreement, org)
        return url("decision-edit", open_assignment(agreement).public_id)

    def data(self, agreement: Agreement, verdict: str, **more: str) -> dict[str, str]:
        return {"verdict": verdict, "text_sha256": open_assignment(agreement).step.run.sha256, **more}

    def test_the_main_button_names_the_next_step(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn
    ) -> None:
        assert "Approve, on to Secretary-general" in words(english(as_user(org.deputy_secretary_general)).get(address))
        while open_assignment(agreement).step.code != "mayor":
            pass_step(agreement)
        last = url("decision-edit", open_assignment(agreement).public_id)
        assert "Approve; to be signed" in words(english(as_user(org.mayor)).get(last))

    def test_approved_the_next_post_has_it(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn
    ) -> None:
        browser = english(as_user(org.deputy_secretary_general))
        response = browser.post(address, self.data(agreement, "approve", opinion="同意。"), follow=True)
        assert re.search(r"You approved\. Now with .*冯志刚.* until", words(response))
        assert Decision.objects.get(by=org.deputy_secretary_general).opinion == "同意。"

    def test_the_message_leads_to_the_next_item(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn
    ) -> None:
        other = make_agreement(org, at_station=Station.LEGAL_REVIEW, title="天津市与吉林省合作协议")
        open_run(other, org)
        browser = as_user(org.deputy_secretary_general)
        page = browser.post(address, self.data(agreement, "approve"), follow=True).content.decode()
        assert url("decision-edit", open_assignment(other).public_id) in page

    def test_a_return_without_its_reason_opens_the_panel_and_keeps_the_opinion(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn
    ) -> None:
        browser = as_user(org.deputy_secretary_general)
        response = browser.post(address, self.data(agreement, "send_back", opinion="已写好的意见"))
        page = response.content.decode()
        assert response.status_code == 400
        assert "已写好的意见" in page
        assert re.search(r'<div class="confirm" id="back" tabindex="-1">', page)
        assert browser.post(address, self.data(agreement, "send_back", reason="请核定。")).status_code == 302
        agreement.refresh_from_db()
        assert agreement.station == Station.DRAFTING

    def test_a_double_click_decides_once(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn
    ) -> None:
        browser, data = as_user(org.deputy_secretary_general), self.data(agreement, "approve")
        assert browser.post(address, data).status_code == 302
        assert browser.post(address, data).status_code == 409
        assert Decision.objects.filter(verdict="approve").count() == 1

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            ({}, 400),
            ({"verdict": "skip"}, 400),
            ({"verdict": "approve", "text_sha256": "x" * 65}, 400),
            ({"verdict": "approve", "text_sha256": "0" * 64}, 409),
            ({"verdict": "approve", "text_sha256": "0" * 64, "opinion": "字" * (LONGEST_TEXT + 1)}, 400),
            ({"verdict": "approve", "text_sha256": "\x00"}, 400),
        ],
    )
    def test_bad_input_is_answered_and_nothing_is_decided(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn, data: dict[str, str], status: int
    ) -> None:
        assert as_user(org.deputy_secretary_general).post(address, data).status_code == status
        assert not Decision.objects.filter(verdict="approve").exists()

    def test_a_text_that_came_back_shows_what_changed_and_the_own_reason(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn
    ) -> None:
        run = runs.current(agreement)
        assert run is not None
        assignment = open_assignment(agreement)
        runs.decide(
            assignment, by=holder_of(assignment), verdict="send_back", opinion="请写明期限。", text_sha256=run.sha256
        )
        write_text(agreement, by=fresh(org.staff), due=clock.today().replace(year=2029))
        exchange.record(
            agreement, by=fresh(org.staff), direction="received", on=clock.today(), medium="letter", note="同意。"
        )
        drafting.submit(agreement, by=fresh(org.head), comment="期限已写明。")
        open_run(agreement, org)
        here = url("decision-edit", open_assignment(agreement).public_id)
        browser = english(as_user(org.deputy_secretary_general))
        page = browser.get(here).content.decode()
        assert "<ins>" in page
        assert "<del>" in page
        assert "请写明期限。" in page
        assert "期限已写明。" in page
        assert "clause--same" in page
        assert "clause--same" not in browser.get(here + "?full").content.decode()

    def test_as_many_queries_with_three_cases_as_with_one(
        self, agreement: Agreement, org: Organisation, address: str, as_user: LogIn
    ) -> None:
        browser = as_user(org.deputy_secretary_general)
        open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, title="相邻的一件"), org)
        browser.get(address)
        with CaptureQueriesContext(connection) as one:
            browser.get(address)
        for number in (2, 3):
            more = make_agreement(org, at_station=Station.LEGAL_REVIEW, title=f"协议{number}")
            open_run(more, org)
        with CaptureQueriesContext(connection) as three:
            browser.get(address)
        assert len(three) == len(one), "\n".join(query["sql"] for query in three)


class TestPartyReport:
    @pytest.mark.article("§3.4")
    def test_a_major_matter_is_reported_once(self, org: Organisation, as_user: LogIn) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, is_major=True)
        open_run(agreement, org)
        browser, address = as_user(org.general_office), url("party-report", agreement.public_id)
        data = {"number": "津政办报〔2026〕8号", "reported_on": clock.today().isoformat()}
        assert browser.post(address, data).status_code == 400
        assert browser.post(address, {**data, "paper": paper()}).status_code == 302
        assert browser.post(address, {**data, "paper": paper()}).status_code == 409
        assert PartyCommitteeReport.objects.get().number == "津政办报〔2026〕8号"

    def test_only_the_general_office_records_it(self, org: Organisation, as_user: LogIn) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, is_major=True)
        open_run(agreement, org)
        assert as_user(org.mayor).get(url("party-report", agreement.public_id)).status_code == 403


class TestList:
    def test_each_sees_only_what_is_open_to_them(self, agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
        address = url("review-list")
        assert agreement.title in as_user(org.legal).get(address).content.decode()
        page = as_user(org.stranger).get(address).content.decode()
        assert agreement.title not in page

    def test_the_boxes_follow_the_road(self, agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
        browser, address = as_user(org.general_office), url("review-list")

        def boxes() -> list[bool]:
            return [
                agreement.title in browser.get(f"{address}?box={box}").content.decode()
                for box in ("review", "approval", "ended")
            ]

        assert boxes() == [True, False, False]
        open_run(agreement, org)
        assert boxes() == [False, True, False]
        while runs.current(agreement):
            pass_step(agreement)
        assert boxes() == [False, False, True]

    @pytest.mark.parametrize("query", ["box=other", "box=", "page=99999999999"])
    def test_a_box_that_is_not_there_is_named(self, org: Organisation, as_user: LogIn, query: str) -> None:
        assert as_user(org.legal).get(f"{url('review-list')}?{query}").status_code == 400

    def test_as_many_queries_for_three_rows_as_for_one(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = as_user(org.legal), url("review-list")
        browser.get(address)
        with CaptureQueriesContext(connection) as one:
            browser.get(address)
        for number in (2, 3):
            make_agreement(org, at_station=Station.LEGAL_REVIEW, title=f"协议{number}")
        with CaptureQueriesContext(connection) as three:
            browser.get(address)
        assert len(three) == len(one)


def test_the_panel_shows_rounds_steps_and_words(agreement: Agreement, org: Organisation, as_user: LogIn) -> None:
    run_through(agreement, org)
    page = words(as_user(org.head).get(f"{agreement.get_absolute_url()}?tab=approval"))
    for name in ("吴法正", "陈静", "钱进", "冯志刚", "韩梅", "杨建国", "张海", "拟同意，呈请审阅。"):
        assert name in page


def test_the_panel_asks_as_much_of_three_rounds_as_of_one(
    agreement: Agreement, org: Organisation, as_user: LogIn
) -> None:
    browser, address = as_user(org.legal), f"{agreement.get_absolute_url()}?tab=approval"
    counted = []
    for _round in range(3):
        run = open_run(agreement, org)
        browser.get(address)
        with CaptureQueriesContext(connection) as found:
            assert browser.get(address).status_code == 200
        counted.append(len([query for query in found if '"approvals_' in query["sql"]]))
        assignment = open_assignment(agreement)
        by = holder_of(assignment)
        runs.decide(assignment, by=by, verdict="send_back", opinion="请修改。", text_sha256=run.sha256)
        drafting.submit(agreement, by=fresh(org.head))
    assert counted[0] == counted[2]
