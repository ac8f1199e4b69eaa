"""The way of an approval by the regulation, the authority's own rows, and the people of a day (§3.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import PostHolding
from agreements.models import Agreement, Station
from agreements.services import preparation
from approvals.models import ForumRule, RouteStep, Run
from approvals.services import route_rows, routing
from approvals.services.route_checks import Condition
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Forum
from regulation.routes import NatureNeeded
from tests.factories import Organisation, fresh, make_agreement, make_user
from tests.factories_approvals import open_run, pass_step
from tests.factories_routes import add_step, own_name, second_seat

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
ORDER = [
    "general_office",
    "deputy_secretary_general",
    "secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "mayor",
]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.PREPARATION)


def codes(plan: routing.Plan) -> list[str]:
    return [step.code for step in plan.steps]


def rule(org: Organisation, forum: str, condition: Condition) -> ForumRule:
    return route_rows.add_forum(
        org.authority,
        forum,
        condition,
        by=fresh(org.administrator),
        seen=route_rows.stamp(org.authority),
        reason="市政府议事规则",
        article="津政办发〔2026〕3号",
    )


class TestRegulation:
    def test_without_own_rows_it_is_the_regulations(self, agreement: Agreement) -> None:
        plan = routing.plan(agreement)
        assert codes(plan) == ORDER == list(plan.route.steps)
        assert all(step.reason and not step.reason.own for step in plan.steps)
        assert {step.pass_rule for step in plan.steps} == {"one"}

    def test_a_district_unit_has_no_vice_mayor(self, org: Organisation) -> None:
        agreement = make_agreement(
            org, "other", at_station=Station.PREPARATION, by=org.district, head=org.district_head, natures=["land"]
        )
        plan = routing.plan(agreement)
        assert "vice_mayor" not in codes(plan)
        assert codes(plan)[-2:] == ["mayors_office_meeting", "mayor"]
        coordinates = next(step for step in plan.steps if step.code == "executive_vice_mayor")
        assert coordinates.reason is not None
        assert coordinates.reason.reading

    def test_without_a_nature_there_is_none(self, agreement: Agreement) -> None:
        agreement.natures.all().delete()
        with pytest.raises(NatureNeeded):
            routing.plan(agreement)


class TestOwnSteps:
    def test_an_own_step_says_that_it_is_one(self, org: Organisation, agreement: Agreement) -> None:
        add_step(org, article="津政办发〔2026〕3号", workdays=2, on_disagree="return")
        plan = routing.plan(agreement)
        step = plan.steps[codes(plan).index("inspector")]
        assert codes(plan) == [*ORDER[:3], "inspector", *ORDER[3:]]
        assert step.reason is not None
        assert (step.reason.own, step.reason.article) == (True, "津政办发〔2026〕3号")
        assert (step.workdays, step.on_disagree) == (2, "return")
        assert [why["own"] for why in plan.why() if why["step"] == "inspector"] == [True]

    @pytest.mark.parametrize(
        ("condition", "facts", "holds"),
        [
            (Condition("amount", amount=Decimal(10**8)), {"amount_kind": "exact", "amount_low": Decimal(10**8)}, True),
            (Condition("amount", amount=Decimal(10**8)), {"amount_kind": "exact", "amount_low": Decimal(10**7)}, False),
            (
                Condition("amount", amount=Decimal(10**8)),
                {"amount_kind": "range", "amount_low": Decimal(1), "amount_high": Decimal(10**9)},
                True,
            ),
            (Condition("foreign"), {"is_foreign_related": True}, True),
            (Condition("foreign"), {}, False),
            (Condition("major"), {"is_major": True}, True),
            (Condition("nature", ("funds",)), {"natures": ["framework", "funds"]}, True),
            (Condition("nature", ("funds",)), {"natures": ["framework"]}, False),
            (Condition("field", ("regional_cooperation",)), {}, True),
            (Condition("field", ("sport",)), {}, False),
        ],
    )
    def test_it_stands_there_when_its_condition_holds(
        self, org: Organisation, condition: Condition, facts: dict[str, object], holds: bool
    ) -> None:
        add_step(org, condition=condition)
        agreement = make_agreement(org, at_station=Station.PREPARATION, **facts)
        assert ("inspector" in codes(routing.plan(agreement))) == holds

    def test_countersigning_names_where_each_seat_lies(self, org: Organisation, agreement: Agreement) -> None:
        held, empty = org.post("legal"), org.post("inspector")
        PostHolding.objects.filter(post=empty).delete()
        add_step(org, "countersign", seats=(held, empty), pass_rule="ratio", ratio=60)
        step = next(step for step in routing.plan(agreement).steps if step.kind == "countersign")
        assert (step.pass_rule, step.ratio, step.seats) == ("ratio", 60, (held, empty))
        assert [(lies.post, lies.redirected) for lies in step.asked] == [
            (held, ""),
            (org.post("general_office"), "vacant"),
        ]
        assert step.label in ("会签", "Countersignature")

    def test_of_the_authoritys_own_rows_only_those_of_the_submitter_count(
        self, org: Organisation, agreement: Agreement
    ) -> None:
        add_step(org, submitter="district")
        assert "inspector" not in codes(routing.plan(agreement))


class TestForum:
    def test_an_own_rule_takes_a_matter_higher(self, org: Organisation) -> None:
        rule(org, "mayors_office_meeting", Condition("amount", amount=Decimal(10**8)))
        agreement = make_agreement(
            org, at_station=Station.PREPARATION, amount_kind="exact", amount_low=Decimal(2 * 10**8)
        )
        plan = routing.plan(agreement)
        assert plan.route.forum is Forum.MAYORS_OFFICE_MEETING
        assert codes(plan)[-2:] == ["mayors_office_meeting", "mayor"]
        why = plan.why_forum()
        assert why is not None
        assert (why.own, why.article) == (True, "津政办发〔2026〕3号")

    def test_never_lower(self, org: Organisation) -> None:
        rule(org, "mayors_office_meeting", Condition("nature", ("policy",)))
        agreement = make_agreement(org, at_station=Station.PREPARATION, natures=["policy"])
        plan = routing.plan(agreement)
        assert plan.route.forum is Forum.EXECUTIVE_MEETING
        assert not (plan.why_forum() or pytest.fail("no reason")).own

    def test_of_several_the_highest(self, org: Organisation) -> None:
        rule(org, "executive_meeting", Condition("foreign"))
        rule(org, "mayors_office_meeting", Condition("foreign"))
        agreement = make_agreement(org, at_station=Station.PREPARATION, is_foreign_related=True)
        assert routing.plan(agreement).route.forum is Forum.EXECUTIVE_MEETING


class TestPeople:
    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            (kind, code)
            for kind in AuthorityKind
            for code, post in POSTS.items()
            if post.step_role and kind in post.kinds and code != "general_office"
        ],
    )
    def test_an_empty_post_goes_to_the_office(self, org: Organisation, kind: AuthorityKind, code: str) -> None:
        """For each step of each kind of authority: nobody holds it, so the office gets it; it is never left out."""
        if kind is AuthorityKind.MUNICIPAL:
            here = org
            PostHolding.objects.filter(post=org.post(code)).delete()
            agreement = make_agreement(here, at_station=Station.PREPARATION)
        else:
            here = own_name(kind.value, without=(code,))
            agreement = make_agreement(here, "other", at_station=Station.PREPARATION)
        step = next(step for step in routing.plan(agreement).steps if step.code == code)
        assert step.lies.redirected == "vacant"
        assert step.lies.post == here.post("general_office")
        assert step.lies.people == (here.general_office,)

    def test_several_in_charge_are_told(self, org: Organisation, agreement: Agreement) -> None:
        other = make_user("second_vice_mayor", "田副市长")
        seat = second_seat(org, "vice_mayor", other, org.lead)
        step = next(step for step in routing.plan(agreement).steps if step.code == "vice_mayor")
        assert (step.lies.post, step.lies.also) == (org.post("vice_mayor"), (seat,))

    def test_a_seat_in_charge_of_others_is_not(self, org: Organisation, agreement: Agreement) -> None:
        second_seat(org, "vice_mayor", make_user("second_vice_mayor", "田副市长"), org.units["weather"])
        step = next(step for step in routing.plan(agreement).steps if step.code == "vice_mayor")
        assert step.lies.also == ()


class TestRunningCases:
    def test_a_run_keeps_the_steps_it_was_opened_with(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        add_step(org)
        rule(org, "executive_meeting", Condition("nature", ("framework",)))
        RouteStep.objects.filter(code="vice_mayor").update(role_zh="改过的")
        for _step in ORDER[1:]:
            pass_step(agreement)
        run.refresh_from_db()
        assert run.state == Run.State.PASSED
        assert [step.code for step in run.steps.all()] == ORDER
        assert run.forum == "sign_off"
        assert "改过的" not in {step.role_zh for step in run.steps.all()}

    def test_it_copies_what_the_rows_set(self, org: Organisation) -> None:
        add_step(org, workdays=2, on_disagree="return")
        seats = (org.post("legal"), org.post("secretariat"))
        add_step(org, "countersign", behind="inspector", seats=seats, pass_rule="ratio", ratio=50)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        steps = {step.code: step for step in open_run(agreement, org).steps.all()}
        assert (steps["inspector"].workdays, steps["inspector"].on_disagree) == (2, "return")
        together = steps["countersign"]
        assert (together.kind, together.pass_rule, together.ratio) == ("countersign", "ratio", 50)
        assert {seat.post for seat in together.seats.all()} == set(seats)

    def test_the_next_one_takes_the_new_way(self, org: Organisation) -> None:
        add_step(org)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        assert "inspector" in [step.code for step in run.steps.all()]


class TestOwnName:
    """§2, last paragraph: districts and departments apply the rules by reference, with their own posts."""

    @pytest.mark.article("§2")
    @pytest.mark.parametrize(
        ("kind", "forum"), [("district", "district_executive"), ("department", "party_group_meeting")]
    )
    def test_an_agreement_of_theirs_goes_through_a_whole_run(self, db: None, kind: str, forum: str) -> None:
        org = own_name(kind)
        agreement = make_agreement(org, "other", at_station=Station.LEGAL_REVIEW, natures=["policy"])
        run = open_run(agreement, org)
        steps = list(run.steps.all())
        assert [step.post.authority_id for step in steps] == [org.authority.pk] * len(steps)
        assert not any(step.redirected_because for step in steps)
        assert steps[-2].code == run.forum == forum
        for _step in steps[1:]:
            pass_step(agreement)
        agreement.refresh_from_db()
        assert agreement.station == Station.SIGNING

    @pytest.mark.article("§2")
    def test_whoever_of_its_units_submits_goes_one_way(self, db: None) -> None:
        org = own_name("district")
        org.units["exchange"].kind = "district"
        org.units["exchange"].save()
        agreement = make_agreement(org, "other", at_station=Station.PREPARATION)
        assert routing.submitter_of(agreement) == "department"


@pytest.mark.parametrize("extra", [1, 3])
def test_a_plan_asks_as_often_whatever_its_length(org: Organisation, agreement: Agreement, extra: int) -> None:
    for code in ("inspector", "secretariat", "legal")[:extra]:
        add_step(org, code)
    agreement = Agreement.objects.select_related("authority", "lead_unit").get(pk=agreement.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        plan = routing.plan(agreement)
    assert len(plan.steps) == len(ORDER) + extra
    assert len(asked) == 4


def test_natures_that_change_change_the_way(org: Organisation, agreement: Agreement) -> None:
    preparation.describe(
        agreement, by=org.staff, facts={"term_kind": "years", "term_years": 3}, fields=["trade"], natures=["land"]
    )
    assert "mayors_office_meeting" in codes(routing.plan(agreement))
