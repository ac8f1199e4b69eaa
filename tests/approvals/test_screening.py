"""What screening found goes to the legal review and to who decides, with the reason it was kept for (§1.2, §3.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement, ScreeningFinding
from agreements.services import drafting, findings
from tests.approvals.test_pages import english, words
from tests.factories import Organisation, consult_units, fresh, make_agreement, reword, write_text
from tests.factories_approvals import complete, in_review, open_assignment, open_run

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
GUARANTEE = "由市政府为乙方的银行贷款提供连带责任担保。"
REASON = "已报市人大常委会批准。"


@pytest.fixture
def kept(org: Organisation) -> Agreement:
    """An agreement that goes to review with a wording kept."""
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    reword(agreement, GUARANTEE, by=org.staff)
    (line,) = findings.unanswered(agreement)
    findings.keep(agreement, line.found.fingerprint, by=fresh(org.staff), reason=REASON)
    consult_units(agreement, org, by=fresh(org.staff))
    drafting.submit(agreement, by=fresh(org.head))
    return agreement


@pytest.mark.article("§1.2", "§3.3")
def test_the_review_shows_what_was_kept_and_why(kept: Agreement, org: Organisation, as_user: LogIn) -> None:
    complete(kept, org)
    page = english(as_user(org.legal)).get(reverse("approvals:review-edit", args=[kept.public_id]))
    row = ScreeningFinding.objects.filter(text=kept.texts.latest("number")).get()
    content = page.content.decode()
    assert row.excerpt in content
    assert f'href="#clause-{row.lineage}"' in content
    assert f'id="clause-{row.lineage}"' in content
    assert f"Kept, because: {REASON}" in words(page)
    assert row.rule in content
    assert row.advice_en in words(page)
    assert "finding-form" not in content


@pytest.mark.article("§1.2", "§3.4")
def test_who_decides_sees_it_too(kept: Agreement, org: Organisation, as_user: LogIn) -> None:
    open_run(kept, org)
    assignment = open_assignment(kept)
    browser = english(as_user(org.deputy_secretary_general))
    page = browser.get(reverse("approvals:decision-edit", args=[assignment.public_id]))
    assert f"Kept, because: {REASON}" in words(page)


def test_where_nothing_was_found_the_number_of_rules_is_told(org: Organisation, as_user: LogIn) -> None:
    agreement = in_review(org)
    page = english(as_user(org.legal)).get(reverse("approvals:review-edit", args=[agreement.public_id]))
    rules = agreement.texts.latest("number").screening.rules
    assert f"Screened by {rules} rules" in words(page)
    assert "nothing found" in words(page)
