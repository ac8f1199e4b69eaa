"""A leader's day in Chromium: items decided by the keyboard alone, and what the keys never do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from agreements.models import Agreement, Station, ToDo
from approvals.models import Decision
from approvals.services import copying
from tests import factories
from tests.factories import Organisation, make_agreement
from tests.factories_approvals import open_assignment, open_run

pytestmark = pytest.mark.django_db(transaction=True)
DAY = 8
"""Items of the day: what is counted is counted for each of them, so eight tell as much as thirty."""
LogIn = Callable[[User], None]


@pytest.fixture
def org(transactional_db: None) -> Organisation:
    return factories.organisation()


@pytest.fixture
def log_in(context: BrowserContext, live_server: Any) -> LogIn:
    def log_in(user: User) -> None:
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return log_in


def in_approval(org: Organisation, count: int = 1) -> list[Agreement]:
    found = []
    # Walked through the services each time: remembering so many growing databases would cost more than making them.
    make: Callable[..., Agreement] = make_agreement.__wrapped__
    for number in range(count):
        agreement = make(org, at_station=Station.LEGAL_REVIEW, title=f"待批协议第{number + 1}号")
        open_run(agreement, org)
        found.append(agreement)
    return found


def address(agreement: Agreement) -> str:
    return reverse("approvals:decision-edit", args=[open_assignment(agreement).public_id])


class Keys:
    """A keyboard that counts: a chord is one stroke, a typed word one for each character."""

    def __init__(self, page: Page) -> None:
        self.page, self.strokes = page, 0

    def press(self, chord: str) -> None:
        self.strokes += 1
        self.page.keyboard.press(chord)


def test_a_day_of_items_is_decided_by_the_keyboard_alone(
    org: Organisation, log_in: LogIn, page: Page, record_property: Callable[[str, object], None]
) -> None:
    in_approval(org, DAY)
    log_in(org.deputy_secretary_general)
    page.goto("/inbox/")
    keys = Keys(page)
    keys.press("Alt+n")
    for left in range(DAY, 0, -1):
        expect(page.locator(".queue .muted")).to_contain_text(f"共 {left} 件")
        with page.expect_navigation():
            keys.press("Alt+a")
        expect(page.locator(".notice--success")).to_be_visible()
    assert not ToDo.objects.filter(post=org.post("deputy_secretary_general"), closed_at=None).exists()
    assert Decision.objects.filter(by=org.deputy_secretary_general, verdict="approve").count() == DAY
    record_property("keystrokes_of_the_day", keys.strokes)
    assert keys.strokes == DAY + 1
    assert keys.strokes / DAY <= 2


def test_the_counts_of_menu_and_boxes_follow_while_one_looks(org: Organisation, log_in: LogIn, page: Page) -> None:
    in_approval(org)
    page.clock.install()
    log_in(org.deputy_secretary_general)
    page.goto("/inbox/")
    counts = page.locator('.side [data-count="todo"], .tabs [data-count="todo"]')
    expect(counts).to_have_text(["1", "1"])
    expect(page.locator('.tabs [data-count="copied"]')).to_have_text("")
    agreement = in_approval(org)[0]
    copying.copy_to(agreement.runs.get(), by=org.head, posts=[org.post("deputy_secretary_general")])
    page.clock.fast_forward(65_000)
    expect(counts).to_have_text(["2", "2"])
    expect(page.locator('.tabs [data-count="copied"]')).to_have_text("1")


def test_words_a_phrase_and_a_return_by_the_keyboard(org: Organisation, log_in: LogIn, page: Page) -> None:
    first, second = in_approval(org, 2)
    log_in(org.deputy_secretary_general)
    page.goto(address(first))
    page.keyboard.press("Alt+o")
    page.keyboard.type("请抓紧。")
    page.locator(".phrase").first.press("Enter")
    opinion = page.locator("#id_opinion")
    expect(opinion).to_have_value("请抓紧。拟同意。")
    expect(opinion).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Alt+a")
    assert Decision.objects.get(by=org.deputy_secretary_general).opinion == "请抓紧。拟同意。"
    expect(page).to_have_url(re.compile(address(second)))
    page.keyboard.press("Alt+r")
    expect(page.locator("#back")).to_be_visible()
    expect(page.locator("#back select, #back textarea").first).to_be_focused()
    page.keyboard.press("Alt+a")  # behind an open panel nothing is approved
    page.keyboard.press("Escape")
    expect(page.locator("#back")).to_be_hidden()
    page.keyboard.press("Alt+r")
    page.locator("#back textarea").fill("请核定用地规模。")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    second.refresh_from_db()
    assert second.station == Station.DRAFTING


def test_nothing_is_decided_while_an_input_method_composes_or_a_key_is_held(
    org: Organisation, log_in: LogIn, page: Page
) -> None:
    (agreement,) = in_approval(org)
    log_in(org.deputy_secretary_general)
    page.goto(address(agreement))
    press = """(how) => document.getElementById("id_opinion").dispatchEvent(new KeyboardEvent("keydown",
        {code: "KeyA", key: "a", altKey: true, bubbles: true, cancelable: true, ...how}))"""
    page.evaluate(press, {"isComposing": True})
    page.evaluate(press, {"repeat": True})
    page.evaluate(press, {"ctrlKey": True})
    page.locator("#id_opinion").press("Enter")
    assert page.url.endswith(address(agreement))
    assert not Decision.objects.filter(verdict="approve").exists()


def test_an_opinion_is_kept_until_it_is_sent_and_never_filled_in_by_itself(
    org: Organisation, log_in: LogIn, page: Page
) -> None:
    first, _second = in_approval(org, 2)
    log_in(org.deputy_secretary_general)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address(first))
    page.locator("#id_opinion").fill("写到一半的意见")
    page.goto("/inbox/")
    page.goto(address(first))
    expect(page.locator("#id_opinion")).to_have_value("")
    page.locator("[data-opinion-back]").click()
    expect(page.locator("#id_opinion")).to_have_value("写到一半的意见")
    with page.expect_navigation():
        page.keyboard.press("Alt+a")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('opinion'))") == []
    expect(page.locator("[data-opinion-kept]")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 820])
def test_on_a_tablet_and_a_phone_the_bar_is_within_reach(
    org: Organisation, log_in: LogIn, page: Page, axe: Callable[[], list[str]], width: int
) -> None:
    (agreement,) = in_approval(org)
    log_in(org.deputy_secretary_general)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address(agreement))
    approve = page.locator("button[value=approve]")
    expect(approve).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    folded = page.locator("aside details[data-fold-narrow]").evaluate_all("all => all.every((one) => !one.open)")
    assert folded == (width == 390)
    assert axe() == []
    page.keyboard.press("Alt+r")
    expect(page.locator("#back button[value=send_back]")).to_be_in_viewport()
    assert axe() == []


def test_notices_are_picked_and_taken_note_of_at_once(org: Organisation, log_in: LogIn, page: Page) -> None:
    from agreements.services import notices
    from records import outbox

    (agreement,) = in_approval(org)
    for _number in range(3):
        notices.tell("resumed", agreement=agreement, user=org.mayor)
    outbox.deliver_pending()
    log_in(org.mayor)
    page.goto("/inbox/?box=told")
    page.locator("[data-pick-all]").press("Space")
    assert page.locator("input[name=pick]:checked").count() >= 3
    with page.expect_navigation():
        page.locator("#batch button").press("Enter")
    assert page.locator("input[name=pick]").count() == 0
