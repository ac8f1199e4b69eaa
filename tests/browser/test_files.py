"""Filing papers in the browser: dragged in, each with its progress and its own answer, by mouse and by keyboard."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Route, expect

from agreements.models import Agreement
from tests import factories
from tests.factories import Organisation, file_paper, make_agreement
from tests.records import samples

pytestmark = pytest.mark.django_db(transaction=True)

DROP = """([names, contents, target]) => {
  const data = new DataTransfer();
  names.forEach((name, n) => {
    const bytes = Uint8Array.from(atob(contents[n]), (mark) => mark.charCodeAt(0));
    data.items.add(new File([bytes], name));
  });
  const zone = document.querySelector(target);
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def org(transactional_db: None) -> Organisation:
    return factories.organisation()


@pytest.fixture
def case(org: Organisation, context: BrowserContext, live_server: Any) -> Agreement:
    """A case in preparation; the browser is logged in as the lead unit's officer."""
    client = Client()
    client.force_login(org.staff)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return make_agreement(org, at_station="preparation", party="华岳集团", party_kind="private_enterprise")


def open_files(page: Page, case: Agreement) -> None:
    page.goto(f"{case.get_absolute_url()}?tab=files")


def drop(page: Page, **files: bytes) -> None:
    names = [name.replace("_", ".") for name in files]
    contents = [base64.b64encode(content).decode() for content in files.values()]
    page.evaluate(DROP, [names, contents, "[data-drop]"])


def test_dropped_files_are_filed_or_refused_each_by_itself(
    case: Agreement, page: Page, axe: Callable[[], list[str]]
) -> None:
    open_files(page, case)
    page.locator("select[name=kind]").select_option("counterparty")
    drop(page, 章程_pdf=samples.pdf(2), 病毒_pdf=b"MZ program", 执照_png=samples.picture("PNG", size=(900, 900)))
    rows = page.locator(".uploads__row")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_have_class("uploads__row is-stored is-over")
    expect(rows.nth(1)).to_have_class("uploads__row is-refused is-over")
    expect(rows.nth(1).locator(".uploads__state")).to_contain_text("病毒.pdf")
    expect(rows.nth(2)).to_have_class("uploads__row is-stored is-over")
    expect(page.get_by_role("status").filter(has_text="2")).to_be_visible()
    expect(page.locator("#file-list")).to_contain_text("章程.pdf")
    expect(page.locator("#file-list")).to_contain_text("执照.png")
    assert sorted(case.attachments.values_list("name", "kind")) == [
        ("执照.png", "counterparty"),
        ("章程.pdf", "counterparty"),
    ]
    assert axe() == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe() == []


def test_what_they_are_is_asked_before_anything_is_sent(case: Agreement, page: Page) -> None:
    open_files(page, case)
    drop(page, 章程_pdf=samples.pdf())
    expect(page.locator("select[name=kind]")).to_be_focused()
    assert not case.attachments.exists()
    page.locator("select[name=kind]").select_option("other")
    page.locator("form[data-upload] button[type=submit]").press("Enter")
    expect(page.locator(".uploads__row.is-stored")).to_have_count(1)
    assert case.attachments.count() == 1


def test_one_that_is_on_its_way_is_cancelled_and_the_next_goes_on(case: Agreement, page: Page) -> None:
    open_files(page, case)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/files/new/", hold_the_first)
    page.locator("select[name=kind]").select_option("other")
    drop(page, 一_pdf=samples.pdf(), 二_pdf=samples.pdf(2))
    first = page.locator(".uploads__row").nth(0)
    first.locator("[data-cancel]").press("Enter")
    expect(first.locator("[data-cancel]")).to_be_hidden()
    expect(page.locator(".uploads__row").nth(1)).to_have_class("uploads__row is-stored is-over")
    assert [row.name for row in case.attachments.all()] == ["二.pdf"]


def test_a_file_beyond_the_limit_is_not_even_sent(case: Agreement, page: Page) -> None:
    open_files(page, case)
    page.locator("form[data-upload]").evaluate("form => form.dataset.limit = '100'")
    page.locator("select[name=kind]").select_option("other")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    drop(page, 大_pdf=samples.pdf())
    expect(page.locator(".uploads__row.is-refused .uploads__state")).to_contain_text("大.pdf")
    assert asked == []


def test_without_the_server_the_row_says_so_and_goes_again(case: Agreement, page: Page) -> None:
    open_files(page, case)
    page.route("**/files/new/", lambda route: route.abort())
    page.locator("select[name=kind]").select_option("other")
    drop(page, 一_pdf=samples.pdf())
    again = page.locator(".uploads__row [data-again]")
    expect(again).to_be_focused()
    page.unroute("**/files/new/")
    again.press("Enter")
    expect(page.locator(".uploads__row.is-stored")).to_have_count(1)
    assert case.attachments.count() == 1


def test_without_scripts_the_form_files_all_of_them(
    case: Agreement, browser: Any, live_server: Any, context: BrowserContext, tmp_path: Path
) -> None:
    paths = []
    for number in (1, 2):
        paths.append(tmp_path / f"{number}.pdf")
        paths[-1].write_bytes(samples.pdf(number))
    bare = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    bare.add_cookies(context.cookies())
    page = bare.new_page()
    page.goto(f"{case.get_absolute_url()}?tab=files")
    page.locator("select[name=kind]").select_option("origin")
    page.locator("input[type=file]").set_input_files(paths)
    page.locator("form[data-upload] button[type=submit]").click()
    expect(page.locator("#file-list")).to_contain_text("2.pdf")
    assert case.attachments.count() == 2
    bare.close()


def test_a_preview_shows_the_drawn_page(
    org: Organisation, case: Agreement, page: Page, axe: Callable[[], list[str]]
) -> None:
    file_paper(case, by=org.staff, pages=2)
    open_files(page, case)
    page.get_by_role("link", name="往来材料.pdf", exact=True).click()
    picture = page.locator(".sheet-of img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1400)
    page.locator("a[rel=next]").click()
    expect(picture).to_have_js_property("naturalWidth", 1400)
    assert axe() == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
