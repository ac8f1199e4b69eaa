"""The drafting workbench in Chromium: it saves itself, tells what is missing, adds rows, finds units as one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from agreements.models import Agreement, Target
from agreements.services import drafting, texts
from agreements.services.texts import ClauseContent
from tests import factories
from tests.factories import Organisation, make_agreement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def org(transactional_db: None) -> Organisation:
    return factories.organisation()


@pytest.fixture
def staff(org: Organisation, context: BrowserContext, live_server: Any) -> None:
    """The browser is logged in as the lead unit's officer."""
    client = Client()
    client.force_login(org.staff)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


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
    page.locator(f"#id_{clause.lineage}-target-1-indicator").fill("互派干部")
    page.locator(f"#id_{clause.lineage}-target-1-goal").fill("２０")
    page.locator(f"#id_{other.lineage}-prose").focus()
    expect(page.locator(f"#id_{clause.lineage}-target-1-lineage")).not_to_have_value("")
    expect(missing).not_to_have_count(before)
    assert Target.objects.get().goal == 20
    assert axe() == []


def test_what_a_colleague_saved_meanwhile_is_told_and_one_s_own_words_stay(
    org: Organisation, staff: None, page: Page
) -> None:
    agreement = make_agreement(org)
    open_workbench(page, agreement)
    clause, other, *_rest = texts.clauses_with_parts(texts.current(agreement))  # type: ignore[arg-type]
    drafting.write(agreement, [ClauseContent(clause.lineage, "同事的文字")], by=org.head, edition=0)
    field = page.locator(f"#id_{clause.lineage}-prose")
    field.fill("我的文字")
    page.locator(f"#id_{other.lineage}-prose").focus()
    expect(page.locator("[data-saved]")).to_contain_text("许志远")
    expect(field).to_have_value("我的文字")


def test_a_unit_is_found_by_its_initials_and_a_ticked_one_stays_in_sight(
    org: Organisation, staff: None, page: Page
) -> None:
    agreement = make_agreement(org, at_station="preparation")
    page.goto(reverse("agreements:preparation-edit", args=[agreement.public_id]))
    finance, weather = page.get_by_label("市财政局"), page.get_by_label("市气象局")
    finance.check()
    page.locator("[data-units-find]").fill("sqxj")
    expect(weather).to_be_visible()
    expect(finance).to_be_visible()
    expect(page.get_by_label("市工业和信息化局")).to_be_hidden()
    expect(page.locator("[data-units-count]")).to_contain_text("1")
