"""The drafting workbench in Chromium: it saves itself, tells what is missing, adds rows, finds units as one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from agreements.models import Agreement, Clause, Target
from agreements.services import clauses, drafting, texts
from agreements.services.texts import ClauseContent
from tests import factories
from tests.factories import Organisation, make_agreement, write_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def org(transactional_db: None) -> Organisation:
    return factories.organisation()


@pytest.fixture
def staff(org: Organisation, context: BrowserContext, live_server: Any) -> None:
    """The browser is logged in as the lead unit's officer."""
    log_in(context, org.staff, live_server)


def log_in(context: BrowserContext, user: User, live_server: Any) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def write(page: Page, clause: Clause, words: str) -> None:
    page.locator(f"#id_{clause.lineage}-prose").fill(words)


def open_workbench(page: Page, agreement: Agreement) -> None:
    page.goto(reverse("agreements:text-edit", args=[agreement.public_id]))


def test_a_draft_saves_itself_with_its_new_row_and_tells_what_is_missing(
    org: Organisation, staff: None, page: Page, axe: Callable[[], list[str]]
) -> None:
    agreement = make_agreement(org)
    open_workbench(page, agreement)
    missing = page.locator("[data-gaps] .gaps > li")
    before = missing.count()
    other, clause, *_rest = texts.clauses_with_parts(texts.current(agreement))  # type: ignore[arg-type]
    page.locator(f"#id_{clause.lineage}-prose").fill("到2028年形成可推广的合作经验。")
    page.locator(f'[data-do="add-row"][data-prefix="{clause.lineage}-target"]').click()
    page.locator(f"#id_{clause.lineage}-target-0-indicator").fill("互派干部")
    page.locator(f"#id_{clause.lineage}-target-0-goal").fill("２０")
    page.locator(f"#id_{other.lineage}-prose").focus()
    expect(page.locator(f"#id_{clause.lineage}-target-0-lineage")).not_to_have_value("")
    expect(missing).not_to_have_count(before)
    assert Target.objects.get().goal == 20
    assert axe() == []


def test_two_browsers_on_one_text_see_each_other_and_lose_nothing(
    org: Organisation, staff: None, page: Page, browser: Browser, browser_context_args: dict[str, Any], live_server: Any
) -> None:
    agreement = make_agreement(org)
    one, two, three, *_rest = texts.clauses_with_parts(texts.current(agreement))  # type: ignore[arg-type]
    context = browser.new_context(**browser_context_args)
    log_in(context, org.head, live_server)
    other = context.new_page()
    open_workbench(page, agreement)
    open_workbench(other, agreement)
    expect(other.locator("[data-present]")).to_contain_text("周岚")

    write(page, one, "周岚写第一条。")
    write(other, two, "许志远写第二条。")
    page.locator(f"#id_{three.lineage}-prose").focus()
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    other.locator(f"#id_{three.lineage}-prose").focus()
    expect(other.locator("[data-saved]")).to_contain_text("已保存")
    # What the colleague wrote elsewhere is simply there.
    expect(other.locator(f"#id_{one.lineage}-prose")).to_have_value("周岚写第一条。")

    write(page, three, "甲的第三条。")
    write(other, three, "乙的第三条。")
    page.locator(f"#id_{one.lineage}-prose").focus()
    expect(page.locator(f"#id_{three.lineage}-edition")).not_to_have_value("0")
    other.locator(f"#id_{one.lineage}-prose").focus()
    announced = other.locator(f"#clause-{three.lineage} [data-newer]")
    expect(announced).to_contain_text("周岚")
    expect(other.locator(f"#id_{three.lineage}-prose")).to_have_value("乙的第三条。")
    announced.get_by_role("button").click()
    aside = other.locator(f"#clause-{three.lineage} .aside")
    expect(aside.locator("ins")).to_have_text("乙")
    expect(other.locator(f"#id_{three.lineage}-prose")).to_have_value("甲的第三条。")
    aside.get_by_role("button").first.click()
    expect(other.locator(f"#id_{three.lineage}-prose")).to_have_value("乙的第三条。")
    expect(other.locator(f"#clause-{three.lineage} .aside del")).to_have_text("乙")
    context.close()


def kept(page: Page) -> list[bool]:
    """Return, over a second and a half, whether words are kept in the browser."""
    answers = []
    for _turn in range(3):
        page.wait_for_timeout(500)
        answers.append(page.evaluate("() => Object.keys(localStorage).some((key) => key.startsWith('draft:'))"))
    return answers


def test_words_typed_without_a_network_are_offered_again(org: Organisation, staff: None, page: Page) -> None:
    agreement = make_agreement(org)
    one, two, *_rest = texts.clauses_with_parts(texts.current(agreement))  # type: ignore[arg-type]
    open_workbench(page, agreement)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/text/save/", lambda route: route.abort())
    write(page, one, "断网时写下的话。")
    page.locator(f"#id_{two.lineage}-prose").focus()
    expect(page.locator("[data-saved]")).to_have_class("saved is-failed")
    assert kept(page)[-1] is True
    page.unroute("**/text/save/")
    open_workbench(page, agreement)
    expect(page.locator("[data-kept]")).to_be_visible()
    page.locator("[data-kept-back]").click()
    expect(page.locator(f"#id_{one.lineage}-prose")).to_have_value("断网时写下的话。")
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    assert kept(page)[-1] is False
    one.refresh_from_db()
    assert one.prose == "断网时写下的话。"


PASTE = """([id, text]) => {
    const field = document.getElementById(id);
    field.focus();
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_rows_come_from_a_spreadsheet_sums_are_told_and_mistakes_are_shown_at_their_cell(
    org: Organisation, staff: None, page: Page
) -> None:
    agreement = make_agreement(org)
    clause = next(row for row in texts.clauses_with_parts(texts.current(agreement)) if row.code == "positioning")  # type: ignore[arg-type]
    open_workbench(page, agreement)
    page.locator(f'[data-do="add-row"][data-prefix="{clause.lineage}-target"]').click()
    cell = f"id_{clause.lineage}-target-0"
    rows = "孵化平台\t家\t15\t22\t2028\t市财政局\t2+3+2\n成果\t项\t0\t60\t2028-06\t市财政局\t20+30\n"
    page.evaluate(PASTE, [f"{cell}-indicator", rows])
    sums = page.locator(f"#clause-{clause.lineage} tbody .sum")
    expect(sums.nth(0)).to_have_text("2+3+2 = 7")
    expect(sums.nth(1)).to_have_class("sum sum--off")
    page.keyboard.press("Control+s")
    expect(page.locator(f"#{cell}-lineage")).not_to_have_value("")
    assert [(int(row.goal or 0), row.breakdown, row.due_kind) for row in Target.objects.order_by("order")] == [
        (22, "2+3+2", "year"),
        (60, "20+30", "month"),
    ]
    page.locator(f"#{cell}-goal").fill("二十二")
    page.keyboard.press("Control+s")
    expect(page.locator(f"#{cell}-goal_error")).to_be_visible()
    expect(page.locator(f"#{cell}-goal")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-gaps] .is-mistake")).to_have_count(1)
    page.locator("[data-gaps] .is-mistake a").click()
    expect(page.locator(f"#{cell}-goal")).to_be_focused()
    page.locator(f"#{cell}-goal").fill("22")
    page.keyboard.press("Control+s")
    expect(page.locator(f"#{cell}-goal_error")).to_have_count(0)
    # A point of the list leads to its very cell, also of a row that came while one typed.
    page.locator("[data-gaps] a", has_text="成果").click()
    expect(page.locator(f"#id_{clause.lineage}-target-1-breakdown")).to_be_focused()


@pytest.mark.parametrize("width", [1366, 390])
def test_a_written_text_with_everything_on_it_is_sound_for_everybody(
    org: Organisation, staff: None, page: Page, axe: Callable[[], list[str]], width: int
) -> None:
    agreement = make_agreement(org, category="enterprise", party="某公司", party_kind="private_enterprise")
    write_text(agreement, by=org.staff)
    text = texts.working(agreement)
    assert text is not None
    clause = clauses.add(agreement, heading="数据安全", reason="涉及公共数据", by=org.staff)
    drafting.write(agreement, [ClauseContent(clause.lineage, "甲")], by=org.head, edition=99)
    drafting.write(agreement, [ClauseContent(clause.lineage, "乙")], by=org.staff, edition=0)
    page.set_viewport_size({"width": width, "height": 844})
    open_workbench(page, agreement)
    opened = page.locator("[data-clause][open]").count()
    assert opened == 1  # the one beside which words wait
    page.locator("[data-unfold=all]").click()
    assert axe() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_unit_is_found_by_its_initials_and_a_ticked_one_stays_in_sight(
    org: Organisation, staff: None, page: Page
) -> None:
    agreement = make_agreement(org, at_station="preparation")
    page.goto(reverse("agreements:preparation-edit", args=[agreement.public_id]))
    picker = page.locator("[data-units]").filter(has=page.locator("input[name=supporting_units]"))
    finance, weather = picker.get_by_label("市财政局"), picker.get_by_label("市气象局")
    finance.check()
    picker.locator("[data-units-find]").fill("sqxj")
    expect(weather).to_be_visible()
    expect(finance).to_be_visible()
    expect(picker.get_by_label("市工业和信息化局")).to_be_hidden()
    expect(picker.locator("[data-units-count]")).to_contain_text("1")
