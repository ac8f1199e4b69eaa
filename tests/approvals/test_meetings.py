"""§3.4: topics, agenda, sessions and resolutions of the mayor's office meeting and the executive meeting."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement, Deadline, Notice, Station, ToDo
from agreements.services import access, drafting, opinions
from approvals import blockers
from approvals.models import Attendance, EntrustedOpinion, Meeting, MeetingResult, Revision, Run, Step, Topic
from approvals.services import (
    agenda,
    attendance,
    meetings,
    minutes,
    resolutions,
    runs,
    steps,
    taking,
    topic_ends,
    topics,
)
from approvals.services.attendance import Part
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import outbox, trail
from records.models import Event
from tests.factories import Organisation, fresh, make_agreement, paper
from tests.factories_approvals import open_assignment, open_run
from tests.factories_meetings import (
    OFFICE,
    at_the_meeting,
    hold_meeting,
    make_topic,
    office_of,
    plan_meeting,
    resolve,
)

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return at_the_meeting(org)


@pytest.fixture
def topic(agreement: Agreement, org: Organisation) -> Topic:
    return make_topic(open_assignment(agreement), by=office_of(org))


@pytest.fixture
def meeting(agreement: Agreement, org: Organisation) -> Meeting:
    return plan_meeting(open_assignment(agreement), by=office_of(org))


@pytest.fixture
def placed(topic: Topic, meeting: Meeting, org: Organisation) -> Topic:
    return agenda.place(topic, meeting, by=office_of(org))


@pytest.fixture
def held(placed: Topic, org: Organisation) -> Topic:
    assert placed.meeting is not None
    hold_meeting(placed.meeting, by=office_of(org), number="津政办会纪〔2026〕5号")
    placed.refresh_from_db()
    return placed


def codes(agreement: Agreement) -> list[str]:
    return list(Event.objects.filter(chain=agreement.chain).order_by("sequence").values_list("code", flat=True))


def record(topic: Topic, org: Organisation, result: str, opinion: str = "") -> Run:
    return resolutions.record(topic, by=office_of(org), result=result, excerpt=paper(), opinion=opinion)


def desks(agreement: Agreement) -> set[tuple[str, str]]:
    return set(ToDo.objects.filter(agreement=agreement, closed_at=None).values_list("code", "post__code"))


class TestTopic:
    def test_it_is_filled_from_the_earlier_stages(self, topic: Topic, agreement: Agreement) -> None:
        facts, run = topic.facts, topic.run
        assert facts["agreement"]["title"] == agreement.title
        assert facts["agreement"]["parties"] == ["长春市人民政府"]
        assert facts["agreement"]["natures"]
        assert facts["text"]["sha256"] == run.sha256 == topic.sha256
        assert len(facts["review"]["points"]) == 6
        assert facts["review"]["reviewer"] == "吴法正"
        assert facts["consulted"]["total"] == 1
        assert [step["name"] for step in facts["steps"]] == ["陈静", "钱进", "冯志刚", "韩梅", "杨建国"]
        forum = next(reason for reason in facts["route"] if reason["step"] == "市长办公会议")
        assert forum["article"] == "§3.4"
        assert agreement.title in facts["annexes"][0]["name"]
        opened = {annex["name"]: annex.get("tab") for annex in facts["annexes"]}
        assert (opened["法制审核意见"], opened["征求意见采纳情况表"]) == ("approval", "opinions")
        assert facts["annexes"][0]["text"] == run.text.public_id

    def test_its_trail_is_that_of_the_sign_off(self, topic: Topic, agreement: Agreement) -> None:
        event = Event.objects.filter(chain=agreement.chain).latest("sequence")
        assert (event.code, event.text_sha256) == ("topic_proposed", topic.sha256)

    def test_there_is_one_for_a_step_and_the_second_is_told_who_made_it(
        self, topic: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        with pytest.raises(NotNow, match="陈静"):
            make_topic(open_assignment(agreement), by=office_of(org))
        with pytest.raises(IntegrityError), transaction.atomic():
            Topic.objects.create(
                run=topic.run,
                step=topic.step,
                text=topic.text,
                sha256=topic.sha256,
                statement="x",
                presenter=topic.presenter,
                proposed_by=topic.proposed_by,
                proposed_at=topic.proposed_at,
            )

    def test_only_the_office_makes_it_with_a_statement_and_for_a_meeting(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        assignment = open_assignment(agreement)
        for name in ("staff", "mayor", "legal"):
            with pytest.raises(Refused):
                make_topic(assignment, by=fresh(org.users[name]))
        with pytest.raises(BadInput):
            make_topic(assignment, by=office_of(org), statement=" ")
        signed = make_agreement(org, at_station=Station.LEGAL_REVIEW, title="另一协议")
        open_run(signed, org)
        with pytest.raises(NotNow):
            make_topic(open_assignment(signed), by=fresh(org.deputy_secretary_general))

    def test_it_is_written_anew_until_the_agenda_is_frozen(self, placed: Topic, org: Organisation) -> None:
        topics.write(placed, by=office_of(org), statement="请审议资金安排。", presenter=org.units["finance"])
        placed.refresh_from_db()
        assert (placed.statement, placed.presenter) == ("请审议资金安排。", org.units["finance"])
        assert placed.meeting is not None
        agenda.freeze(placed.meeting, by=office_of(org))
        with pytest.raises(NotNow):
            topics.write(placed, by=office_of(org), statement="再改。")

    @pytest.mark.parametrize("name", ["staff", "head", "general_office"])
    def test_the_lead_unit_and_the_office_withdraw_it_and_the_step_waits(
        self, placed: Topic, agreement: Agreement, org: Organisation, name: str
    ) -> None:
        topics.withdraw(placed, by=fresh(org.users[name]), reason="材料待补。")
        assert (placed.state, placed.ended_by_name) == ("withdrawn", org.users[name].full_name)
        assert open_assignment(agreement).step.state == "open"
        assert codes(agreement)[-1] == "topic_withdrawn"
        assert make_topic(open_assignment(agreement), by=office_of(org)).state == "proposed"
        with pytest.raises(NotNow, match=org.users[name].full_name):
            topics.withdraw(placed, by=office_of(org), reason="再撤。")

    def test_nobody_else_withdraws_it_and_never_without_a_reason(self, topic: Topic, org: Organisation) -> None:
        for name in ("mayor", "consulted", "district"):
            with pytest.raises(Refused):
                topics.withdraw(topic, by=fresh(org.users[name]), reason="撤。")
        with pytest.raises(BadInput):
            topics.withdraw(topic, by=office_of(org), reason="")


class TestPlan:
    def test_sessions_are_numbered_and_every_leader_is_expected(self, meeting: Meeting, org: Organisation) -> None:
        assert meeting.number == 1
        assert meetings.next_number(org.authority, OFFICE, meeting.year) == 2
        assert meetings.next_number(org.authority, "executive_meeting", meeting.year) == 1
        names = set(meeting.attendance.values_list("name", flat=True))
        assert {"张海", "杨建国", "韩梅", "冯志刚", "钱进"} == names

    def test_the_cut_off_lies_working_days_before_by_the_authoritys_own_limit(self, org: Organisation) -> None:
        monday = date(2026, 11, 30)
        assert meetings.cut_off(org.authority, monday) == date(2026, 11, 25)
        assert meetings.cut_off(org.authority, date(2026, 11, 27)) == date(2026, 11, 24)

    def test_a_number_is_given_once(self, meeting: Meeting, org: Organisation) -> None:
        with pytest.raises(BadInput):
            meetings.plan(
                org.authority, by=office_of(org), forum=OFFICE, planned_on=clock.today(), place="一会", number=1
            )

    def test_only_the_office_plans(self, org: Organisation) -> None:
        for name in ("mayor", "staff", "legal"):
            with pytest.raises(Refused):
                meetings.plan(
                    org.authority, by=fresh(org.users[name]), forum=OFFICE, planned_on=clock.today(), place="一会"
                )

    @pytest.mark.parametrize(
        "facts",
        [
            {"forum": "sign_off"},
            {"planned_on": date(2020, 1, 1)},
            {"place": " "},
            {"cut_off_on": date(2099, 1, 1)},
        ],
        ids=["no meeting", "passed", "no place", "cut-off after it"],
    )
    def test_what_cannot_be_is_refused(self, org: Organisation, facts: dict[str, object]) -> None:
        given = {"forum": OFFICE, "planned_on": clock.today(), "place": "一会", **facts}
        with pytest.raises(BadInput):
            meetings.plan(org.authority, by=office_of(org), **given)  # type: ignore[arg-type]
        assert not Meeting.objects.exists()

    def test_moved_what_waits_for_it_is_due_on_the_new_day(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        meeting = placed.meeting
        assert meeting is not None
        todo = ToDo.objects.get(agreement=agreement, code="meeting", closed_at=None)
        assert todo.due_on == meeting.planned_on
        later = meeting.planned_on + timedelta(days=2)
        if later.year != meeting.year:
            later = meeting.planned_on
        meetings.change(meeting, by=office_of(org), planned_on=later, place="二会")
        todo.refresh_from_db()
        assert todo.due_on == later
        row = Deadline.objects.get(agreement=agreement, closed_on=None)
        assert (row.rule, row.due_on, row.due_set, row.own_limit) == ("approval_step", later, True, True)

    def test_a_frozen_one_is_moved_with_a_reason_only(self, placed: Topic, org: Organisation) -> None:
        meeting = placed.meeting
        assert meeting is not None
        agenda.freeze(meeting, by=office_of(org))
        with pytest.raises(BadInput):
            meetings.change(meeting, by=office_of(org), planned_on=meeting.planned_on, place="二会")
        meetings.change(meeting, by=office_of(org), planned_on=meeting.planned_on, place="二会", reason="场地调整。")

    def test_called_off_it_stays_and_its_topics_wait(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        meeting = placed.meeting
        assert meeting is not None
        with pytest.raises(BadInput):
            meetings.call_off(meeting, by=office_of(org), reason="")
        meetings.call_off(meeting, by=office_of(org), reason="与上级会议冲突。")
        placed.refresh_from_db()
        assert (placed.state, placed.meeting, placed.order) == ("proposed", None, None)
        assert codes(agreement)[-1] == "meeting_called_off"
        assert desks(agreement) == {("meeting", "general_office")}
        with pytest.raises(NotNow, match="陈静"):
            meetings.call_off(meeting, by=office_of(org), reason="再次。")


class TestAgenda:
    def test_it_enters_in_order_and_moves_by_one(
        self, placed: Topic, meeting: Meeting, agreement: Agreement, org: Organisation
    ) -> None:
        second = at_the_meeting(org, title="第二件")
        other = agenda.place(make_topic(open_assignment(second), by=office_of(org)), meeting, by=office_of(org))
        assert (placed.order, other.order) == (1, 2)
        agenda.move(other, "up", by=office_of(org))
        assert [topic.pk for topic in meetings.topics_of(meeting)] == [other.pk, placed.pk]
        before = len(codes(second))
        agenda.move(other, "up", by=office_of(org))
        assert len(codes(second)) == before, "at its end it stays, without a trace"
        agenda.move(other, "down", by=office_of(org))
        assert [topic.pk for topic in meetings.topics_of(meeting)] == [placed.pk, other.pk]
        assert codes(second)[-3:] == ["topic_placed", "topic_moved", "topic_moved"]

    @pytest.mark.article("§3.3")
    def test_not_before_the_review_of_this_very_text_is_closed(
        self, topic: Topic, meeting: Meeting, org: Organisation
    ) -> None:
        Run.objects.filter(pk=topic.run_id).update(sha256="0" * 64)
        again = Topic.objects.get(pk=topic.pk)
        with pytest.raises(NotNow) as caught:
            agenda.place(again, meeting, by=office_of(org))
        assert {gap.code for gap in caught.value.gaps} == {"review", "other_text"}
        assert all(gap.url for gap in caught.value.gaps)

    @pytest.mark.article("§3.2")
    def test_not_while_an_opinion_is_unanswered(
        self, topic: Topic, meeting: Meeting, agreement: Agreement, org: Organisation
    ) -> None:
        given = agreement.consultations.get().consulted.get().opinion
        opinions.record_points(
            given, agreement.consultations.get().text, agreement, [opinions.PointContent("有异议。")]
        )
        with pytest.raises(NotNow) as caught:
            agenda.place(topic, meeting, by=office_of(org))
        assert [gap.code for gap in caught.value.gaps] == ["opinions_unanswered"]

    def test_not_into_another_kind_of_meeting_nor_twice(
        self, topic: Topic, meeting: Meeting, org: Organisation
    ) -> None:
        other = plan_meeting(open_assignment(topic.agreement), by=office_of(org), forum="executive_meeting")
        with pytest.raises(BadInput):
            agenda.place(topic, other, by=office_of(org))
        agenda.place(topic, meeting, by=office_of(org))
        with pytest.raises(NotNow):
            agenda.place(topic, meeting, by=office_of(org))

    def test_taken_off_it_waits_with_its_own_limit(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        agenda.take_off(placed, by=office_of(org))
        assert (placed.state, placed.meeting) == ("proposed", None)
        row = Deadline.objects.get(agreement=agreement, closed_on=None)
        assert not row.due_set
        with pytest.raises(NotNow):
            agenda.take_off(placed, by=office_of(org))

    def test_frozen_nothing_changes_but_by_withdrawing_or_unfreezing(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        meeting, office = placed.meeting, office_of(org)
        assert meeting is not None
        late = make_topic(open_assignment(at_the_meeting(org, title="第二件")), by=office)
        agenda.freeze(meeting, by=office)
        assert codes(agreement)[-1] == "agenda_frozen"
        for change in (
            lambda: agenda.place(late, meeting, by=office),
            lambda: agenda.take_off(placed, by=office),
            lambda: agenda.move(placed, "up", by=office),
            lambda: agenda.invite(placed, [org.units["finance"]], by=office),
            lambda: agenda.freeze(meeting, by=office),
        ):
            with pytest.raises(NotNow):
                change()
        with pytest.raises(BadInput):
            agenda.unfreeze(meeting, by=office, reason=" ")
        agenda.unfreeze(meeting, by=office, reason="增加一件急件。")
        agenda.place(late, meeting, by=office)
        assert codes(agreement)[-1] == "agenda_unfrozen"
        agenda.freeze(meeting, by=office)
        topics.withdraw(placed, by=office, reason="撤题。")
        assert [topic.pk for topic in meetings.topics_of(meeting)] == [late.pk]

    def test_an_empty_agenda_is_not_frozen(self, meeting: Meeting, org: Organisation) -> None:
        with pytest.raises(NotNow) as caught:
            agenda.freeze(meeting, by=office_of(org))
        assert [gap.code for gap in caught.value.gaps] == ["no_topic"]

    def test_frozen_its_members_and_who_sits_in_see_the_matter(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        agenda.invite(placed, [org.units["weather"]], by=office_of(org))
        seen = Agreement.objects.visible_to(fresh(org.stranger)).filter(pk=agreement.pk)
        assert not seen.exists()
        assert placed.meeting is not None
        agenda.freeze(placed.meeting, by=office_of(org))
        assert seen.exists()
        assert Meeting.objects.visible_to(fresh(org.mayor)).filter(pk=placed.meeting.pk).exists()
        assert not Meeting.objects.visible_to(fresh(org.administrator)).exists()

    def test_the_gaps_of_three_topics_cost_as_much_as_those_of_one(
        self, placed: Topic, meeting: Meeting, org: Organisation
    ) -> None:
        def ask() -> int:
            found = meetings.topics_of(meeting)
            with CaptureQueriesContext(connection) as asked:
                blockers.topic_blockers(found)
            return len(asked)

        one = ask()
        for number in (2, 3):
            more = at_the_meeting(org, title=f"第{number}件")
            agenda.place(make_topic(open_assignment(more), by=office_of(org)), meeting, by=office_of(org))
        assert ask() == one == 3


class TestLateTopic:
    @pytest.fixture
    def late(self, topic: Topic, org: Organisation) -> Topic:
        past = clock.today() - timedelta(days=1)
        meeting = plan_meeting(open_assignment(topic.agreement), by=office_of(org), cut_off_on=past)
        with pytest.raises(BadInput):
            agenda.place(topic, meeting, by=office_of(org))
        return agenda.place(topic, meeting, by=office_of(org), late_reason="对方要求月内签署。")

    def test_after_the_cut_off_it_waits_for_a_leaders_consent(self, late: Topic, org: Organisation) -> None:
        assert (late.state, late.order) == ("consent", None)
        assert desks(late.agreement) == {("meeting", "general_office"), ("consent_topic", "deputy_secretary_general")}
        assert late.meeting is not None
        with pytest.raises(NotNow) as caught:
            agenda.freeze(late.meeting, by=office_of(org))
        assert {"consent", "no_topic"} == {gap.code for gap in caught.value.gaps}

    @pytest.mark.parametrize("name", ["deputy_secretary_general", "secretary_general", "vice_mayor", "mayor"])
    def test_with_consent_it_is_on_the_agenda_with_name_day_and_reason(
        self, late: Topic, org: Organisation, name: str
    ) -> None:
        agenda.consent(late, by=fresh(org.users[name]), granted=True, words="同意上会。")
        late.refresh_from_db()
        assert (late.state, late.order, late.consented_by_name) == ("agenda", 1, org.users[name].full_name)
        assert (late.consented_on, late.consent_words, late.late_reason) == (
            clock.today(),
            "同意上会。",
            "对方要求月内签署。",
        )
        assert codes(late.agreement)[-1] == "topic_consented"
        assert desks(late.agreement) == {("meeting", "general_office")}
        with pytest.raises(NotNow):
            agenda.consent(late, by=fresh(org.mayor), granted=False, words="不同意。")

    def test_refused_it_waits_for_a_later_meeting(self, late: Topic, org: Organisation) -> None:
        with pytest.raises(BadInput):
            agenda.consent(late, by=fresh(org.mayor), granted=False)
        agenda.consent(late, by=fresh(org.mayor), granted=False, words="材料不全。")
        late.refresh_from_db()
        assert (late.state, late.meeting, late.is_late) == ("proposed", None, False)
        assert desks(late.agreement) == {("meeting", "general_office")}

    def test_the_office_records_the_consent_from_paper(self, late: Topic, org: Organisation) -> None:
        leader, office = fresh(org.users["vice_mayor"]), fresh(org.general_office)
        given = {"leader": leader, "granted": True, "words": "同意上会。", "written_on": clock.today()}
        agenda.record_consent(late, by=office, scan=paper("批示.png"), **given)
        late.refresh_from_db()
        assert (late.state, late.order, late.consented_by_name) == ("agenda", 1, leader.full_name)
        assert late.consent_recorded_by_name == office.full_name
        assert late.consent_scan is not None
        assert late.consent_scan.name == "批示.png"
        event = trail.history(late.agreement.chain).last()
        assert event is not None
        assert (event.code, event.actor_id) == ("topic_consented", office.pk)
        assert leader.full_name in event.payload["paper_of"]
        while outbox.deliver_pending():
            pass
        told = Notice.objects.filter(agreement=late.agreement, code="consent_recorded")
        assert set(told.values_list("user", "post__code")) == {(leader.pk, None), (None, "deputy_secretary_general")}
        assert "consent_topic" not in {code for code, _post in desks(late.agreement)}
        with pytest.raises(NotNow) as caught:
            agenda.record_consent(late, by=office, scan=paper(), **given)
        assert caught.value.code == "consent_given"

    def test_a_refusal_on_paper_leaves_the_topic_waiting_without_a_consent(
        self, late: Topic, org: Organisation
    ) -> None:
        given = {"leader": fresh(org.mayor), "granted": False, "written_on": clock.today(), "scan": paper()}
        with pytest.raises(BadInput):
            agenda.record_consent(late, by=fresh(org.general_office), words=" ", **given)
        agenda.record_consent(late, by=fresh(org.general_office), words="材料不全。", **given)
        late.refresh_from_db()
        assert (late.state, late.consented_by_name, late.consent_recorded_by_name) == ("proposed", "", "")
        assert late.consent_scan is None
        assert codes(late.agreement)[-1] == "topic_declined"

    def test_only_the_office_records_and_only_of_a_leader_and_of_its_time(self, late: Topic, org: Organisation) -> None:
        office, today = fresh(org.general_office), clock.today()
        given = {"granted": True, "words": "同意。", "scan": paper()}
        for name in ("staff", "legal", "mayor"):
            with pytest.raises(Refused):
                agenda.record_consent(
                    late, by=fresh(org.users[name]), leader=fresh(org.mayor), written_on=today, **given
                )
        for leader, day in (
            (fresh(org.legal), today),
            (fresh(org.mayor), today + timedelta(days=1)),
            (fresh(org.mayor), clock.today(late.proposed_at) - timedelta(days=1)),
        ):
            with pytest.raises(BadInput):
                agenda.record_consent(late, by=office, leader=leader, written_on=day, **given)
        late.refresh_from_db()
        assert late.state == "consent"

    def test_nobody_below_a_deputy_secretary_general_consents(self, late: Topic, org: Organisation) -> None:
        for name in ("general_office", "legal", "staff", "head"):
            with pytest.raises(Refused):
                agenda.consent(late, by=fresh(org.users[name]), granted=True)

    def test_the_database_refuses_a_late_topic_without_consent(self, late: Topic) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Topic.objects.filter(pk=late.pk).update(state="agenda", order=1)


class TestAttendance:
    def test_before_the_day_a_member_is_expected_or_excused(self, placed: Topic, org: Organisation) -> None:
        meeting, mayor, vice = placed.meeting, org.post("mayor"), org.post("vice_mayor")
        assert meeting is not None
        with pytest.raises(BadInput):
            attendance.attend(meeting, {mayor.pk: Part("present")}, by=office_of(org))
        with pytest.raises(BadInput):
            attendance.attend(meeting, {org.post("legal").pk: Part("expected")}, by=office_of(org))
        attendance.attend(meeting, {mayor.pk: Part("expected"), vice.pk: Part("excused", "出差")}, by=office_of(org))
        assert dict(meeting.attendance.values_list("post__code", "state")) == {
            "mayor": "expected",
            "vice_mayor": "excused",
        }

    def test_held_who_was_expected_is_present_until_something_else_is_known(
        self, held: Topic, org: Organisation
    ) -> None:
        meeting = held.meeting
        assert meeting is not None
        assert set(meeting.attendance.values_list("state", flat=True)) == {Attendance.State.PRESENT}
        attendance.attend(meeting, {org.post("mayor").pk: Part("absent", "临时公务")}, by=office_of(org))
        assert meeting.attendance.get().state == "absent"

    def test_an_absent_members_opinion_is_entrusted_on_paper(self, placed: Topic, org: Organisation) -> None:
        meeting, vice = placed.meeting, org.post("vice_mayor")
        assert meeting is not None
        row = agenda.entrust(placed, by=office_of(org), post=vice, words="同意。", paper=paper("委托意见.png"))
        assert (row.member_name, row.words, row.paper.name) == ("韩梅", "同意。", "委托意见.png")
        assert codes(placed.agreement)[-1] == "topic_entrusted"
        with pytest.raises(BadInput):
            agenda.entrust(placed, by=office_of(org), post=org.post("legal"), words="同意。", paper=paper())
        with pytest.raises(BadInput):
            agenda.entrust(placed, by=office_of(org), post=vice, words="", paper=paper())

    def test_who_is_present_speaks_for_oneself(self, held: Topic, org: Organisation) -> None:
        with pytest.raises(NotNow, match="张海"):
            agenda.entrust(held, by=office_of(org), post=org.post("mayor"), words="同意。", paper=paper())
        assert not EntrustedOpinion.objects.exists()


class TestResolutions:
    def test_passed_the_step_is_done_by_number_day_and_excerpt(
        self, held: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        run = record(held, org, "passed", "同意。")
        row = MeetingResult.objects.get()
        assert held.result == row
        assert (row.minutes_number, row.held_on, row.excerpt.kind) == (
            "津政办会纪〔2026〕5号",
            clock.today(),
            "minutes",
        )
        assert (held.state, run.steps.get(code="mayor").state) == ("resolved", "open")
        assert held.meeting is not None
        assert Meeting.objects.get(pk=held.meeting.pk).state == "recorded"
        assert codes(agreement)[-5:] == [
            "topic_proposed",
            "topic_placed",
            "agenda_frozen",
            "meeting_held",
            "approve_step",
        ]

    def test_in_principle_a_revision_is_ordered_and_the_next_step_waits_for_it(
        self, held: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        with pytest.raises(BadInput):
            record(held, org, "in_principle")
        run = record(held, org, "in_principle", "补充资金测算后签署。")
        revision = Revision.objects.get()
        assert (revision.words, revision.state) == ("补充资金测算后签署。", "open")
        assert dict(run.steps.values_list("code", "state"))["mayor"] == Step.State.WAITING
        assert run.steps.get(code=OFFICE).state == Step.State.DONE
        assert desks(agreement) == {("revise", "officer"), ("submit_revision", "unit_head")}
        assert held.state == "resolved"

    def test_deferred_a_copy_waits_and_the_record_stays(
        self, held: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        record(held, org, "deferred", "补充测算。")
        copy = Topic.objects.get(copy_of=held)
        assert (held.state, held.meeting is not None, copy.state, copy.meeting) == ("deferred", True, "proposed", None)
        assert (copy.statement, copy.facts) == (held.statement, held.facts)
        assert codes(agreement)[-1] == "meeting_deferred"
        assert desks(agreement) == {("meeting", "general_office")}
        run = resolve(open_assignment(agreement), by=office_of(org), number="津政办会纪〔2026〕6号")
        assert list(MeetingResult.objects.values_list("result", flat=True)) == ["deferred", "passed"]
        assert run.steps.get(code="mayor").state == "open"

    def test_rejected_the_text_goes_back_with_its_reason(
        self, held: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        with pytest.raises(BadInput):
            record(held, org, "rejected")
        record(held, org, "rejected", "资金来源不明。")
        agreement.refresh_from_db()
        assert (agreement.station, held.state) == ("drafting", "resolved")

    def test_withdrawn_at_the_meeting_the_step_waits_for_a_new_topic(
        self, held: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        with pytest.raises(BadInput):
            record(held, org, "withdrawn")
        record(held, org, "withdrawn", "牵头单位撤回。")
        assert (held.state, Topic.objects.count()) == ("withdrawn", 1)
        assert codes(agreement)[-1] == "meeting_withdrawn"
        assert make_topic(open_assignment(agreement), by=office_of(org)).state == "proposed"

    @pytest.mark.parametrize("result", ["passed", "deferred", "withdrawn"])
    def test_the_second_to_record_is_told_who_did(self, held: Topic, org: Organisation, result: str) -> None:
        stale = Topic.objects.select_related("run__agreement", "meeting").get(pk=held.pk)
        record(held, org, result, "记录。")
        with pytest.raises(NotNow, match="陈静"):
            record(stale, org, result, "再记。")
        assert MeetingResult.objects.count() == 1

    def test_not_before_the_meeting_was_held_nor_without_a_number(self, placed: Topic, org: Organisation) -> None:
        meeting, office = placed.meeting, office_of(org)
        assert meeting is not None
        with pytest.raises(NotNow):
            meetings.hold(meeting, by=office, held_on=clock.today())
        agenda.freeze(meeting, by=office)
        with pytest.raises(NotNow):
            record(placed, org, "passed")
        with pytest.raises(BadInput):
            meetings.hold(meeting, by=office, held_on=clock.today() + timedelta(days=1))
        meetings.hold(meeting, by=office, held_on=clock.today())
        with pytest.raises(NotNow):
            record(placed, org, "passed")
        with pytest.raises(BadInput):
            resolutions.number(meeting, by=office, minutes_number=" ")
        resolutions.number(meeting, by=office, minutes_number="〔2026〕5号")
        record(placed, org, "passed")

    def test_each_topic_is_recorded_by_itself_and_the_last_completes_the_minutes(
        self, placed: Topic, meeting: Meeting, org: Organisation
    ) -> None:
        office = office_of(org)
        second = at_the_meeting(org, title="第二件")
        other = agenda.place(make_topic(open_assignment(second), by=office), meeting, by=office)
        hold_meeting(meeting, by=office, number="〔2026〕5号")
        record(placed, org, "passed")
        meeting.refresh_from_db()
        assert meeting.state == "held"
        with pytest.raises(NotNow):
            resolutions.number(meeting, by=office, minutes_number="〔2026〕6号")
        record(other, org, "rejected", "不宜。")
        meeting.refresh_from_db()
        assert meeting.state == "recorded"

    def test_only_the_office_and_never_on_own_work(self, held: Topic, org: Organisation) -> None:
        for name in ("mayor", "legal", "staff", "secretariat"):
            with pytest.raises(Refused):
                resolutions.record(held, by=fresh(org.users[name]), result="passed", excerpt=paper())
        access.grant(held.agreement, access.DRAFTED, user=org.general_office)
        with pytest.raises(Refused):
            record(held, org, "passed")

    def test_a_suspended_case_is_not_resolved(self, held: Topic, org: Organisation) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE agreements_agreement SET standing = 'suspended' WHERE id = %s", [held.agreement.pk])
        with pytest.raises(NotNow):
            record(held, org, "passed")


class TestOtherWays:
    def test_a_run_that_ends_withdraws_its_topic(self, placed: Topic, agreement: Agreement, org: Organisation) -> None:
        agreement.refresh_from_db()
        drafting.withdraw(agreement, by=fresh(org.head), reason="不再推进。")
        placed.refresh_from_db()
        assert (placed.state, placed.ended_by_name) == ("withdrawn", "许志远")

    def test_a_step_taken_off_the_way_withdraws_its_topic_once(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        with transaction.atomic():
            topic_ends.withdraw_of_step(placed.step, by=office_of(org), at=clock.now(), because="改为审签。")
            topic_ends.withdraw_of_step(placed.step, by=office_of(org), at=clock.now())
        placed.refresh_from_db()
        assert (placed.state, placed.ended_because) == ("withdrawn", "改为审签。")

    def test_cancelling_the_open_step_withdraws_its_topic(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        with transaction.atomic():
            taken = taking.taken(open_assignment(agreement), by=office_of(org))
            steps.cancel_open(
                taken, by=office_of(org), on=clock.today(), at=clock.now(), because="moved", to_wait=False
            )
        placed.refresh_from_db()
        assert placed.state == "withdrawn"

    def test_the_host_of_a_meeting_step_does_not_sign_it(self, agreement: Agreement, org: Organisation) -> None:
        assignment = open_assignment(agreement)
        with pytest.raises(NotNow):
            runs.decide(
                assignment, by=office_of(org), verdict="approve", opinion="同意", text_sha256=assignment.step.run.sha256
            )

    def test_a_result_recorded_elsewhere_ends_the_topic_too(
        self, placed: Topic, agreement: Agreement, org: Organisation
    ) -> None:
        minutes.record(
            open_assignment(agreement),
            by=office_of(org),
            minutes_number="〔2026〕5号",
            held_on=clock.today(),
            result="passed",
            excerpt=paper(),
            text_sha256=placed.sha256,
        )
        placed.refresh_from_db()
        assert placed.state == "resolved"
        assert topic_ends.live(placed.step) is None
