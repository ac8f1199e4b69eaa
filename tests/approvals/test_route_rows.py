"""The administrator's rows: what may be added, what the regulation keeps, who is told, what is left behind (§3.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Post
from agreements.models import Station
from approvals.models import ForumRule, OnDisagree, RouteSeat, RouteStep
from approvals.services import route_rows, routing, sync
from approvals.services.route_checks import Condition, StepContent
from core.errors import BadInput, NotNow, ProductError, Refused
from records import trail
from records.models import Event
from regulation.conditions import Facts
from regulation.records import Submitter, Text
from tests.factories import Organisation, fresh, make_agreement, make_user
from tests.factories_approvals import open_run
from tests.factories_routes import add_step, own_name

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def codes(org: Organisation, submitter: str = "department") -> list[str]:
    rows = RouteStep.objects.filter(authority=org.authority, submitter=submitter, retired_on=None)
    assert [row.order for row in rows] == list(range(1, len(rows) + 1))
    return [row.code for row in rows]


def row(org: Organisation, code: str, submitter: str = "department") -> RouteStep:
    return RouteStep.objects.get(authority=org.authority, submitter=submitter, code=code)


def now(org: Organisation) -> dict[str, Any]:
    return {"by": fresh(org.administrator), "seen": route_rows.stamp(org.authority), "reason": "办公厅通知"}


SEEDED = [
    "general_office",
    "deputy_secretary_general",
    "secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "meeting",
    "mayor",
]


class TestAdding:
    def test_it_stands_behind_the_step_named(self, org: Organisation) -> None:
        step = add_step(org, "inspector", behind="general_office", role=Text("会核", "Checks"), workdays=2)
        assert codes(org) == ["general_office", "inspector", *SEEDED[1:]]
        assert (step.basis, step.role_zh, step.workdays) == ("own", "会核", 2)

    def test_never_behind_the_last_or_nowhere(self, org: Organisation) -> None:
        for behind in ("mayor", "", "weather"):
            with pytest.raises(BadInput, match="the last step stays the last"):
                add_step(org, behind=behind)
        assert codes(org) == SEEDED

    def test_nobody_signs_twice(self, org: Organisation) -> None:
        with pytest.raises(NotNow, match="nobody signs twice"):
            add_step(org, "vice_mayor")

    @pytest.mark.parametrize(
        "code", ["officer", "system_admin", "administrator", "district_head", "weather", "meeting"]
    )
    def test_only_posts_of_the_office_sign(self, org: Organisation, code: str) -> None:
        with pytest.raises(BadInput, match="Choose a post"):
            add_step(org, code)

    def test_several_countersignings_are_told_apart(self, org: Organisation) -> None:
        for _time in range(2):
            add_step(org, "countersign", seats=(org.post("legal"),), pass_rule="all")
        assert codes(org)[3:5] == ["countersign_2", "countersign"]

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"pass_rule": "all"}, "at least one post"),
            ({"pass_rule": "one", "seats": "legal"}, "has passed"),
            ({"pass_rule": "ratio", "seats": "legal"}, "1 to 100"),
            ({"pass_rule": "ratio", "ratio": 101, "seats": "legal"}, "1 to 100"),
        ],
    )
    def test_countersigning_says_who_and_when_it_has_passed(
        self, org: Organisation, facts: dict[str, Any], why: str
    ) -> None:
        seats = (org.post(str(facts.pop("seats"))),) if "seats" in facts else ()
        with pytest.raises(BadInput, match=why):
            add_step(org, "countersign", seats=seats, **facts)

    def test_posts_of_others_do_not_countersign(self, org: Organisation) -> None:
        other = own_name("district")
        for post in (other.post("legal"), org.post("system_admin")):
            with pytest.raises(BadInput, match="this authority"):
                add_step(org, "countersign", seats=(post,), pass_rule="all")

    @pytest.mark.parametrize(
        "condition",
        [
            Condition("weather"),
            Condition("nature"),
            Condition("nature", ("gold",)),
            Condition("field", ("funds",)),
            Condition("amount"),
            Condition("amount", amount=Decimal(0)),
        ],
    )
    def test_a_condition_is_one_of_the_named_ones(self, org: Organisation, condition: Condition) -> None:
        with pytest.raises(BadInput):
            add_step(org, condition=condition)

    @pytest.mark.parametrize("workdays", [0, 61])
    def test_a_limit_has_its_bounds(self, org: Organisation, workdays: int) -> None:
        with pytest.raises(BadInput, match="working days"):
            add_step(org, workdays=workdays)


class TestChanging:
    def test_a_step_of_the_regulation_keeps_all_but_its_limit(self, org: Organisation) -> None:
        mayor = row(org, "mayor")
        content = StepContent(
            workdays=5,
            on_disagree=OnDisagree.END,
            role=Text("阅", "Reads"),
            behind="general_office",
            condition=Condition("major"),
        )
        route_rows.change(mayor, content, **now(org))
        mayor = row(org, "mayor")
        assert (mayor.workdays, mayor.on_disagree) == (5, "end")
        assert (mayor.role_zh, mayor.condition) == ("审定", "always")
        assert codes(org) == SEEDED

    def test_an_own_one_moves_and_changes(self, org: Organisation) -> None:
        step = add_step(org, "countersign", seats=(org.post("legal"), org.post("inspector")), pass_rule="all")
        content = StepContent(
            behind="executive_vice_mayor", condition=Condition("major"), seats=(org.post("legal"),), pass_rule="any"
        )
        route_rows.change(step, content, **now(org))
        step.refresh_from_db()
        assert codes(org).index("countersign") == 5
        assert (step.condition, step.pass_rule) == ("major", "any")
        assert [seat.post.code for seat in RouteSeat.objects.filter(step=step, retired_on=None)] == ["legal"]
        assert RouteSeat.objects.filter(step=step).count() == 2
        event = Event.objects.filter(chain=trail.SYSTEM_CHAIN).latest("pk")
        assert event.code == "route_step_changed"
        assert set(event.payload["changes"]) == {"condition", "pass_rule", "seats", "order"}
        assert event.comment == "办公厅通知"

    def test_nothing_changed_leaves_no_trace(self, org: Organisation) -> None:
        before = Event.objects.count()
        route_rows.change(row(org, "mayor"), StepContent(), **now(org))
        assert Event.objects.count() == before

    def test_every_version_is_kept(self, org: Organisation) -> None:
        route_rows.change(row(org, "mayor"), StepContent(workdays=5), **now(org))
        route_rows.change(row(org, "mayor"), StepContent(workdays=7), **now(org))
        assert list(row(org, "mayor").history.values_list("workdays", flat=True)) == [7, 5, None]


class TestTakingOff:
    @pytest.mark.parametrize("submitter", list(Submitter))
    @pytest.mark.parametrize("code", SEEDED)
    def test_what_the_regulation_asks_stays(self, org: Organisation, code: str, submitter: Submitter) -> None:
        if (submitter, code) == (Submitter.DISTRICT, "vice_mayor"):
            return
        with pytest.raises(NotNow, match="asked by the regulation") as refusal:
            route_rows.retire(row(org, code, submitter.value), **now(org))
        assert refusal.value.article == "§3.4"
        assert refusal.value.next_step
        assert code in codes(org, submitter.value)

    def test_an_own_step_goes_and_its_row_stays(self, org: Organisation) -> None:
        step = add_step(org)
        route_rows.retire(step, **now(org))
        assert codes(org) == SEEDED
        assert row(org, "inspector").retired_on is not None
        with pytest.raises(NotNow, match="no longer"):
            route_rows.retire(step, **now(org))
        with pytest.raises(NotNow, match="no longer"):
            route_rows.change(step, StepContent(), **now(org))

    def test_it_comes_back(self, org: Organisation) -> None:
        route_rows.retire(add_step(org), **now(org))
        add_step(org, behind="general_office", condition=Condition("major"))
        assert codes(org)[1] == "inspector"
        assert row(org, "inspector").condition == "major"

    @pytest.mark.article("§2")
    def test_by_reference_only_the_ends_stay(self, org: Organisation) -> None:
        own = own_name("district")
        for code in ("general_office", "district_head"):
            with pytest.raises(NotNow, match="stays"):
                route_rows.retire(row(own, code), **_of(org, own))
        route_rows.retire(row(own, "executive_deputy_district_head"), **_of(org, own))
        assert "executive_deputy_district_head" not in codes(own)
        assert list(sync.sync(own.authority)) == []


def _of(org: Organisation, own: Organisation) -> dict[str, Any]:
    return {"by": fresh(org.administrator), "seen": route_rows.stamp(own.authority), "reason": "区政府办公室通知"}


class TestMeetings:
    def test_added_and_taken_out_of_use(self, org: Organisation) -> None:
        rule = route_rows.add_forum(org.authority, "executive_meeting", Condition("foreign"), **now(org))
        facts = Facts(Submitter.DEPARTMENT, frozenset({"intent"}), foreign=True)
        assert routing.draft(routing.rules_of(org.authority), facts).route.forum == "executive_meeting"
        route_rows.retire_forum(rule, **now(org))
        assert routing.draft(routing.rules_of(org.authority), facts).route.forum == "sign_off"
        assert ForumRule.objects.get().retired_on is not None
        with pytest.raises(NotNow):
            route_rows.retire_forum(rule, **now(org))

    def test_changed_it_keeps_what_it_was_and_runs_under_way_keep_their_way(self, org: Organisation) -> None:
        rule = route_rows.add_forum(org.authority, "mayors_office_meeting", Condition("major"), **now(org))
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, is_major=True)
        run = open_run(agreement, org)
        assert run.forum == "mayors_office_meeting"
        route_rows.change_forum(
            rule, "executive_meeting", Condition("major"), article="津政办发〔2026〕3号", **now(org)
        )
        facts = Facts(Submitter.DEPARTMENT, frozenset({"intent"}), major=True)
        assert routing.draft(org.authority, facts).route.forum == "executive_meeting"
        assert list(rule.history.order_by("history_id").values_list("forum", flat=True)) == [
            "mayors_office_meeting",
            "executive_meeting",
        ]
        event = trail.history(trail.SYSTEM_CHAIN).filter(code="forum_rule_changed").get()
        assert event.payload["changes"]["forum"] == ["mayors_office_meeting", "executive_meeting"]
        run.refresh_from_db()
        assert run.forum == "mayors_office_meeting"
        assert "executive_meeting" not in run.steps.values_list("code", flat=True)

    def test_a_change_of_a_rule_is_asked_as_a_new_one(self, org: Organisation) -> None:
        rule = route_rows.add_forum(org.authority, "executive_meeting", Condition("foreign"), **now(org))
        old = now(org)
        with pytest.raises(BadInput, match="Choose a meeting"):
            route_rows.change_forum(rule, "district_executive", Condition("foreign"), **now(org))
        with pytest.raises(BadInput, match="which matters"):
            route_rows.change_forum(rule, "executive_meeting", Condition(), **now(org))
        with pytest.raises(Refused):
            route_rows.change_forum(
                rule, "executive_meeting", Condition("major"), **{**now(org), "by": fresh(org.general_office)}
            )
        route_rows.change_forum(rule, "executive_meeting", Condition("major"), **old)
        with pytest.raises(NotNow):
            route_rows.change_forum(rule, "executive_meeting", Condition("foreign"), **old)
        route_rows.retire_forum(rule, **now(org))
        with pytest.raises(NotNow):
            route_rows.change_forum(rule, "executive_meeting", Condition("foreign"), **now(org))

    @pytest.mark.parametrize("forum", ["sign_off", "district_executive", "weather"])
    def test_only_meetings_of_the_authority(self, org: Organisation, forum: str) -> None:
        with pytest.raises(BadInput, match="Choose a meeting"):
            route_rows.add_forum(org.authority, forum, Condition("foreign"), **now(org))

    def test_not_for_everything(self, org: Organisation) -> None:
        with pytest.raises(BadInput, match="which matters"):
            route_rows.add_forum(org.authority, "executive_meeting", Condition(), **now(org))


class TestWho:
    def test_the_administrator_alone(self, org: Organisation) -> None:
        before = codes(org), Event.objects.count()
        for name in ("staff", "general_office", "mayor", "system_admin"):
            with pytest.raises(Refused, match="business administrator"):
                route_rows.add(
                    org.authority,
                    Submitter.DEPARTMENT,
                    "inspector",
                    StepContent(behind="general_office"),
                    by=fresh(org.users[name]),
                    seen=0,
                    reason="试",
                )
        assert (codes(org), Event.objects.count()) == before

    @pytest.mark.article("§2")
    def test_that_of_a_district_sets_its_own_and_no_other(self, org: Organisation) -> None:
        own = own_name("district")
        office = Post.objects.get(authority=own.authority, code="general_office")
        post = Post.objects.create(
            authority=own.authority, unit=office.unit, code="administrator", name_zh="管理员", name_en="Administrator"
        )
        person = make_user("own_administrator", "区管理员", post)
        assert route_rows.may_configure(fresh(person), own.authority)
        assert not route_rows.may_configure(fresh(person), org.authority)
        assert route_rows.may_configure(fresh(org.administrator), own.authority)

    def test_the_second_one_is_told_who_acted(self, org: Organisation) -> None:
        seen = route_rows.stamp(org.authority)
        add_step(org)
        with pytest.raises(NotNow, match="宋理 has changed this route") as refusal:
            route_rows.change(
                row(org, "mayor"), StepContent(workdays=4), by=fresh(org.administrator), seen=seen, reason="通知"
            )
        assert refusal.value.code == "changed_meanwhile"
        assert row(org, "mayor").workdays is None

    def test_a_reason_is_asked(self, org: Organisation) -> None:
        with pytest.raises(BadInput, match="Say why"):
            route_rows.change(row(org, "mayor"), StepContent(workdays=4), **{**now(org), "reason": "  "})

    def test_the_trail_of_the_system_keeps_it(self, org: Organisation) -> None:
        add_step(org)
        event = route_rows.changes(org.authority).get()
        assert (event.code, event.actor_name, event.comment) == ("route_step_added", "宋理", "市政府办公厅通知")
        assert event.payload["authority"] == "municipal"


def test_a_trial_leaves_nothing_behind(org: Organisation) -> None:
    before = codes(org), Event.objects.count(), RouteStep.history.count()

    def look() -> list[str]:
        return codes(org)

    assert "inspector" in route_rows.tried(lambda: add_step(org), look)
    assert (codes(org), Event.objects.count(), RouteStep.history.count()) == before


def test_a_trial_is_refused_as_the_act_is(org: Organisation) -> None:
    with pytest.raises(ProductError):
        route_rows.tried(lambda: route_rows.retire(row(org, "mayor"), **now(org)), lambda: None)


class TestSync:
    """What an administrator added of the authority's own stays where it stands."""

    def test_own_rows_are_no_difference(self, org: Organisation) -> None:
        add_step(org)
        add_step(org, "countersign", behind="general_office", seats=(org.post("legal"),), pass_rule="all")
        route_rows.change(row(org, "mayor"), StepContent(workdays=5, on_disagree="end"), **now(org))
        route_rows.add_forum(org.authority, "executive_meeting", Condition("foreign"), **now(org))
        before = codes(org)
        assert list(sync.sync(org.authority)) == []
        assert codes(org) == before
        assert row(org, "mayor").workdays == 5

    def test_what_is_missing_comes_back_around_them(self, org: Organisation) -> None:
        add_step(org, behind="vice_mayor")
        RouteStep.objects.filter(submitter="department", code="vice_mayor").update(retired_on="2026-01-01")
        assert list(sync.sync(org.authority)) == ["route department vice_mayor: retired_on differ"]
        assert codes(org)[3:6] == ["vice_mayor", "inspector", "executive_vice_mayor"]

    def test_the_order_is_put_right_and_named(self, org: Organisation) -> None:
        add_step(org, behind="secretary_general")
        RouteStep.objects.filter(submitter="department", code="mayor").update(order=0)
        lines = list(sync.sync(org.authority))
        assert lines
        assert all(line.endswith("order differ") for line in lines)
        assert [code for code in codes(org) if code != "inspector"] == SEEDED
        assert codes(org)[3] == "inspector"
        assert list(sync.sync(org.authority)) == []

    @pytest.mark.article("§2")
    def test_by_reference_it_seeds_once(self, org: Organisation) -> None:
        own = own_name("department")
        assert codes(own) == ["general_office", "deputy_department_head", "meeting", "department_head"]
        RouteStep.objects.filter(authority=own.authority, code="department_head").update(role_zh="签发")
        assert list(sync.sync(own.authority)) == []
        assert row(own, "department_head").role_zh == "签发"
        assert not RouteStep.objects.filter(authority=own.authority, submitter="district").exists()
