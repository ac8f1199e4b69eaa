"""Every page of the product on the demonstration: nothing axe objects to, nothing wider than the window, no complaint
of the browser; for everybody who has it, in both languages, at the desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from accounts import policy
from accounts.models import User
from agreements.models import Agreement, Station
from approvals.models import CompletenessCheck, Meeting, Topic
from records import append_only

PEOPLE = (
    "staff",
    "head",
    "consulted",
    "legal",
    "general_office",
    "deputy_secretary_general",
    "vice_mayor",
    "mayor",
    "secretariat",
    "inspector",
    "gongxin_staff",
    "stranger",
    "administrator",
    "security_admin",
    "audit_admin",
)
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PAGES = 10
"""Pages of one test, so that none takes long."""
PARTS = [
    *(("staff", part) for part in range(9)),
    *((person, part) for person in PEOPLE if person != "staff" for part in range(2)),
    ("legal", 2),
]
LANGUAGES = ("zh-hans", "en")
ELSEWHERE = {
    # They answer with a file or JSON, to a form only, or send on to another page.
    "accounts:logout",
    "accounts:delegation-paper",
    "administration",
    "agreements:attachment-download",
    "agreements:change-explain",
    "agreements:comparison-sheet",
    "agreements:consultation-latest",
    "agreements:opinion-answer",
    "agreements:opinion-maintain",
    "agreements:opinion-table",
    "agreements:opinion-urge",
    "agreements:consultation-table",
    "agreements:paper-download",
    "agreements:clause-add",
    "agreements:clause-change",
    "agreements:text-aside",
    "agreements:text-clause",  # a piece of the workbench, drawn into it
    "agreements:text-present",
    "agreements:text-save",
    "agreements:text-word",
    "agreements:word-discard",
    "agreements:exchange-strike",
    "agreements:link-make",
    "agreements:link-remove",
    "agreements:contact-reveal",
    "agreements:contact-retire",
    "agreements:risk-event-paper",
    "agreements:file-page",
    # What they are about is not in the demonstration or is behind a form: other tests of the browser ask them.
    "agreements:word-confirm",
    "agreements:file-replace",
    "agreements:file-void",
    "agreements:file-preview",
    "agreements:finding-keep",
    "agreements:deliberation-new",
    "agreements:deliberation-detail",
    "agreements:counterparty-merge",
    "approvals:intervention-document",
    "approvals:intervention-propose",
    "approvals:paper-sheet",
    "approvals:route-paper",
    "approvals:paper-opinion",
    "approvals:paper-supplement",
    "approvals:joint-answer",
    "approvals:finding-answer",
    "approvals:revision-act",
    "approvals:certificate-edit",
    "meetings:meeting-agenda",
    "meetings:meeting-agenda-kept",
    "meetings:topic-move",
    "meetings:topic-paper",
    "archive:handover-return",
    "archive:sealing-return",
    "desk:agreement-export",
    "desk:inbox-json",
    "desk:notice-read",
    "desk:notices-read",
    "desk:copies-read",
    "desk:phrase-move",
    "desk:phrase-remove",
    "approvals:paper-countersign",
    "followup:ledger-export",
    "followup:progress-judge",
    "followup:progress-report",
    "healthz",
    "readyz",
    "set_language",
    # The search boxes on these forms are Django's, with names and styles that axe and the content policy object to.
    "admin:add",
    "admin:change",
    # Asked for apart.
    "accounts:login",
    "style",
    # In the demonstration nothing stands where these are offered; `test_road.py` and the tests of the apps open them.
    "agreements:diligence-edit",
    "archive:signing-record",
    "followup:evaluation-decide",
    "followup:evaluation-edit",
    "followup:selfcheck-edit",
}
CROSSROADS = {
    "desk:inbox",
    "accounts:delegation-list",
    "approvals:review-list",
    "meetings:meeting-list",
    "meetings:meeting-detail",
    "meetings:topic-detail",
}
"""Pages that lead each person elsewhere: looked at once, but their links are followed for everybody."""
LINK = re.compile(r'<(?:a|option)\b[^>]*?\b(?:href|value)="([^"]+)"')


def kind_of(path: str, person: str) -> tuple[str, ...]:
    """Tell which page an address is: two addresses of one kind show the same page with other content."""
    parts = urlsplit(path)
    query = parse_qs(parts.query)
    match = resolve(parts.path)
    if match.view_name in {"desk:home", "approvals:decision-edit"}:
        return (match.view_name, person)
    if match.app_name == "admin":
        return (f"admin:{(match.url_name or '').rpartition('_')[2]}",)
    if match.view_name == "desk:inbox":
        return (match.view_name, query.get("box", ["todo"])[0])
    if match.view_name == "meetings:meeting-list":
        return (match.view_name, query.get("box", ["upcoming"])[0])
    if match.view_name == "meetings:meeting-detail":
        return (match.view_name, Meeting.objects.get(public_id=match.kwargs["public_id"]).state)
    if match.view_name == "meetings:topic-detail":
        return (match.view_name, Topic.objects.get(public_id=match.kwargs["public_id"]).state)
    if match.view_name in {"agreements:verb-act", "meetings:meeting-act", "meetings:topic-act"}:
        return (match.view_name, match.kwargs["code"])
    if match.view_name == "agreements:agreement-detail":
        agreement = Agreement.objects.get(public_id=match.kwargs["public_id"])
        if "tab" in query and agreement.station == Station.PERFORMANCE:
            return (match.view_name, query["tab"][0])
        if query.get("tab") == ["text"] and agreement.station == Station.DRAFTING:
            return (match.view_name, "draft", f"exchanges: {agreement.exchanges.exists()}")
        if agreement.station == Station.LEGAL_REVIEW:
            checking = CompletenessCheck.objects.filter(agreement=agreement, state="open").exists()
            checker = person if person == "general_office" else "others"  # who checks has a way on that others lack
            return (match.view_name, agreement.station, f"checking: {checking}", checker)
        return (match.view_name, agreement.station, agreement.standing)
    return (match.view_name,)


def links_of(page: str, path: str) -> Iterator[str]:
    for target in LINK.findall(page):
        address = urldefrag(urljoin(path, target.replace("&amp;", "&"))).url
        if not address.startswith("/") or address.startswith(settings.STATIC_URL):
            continue
        try:
            resolve(urlsplit(address).path)
        except Resolver404:
            continue
        yield address


def walk(person: str, seen: set[tuple[str, ...]]) -> Iterator[str]:
    """Follow the links of the pages from the desk on, each kind of page once; yield the addresses of pages."""
    client = Client()
    client.force_login(User.objects.get(username=person))
    waiting = ["/"]
    followed: set[tuple[str, ...]] = set()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path, person)
        passed = kind in seen and (kind[0] not in CROSSROADS or kind in followed)
        if passed or kind[0] in ELSEWHERE:
            continue
        answer = client.get(path)
        if answer.status_code == 302:
            waiting.append(answer["Location"])
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        followed.add(kind)
        if kind not in seen:
            seen.add(kind)
            yield path
        waiting += links_of(answer.content.decode(), path)


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, loaded once: the live server asks for this fixture by its name, for every test here."""
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        yield
        with append_only.lifted():
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def places(transactional_db: None) -> dict[str, list[str]]:
    """The addresses of the pages, each under the first person of the list who comes to it."""
    seen: set[tuple[str, ...]] = set()
    return {person: list(walk(person, seen)) for person in PEOPLE}


def log_in(page: Page, person: str, language: str, server: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=person))
    cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
    page.context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])


def faults(page: Page, axe: Callable[[], list[str]], paths: Iterable[str]) -> Iterator[str]:
    """Open each page at the desk, then narrow the window to a phone's, and tell what is wrong."""
    for path in paths:
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.goto(path)
        # What the bar covers at this moment is scrolled from under it; axe would take it for a small target.
        page.evaluate("document.querySelectorAll('.bar').forEach(bar => { bar.style.position = 'static'; })")
        if not page.title().partition(" · ")[0]:
            yield f"{path}: no title"
        for window in (DESK, PHONE):
            page.set_viewport_size(window)  # type: ignore[arg-type]
            too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if too_wide > 0:
                yield f"{path} at {window['width']}: {too_wide} px too wide"
            for violation in axe():
                yield f"{path} at {window['width']}: {violation}"


def test_the_walk_finds_every_page(places: dict[str, list[str]]) -> None:
    found = {resolve(urlsplit(path).path).view_name for paths in places.values() for path in paths}
    assert set(policy.POLICY) - ELSEWHERE - found == set()
    asked = {person: PAGES * sum(1 for name, _part in PARTS if name == person) for person in PEOPLE}
    assert {person for person in PEOPLE if len(places[person]) > asked[person]} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("person", "part"), PARTS)
def test_pages_are_accessible_and_fit(
    page: Page,
    axe: Callable[[], list[str]],
    live_server: Any,
    places: dict[str, list[str]],
    person: str,
    part: int,
    language: str,
) -> None:
    log_in(page, person, language, live_server.url)
    assert list(faults(page, axe, places[person][part * PAGES : (part + 1) * PAGES])) == []


def test_the_log_in_and_a_missing_page(page: Page, axe: Callable[[], list[str]], live_server: Any) -> None:
    assert list(faults(page, axe, ["/login/"])) == []
    log_in(page, "stranger", "zh-hans", live_server.url)
    assert list(faults(page, axe, ["/agreements/0000000000/"])) == []


def test_a_form_is_sent_by_keyboard_and_its_mistakes_are_told(page: Page, live_server: Any, places: Any) -> None:
    log_in(page, "staff", "zh-hans", live_server.url)
    page.goto(next(path for path in places["staff"] if path.startswith("/followup/tasks/")))
    page.locator("main input:visible").first.focus()
    for _field in range(8):
        if page.evaluate("document.activeElement.matches('main .btn--main')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_be_focused()
