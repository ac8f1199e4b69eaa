"""The administration: rights by posts, a reason and an event for every change, nothing deleted."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from accounts.models import PostHolding, SigningAuthority, Unit, User
from agreements.models import Agreement, CalendarDay, CalendarYear, Deadline, DeadlineSetting, Station
from agreements.services import deadlines
from records.models import Event
from tests import factories
from tests.factories import PASSWORD, Organisation, fresh

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
ADMINISTRATORS = ("administrator", "system_admin", "security_admin", "audit_admin")


def url(row_or_model, page: str) -> str:
    meta = row_or_model._meta
    args = [row_or_model.pk] if page in ("change", "delete", "history") else []
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.fixture
def inside(org: Organisation, client: Client):
    def enter(username: str) -> Client:
        client.force_login(org.users[username])
        return client

    return enter


def errors(answer) -> str:
    assert answer.status_code == 200
    return str(answer.context["adminform"].form.errors)


def test_only_administrators_come_in(org, inside):
    for username in ("staff", "mayor", "general_office"):
        assert inside(username).get("/administration/rows/", follow=True).status_code == 403
    for username in ADMINISTRATORS:
        assert inside(username).get("/administration/rows/").status_code == 200


@pytest.mark.parametrize("username", ADMINISTRATORS)
def test_every_page_opens_for_whom_it_is_and_for_nobody_else(org, inside, username):
    client, user = inside(username), org.users[username]
    for model in MODELS:
        label = (model._meta.app_label, model._meta.model_name)
        may = {verb: user.has_perm(f"{label[0]}.{verb}_{label[1]}") for verb in ("view", "change", "add")}
        assert (client.get(url(model, "changelist")).status_code == 200) is may["view"], label
        row = model._default_manager.first()
        if row is not None:
            assert (client.get(url(row, "change")).status_code == 200) is may["view"], label
            assert client.get(url(row, "history")).status_code == (200 if may["view"] else 403), label
            assert client.post(url(row, "delete"), {"post": "yes"}).status_code == 403
        if may["add"]:
            offered = admin.site._registry[model].has_add_permission(client.get("/account/").wsgi_request)
            assert (client.get(url(model, "add")).status_code == 200) is offered, label
        else:
            assert client.get(url(model, "add")).status_code == 403


def test_its_own_doors_lead_to_ours(org, inside):
    client = inside("administrator")
    assert client.get("/administration/rows/password_change/").url == "/account/password/"
    assert client.get("/administration/rows/login/").status_code == 403
    assert client.post("/administration/rows/logout/").url == "/login/"
    assert client.get("/account/").status_code == 302


class TestUnits:
    def data(self, unit: Unit, **changed):
        row = {"kind": unit.kind, "parent": unit.parent_id or "", "name_zh": unit.name_zh, "reason": "机构改革方案"}
        return {**row, "name_en": unit.name_en, "short_zh": unit.short_zh, **changed}

    def test_a_change_has_its_reason_and_its_event(self, org, inside):
        unit = org.units["finance"]
        answer = inside("administrator").post(url(unit, "change"), self.data(unit, short_zh="财政局"))
        assert answer.status_code == 302
        event = Event.objects.filter(chain="system").latest("sequence")
        assert (event.code, event.actor_id, event.comment) == ("row_changed", org.administrator.pk, "机构改革方案")
        assert event.payload["table"] == "accounts.unit"
        assert event.payload["changes"] == {"short_zh": ["市财政局", "财政局"]}
        assert unit.history.latest().history_change_reason == "机构改革方案"
        assert unit.history.latest().history_user == org.administrator

    def test_without_a_reason_nothing_changes(self, org, inside):
        unit = org.units["finance"]
        answer = inside("administrator").post(url(unit, "change"), self.data(unit, short_zh="财政局", reason=""))
        assert "reason" in errors(answer)
        unit.refresh_from_db()
        assert unit.short_zh == "市财政局"

    def test_a_unit_does_not_lie_below_itself(self, org, inside):
        office = Unit.objects.get(code="general_office")
        below = Unit.objects.get(code="secretariat")
        with zeal_ignore([{"model": "accounts.Unit", "field": "get()"}]):  # the row, and the row chosen above it
            answer = inside("administrator").post(url(office, "change"), self.data(office, parent=below.pk))
        assert "parent" in errors(answer)


class TestPosts:
    def grant(self, client: Client, user: User, post, **more):
        data = {"user": user.pk, "post": post.pk, "from_on": "2026-11-23", "basis": "任命文件", "reason": "任命"}
        return client.post(reverse("admin:accounts_postholding_add"), {**data, **more})

    def test_the_security_administrator_gives_a_post(self, org, inside):
        newcomer = factories.make_user("newcomer", "新人")
        assert self.grant(inside("security_admin"), newcomer, org.post("legal")).status_code == 302
        assert fresh(newcomer).holds("legal")

    def test_nobody_gives_oneself_a_post(self, org, inside):
        answer = self.grant(inside("security_admin"), org.security_admin, org.post("mayor"))
        assert "__all__" in errors(answer)
        assert not fresh(org.security_admin).holds("mayor")

    def test_nor_prolongs_or_ends_an_own_one(self, org, inside):
        row = PostHolding.objects.get(user=org.security_admin)
        answer = inside("security_admin").post(
            url(row, "change"), {"to_on": "2027-01-01", "basis": row.basis, "reason": "延长"}
        )
        assert "__all__" in errors(answer)

    def test_the_system_administrator_gives_none_at_all(self, org, inside):
        assert self.grant(inside("system_admin"), org.system_admin, org.post("mayor")).status_code == 403

    @pytest.mark.parametrize(
        ("username", "code"), [("audit_admin", "legal"), ("legal", "audit_admin"), ("system_admin", "audit_admin")]
    )
    def test_administrators_stand_apart(self, org, inside, username, code):
        answer = self.grant(inside("security_admin"), org.users[username], org.post(code))
        assert "__all__" in errors(answer)

    def test_unless_one_ends_before_the_other_begins(self, org, inside):
        PostHolding.objects.filter(user=org.legal).update(to_on=date(2026, 11, 22))
        assert self.grant(inside("security_admin"), org.legal, org.post("audit_admin")).status_code == 302

    def test_an_ended_post_opens_nothing_at_the_next_request(self, org, inside):
        client = inside("security_admin")
        row = PostHolding.objects.get(user=org.administrator)
        other = Client()
        other.force_login(org.administrator)
        assert other.get("/administration/rows/").status_code == 200
        data = {"to_on": "2026-11-22", "basis": row.basis, "reason": "免职"}
        assert client.post(url(row, "change"), data).status_code == 302
        assert other.get("/administration/rows/", follow=True).status_code == 403

    def test_an_end_before_the_beginning_is_refused(self, org, inside):
        row = PostHolding.objects.get(user=org.legal)
        data = {"to_on": "2019-01-01", "basis": row.basis, "reason": "免职"}
        assert "to_on" in errors(inside("security_admin").post(url(row, "change"), data))


class TestAccounts:
    def test_an_account_is_made_with_its_password(self, org, inside):
        data = {"username": "newcomer", "full_name": "新人", "is_active": "on", "reason": "入职"}
        client = inside("system_admin")
        assert "new_password" in errors(client.post("/administration/rows/accounts/user/add/", data))
        assert "new_password" in errors(
            client.post("/administration/rows/accounts/user/add/", {**data, "new_password": "newcomer"})
        )
        answer = client.post("/administration/rows/accounts/user/add/", {**data, "new_password": "Harbour-1404"})
        assert answer.status_code == 302
        assert User.objects.get(username="newcomer").check_password("Harbour-1404")
        event = Event.objects.filter(chain="system").latest("sequence")
        assert event.payload["changes"]["new_password"] == "•••"
        assert "Harbour" not in str(event.payload)

    def test_a_new_password_ends_the_sessions(self, org, inside):
        other = Client()
        other.force_login(org.staff)
        data = {"full_name": org.staff.full_name, "is_active": "on", "new_password": "Harbour-1404", "reason": "遗忘"}
        assert inside("system_admin").post(url(org.staff, "change"), data).status_code == 302
        assert other.get("/account/").status_code == 302

    def test_leaving_it_empty_keeps_it(self, org, inside):
        data = {"full_name": "周岚岚", "is_active": "on", "new_password": "", "reason": "改名"}
        assert inside("system_admin").post(url(org.staff, "change"), data).status_code == 302
        assert fresh(org.staff).check_password(PASSWORD)


class TestCalendar:
    def enter(self, client: Client, **more):
        data = {
            "year": 2027,
            "notice": "国办发明电〔2026〕7号",
            "source": "国务院办公厅",
            "version": "1",
            "reason": "新通知",
        }
        return client.post("/administration/rows/agreements/calendaryear/add/", {**data, **more})

    def test_entering_a_year_makes_provisional_days_firm(self, org, inside, django_capture_on_commit_callbacks):
        agreement = factories.make_agreement(org, at_station=Station.PREPARATION)
        post = factories.post_in(org.lead, "officer")
        deadline = deadlines.start(agreement, "seal", starts_on=date(2026, 12, 28), post=post)
        assert deadline.provisional
        client = inside("administrator")
        with django_capture_on_commit_callbacks(execute=True):
            assert self.enter(client).status_code == 302
        firm = Deadline.objects.get(closed_on=None)
        assert (firm.due_on, firm.provisional, firm.replaces) == (date(2027, 1, 4), False, deadline)
        year = CalendarYear.objects.get(year=2027)
        with django_capture_on_commit_callbacks(execute=True):
            data = {"year": year.pk, "day": "2027-01-01", "kind": "holiday", "reason": "元旦"}
            assert client.post("/administration/rows/agreements/calendarday/add/", data).status_code == 302
        assert Deadline.objects.get(closed_on=None).due_on == date(2027, 1, 5)
        assert Agreement.objects.get().next_due_on == date(2027, 1, 5)
        assert Event.objects.filter(chain="system", code="row_added").count() == 2

    def test_a_built_in_year_asks_for_a_version_first(self, org, inside):
        client = inside("administrator")
        year = CalendarYear.objects.get(year=2026)
        data = {"year": year.pk, "day": "2026-11-24", "kind": "holiday", "reason": "临时放假"}
        assert "__all__" in errors(client.post("/administration/rows/agreements/calendarday/add/", data))
        amended = {"notice": "修订", "source": "国务院办公厅", "version": "2", "reason": "临时放假"}
        assert client.post(url(year, "change"), amended).status_code == 302
        assert client.post("/administration/rows/agreements/calendarday/add/", data).status_code == 302
        assert CalendarDay.objects.filter(day="2026-11-24").exists()

    def test_a_day_lies_in_its_year(self, org, inside):
        client = inside("administrator")
        self.enter(client)
        year = CalendarYear.objects.get(year=2027)
        data = {"year": year.pk, "day": "2028-01-03", "kind": "holiday", "reason": "元旦"}
        assert "day" in errors(client.post("/administration/rows/agreements/calendarday/add/", data))

    def test_years_before_the_first_are_refused(self, org, inside):
        assert "year" in errors(self.enter(inside("administrator"), year=2016))


class TestDeadlines:
    def data(self, row: DeadlineSetting, **changed):
        return {"name_zh": row.name_zh, "name_en": row.name_en, "reminders": "[-3, -1, 0]", "reason": "调整", **changed}

    def test_an_own_limit_may_be_changed(self, org, inside):
        row = DeadlineSetting.objects.get(code="review")
        data = self.data(row, amount=10, reminders="[0, -2]")
        assert inside("administrator").post(url(row, "change"), data).status_code == 302
        row.refresh_from_db()
        assert (row.amount, row.reminders) == (10, [-2, 0])

    @pytest.mark.article("§3.5")
    def test_the_limit_of_an_article_may_not(self, org, inside):
        row = DeadlineSetting.objects.get(code="seal")
        assert inside("administrator").post(url(row, "change"), self.data(row, amount=50)).status_code == 302
        row.refresh_from_db()
        assert row.amount == 5

    @pytest.mark.parametrize("reminders", ["3", "[1]", '["a"]', "[-3, -3]", "[true]", "{}", "[-31]", "x"])
    def test_reminders_are_distances(self, org, inside, reminders):
        row = DeadlineSetting.objects.get(code="review")
        data = self.data(row, amount=10, reminders=reminders)
        assert "reminders" in errors(inside("administrator").post(url(row, "change"), data))


@pytest.mark.article("§2")
class TestSigningAuthorities:
    """Districts and departments that sign in their own name are named here, with everything they begin with."""

    FACTS = {
        "code": "wuqing",
        "kind": "district",
        "name_zh": "武清区人民政府",
        "name_en": "Wuqing District Government",
        "number_prefix": "武合协",
        "reason": "市政府通知",
    }

    def test_a_district_begins_with_its_posts_categories_and_route(self, org, inside):
        with zeal_ignore():  # the rows are looked for one by one, once in the life of an authority
            answer = inside("administrator").post(url(SigningAuthority, "add"), self.FACTS)
        assert answer.status_code == 302
        made = SigningAuthority.objects.get(code="wuqing")
        assert made.posts.filter(code="district_head").count() == 1
        assert not made.posts.filter(code="mayor").exists()
        assert made.categories.count() == org.authority.categories.count()
        assert list(made.route_steps.values_list("code", flat=True))[-1] == "district_head"
        assert Event.objects.filter(code="row_added", comment="市政府通知").exists()

    def test_there_is_one_municipal_government(self, org, inside):
        answer = inside("administrator").post(url(SigningAuthority, "add"), {**self.FACTS, "kind": "municipal"})
        assert "kind" in errors(answer) or "municipal" in errors(answer)
        assert SigningAuthority.objects.count() == 1
