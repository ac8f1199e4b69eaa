"""What is missing leads only whom it does not refuse: everybody else reads with whom it lies."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement, Station
from approvals import blockers
from approvals.services import reviewing
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import approved, in_review, latest_review, sent_back_with_a_finding

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
LogIn = Callable[[User], Client]
LINK = re.compile(r'<a class="gaps__to" href="([^"#]+)')


def drafted(org: Organisation) -> Agreement:
    agreement = make_agreement(org, at_station=Station.DRAFTING)
    agreement.natures.all().delete()
    return agreement


def answered_for(org: Organisation) -> Agreement:
    agreement = in_review(org)
    sent_back_with_a_finding(agreement, org)
    return agreement


def under_review(org: Organisation) -> Agreement:
    return in_review(org, natures=["funds"])


def before_signing(org: Organisation) -> Agreement:
    """A major matter that is approved and not yet reported."""
    agreement = approved(org)
    agreement.is_major = True
    agreement.save()
    return agreement


@pytest.mark.parametrize("told", [drafted, answered_for, under_review, before_signing])
def test_no_link_of_a_gap_refuses_its_reader(
    org: Organisation, as_user: LogIn, told: Callable[[Organisation], Agreement]
) -> None:
    agreement = told(org)
    pages = [agreement.get_absolute_url(), reverse("approvals:route-show", args=[agreement.public_id])]
    if told is under_review:
        pages.append(reverse("approvals:approval-open", args=[agreement.public_id]))
    refused, followed = [], 0
    for name in ("staff", "head", "general_office", "legal", "vice_mayor", "mayor"):
        browser = as_user(org.users[name])
        for page in pages:
            for link in dict.fromkeys(LINK.findall(browser.get(page).content.decode())):
                followed += 1
                if (status := browser.get(link, follow=True).status_code) != 200:
                    refused.append((name, page, link, status))
    assert refused == []
    assert followed or told is before_signing, "gaps were drawn with their links"


def test_the_lead_unit_reads_who_reports_to_the_committee(org: Organisation, as_user: LogIn) -> None:
    agreement = before_signing(org)
    report = reverse("approvals:party-report", args=[agreement.public_id])
    browser = as_user(org.staff)
    browser.cookies["django_language"] = "en"
    page = browser.get(agreement.get_absolute_url()).content.decode()
    assert report not in page
    office = fresh(org.general_office)
    assert "It lies with" in page
    assert f"({office.full_name}); ask there." in page
    (gap,) = blockers.party_report_blockers(agreement)
    assert gap.for_reader(office).url == report
    assert gap.for_reader(fresh(org.staff)).url == ""


def test_the_office_reads_who_reviews(org: Organisation, as_user: LogIn) -> None:
    agreement = under_review(org)
    assert reviewing.current(agreement) == latest_review(agreement)
    browser = as_user(org.general_office)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse("approvals:approval-open", args=[agreement.public_id])).content.decode()
    assert f"({org.legal.full_name}); ask there." in page
