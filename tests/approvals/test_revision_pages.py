"""The pages of a revision and of a certificate, as each of those concerned sees and sends them."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from agreements import verbs
from agreements.models import Agreement
from agreements.services import texts
from approvals import pages, papers, revision_pages
from approvals.models import Certificate, Revision
from approvals.services import runs
from core import clock
from tests.approvals import revision_cases as cases
from tests.factories import Organisation, fresh, reword
from tests.factories_approvals import complete, holder_of, latest_review, open_assignment, review_all_clear

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
LogIn = Callable[[User], Client]
OF_SUBSTANCE = "双方就第二条另行商定，甲方不承担出资责任。"


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return cases.at_the_meeting(org, {"finance": [1], "industry": [2]})


@pytest.fixture
def revision(agreement: Agreement) -> Revision:
    return cases.pass_in_principle(agreement)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def english(browser: Client) -> Client:
    browser.cookies["django_language"] = "en"
    return browser


def url(agreement: Agreement, code: str = "") -> str:
    if code:
        return reverse("approvals:revision-act", args=[agreement.public_id, code])
    return reverse("approvals:revision-show", args=[agreement.public_id])


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_who_would_be_asked_is_shown_before_submitting(
    as_user: LogIn, agreement: Agreement, revision: Revision, org: Organisation
) -> None:
    reword(agreement, OF_SUBSTANCE, by=fresh(org.staff), place=1)
    page = english(as_user(org.head)).get(url(agreement))
    text = words(page)
    assert "Who would be asked again, and why" in text
    assert "第1条请再斟酌。" not in text
    assert "第2条请再斟酌。" in text
    assert "第3条请再斟酌。" not in text
    assert "Deputy secretary-general" in text
    assert "Points that speak against it: 1" in text
    assert "submit_revision" in page.content.decode()


def test_the_officer_is_led_from_the_workbench_to_the_revision(
    as_user: LogIn, agreement: Agreement, revision: Revision, org: Organisation
) -> None:
    page = english(as_user(org.staff)).get(reverse("agreements:text-edit", args=[agreement.public_id]))
    assert page.status_code == 200
    assert url(agreement) in page.content.decode()
    assert "a meeting passed it in principle" in words(page)
    assert "Send for opinions" not in words(page)


def test_all_the_way_by_the_pages(as_user: LogIn, agreement: Agreement, revision: Revision, org: Organisation) -> None:
    reword(agreement, OF_SUBSTANCE, by=fresh(org.staff), place=1)
    sent = as_user(org.head).post(
        url(agreement, "submit_revision"),
        {"note": "已改", "agreed_on": clock.today().isoformat(), "agreed_how": "电话商定。"},
    )
    assert sent.status_code == 302
    revision.refresh_from_db()
    assert revision.after is not None
    checked = as_user(org.legal).post(
        url(agreement, "check_revision"),
        {"finding": "substance", "words": "", "text_sha256": revision.after.sha256},
    )
    assert checked.status_code == 302
    office = english(as_user(org.general_office))
    waits = office.get(url(agreement))
    assert "may still reply until" in words(waits)
    refused = office.post(url(agreement, "close_revision"), {})
    assert refused.status_code == 409
    (consulted,) = revision.rounds.get().consulted.all()
    give = as_user(org.consulted).get(
        reverse("agreements:opinion-give", args=[agreement.public_id, consulted.public_id])
    )
    assert give.status_code == 200
    cases.answer(consulted)
    assert office.post(url(agreement, "close_revision"), {}).status_code == 302
    assignment = open_assignment(agreement)
    page = english(as_user(holder_of(assignment))).get(reverse("approvals:decision-edit", args=[assignment.public_id]))
    assert page.status_code == 200
    assert "Who is asked again, and why" in words(page)
    assert "no objection" in words(page)


def test_a_form_without_its_words_comes_back_with_what_is_missing(
    as_user: LogIn, agreement: Agreement, revision: Revision, org: Organisation
) -> None:
    reword(agreement, OF_SUBSTANCE, by=fresh(org.staff), place=1)
    answer = english(as_user(org.head)).post(url(agreement, "submit_revision"), {"note": "已改"})
    assert answer.status_code == 400
    assert "Enter the day on which the counterpart agreed." in words(answer)


def test_the_certificate_is_given_beside_the_changes(as_user: LogIn, org: Organisation) -> None:
    agreement = cases.came_back(org)
    complete(agreement, org)
    address = reverse("approvals:certificate-edit", args=[agreement.public_id])
    legal = english(as_user(org.legal))
    assert "Nothing speaks against it" in words(legal.get(address))
    sent = legal.post(address, {"words": "仅调整语序。", "text_sha256": latest_review(agreement).text.sha256})
    assert sent.status_code == 302
    assert Certificate.objects.count() == 1


def test_the_office_chooses_the_way_and_sees_what_stands(as_user: LogIn, org: Organisation) -> None:
    agreement = cases.came_back(org)
    complete(agreement, org)
    legal = as_user(org.legal)
    address = reverse("approvals:certificate-edit", args=[agreement.public_id])
    legal.post(address, {"words": "仅调整语序。", "text_sha256": latest_review(agreement).text.sha256})
    review_all_clear(agreement, org)
    office = english(as_user(org.general_office))
    present = reverse("approvals:approval-open", args=[agreement.public_id])
    page = words(office.get(present))
    assert "what was approved before stands" in page
    assert org.deputy_secretary_general.full_name in page
    assert office.post(present, {"way": "straight", "opinion": ""}).status_code == 302
    assert open_assignment(agreement).step.code == "secretary_general"
    run = runs.current(agreement)
    assert run is not None
    (row,) = papers.facts(run)["certificates"]
    assert row.words == "仅调整语序。"
    lines = pages.opinions_of(pages.steps_whole().filter(run=run))
    assert any("certified" in line.opinion for line in lines)


def test_the_sheet_keeps_the_review_and_names_the_revision(
    agreement: Agreement, revision: Revision, org: Organisation
) -> None:
    reword(agreement, OF_SUBSTANCE, by=fresh(org.staff), place=1)
    cases.checked(cases.submitted(revision, org), org)
    cases.answer(revision.rounds.get().consulted.get())
    run = cases.taken_in(revision, org)
    facts = papers.facts(run)
    assert facts["review"] is not None
    assert [row.pk for row in facts["revisions"]] == [revision.pk]
    assert facts["consulted"].total == 2
    with translation.override("zh-hans"):
        printed = papers.approval_sheet(run, by=fresh(org.general_office))
    assert "会后修改" in printed.html
    assert "市财政局重新征求意见" in printed.html


def test_the_panel_says_who_was_asked(
    as_user: LogIn, agreement: Agreement, revision: Revision, org: Organisation
) -> None:
    page = english(as_user(org.mayor)).get(f"{agreement.get_absolute_url()}?tab=approval")
    assert page.status_code == 200
    assert "No clause was changed" in words(page)


def test_the_lines_of_a_closed_revision_do_not_change_with_later_words(
    agreement: Agreement, revision: Revision, org: Organisation
) -> None:
    reword(agreement, OF_SUBSTANCE, by=fresh(org.staff), place=1)
    cases.checked(cases.submitted(revision, org), org)
    cases.answer(revision.rounds.get().consulted.get())
    cases.taken_in(revision, org)
    revision.refresh_from_db()
    shown = revision_pages.re_asked(revision)
    assert not shown.is_preview
    (line,) = shown.lines
    assert [(unit.name, unit.reply) for unit in line.units] == [(org.units["finance"].short, "no objection")]
    assert texts.working(agreement) is None


def test_no_level_is_told_to_decide_while_the_text_is_revised(
    as_user: LogIn, agreement: Agreement, revision: Revision, org: Organisation
) -> None:
    page = english(as_user(org.mayor)).get(agreement.get_absolute_url())
    assert "Next step: you act" not in words(page)
    for code in ("decide", "approve"):
        assert not verbs.get(code).offered(agreement)
    assert verbs.get("revise").offered(agreement)
