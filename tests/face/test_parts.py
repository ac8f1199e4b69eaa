"""The larger parts, drawn from plain values: nothing in them asks for a database or a request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.verdicts import Gap

STATIONS = [
    {"label": "Drafting", "state": "done", "lines": ["6 July", "45 days"], "late_text": "3 days late"},
    {"label": "Sealing", "state": "now", "lines": ["day 4 of 5"]},
    {"label": "Archiving", "state": "todo", "lines": []},
]
NEXT: dict[str, Any] = {
    "heading": "Next step",
    "verb_label": "Send for sealing",
    "url": "/seal/",
    "enabled": False,
    "reason": "Not yet.",
    "article": "§3.5",
    "gaps": [Gap("Written instruction", "§3.5", why="asked", url="/upload/", action="Upload")],
    "met": ["Scan"],
    "secondary": [{"label": "Urge", "url": "/urge/"}],
}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def part(name: str, **context: Any) -> str:
    return render_to_string(f"parts/{name}.html", context)


def test_a_gap_leads_to_where_it_is_mended() -> None:
    html = part("gaps", gaps=NEXT["gaps"])
    assert 'href="/upload/"' in html
    assert "Written instruction" in html
    assert "#a3-5" in html


def test_a_verb_that_is_not_possible_stays_and_says_why() -> None:
    html = part("next_step", next=NEXT)
    assert 'aria-disabled="true" aria-describedby="next-why"' in html
    assert 'id="next-why">Not yet.' in html
    assert "1 item is missing" in html
    assert 'href="/seal/"' not in html
    assert 'href="/urge/"' in html


def test_a_possible_verb_is_the_one_filled_button() -> None:
    html = part("next_step", next={**NEXT, "enabled": True, "gaps": [], "met": []})
    assert html.count("btn--main") == 1
    assert 'href="/seal/"' in html
    assert "next--alone" in html
    assert "next-why" not in html


def test_somebody_elses_step_shows_no_verb() -> None:
    html = part("next_step", next={"heading": "With the secretariat until 25 November"})
    assert "btn" not in html


def test_the_station_bar_marks_the_current_one_and_the_late_one() -> None:
    html = part("stations", stations=STATIONS, position=2, total=3, light="warn")
    assert html.count('aria-current="step"') == 2
    assert "2/3 Sealing" in html
    assert html.count("3 days late") == 2


def test_tabs_are_links_and_on_a_phone_a_select() -> None:
    tabs = [{"label": "Text", "url": "?tab=text", "count": 0, "current": True}, {"label": "Trail", "url": "?tab=trail"}]
    html = part("tabs", tabs=tabs, tabs_label="Contents")
    assert 'aria-current="page"' in html
    assert '<span class="n">0</span>' in html
    assert "<select" in html
    assert "<select" not in part("tabs", tabs=tabs, tabs_label="Views", views=True)


def test_the_pager_keeps_the_filters() -> None:
    request = RequestFactory().get("/agreements/", {"light": "late", "page": "2"})
    context = Context({"page_obj": Paginator(range(100), 20).page(2)})
    context.request = request  # what the tag `querystring` asks for, without the frame's context
    html = get_template("parts/pager.html").template.render(context)
    assert "light=late&amp;page=3" in html
    assert "Items 21 to 40" in html


def test_one_page_needs_no_pager() -> None:
    assert part("pager", page_obj=Paginator(range(3), 20).page(1)).strip() == ""


def test_the_trail_tells_people_from_the_system() -> None:
    at = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
    html = part(
        "trail",
        events=[
            {"acted": True, "at": at, "who": "Zhou", "unit": "Office", "post": "Head", "did": "signed", "text": "<b>"},
            {"acted": False, "at": at, "did": "reminded"},
        ],
    )
    assert html.count("is-act") == 1
    assert "System" in html
    assert "&lt;b&gt;" in html


class Reason(forms.Form):
    """The required reason of a confirmation."""

    reason = forms.CharField()


@pytest.mark.parametrize(("form", "folded"), [(Reason(), True), (Reason({}), False)])
def test_a_confirmation_opens_by_itself_on_a_mistake(form: forms.Form, folded: bool) -> None:
    confirm = {"id": "c", "title": "Recall", "url": "/recall/", "form": form, "verb": "Recall", "keep": "Leave it"}
    html = part("confirm", confirm=confirm, submission_token="t-1")
    assert ("hidden data-fold" in html) is folded
    assert 'name="submission_token" value="t-1"' in html


def test_the_summary_of_mistakes_leads_to_the_fields() -> None:
    html = part("errors", form=Reason({}))
    assert "There is 1 mistake" in html
    assert 'href="#id_reason"' in html
    assert part("errors", form=Reason({"reason": "x"})).strip() == ""


@pytest.mark.parametrize("code", ["400", "403", "404", "409", "csrf", "500", "503"])
def test_an_error_page_needs_no_session_and_no_database(code: str) -> None:
    html = render_to_string(f"errors/{code}.html", {"reason": "Because.", "gaps": NEXT["gaps"]})
    assert "Because." in html
    assert 'id="main"' in html
    assert "<h1></h1>" not in html


def test_the_log_in_page_keeps_where_one_was_going() -> None:
    html = render_to_string("accounts/login.html", {"form": Reason(), "next": "/inbox/?a=1&b=2"})
    assert 'name="next" value="/inbox/?a=1&amp;b=2"' in html
