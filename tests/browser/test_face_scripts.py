"""What our scripts do, on pages served from this file: menus, confirmations, drafts, rows, double clicks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

STATIC = Path(__file__).resolve().parents[2] / "static"
ORIGIN = "http://face.invalid"
SHELL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<link rel="stylesheet" href="/static/css/base.css">
<script src="/static/js/early.js"></script><script src="/static/js/app.js" defer></script>
<script src="/static/js/forms.js" defer></script><script src="/static/js/drafts.js" defer></script>
</head><body>{body}</body></html>"""
DRAFT = """<span data-saved data-saving="saving" data-done="saved {time}" data-failed="bad" data-lapsed="lapsed"></span>
<div data-gaps>3 gaps</div>
<form method="post" action="/send/" data-autosave="/save/" data-guard>
<input type="hidden" name="csrfmiddlewaretoken" value="secret"><input type="hidden" name="version" value="1">
<textarea name="prose" id="prose"></textarea><input name="row-0-id" type="hidden"><input name="scan" type="file">
<button type="submit" name="do" value="send">Send</button></form>"""

Answer = Callable[[Route], None]


@pytest.fixture
def show(page: Page) -> Callable[..., list[Any]]:
    """Open a page with the given body; what is posted is returned in a list, answered by `answer`."""

    def open_page(body: str, answer: Answer | None = None) -> list[Any]:
        posted: list[Any] = []

        def serve(route: Route) -> None:
            path = route.request.url.removeprefix(ORIGIN)
            if route.request.method == "POST":
                posted.append(route.request)
                if answer:
                    answer(route)
                else:
                    route.fulfill(body="sent", content_type="text/html")
            elif path.startswith("/static/"):
                route.fulfill(path=str(STATIC / path.removeprefix("/static/")))
            else:
                route.fulfill(body=SHELL.replace("{body}", body), content_type="text/html")

        page.route(f"{ORIGIN}/**", serve)
        page.goto(f"{ORIGIN}/")
        return posted

    return open_page


def as_json(status: int = 200, **body: Any) -> Answer:
    return lambda route: route.fulfill(status=status, body=json.dumps(body), content_type="application/json")


def write(page: Page, text: str) -> None:
    page.fill("#prose", text)
    page.locator("#prose").blur()


def test_the_size_of_the_type_is_remembered(page: Page, show: Any) -> None:
    show('<button data-do="large" aria-pressed="false">Large</button>')
    page.click("button")
    page.reload()
    assert page.evaluate("document.documentElement.classList.contains('is-large')")
    expect(page.locator("button")).to_have_attribute("aria-pressed", "true")


CONFIRM = """<button data-do="show" data-to="c" aria-expanded="false" id="open">Return</button>
<form id="c" method="post" tabindex="-1" hidden data-fold>{field}<button type="submit">Confirm</button>
<button type="button" data-do="hide" data-to="c" id="keep">Leave it</button></form>"""


def test_a_confirmation_opens_at_its_reason_and_closes_where_it_was_opened(page: Page, show: Any) -> None:
    show(CONFIRM.replace("{field}", '<textarea id="why"></textarea>'))
    page.click("#open")
    expect(page.locator("#why")).to_be_focused()
    expect(page.locator("#open")).to_have_attribute("aria-expanded", "true")
    page.click("#keep")
    expect(page.locator("#c")).to_be_hidden()
    expect(page.locator("#open")).to_be_focused()


def test_opening_a_confirmation_never_lands_on_the_button_that_confirms(page: Page, show: Any) -> None:
    posted = show(CONFIRM.replace("{field}", ""))
    page.focus("#open")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert posted == []


def test_a_phrase_is_added_to_what_was_written(page: Page, show: Any) -> None:
    show('<textarea id="o">Noted. </textarea><button data-do="phrase" data-to="o">Agreed.</button>')
    page.click("button")
    expect(page.locator("#o")).to_have_value("Noted. Agreed.")


def test_a_verb_that_is_not_possible_does_nothing(page: Page, show: Any) -> None:
    posted = show('<form method="post"><button type="submit" aria-disabled="true">Seal</button></form>')
    page.click("button", force=True)
    assert posted == []


def test_a_folded_panel_is_there_without_scripts(page: Page, show: Any) -> None:
    show(CONFIRM.replace("{field}", ""))
    page.evaluate("document.documentElement.classList.remove('js')")
    expect(page.locator("#c")).to_be_visible()


def test_a_double_click_sends_once(page: Page, show: Any) -> None:
    posted = show(DRAFT)
    page.dblclick("button")
    page.wait_for_url(f"{ORIGIN}/send/")
    assert len(posted) == 1
    assert b'name="do"' in posted[0].post_data_buffer or b"do=send" in posted[0].post_data_buffer


def test_a_draft_saves_itself_and_takes_what_the_server_says(page: Page, show: Any) -> None:
    posted = show(DRAFT, as_json(version=2, saved_at="09:12", gaps_html="<b>1 gap</b>", fields={"row-0-id": "17"}))
    write(page, "第一条")
    expect(page.locator("[data-saved]")).to_have_text("saved 09:12")
    expect(page.locator("[name=version]")).to_have_value("2")
    expect(page.locator("[name=row-0-id]")).to_have_value("17")
    expect(page.locator("[data-gaps] b")).to_have_text("1 gap")
    assert posted[0].headers["x-csrftoken"] == "secret"
    assert "第一条" in posted[0].post_data
    assert "scan" not in posted[0].post_data
    page.locator("#prose").focus()
    page.locator("#prose").blur()
    assert len(posted) == 1


def test_a_newer_text_of_somebody_else_stops_the_saving(page: Page, show: Any) -> None:
    posted = show(DRAFT, as_json(409, message="Somebody else saved a newer text."))
    write(page, "one")
    expect(page.locator("[data-saved]")).to_have_text("Somebody else saved a newer text.")
    write(page, "two")
    assert len(posted) == 1
    expect(page.locator("#prose")).to_have_value("two")


def test_an_ended_session_is_said_and_the_text_stays(page: Page, show: Any) -> None:
    show(DRAFT, as_json(401, error="login", reason="Your session has ended."))
    write(page, "one")
    expect(page.locator("[data-saved]")).to_have_text("lapsed")
    expect(page.locator("#prose")).to_have_value("one")


def test_a_refused_draft_is_tried_again(page: Page, show: Any) -> None:
    posted = show(DRAFT, lambda route: route.fulfill(status=500, body="<html>", content_type="text/html"))
    write(page, "one")
    expect(page.locator("[data-saved]")).to_have_text("bad")
    write(page, "two")
    expect(page.locator("[data-saved]")).to_have_text("bad")
    assert len(posted) == 2


def test_nothing_is_saved_in_the_middle_of_a_composition(page: Page, show: Any) -> None:
    posted = show(DRAFT, as_json(version=2))
    page.focus("#prose")
    page.dispatch_event("#prose", "compositionstart")
    page.evaluate("document.querySelector('#prose').value = 'di yi'")
    page.dispatch_event("#prose", "input", {"bubbles": True})
    page.dispatch_event("#prose", "focusout", {"bubbles": True})
    assert posted == []
    page.dispatch_event("#prose", "compositionend")
    with page.expect_request("**/save/"):
        page.dispatch_event("#prose", "focusout", {"bubbles": True})


def test_leaving_unsaved_work_is_asked_about(page: Page, show: Any) -> None:
    show(DRAFT.replace("data-autosave", "data-nothing"))
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    write(page, "unsaved")
    page.goto(f"{ORIGIN}/elsewhere/")
    assert asked == ["beforeunload"]


SHEET = """<form method="post"><input type="hidden" id="id_w-TOTAL_FORMS" name="w-TOTAL_FORMS" value="1">
<table><tbody id="w-rows"><tr><td><input name="w-0-name"></td></tr></tbody></table>
<template id="w-empty"><tr><td><input name="w-__prefix__-name"></td></tr></template>
<button type="button" data-do="add-row" data-to="w-rows" data-prefix="w">Add a row</button></form>"""


def test_a_row_is_added_to_a_sheet_with_its_own_number(page: Page, show: Any) -> None:
    show(SHEET)
    page.click("button")
    page.click("button")
    expect(page.locator("#id_w-TOTAL_FORMS")).to_have_value("3")
    expect(page.locator("[name=w-2-name]")).to_be_focused()


def test_a_folded_tab_list_goes_where_it_says(page: Page, show: Any) -> None:
    show('<select data-go><option value="/a/">A</option><option value="/b/">B</option></select>')
    page.select_option("select", "/b/")
    page.wait_for_url(f"{ORIGIN}/b/")


@pytest.mark.parametrize(("width", "is_open"), [(1366, True), (390, False)])
def test_on_a_phone_the_sections_start_folded(page: Page, show: Any, width: int, is_open: bool) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    show("<details open data-fold-narrow><summary>Tasks</summary><p>18</p></details>")
    assert page.locator("details").evaluate("section => section.open") is is_open


ANSWERS = """<form method="post" action="/send/"><fieldset data-more-at="yes">
<label><input type="radio" name="found" value="no">Nothing</label>
<label><input type="radio" name="found" value="yes">Finding</label>
<div data-more><textarea name="finding"></textarea></div></fieldset></form>"""


def test_a_finding_is_asked_for_once_there_is_one(page: Page, show: Any) -> None:
    show(ANSWERS)
    finding = page.locator("[name=finding]")
    expect(finding).to_be_hidden()
    page.check("[value=yes]")
    expect(finding).to_be_visible()
    page.check("[value=no]")
    expect(finding).to_be_hidden()
