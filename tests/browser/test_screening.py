"""The margin of the workbench in Chromium: a wording is found as one writes, shown in its place, kept with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from agreements.models import FindingAnswer
from agreements.services import texts
from tests import factories
from tests.factories import Organisation, make_agreement, write_text

pytestmark = pytest.mark.django_db(transaction=True)
GUARANTEE = "由市政府为乙方的银行贷款提供连带责任担保"


@pytest.fixture
def org(transactional_db: None) -> Organisation:
    return factories.organisation()


@pytest.fixture
def staff(org: Organisation, context: BrowserContext, live_server: Any) -> None:
    """The browser is logged in as the lead unit's officer."""
    client = Client()
    client.force_login(org.staff)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def test_a_wording_is_found_shown_and_kept(
    org: Organisation, staff: None, page: Page, axe: Callable[[], list[str]]
) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    first, second, *_rest = texts.clauses_with_parts(texts.current(agreement))  # type: ignore[arg-type]
    page.goto(reverse("agreements:text-edit", args=[agreement.public_id]))
    margin = page.locator("#screening")
    expect(margin.locator(".finding")).to_have_count(0)
    page.locator("[data-unfold=all]").click()
    prose = page.locator(f"#id_{first.lineage}-prose")
    prose.fill(f"双方加强合作。\n{GUARANTEE}。")
    page.locator(f"#id_{second.lineage}-prose").focus()
    expect(margin.locator(".finding")).to_have_count(1)
    margin.locator("a[data-words]").click()
    chosen = prose.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == GUARANTEE
    assert axe() == []
    margin.locator(".keep summary").click()
    margin.locator(".keep textarea").fill("已报市人大常委会批准。")
    margin.locator(".keep button").click()
    expect(page.locator("#screening .finding .note")).to_contain_text("已报市人大常委会批准。")
    assert FindingAnswer.objects.get().reason == "已报市人大常委会批准。"
