"""The pages and the paper of the route: shown before submitting, what if, what is missing; and its administration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import PostHolding, User
from agreements.models import Agreement, AgreementNature, PrintedDocument, Station
from approvals import route_pages, route_papers
from approvals.models import ForumRule, RouteStep
from approvals.services import route_rows, routing
from approvals.services.route_checks import Condition
from core.errors import NotNow
from records.models import Event
from tests.factories import Organisation, fresh, make_agreement, make_user
from tests.factories_approvals import open_run
from tests.factories_routes import add_step, own_name, second_seat

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
LogIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.DRAFTING)


@pytest.fixture
def english(as_user: LogIn) -> LogIn:
    def log_in(user: User) -> Client:
        browser = as_user(user)
        browser.cookies["django_language"] = "en"
        return browser

    return log_in


def address(agreement: Agreement, query: str = "") -> str:
    return reverse("approvals:route-show", args=[agreement.public_id]) + (f"?what=if&{query}" if query else "")


def words(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def stored() -> tuple[int, int, int]:
    return Event.objects.count(), AgreementNature.objects.count(), Agreement.objects.filter(is_major=True).count()


class TestShown:
    def test_from_drafting_on_to_the_lead_unit(self, org: Organisation, agreement: Agreement, english: LogIn) -> None:
        answer = english(org.staff).get(address(agreement))
        page = words(answer)
        for person in ("钱进", "冯志刚", "韩梅", "杨建国", "张海"):
            assert person in page
        assert "Mayor · decides" in page
        assert "a reading of the text" in page
        assert "Before “Submit for review”" in page
        assert "No meeting: each step signs" in page

    def test_offered_beside_the_next_step_and_when_presenting(
        self, org: Organisation, agreement: Agreement, english: LogIn
    ) -> None:
        assert address(agreement) in english(org.staff).get(agreement.get_absolute_url()).content.decode()

    def test_each_gap_of_the_next_act_leads_to_where_it_is_mended(
        self, org: Organisation, agreement: Agreement
    ) -> None:
        first, *later = route_pages.phases(agreement, fresh(org.staff))
        assert first.is_next
        assert first.gaps
        assert all(gap.url for gap in first.gaps if gap.code != "text")
        assert not any(phase.is_next or any(gap.url for gap in phase.gaps) for phase in later)
        assert "review" in [gap.code for phase in later for gap in phase.gaps]

    def test_a_gap_is_named_once(self, org: Organisation, agreement: Agreement) -> None:
        agreement.natures.all().delete()
        codes = [gap.code for phase in route_pages.phases(agreement, fresh(org.staff)) for gap in phase.gaps]
        assert codes.count("natures") <= 2
        titles = [str(gap.text) for phase in route_pages.phases(agreement, fresh(org.staff)) for gap in phase.gaps]
        assert len(titles) == len(set(titles))

    def test_what_a_meeting_is_and_which_papers_it_wants(self, org: Organisation, english: LogIn) -> None:
        agreement = make_agreement(org, at_station=Station.DRAFTING, natures=["land"], is_major=True)
        page = words(english(org.staff).get(address(agreement)))
        assert "Mayor's office meeting" in page.replace("&#x27;", "'")
        assert "Topic statement with its annexes" in page
        assert "Excerpt of the minutes" in page
        assert "Report to the Party committee" in page

    def test_without_a_nature_the_office_decides_it_first(
        self, org: Organisation, agreement: Agreement, english: LogIn
    ) -> None:
        agreement.natures.all().delete()
        page = words(english(org.staff).get(address(agreement)))
        assert "The nature is not decided yet" in page
        assert "The General Office decides the nature" in page
        asked = words(english(org.staff).get(address(agreement, "nature=policy&submitter=department")))
        assert "Executive meeting" in asked

    def test_an_empty_post_and_several_in_charge_are_told(
        self, org: Organisation, agreement: Agreement, english: LogIn
    ) -> None:
        PostHolding.objects.filter(post=org.post("secretary_general")).delete()
        second_seat(org, "vice_mayor", make_user("second_vice_mayor", "田副市长"), org.lead)
        page = words(english(org.staff).get(address(agreement)))
        assert "goes to the office: nobody holds this post" in page
        assert "also in charge of the lead unit" in page

    def test_a_run_under_way_shows_its_own_copy(self, org: Organisation, english: LogIn) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        open_run(agreement, org)
        add_step(org)
        page = words(english(org.staff).get(address(agreement)))
        assert "keeps the route it was opened with" in page
        assert "Supervision office" not in page

    def test_a_consulted_unit_is_told_why_not(self, org: Organisation, english: LogIn) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        answer = english(org.consulted).get(address(agreement))
        assert answer.status_code == 403
        assert "§3.4" in answer.content.decode()
        assert english(org.stranger).get(address(agreement)).status_code == 404


class TestDays:
    @time_machine.travel("2026-11-26 10:00+08:00", tick=False)
    def test_working_days_add_up(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.PREPARATION)
        RouteStep.objects.filter(submitter="department", code="mayor").update(workdays=5)
        way = route_pages.way(agreement)
        assert way is not None
        assert [(line.days, line.total) for line in way.lines] == [(0, 0), (3, 3), (3, 6), (3, 9), (3, 12), (5, 17)]
        assert way.lines[0].due_on == date(2026, 11, 26)
        assert way.lines[1].due_on == date(2026, 12, 1)
        assert way.lines[-1].due_on == date(2026, 12, 21)
        assert not way.lines[-1].provisional

    @time_machine.travel("2026-12-25 10:00+08:00", tick=False)
    def test_a_day_of_an_unpublished_year_is_provisional(self, org: Organisation) -> None:
        way = route_pages.way(make_agreement(org, at_station=Station.PREPARATION))
        assert way is not None
        assert [line.provisional for line in way.lines] == [False, False, True, True, True, True]


class TestWhatIf:
    def test_the_difference_is_marked_and_nothing_is_stored(
        self, org: Organisation, agreement: Agreement, english: LogIn
    ) -> None:
        before = stored()
        answer = english(org.staff).get(
            address(agreement, "nature=framework&nature=funds&major=on&submitter=department")
        )
        page = words(answer)
        assert "decided by Mayor's office meeting instead of Sign-off" in page.replace("&#x27;", "'")
        assert "1 step added" in page
        assert "reported to the Party committee" in page
        assert "15 working days instead of" not in page
        assert "<ins>" in answer.content.decode()
        assert stored() == before

    def test_another_submitter_drops_the_vice_mayor(
        self, org: Organisation, agreement: Agreement, english: LogIn
    ) -> None:
        answer = english(org.staff).get(address(agreement, "nature=framework&submitter=district"))
        assert re.search(r"<del>Vice mayor in charge · decides</del>", answer.content.decode())
        assert "1 step dropped" in words(answer)

    def test_an_own_step_by_amount_comes_in(self, org: Organisation, agreement: Agreement, english: LogIn) -> None:
        from approvals.services.route_checks import Condition

        add_step(org, condition=Condition("amount", amount=Decimal(10**8)))
        answer = english(org.staff).get(address(agreement, "nature=framework&amount=1.2亿&submitter=department"))
        assert "Supervision office" in words(answer)
        assert "own rule" in words(answer)

    def test_the_same_facts_are_no_question(self, org: Organisation, agreement: Agreement) -> None:
        facts = routing.facts_of(agreement)
        query = {"what": "if", "nature": "framework", "submitter": "department"}
        from django.http import QueryDict

        asked = QueryDict(mutable=True)
        asked.update(query)
        assert facts.natures == {"framework"}
        assert route_pages.shown(agreement, asked).asked is None

    @pytest.mark.parametrize("query", ["nature=gold", "submitter=county", "amount=x", "nature=framework&amount=-1"])
    def test_nonsense_is_told_at_its_field(
        self, org: Organisation, agreement: Agreement, english: LogIn, query: str
    ) -> None:
        answer = english(org.staff).get(address(agreement, query))
        assert answer.status_code == 200
        assert 'class="errors"' in answer.content.decode()

    @pytest.mark.article("§2")
    def test_who_signs_in_the_own_name_is_not_asked_who_submits(self, db: None, english: LogIn) -> None:
        org = own_name("district")
        agreement = make_agreement(org, "other", at_station=Station.PREPARATION)
        answer = english(org.staff).get(address(agreement))
        assert answer.status_code == 200
        assert 'name="submitter"' not in answer.content.decode()
        assert "District head" in words(answer)


@pytest.mark.parametrize("extra", [1, 3])
def test_the_page_asks_as_often_whatever_the_length(org: Organisation, agreement: Agreement, extra: int) -> None:
    for code in ("inspector", "secretariat", "legal")[:extra]:
        add_step(org, code)
    agreement = Agreement.objects.select_related("authority", "lead_unit").get(pk=agreement.pk)
    route_pages.way(agreement)  # the calendar is kept
    with CaptureQueriesContext(connection) as asked:
        way = route_pages.way(agreement)
    assert way is not None
    assert len(way.lines) == 6 + extra
    assert len(asked) == 5


def test_what_if_reads_neither_rows_nor_people_a_second_time(
    org: Organisation, agreement: Agreement, english: LogIn
) -> None:
    browser, counted = english(org.staff), []
    browser.get(address(agreement))
    for query in ("", "nature=land&major=on&submitter=department"):
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(address(agreement, query))
        assert (answer.status_code, bool(answer.context["page"].asked)) == (200, bool(query))
        of_routes = [
            sql for row in asked if re.search('FROM "(approvals_routestep|accounts_postholding)"', sql := row["sql"])
        ]
        counted.append(len(of_routes))
    assert counted[0] == counted[1]


class TestPaper:
    def test_it_says_on_what_it_rests(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.DRAFTING, natures=["land"], is_major=True)
        add_step(org, article="津政办发〔2026〕3号")
        printed = route_papers.route_preview(agreement, by=fresh(org.staff))
        for word in (
            "审批路线预览",
            "测算日",
            "市长办公会议",
            "张海",
            "本级自定，津政办发〔2026〕3号",
            "§3.4",
            "土地利用",
        ):
            assert word in printed.html
        assert "系对原文的理解" in printed.html
        assert route_papers.route_preview(agreement, by=fresh(org.staff)) == printed
        assert PrintedDocument.objects.filter(kind="route_preview").count() == 1

    def test_another_way_is_another_paper(self, org: Organisation, agreement: Agreement) -> None:
        first = route_papers.route_preview(agreement, by=fresh(org.staff))
        add_step(org)
        assert route_papers.route_preview(agreement, by=fresh(org.staff)) != first

    def test_without_a_nature_there_is_none(self, org: Organisation, agreement: Agreement) -> None:
        agreement.natures.all().delete()
        with pytest.raises(NotNow) as refused:
            route_papers.route_preview(agreement, by=fresh(org.staff))
        assert refused.value.code == "nature_needed"

    def test_it_is_sent_as_a_file(self, org: Organisation, agreement: Agreement, english: LogIn) -> None:
        answer = english(org.staff).post(reverse("approvals:route-paper", args=[agreement.public_id]))
        assert answer["Content-Type"] == "application/pdf"
        b"".join(answer)


class TestAdministration:
    def at(self, name: str, *args: str) -> str:
        return reverse(f"routes:{name}", args=args)

    def step(self, org: Organisation, **typed: object) -> dict[str, object]:
        return {
            "post": "inspector",
            "behind": "secretary_general",
            "condition": "always",
            "on_disagree": "none",
            "article": "津政办发〔2026〕3号",
            "reason": "市政府办公厅通知",
            "seen": route_rows.stamp(org.authority),
            **typed,
        }

    def test_the_page_shows_both_routes_and_their_holders(self, org: Organisation, english: LogIn) -> None:
        page = words(english(org.administrator).get(self.at("route-list")))
        assert "Submitted by: Municipal department" in page
        assert "Submitted by: District government" in page
        assert "张海" in page
        assert "asked by the regulation" in page

    def test_a_step_is_added_changed_and_taken_off(self, org: Organisation, english: LogIn) -> None:
        browser = english(org.administrator)
        new = self.at("route-new", "municipal", "department")
        answer = browser.post(new, self.step(org, act="save"))
        assert answer.status_code == 302
        step = RouteStep.objects.get(code="inspector")
        assert "津政办发〔2026〕3号" in words(browser.get(answer["Location"]))
        edit = self.at("route-edit", "municipal", "department", "inspector")
        assert browser.get(edit).status_code == 200
        assert browser.post(edit, self.step(org, act="save", workdays=4, condition="major")).status_code == 302
        step.refresh_from_db()
        assert (step.workdays, step.condition) == (4, "major")
        seen = route_rows.stamp(org.authority)
        assert browser.post(edit, {"act": "retire", "reason": "取消", "seen": seen}).status_code == 302
        step.refresh_from_db()
        assert step.retired_on is not None
        page = words(browser.get(self.at("route-of", "municipal")))
        assert "took a step off the route" in page
        assert browser.get(edit).status_code == 404

    def test_the_effect_is_shown_and_not_kept(self, org: Organisation, english: LogIn) -> None:
        new = self.at("route-new", "municipal", "department")
        typed = self.step(
            org, act="effect", condition="amount", amount="1亿", **{"on-what": "if", "on-nature": "framework"}
        )
        answer = english(org.administrator).post(new, {**typed, "on-amount": "2亿", "on-submitter": "department"})
        assert answer.status_code == 200
        assert re.search(r"<ins>Supervision office", answer.content.decode())
        assert "Nothing is saved yet" in words(answer)
        answer = english(org.administrator).post(new, {**typed, "on-amount": "1000万", "on-submitter": "department"})
        assert "<ins>" not in answer.content.decode()
        assert not RouteStep.objects.filter(code="inspector").exists()
        assert not Event.objects.filter(code="route_step_added").exists()

    def test_what_the_regulation_asks_has_a_closed_button(self, org: Organisation, english: LogIn) -> None:
        edit = self.at("route-edit", "municipal", "department", "mayor")
        page = english(org.administrator).get(edit).content.decode()
        assert 'aria-disabled="true"' in page
        answer = english(org.administrator).post(
            edit, {"act": "retire", "reason": "精简", "seen": route_rows.stamp(org.authority)}
        )
        assert answer.status_code == 409
        assert "asked by the regulation" in words(answer)
        assert "§3.4" in answer.content.decode()

    def test_countersigning_is_set_with_its_seats(self, org: Organisation, english: LogIn) -> None:
        seats = [org.post("legal").pk, org.post("inspector").pk]
        typed = self.step(org, post="countersign", seats=seats, pass_rule="ratio", ratio=50, act="save")
        answer = english(org.administrator).post(self.at("route-new", "municipal", "district"), typed)
        assert answer.status_code == 302
        row = RouteStep.objects.get(code="countersign", submitter="district")
        assert sorted(row.seats.values_list("pk", flat=True)) == sorted(seats)

    def test_what_is_missing_keeps_what_was_typed(self, org: Organisation, english: LogIn) -> None:
        typed = self.step(org, act="save", condition="amount", reason="")
        answer = english(org.administrator).post(self.at("route-new", "municipal", "department"), typed)
        assert answer.status_code == 400
        assert "津政办发〔2026〕3号" in answer.content.decode()

    def test_a_rule_about_meetings_is_added_and_taken_out(self, org: Organisation, english: LogIn) -> None:
        browser = english(org.administrator)
        typed = {
            "forum": "executive_meeting",
            "condition": "foreign",
            "reason": "议事规则",
            "seen": route_rows.stamp(org.authority),
            "act": "save",
        }
        assert browser.post(self.at("forum-new", "municipal"), typed).status_code == 302
        rule = ForumRule.objects.get()
        page = self.at("forum-edit", "municipal", rule.code)
        assert browser.get(page).status_code == 200
        seen = route_rows.stamp(org.authority)
        assert browser.post(page, {"reason": "", "seen": seen, "act": "retire"}).status_code == 400
        assert browser.post(page, {"reason": "修订", "seen": seen, "act": "retire"}).status_code == 302
        assert browser.get(page).status_code == 404

    def test_a_rule_about_meetings_is_changed(self, org: Organisation, english: LogIn) -> None:
        browser = english(org.administrator)
        seen = route_rows.stamp(org.authority)
        by: dict[str, Any] = {"by": fresh(org.administrator), "seen": seen, "reason": "议事规则"}
        rule = route_rows.add_forum(org.authority, "executive_meeting", Condition("field", ("finance",)), **by)
        page = self.at("forum-edit", "municipal", rule.code)
        form = browser.get(page).content.decode()
        assert '<option value="executive_meeting" selected>' in form
        assert re.search(r'name="fields_asked" value="finance"[^>]*checked', form)
        typed = {
            "forum": "mayors_office_meeting",
            "condition": "foreign",
            "article": "津政办发〔2026〕3号",
            "reason": "修订",
            "seen": route_rows.stamp(org.authority),
        }
        shown = words(browser.post(page, {**typed, "act": "effect", "what": "if", "nature": "intent"}))
        assert "mayor&#x27;s office meeting" in shown.lower() or "mayor's office meeting" in shown.lower()
        rule.refresh_from_db()
        assert rule.forum == "executive_meeting", "looking at the effect changes nothing"
        assert browser.post(page, {**typed, "act": "save", "reason": ""}).status_code == 400
        assert browser.post(page, {**typed, "act": "save"}).status_code == 302
        rule.refresh_from_db()
        assert (rule.forum, rule.condition, rule.article) == ("mayors_office_meeting", "foreign", "津政办发〔2026〕3号")
        assert "changed a rule about meetings" in words(browser.get(self.at("route-of", "municipal")))
        assert browser.post(page, {**typed, "act": "save"}).status_code == 409, "the form is of an older state"

    def test_the_way_of_a_matter_is_looked_at(self, org: Organisation, english: LogIn) -> None:
        page = self.at("route-of", "municipal") + "?on-what=if&on-nature=policy&on-submitter=department"
        assert "Executive meeting" in words(english(org.administrator).get(page))
        nothing = self.at("route-of", "municipal") + "?on-what=if&on-submitter=department"
        assert "Without a nature there is no way" in words(english(org.administrator).get(nothing))

    @pytest.mark.article("§2")
    def test_authorities_have_their_tabs(self, org: Organisation, english: LogIn) -> None:
        own_name("district")
        page = words(english(org.administrator).get(self.at("route-of", "own-district")))
        assert "District head" in page
        assert "by reference to the regulation" in page
        assert english(org.administrator).get(self.at("route-of", "nowhere")).status_code == 404
        assert english(org.administrator).get(self.at("route-new", "own-district", "district")).status_code == 404

    @pytest.mark.parametrize("extra", [1, 3])
    def test_the_page_asks_as_often_whatever_the_rows(self, org: Organisation, english: LogIn, extra: int) -> None:
        for code in ("inspector", "secretariat", "legal")[:extra]:
            add_step(org, code)
        for _time in range(extra):
            add_step(org, "countersign", seats=(org.post("legal"), org.post("mayor")), pass_rule="all")
        browser = english(org.administrator)
        page = self.at("route-of", "municipal")
        browser.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(page).status_code == 200
        assert len(asked) <= 26
