"""A case of a district or a department that signs in its own name never speaks the municipal government's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from agreements.models import Agreement, Station
from agreements.pages import trail_lines
from approvals import papers, review_papers, route_papers
from approvals.models import Assignment, Run
from approvals.services import returning
from records import trail
from tests.approvals import moves
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import complete, holder_of, latest_review, open_run, pass_step
from tests.factories_routes import own_name

pytestmark = [pytest.mark.django_db, pytest.mark.article("§2")]
LogIn = Callable[[User], Client]
LINES = ("return_to_step", "take_back", "approve_step")
MUNICIPAL = re.compile(r"市长|市政府|秘书长|市领导|\b[Mm]ayor|[Mm]unicipal(?! order)|[Ss]ecretary-general")
"""By reference to the municipal order: that a reason says so is right."""


@pytest.fixture(params=["district", "department"])
def own(request: pytest.FixtureRequest) -> Organisation:
    return own_name(request.param)


def said(html: str) -> str:
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def municipal(words: str) -> list[str]:
    """Return what is said in municipal words, with what stands around it."""
    return [words[max(0, found.start() - 40) : found.end() + 30] for found in MUNICIPAL.finditer(words)]


def shown(agreement: Agreement, org: Organisation, as_user: LogIn) -> Iterator[tuple[str, str]]:
    """Yield what the pages of a case say to its people now, refusals too, in both languages."""
    names = ("route-show", "completeness-edit", "review-edit", "approval-open", "party-report")
    addresses = [
        agreement.get_absolute_url(),
        f"{agreement.get_absolute_url()}?tab=trail",
        f"{agreement.get_absolute_url()}?tab=approval",
        *(reverse(f"approvals:{name}", args=[agreement.public_id]) for name in names),
        *(
            reverse("approvals:decision-edit", args=[row.public_id])
            for row in Assignment.objects.filter(step__run__agreement=agreement)
        ),
    ]
    head = next(code for code in ("district_head", "department_head") if code in org.users)
    for name in ("staff", "general_office", head):
        browser = as_user(org.users[name])
        for language in ("zh-hans", "en"):
            browser.cookies["django_language"] = language
            for address in addresses:
                yield f"{name} {language} {address}", said(browser.get(address).content.decode())


def test_its_pages_say_nothing_municipal(own: Organisation, as_user: LogIn) -> None:
    agreement = make_agreement(own, "other", at_station=Station.LEGAL_REVIEW, is_major=True)
    found = [(where, words) for where, text in shown(agreement, own, as_user) for words in municipal(text)]
    complete(agreement, own)
    open_run(agreement, own)
    pass_step(agreement)
    found += [(where, words) for where, text in shown(agreement, own, as_user) for words in municipal(text)]
    assert found == []


def test_its_papers_say_nothing_municipal(own: Organisation) -> None:
    agreement = make_agreement(own, "other", at_station=Station.LEGAL_REVIEW)
    preview = route_papers.route_preview(agreement, by=fresh(own.staff))
    run = open_run(agreement, own)
    pass_step(agreement)
    sheet = papers.approval_sheet(run, by=fresh(own.staff))
    opinion = review_papers.review_opinion(latest_review(agreement), by=fresh(own.staff))
    for printed in (preview, sheet, opinion):
        assert municipal(said(printed.html)) == []


def test_every_step_its_trail_speaks_of_has_its_own_name(own: Organisation) -> None:
    """Sent back, submitted again level by level and straight, taken back: each line names the own posts."""
    for post in own.authority.posts.all():
        type(post).objects.filter(pk=post.pk).update(name_zh=f"本级{post.name_zh}", name_en=f"Own {post.name_en}")
    agreement = make_agreement(own, "other", at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, own)
    second, third = run.steps.order_by("order")[1:3]
    pass_step(agreement)
    by = holder_of(moves.on_desk(run))
    moves.back(run, second.code)
    returning.take_back(Run.objects.get(pk=run.pk), by=fresh(by), reason="再核。")
    moves.back(run, second.code)
    moves.act(run, way="straight")
    with translation.override("zh-hans"):
        text = f"{trail_lines(list(trail.history(agreement.chain).filter(code__in=LINES)))}"
    for step in (second, third):
        assert step.name_zh.startswith("本级")
        bare = step.name_zh.removeprefix("本级")
        assert step.name_zh in text
        assert re.sub(f"本级{bare}", "", text).count(bare) == 0
    for words in ("退回", "撤回", "直"):
        assert words in text
