"""The pages of delegations: who sees which, the form keeps what was typed, ending in the page, the paper."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Delegation, User
from accounts.services import delegating
from agreements.models import Notice
from core import clock
from records import outbox
from records.models import Event
from tests.factories import Organisation, fresh, paper
from tests.factories_accounts import delegate, holding_of

pytestmark = pytest.mark.django_db
LIST, NEW = "/account/delegations/", "/account/delegations/new/"
As = Callable[[User], Client]


@pytest.fixture
def as_() -> As:
    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return log_in


def typed(org: Organisation, **other: Any) -> dict[str, Any]:
    return {
        "held": holding_of(org.vice_mayor).pk,
        "scope": "approvals",
        "categories": ["sister_city"],
        "to_user": org.executive_vice_mayor.pk,
        "from_on": clock.today().isoformat(),
        "to_on": (clock.today() + timedelta(days=3)).isoformat(),
        "reason": "出国访问",
        "paper": paper("授权委托书.png"),
        "submission_token": "token-of-a-form",
        **other,
    }


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


class TestDelegating:
    def test_it_is_made_once_however_often_it_is_sent(self, org: Organisation, as_: As) -> None:
        client = as_(org.vice_mayor)
        for _again in range(2):
            answer = client.post(NEW, typed(org))
            assert answer.status_code == 302, text_of(answer).partition('class="errors"')[2][:600]
        row = Delegation.objects.get()
        assert answer["Location"] == reverse("accounts:delegation-detail", args=[row.public_id])
        assert (row.scope, row.categories, row.paper_name) == ("approvals", ["sister_city"], "授权委托书.png")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"paper": ""},
            {"from_on": ""},
            {"to_on": ""},
            {"scope": ""},
            {"reason": ""},
            {"to_user": ""},
            {"to_user": "999999"},
            {"scope": "all"},
            {"to_on": "2020-01-01"},
        ],
    )
    def test_what_is_missing_is_said_and_nothing_typed_is_lost(
        self, org: Organisation, as_: As, wrong: dict[str, str]
    ) -> None:
        answer = as_(org.vice_mayor).post(NEW, typed(org, **wrong))
        assert answer.status_code == 400
        assert not Delegation.objects.exists()
        assert 'class="errors"' in text_of(answer)
        if "reason" not in wrong:
            assert "出国访问" in text_of(answer)

    def test_a_second_deputy_for_the_same_work_is_told_of_the_first(self, org: Organisation, as_: As) -> None:
        delegate(org.vice_mayor, org.secretary_general)
        answer = as_(org.vice_mayor).post(NEW, typed(org))
        assert answer.status_code == 409
        assert org.secretary_general.full_name in text_of(answer)

    def test_only_what_one_may_delegate_is_offered(self, org: Organisation, as_: As) -> None:
        offered = text_of(as_(org.general_office).get(NEW))
        assert org.mayor.full_name in offered
        own = text_of(as_(org.staff).get(NEW))
        assert org.head.full_name in own
        for name in ("mayor", "consulted", "security_admin"):
            assert org.users[name].full_name not in own
        assert as_(org.staff).post(NEW, typed(org)).status_code == 400

    def test_who_has_nothing_to_delegate_is_told_why(self, org: Organisation, as_: As) -> None:
        answer = as_(org.security_admin).get(NEW)
        assert answer.status_code == 403
        assert "no post" in text_of(answer)


class TestSeeing:
    def test_both_sides_and_the_office_see_it_and_nobody_else_does(self, org: Organisation, as_: As) -> None:
        row = delegate(org.vice_mayor, org.executive_vice_mayor)
        address = reverse("accounts:delegation-detail", args=[row.public_id])
        proof = reverse("accounts:delegation-paper", args=[row.public_id])
        for name, user in org.users.items():
            sees = name in ("vice_mayor", "executive_vice_mayor", "general_office")
            for page in (address, proof):
                answer = as_(user).get(page)
                assert answer.status_code == (200 if sees else 404), name
                if answer.streaming:
                    b"".join(answer)
            assert (address in text_of(as_(user).get(LIST))) == sees, name

    def test_the_state_is_a_light_with_a_word(self, org: Organisation, as_: As) -> None:
        delegate(org.vice_mayor, org.executive_vice_mayor)
        later = delegate(org.vice_mayor, org.secretary_general, begins=20)
        delegating.end(later, by=fresh(org.vice_mayor), because="行程取消")
        delegate(org.vice_mayor, org.mayor, begins=20)
        shown = text_of(as_(org.vice_mayor).get(LIST))
        for word in ("running", "to come", "ended early"):
            assert f"</svg>{word}" in shown

    def test_the_list_costs_the_same_with_three_as_with_one(self, org: Organisation, as_: As) -> None:
        counts = []
        for n in range(3):
            delegate(org.vice_mayor, org.executive_vice_mayor, begins=n * 20)
            if n == 1:
                continue
            client = as_(org.general_office)
            client.get(LIST)
            with CaptureQueriesContext(connection) as queries:
                client.get(LIST)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_the_head_of_every_page_says_in_whose_place_one_acts(self, org: Organisation, as_: As) -> None:
        words = f"on behalf of {org.legal.full_name}"
        assert words not in text_of(as_(org.inspector).get("/"))
        delegate(org.legal, org.inspector)
        for page in ("/", "/inbox/"):
            assert words in text_of(as_(org.inspector).get(page))
        assert "as deputy of" in text_of(as_(org.inspector).get("/account/"))
        assert f"with deputy {org.inspector.full_name}" in text_of(as_(org.legal).get("/account/"))
        assert "take back" in text_of(as_(org.legal).get("/inbox/"))


class TestEnding:
    def test_it_is_ended_in_the_page_with_its_reason(self, org: Organisation, as_: As) -> None:
        row = delegate(org.vice_mayor, org.executive_vice_mayor)
        address, client = reverse("accounts:delegation-detail", args=[row.public_id]), as_(org.vice_mayor)
        assert client.post(address, {"reason": ""}).status_code == 400
        assert client.post(address, {"reason": "提前返津"}).status_code == 302
        assert client.post(address, {"reason": "提前返津"}).status_code == 409
        row.refresh_from_db()
        assert (row.ended_by, row.why_ended) == (org.vice_mayor, "提前返津")

    def test_the_deputy_sees_it_and_does_not_end_it(self, org: Organisation, as_: As) -> None:
        row = delegate(org.vice_mayor, org.executive_vice_mayor)
        address, client = reverse("accounts:delegation-detail", args=[row.public_id]), as_(org.executive_vice_mayor)
        assert 'id="end"' not in text_of(client.get(address))
        before = Event.objects.count()
        assert client.post(address, {"reason": "不想办"}).status_code == 403
        assert Event.objects.count() == before


class TestTelling:
    def told(self) -> list[tuple[str, int]]:
        while outbox.deliver_pending():
            pass
        return sorted(Notice.objects.filter(code__startswith="delegation_").values_list("code", "user"))

    @pytest.mark.django_db(transaction=True)
    def test_both_are_told_but_not_of_their_own_act(self, org: Organisation, as_: As) -> None:
        row = delegate(org.vice_mayor, org.executive_vice_mayor)
        assert self.told() == [("delegation_made", org.executive_vice_mayor.pk)]
        with transaction.atomic():
            delegating.sweep(clock.now())
        began = {("delegation_began", org.executive_vice_mayor.pk), ("delegation_began", org.vice_mayor.pk)}
        assert began < set(self.told())
        delegating.end(row, by=fresh(org.general_office), because="更正")
        ended = {("delegation_ended", org.executive_vice_mayor.pk), ("delegation_ended", org.vice_mayor.pk)}
        assert ended < set(self.told())
        shown = text_of(as_(org.executive_vice_mayor).get("/inbox/?box=told"))
        assert "now acts for" in shown
        assert "更正" in shown
