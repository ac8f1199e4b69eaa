"""The page of the parts: nothing axe objects to, nothing wider than the window, in either language and size."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page

WIDTHS = (1366, 1280, 1000, 900, 390)


@pytest.fixture
def logged_in(page: Page, live_server: Any, transactional_db: None) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create(username="reader", full_name="周岚"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.usefixtures("logged_in")
def test_the_parts_are_accessible_and_fit(page: Page, axe: Callable[[], list[str]], language: str) -> None:
    page.goto("/style/")
    if language == "en":
        page.locator(".top__tools > form button", has_text="English").click()
    for large in (False, True):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 768})
            page.goto("/style/")
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, (width, large)
        assert axe() == []
        page.evaluate("window.localStorage.setItem('type', 'large')")
    assert page.get_attribute("html", "lang") == language


@pytest.mark.usefixtures("logged_in")
def test_the_page_prints_without_its_frame(page: Page) -> None:
    page.goto("/style/")
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.locator(".side").is_hidden()
    assert page.locator("h1").is_visible()
