"""Coming in, staying and leaving (GB/T 22239-2019): limits of a session, lockout, the password."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import clock
from records.models import Event
from tests.factories import PASSWORD, Organisation, make_user

ACCOUNT = "/account/"
LOGIN = "/login/"


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch):
    """A clock that the test turns: `moment(minutes=29)`."""
    now = [clock.now()]
    monkeypatch.setattr("core.clock.now", lambda: now[0])

    def turn(**by: float) -> datetime:
        now[0] += timedelta(**by)
        return now[0]

    return turn


def log_in(client: Client, username: str, password: str = PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password}, **more)


@pytest.fixture
def inside(org: Organisation, client: Client, moment) -> Client:
    assert log_in(client, "staff").status_code == 302
    return client


def is_inside(client: Client) -> bool:
    return client.get(ACCOUNT).status_code == 200


class TestLimits:
    def test_unused_for_half_an_hour(self, inside, moment):
        moment(minutes=29)
        assert is_inside(inside)
        moment(minutes=29)
        assert is_inside(inside)
        moment(minutes=30)
        answer = inside.get(ACCOUNT)
        assert answer.status_code == 302
        assert answer.url == f"{LOGIN}?next=%2Faccount%2F&ended=1"
        assert inside.get(answer.url).context["ended"]

    def test_twelve_hours_however_busy(self, inside, moment):
        for _ in range(12 * 4 - 1):
            moment(minutes=15)
            assert is_inside(inside)
        moment(minutes=15)
        assert not is_inside(inside)

    def test_a_session_of_a_deployment_ends_as_set(self, inside, moment, settings):
        settings.SESSION_IDLE_MINUTES = 10
        moment(minutes=10)
        assert not is_inside(inside)

    def test_polling_is_not_use(self, inside, moment):
        for _ in range(3):
            moment(minutes=9)
            assert inside.get("/inbox.json").status_code == 200
        moment(minutes=9)
        answer = inside.get("/inbox.json")
        assert answer.status_code == 401
        assert answer.json()["error"] == "login"

    def test_a_closed_account_is_out_at_the_next_request(self, inside, org):
        org.staff.is_active = False
        org.staff.save()
        assert not is_inside(inside)

    def test_a_new_key_at_log_in(self, client, org):
        client.get(LOGIN)
        client.session["planted"] = True
        client.session.save()
        before = client.session.session_key
        log_in(client, "staff")
        assert client.session.session_key != before

    def test_a_form_sent_too_late_leads_back_to_its_page(self, inside, moment):
        moment(hours=1)
        answer = inside.post("/account/password/", headers={"referer": "http://testserver/account/password/"})
        assert answer.url == f"{LOGIN}?next=%2Faccount%2Fpassword%2F&ended=1"

    @pytest.mark.parametrize("referer", ["http://elsewhere.example/x", "", "nonsense"])
    def test_no_way_back_to_elsewhere(self, inside, moment, referer):
        moment(hours=1)
        assert inside.post("/account/password/", headers={"referer": referer}).url == f"{LOGIN}?next=%2F&ended=1"


class TestLogIn:
    def test_goes_on_to_the_page_asked_for(self, client, org):
        assert client.get(ACCOUNT).url == f"{LOGIN}?next=%2Faccount%2F"
        assert client.post(LOGIN, {"username": "staff", "password": PASSWORD, "next": ACCOUNT}).url == ACCOUNT

    def test_never_to_another_site(self, client, org):
        answer = client.post(LOGIN, {"username": "staff", "password": PASSWORD, "next": "https://elsewhere.example/"})
        assert answer.url == "/"

    def test_unknown_closed_and_mistyped_get_one_answer(self, client, org):
        org.stranger.is_active = False
        org.stranger.save()
        pages = {
            str(log_in(client, name, password).context["form"].errors).replace(name, "")
            for name, password in (("staff", "wrong"), ("nobody", "wrong"), ("stranger", PASSWORD))
        }
        assert len(pages) == 1

    def test_log_out_ends_the_session(self, inside):
        assert inside.get("/logout/").status_code == 405
        assert inside.post("/logout/").url == LOGIN
        assert not is_inside(inside)
        assert inside.post("/logout/").url == LOGIN


class TestLockout:
    def fail(self, client: Client, username: str, times: int, **more) -> list[int]:
        return [log_in(client, username, "wrong", **more).status_code for _ in range(times)]

    def test_five_failures_lock_the_account_from_that_address(self, client, org):
        assert self.fail(client, "mayor", 5) == [200, 200, 200, 200, 429]
        answer = log_in(client, "mayor")
        assert answer.status_code == 429
        assert answer["Retry-After"] == "300"
        assert not is_inside(client)

    def test_nobody_is_locked_out_by_an_outsider(self, client, org):
        self.fail(client, "mayor", 6, REMOTE_ADDR="203.0.113.9")
        assert log_in(client, "mayor", REMOTE_ADDR="10.0.0.5").status_code == 302

    def test_others_at_the_address_go_on(self, client, org):
        self.fail(client, "mayor", 6)
        assert log_in(client, "staff").status_code == 302

    def test_unknown_accounts_are_locked_in_the_same_words(self, client, org):
        self.fail(client, "mayor", 5)
        self.fail(client, "nobody", 5)
        known, unknown = log_in(client, "mayor"), log_in(client, "nobody")
        assert known.status_code == unknown.status_code == 429
        assert known.context["reason"] == unknown.context["reason"]

    def test_the_lock_cools_off(self, client, org):
        self.fail(client, "mayor", 5)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(seconds=301))
        assert log_in(client, "mayor").status_code == 302

    def test_success_clears_the_failures(self, client, org):
        for _ in range(3):
            self.fail(client, "mayor", 4)
            assert log_in(client, "mayor").status_code == 302
            client.post("/logout/")


class TestPassword:
    NEW = "Harbour-1404"

    def change(self, client: Client, new: str):
        return client.post("/account/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    def test_a_change_ends_the_other_sessions(self, inside, org):
        other = Client()
        log_in(other, "staff")
        assert is_inside(other)
        assert self.change(inside, self.NEW).url == ACCOUNT
        assert is_inside(inside)
        assert not is_inside(other)
        assert Event.objects.get(chain="system", code="password_changed").actor_id == org.staff.pk

    @pytest.mark.parametrize("weak", ["Sh-1404", "harbourharbour", "HARBOUR1404", "20261123", "Staff123"])
    def test_a_weak_one_is_refused(self, inside, weak):
        assert self.change(inside, weak).status_code == 200
        assert is_inside(inside)
        assert not Event.objects.filter(code="password_changed").exists()

    def test_the_account_page_shows_posts(self, inside, org):
        page = inside.get(ACCOUNT).content.decode()
        assert org.staff.full_name in page
        assert org.lead.name_zh in page

    def test_without_a_post_it_says_who_can_help(self, db, client):
        make_user("newcomer", "新人")
        log_in(client, "newcomer")
        assert client.get(reverse("accounts:account")).context["rows"] == []
