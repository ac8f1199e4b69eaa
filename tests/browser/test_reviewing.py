"""The page of the legal review in Chromium: findings being written fit the page at each width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from tests import factories
from tests.factories_approvals import in_review

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [390, 820, 1366])
def test_a_finding_being_written_fits_and_its_mistake_too(
    transactional_db: None,
    context: BrowserContext,
    page: Page,
    live_server: Any,
    axe: Callable[[], list[str]],
    width: int,
) -> None:
    org = factories.organisation()
    agreement = in_review(org)
    client = Client()
    client.force_login(org.legal)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(reverse("approvals:review-edit", args=[agreement.public_id]))

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth") <= width)

    page.locator("input[value=yes]").first.check()
    expect(page.locator(".find-row").first).to_be_visible()
    assert fits()
    page.locator("button[value=close]").click()
    expect(page.locator("[role=alert]").first).to_be_focused()
    assert fits()
    assert axe() == []
