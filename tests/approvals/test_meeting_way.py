"""§3.4: a leader takes a matter from sign-off to a meeting, and back; one trail, nobody left out."""

import pytest

from agreements.models import Station
from approvals.models import Run, Step
from approvals.services import meeting_way, minutes
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from tests.approvals.moves import (
    DEPUTY,
    OFFICE,
    SECRETARY,
    VICE,
    act,
    add_signer,
    back,
    desks,
    newest,
    now_open,
    on_desk,
    pass_until,
    states,
    step_of,
    told,
)
from tests.factories import Organisation, fresh, make_agreement, paper
from tests.factories_approvals import holder_of, open_run, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

EXECUTIVE_MEETING, MAYORS_MEETING = "executive_meeting", "mayors_office_meeting"


@pytest.fixture
def run(org: Organisation) -> Run:
    run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)
    pass_until(run, VICE)
    return run


def take(run: Run, forum: str = EXECUTIVE_MEETING, reason: str = "事关全局，提请上会。") -> Step:
    assignment = on_desk(run, "vice_mayor") if now_open(run) == VICE else on_desk(run)
    return meeting_way.take_to(assignment, by=holder_of(assignment), forum=forum, reason=reason)


def resolve(run: Run, result: str, opinion: str = "") -> None:
    minutes.record(
        on_desk(run),
        by=holder_of(on_desk(run)),
        minutes_number="津政常会纪〔2026〕3号",
        held_on=clock.today(),
        result=result,
        excerpt=paper(),
        text_sha256=run.sha256,
        opinion=opinion,
    )


class TestTakeToAMeeting:
    def test_the_meeting_stands_before_the_step_which_waits_for_it(self, run: Run, org: Organisation) -> None:
        old = on_desk(run)
        step = take(run)
        assert list(states(run)) == [
            OFFICE,
            DEPUTY,
            SECRETARY,
            EXECUTIVE_MEETING,
            VICE,
            "executive_vice_mayor",
            "mayor",
        ]
        assert (states(run)[EXECUTIVE_MEETING], states(run)[VICE]) == ("open", "waiting")
        assert (step.inserted_by, step.inserted_because) == (org.vice_mayor.full_name, "事关全局，提请上会。")
        assert desks(run) == {("meeting", OFFICE)}
        old.refresh_from_db()
        assert (old.closed_because, hasattr(old, "decision")) == ("moved", False)

    def test_passed_the_step_decides(self, run: Run) -> None:
        take(run)
        resolve(run, "passed")
        assert now_open(run) == VICE
        act(run)
        assert now_open(run) == "executive_vice_mayor"

    def test_it_never_ends_the_chain(self, run: Run) -> None:
        take(run)
        resolve(run, "passed")
        while now_open(run):
            pass_step(run.agreement)
        run.refresh_from_db()
        assert (run.state, set(states(run).values())) == ("passed", {"done"})

    def test_rejected_the_text_goes_back(self, run: Run) -> None:
        take(run)
        resolve(run, "rejected", opinion="时机不成熟。")
        run.refresh_from_db()
        assert run.state == "returned"

    def test_one_trail(self, run: Run, org: Organisation) -> None:
        known = trail.history(run.agreement.chain).count()
        take(run)
        event = newest(run)
        assert trail.history(run.agreement.chain).count() == known + 1
        assert (event.code, event.comment, event.actor_id) == (
            "take_to_meeting",
            "事关全局，提请上会。",
            org.vice_mayor.pk,
        )
        assert (event.payload["step"], event.payload["forum"], event.text_sha256) == (
            VICE,
            EXECUTIVE_MEETING,
            run.sha256,
        )

    def test_it_needs_its_reason_and_a_meeting(self, run: Run) -> None:
        with pytest.raises(BadInput):
            take(run, reason=" ")
        for forum in ("sign_off", "", "tea"):
            with pytest.raises(BadInput):
                take(run, forum=forum)

    @pytest.mark.parametrize("name", ["staff", "general_office", "legal", "mayor", "deputy_secretary_general"])
    def test_only_the_leader_who_has_the_step(self, run: Run, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            meeting_way.take_to(on_desk(run), by=fresh(org.users[name]), forum=EXECUTIVE_MEETING, reason="提请上会。")

    def test_deputy_secretary_general_and_above(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)
        take(run)
        assert now_open(run) == EXECUTIVE_MEETING

    def test_never_the_office_in_a_leaders_place(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)
        org.post(SECRETARY).holdings.update(to_on=clock.today().replace(year=2025))
        act(run)
        with pytest.raises(Refused):
            take(run)

    def test_not_where_the_route_leads_to_that_meeting_anyway(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"]), org)
        with pytest.raises(NotNow) as refusal:
            take(run, MAYORS_MEETING)
        assert refusal.value.code == "meeting_on_the_way"
        assert meeting_way.forums_left(run) == [EXECUTIVE_MEETING]

    def test_the_second_is_told_who_took_it_there(self, run: Run, org: Organisation) -> None:
        assignment = on_desk(run)
        take(run)
        with pytest.raises(NotNow, match=org.vice_mayor.full_name):
            meeting_way.take_to(assignment, by=fresh(org.vice_mayor), forum=MAYORS_MEETING, reason="提请上会。")
        assert run.steps.filter(kind="meeting").count() == 1

    def test_who_was_asked_beside_is_named_and_told(self, run: Run, org: Organisation) -> None:
        add_signer(run, "beside", "consulted_head", org)
        take(run)
        assert len(newest(run).payload["not_asked"]) == 1
        assert told(run, "step_not_asked") == {"unit_head"}

    def test_who_waits_is_not_skipped_because_the_same_person_approved(self, run: Run, org: Organisation) -> None:
        take(run)
        org.post(VICE).holdings.update(user=org.secretary_general)
        resolve(run, "passed")
        assert now_open(run) == VICE

    def test_a_matter_sent_back_to_the_step_still_answers(self, run: Run) -> None:
        """The leader to whom the text was sent back takes it to a meeting, then answers."""
        act(run)
        back(run, SECRETARY)
        take(run)
        resolve(run, "passed")
        act(run, way="straight")
        assert now_open(run) == "executive_vice_mayor"


class TestBackToSignOff:
    def switch(self, run: Run, by: object, reason: str = "时间紧，改为审签。") -> Step:
        return meeting_way.back_to_sign_off(run, by=fresh(by), reason=reason)  # type: ignore[arg-type]

    def test_the_meeting_is_cancelled_and_the_step_opens(self, run: Run, org: Organisation) -> None:
        take(run)
        lost = on_desk(run)
        self.switch(run, org.vice_mayor)
        assert (states(run)[EXECUTIVE_MEETING], states(run)[VICE]) == ("cancelled", "open")
        lost.refresh_from_db()
        assert lost.closed_because == "moved"
        assert desks(run) == {("decide", VICE)}
        act(run)
        assert now_open(run) == "executive_vice_mayor"

    def test_a_deferral_stays_on_record(self, run: Run, org: Organisation) -> None:
        take(run)
        resolve(run, "deferred")
        self.switch(run, org.vice_mayor)
        assert step_of(run, EXECUTIVE_MEETING).meeting_results.count() == 1

    def test_one_trail(self, run: Run, org: Organisation) -> None:
        take(run)
        known = trail.history(run.agreement.chain).count()
        self.switch(run, org.vice_mayor)
        event = newest(run)
        assert trail.history(run.agreement.chain).count() == known + 1
        assert (event.code, event.comment, event.payload["next"]) == ("back_to_sign_off", "时间紧，改为审签。", VICE)

    def test_a_leader_above_may_one_below_and_the_office_may_not(self, run: Run, org: Organisation) -> None:
        take(run)
        for name in ("general_office", "secretary_general", "staff", "stranger"):
            with pytest.raises(Refused):
                self.switch(run, org.users[name])
        self.switch(run, org.mayor)
        assert now_open(run) == VICE

    def test_never_from_a_meeting_the_matter_shall_go_to(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["policy"]), org)
        pass_until(run, EXECUTIVE_MEETING)
        with pytest.raises(NotNow) as refusal:
            self.switch(run, org.mayor)
        assert refusal.value.code == "shall_meet"
        assert now_open(run) == EXECUTIVE_MEETING

    def test_not_once_the_meeting_has_resolved(self, run: Run, org: Organisation) -> None:
        take(run)
        resolve(run, "passed")
        with pytest.raises(NotNow):
            self.switch(run, org.vice_mayor)

    def test_it_needs_its_reason(self, run: Run, org: Organisation) -> None:
        take(run)
        with pytest.raises(BadInput):
            self.switch(run, org.vice_mayor, " ")

    def test_the_second_is_told_who_acted(self, run: Run, org: Organisation) -> None:
        take(run)
        self.switch(run, org.vice_mayor)
        with pytest.raises(NotNow, match=org.vice_mayor.full_name):
            self.switch(run, org.mayor)

    def test_it_may_be_taken_to_a_meeting_once_more(self, run: Run, org: Organisation) -> None:
        take(run)
        self.switch(run, org.vice_mayor)
        take(run)
        assert now_open(run) == EXECUTIVE_MEETING
