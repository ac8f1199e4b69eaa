"""§3.4: a leader puts the open step off until a day of review; the clock stands still, nothing is reset."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import PostHolding, User
from agreements.models import Alarm, Deadline, Station, ToDo
from agreements.services import clock as ticking
from agreements.services import standing
from approvals.models import Intervention, Pause, Run
from approvals.services import intervening, meeting_way, minutes, opening, pausing, signing_on, terminating
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from tests.approvals.moves import (
    DEPUTY,
    act,
    add_signer,
    back,
    let_countersign,
    look_ahead,
    newest,
    now_open,
    on_desk,
    pass_until,
    told,
)
from tests.factories import SINCE, Organisation, fresh, make_agreement, make_user, paper
from tests.factories_approvals import holder_of, open_run
from tests.factories_followup import noon

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

PAUSED, REVIEW, RESUMED = date(2026, 3, 3), date(2026, 3, 20), date(2026, 3, 10)
"""A Tuesday, the Friday two weeks on, the Tuesday after: five working days between."""


@pytest.fixture
def run(org: Organisation) -> Run:
    at = noon(date(2026, 3, 2))
    return open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, at=at), org, at=at)


def pause(run: Run, *, on: date = PAUSED, review_on: date = REVIEW, reason: str = "待与对方会商。") -> Pause:
    assignment = on_desk(run)
    return pausing.pause(assignment, by=holder_of(assignment), reason=reason, review_on=review_on, on=on, at=noon(on))


def deadline(run: Run) -> Deadline:
    return Deadline.objects.get(agreement=run.agreement, closed_on=None)


def todo(run: Run) -> ToDo:
    return ToDo.objects.get(agreement=run.agreement, closed_at=None)


class TestPause:
    def test_the_clock_stands_still_and_the_item_comes_up_on_the_day_of_review(self, run: Run) -> None:
        before = deadline(run)
        pause(run)
        assert deadline(run) == before
        assert before.stops.filter(from_on=PAUSED, to_on=None).count() == 1
        assert (todo(run).code, todo(run).due_on) == ("decide", REVIEW)
        run.agreement.refresh_from_db()
        assert run.agreement.next_due_on == clock.FAR_AWAY

    def test_no_signer_is_taken_off_so_that_nothing_opens(self, run: Run, org: Organisation) -> None:
        signer = add_signer(run, "beside", "legal", org)
        host = on_desk(run, "deputy_secretary_general")
        pausing.pause(host, by=holder_of(host), reason="待会商。", review_on=REVIEW, on=PAUSED, at=noon(PAUSED))
        with pytest.raises(NotNow) as refused:
            signing_on.remove(signer, by=holder_of(host), reason="不必会签。", on=PAUSED, at=noon(PAUSED))
        assert refused.value.code == "paused"
        assert Deadline.objects.filter(agreement=run.agreement, closed_on=None, stops__to_on=None).count() == 2

    def test_administrators_move_nothing_until_it_goes_on(self, run: Run, org: Organisation) -> None:
        second = make_user("administrator_two", "郝管", org.post("administrator"))
        given: dict[str, Any] = {
            "reason": "无人办理。",
            "document_number": "〔2026〕9号",
            "on": PAUSED,
            "at": noon(PAUSED),
        }
        post = org.post("general_office")
        row = intervening.propose(
            on_desk(run), by=fresh(org.administrator), kind="reassign", post=post, document=paper(), **given
        )
        pause(run)
        confirm: dict[str, Any] = {"confirmed": True, "on": PAUSED, "at": noon(PAUSED)}
        with pytest.raises(NotNow) as refused:
            intervening.answer(row, by=second, **confirm)
        assert refused.value.code == "paused"
        pausing.resume(run, by=fresh(org.deputy_secretary_general), on=RESUMED, at=noon(RESUMED))
        intervening.answer(Intervention.objects.get(), by=fresh(second), **confirm)
        assert on_desk(run).post == post

    def test_a_step_in_which_nobody_can_act_goes_to_the_office_when_it_goes_on(
        self, run: Run, org: Organisation
    ) -> None:
        pause(run)
        PostHolding.objects.filter(post=org.post(DEPUTY)).update(to_on=PAUSED)
        ticking.look(noon(RESUMED))
        assert on_desk(run).post == org.post(DEPUTY)
        assert deadline(run).stops.filter(to_on=None).exists()
        pausing.resume(run, by=fresh(org.mayor), on=RESUMED, at=noon(RESUMED))
        ticking.look(noon(RESUMED))
        assert on_desk(run).post == org.post("general_office")

    def test_no_alarm_rings_and_nothing_is_decided_by_itself(self, run: Run) -> None:
        pause(run)
        ticking.look(noon(PAUSED + timedelta(days=90)))
        assert not Alarm.objects.filter(deadline__agreement=run.agreement).exists()
        assert now_open(run) == DEPUTY
        assert pausing.current(run) is not None

    def test_nobody_decides_meanwhile_and_is_told_who_paused_it_and_until_when(
        self, run: Run, org: Organisation
    ) -> None:
        pause(run)
        for verdict in ("approve", "send_back"):
            with pytest.raises(NotNow, match=org.deputy_secretary_general.full_name) as refusal:
                act(run, verdict)
            assert refusal.value.code == "paused"
            assert REVIEW.isoformat() in str(refusal.value)

    def test_one_line_of_the_trail(self, run: Run, org: Organisation) -> None:
        known = trail.history(run.agreement.chain).count()
        pause(run)
        event = newest(run)
        assert trail.history(run.agreement.chain).count() == known + 1
        assert (event.code, event.comment, event.payload["review_on"]) == (
            "pause_run",
            "待与对方会商。",
            REVIEW.isoformat(),
        )
        assert (event.actor_id, event.text_sha256) == (org.deputy_secretary_general.pk, run.sha256)

    @pytest.mark.parametrize("review_on", [PAUSED, PAUSED - timedelta(days=1)])
    def test_never_without_a_day_of_review_that_lies_ahead(self, run: Run, review_on: date) -> None:
        with pytest.raises(BadInput):
            pause(run, review_on=review_on)

    def test_it_needs_its_reason(self, run: Run) -> None:
        with pytest.raises(BadInput):
            pause(run, reason=" ")

    @pytest.mark.parametrize("name", ["staff", "head", "general_office", "mayor", "legal"])
    def test_only_the_leader_who_has_the_step(self, run: Run, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            pausing.pause(
                on_desk(run), by=fresh(org.users[name]), reason="等等。", review_on=clock.today() + timedelta(9)
            )

    def test_never_the_office_not_even_in_a_leaders_place(self, run: Run, org: Organisation) -> None:
        PostHolding.objects.filter(post=org.post("secretary_general")).update(to_on=date(2026, 3, 1))
        act(run)
        with pytest.raises(Refused):
            pausing.pause(
                on_desk(run), by=fresh(org.general_office), reason="等等。", review_on=clock.today() + timedelta(9)
            )

    def test_the_second_is_told_who_paused_it(self, run: Run, org: Organisation) -> None:
        pause(run)
        with pytest.raises(NotNow, match=org.deputy_secretary_general.full_name) as refusal:
            pause(run)
        assert refusal.value.code == "paused"
        assert Pause.objects.count() == 1

    def test_the_database_holds_one_open_pause_and_keeps_it(self, run: Run) -> None:
        row = pause(run)
        with pytest.raises(IntegrityError), transaction.atomic():
            Pause.objects.create(
                run=run,
                step=row.step,
                post=row.post,
                paused_by=row.paused_by,
                by_name=row.by_name,
                post_title=row.post_title,
                reason="又",
                paused_on=PAUSED,
                paused_at=noon(PAUSED),
                review_on=REVIEW,
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Pause.objects.filter(pk=row.pk).update(reason="别的")
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()

    def test_of_all_who_are_asked_the_clock_stands_still(self, run: Run, org: Organisation) -> None:
        let_countersign(run, "secretary_general", org)
        act(run)
        first = on_desk(run, "legal")
        opening.assign(
            run.agreement,
            first.step,
            org.post("vice_mayor"),
            "seat",
            by=fresh(org.general_office),
            on=PAUSED,
            at=noon(PAUSED),
        )
        leader = on_desk(run, "vice_mayor")
        pausing.pause(leader, by=fresh(org.vice_mayor), reason="等等。", review_on=REVIEW, on=PAUSED, at=noon(PAUSED))
        assert Deadline.objects.filter(agreement=run.agreement, closed_on=None, stops__to_on=None).count() == 4
        with pytest.raises(NotNow):
            act(run, username="legal")


class TestReview:
    def test_on_the_day_the_post_is_told_once(self, run: Run) -> None:
        pause(run)
        ticking.look(noon(REVIEW - timedelta(days=1)))
        assert told(run, "pause_review") == set()
        ticking.look(noon(REVIEW))
        ticking.look(noon(REVIEW + timedelta(days=1)))
        assert told(run, "pause_review") == {DEPUTY}
        assert run.agreement.notices.filter(code="pause_review").count() == 1
        assert pausing.current(run) is not None


class TestResume:
    def resume(self, run: Run, by: object, on: date = RESUMED) -> Pause:
        return pausing.resume(run, by=fresh(by), words="已会商。", on=on, at=noon(on))  # type: ignore[arg-type]

    def test_the_working_days_of_the_pause_are_given_back(self, run: Run, org: Organisation) -> None:
        before = deadline(run)
        pause(run)
        self.resume(run, org.deputy_secretary_general)
        after = deadline(run)
        assert (before.due_on, after.due_on) == (date(2026, 3, 5), date(2026, 3, 12))
        assert (after.given_back, after.replaces) == (5, before)
        assert (todo(run).deadline, todo(run).due_on) == (after, after.due_on)
        run.agreement.refresh_from_db()
        assert run.agreement.next_due_on == after.due_on
        act(run)
        assert now_open(run) == "secretary_general"

    def test_one_line_of_the_trail(self, run: Run, org: Organisation) -> None:
        pause(run)
        self.resume(run, org.deputy_secretary_general)
        assert (newest(run).code, newest(run).comment, newest(run).payload["step"]) == (
            "resume_run",
            "已会商。",
            DEPUTY,
        )

    @pytest.mark.parametrize("name", ["secretary_general", "vice_mayor", "mayor"])
    def test_a_leader_above_may(self, run: Run, org: Organisation, name: str) -> None:
        pause(run)
        assert self.resume(run, org.users[name]).closed_because == "resumed"

    def test_another_holder_of_the_post_may(self, run: Run, org: Organisation) -> None:
        pause(run)
        other = make_user("other", "另一人")
        PostHolding.objects.create(post=org.post(DEPUTY), user=other, from_on=SINCE, basis="任命")
        assert self.resume(run, other).closed_by == other

    def test_a_leader_below_may_not(self, run: Run, org: Organisation) -> None:
        pass_until(run, "vice_mayor")
        pause(run, on=clock.today(), review_on=clock.today() + timedelta(days=5))
        for name in ("deputy_secretary_general", "secretary_general", "general_office", "head", "stranger"):
            with pytest.raises(Refused):
                self.resume(run, org.users[name])

    def test_the_office_may_only_where_nobody_holds_these_posts(self, run: Run, org: Organisation) -> None:
        pass_until(run, "mayor")
        pause(run, on=clock.today(), review_on=clock.today() + timedelta(days=5))
        with pytest.raises(Refused):
            self.resume(run, org.general_office, on=clock.today())
        PostHolding.objects.filter(post=org.post("mayor")).update(to_on=clock.today() - timedelta(days=1))
        with pytest.raises(Refused):
            self.resume(run, org.vice_mayor, on=clock.today())
        row = self.resume(run, org.general_office, on=clock.today())
        assert (row.closed_because, row.closed_by) == ("resumed", org.general_office)

    def test_the_second_is_told_who_let_it_go_on(self, run: Run, org: Organisation) -> None:
        pause(run)
        self.resume(run, org.deputy_secretary_general)
        with pytest.raises(NotNow, match=org.deputy_secretary_general.full_name) as refusal:
            self.resume(run, org.mayor)
        assert refusal.value.code == "not_paused"

    def test_paused_again_it_stands_still_again(self, run: Run, org: Organisation) -> None:
        pause(run)
        self.resume(run, org.deputy_secretary_general)
        pause(run, on=RESUMED)
        assert Pause.objects.filter(run=run).count() == 2
        assert deadline(run).stops.filter(to_on=None).count() == 1


class TestWithSuspension:
    """§4.3 and §3.4: two reasons for the clock to stand still neither double nor end one another."""

    def test_a_suspension_in_a_pause_gives_the_days_back_once(self, run: Run, org: Organisation) -> None:
        pause(run)
        standing.propose(run.agreement, "suspend", by=fresh(org.head), reason="政策调整", at=noon(date(2026, 3, 4)))
        standing.decide(run.agreement, by=fresh(org.mayor), accepted=True, at=noon(date(2026, 3, 4)))
        with pytest.raises(NotNow):
            pausing.resume(run, by=fresh(org.deputy_secretary_general), on=RESUMED, at=noon(RESUMED))
        standing.propose(run.agreement, "resume", by=fresh(org.head), reason="可继续", at=noon(date(2026, 3, 6)))
        standing.decide(run.agreement, by=fresh(org.mayor), accepted=True, at=noon(date(2026, 3, 6)))
        assert deadline(run).stops.filter(to_on=None).count() == 1
        pausing.resume(run, by=fresh(org.deputy_secretary_general), on=RESUMED, at=noon(RESUMED))
        assert deadline(run).due_on == date(2026, 3, 12)


class TestWhilePaused:
    def test_it_may_be_ended(self, run: Run, org: Organisation) -> None:
        row = pause(run)
        terminating.end(run, by=fresh(org.head), reason="不再合作。")
        row.refresh_from_db()
        assert (row.closed_because, row.closed_by_name) == ("ended", org.head.full_name)

    def test_it_is_not_taken_to_a_meeting(self, run: Run) -> None:
        pause(run)
        assignment = on_desk(run)
        with pytest.raises(NotNow) as refusal:
            meeting_way.take_to(assignment, by=holder_of(assignment), forum="executive_meeting", reason="重大。")
        assert refusal.value.code == "paused"

    def test_no_minutes_are_recorded(self, org: Organisation) -> None:
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"]), org)
        pass_until(run, "mayors_office_meeting")
        Pause.objects.create(
            run=run,
            step=on_desk(run).step,
            post=on_desk(run).post,
            paused_by=org.mayor,
            by_name=org.mayor.full_name,
            post_title="市长",
            reason="等等。",
            paused_on=PAUSED,
            paused_at=noon(PAUSED),
            review_on=REVIEW,
        )
        with pytest.raises(NotNow):
            minutes.record(
                on_desk(run),
                by=fresh(org.general_office),
                minutes_number="〔2026〕5号",
                held_on=clock.today(),
                result="passed",
                excerpt=paper(),
                text_sha256=run.sha256,
            )

    def test_a_page_that_looks_ahead_is_not_disturbed(self, run: Run, org: Organisation) -> None:
        pause(run)
        following = look_ahead(on_desk(run), fresh(org.deputy_secretary_general))
        assert following is not None


class TestPages:
    def test_the_item_says_so_and_offers_only_what_is_possible(
        self, run: Run, as_user: Callable[[User], Client]
    ) -> None:
        pause(run)
        assignment = on_desk(run)
        browser, address = (
            as_user(holder_of(assignment)),
            reverse("approvals:decision-edit", args=[assignment.public_id]),
        )
        page = browser.get(address).content.decode()
        for words in ("已暂缓审批", "3月20日", "待与对方会商。", "停算中"):
            assert words in page, words
        assert re.search(r'<details class="op" id="op-resume" name="op" open>', page)
        for vain in ('value="approve"', 'id="op-add-signers"', 'id="op-reassign"'):
            assert vain not in page
        late = browser.post(address, {"verdict": "approve", "opinion": "不丢的字", "text_sha256": run.sha256})
        assert late.status_code == 409
        assert "不丢的字" in late.content.decode()
        pausing.resume(run, by=holder_of(assignment), on=RESUMED, at=noon(RESUMED))
        page = browser.get(address).content.decode()
        assert 'value="approve"' in page
        assert "已暂缓审批" not in page

    def test_the_inbox_says_so(self, run: Run, as_user: Callable[[User], Client]) -> None:
        browser = as_user(holder_of(on_desk(run)))
        with translation.override("en"):
            browser.cookies["django_language"] = "en"
            assert [row.state for row in browser.get("/inbox/").context["rows"]] == [""]
            pause(run)
            assert [row.state for row in browser.get("/inbox/").context["rows"]] == ["paused"]


def test_a_return_after_a_pause_keeps_its_record(run: Run, org: Organisation) -> None:
    act(run)
    pause(run, on=clock.today(), review_on=clock.today() + timedelta(days=3))
    pausing.resume(run, by=fresh(org.secretary_general))
    back(run, DEPUTY)
    assert Pause.objects.filter(run=run).count() == 1
    assert now_open(run) == DEPUTY
