"""The pages are Chinese until the person switches."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_what_a_browser_asks_for_does_not_count(client) -> None:
    page = client.get("/login/", headers={"accept-language": "en-US,en;q=0.9"}, follow=True)
    assert page.headers["Content-Language"] == "zh-hans"
    assert 'lang="zh-hans"' in page.content.decode().lower()


def test_the_switch_is_kept(client) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = client.get("/", follow=True)
    assert page.headers["Content-Language"] == "en"


def test_a_language_that_is_not_ours_is_chinese(client) -> None:
    client.cookies["django_language"] = "xx'\"<"
    assert client.get("/", follow=True).headers["Content-Language"] == "zh-hans"
