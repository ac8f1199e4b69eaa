"""Phrases of an opinion: one's own and the office's, added behind, never in place of what was written."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SigningAuthority, User
from approvals.models import Phrase
from approvals.services import phrases
from core.errors import BadInput
from tests.factories import Organisation, fresh

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
LIST = "/inbox/phrases/"


def own(user: User) -> list[str]:
    return [row.words for row in phrases.own(user)]


def test_an_office_begins_with_phrases_and_keeps_what_it_has(org: Organisation) -> None:
    authority = SigningAuthority.objects.get(code="municipal")
    assert [row.words for row in phrases.of_office(fresh(org.mayor))] == list(phrases.FIRST)
    Phrase.objects.filter(authority=authority, words=phrases.FIRST[0]).update(words="拟同意，请领导审定。")
    assert list(phrases.sync(authority)) == []


def test_own_ones_come_first_and_are_nobody_elses(org: Organisation) -> None:
    phrases.add("请抓紧办理。", by=org.mayor)
    assert [row.words for row in phrases.offered(fresh(org.mayor))][:2] == ["请抓紧办理。", phrases.FIRST[0]]
    assert "请抓紧办理。" not in [row.words for row in phrases.offered(fresh(org.vice_mayor))]


def test_added_ordered_and_removed_on_the_page(org: Organisation, as_user: LogIn) -> None:
    browser = as_user(org.mayor)
    for words in ("甲。", "乙。", "丙。"):
        assert browser.post(LIST, {"words": words}).status_code == 302
    rows = {row.words: row for row in phrases.own(org.mayor)}
    browser.post(reverse("desk:phrase-move", args=[rows["丙。"].public_id]), {"up": "1"})
    assert own(org.mayor) == ["甲。", "丙。", "乙。"]
    browser.post(reverse("desk:phrase-move", args=[rows["甲。"].public_id]), {"down": "1"})
    assert own(org.mayor) == ["丙。", "甲。", "乙。"]
    browser.post(reverse("desk:phrase-move", args=[rows["丙。"].public_id]), {"up": "1"})
    assert own(org.mayor) == ["丙。", "甲。", "乙。"]
    remove = reverse("desk:phrase-remove", args=[rows["甲。"].public_id])
    assert browser.post(remove).status_code == 302
    assert browser.post(remove).status_code == 404
    assert own(org.mayor) == ["丙。", "乙。"]
    assert Phrase.objects.get(words="甲。").retired_on is not None


def test_another_persons_phrase_does_not_exist(org: Organisation, as_user: LogIn) -> None:
    phrase = phrases.add("甲。", by=org.mayor)
    for name in ("phrase-move", "phrase-remove"):
        assert as_user(org.vice_mayor).post(reverse(f"desk:{name}", args=[phrase.public_id])).status_code == 404
    office = phrases.of_office(fresh(org.mayor))[0]
    assert as_user(org.mayor).post(reverse("desk:phrase-remove", args=[office.public_id])).status_code == 404


def test_the_same_words_stand_once_and_come_back_when_they_were_removed(org: Organisation) -> None:
    first = phrases.add("甲。", by=org.mayor)
    assert phrases.add(" 甲。 ", by=org.mayor) == first
    phrases.remove(first, by=org.mayor)
    assert phrases.add("甲。", by=org.mayor) != first
    assert own(org.mayor) == ["甲。"]


@pytest.mark.parametrize("words", ["", "  ", "字" * 61])
def test_what_cannot_be_a_phrase_is_refused(org: Organisation, as_user: LogIn, words: str) -> None:
    with pytest.raises(BadInput):
        phrases.add(words, by=org.mayor)
    assert as_user(org.mayor).post(LIST, {"words": words}).status_code == 400
    assert own(org.mayor) == []


def test_there_are_no_more_than_can_be_looked_through(org: Organisation) -> None:
    for number in range(phrases.MOST):
        phrases.add(f"第{number}句。", by=org.mayor)
    with pytest.raises(BadInput) as refusal:
        phrases.add("多一句。", by=org.mayor)
    assert refusal.value.next_step


def test_the_administrator_keeps_the_phrases_of_the_office_and_sees_nobodys_own(
    org: Organisation, as_user: LogIn
) -> None:
    phrases.add("本人常用。", by=org.mayor)
    browser = as_user(org.administrator)
    base = reverse("admin:approvals_phrase_changelist")
    page = browser.get(base).content.decode()
    assert phrases.FIRST[0] in page
    assert "本人常用。" not in page
    row = phrases.of_office(fresh(org.mayor))[0]
    authority = row.authority_id
    data = {"words": "拟同意，请审定。", "order": "1", "retired_on": "", "reason": "统一用语"}
    assert browser.post(f"{base}{row.pk}/change/", data).status_code == 302
    assert browser.post(f"{base}add/", {**data, "words": "请速办。", "authority": ""}).status_code == 200
    assert browser.post(f"{base}add/", {**data, "words": "请速办。", "authority": str(authority)}).status_code == 302
    words = [one.words for one in phrases.offered(fresh(org.mayor))]
    assert {"拟同意，请审定。", "请速办。"} <= set(words)
    assert as_user(org.mayor).get(base, follow=True).status_code == 403
