"""Chromium of the machine against a live server on a database file."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import ConsoleMessage, Page

FLAGS = [
    "--no-sandbox",  # the tests run as root on a build server
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def allow_orm_beside_playwright() -> Iterator[None]:
    # Playwright's synchronous interface keeps an event loop in this thread, which the ORM takes for async code.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A database file: the live server's threads need connections of their own, which one in memory cannot give."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
        connection.settings_dict["TEST"]["NAME"] = str(settings.DATA_DIR / f"browser-{worker}.sqlite3")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("needs Chromium: apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    """An office desk: 1366 px, Chinese; `page.goto("/inbox/")` goes to the live server."""
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
    }


@pytest.fixture(autouse=True)
def clean_console(page: Page) -> Iterator[list[str]]:
    """A script error or a breach of the content policy on any page fails the test."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A 403 or 409 page is an answer and no fault of the page that shows it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield complaints
    assert not complaints


@pytest.fixture
def axe(page: Page) -> Callable[[], list[str]]:
    """What axe finds against WCAG 2.2 AA on the page as it stands, one line for each element."""

    def run() -> list[str]:
        if page.evaluate("typeof axe === 'undefined'"):  # half a megabyte: once for a page, at whatever width
            page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate(
            """async () => ({violations: (await axe.run(document, {
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'],
            })).violations})"""
        )
        return [
            f"{violation['id']}: {violation['help']}: {node['html']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return run
