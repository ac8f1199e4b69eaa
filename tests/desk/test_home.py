"""The desk: everybody's own matters, counts that lead to the rows they count, and the places of one's posts."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from agreements.models import Agreement, Deadline, Station
from agreements.services import drafting
from core import clock
from desk import demonstration
from desk.context import BUSINESS
from regulation.articles import ARTICLES
from regulation.categories import CATEGORIES
from tests.factories import CAST, Organisation, make_agreement, make_user
from tests.factories_accounts import delegate
from tests.factories_approvals import open_assignment, open_run

from .conftest import As

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("username", CAST)
def test_everybody_has_a_desk(as_: As, org: Organisation, drafted: Agreement, username: str) -> None:
    user = org.users[username]
    answer = as_(user).get("/")
    assert answer.status_code == 200
    name = "desk/home.html" if user.holds(*BUSINESS) else "desk/home-technical.html"
    assert name in [template.name for template in answer.templates]


def test_who_holds_no_post_is_told_so(as_: As, org: Organisation) -> None:
    user = make_user("nobody", "无岗")
    answer = as_(user).get("/")
    assert "You hold no post today" in answer.content.decode()


def places(client: Client) -> list[str]:
    return [place.url for place in client.get("/").context["nav"]]


def test_the_sidebar_shows_only_the_places_of_ones_posts(as_: As, org: Organisation) -> None:
    assert places(as_(org.staff)) == ["/", "/inbox/", "/agreements/", "/custody/", "/followup/"]
    assert "/reviews/" in places(as_(org.legal))
    assert "/custody/" not in places(as_(org.mayor))
    assert places(as_(org.administrator))[0] == "/"
    assert not {"/inbox/", "/agreements/"} & set(places(as_(org.administrator)))


def test_one_place_at_most_is_the_present_one(as_: As, org: Organisation) -> None:
    client = as_(org.staff)
    for url, current in (("/", ["/"]), ("/inbox/", ["/inbox/"]), ("/agreements/new/", ["/agreements/"])):
        nav = client.get(url).context["nav"]
        assert [place.url for place in nav if place.current] == current
    assert not [place for place in client.get("/regulation/").context["nav"] if place.current]


def test_the_inbox_counts_in_the_sidebar(as_: As, org: Organisation, drafted: Agreement) -> None:
    (inbox,) = [place for place in as_(org.staff).get("/").context["nav"] if place.url == "/inbox/"]
    assert inbox.count == 1


@pytest.mark.parametrize("username", ["head", "legal", "general_office"])
def test_every_number_of_the_matrix_opens_the_rows_it_counts(
    as_: As, org: Organisation, drafted: Agreement, username: str
) -> None:
    make_agreement(org, at_station=Station.LEGAL_REVIEW, title="在审")
    make_agreement(org, at_station=Station.PREPARATION, title="在备")
    client = as_(org.users[username])
    context = client.get("/").context
    matrix = context["matrix"]
    cells = [cell for line in [*matrix["lines"], matrix["total"]] for cell in [*line["cells"], line["total"]]]
    for cell in (cell for cell in cells if cell.n):
        assert client.get(f"/agreements/?{cell.url}").context["page_obj"].paginator.count == cell.n, cell.url
    for row in context["by_category"] or ():
        assert client.get(f"/agreements/?{row['url']}").context["page_obj"].paginator.count == row["n"]


def test_leaders_see_counts_by_category_and_officers_those_of_their_unit(as_: As, org: Organisation) -> None:
    assert as_(org.staff).get("/").context["by_category"] is None
    assert len(as_(org.mayor).get("/").context["by_category"]) == len(CATEGORIES)


def test_a_returned_draft_says_why(as_: As, org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    drafting.recall(agreement, by=org.head, reason="文本有误，收回修改")
    assert "文本有误，收回修改" in as_(org.staff).get("/").content.decode()


def test_the_regulation_has_a_place_for_every_reference(as_: As, org: Organisation) -> None:
    body = as_(org.staff).get("/regulation/").content.decode()
    anchors = set(re.findall(r' id="(a[\w-]+)"', body))
    assert {f"a{code.removeprefix('§').replace('.', '-')}" for code in ARTICLES} <= anchors
    for target in re.findall(r'href="/regulation/#([\w-]+)"', body):
        assert target in anchors


def test_a_demonstration_says_so_on_every_page(as_: As, org: Organisation, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert demonstration.note() == ""
    (tmp_path / "accounts.json").write_text("[]")
    assert "Demonstration: agreements, dates and people are invented" in as_(org.staff).get("/").content.decode()
    settings.DEMO_ALLOWED = False
    assert demonstration.note() == ""


@pytest.mark.parametrize("scope", ["approvals", "all"])
def test_the_week_shows_what_lies_with_a_deputy_to_the_deputy_alone(as_: As, org: Organisation, scope: str) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    open_run(agreement, org)
    item = open_assignment(agreement)
    holder, deputy = item.post.holdings.get().user, org.legal
    Deadline.objects.filter(agreement=agreement, subject_key=item.key).update(due_on=clock.today())

    def week(user: User) -> list[str]:
        return [row.subject_key for day in as_(user).get("/").context["week"] for row in day.items]

    assert week(holder) == [item.key]
    assert item.key not in week(deputy)
    delegate(holder, deputy, scope=scope)
    assert item.key in week(deputy)
    assert item.key not in week(holder)
