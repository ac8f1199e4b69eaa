"""§3.4: presented, decided step by step, no level left out, nobody on own work."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Portfolio, PostHolding, User
from agreements.models import Agreement, Deadline, Station, ToDo
from agreements.services import calendar, drafting, standing, texts
from approvals.models import Assignment, Decision, MeetingResult, Run, Step
from approvals.services import minutes, routing, runs
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import outbox
from records.models import Event
from tests.approvals.moves import look_ahead
from tests.factories import Organisation, agree_again, fresh, make_agreement, write_text
from tests.factories_approvals import (
    also_holds,
    holder_of,
    open_assignment,
    open_run,
    paper,
    pass_step,
    review_all_clear,
    run_through,
)

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

BY_DEPARTMENT = [
    "general_office",
    "deputy_secretary_general",
    "secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "mayor",
]
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


def states(run: Run) -> dict[str, str]:
    return dict(run.steps.order_by("order").values_list("code", "state"))


def desks(agreement: Agreement) -> set[tuple[str, str]]:
    rows = ToDo.objects.filter(agreement=agreement, closed_at=None)
    return set(rows.values_list("code", "post__code"))


def newest(agreement: Agreement) -> Event:
    event = Event.objects.filter(chain=agreement.chain).order_by("-sequence").first()
    assert event is not None
    return event


def approve(agreement: Agreement, by: User, opinion: str = "", **kwargs: object) -> Run:
    assignment = open_assignment(agreement)
    given = {"text_sha256": assignment.step.run.sha256, **kwargs}
    return runs.decide(assignment, by=fresh(by), verdict="approve", opinion=opinion, **given)  # type: ignore[arg-type]


def pass_until(agreement: Agreement, code: str) -> Assignment:
    while (assignment := open_assignment(agreement)).step.code != code:
        pass_step(agreement)
    return assignment


class TestPresenting:
    def test_the_steps_are_copied_in_their_order_and_bound_to_the_reviewed_text(
        self, agreement: Agreement, run: Run
    ) -> None:
        text = texts.current(agreement)
        assert text is not None
        assert list(states(run)) == BY_DEPARTMENT
        assert (run.text, run.sha256, run.forum, run.state) == (text, text.sha256, "sign_off", "open")
        assert {reason["step"] for reason in run.why} == {*BY_DEPARTMENT, "forum"}

    def test_the_office_has_done_its_step_and_the_next_lies_with_the_deputy_in_charge(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        assert states(run)["general_office"] == "done"
        assert states(run)["deputy_secretary_general"] == "open"
        decision = Decision.objects.get(assignment__step__run=run)
        assert (decision.verdict, decision.by, decision.opinion) == (
            "present",
            org.general_office,
            "拟同意，呈请审阅。",
        )
        assert decision.text_sha256 == run.sha256
        assert desks(agreement) == {("decide", "deputy_secretary_general")}

    def test_the_open_step_has_our_own_limit(self, agreement: Agreement, run: Run) -> None:
        deadline = Deadline.objects.get(agreement=agreement, closed_on=None)
        assignment = open_assignment(agreement)
        assert (deadline.rule, deadline.own_limit, deadline.subject_key) == ("approval_step", True, assignment.key)
        agreement.refresh_from_db()
        assert agreement.next_due_on == deadline.due_on
        todo = ToDo.objects.get(agreement=agreement, closed_at=None)
        assert (todo.deadline, todo.due_on) == (deadline, deadline.due_on)

    def test_every_post_on_the_route_sees_the_case_from_now_on(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        for name in BY_DEPARTMENT:
            assert Agreement.objects.visible_to(fresh(org.users[name])).filter(pk=agreement.pk).exists()
        for name in ("stranger", "district_head"):
            assert not Agreement.objects.visible_to(fresh(org.users[name])).filter(pk=agreement.pk).exists()

    def test_a_district_goes_without_a_vice_mayor_in_charge(self, org: Organisation) -> None:
        agreement = make_agreement(
            org, "other", at_station=Station.LEGAL_REVIEW, by=org.district, head=org.district_head
        )
        run = open_run(agreement, org)
        assert list(states(run)) == [code for code in BY_DEPARTMENT if code != "vice_mayor"]
        reason = run.reason("executive_vice_mayor")
        assert reason is not None
        assert reason["reading"]

    @pytest.mark.parametrize(
        ("natures", "forum"),
        [
            (["funds"], "mayors_office_meeting"),
            (["land", "framework"], "mayors_office_meeting"),
            (["policy"], "executive_meeting"),
            (["overall", "funds"], "executive_meeting"),
        ],
    )
    def test_funds_land_and_policy_put_a_meeting_before_the_mayor(
        self, org: Organisation, natures: list[str], forum: str
    ) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=natures)
        run = open_run(agreement, org)
        assert list(states(run))[-2:] == [forum, "mayor"]
        assert run.forum == forum

    def test_before_the_review_is_closed_nothing_is_presented(self, agreement: Agreement, org: Organisation) -> None:
        with pytest.raises(NotNow) as refusal:
            runs.open_run(agreement, by=fresh(org.general_office))
        assert [gap.code for gap in refusal.value.gaps] == ["review"]
        assert not Run.objects.exists()

    def test_the_nature_is_decided_first(self, agreement: Agreement, org: Organisation) -> None:
        review_all_clear(agreement, org)
        agreement.natures.all().delete()
        with pytest.raises(NotNow) as refusal:
            runs.open_run(agreement, by=fresh(org.general_office))
        assert [gap.code for gap in refusal.value.gaps] == ["natures"]

    @pytest.mark.parametrize("name", ["legal", "head", "mayor", "stranger"])
    def test_only_the_general_office_presents(self, agreement: Agreement, org: Organisation, name: str) -> None:
        review_all_clear(agreement, org)
        with pytest.raises(Refused):
            runs.open_run(agreement, by=fresh(org.users[name]))

    def test_the_second_presentation_is_too_late(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        with pytest.raises(NotNow):
            runs.open_run(agreement, by=fresh(org.general_office))
        assert Run.objects.count() == 1

    def test_the_database_holds_one_open_run_and_one_open_step(self, agreement: Agreement, run: Run) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Run.objects.create(
                agreement=agreement,
                text=run.text,
                sha256=run.sha256,
                forum="sign_off",
                opened_by=run.opened_by,
                opened_on=run.opened_on,
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            run.steps.filter(code="mayor").update(state=Step.State.OPEN)

    def test_an_edited_route_leaves_an_open_run_alone(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        org.authority.route_steps.filter(code="vice_mayor").update(retired_on=clock.today())
        run_through_rest(agreement)
        assert set(states(run).values()) == {"done"}
        other = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        assert "vice_mayor" not in states(open_run(other, org))


def run_through_rest(agreement: Agreement) -> None:
    while runs.current(agreement):
        pass_step(agreement)


class TestDeciding:
    def test_every_level_decides_in_its_order_and_the_last_one_ends_the_run(
        self, agreement: Agreement, run: Run
    ) -> None:
        for before, after in pairwise(BY_DEPARTMENT[1:]):
            assert (states(run)[before], states(run)[after]) == ("open", "waiting")
            pass_step(agreement)
            assert (states(run)[before], states(run)[after]) == ("done", "open")
            assert desks(agreement) == {("decide", after)}
            agreement.refresh_from_db()
            assert agreement.station == Station.APPROVAL
        pass_step(agreement)
        run.refresh_from_db()
        agreement.refresh_from_db()
        assert (run.state, agreement.station) == ("passed", Station.SIGNING)
        decided = Decision.objects.filter(assignment__step__run=run).order_by("assignment__step__order")
        assert [decision.assignment.step.code for decision in decided] == BY_DEPARTMENT
        assert runs.approved_text(agreement) == run.text

    def test_the_trail_names_step_post_capacity_text_and_words(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        approve(agreement, org.deputy_secretary_general, "同意，请秘书长阅。")
        event = newest(agreement)
        assert (event.code, event.actor_id, event.capacity) == ("approve_step", org.deputy_secretary_general.pk, "self")
        assert event.post_name == org.post("deputy_secretary_general").title
        assert (event.comment, event.text_label, event.text_sha256) == (
            "同意，请秘书长阅。",
            str(run.text.number),
            run.sha256,
        )
        assert event.payload["step"] == "deputy_secretary_general"
        assert event.payload["next"] == "secretary_general"

    def test_an_opinion_may_stay_empty(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        approve(agreement, org.deputy_secretary_general)
        decision = Decision.objects.get(by=org.deputy_secretary_general)
        assert (decision.opinion, decision.by_name, decision.on) == ("", "钱进", clock.today())

    def test_the_old_deadline_closes_and_the_next_post_gets_its_own(self, agreement: Agreement, run: Run) -> None:
        old = Deadline.objects.get(agreement=agreement, closed_on=None)
        pass_step(agreement)
        old.refresh_from_db()
        new = Deadline.objects.get(agreement=agreement, closed_on=None)
        assert old.closed_because == "done"
        assert new.post.code == "secretary_general"

    @pytest.mark.parametrize("name", ["staff", "legal", "general_office", "mayor", "stranger"])
    def test_who_does_not_hold_the_post_of_the_open_step_is_refused(
        self, agreement: Agreement, run: Run, org: Organisation, name: str
    ) -> None:
        for verdict in ("approve", "send_back"):
            with pytest.raises(Refused) as refusal:
                runs.decide(
                    open_assignment(agreement),
                    by=fresh(org.users[name]),
                    verdict=verdict,
                    opinion="理由",
                    text_sha256=run.sha256,
                )
            assert refusal.value.article == "§3.4"
        assert states(run)["deputy_secretary_general"] == "open"

    def test_nobody_is_left_out_by_deciding_on_a_later_step(self, agreement: Agreement, run: Run) -> None:
        """A step that is not open has no assignment to decide on, and the door finds the steps that wait."""
        assert set(Assignment.objects.filter(step__run=run).values_list("step__code", flat=True)) == {
            "general_office",
            "deputy_secretary_general",
        }

    def test_a_later_text_than_the_one_shown_is_not_decided_on(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        with pytest.raises(NotNow) as refusal:
            approve(agreement, org.deputy_secretary_general, text_sha256="0" * 64)
        assert refusal.value.code == "other_text"
        assert states(run)["deputy_secretary_general"] == "open"

    def test_the_second_to_decide_is_told_who_did_and_when(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        assignment = open_assignment(agreement)
        approve(agreement, org.deputy_secretary_general)
        with pytest.raises(NotNow, match="钱进") as refusal:
            runs.decide(
                assignment,
                by=fresh(org.deputy_secretary_general),
                verdict="send_back",
                opinion="晚了",
                text_sha256=run.sha256,
            )
        assert refusal.value.code == "already_decided"
        assert Decision.objects.filter(assignment=assignment).count() == 1

    def test_a_decision_is_never_edited(self, agreement: Agreement, run: Run) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.update(opinion="另一种意见")
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.all().delete()

    def test_a_suspended_case_is_not_decided(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        standing.propose(agreement, "suspend", by=fresh(org.head), reason="政策调整")
        standing.decide(agreement, by=fresh(org.mayor), accepted=True)
        with pytest.raises(NotNow):
            approve(agreement, org.deputy_secretary_general)
        assert states(run)["deputy_secretary_general"] == "open"

    def test_an_unknown_verdict_is_refused(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        for verdict in ("present", "skip", "", "maybe"):
            with pytest.raises(BadInput):
                runs.decide(
                    open_assignment(agreement),
                    by=fresh(org.deputy_secretary_general),
                    verdict=verdict,
                    text_sha256=run.sha256,
                )

    def test_all_or_nothing(
        self, agreement: Agreement, run: Run, org: Organisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError("no desk")

        monkeypatch.setattr("approvals.services.runs.duties.open", fail)
        with pytest.raises(RuntimeError):
            approve(agreement, org.deputy_secretary_general)
        assert states(run)["deputy_secretary_general"] == "open"
        assert not Decision.objects.filter(by=org.deputy_secretary_general).exists()
        assert newest(agreement).code == "open_approval"
        assert desks(agreement) == {("decide", "deputy_secretary_general")}

    def test_the_lead_unit_is_told_when_it_is_approved(self, agreement: Agreement, org: Organisation) -> None:
        run_through(agreement, org)
        outbox.deliver_pending()
        told = agreement.notices.filter(code="approved").values_list("post__unit", "post__code")
        assert set(told) == {(org.lead.pk, "officer"), (org.lead.pk, "unit_head")}

    def test_a_step_takes_at_most_17_statements(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        """Within a request, which has read what the person holds and the item with its agreement, in a process that
        keeps the calendar; not counted is what opens and ends transactions."""
        calendar.in_use()
        by = fresh(org.deputy_secretary_general)
        assignment = open_assignment(agreement)
        assert by.holdings_today
        assert assignment.step.run.agreement
        with CaptureQueriesContext(
            connection,
        ) as found:
            runs.decide(assignment, by=by, verdict="approve", text_sha256=run.sha256)
        statements = [query["sql"] for query in found if not query["sql"].startswith(TRANSACTION)]
        assert len(statements) <= 17, "\n".join(statements)


class TestOwnWork:
    def test_a_leader_who_drafted_does_not_decide_the_step_goes_to_the_office(self, org: Organisation) -> None:
        PostHolding.objects.create(
            post=org.post("secretary_general"), user=org.staff, from_on=date(2020, 1, 1), basis="兼任"
        )
        PostHolding.objects.filter(post=org.post("secretary_general"), user=org.secretary_general).update(
            to_on=clock.today() - timedelta(days=1)
        )
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        pass_step(agreement)
        step = run.steps.get(code="secretary_general")
        assert (step.state, step.redirected_because) == ("open", "own_work")
        assert step.post == org.post("general_office")
        assert desks(agreement) == {("decide", "general_office")}
        with pytest.raises(Refused):
            approve(agreement, org.staff)

    def test_the_office_never_passes_it_through_without_words(self, org: Organisation) -> None:
        PostHolding.objects.filter(post=org.post("secretary_general")).update(to_on=clock.today() - timedelta(days=1))
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        pass_step(agreement)
        assert run.steps.get(code="secretary_general").redirected_because == "vacant"
        with pytest.raises(BadInput):
            approve(agreement, org.general_office)
        approve(agreement, org.general_office, "经请示市长，由办公厅呈分管副市长。")
        assert states(run)["vice_mayor"] == "open"
        assert newest(agreement).payload["redirected"] == "vacant"

    def test_nobody_in_charge_of_the_unit_goes_to_the_office(self, org: Organisation) -> None:
        Portfolio.objects.filter(post=org.post("vice_mayor"), unit=org.lead).update(
            to_on=clock.today() - timedelta(days=1)
        )
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        pass_until(agreement, "vice_mayor")
        assert run.steps.get(code="vice_mayor").redirected_because == "vacant"

    def test_a_colleague_in_the_same_post_may_decide(self, org: Organisation) -> None:
        PostHolding.objects.create(
            post=org.post("secretary_general"), user=org.head, from_on=date(2020, 1, 1), basis="兼任"
        )
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        pass_step(agreement)
        assert run.steps.get(code="secretary_general").redirected_because == ""
        with pytest.raises(Refused):
            approve(agreement, org.head)
        approve(agreement, org.secretary_general)
        assert states(run)["secretary_general"] == "done"

    def test_who_submitted_does_not_present(self, org: Organisation) -> None:
        PostHolding.objects.create(
            post=org.post("general_office"), user=org.head, from_on=date(2020, 1, 1), basis="兼任"
        )
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        review_all_clear(agreement, org)
        with pytest.raises(Refused):
            runs.open_run(agreement, by=fresh(org.head))

    def test_the_post_is_settled_when_the_step_opens(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        PostHolding.objects.filter(post=org.post("secretary_general")).update(to_on=clock.today() - timedelta(days=1))
        pass_step(agreement)
        assert open_assignment(agreement).post == org.post("general_office")


class TestSamePerson:
    def acting(self, org: Organisation, code: str, user: User) -> None:
        """Let somebody hold a post in place of who holds it."""
        PostHolding.objects.filter(post=org.post(code)).update(to_on=clock.today() - timedelta(days=1))
        PostHolding.objects.create(post=org.post(code), user=user, from_on=clock.today(), basis="主持工作")

    def test_the_second_step_of_one_person_is_skipped_and_recorded(self, org: Organisation) -> None:
        self.acting(org, "secretary_general", org.deputy_secretary_general)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        assert look_ahead(open_assignment(agreement), fresh(org.deputy_secretary_general)) == run.steps.get(
            code="vice_mayor"
        )
        approve(agreement, org.deputy_secretary_general)
        assert states(run)["secretary_general"] == "skipped"
        assert states(run)["vice_mayor"] == "open"
        skip = Decision.objects.get(assignment__step__run=run, verdict="skip")
        assert (skip.rule, skip.by, skip.capacity) == ("same_person", org.deputy_secretary_general, "automatic")
        assert newest(agreement).payload["skipped"] == ["secretary_general"]

    def test_at_the_end_too(self, org: Organisation) -> None:
        self.acting(org, "mayor", org.executive_vice_mayor)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        run_through_rest(agreement)
        run.refresh_from_db()
        agreement.refresh_from_db()
        assert (states(run)["mayor"], run.state, agreement.station) == ("skipped", "passed", Station.SIGNING)
        assert newest(agreement).payload["skipped"] == ["mayor"]

    def test_who_approved_leaves_the_next_step_to_the_other_holder_of_its_post(self, org: Organisation) -> None:
        also_holds(org, "secretary_general", org.deputy_secretary_general)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        approve(agreement, org.deputy_secretary_general)
        assert states(run)["secretary_general"] == "open"
        with pytest.raises(Refused) as refusal:
            approve(agreement, org.deputy_secretary_general)
        assert refusal.value.article == "§3.4"
        with pytest.raises(Refused):
            look_ahead(open_assignment(agreement), fresh(org.deputy_secretary_general))
        assert states(run)["secretary_general"] == "open"
        approve(agreement, org.secretary_general)
        assert states(run)["secretary_general"] == "done"

    def test_no_step_stays_with_nobody_when_the_other_holder_leaves(self, org: Organisation) -> None:
        also_holds(org, "secretary_general", org.deputy_secretary_general)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        approve(agreement, org.deputy_secretary_general)
        PostHolding.objects.filter(post=org.post("secretary_general"), user=org.secretary_general).update(
            to_on=clock.today() - timedelta(days=1)
        )
        approve(agreement, org.deputy_secretary_general)
        assert states(run)["secretary_general"] == "done"

    def test_presenting_is_no_decision_and_the_office_is_never_skipped(self, org: Organisation) -> None:
        self.acting(org, "deputy_secretary_general", org.general_office)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        run = open_run(agreement, org)
        assert states(run)["deputy_secretary_general"] == "open"

    def test_not_on_a_changed_text(self, org: Organisation) -> None:
        self.acting(org, "secretary_general", org.deputy_secretary_general)
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        open_run(agreement, org)
        approve(agreement, org.deputy_secretary_general)
        assignment = open_assignment(agreement)
        runs.decide(
            assignment,
            by=holder_of(assignment),
            verdict="send_back",
            opinion="请修改",
            text_sha256=assignment.step.run.sha256,
        )
        write_text(agreement, by=fresh(org.staff), due=date(2028, 1, 1))
        agree_again(agreement, by=fresh(org.staff))
        drafting.submit(agreement, by=fresh(org.head))
        run = open_run(agreement, org)
        assert states(run)["deputy_secretary_general"] == "open"


class TestMeeting:
    @pytest.fixture
    def assignment(self, org: Organisation) -> Assignment:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"])
        open_run(agreement, org)
        return pass_until(agreement, "mayors_office_meeting")

    def record(self, assignment: Assignment, org: Organisation, result: str, **facts: object) -> Run:
        given = {
            "by": fresh(org.general_office),
            "minutes_number": "津政办会纪〔2026〕5号",
            "held_on": clock.today(),
            "result": result,
            "excerpt": paper(),
            "text_sha256": assignment.step.run.sha256,
            **facts,
        }
        return minutes.record(assignment, **given)  # type: ignore[arg-type]

    def test_it_lies_with_the_office_to_take_it_to_the_meeting(self, assignment: Assignment) -> None:
        assert desks(assignment.step.run.agreement) == {("meeting", "general_office")}

    def test_passed_the_mayor_decides_last(self, assignment: Assignment, org: Organisation) -> None:
        run = self.record(assignment, org, "passed")
        assert states(run)["mayors_office_meeting"] == "done"
        assert states(run)["mayor"] == "open"
        row = MeetingResult.objects.get()
        assert (row.minutes_number, row.result, row.excerpt.kind) == ("津政办会纪〔2026〕5号", "passed", "minutes")
        event = newest(run.agreement)
        assert (event.code, event.payload["minutes"], event.payload["result"]) == (
            "approve_step",
            "津政办会纪〔2026〕5号",
            "passed",
        )

    def test_deferred_the_step_waits_for_a_later_meeting_and_the_record_stays(
        self, assignment: Assignment, org: Organisation
    ) -> None:
        run = self.record(assignment, org, "deferred")
        assert states(run)["mayors_office_meeting"] == "open"
        assert desks(run.agreement) == {("meeting", "general_office")}
        assert newest(run.agreement).code == "meeting_deferred"
        self.record(assignment, org, "passed", minutes_number="津政办会纪〔2026〕6号")
        assert list(MeetingResult.objects.values_list("result", flat=True)) == ["deferred", "passed"]
        assert states(run)["mayor"] == "open"

    def test_rejected_the_text_goes_back_with_its_reason(self, assignment: Assignment, org: Organisation) -> None:
        with pytest.raises(BadInput):
            self.record(assignment, org, "rejected")
        run = self.record(assignment, org, "rejected", opinion="资金来源不明。")
        run.refresh_from_db()
        run.agreement.refresh_from_db()
        assert (run.state, run.agreement.station) == ("returned", Station.DRAFTING)
        assert states(run)["mayor"] == "cancelled"

    @pytest.mark.parametrize(
        "facts",
        [
            {"minutes_number": "  "},
            {"held_on": date(2099, 1, 1)},
            {"held_on": date(2020, 1, 1)},
            {"result": "maybe"},
        ],
        ids=["no number", "in the future", "before the presentation", "unknown result"],
    )
    def test_what_cannot_be_is_refused(
        self, assignment: Assignment, org: Organisation, facts: dict[str, object]
    ) -> None:
        with pytest.raises(BadInput):
            self.record(assignment, org, **{"result": "passed", **facts})  # type: ignore[arg-type]
        assert not MeetingResult.objects.exists()

    def test_it_is_not_signed_and_a_signed_step_has_no_minutes(self, assignment: Assignment, org: Organisation) -> None:
        agreement = assignment.step.run.agreement
        with pytest.raises(NotNow):
            approve(agreement, org.general_office, "同意")
        self.record(assignment, org, "passed")
        with pytest.raises(NotNow):
            self.record(open_assignment(agreement), org, "passed", by=fresh(org.mayor))

    def test_only_the_office_records(self, assignment: Assignment, org: Organisation) -> None:
        for name in ("mayor", "legal", "staff"):
            with pytest.raises(Refused):
                self.record(assignment, org, "passed", by=fresh(org.users[name]))

    def test_the_second_to_record_is_told_who_did(self, assignment: Assignment, org: Organisation) -> None:
        self.record(assignment, org, "passed")
        with pytest.raises(NotNow, match="陈静"):
            self.record(assignment, org, "passed")


class TestLeaving:
    def test_sent_back_the_run_ends_and_what_nobody_decided_is_cancelled(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        pass_step(agreement)
        runs.decide(
            open_assignment(agreement),
            by=fresh(org.secretary_general),
            verdict="send_back",
            opinion="请核定用地规模。",
            text_sha256=run.sha256,
        )
        run.refresh_from_db()
        agreement.refresh_from_db()
        assert (run.state, agreement.station) == ("returned", Station.DRAFTING)
        assert list(states(run).values()) == ["done", "done", "done", "cancelled", "cancelled", "cancelled"]
        assert desks(agreement) == {("draft", "officer")}
        assert Decision.objects.get(by=org.secretary_general).opinion == "请核定用地规模。"
        assert not Assignment.objects.filter(step__run=run, closed_at=None).exists()
        working = texts.working(agreement)
        assert working is not None
        assert working.based_on == run.text

    def test_everybody_who_acted_is_told_of_the_return(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        assignment = open_assignment(agreement)
        runs.decide(
            assignment, by=holder_of(assignment), verdict="send_back", opinion="请修改。", text_sha256=run.sha256
        )
        outbox.deliver_pending()
        told = set(agreement.notices.filter(code="returned").values_list("user__username", flat=True))
        assert {"staff", "head", "legal", "general_office"} <= told

    def test_a_return_needs_its_reason(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        with pytest.raises(BadInput):
            runs.decide(
                open_assignment(agreement),
                by=fresh(org.deputy_secretary_general),
                verdict="send_back",
                opinion="  ",
                text_sha256=run.sha256,
            )
        assert states(run)["deputy_secretary_general"] == "open"

    def test_recalled_by_the_office_while_nobody_has_acted(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        assignment = open_assignment(agreement)
        drafting.recall(agreement, by=fresh(org.general_office), reason="附件有误")
        run.refresh_from_db()
        assert run.state == "recalled"
        assert set(list(states(run).values())[1:]) == {"cancelled"}
        with pytest.raises(NotNow) as refusal:
            runs.decide(assignment, by=fresh(org.deputy_secretary_general), verdict="approve", text_sha256=run.sha256)
        assert refusal.value.code == "run_ended"

    def test_not_recalled_once_a_level_has_acted(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        pass_step(agreement)
        with pytest.raises(NotNow):
            drafting.recall(agreement, by=fresh(org.general_office), reason="附件有误")

    def test_withdrawn_the_run_ends_with_the_case(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        drafting.withdraw(agreement, by=fresh(org.head), reason="合作取消")
        run.refresh_from_db()
        assert run.state == "ended"
        assert desks(agreement) == set()

    def test_submitted_again_every_level_decides_anew(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        pass_step(agreement)
        assignment = open_assignment(agreement)
        runs.decide(
            assignment, by=holder_of(assignment), verdict="send_back", opinion="请修改。", text_sha256=run.sha256
        )
        write_text(agreement, by=fresh(org.staff), due=date(2028, 1, 1))
        agree_again(agreement, by=fresh(org.staff))
        drafting.submit(agreement, by=fresh(org.head))
        again = open_run(agreement, org)
        assert again.sha256 != run.sha256
        assert states(again)["deputy_secretary_general"] == "open"


def test_the_preview_names_person_and_reason_of_each_step(agreement: Agreement, org: Organisation) -> None:
    plan = routing.plan(agreement)
    assert [step.code for step in plan.steps] == BY_DEPARTMENT
    assert [user.username for step in plan.steps for user in step.lies.people] == BY_DEPARTMENT
    assert all(step.reason and step.reason.article == "§3.4" for step in plan.steps)
