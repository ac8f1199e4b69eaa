"""Delegations (委托代理): made by whom, on what, for how long; what they give, and that they give no more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.admin import PostHoldingForm
from accounts.models import Delegation, Post, PostHolding, User
from accounts.posts import actors_of
from accounts.services import delegating
from agreements.rules import as_holder
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import files, trail
from records.models import Event
from tests.factories import Organisation, fresh, paper
from tests.factories_accounts import delegate, holding_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def codes(user: User) -> set[str]:
    return {held.post.code for held in fresh(user).holdings_today}


class TestWho:
    def test_a_holder_delegates_the_own_work(self, org: Organisation) -> None:
        row = delegate(org.vice_mayor, org.executive_vice_mayor)
        assert (row.holder, row.to_user, row.made_by) == (org.vice_mayor, org.executive_vice_mayor, org.vice_mayor)

    def test_the_office_delegates_for_a_leader(self, org: Organisation) -> None:
        assert delegate(org.mayor, org.executive_vice_mayor, by=org.general_office).holder == org.mayor

    @pytest.mark.parametrize("by", ["general_office", "consulted", "mayor"])
    def test_nobody_else_delegates_anybody_s_work(self, org: Organisation, by: str) -> None:
        with pytest.raises(Refused):
            delegate(org.staff, org.head, by=org.users[by])

    def test_a_colleague_does_not_delegate_for_a_leader(self, org: Organisation) -> None:
        with pytest.raises(Refused):
            delegate(org.mayor, org.executive_vice_mayor, by=org.secretary_general)

    @pytest.mark.parametrize("code", ["administrator", "system_admin", "security_admin", "audit_admin"])
    def test_administrators_posts_are_not_delegated(self, org: Organisation, code: str) -> None:
        with pytest.raises(Refused, match="GB/T 22239"):
            delegate(org.users[code], org.general_office)
        assert not delegating.delegable(fresh(org.users[code]))

    @pytest.mark.parametrize("code", ["administrator", "system_admin", "security_admin", "audit_admin"])
    def test_an_administrator_deputises_for_nobody(self, org: Organisation, code: str) -> None:
        with pytest.raises(BadInput, match="same house"):
            delegate(org.general_office, org.users[code])

    def test_nor_does_a_deputy_become_one(self, org: Organisation) -> None:
        delegate(org.general_office, org.legal)
        made = modelform_factory(
            PostHolding, form=PostHoldingForm, fields=("user", "post", "from_on", "to_on", "basis")
        )
        form = made(
            {
                "user": org.legal.pk,
                "post": org.post("audit_admin").pk,
                "from_on": clock.today().isoformat(),
                "basis": "任命",
                "reason": "任命",
            }
        )
        form.by = org.security_admin
        PostHolding.objects.filter(user=org.legal).update(to_on=clock.today() - DAY)
        assert not form.is_valid()
        assert "as a deputy" in str(form.errors)

    def test_nobody_makes_oneself_a_deputy(self, org: Organisation) -> None:
        with pytest.raises(BadInput, match="oneself"):
            delegate(org.mayor, org.general_office, by=org.general_office)

    def test_the_deputy_is_of_the_same_house(self, org: Organisation) -> None:
        for holder, to_user in ((org.mayor, org.head), (org.staff, org.consulted), (org.staff, org.mayor)):
            with pytest.raises(BadInput, match="same house"):
                delegate(holder, to_user)
        assert delegate(org.staff, org.head)

    def test_a_closed_account_is_no_deputy(self, org: Organisation) -> None:
        User.objects.filter(pk=org.head.pk).update(is_active=False)
        with pytest.raises(BadInput, match="open account"):
            delegate(org.staff, org.head)


class TestWhat:
    def test_never_without_its_paper(self, org: Organisation) -> None:
        with pytest.raises(BadInput, match="paper"):
            delegate(org.staff, org.head, paper=None)

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"begins": -1}, "today or later"),
            ({"days": 0}, "before the beginning"),
            ({"days": 367}, "a year at most"),
            ({"scope": "some"}, "how much"),
            ({"reason": "  "}, "Say why"),
            ({"categories": ("sister_city",)}, "by category"),
            ({"scope": "approvals", "categories": ("none",)}, "no category"),
        ],
    )
    def test_period_scope_and_reason_are_asked_for(self, org: Organisation, facts: dict, words: str) -> None:
        with pytest.raises(BadInput, match=words):
            delegate(org.vice_mayor, org.executive_vice_mayor, **facts)
        assert not Delegation.objects.exists()

    def test_it_does_not_outlast_the_holding(self, org: Organisation) -> None:
        PostHolding.objects.filter(user=org.vice_mayor).update(to_on=clock.today() + 3 * DAY)
        with pytest.raises(BadInput, match="cannot outlast"):
            delegate(org.vice_mayor, org.executive_vice_mayor, days=5)
        assert delegate(org.vice_mayor, org.executive_vice_mayor, days=4)

    def test_a_holding_that_has_ended_is_not_delegated(self, org: Organisation) -> None:
        held = holding_of(org.vice_mayor)
        PostHolding.objects.filter(pk=held.pk).update(to_on=clock.today() - DAY)
        with pytest.raises((Refused, BadInput)):
            delegate(org.vice_mayor, org.executive_vice_mayor, held=held)

    def test_the_same_work_is_delegated_once_at_a_time(self, org: Organisation) -> None:
        delegate(org.mayor, org.executive_vice_mayor, begins=2, days=5)
        with pytest.raises(NotNow, match=org.executive_vice_mayor.full_name):
            delegate(org.mayor, org.secretary_general, begins=6, days=5, scope="approvals")
        assert delegate(org.mayor, org.secretary_general, begins=7, days=5)
        assert delegate(org.mayor, org.vice_mayor, begins=0, days=2)

    def test_approvals_of_other_categories_go_to_another(self, org: Organisation) -> None:
        delegate(org.mayor, org.executive_vice_mayor, scope="approvals", categories=("sister_city",))
        assert delegate(org.mayor, org.vice_mayor, scope="approvals", categories=("enterprise",))
        for categories in ((), ("enterprise", "ministry")):
            with pytest.raises(NotNow):
                delegate(org.mayor, org.secretary_general, scope="approvals", categories=categories)

    def test_the_database_itself_refuses_what_cannot_be(self, org: Organisation) -> None:
        row = delegate(org.mayor, org.executive_vice_mayor)
        for facts in (
            {"to_on": row.from_on - DAY},
            {"to_user": org.mayor},
            {"scope": "some"},
            {"reason": ""},
            {"ended_on": row.from_on},
        ):
            copy = Delegation(
                **{
                    **{name: getattr(row, name) for name in ("post", "holder", "to_user", "from_on", "to_on", "scope")},
                    "reason": "x",
                    "paper": row.paper,
                    "made_by": org.mayor,
                    **facts,
                }
            )
            with pytest.raises(IntegrityError), transaction.atomic():
                copy.save()

    def test_it_is_never_edited_or_deleted(self, org: Organisation) -> None:
        row = delegate(org.mayor, org.executive_vice_mayor)
        for change in (
            lambda: Delegation.objects.update(to_on=row.to_on + DAY),
            lambda: Delegation.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_it_leaves_one_line_in_the_chain_of_the_system(self, org: Organisation) -> None:
        row = delegate(org.mayor, org.executive_vice_mayor, by=org.general_office, scope="approvals")
        event = Event.objects.get(chain=trail.SYSTEM_CHAIN, code="delegation_made")
        assert (event.actor_id, event.capacity, event.comment) == (org.general_office.pk, "self", "出国访问")
        assert (event.payload["holder"], event.payload["to"]) == ("张海", "杨建国")
        assert event.payload["paper"] == row.paper.sha256


class TestEffect:
    def test_it_begins_and_ends_by_the_day(self, org: Organisation) -> None:
        delegate(org.legal, org.general_office, begins=1, days=2)
        today = clock.today()
        held = [{one.post.code for one in fresh(org.general_office).holdings_on(today + n * DAY)} for n in range(4)]
        assert ["legal" in one for one in held] == [False, True, True, False]

    def test_the_deputy_acts_as_a_deputy_in_the_holder_s_place(self, org: Organisation) -> None:
        delegate(org.legal, org.general_office)
        user = fresh(org.general_office)
        held = user.holding("legal")
        assert held is not None
        assert (held.capacity, held.principal_id, held.pk) == ("deputy", org.legal.pk, holding_of(org.legal).pk)
        actor = user.actor(held.title)
        assert (actor.name, actor.capacity) == ("陈静", "deputy")
        assert "吴法正" in actor.post
        assert user.actor().capacity == "self"
        assert user.main_post == org.post("general_office")

    def test_the_holder_keeps_the_post_and_is_told_with_whom_its_work_lies(self, org: Organisation) -> None:
        delegate(org.legal, org.general_office)
        held = fresh(org.legal).holding("legal")
        assert held is not None
        denied = as_holder(held, "", "§3.3")
        assert not denied
        assert "陈静" in str(denied.reason)
        assert as_holder(held, "", "§3.3", reads=True)

    def test_approvals_alone_give_nothing_else(self, org: Organisation) -> None:
        delegate(org.mayor, org.secretary_general, scope="approvals")
        user = fresh(org.secretary_general)
        assert codes(user) == {"secretary_general"}
        assert [held.post.code for held in user.approvals_today] == ["mayor"]
        assert fresh(org.mayor).holding("mayor").given_whole is None

    @pytest.mark.parametrize("lost", ["holding", "account", "post", "deputy"])
    def test_the_right_ends_with_its_head_at_the_next_request(self, org: Organisation, lost: str) -> None:
        delegate(org.legal, org.general_office)
        assert "legal" in codes(org.general_office)
        if lost == "holding":
            PostHolding.objects.filter(user=org.legal).update(to_on=clock.today() - DAY)
        elif lost == "account":
            User.objects.filter(pk=org.legal.pk).update(is_active=False)
        elif lost == "post":
            Post.objects.filter(pk=org.post("legal").pk).update(retired_on=clock.today())
        else:
            User.objects.filter(pk=org.general_office.pk).update(is_active=False)
            acting = actors_of([org.post("legal").pk])[org.post("legal").pk]
            assert [(one.user, one.capacity) for one in acting] == [(org.legal, "self")]
            return
        assert "legal" not in codes(org.general_office)

    def test_what_was_delegated_is_not_delegated_further(self, org: Organisation) -> None:
        delegate(org.legal, org.general_office)
        held = holding_of(org.legal)
        assert held.pk not in {one.pk for one in delegating.delegable(fresh(org.general_office))}
        with pytest.raises(Refused, match="not delegated further"):
            delegate(org.legal, org.inspector, held=held, by=org.general_office)

    def test_a_deputy_s_own_delegation_does_not_pass_the_other_on(self, org: Organisation) -> None:
        delegate(org.legal, org.inspector)
        delegate(org.inspector, org.secretariat)
        assert codes(org.secretariat) == {"secretariat", "inspector"}
        assert codes(org.inspector) == {"inspector", "legal"}

    def test_who_acts_in_a_post_is_its_holder_or_the_deputy(self, org: Organisation) -> None:
        mayor = org.post("mayor").pk
        delegate(org.mayor, org.vice_mayor, scope="approvals", categories=("sister_city",))
        for approvals, category, name in (
            (True, "sister_city", "韩梅"),
            (True, "enterprise", "张海"),
            (False, "sister_city", "张海"),
        ):
            (one,) = actors_of([mayor], approvals=approvals, category=lambda category=category: category)[mayor]
            assert one.user.full_name == name
            assert (one.capacity == "deputy") == (name == "韩梅")

    def test_holdings_cost_one_query_and_one_more_where_anything_is_delegated(self, org: Organisation) -> None:
        for user, expected in ((org.staff, 1), (org.legal, 2), (org.general_office, 2)):
            delegation = Delegation.objects.first() or delegate(org.legal, org.general_office)
            assert delegation
            again = fresh(user)
            with CaptureQueriesContext(connection) as queries:
                assert again.holdings_today
            assert len(queries) == expected, user


class TestEnding:
    def test_the_holder_takes_the_work_back_at_once(self, org: Organisation) -> None:
        row = delegate(org.legal, org.general_office)
        delegating.end(row, by=fresh(org.legal), because="提前返津")
        assert "legal" not in codes(org.general_office)
        assert fresh(org.legal).holding("legal").given_whole is None
        event = Event.objects.get(code="delegation_ended")
        assert (event.actor_id, event.comment) == (org.legal.pk, "提前返津")

    def test_the_office_ends_any_of_its_authority(self, org: Organisation) -> None:
        row = delegate(org.staff, org.head)
        assert delegating.end(row, by=fresh(org.general_office), because="更正").ended_by == org.general_office

    @pytest.mark.parametrize("by", ["executive_vice_mayor", "secretary_general", "stranger"])
    def test_nobody_else_ends_it(self, org: Organisation, by: str) -> None:
        row = delegate(org.mayor, org.executive_vice_mayor)
        with pytest.raises(Refused):
            delegating.end(row, by=fresh(org.users[by]), because="不办了")

    def test_not_without_a_reason_and_not_twice(self, org: Organisation) -> None:
        row = delegate(org.mayor, org.executive_vice_mayor)
        with pytest.raises(BadInput):
            delegating.end(row, by=fresh(org.mayor), because=" ")
        delegating.end(row, by=fresh(org.mayor), because="返津")
        with pytest.raises(NotNow, match="张海"):
            delegating.end(row, by=fresh(org.general_office), because="返津")

    def test_what_is_over_is_not_ended(self, org: Organisation) -> None:
        at = clock.now()
        row = delegate(org.mayor, org.executive_vice_mayor, days=1)
        with pytest.raises(NotNow, match="over"):
            delegating.end(row, by=fresh(org.mayor), because="返津", at=at + 2 * DAY)

    def test_ended_before_it_began_it_never_runs_and_makes_room(self, org: Organisation) -> None:
        row = delegate(org.mayor, org.executive_vice_mayor, begins=3)
        delegating.end(row, by=fresh(org.mayor), because="行程取消")
        assert not Delegation.objects.on(row.from_on).exists()
        assert delegate(org.mayor, org.vice_mayor, begins=3)


class TestClock:
    def swept(self, at: datetime) -> list[str]:
        delegating.sweep(at)
        rows = Event.objects.filter(chain=trail.SYSTEM_CHAIN, code__startswith="delegation_").order_by("sequence")
        return [code.removeprefix("delegation_") for code in rows.values_list("code", flat=True)]

    def test_beginning_and_end_are_written_once_each(self, org: Organisation) -> None:
        at = clock.now()
        delegate(org.mayor, org.executive_vice_mayor, begins=1, days=2)
        assert self.swept(at) == ["made"]
        for _again in range(3):
            assert self.swept(at + DAY) == ["made", "began"]
        for _again in range(3):
            assert self.swept(at + 3 * DAY) == ["made", "began", "over"]

    def test_ended_by_a_person_it_is_not_told_as_over_too(self, org: Organisation) -> None:
        row = delegate(org.mayor, org.executive_vice_mayor)
        delegating.end(row, by=fresh(org.mayor), because="返津")
        assert self.swept(clock.now() + 30 * DAY) == ["made", "ended"]

    @pytest.mark.parametrize(("lost", "because"), [("holding", "head"), ("account", "account")])
    def test_one_whose_head_is_gone_does_not_come_to_life_again(
        self, org: Organisation, lost: str, because: str
    ) -> None:
        row, at = delegate(org.mayor, org.executive_vice_mayor, days=30), clock.now()
        if lost == "holding":
            PostHolding.objects.filter(user=org.mayor).update(to_on=clock.today())
        else:
            User.objects.filter(pk=org.mayor.pk).update(is_active=False)
        assert self.swept(at + DAY) == ["made", "over"]
        PostHolding.objects.filter(user=org.mayor).update(to_on=None)
        User.objects.filter(pk=org.mayor.pk).update(is_active=True)
        row.refresh_from_db()
        assert (row.ended_because, row.ended_by) == (because, None)
        assert not Delegation.objects.on(clock.today(at) + 2 * DAY).exists()

    def test_a_tick_that_came_too_late_writes_the_end_only(self, org: Organisation) -> None:
        delegate(org.mayor, org.executive_vice_mayor, days=1)
        assert self.swept(clock.now() + 9 * DAY) == ["made", "over"]


# ---------------------------------------------------------------------- whatever is held and delegated

NAMES = ("legal", "general_office", "inspector", "secretariat", "secretary_general")
SPAN = 6


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nobody_has_a_right_that_its_head_lacks(org: Organisation, data: st.DataObject) -> None:
    """Random holdings, delegations, ends, closed accounts and days: every right of a deputy is one that the principal
    holds on that day, and each holding's work lies with exactly one of the two."""
    sid = transaction.savepoint()
    try:
        _try(org, data)
    finally:
        transaction.savepoint_rollback(sid)


def _try(org: Organisation, data: st.DataObject) -> None:
    today, days = clock.today(), st.integers(0, SPAN)
    sent = paper("授权.png")
    with files.received(sent, name=str(sent.name)) as upload:
        stored = files.keep(upload)
    people = [org.users[name] for name in NAMES]
    for user in people:
        first, length = data.draw(days), data.draw(st.none() | days)
        PostHolding.objects.filter(user=user).update(
            from_on=today + first * DAY, to_on=None if length is None else today + (first + length) * DAY
        )
        if data.draw(st.integers(0, 9)) == 0:
            User.objects.filter(pk=user.pk).update(is_active=False)
    for _n in range(data.draw(st.integers(0, 6))):
        holder, to_user = data.draw(st.permutations(people))[:2]
        first = data.draw(days)
        row = Delegation(
            post=holding_of(holder).post,
            holder=holder,
            to_user=to_user,
            from_on=today + first * DAY,
            to_on=today + (first + data.draw(days)) * DAY,
            scope=data.draw(st.sampled_from(Delegation.Scope.values)),
            reason="x",
            paper=stored,
            made_by=holder,
        )
        if any(row.meets(other) for other in Delegation.objects.filter(holder=holder)):
            continue
        if ends := data.draw(st.none() | days):
            row.ended_on, row.ended_because = today + ends * DAY, "x"
        row.save()
    day = today + data.draw(days) * DAY
    held = {(row.post_id, row.user_id): row for row in PostHolding.objects.on(day).filter(user__is_active=True)}
    gone = set(User.objects.filter(is_active=False).values_list("pk", flat=True))
    for user in people:
        again = fresh(user)
        found = again._held_on(day)
        for one in (*found.posts, *found.approvals):
            principal = one.principal_id or user.pk
            assert user.pk in gone or (one.post_id, principal) in held
            if one.received:
                assert one.received.from_on <= day <= one.received.to_on
                assert principal not in gone
    for (post, holder_id), _row in held.items():
        for approvals in (True, False):
            acting = [one for one in actors_of([post], day, approvals=approvals)[post] if one.holder.pk == holder_id]
            assert len(acting) == 1
            user = acting[0].user
            mine = fresh(user)._held_on(day)
            own = [one for one in mine.posts if one.post_id == post and not one.received]
            for_him = [one for one in (*mine.posts, *mine.approvals) if one.post_id == post and one.received]
            assert user.pk not in gone
            assert bool(for_him) if acting[0].delegation else bool(own)
