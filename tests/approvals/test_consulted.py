"""What units and outside bodies said reaches the reviewer, who decides and the approval sheet (§3.2, §3.3, §3.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement, Opinion, OpinionAnswer
from agreements.services import consulting, drafting, letters, opinions
from agreements.services.opinions import PointContent
from approvals import pages, papers
from core import clock
from tests.approvals.test_pages import english, words
from tests.factories import Organisation, consult_units, fresh, make_agreement, paper, write_text
from tests.factories_approvals import complete, open_assignment, open_run

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.2")]
LogIn = Callable[[User], Client]
BODY, HELD, WRITTEN = "能耗指标不宜由我市单方承诺。", "分担比例未经测算。", "建议联席会议改为每季度一次。"
NOT_ADOPTED = OpinionAnswer.Adoption.NOT_ADOPTED


def write_a_letter(agreement: Agreement, org: Organisation) -> None:
    opinion = letters.register(
        agreement,
        by=org.staff,
        sender="长春市人民政府",
        number="长府函〔2026〕12号",
        dated_on=clock.today(),
        scan=paper("来函.png"),
        points=[PointContent(WRITTEN)],
    )
    opinions.answer(opinion.points.get(), by=org.staff, adoption=NOT_ADOPTED, reason="半年一次为宜。")


@pytest.fixture
def maintained(org: Organisation) -> Agreement:
    """Under review: an opinion maintained in the first of two rounds (the second asked another unit), and a letter."""
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    due = clock.today() + timedelta(days=7)
    round_ = consulting.send(agreement, [org.units["finance"]], by=org.staff, due_on=due)
    opinion = opinions.reply(
        round_.consulted.get(), by=org.consulted, stance=Opinion.Stance.OBJECTION, points=[PointContent(BODY)]
    )
    point = opinion.points.get()
    opinions.answer(point, by=org.staff, adoption=NOT_ADOPTED, reason="已在保障措施中列明。")
    opinions.maintain(point, by=org.consulted, reason=HELD)
    consult_units(agreement, org, ("reform",), by=fresh(org.staff))
    write_a_letter(agreement, org)
    drafting.submit(agreement, by=fresh(org.head))
    return agreement


def test_the_review_shows_what_is_maintained_of_an_earlier_round_and_letters(
    maintained: Agreement, org: Organisation, as_user: LogIn
) -> None:
    complete(maintained, org)
    page = words(english(as_user(org.legal)).get(reverse("approvals:review-edit", args=[maintained.public_id])))
    for said in (BODY, HELD, WRITTEN, "长春市人民政府"):
        assert said in page


@pytest.mark.article("§3.4")
def test_who_decides_sees_it_and_the_sheet_carries_it(maintained: Agreement, org: Organisation, as_user: LogIn) -> None:
    run = open_run(maintained, org)
    browser = english(as_user(org.deputy_secretary_general))
    page = words(browser.get(reverse("approvals:decision-edit", args=[open_assignment(maintained).public_id])))
    html = papers.approval_sheet(run, by=fresh(org.general_office)).html
    for said in (BODY, HELD):
        assert said in page
        assert said in html
    assert "分歧清单" in html


def test_an_opinion_by_letter_alone_is_shown_too(org: Organisation) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    assert pages.consulted(agreement) is None
    write_a_letter(agreement, org)
    found = pages.consulted(agreement)
    assert found is not None
    assert (found.total, len(found.letters), found.answers) == (0, 1, {NOT_ADOPTED: 1})
