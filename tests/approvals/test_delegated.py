"""§3.4 with deputies: to-dos move and come back, who decides is a deputy, and no delegation disguises own work."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Post, PostHolding, User
from accounts.services import delegating
from agreements import events
from agreements.models import Agreement, Alarm, Deadline, Notice, Station, ToDo
from agreements.pages import names_with
from agreements.services import access, clock, duties
from approvals import pages, rules
from approvals.models import Assignment, Decision, Run, Step
from approvals.services import pausing, recording, redirecting, routing, runs, signing_on
from core import clock as time
from core.errors import Refused
from desk import rows
from records.models import Event
from tests.approvals import others
from tests.approvals.moves import let_countersign
from tests.factories import Organisation, fresh, make_agreement, make_user, paper
from tests.factories_accounts import delegate
from tests.factories_approvals import also_holds, complete, open_assignment, open_run, pass_step, review_all_clear

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]
DAY = timedelta(days=1)
OFFICE_POST = "general_office"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


def desk(user: User) -> list[str]:
    return [todo.code for todo in ToDo.objects.lying_with(fresh(user))]


def decide(agreement: Agreement, by: User, verdict: str = "approve", opinion: str = "同意。") -> Run:
    assignment = open_assignment(agreement)
    sha256 = assignment.step.run.sha256
    return runs.decide(assignment, by=fresh(by), verdict=verdict, opinion=opinion, text_sha256=sha256)


def until(agreement: Agreement, code: str) -> Assignment:
    while (assignment := open_assignment(agreement)).step.code != code:
        pass_step(agreement)
    return assignment


class TestToDos:
    @pytest.mark.parametrize("scope", ["all", "approvals"])
    def test_what_is_open_lies_with_the_deputy_alone_while_it_runs(
        self, agreement: Agreement, run: Run, org: Organisation, scope: str
    ) -> None:
        assert desk(org.deputy_secretary_general) == ["decide"]
        row = delegate(org.deputy_secretary_general, org.inspector, scope=scope)
        assert (desk(org.deputy_secretary_general), desk(org.inspector)) == ([], ["decide"])
        delegating.end(row, by=fresh(org.deputy_secretary_general), because="返津")
        assert (desk(org.deputy_secretary_general), desk(org.inspector)) == (["decide"], [])

    def test_it_moves_on_the_first_day_and_is_back_after_the_last(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        delegate(org.deputy_secretary_general, org.inspector, begins=1, days=2)
        found = []
        for days in range(4):
            with time_machine.travel(time.now() + days * DAY):
                found.append((len(desk(org.deputy_secretary_general)), len(desk(org.inspector))))
        assert found == [(1, 0), (0, 1), (0, 1), (1, 0)]
        assert ToDo.objects.filter(agreement=agreement, closed_at=None).count() == 1

    def test_approvals_move_and_other_work_of_the_post_stays(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        post = org.post("deputy_secretary_general")
        duties.open(agreement, "decide_standing", post=post)
        delegate(org.deputy_secretary_general, org.inspector, scope="approvals")
        assert (desk(org.deputy_secretary_general), desk(org.inspector)) == (["decide_standing"], ["decide"])

    @pytest.mark.parametrize(("category", "mine"), [("sister_province", 0), ("enterprise", 1)])
    def test_of_some_categories_only(
        self, agreement: Agreement, run: Run, org: Organisation, category: str, mine: int
    ) -> None:
        delegate(org.deputy_secretary_general, org.inspector, scope="approvals", categories=(category,))
        assert len(desk(org.deputy_secretary_general)) == mine
        assert len(desk(org.inspector)) == 1 - mine
        seen = Agreement.objects.visible_to(fresh(org.inspector)).filter(pk=agreement.pk)
        assert seen.exists() is not bool(mine)

    def test_one_to_do_and_all_say_the_same(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        delegate(org.deputy_secretary_general, org.inspector, scope="approvals", categories=("sister_province",))
        delegate(org.legal, org.general_office)
        make_agreement(org, at_station=Station.LEGAL_REVIEW, title="另一件")
        todos = list(ToDo.objects.filter(closed_at=None))
        for user in map(fresh, org.users.values()):
            lying = set(ToDo.objects.lying_with(user))
            assert {todo for todo in todos if todo.held_by(user)} == lying, user

    def test_every_open_to_do_lies_with_the_actors_of_one_post(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        delegate(org.deputy_secretary_general, org.inspector, scope="approvals")
        delegate(org.legal, org.general_office)
        make_agreement(org, at_station=Station.LEGAL_REVIEW, title="另一件")
        for todo in ToDo.objects.filter(closed_at=None):
            holders = todo.post.holdings.filter(user__is_active=True).count()
            lies = [user for user in map(fresh, org.users.values()) if ToDo.objects.lying_with(user).filter(pk=todo.pk)]
            assert len(lies) == holders, todo.code

    def test_everywhere_it_says_who_acts_for_whom(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        delegate(org.deputy_secretary_general, org.inspector, scope="approvals")
        todo = ToDo.objects.get(agreement=agreement, closed_at=None)
        assert names_with([todo])[todo.pk] == "高严 for 钱进"
        (row,) = rows.agreement_rows(Agreement.objects.filter(pk=agreement.pk), time.today())
        assert row.lies is not None
        assert row.lies.who == "高严 for 钱进"
        assert next(line for line in pages.route(run) if line.state == "is-now").people == "高严 for 钱进"
        mine = rows.todo_row(todo, time.today(), fresh(org.inspector))
        assert "钱进" in mine.on_behalf
        (away,) = rows.with_deputies(fresh(org.deputy_secretary_general))
        assert (away.delegation.to_user, away.count) == (org.inspector, 1)

    @pytest.mark.article("§3.3")
    def test_after_a_hand_over_the_open_duties_are_the_new_holder_s(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        post = org.post("deputy_secretary_general")
        PostHolding.objects.filter(post=post).update(to_on=time.today() - DAY)
        successor = make_user("successor", "宁接任", post, since=time.today())
        assert (desk(org.deputy_secretary_general), desk(successor)) == ([], ["decide"])
        decide(agreement, successor)
        with pytest.raises(Refused):
            decide(agreement, org.deputy_secretary_general)


class TestDeciding:
    def test_the_deputy_decides_and_signs_as_deputy(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        delegate(org.deputy_secretary_general, org.inspector, scope="approvals")
        decide(agreement, org.inspector)
        decision = Decision.objects.filter(verdict="approve").get()
        assert (decision.by, decision.capacity) == (org.inspector, "deputy")
        assert "钱进" in decision.post_title
        event = Event.objects.filter(chain=agreement.chain, code="approve_step").get()
        assert (event.actor_id, event.capacity) == (org.inspector.pk, "deputy")
        assert "钱进" in event.post_name
        line = next(line for line in pages.opinions_of(pages.steps_whole().filter(run=run)) if line.name == "高严")
        assert line.capacity == "as deputy"

    def test_the_holder_is_told_with_whom_it_lies(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        delegate(org.deputy_secretary_general, org.inspector)
        with pytest.raises(Refused, match="高严"):
            decide(agreement, org.deputy_secretary_general)

    def test_the_deputy_keeps_sight_of_what_he_handled(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        row = delegate(org.deputy_secretary_general, org.inspector, scope="approvals")
        decide(agreement, org.inspector)
        delegating.end(row, by=fresh(org.deputy_secretary_general), because="返津")
        assert Agreement.objects.visible_to(fresh(org.inspector)).filter(pk=agreement.pk).exists()
        with pytest.raises(Refused):
            decide(agreement, org.inspector)

    @pytest.mark.article("§3.3")
    def test_a_deputy_reviews_in_the_reviewer_s_place(self, agreement: Agreement, org: Organisation) -> None:
        delegate(org.legal, org.inspector)
        verdict = rules.may_review(fresh(org.inspector), agreement)
        assert verdict
        assert (verdict.capacity, verdict.principal) == ("deputy", org.legal.pk)
        assert not rules.may_review(fresh(org.legal), agreement)

    def test_approvals_alone_do_not_let_anybody_review(self, agreement: Agreement, org: Organisation) -> None:
        delegate(org.legal, org.inspector, scope="approvals")
        assert not rules.may_review(fresh(org.inspector), agreement)
        assert rules.may_review(fresh(org.legal), agreement)


class TestOwnWork:
    """Nobody decides on the own work in any disguise."""

    def worked(self, agreement: Agreement, user: User) -> None:
        access.grant(agreement, access.DRAFTED, user=user)

    def test_who_worked_on_the_case_does_not_decide_as_a_deputy(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        self.worked(agreement, org.inspector)
        delegate(org.deputy_secretary_general, org.inspector)
        with pytest.raises(Refused, match="own work"):
            decide(agreement, org.inspector)

    def test_nor_does_the_deputy_of_who_worked_on_it(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        self.worked(agreement, org.deputy_secretary_general)
        delegate(org.deputy_secretary_general, org.inspector)
        with pytest.raises(Refused, match="in whose place"):
            decide(agreement, org.inspector)

    @pytest.mark.article("§3.3")
    @pytest.mark.parametrize("worker", ["legal", "inspector"])
    def test_nor_does_either_review_it(self, agreement: Agreement, org: Organisation, worker: str) -> None:
        self.worked(agreement, org.users[worker])
        delegate(org.legal, org.inspector)
        assert not rules.may_review(fresh(org.inspector), agreement)

    @pytest.mark.parametrize("worker", ["secretary_general", "inspector"])
    def test_the_step_goes_to_the_office(self, agreement: Agreement, run: Run, org: Organisation, worker: str) -> None:
        self.worked(agreement, org.users[worker])
        delegate(org.secretary_general, org.inspector, scope="approvals")
        pass_step(agreement)
        assignment = open_assignment(agreement)
        step = assignment.step
        assert (step.code, assignment.post.code, step.redirected_because) == (
            "secretary_general",
            OFFICE_POST,
            Step.Redirected.OWN_WORK,
        )

    def test_another_holder_of_the_post_decides_first(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        other = make_user("other", "另一位", org.post("secretary_general"))
        self.worked(agreement, org.inspector)
        delegate(org.secretary_general, org.inspector)
        lies = routing.where(agreement, ["secretary_general"])["secretary_general"]
        assert (lies.people, lies.redirected) == ((other,), "")


class TestTwice:
    """One person decides once on a text where one of the two decisions is a deputy's (docs/adr/0013)."""

    def test_a_deputy_who_has_decided_in_his_own_post_does_not_decide_again(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        delegate(org.secretary_general, org.deputy_secretary_general)
        decide(agreement, org.deputy_secretary_general)
        step = open_assignment(agreement).step
        assert (step.code, step.redirected_because) == ("secretary_general", Step.Redirected.TWICE)
        assert not Decision.objects.filter(verdict="skip").exists()

    def test_who_decided_as_a_deputy_does_not_decide_in_his_own_post(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        row = delegate(org.deputy_secretary_general, org.secretary_general)
        decide(agreement, org.secretary_general)
        delegating.end(row, by=fresh(org.deputy_secretary_general), because="返津")
        step = open_assignment(agreement).step
        assert (step.code, step.redirected_because) == ("secretary_general", Step.Redirected.TWICE)

    def test_one_who_becomes_a_deputy_afterwards_is_refused(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        decide(agreement, org.deputy_secretary_general)
        delegate(org.secretary_general, org.deputy_secretary_general)
        with pytest.raises(Refused, match="twice"):
            decide(agreement, org.deputy_secretary_general)
        assert redirecting.sweep(time.now()) == 1
        assert open_assignment(agreement).step.redirected_because == Step.Redirected.TWICE

    def test_one_person_in_two_own_posts_is_still_a_recorded_skip(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        PostHolding.objects.filter(user=org.secretary_general).update(to_on=time.today() - DAY)
        also_holds(org, "secretary_general", org.deputy_secretary_general)
        decide(agreement, org.deputy_secretary_general)
        assert Decision.objects.get(verdict="skip").by == org.deputy_secretary_general

    def test_a_deputy_of_who_has_decided_already_looks_with_his_own_eyes(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        PostHolding.objects.filter(user=org.secretary_general).update(to_on=time.today() - DAY)
        also_holds(org, "secretary_general", org.deputy_secretary_general)
        delegate(org.deputy_secretary_general, org.inspector, code="secretary_general", scope="approvals")
        decide(agreement, org.deputy_secretary_general)
        assert open_assignment(agreement).step.code == "secretary_general"
        decide(agreement, org.inspector)
        assert open_assignment(agreement).step.code == "vice_mayor"


class TestStuck:
    """An open step in whose post nobody may act goes to the office, never through."""

    def test_one_whose_deputy_worked_on_the_case(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        access.grant(agreement, access.DRAFTED, user=org.inspector)
        delegate(org.deputy_secretary_general, org.inspector)
        before = Deadline.objects.get(agreement=agreement, closed_on=None)
        assert redirecting.sweep(time.now()) == 1
        assignment = open_assignment(agreement)
        assert (assignment.post.code, assignment.step.redirected_because) == (OFFICE_POST, "own_work")
        assert (desk(org.inspector), desk(org.general_office)) == ([], ["decide"])
        event = Event.objects.get(chain=agreement.chain, code="redirect_step")
        assert (event.actor_id, event.payload["redirected"]) == (None, "own_work")
        assert Deadline.objects.get(agreement=agreement, closed_on=None).replaces == before
        assert redirecting.sweep(time.now()) == 0
        decide(agreement, org.general_office, opinion="按钱进同志意见办理。")

    def test_one_whose_holder_has_left(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        PostHolding.objects.filter(user=org.deputy_secretary_general).update(to_on=time.today() - DAY)
        assert redirecting.sweep(time.now()) == 1
        assert open_assignment(agreement).step.redirected_because == "vacant"

    def test_one_whose_new_holder_drafted_the_case(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        PostHolding.objects.filter(user=org.deputy_secretary_general).update(to_on=time.today() - DAY)
        also_holds(org, "deputy_secretary_general", org.staff)
        assert redirecting.sweep(time.now()) == 1
        assert open_assignment(agreement).step.redirected_because == "own_work"

    def test_a_step_keeps_the_limit_of_its_own(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        Step.objects.filter(run=run, code="deputy_secretary_general").update(workdays=9)
        PostHolding.objects.filter(user=org.deputy_secretary_general).update(to_on=time.today() - DAY)
        assert redirecting.sweep(time.now()) == 1
        assert Deadline.objects.get(agreement=agreement, closed_on=None).amount == 9

    def test_the_hosts_part_where_others_are_asked_beside(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        """Who is to sign after, and who advises, wait for the host: nobody would ever see to it."""
        finance = others.head_of(org, "finance")
        host, deputy = open_assignment(agreement), fresh(org.deputy_secretary_general)
        signing_on.add(host, by=deputy, posts=[finance], place="after", reason="涉及资金。")
        signing_on.ask_advice(host, by=deputy, posts=[org.post("legal")])
        PostHolding.objects.filter(post=host.post_id).update(to_on=time.today() - DAY)
        assert redirecting.sweep(time.now()) == 1
        office = org.post(OFFICE_POST)
        others.decide(others.lying(run, office), org.general_office, opinion="按钱进同志意见办理。")
        others.decide(others.lying(run, finance), org.consulted_head)
        assert run.steps.get(code="deputy_secretary_general").state == "done"

    @pytest.mark.parametrize("place", ["before", "beside"])
    def test_a_signer_who_left_the_host_s_own_part_stays(
        self, agreement: Agreement, run: Run, org: Organisation, place: str
    ) -> None:
        finance, host = others.head_of(org, "finance"), open_assignment(agreement)
        deputy = fresh(org.deputy_secretary_general)
        signing_on.add(host, by=deputy, posts=[finance], place=place, reason="涉及资金。")
        PostHolding.objects.filter(post=finance).update(to_on=time.today() - DAY)
        assert redirecting.sweep(time.now()) == 1
        signer = Assignment.objects.get(step__run=run, kind=place, closed_at=None)
        assert (signer.post.code, signer.step.redirected_because) == (OFFICE_POST, "")
        event = Event.objects.get(chain=agreement.chain, code="redirect_step")
        assert finance.title in events.detail_of(event)
        others.decide(signer, org.general_office)
        others.decide(host, org.deputy_secretary_general)
        assert run.steps.get(code="deputy_secretary_general").state == "done"

    def test_two_parts_nobody_can_act_on_come_to_the_office_one_after_the_other(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        """Never a countersigned step in which nobody can act."""
        step = let_countersign(run, "secretary_general", org)
        pass_step(agreement)
        finance = [seat.post_id for seat in step.seats.exclude(post=org.post("legal"))]
        PostHolding.objects.filter(post__in=finance).update(to_on=time.today() - DAY)
        office = org.post(OFFICE_POST)
        for _part in finance:
            assert redirecting.sweep(time.now()) == 1
            assert redirecting.sweep(time.now()) == 0
            others.decide(others.lying(run, office), org.general_office, opinion="按财政局意见办理。")
        others.decide(others.lying(run, org.post("legal")), org.legal)
        assert run.steps.get(code="secretary_general").state == "done"

    def test_a_paused_approval_stands_still(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        deputy = fresh(org.deputy_secretary_general)
        day = time.today() + 5 * DAY
        pausing.pause(open_assignment(agreement), by=deputy, reason="等对方确认。", review_on=day)
        PostHolding.objects.filter(user=org.deputy_secretary_general).update(to_on=time.today() - DAY)
        assert redirecting.sweep(time.now()) == 0
        pausing.resume(run, by=fresh(org.secretary_general))
        assert redirecting.sweep(time.now()) == 1

    def test_what_can_be_decided_stays(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        delegate(org.deputy_secretary_general, org.inspector)
        delegate(org.mayor, org.executive_vice_mayor)
        assert redirecting.sweep(time.now()) == 0
        assert open_assignment(agreement).post.code == "deputy_secretary_general"


class TestTimeOut:
    """Time running out reminds and tells the next post up; it never approves."""

    def late(self, agreement: Agreement, days: int = 7) -> set[tuple[int, str, bool]]:
        deadline = Deadline.objects.get(agreement=agreement, closed_on=None)
        clock.raise_alarms(time.start_of(deadline.due_on) + days * DAY)
        rows = Alarm.objects.filter(deadline=deadline, threshold__gt=0)
        return set(rows.values_list("threshold", "post__code", "escalated"))

    def test_a_late_step_tells_the_next_post_on_the_route(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        assert self.late(agreement) == {(1, OFFICE_POST, False), (1, "secretary_general", True)}
        assert open_assignment(agreement).step.code == "deputy_secretary_general"
        assert not Decision.objects.filter(verdict__in=("approve", "skip")).exists()
        self.late(agreement)
        assert Alarm.objects.filter(threshold=1).count() == 2

    def test_above_the_last_step_stands_nobody(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        until(agreement, "mayor")
        assert self.late(agreement) == {(1, OFFICE_POST, False)}

    @pytest.mark.article("§3.3")
    def test_a_late_review_tells_the_office_and_then_the_deputy_in_charge(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        assert self.late(agreement) == {(1, "officer", False), (1, "deputy_secretary_general", True)}
        complete(agreement, org)
        assert self.late(agreement) == {(1, "officer", False), (1, OFFICE_POST, True)}
        review_all_clear(agreement, org)
        assert self.late(agreement) == {(1, OFFICE_POST, False), (1, "deputy_secretary_general", True)}

    def test_alarms_are_raised_again_after_a_return(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        self.late(agreement)
        decide(agreement, org.deputy_secretary_general, "send_back", "补充依据。")
        assert not Deadline.objects.filter(agreement=agreement, rule="approval_step", closed_on=None).exists()
        from agreements.services import drafting

        drafting.submit(agreement, by=fresh(org.head))
        open_run(agreement, org)
        assert self.late(agreement) == {(1, OFFICE_POST, False), (1, "secretary_general", True)}
        assert Alarm.objects.filter(threshold=1, post__code="secretary_general").count() == 2

    def test_it_stands_on_the_step_and_reaches_the_deputy(
        self, agreement: Agreement, run: Run, org: Organisation, as_user: Callable[[User], Client]
    ) -> None:
        from records import outbox

        delegate(org.deputy_secretary_general, org.inspector, scope="approvals", days=90)
        with time_machine.travel(time.now() + 12 * DAY):
            clock.raise_alarms(time.now())
            while outbox.deliver_pending():
                pass
            page = as_user(org.inspector).get(
                reverse("approvals:decision-edit", args=[open_assignment(agreement).public_id]),
                headers={"accept-language": "en"},
            )
            text = page.content.decode()
            assert "told as the next post up" in text or "上一级" in text
            assert "钱进" in text
            told = Notice.objects.reaching(fresh(org.inspector)).filter(code="reminder")
            assert told.exists()


def test_the_inbox_of_a_deputy_costs_as_much_with_three_as_with_one(
    org: Organisation, as_user: Callable[[User], Client]
) -> None:
    counts = []
    delegate(org.deputy_secretary_general, org.inspector, scope="approvals")
    for number in range(3):
        one = make_agreement(org, at_station=Station.LEGAL_REVIEW, title=f"第{number}件")
        open_run(one, org)
        if number == 1:
            continue
        client = as_user(org.inspector)
        client.get(reverse("desk:inbox"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("desk:inbox"))
        assert page.content.decode().count("钱进") >= number + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ["before", "beside", "advice"])
def test_who_was_added_or_asked_is_answered_for_by_the_deputy_while_it_runs(
    agreement: Agreement, run: Run, org: Organisation, kind: str
) -> None:
    """What lies with a post beside the route moves with it too: at the start, and back at the end."""
    host, post = open_assignment(agreement), org.post("inspector")
    by = fresh(org.deputy_secretary_general)
    if kind == "advice":
        (asked,) = signing_on.ask_advice(host, by=by, posts=[post])
    else:
        (asked,) = signing_on.add(host, by=by, posts=[post], place=kind, reason="请会签。")
    row = delegate(org.inspector, org.secretariat)
    assert (len(desk(org.inspector)), len(desk(org.secretariat))) == (0, 1)
    delegating.end(row, by=fresh(org.inspector), because="返津")
    assert (len(desk(org.inspector)), len(desk(org.secretariat))) == (1, 0)
    delegate(org.inspector, org.secretariat)
    given: dict[str, Any] = {"by": fresh(org.secretariat), "opinion": "已核。", "text_sha256": run.sha256}
    mine = others.again(asked)
    if kind == "advice":
        signing_on.advise(mine, **given)
    else:
        runs.decide(mine, verdict="approve", **given)
    decision = Decision.objects.get(assignment=asked)
    assert (decision.capacity, decision.by) == ("deputy", org.secretariat)
    assert "高严" in decision.post_title


def test_a_deputy_countersigns_for_one_seat_alone(org: Organisation) -> None:
    run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"]), org)
    let_countersign(run, "secretary_general", org)
    pass_step(run.agreement)
    holder = make_user(
        "finance_deputy",
        "方代",
        Post.objects.create(authority=org.authority, unit=org.units["finance"], code="unit_head", seat="2"),
    )
    delegate(org.consulted_head, holder)
    assert (desk(org.consulted_head), desk(holder)) == ([], ["decide"])
    mine = others.lying(run, others.head_of(org, "finance"))
    others.decide(mine, holder)
    decision = Decision.objects.get(assignment=mine)
    assert decision.capacity == "deputy"
    assert "孙立" in decision.post_title
    assert run.steps.get(code="secretary_general").state == "open"


def test_a_paper_is_recorded_by_the_deputy_of_the_office(agreement: Agreement, run: Run, org: Organisation) -> None:
    delegate(org.general_office, org.secretariat)
    recording.record(
        open_assignment(agreement),
        by=fresh(org.secretariat),
        verdict="approve",
        opinion="同意。",
        written_on=time.today(),
        scan=paper("批示件.png"),
        text_sha256=run.sha256,
    )
    decision = Decision.objects.latest("pk")
    assert (decision.capacity, decision.by, decision.principal_name) == ("recorded", org.secretariat, "钱进")
