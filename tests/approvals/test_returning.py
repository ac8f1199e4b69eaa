"""§3.4: a text goes back to any passed step and comes again; an own decision is taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import PostHolding
from agreements.models import Agreement, Alarm, Deadline, Notice, Station
from agreements.services import clock as ticking
from agreements.services import drafting, standing
from approvals.models import Assignment, Decision, Run, Step
from approvals.services import copying, minutes, opening, pausing, returning, runs, taking, ways
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from tests.approvals.moves import (
    DEPUTY,
    EXECUTIVE,
    MAYOR,
    OFFICE,
    SECRETARY,
    VICE,
    act,
    add_signer,
    back,
    decisions,
    desks,
    let_countersign,
    newest,
    now_open,
    on_desk,
    pass_until,
    states,
    step_of,
    told,
)
from tests.factories import SINCE, Organisation, fresh, make_agreement, make_user, paper
from tests.factories_approvals import holder_of, open_run, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def run(org: Organisation) -> Run:
    return open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)


def change_the_text(run: Run) -> None:
    """Let the run be about another text, as a revision under approval makes it."""
    Run.objects.filter(pk=run.pk).update(sha256="f" * 64)


class TestReturn:
    @pytest.mark.parametrize("to", [SECRETARY, DEPUTY, OFFICE])
    def test_to_any_step_passed_which_decides_again_with_a_limit_of_its_own(self, run: Run, to: str) -> None:
        pass_until(run, VICE)
        old = on_desk(run)
        back(run, to)
        assert states(run)[to] == "open"
        assert states(run)[VICE] == "waiting"
        assert desks(run) == {("decide", to)}
        old.refresh_from_db()
        assert old.decision.returned_to == step_of(run, to)
        deadline = Deadline.objects.get(agreement=run.agreement, closed_on=None)
        assert (deadline.subject_key, deadline.starts_on) == (on_desk(run).key, clock.today())
        run.agreement.refresh_from_db()
        assert run.agreement.station == Station.APPROVAL

    def test_its_alarms_fire_again(self, run: Run) -> None:
        pass_until(run, SECRETARY)
        back(run, DEPUTY)
        subjects = set()
        ticking.look(clock.now() + timedelta(days=30))
        for alarm in Alarm.objects.filter(deadline__agreement=run.agreement):
            subjects.add(alarm.deadline.subject_key)
        assert subjects == {on_desk(run).key}

    def test_nothing_is_lost_of_what_was_written(self, run: Run) -> None:
        pass_until(run, EXECUTIVE)
        before = list(Decision.objects.filter(assignment__step__run=run).values_list("pk", "opinion"))
        back(run, DEPUTY)
        after = list(Decision.objects.filter(assignment__step__run=run).values_list("pk", "opinion"))
        assert after[: len(before)] == before

    @pytest.mark.parametrize("to", [EXECUTIVE, MAYOR, VICE])
    def test_never_forward_and_never_to_itself(self, run: Run, to: str) -> None:
        pass_until(run, VICE)
        with pytest.raises(BadInput):
            back(run, to)
        assert now_open(run) == VICE

    def test_never_to_a_step_of_another_run_nor_one_that_was_not_passed(self, run: Run, org: Organisation) -> None:
        other = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)
        pass_until(run, SECRETARY)
        with pytest.raises(BadInput):
            act(run, "send_back", to=step_of(other, OFFICE))
        Step.objects.filter(run=run, code=DEPUTY).update(state=Step.State.SKIPPED)
        with pytest.raises(BadInput):
            back(run, DEPUTY)

    def test_it_needs_its_reason(self, run: Run) -> None:
        pass_until(run, SECRETARY)
        with pytest.raises(BadInput):
            back(run, DEPUTY, opinion=" ")

    def test_the_second_is_told_who_sent_it_back(self, run: Run, org: Organisation) -> None:
        assignment = pass_until(run, SECRETARY)
        back(run, DEPUTY)
        with pytest.raises(NotNow, match=org.secretary_general.full_name) as refusal:
            runs.decide(assignment, by=fresh(org.secretary_general), verdict="approve", text_sha256=run.sha256)
        assert refusal.value.code == "already_decided"

    def test_one_line_of_the_trail_says_where_to_and_who_is_not_asked_any_more(
        self, run: Run, org: Organisation
    ) -> None:
        let_countersign(run, SECRETARY, org)
        pass_step(run.agreement)
        known = trail.history(run.agreement.chain).count()
        back(run, DEPUTY, username="consulted_head")
        event = newest(run)
        assert trail.history(run.agreement.chain).count() == known + 1
        assert (event.code, event.comment, event.text_sha256) == ("return_to_step", "请再核。", run.sha256)
        assert event.payload["back_to"] == DEPUTY
        assert len(event.payload["not_asked"]) == 2

    def test_whoever_else_was_asked_is_cancelled_with_a_trace_and_told(self, run: Run, org: Organisation) -> None:
        let_countersign(run, SECRETARY, org)
        pass_step(run.agreement)
        back(run, DEPUTY, username="consulted")
        rows = Assignment.objects.filter(step__code=SECRETARY, step__run=run)
        assert sorted(rows.values_list("closed_because", flat=True)) == ["decided", "returned", "returned"]
        assert desks(run) == {("decide", DEPUTY)}
        assert told(run, "step_not_asked") == {"unit_head", "legal"}

    def test_to_the_lead_unit_too_whoever_was_asked_beside_is_told(self, run: Run, org: Organisation) -> None:
        let_countersign(run, SECRETARY, org)
        pass_step(run.agreement)
        act(run, "send_back", username="consulted")
        run.refresh_from_db()
        assert run.state == "returned"
        assert len(newest(run).payload["not_asked"]) == 2
        assert told(run, "step_not_asked") == {"unit_head", "legal"}
        assert {"staff", "head", "legal", DEPUTY} <= told(run, "returned")

    def test_a_signer_asked_before_never_blocks_the_host_from_returning(self, run: Run, org: Organisation) -> None:
        pass_until(run, SECRETARY)
        add_signer(run, "before", "consulted_head", org)
        back(run, DEPUTY, username="secretary_general")
        assert now_open(run) == DEPUTY

    def test_the_office_presents_again_which_is_no_approval(self, run: Run, org: Organisation) -> None:
        pass_until(run, SECRETARY)
        back(run, OFFICE)
        act(run, opinion="已核，再呈。", way="straight")
        assert decisions(run)[-1] == (OFFICE, "present")
        assert newest(run).code == "present_again"
        assert now_open(run) == SECRETARY

    def test_who_presents_may_have_approved_elsewhere(self, run: Run, org: Organisation) -> None:
        """Presenting is no decision: nobody decides twice by it."""
        PostHolding.objects.create(post=org.post(DEPUTY), user=org.general_office, from_on=SINCE, basis="兼任")
        PostHolding.objects.create(
            post=org.post(OFFICE), user=make_user("second", "第二人"), from_on=SINCE, basis="任命"
        )
        act(run, by=org.general_office)
        back(run, OFFICE)
        act(run, by=org.general_office)
        assert now_open(run) == SECRETARY

    def test_from_a_meeting_whose_papers_do_not_suffice(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"]), org)
        pass_until(run, "mayors_office_meeting")
        back(run, VICE, opinion="会议材料不全。")
        assert (now_open(run), states(run)["mayors_office_meeting"]) == (VICE, "waiting")
        act(run)
        assert desks(run) == {("meeting", OFFICE)}

    def test_never_to_a_meeting(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"]), org)
        pass_until(run, MAYOR)
        with pytest.raises(BadInput):
            back(run, "mayors_office_meeting")
        assert "mayors_office_meeting" not in [step.code for step in runs.passed_steps(run, step_of(run, MAYOR))]


class TestResubmit:
    def test_straight_to_who_sent_it_back_nobody_between_is_asked(self, run: Run) -> None:
        pass_until(run, EXECUTIVE)
        back(run, DEPUTY)
        assert ways.of(on_desk(run)) == ["straight", "level"]
        act(run, way="straight")
        assert now_open(run) == EXECUTIVE
        assert (newest(run).payload["way"], newest(run).payload["between"]) == ("straight", [])

    def test_level_by_level_everybody_between_decides_anew(self, run: Run) -> None:
        pass_until(run, EXECUTIVE)
        back(run, DEPUTY)
        act(run, way="level")
        for code in (SECRETARY, VICE, EXECUTIVE, MAYOR):
            assert now_open(run) == code
            act(run)
        assert Decision.objects.filter(assignment__step__run=run, assignment__step__code=VICE).count() == 2

    def test_nobody_between_is_skipped_because_the_same_person_approved(self, run: Run, org: Organisation) -> None:
        PostHolding.objects.filter(post=org.post(SECRETARY)).update(to_on=clock.today() - timedelta(days=1))
        PostHolding.objects.create(
            post=org.post(SECRETARY), user=org.deputy_secretary_general, from_on=clock.today(), basis="主持"
        )
        pass_until(run, VICE)
        assert states(run)[SECRETARY] == "skipped"
        back(run, DEPUTY)
        act(run, way="level")
        assert now_open(run) == SECRETARY

    def test_who_sent_it_back_sees_it_again_even_after_approving_elsewhere(self, run: Run, org: Organisation) -> None:
        """The one who sent it back would be skipped by rule; but it is there that the text is awaited."""
        PostHolding.objects.filter(post=org.post(SECRETARY)).update(to_on=clock.today() - timedelta(days=1))
        PostHolding.objects.create(
            post=org.post(SECRETARY), user=org.deputy_secretary_general, from_on=clock.today(), basis="主持"
        )
        Step.objects.filter(run=run, code=SECRETARY).update(again_because="re_asked")
        pass_until(run, SECRETARY)
        Step.objects.filter(run=run, code=SECRETARY).update(again_because="")
        back(run, DEPUTY, by=org.deputy_secretary_general)
        act(run, way="straight")
        assert now_open(run) == SECRETARY

    def test_a_step_skipped_for_somebody_who_does_not_stand_any_more_is_asked(
        self, run: Run, org: Organisation
    ) -> None:
        PostHolding.objects.filter(post=org.post(SECRETARY)).update(to_on=clock.today() - timedelta(days=1))
        PostHolding.objects.create(
            post=org.post(SECRETARY), user=org.deputy_secretary_general, from_on=clock.today(), basis="主持"
        )
        pass_until(run, VICE)
        back(run, DEPUTY)
        other = make_user("other_deputy", "另一人")
        PostHolding.objects.create(post=org.post(DEPUTY), user=other, from_on=SINCE, basis="任命")
        act(run, by=other, way="straight")
        assert now_open(run) == SECRETARY

    def test_never_straight_after_a_change_of_the_text(self, run: Run) -> None:
        pass_until(run, EXECUTIVE)
        back(run, DEPUTY)
        change_the_text(run)
        assert ways.of(on_desk(run)) == ["level"]
        with pytest.raises(NotNow) as refusal:
            act(run, way="straight")
        assert refusal.value.code == "text_changed"
        act(run)
        assert now_open(run) == SECRETARY
        assert newest(run).payload["way"] == "level"

    def test_an_unknown_way_is_refused(self, run: Run) -> None:
        pass_until(run, SECRETARY)
        back(run, DEPUTY)
        with pytest.raises(BadInput):
            act(run, way="sideways")

    def test_a_step_reached_in_order_has_no_way_to_choose(self, run: Run) -> None:
        assert ways.of(on_desk(run)) == []
        act(run, way="level")
        assert "way" not in newest(run).payload

    def test_the_way_the_host_chose_holds_when_somebody_signs_after(self, run: Run, org: Organisation) -> None:
        pass_until(run, EXECUTIVE)
        back(run, DEPUTY)
        add_signer(run, "after", "consulted_head", org)
        act(run, way="level", username="deputy_secretary_general")
        assert now_open(run) == DEPUTY
        act(run, username="consulted_head")
        assert now_open(run) == SECRETARY

    def test_of_several_who_countersign_one_who_wants_every_level_is_enough(self, run: Run, org: Organisation) -> None:
        let_countersign(run, DEPUTY, org)
        Assignment.objects.filter(step__run=run, step__code=DEPUTY).update(closed_at=clock.now())
        Step.objects.filter(run=run, code=DEPUTY).update(state=Step.State.DONE)
        pass_to = step_of(run, SECRETARY)
        assert pass_to.state == "waiting"
        Step.objects.filter(run=run, code=DEPUTY).update(state=Step.State.WAITING)
        back_to_start(run)
        for name in ("consulted", "consulted_head", "legal"):
            act(run, username=name)
        pass_until(run, VICE)
        back(run, DEPUTY)
        for name, way in (("consulted", "level"), ("consulted_head", "straight"), ("legal", "straight")):
            act(run, username=name, way=way)
        assert now_open(run) == SECRETARY


def back_to_start(run: Run) -> None:
    """Open the waiting step of a run whose open one was changed into another kind."""

    first = Assignment.objects.filter(step__run=run).order_by("pk")[0]
    held, _worked = taking.read(run, first)
    ahead = opening.ahead_of(run.agreement, held.waiting, {}, clock.today())
    opening.open_next(held, ahead, by=run.opened_by, on=clock.today(), at=clock.now())


class TestNestedReturns:
    def test_a_step_that_sends_it_further_back_still_owes_an_answer(self, run: Run) -> None:
        pass_until(run, EXECUTIVE)
        back(run, SECRETARY)
        back(run, DEPUTY)
        act(run, way="straight")
        assert now_open(run) == SECRETARY
        assert ways.of(on_desk(run)) == ["straight", "level"]
        act(run, way="straight")
        assert now_open(run) == EXECUTIVE

    def test_and_may_still_go_level_by_level(self, run: Run) -> None:
        pass_until(run, EXECUTIVE)
        back(run, SECRETARY)
        back(run, OFFICE)
        act(run, way="level")
        act(run)
        assert now_open(run) == SECRETARY
        act(run, way="level")
        assert now_open(run) == VICE

    def test_returned_twice_by_the_same_step(self, run: Run) -> None:
        pass_until(run, VICE)
        back(run, SECRETARY)
        act(run)
        back(run, DEPUTY)
        act(run, way="level")
        assert now_open(run) == SECRETARY
        act(run)
        assert now_open(run) == VICE

    def test_once_answered_nothing_is_owed(self, run: Run) -> None:
        pass_until(run, VICE)
        back(run, SECRETARY)
        act(run)
        assert step_of(run, SECRETARY).answers_to is None
        act(run)
        assert now_open(run) == EXECUTIVE


class TestTakeBack:
    def take(self, run: Run, by: object, reason: str = "附件有误，先收回。") -> Run:
        return returning.take_back(run, by=fresh(by), reason=reason)  # type: ignore[arg-type]

    def test_the_own_step_is_open_again_and_the_next_is_cancelled(self, run: Run, org: Organisation) -> None:
        act(run)
        lost = on_desk(run)
        self.take(run, org.deputy_secretary_general)
        assert (states(run)[DEPUTY], states(run)[SECRETARY]) == ("open", "waiting")
        lost.refresh_from_db()
        assert lost.closed_because == "recalled"
        assert desks(run) == {("decide", DEPUTY)}
        assert Deadline.objects.get(agreement=run.agreement, closed_on=None).subject_key == on_desk(run).key
        assert told(run, "step_taken_back") == {SECRETARY}

    def test_the_decision_stays_and_counts_no_more(self, run: Run, org: Organisation) -> None:
        act(run)
        self.take(run, org.deputy_secretary_general)
        assert decisions(run)[-1] == (DEPUTY, "approve")
        event = newest(run)
        assert (event.code, event.comment) == ("take_back", "附件有误，先收回。")
        assert (event.payload["step"], event.payload["from_step"]) == (DEPUTY, SECRETARY)
        act(run)
        assert now_open(run) == SECRETARY

    def test_exactly_one_step(self, run: Run, org: Organisation) -> None:
        act(run)
        act(run)
        self.take(run, org.secretary_general)
        with pytest.raises(NotNow) as refusal:
            self.take(run, org.deputy_secretary_general)
        assert refusal.value.code == "acted"
        assert now_open(run) == SECRETARY

    def test_not_after_the_next_has_acted_who_is_named(self, run: Run, org: Organisation) -> None:
        act(run)
        act(run)
        with pytest.raises(NotNow, match=org.secretary_general.full_name) as refusal:
            self.take(run, org.deputy_secretary_general)
        assert refusal.value.code == "acted"

    def test_a_pause_holds_nobody_back_and_ends_with_it(self, run: Run, org: Organisation) -> None:
        act(run)
        soon = clock.today() + timedelta(days=9)
        pausing.pause(on_desk(run), by=fresh(org.secretary_general), reason="待会商。", review_on=soon)
        self.take(run, org.deputy_secretary_general)
        assert now_open(run) == DEPUTY
        assert pausing.current(run) is None
        act(run)

    def test_it_needs_its_reason(self, run: Run, org: Organisation) -> None:
        act(run)
        with pytest.raises(BadInput):
            self.take(run, org.deputy_secretary_general, "  ")

    def test_the_second_is_told_it_was_taken_back(self, run: Run, org: Organisation) -> None:
        act(run)
        self.take(run, org.deputy_secretary_general)
        with pytest.raises(NotNow) as refusal:
            self.take(run, org.deputy_secretary_general)
        assert refusal.value.code == "taken_back"

    @pytest.mark.parametrize("name", ["secretary_general", "mayor", "staff", "head"])
    def test_only_by_who_decided(self, run: Run, org: Organisation, name: str) -> None:
        act(run)
        with pytest.raises(Refused):
            self.take(run, org.users[name])

    def test_not_by_who_left_the_post(self, run: Run, org: Organisation) -> None:
        act(run)
        PostHolding.objects.filter(post=org.post(DEPUTY)).update(to_on=clock.today() - timedelta(days=1))
        with pytest.raises(Refused):
            self.take(run, org.deputy_secretary_general)

    def test_the_first_presentation_is_recalled_with_the_whole_approval(self, run: Run, org: Organisation) -> None:
        with pytest.raises(NotNow) as refusal:
            self.take(run, org.general_office)
        assert refusal.value.code == "recall_presentation"
        drafting.recall(run.agreement, by=fresh(org.general_office), reason="附件有误")
        run.refresh_from_db()
        assert run.state == "recalled"

    def test_not_what_led_out_of_the_approval(self, run: Run, org: Organisation) -> None:
        act(run, "send_back")
        with pytest.raises(NotNow) as refusal:
            self.take(run, org.deputy_secretary_general)
        assert refusal.value.code == "run_ended"

    def test_not_while_the_case_is_suspended(self, run: Run, org: Organisation) -> None:
        act(run)
        standing.propose(run.agreement, "suspend", by=fresh(org.head), reason="政策调整")
        standing.decide(run.agreement, by=fresh(org.mayor), accepted=True)
        with pytest.raises(NotNow):
            self.take(run, org.deputy_secretary_general)

    def test_a_return_is_taken_back_and_the_passed_step_stands_as_it_did(self, run: Run, org: Organisation) -> None:
        pass_until(run, VICE)
        back(run, DEPUTY)
        self.take(run, org.vice_mayor)
        step = step_of(run, DEPUTY)
        assert (step.state, step.round, step.answers_to) == ("done", 1, None)
        assert now_open(run) == VICE
        act(run)
        assert now_open(run) == EXECUTIVE

    def test_what_was_skipped_by_it_waits_again(self, run: Run, org: Organisation) -> None:
        PostHolding.objects.filter(post=org.post(SECRETARY)).update(to_on=clock.today() - timedelta(days=1))
        PostHolding.objects.create(
            post=org.post(SECRETARY), user=org.deputy_secretary_general, from_on=clock.today(), basis="主持"
        )
        act(run)
        assert states(run)[SECRETARY] == "skipped"
        self.take(run, org.deputy_secretary_general)
        assert states(run)[SECRETARY] == "waiting"
        act(run)
        assert (states(run)[SECRETARY], now_open(run)) == ("skipped", VICE)

    def test_the_choice_of_the_way_is_open_again(self, run: Run, org: Organisation) -> None:
        pass_until(run, EXECUTIVE)
        back(run, DEPUTY)
        act(run, way="level")
        assert states(run)[VICE] == "waiting"
        self.take(run, org.deputy_secretary_general)
        assert (states(run)[SECRETARY], states(run)[VICE], now_open(run)) == ("done", "done", DEPUTY)
        assert ways.of(on_desk(run)) == ["straight", "level"]
        act(run, way="straight")
        assert now_open(run) == EXECUTIVE

    def test_of_those_who_countersign_only_the_own_part_is_open_again(self, run: Run, org: Organisation) -> None:
        let_countersign(run, SECRETARY, org)
        pass_step(run.agreement)
        for name in ("consulted", "consulted_head", "legal"):
            act(run, username=name)
        assert now_open(run) == VICE
        self.take(run, org.legal)
        assert now_open(run) == SECRETARY
        assert on_desk(run).post == org.post("legal")
        act(run)
        assert now_open(run) == VICE

    def test_a_part_while_the_step_is_open(self, run: Run, org: Organisation) -> None:
        let_countersign(run, SECRETARY, org)
        pass_step(run.agreement)
        act(run, username="consulted")
        self.take(run, org.consulted)
        assert len(desks(run)) == 3
        for name in ("consulted", "consulted_head"):
            act(run, username=name)
            assert now_open(run) == SECRETARY
        act(run, username="legal")
        assert now_open(run) == VICE

    def test_who_was_not_needed_any_more_is_asked_again(self, run: Run, org: Organisation) -> None:
        let_countersign(run, SECRETARY, org, rule="any")
        pass_step(run.agreement)
        act(run, username="consulted")
        assert now_open(run) == VICE
        self.take(run, org.consulted)
        assert {post for _code, post in desks(run)} == {"officer", "unit_head", "legal"}

    def test_a_signer_who_was_to_sign_after_waits_for_the_host_again(self, run: Run, org: Organisation) -> None:
        add_signer(run, "after", "consulted_head", org)
        act(run, username="deputy_secretary_general")
        assert desks(run) == {("decide", "unit_head")}
        self.take(run, org.deputy_secretary_general)
        assert desks(run) == {("decide", DEPUTY)}
        act(run)
        assert desks(run) == {("decide", "unit_head")}
        act(run)
        assert now_open(run) == SECRETARY

    def test_not_once_a_meeting_has_resolved(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"]), org)
        pass_until(run, EXECUTIVE)
        act(run)
        minutes.record(
            on_desk(run),
            by=fresh(org.general_office),
            minutes_number="〔2026〕5号",
            held_on=clock.today(),
            result="deferred",
            excerpt=paper(),
            text_sha256=run.sha256,
        )
        with pytest.raises(NotNow) as refusal:
            self.take(run, org.executive_vice_mayor)
        assert refusal.value.code == "acted"


class TestCost:
    """Within a request, which has read what the person holds; not counted is what opens and ends transactions."""

    def statements(self, call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as found:
            call()
        told = [query["sql"] for query in found if not query["sql"].startswith(TRANSACTION)]
        return len(told)

    def test_a_return_takes_at_most_18_statements(self, run: Run) -> None:
        assignment = pass_until(run, VICE)
        by, to = holder_of(assignment), step_of(run, DEPUTY)
        assert by.holdings_today

        def send_back() -> object:
            return runs.decide(
                assignment, by=by, verdict="send_back", opinion="请再核。", to=to, text_sha256=run.sha256
            )

        assert self.statements(send_back) <= 18

    def test_taking_back_takes_at_most_29_statements(self, run: Run, org: Organisation) -> None:
        act(run)
        by = fresh(org.deputy_secretary_general)
        assert by.holdings_today
        assert self.statements(lambda: returning.take_back(run, by=by, reason="附件有误。")) <= 29


class TestRecallOfThePresentation:
    def test_it_asks_for_a_reason(self, run: Run, org: Organisation) -> None:
        with pytest.raises(BadInput):
            drafting.recall(run.agreement, by=fresh(org.general_office), reason=" ")

    def test_what_settles_nothing_holds_nobody_back(self, run: Run, org: Organisation) -> None:
        soon = clock.today() + timedelta(days=9)
        pausing.pause(on_desk(run), by=fresh(org.deputy_secretary_general), reason="待会商。", review_on=soon)
        drafting.recall(run.agreement, by=fresh(org.general_office), reason="附件有误")
        run.agreement.refresh_from_db()
        assert run.agreement.station == Station.LEGAL_REVIEW
        assert run.pauses.get().closed_because == "ended"


class TestDisagree:
    def test_not_where_the_step_does_not_foresee_it(self, run: Run) -> None:
        with pytest.raises(NotNow) as refusal:
            act(run, "disagree")
        assert refusal.value.code == "no_disagreement"

    def test_it_returns_where_the_step_says_so(self, run: Run) -> None:
        Step.objects.filter(run=run, code=DEPUTY).update(on_disagree="return")
        act(run, "disagree")
        run.refresh_from_db()
        assert (run.state, newest(run).code) == ("returned", "send_back_from_approval")
        assert newest(run).payload["disagreed"] is True

    @pytest.mark.parametrize("code", [DEPUTY, MAYOR])
    def test_it_ends_the_approval_where_the_step_says_so(self, run: Run, code: str) -> None:
        Step.objects.filter(run=run, code=code).update(on_disagree="end")
        pass_until(run, code)
        act(run, "disagree")
        run.refresh_from_db()
        run.agreement.refresh_from_db()
        assert (run.state, run.agreement.station, newest(run).code) == ("terminated", "drafting", "terminate_run")
        assert decisions(run)[-1] == (code, "disagree")
        assert {"staff", "head", "general_office"} <= told(run, "run_terminated")
        assert not Notice.objects.filter(agreement=run.agreement, code="returned").exists()

    def test_the_office_too_ends_it_in_a_leaders_place(self, run: Run, org: Organisation) -> None:
        """Who disagrees on a step that ends the approval need not be a leader."""
        PostHolding.objects.filter(post=org.post(SECRETARY)).update(to_on=clock.today() - timedelta(days=1))
        Step.objects.filter(run=run, code=SECRETARY).update(on_disagree="end")
        act(run)
        act(run, "disagree")
        run.refresh_from_db()
        assert run.state == "terminated"

    def test_it_needs_its_reason(self, run: Run) -> None:
        Step.objects.filter(run=run, code=DEPUTY).update(on_disagree="end")
        with pytest.raises(BadInput):
            act(run, "disagree", opinion=" ")

    def test_the_second_is_told_who_disagreed(self, run: Run, org: Organisation) -> None:
        Step.objects.filter(run=run, code=DEPUTY).update(on_disagree="return")
        assignment = on_desk(run)
        act(run, "disagree")
        with pytest.raises(NotNow, match=org.deputy_secretary_general.full_name):
            runs.decide(assignment, by=holder_of(assignment), verdict="approve", text_sha256=run.sha256)


def test_time_never_approves(run: Run, org: Organisation) -> None:
    """§3.4: the clock reminds and tells the post above; a month later the step lies where it lay."""
    before, desk = states(run), desks(run)
    known = trail.history(run.agreement.chain).count()
    for days in (1, 5, 10, 30):
        ticking.look(clock.now() + timedelta(days=days))
    assert (states(run), desks(run)) == (before, desk)
    assert trail.history(run.agreement.chain).count() == known
    assert Agreement.objects.get(pk=run.agreement_id).station == Station.APPROVAL
    assert "general_office" in told(run, "lapse")


def test_who_closed_the_step_is_named_and_not_who_copied_it_afterwards(run: Run, org: Organisation) -> None:
    pass_until(run, SECRETARY)
    add_signer(run, "beside", "inspector", org)
    signer = on_desk(run, "inspector")
    back(run, DEPUTY, username=SECRETARY)
    copying.copy_to(run, by=fresh(org.general_office), posts=[org.post("inspector")])
    with pytest.raises(NotNow, match="冯志刚") as refusal:
        runs.decide(signer, by=fresh(org.inspector), verdict="approve", opinion="同意。", text_sha256=run.sha256)
    assert refusal.value.code == "run_ended"
