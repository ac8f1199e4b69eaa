"""A case of a district or a department that signs in its own name never speaks the municipal government's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from agreements.models import Agreement, Station
from agreements.pages import trail_lines
from approvals import papers, review_papers, route_papers
from approvals.models import Run, Step
from approvals.services import returning
from records import trail
from tests.approvals import moves
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import holder_of, open_assignment, open_run, pass_step, review_all_clear
from tests.factories_routes import own_name

pytestmark = [pytest.mark.django_db, pytest.mark.article("§2")]
LogIn = Callable[[User], Client]
MUNICIPAL = re.compile(r"市长|市政府|市委|秘书长|办公厅|市领导|市级领导|[Mm]ayor|[Mm]unicipal|[Ss]ecretary-general|General Office")


@pytest.fixture(params=["district", "department"])
def own(request: pytest.FixtureRequest) -> Organisation:
    return own_name(request.param)


def municipal_words(html: str) -> list[str]:
    """Return what a page says in municipal words, with what stands around it; what it only quotes of the regulation
    (`<cite>`, titles of articles) is not its own word."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.S)
    body = re.sub(r'<(abbr|cite)\b.*?</\1>', " ", body, flags=re.S)
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
    return [said[max(0, found.start() - 40) : found.end() + 30] for found in MUNICIPAL.finditer(said)]


def pages_of(agreement: Agreement, org: Organisation, as_user: LogIn) -> Iterator[tuple[str, str]]:
    """Yield the pages of a case as its people see them now, in both languages."""
    names = (
        "approvals:route-show",
        "approvals:completeness-edit",
        "approvals:review-edit",
        "approvals:approval-open",
        "approvals:party-report",
    )
    addresses = [agreement.get_absolute_url(), *(reverse(name, args=[agreement.public_id]) for name in names)]
    addresses += [
        reverse("approvals:decision-edit", args=[row.public_id])
        for row in moves.Assignment.objects.filter(step__run__agreement=agreement)
    ]
    for name, user in org.users.items():
        browser = as_user(user)
        for language in ("zh-hans", "en"):
            browser.cookies["django_language"] = language
            for address in addresses:
                answer = browser.get(address)
                yield f"{name} {language} {answer.status_code} {address}", answer.content.decode()


def test_explore(own: Organisation, as_user: LogIn) -> None:
    found = {}
    agreement = make_agreement(own, "other", at_station=Station.LEGAL_REVIEW)
    def look(when):
        for where, html in pages_of(agreement, own, as_user):
            for words in municipal_words(html):
                found.setdefault(words, when + " " + where)
    look("review")
    run = open_run(agreement, own)
    look("approval")
    pass_step(agreement)
    pass_step(agreement)
    look("after")
    for words, where in found.items():
        print("FOUND", where, "|", words)
    assert not found
