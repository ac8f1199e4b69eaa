"""The whole road in a browser: the Changchun plan from creation to performance, walked by the people who do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, FilePayload, Page, expect

from accounts.models import SigningAuthority, Unit
from agreements.models import Agreement, Station, ToDo
from core import clock
from demo import cast, changchun
from demo.scans import scan
from followup.models import Task
from records.models import Event

TITLE = "天津市与长春市对口合作框架协议"


class Office:
    """The people at their desks: one browser context each, logged in once."""

    def __init__(self, browser: Browser, arguments: dict[str, Any], complaints: list[str]) -> None:
        self.browser, self.arguments, self.complaints = browser, arguments, complaints
        self.pages: dict[str, Page] = {}

    def desk(self, username: str) -> Page:
        """Return the person's page, logging in on first need."""
        if username not in self.pages:
            page = self.browser.new_context(**self.arguments).new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.goto("/")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(cast.password())
            page.get_by_role("button", name="登录").click()
            expect(page.get_by_role("heading", name="工作台")).to_be_visible()
            self.pages[username] = page
        return self.pages[username]

    def take_from_inbox(self, username: str, title: str = TITLE) -> Page:
        """Open what lies on the person's desk for the case, through the inbox."""
        page = self.desk(username)
        page.goto("/inbox/")
        page.locator("table.inbox").get_by_role("link", name=title).first.click()
        return page

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def office(
    transactional_db: None, browser: Browser, browser_context_args: dict[str, Any], clean_console: list[str]
) -> Iterator[Office]:
    call_command("sync_regulation", verbosity=0)
    cast.assemble(SigningAuthority.objects.get(code="municipal"))
    office = Office(browser, browser_context_args, clean_console)
    yield office
    office.close()


def send(page: Page) -> None:
    """Press the one filled button of the page's form."""
    page.locator("main form button.btn--main[type=submit]:visible").first.click()
    page.wait_for_load_state()
    mistakes = page.locator(".errors:visible")  # the workbench holds a hidden one for words kept in the browser
    assert mistakes.count() == 0, mistakes.all_inner_texts()


def paper(name: str) -> FilePayload:
    """Return a small scan to upload."""
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": scan(name).read()}


def add_rows(page: Page, sheet: str, rows: list[dict[str, str]]) -> None:
    """Type rows into a sheet of the drafting page, adding as many as are needed."""
    prefix = page.locator(f"input[name$='-{sheet}-TOTAL_FORMS']").first.get_attribute("name") or ""
    prefix = prefix.removesuffix("-TOTAL_FORMS")
    folded = page.locator(f".is-folded [data-to='{prefix}-rows']")
    if folded.count():
        folded.press("Enter")
    for number, row in enumerate(rows):
        if page.locator(f"[name^='{prefix}-{number}-']").count() == 0:
            page.locator(f"[data-to='{prefix}-rows']").press("Enter")
        for name, value in row.items():
            field = page.locator(f"[name='{prefix}-{number}-{name}']")
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)


def unit_name(code: str) -> str:
    return Unit.objects.get(code=code).short


def unit_value(code: str) -> str:
    return str(Unit.objects.get(code=code).pk)


def write_the_plan(page: Page) -> None:
    """Write the Changchun plan into the five clauses of §2.3."""
    for prose in page.locator("textarea[name$='-prose']").all():
        prose.fill("两市按照政府引导、市场运作的原则，推进全领域、全方位、多层次、开放式的广泛深度合作。")
    add_rows(
        page,
        "work_item",
        [
            {"group": group, "title": title, "carrier": carrier, "unit": unit_name(unit), "due_on": "2028-12-31"}
            for group, tasks in changchun.GROUPS
            for _number, title, carrier, unit in tasks
        ],
    )
    add_rows(
        page,
        "key_project",
        [
            {"title": entry["title"], "site": entry["site"][:80], "effect": entry["effect"]}
            for entry in changchun.PROJECTS
        ],
    )
    add_rows(
        page,
        "mechanism",
        [{"title": "对口合作联席会议", "frequency": "yearly", "ours": "市合作交流办", "theirs": "长春市发展改革委"}],
    )
    add_rows(
        page,
        "safeguard",
        [
            {"kind": "policy", "measure": "政策扶持"},
            {"kind": "personnel", "measure": "组织领导"},
            {"kind": "funds", "measure": "工作经费列入双方年度预算"},
        ],
    )


def test_the_changchun_agreement_from_creation_to_performance(office: Office) -> None:
    staff = office.desk("staff")

    # §3.1: file, describe, parties, risk.
    staff.get_by_role("link", name="新建协议").first.click()
    staff.locator("a[href$='/new/sister_province/']").first.click()
    staff.fill("[name=title]", TITLE)
    staff.select_option("[name=document_type]", "agreement")
    staff.select_option("[name=origin]", "proposal")
    staff.check("[name=classification][value=open]")
    send(staff)
    agreement = Agreement.objects.get()
    here = f"/agreements/{agreement.public_id}/"

    staff.goto(f"{here}preparation/")
    staff.check("[name=natures][value=framework]")
    staff.check("[name=fields_of_cooperation][value=regional_cooperation]")
    staff.select_option("[name=term_kind]", "until_date")
    staff.fill("[name=expires_on]", "2028-12-31")
    send(staff)
    staff.goto(f"{here}parties/")
    staff.fill("[name=party-0-name]", "长春市人民政府")
    staff.select_option("[name=party-0-kind]", "state_organ")
    send(staff)
    staff.goto(f"{here}risk/")
    staff.check("[name=level][value=low]")
    staff.fill("[name=argument]", "合作事项均在职权范围内，资金列入预算，风险可控。")
    send(staff)
    staff.goto(f"{here}ability/")
    staff.fill("[name=finding]", "我方承担事项均在职权范围内。")
    staff.fill("[name=evidence]", "部门职责规定、年度预算安排。")
    staff.select_option("[name=conclusion]", "sound")
    send(staff)
    staff.goto(here)
    staff.get_by_role("link", name="开始起草").first.click()
    send(staff)

    # §3.2: the text with its parts, opinions and answers, the head.
    staff.goto(f"{here}text/")
    write_the_plan(staff)
    send(staff)
    staff.goto(f"{here}consultations/new/")
    ticked = staff.locator("[name=units]:checked")  # beforehand: the units that the text lays something on
    while ticked.count():
        ticked.first.uncheck()
    staff.check(f"[name=units][value='{unit_value('keji')}']")
    staff.locator("main form button.btn--main[type=submit]:visible").first.click()
    staff.check("[name=without]")  # asked only of who leaves out a unit that the text lays something on
    send(staff)
    consulted = office.take_from_inbox("consulted")
    consulted.check("[name=stance][value=objection]")
    consulted.fill("[name=point-0-body]", "建议明确科技会商的频次。")
    for radio in consulted.locator("input[name^=item-][value=can]").all():
        radio.check()
    send(consulted)
    staff = office.take_from_inbox("staff")
    staff.goto(f"{here}consultations/latest/")
    staff.select_option("[name$=adoption]", "adopted")
    staff.locator("form:has([name$=adoption]) button[type=submit]").first.click()
    staff.goto(here)
    staff.get_by_role("link", name="送负责人审定").first.click()
    send(staff)
    send(office.take_from_inbox("head"))
    assert Agreement.objects.get().station == Station.LEGAL_REVIEW

    # §3.3: complete, six points, a conclusion; departments the text touches are left out with a reason.
    send(office.take_from_inbox("general_office"))
    legal = office.take_from_inbox("legal")
    review = legal.url
    while (out := legal.locator("a[href*='/settle/']")).count():
        out.first.click()
        legal.fill("[name=reason]", "起草阶段已征求意见。")
        send(legal)
        legal.goto(review)
    for radio in legal.locator("input[name$=_found][value=no]").all():
        radio.check()
    legal.check("[name=conclusion][value=lawful]")
    legal.fill("[name=opinion]", "六项要点审核完毕，未发现问题。")
    send(legal)

    # §3.4: presented, then step by step.
    presenting = office.take_from_inbox("general_office")
    presenting.fill("[name=opinion]", "经法制审核，拟同意，呈请审阅。")
    send(presenting)
    for leader in (
        "deputy_secretary_general",
        "secretary_general",
        "vice_mayor",
        "executive_vice_mayor",
        "mayor",
    ):
        assert Agreement.objects.get().station == Station.APPROVAL
        page = office.take_from_inbox(leader)
        page.locator("[name=opinion]").first.fill("同意。")
        page.locator("button[name=verdict][value=approve]").click()
        page.wait_for_load_state()
    assert Agreement.objects.get().station == Station.SIGNING

    # §3.5: signed, sealed.
    staff.goto(here)
    staff.locator(".next a.btn--main").click()
    staff.fill("[name$=signed_on]", clock.today().isoformat())
    staff.fill("[name$=place]", "长春")
    staff.locator("input[name$='scan']").set_input_files(paper("签署文本"))
    fill_signatories(staff)
    send(staff)
    assert Agreement.objects.get().station == Station.SEALING
    staff.goto(here)
    staff.locator(".next a.btn--main").click()
    staff.fill("[name=copies]", "4")
    staff.fill("[name=pages]", "12")
    staff.fill("[name=purpose]", "对口合作框架协议用印")
    send(staff)
    secretariat = office.take_from_inbox("secretariat")
    secretariat.fill("[name=places]", "末页落款处")
    send(secretariat)
    assert Agreement.objects.get().station == Station.ARCHIVING

    # §4.1: handed over, received.
    staff.goto(here)
    staff.locator(".next a.btn--main").click()
    staff.fill("[name=background]", "落实国家对口合作部署，经两市商定签署。")
    staff.fill("[name=copies]", "2")
    staff.locator("input[name=original]").set_input_files(paper("协议原件"))
    send(staff)
    send(office.take_from_inbox("secretariat"))
    agreement = Agreement.objects.get()
    assert agreement.station == Station.PERFORMANCE

    # §4.2: the signed text has become tasks, each pointing at its clause.
    tasks = Task.objects.filter(agreement=agreement)
    assert tasks.filter(kind="work_item").count() == 18
    assert tasks.filter(kind="key_project").count() == 2
    staff.goto(f"{here}?tab=followup")
    expect(staff.get_by_text("装备制造业等优势产业合作").first).to_be_visible()
    assert Event.objects.filter(chain=agreement.chain, code="approve").count() == 1
    assert not ToDo.objects.filter(agreement=agreement, closed_at=None, code__in=("seal", "receive", "decide")).exists()


def fill_signatories(page: Page) -> None:
    """Name who signed for both sides: the mayor for ours, a deputy mayor for theirs."""
    for field in page.locator("input[name$='-name']:visible").all():
        field.fill("秦明义" if "ours" in (field.get_attribute("name") or "") else "高远")
    for field in page.locator("input[name$='-title']:visible").all():
        field.fill("市长")
    for box in page.locator("input[name$='-is_municipal_leader']:visible").all():
        box.check()
    for choice in page.locator("select[name$='-party']:visible").all():
        choice.select_option(index=1)
