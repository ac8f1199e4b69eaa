"""Rights come with posts, from one day to another, and from nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Portfolio, PostHolding, User
from accounts.posts import holders, post_in_charge, post_of, unit_of
from core import clock
from tests.factories import SINCE, Organisation, fresh


def test_a_right_ends_with_the_holding(org: Organisation):
    today = clock.today()
    holding = PostHolding.objects.get(user=org.legal)
    for to_on, expected in ((None, True), (today, True), (today - timedelta(days=1), False)):
        holding.to_on = to_on
        holding.save()
        assert fresh(org.legal).holds("legal") is expected


def test_a_right_begins_with_the_holding(org: Organisation):
    user = User.objects.create_user("newcomer", full_name="新人")
    PostHolding.objects.create(
        post=org.post("legal"), user=user, from_on=clock.today() + timedelta(days=1), basis="任命文件"
    )
    assert not user.holds("legal")
    assert [held.post.code for held in user.holdings_on(clock.today() + timedelta(days=1))] == ["legal"]


def test_a_right_ends_with_the_post(org: Organisation):
    today, post = clock.today(), org.post("legal")
    for retired_on, expected in ((None, True), (today + timedelta(days=1), True), (today, False)):
        post.retired_on = retired_on
        post.save()
        assert fresh(org.legal).holds("legal") is expected
        assert bool(holders(post)) is expected
    assert [held.post for held in fresh(org.legal).holdings_on(today - timedelta(days=1))] == [post]


def test_who_holds_a_post_on_a_day(org: Organisation):
    assert holders(org.post("mayor")) == [org.mayor]
    assert holders(org.post("mayor"), SINCE - timedelta(days=1)) == []
    org.mayor.is_active = False
    org.mayor.save()
    assert holders(org.post("mayor")) == []


@pytest.mark.article("§3.4")
def test_the_leader_in_charge_of_a_unit_changes_with_the_day(org: Organisation):
    first = org.post("vice_mayor")
    second = type(first).objects.create(
        authority=org.authority, unit=first.unit, code="vice_mayor", seat="2", name_zh="分管副市长"
    )
    Portfolio.objects.filter(post=first, unit=org.lead).update(to_on=date(2025, 12, 31))
    Portfolio.objects.create(post=second, unit=org.lead, from_on=date(2026, 1, 1))
    assert post_in_charge(org.authority, "vice_mayor", org.lead, date(2025, 12, 31)) == first
    assert post_in_charge(org.authority, "vice_mayor", org.lead, date(2026, 1, 1)) == second
    assert post_in_charge(org.authority, "vice_mayor", org.units["finance"]) == first


def test_fixed_roles_have_a_unit_and_a_post(org: Organisation):
    assert unit_of(org.authority, "cooperation_exchange") == org.lead
    assert unit_of(org.authority, "nobody") is None
    assert post_of(org.authority, "inspector").unit.code == "supervision_office"


def test_there_is_no_superuser(org: Organisation):
    """Neither the flag nor Django's permission rows open anything: only posts do."""
    user = User.objects.create_user("root", full_name="超级")
    user.is_superuser = True
    assert Permission.objects.exists()
    assert not user.is_staff
    assert not user.has_perm("accounts.change_unit")
    assert not user.has_module_perms("accounts")


@pytest.mark.parametrize("username", ["administrator", "system_admin", "security_admin", "audit_admin"])
def test_no_administrator_deletes_anything(org: Organisation, username: str):
    user = org.users[username]
    assert user.is_staff
    assert not any(
        user.has_perm(f"{app}.delete_{model}")
        for app, model in (
            ("accounts", "unit"),
            ("accounts", "user"),
            ("accounts", "postholding"),
            ("agreements", "calendarday"),
        )
    )


def test_the_four_administrators_stand_apart(org: Organisation):
    """GB/T 22239-2019: who makes accounts does not give posts, who gives posts changes no rows of business."""
    may = {
        name: {
            right
            for right in (
                "accounts.change_user",
                "accounts.add_postholding",
                "accounts.change_unit",
                "agreements.add_calendarday",
            )
            if org.users[name].has_perm(right)
        }
        for name in ("administrator", "system_admin", "security_admin", "audit_admin", "mayor", "staff")
    }
    assert may == {
        "administrator": {"accounts.change_unit", "agreements.add_calendarday"},
        "system_admin": {"accounts.change_user"},
        "security_admin": {"accounts.add_postholding"},
        "audit_admin": set(),
        "mayor": set(),
        "staff": set(),
    }
