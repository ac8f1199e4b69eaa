"""§3.4: a leader's paper recorded by the office (代录) with its scan, marked until the leader confirms, or objects."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import PostHolding, User
from agreements import verbs
from agreements.models import Agreement, Station, ToDo
from agreements.services import duties
from approvals.models import Confirmation, Decision, Recording, Run
from approvals.services import recording, signing_on
from core import clock
from core.errors import BadInput, NotNow, Refused
from tests.approvals.others import decide, desks, head_of, lines, lying, newest, signature, told
from tests.factories import Organisation, fresh, make_agreement, make_user, paper
from tests.factories_approvals import also_holds, open_assignment, open_run, pass_step
from tests.factories_archive import sign

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


def record(run: Run, org: Organisation, code: str = "deputy_secretary_general", **more: Any) -> Recording:
    given: dict[str, Any] = {
        "by": fresh(org.general_office),
        "verdict": "approve",
        "opinion": "同意。",
        "written_on": clock.today(),
        "scan": paper("批示件.png"),
        "text_sha256": run.sha256,
    }
    return recording.record(lying(run, org.post(code)), **{**given, **more})


def answer(row: Recording, by: User, *, confirmed: bool = True, words: str = "") -> Confirmation:
    return recording.confirm(
        Recording.objects.select_related("decision__assignment__step__run__agreement", "principal").get(pk=row.pk),
        by=fresh(by),
        confirmed=confirmed,
        words=words,
    )


def to_the_end(run: Run, agreement: Agreement) -> None:
    while Run.objects.get(pk=run.pk).state == Run.State.OPEN:
        pass_step(agreement)


class TestRecording:
    def test_the_step_goes_on_and_the_leader_is_asked_to_confirm(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        leader = org.post("deputy_secretary_general")
        row = record(run, org)
        assert run.steps.get(code="secretary_general").state == "open"
        assert (row.principal, row.written_on) == (org.deputy_secretary_general, clock.today())
        assert desks(agreement) == {("decide", org.post("secretary_general").pk), ("confirm_record", leader.pk)}

    def test_it_never_looks_like_the_leaders_own_act(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        row = record(run, org)
        decision = row.decision
        assert (decision.by, decision.capacity, decision.principal_name) == (org.general_office, "recorded", "钱进")
        assert decision.post_title == org.post("deputy_secretary_general").title
        assert decision.scan is not None
        assert decision.scan.kind == "instruction"
        event = newest(agreement)
        assert signature(event) == (
            "approve_step",
            org.general_office.pk,
            org.post("general_office").title,
            "recorded",
            run.sha256,
        )
        assert event.payload["principal"] == "钱进"
        assert [one.pk for one in recording.unconfirmed(run)] == [row.pk]

    @pytest.mark.parametrize("verdict", ["approve", "send_back"])
    def test_the_last_step_too_goes_through_the_door_as_recorded(
        self, agreement: Agreement, run: Run, org: Organisation, verdict: str
    ) -> None:
        while open_assignment(agreement).step.code != "mayor":
            pass_step(agreement)
        record(run, org, "mayor", verdict=verdict)
        agreement.refresh_from_db()
        assert agreement.station == (Station.SIGNING if verdict == "approve" else Station.DRAFTING)
        event = newest(agreement)
        assert (event.actor_id, event.capacity) == (org.general_office.pk, "recorded")
        assert ToDo.objects.filter(agreement=agreement, code="confirm_record", closed_at=None).exists()

    def test_to_a_passed_step_it_is_sent_back_as_any_other(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        pass_step(agreement)
        target = run.steps.get(code="deputy_secretary_general")
        record(run, org, "secretary_general", verdict="send_back", opinion="请再核。", to=target)
        assert run.steps.get(code="deputy_secretary_general").state == "open"

    def test_without_its_scan_nothing_is_recorded(self, run: Run, org: Organisation) -> None:
        with pytest.raises(BadInput):
            record(run, org, scan=None)
        decision = Decision.objects.filter(assignment__step__run=run).first()
        assert decision is not None
        decision.pk, decision.capacity, decision.assignment = None, "recorded", open_assignment(run.agreement)
        with pytest.raises(IntegrityError), transaction.atomic():
            decision.save(force_insert=True)

    @pytest.mark.parametrize("days", [1, -1])
    def test_the_paper_is_of_a_day_between_the_presentation_and_today(
        self, run: Run, org: Organisation, days: int
    ) -> None:
        with pytest.raises(BadInput):
            record(run, org, written_on=clock.today() + timedelta(days=days))

    @pytest.mark.parametrize("name", ["staff", "legal", "secretary_general", "mayor", "secretariat"])
    def test_only_the_office_records(self, run: Run, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            record(run, org, by=fresh(org.users[name]))

    def test_the_leader_does_not_record_for_oneself(self, run: Run, org: Organisation) -> None:
        also_holds(org, "general_office", org.deputy_secretary_general)
        with pytest.raises(Refused):
            record(run, org, by=fresh(org.deputy_secretary_general))

    def test_who_worked_on_the_case_does_not_record(self, run: Run, org: Organisation) -> None:
        also_holds(org, "general_office", org.staff)
        with pytest.raises(Refused):
            record(run, org, by=fresh(org.staff))

    def test_an_opinion_of_a_unit_is_not_recorded(self, run: Run, org: Organisation) -> None:
        signing_on.add(
            lying(run, org.post("deputy_secretary_general")),
            by=fresh(org.deputy_secretary_general),
            posts=[head_of(org, "finance")],
            place="beside",
            reason="请核",
        )
        with pytest.raises(Refused):
            recording.record(
                lying(run, head_of(org, "finance")),
                by=fresh(org.general_office),
                verdict="approve",
                written_on=clock.today(),
                scan=paper(),
                text_sha256=run.sha256,
            )

    def test_a_step_with_the_office_itself_or_in_a_meeting_is_not_recorded(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"])
        run = open_run(agreement, org)
        while not open_assignment(agreement).step.is_meeting:
            pass_step(agreement)
        with pytest.raises(Refused):
            record(run, org, "general_office")

    def test_of_two_holders_it_is_said_whose_paper_it_is(self, run: Run, org: Organisation) -> None:
        other = make_user("second_deputy", "卫国", org.post("deputy_secretary_general"))
        with pytest.raises(BadInput):
            record(run, org)
        with pytest.raises(BadInput):
            record(run, org, leader=org.mayor)
        assert record(run, org, leader=other).principal == other

    def test_the_office_records_for_one_leader_after_another(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        also_holds(org, "secretary_general", org.inspector)
        record(run, org)
        record(run, org, "secretary_general", leader=org.secretary_general)
        assert run.steps.get(code="vice_mayor").state == "open"

    def test_a_later_text_and_a_second_record_are_refused(self, run: Run, org: Organisation) -> None:
        stale = lying(run, org.post("deputy_secretary_general"))
        with pytest.raises(NotNow) as refusal:
            record(run, org, text_sha256="0" * 64)
        assert refusal.value.code == "other_text"
        record(run, org)
        with pytest.raises(NotNow, match="陈静"):
            recording.record(
                stale,
                by=fresh(org.general_office),
                verdict="approve",
                written_on=clock.today(),
                scan=paper(),
                text_sha256=run.sha256,
            )
        assert Recording.objects.count() == 1


class TestConfirming:
    def test_until_then_no_page_shows_it_as_the_leaders_own_act(
        self, run: Run, org: Organisation, as_user: Callable[[User], Client]
    ) -> None:
        row = record(run, org)
        assignment = row.decision.assignment
        settled = reverse("approvals:decision-edit", args=[assignment.public_id])
        browser = as_user(org.deputy_secretary_general)
        words = f"陈静 · {assignment.post.title} · 代录（为钱进） · "
        page = browser.get(settled).content.decode()
        assert words in page
        assert "未确认" in page
        assert re.search("陈静[,，] ?代录（为钱进）", page), "on the route too"
        answer(row, org.deputy_secretary_general)
        page = browser.get(settled).content.decode()
        assert words in page
        assert "未确认" not in page

    def test_the_item_has_its_place_in_the_inbox_and_leads_to_the_text(
        self, run: Run, org: Organisation, as_user: Callable[[User], Client]
    ) -> None:
        row = record(run, org)
        other = make_agreement(org, at_station=Station.LEGAL_REVIEW, title="另一件协议")
        open_run(other, org)
        todo = ToDo.objects.get(code="confirm_record", closed_at=None)
        address = duties.kind(todo).address(todo)
        page = as_user(org.deputy_secretary_general).get(address)
        assert page.context["queue"].total == 2
        beside = {page.context["queue"].previous, page.context["queue"].next} - {""}
        assert beside == {reverse("approvals:decision-edit", args=[open_assignment(other).public_id])}
        content = page.content.decode()
        assert 'aria-keyshortcuts="Alt+' in content
        assert reverse("approvals:decision-edit", args=[row.decision.assignment.public_id]) in content

    def test_the_leader_confirms_and_it_is_final(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        row = record(run, org)
        before = lines(agreement)
        said = answer(row, org.deputy_secretary_general)
        assert (said.confirmed, said.by_name) == (True, "钱进")
        assert recording.unconfirmed(run) == []
        assert desks(agreement) == {("decide", org.post("secretary_general").pk)}
        event = newest(agreement)
        assert lines(agreement) == before + 1
        assert signature(event) == (
            "confirm_record",
            org.deputy_secretary_general.pk,
            org.post("deputy_secretary_general").title,
            "self",
            run.sha256,
        )
        for confirmed in (True, False):
            with pytest.raises(NotNow, match="钱进"):
                answer(row, org.deputy_secretary_general, confirmed=confirmed, words="不是")
        with pytest.raises(IntegrityError), transaction.atomic():
            Confirmation.objects.update(confirmed=False)

    @pytest.mark.parametrize("name", ["general_office", "secretary_general", "mayor", "staff"])
    def test_nobody_else_confirms(self, run: Run, org: Organisation, name: str) -> None:
        row = record(run, org)
        with pytest.raises(Refused):
            answer(row, org.users[name])

    def test_a_colleague_in_the_post_does_not_confirm_while_the_leader_holds_it(
        self, run: Run, org: Organisation
    ) -> None:
        row = record(run, org)
        other = make_user("second_deputy", "卫国", org.post("deputy_secretary_general"))
        with pytest.raises(Refused):
            answer(row, other)
        PostHolding.objects.filter(user=org.deputy_secretary_general).update(to_on=clock.today() - timedelta(days=1))
        assert answer(row, other).confirmed

    def test_an_objection_has_its_reason_and_everybody_who_acted_is_told(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        row = record(run, org)
        pass_step(agreement)
        with pytest.raises(BadInput):
            answer(row, org.deputy_secretary_general, confirmed=False)
        answer(row, org.deputy_secretary_general, confirmed=False, words="我批的是退回。")
        assert told(agreement, "record_objected") == {
            org.post("general_office").pk,
            org.post("secretary_general").pk,
        }
        assert newest(agreement).code == "object_record"
        with pytest.raises(NotNow):
            answer(row, org.deputy_secretary_general, confirmed=False, words="再说一遍")

    def test_while_it_stands_the_approval_does_not_end(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        row = record(run, org)
        answer(row, org.deputy_secretary_general, confirmed=False, words="我批的是退回。")
        with pytest.raises(NotNow) as refusal:
            to_the_end(run, agreement)
        assert [gap.code for gap in refusal.value.gaps] == ["record_objected"]
        assert open_assignment(agreement).step.code == "mayor"
        answer(row, org.deputy_secretary_general)
        to_the_end(run, agreement)
        agreement.refresh_from_db()
        assert agreement.station == Station.SIGNING

    def test_decided_anew_the_step_stands_again(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        row = record(run, org)
        answer(row, org.deputy_secretary_general, confirmed=False, words="我批的是退回。")
        target = run.steps.get(code="deputy_secretary_general")
        decide(lying(run, org.post("secretary_general")), org.secretary_general, "send_back", "请重新批示。", to=target)
        decide(lying(run, org.post("deputy_secretary_general")), org.deputy_secretary_general)
        assert recording.objected(run) == []
        to_the_end(run, agreement)
        agreement.refresh_from_db()
        assert agreement.station == Station.SIGNING

    def test_nothing_is_signed_while_it_stands_and_what_is_not_confirmed_is_said(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        row = record(run, org)
        to_the_end(run, agreement)
        agreement.refresh_from_db()
        assert [gap.code for gap in verbs.get("sign").advice(agreement)] == ["record_unconfirmed"]
        answer(row, org.deputy_secretary_general, confirmed=False, words="我批的是退回。")
        with pytest.raises(NotNow) as refusal:
            sign(agreement, org)
        assert [gap.code for gap in refusal.value.gaps] == ["record_objected"]
        answer(row, org.deputy_secretary_general)
        assert verbs.get("sign").advice(agreement) == []
        sign(agreement, org)

    def test_the_leader_is_still_asked_when_the_case_has_changed_its_station(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        record(run, org)
        decide(lying(run, org.post("secretary_general")), org.secretary_general, "send_back", "请修改。")
        assert ToDo.objects.filter(agreement=agreement, code="confirm_record", closed_at=None).exists()
