"""§3.4: whatever is done with an approval in whatever order, no level is left out and each step lies on its desks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from accounts.models import PostHolding, User
from agreements.models import Deadline, Station, ToDo
from agreements.services import clock as ticking
from approvals.models import Assignment, Decision, MeetingResult, Run, Step
from approvals.services import meeting_way, minutes, pausing, returning, runs, terminating
from core.errors import ProductError
from records import trail
from tests.approvals.moves import DEPUTY, SECRETARY, let_countersign
from tests.factories import SINCE, Organisation, fresh, make_agreement, paper
from tests.factories_approvals import open_run
from tests.factories_followup import noon

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

PRESENTED = date(2026, 3, 2)
CAST = (DEPUTY, SECRETARY, "vice_mayor", "executive_vice_mayor", "mayor", "general_office", "head", "legal", "staff")
ACTS = (
    "approve",
    "approve",
    "approve",
    "approve",
    "approve_level",
    "send_back",
    "send_back",
    "send_back",
    "take_back",
    "take_to",
    "back_to_sign_off",
    "pause",
    "resume",
    "resume",
    "tick",
    "leave",
    "end",
)


@dataclass
class Desk:
    """A run in the hands of several people; `right` acts as who may, otherwise as anybody of the cast."""

    org: Organisation
    run: Run
    day: date = PRESENTED + timedelta(days=1)
    minute: int = 0
    written: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def at(self) -> Any:
        """Return an instant of its own for each act, as on a real desk."""
        self.minute += 1
        return noon(self.day) + timedelta(minutes=self.minute)

    def assignment(self, number: int) -> Assignment | None:
        rows = Assignment.objects.filter(step__run=self.run, closed_at=None).exclude(opened_at=None)
        rows = rows.select_related("post__unit", "step__run__text", "step__run__agreement__lead_unit").order_by("pk")
        found = list(rows)
        return found[number % len(found)] if found else Assignment.objects.filter(step__run=self.run).last()

    def who(self, right: User | None, number: int) -> User:
        """Return who may, or now and then anybody else."""
        anybody = self.org.users[CAST[number % len(CAST)]]
        return fresh(anybody if right is None or number % 5 == 4 else right)

    def call(self, act: str, number: int) -> Callable[[], object] | None:
        own = self.assignment(number)
        if own is None:
            return None
        holding = own.post.holdings.filter(to_on=None).first()
        by = self.who(holding.user if holding else None, number)
        shown = {"text_sha256": self.run.sha256, "on": self.day, "at": self.at}
        if act.startswith("approve"):
            if own.step.is_meeting:
                result = "passed" if number % 3 else "deferred"
                return lambda: minutes.record(
                    own, by=by, minutes_number="〔2026〕5号", held_on=self.day, result=result, excerpt=paper(), **shown
                )
            way = "level" if act == "approve_level" else ("", "straight")[number % 2]
            return lambda: runs.decide(own, by=by, verdict="approve", way=way, opinion="同意。", **shown)
        if act == "send_back":
            there = list(Step.objects.filter(run=self.run).order_by("order"))
            passed = [step for step in there if step.state == "done"] if number % 3 else there
            to = (passed or there)[number % len(passed or there)]
            return lambda: runs.decide(own, by=by, verdict="send_back", opinion="请再核。", to=to, **shown)
        when = {"on": self.day, "at": self.at}
        last = Decision.objects.filter(assignment__step__run=self.run, rule="").last()
        if act == "take_back":
            person = self.who(last.by if last else None, number)
            return lambda: returning.take_back(self.run, by=person, reason="收回。", **when)
        if act == "take_to":
            return lambda: meeting_way.take_to(own, by=by, forum="executive_meeting", reason="上会。", **when)
        leader = self.who(self.org.mayor, number)
        if act == "back_to_sign_off":
            return lambda: meeting_way.back_to_sign_off(self.run, by=leader, reason="改审签。", **when)
        if act == "pause":
            review_on = self.day + timedelta(days=number)
            return lambda: pausing.pause(own, by=by, reason="待会商。", review_on=review_on, **when)
        if act == "resume":
            return lambda: pausing.resume(self.run, by=leader, **when)
        if act == "tick":
            return lambda: ticking.look(self.at)
        if number % 4:
            return None
        if act == "end":
            return lambda: terminating.end(self.run, by=leader, reason="不再合作。", **when)
        return lambda: runs.decide(own, by=by, verdict="send_back", opinion="请修改。", **shown)

    def traces(self) -> Any:
        """Return everything an act leaves."""
        return (
            trail.history(self.run.agreement.chain).count(),
            list(Step.objects.filter(run=self.run).order_by("pk").values_list("order", "state", "round")),
            list(Assignment.objects.filter(step__run=self.run).values_list("pk", "closed_because").order_by("pk")),
            list(ToDo.objects.filter(agreement=self.run.agreement).values_list("pk", "closed_at", "due_on")),
            list(Deadline.objects.filter(agreement=self.run.agreement).values_list("pk", "closed_on").order_by("pk")),
        )

    def attempt(self, act: str, number: int) -> None:
        self.run.refresh_from_db()
        self.run.agreement.refresh_from_db()
        call = self.call(act, number)
        if call is None or self.run.state != "open":
            return
        before = self.traces()
        try:
            call()
        except ProductError:
            assert self.traces() == before, f"{act} was refused and left a trace"
            return
        lines = self.traces()[0] - before[0]
        assert lines == (0 if act == "tick" else 1), f"{act} left {lines} lines"
        if act == "tick":
            assert self.traces()[1] == before[1], "the clock moved a step"
        self.day += timedelta(days=1)
        self.is_lawful()

    def is_lawful(self) -> None:
        self.run.refresh_from_db()
        steps = list(Step.objects.filter(run=self.run).order_by("order"))
        self.nothing_is_lost()
        if self.run.state == "open":
            self.lies_on_its_desks([step for step in steps if step.state == "open"])
            self.waits_for_a_reason(steps)
        else:
            assert not Assignment.objects.filter(step__run=self.run, closed_at=None).exists()
            assert not self.run.pauses.filter(closed_at=None).exists()
        if self.run.state == "passed":
            self.every_level_has_decided(steps)

    def nothing_is_lost(self) -> None:
        now = list(Decision.objects.filter(assignment__step__run=self.run).values_list("pk", "verdict", "opinion"))
        assert now[: len(self.written)] == self.written
        self.written = now

    def lies_on_its_desks(self, opened: list[Step]) -> None:
        assert len(opened) == 1
        asked = Assignment.objects.filter(step__run=self.run, closed_at=None).exclude(opened_at=None)
        assert asked
        assert {row.step_id for row in asked} == {opened[0].pk}
        keys = sorted(row.key for row in asked)
        todos = ToDo.objects.filter(agreement=self.run.agreement, closed_at=None, code__in=("decide", "meeting"))
        limits = Deadline.objects.filter(agreement=self.run.agreement, closed_on=None, rule="approval_step")
        assert sorted(todos.values_list("subject_key", flat=True)) == keys
        assert sorted(limits.values_list("subject_key", flat=True)) == keys
        stopped = limits.filter(stops__to_on=None, stops__isnull=False).count()
        paused = self.run.pauses.filter(closed_at=None).exists()
        assert stopped == (len(keys) if paused else 0)

    def waits_for_a_reason(self, steps: list[Step]) -> None:
        """No step that somebody is still to decide on lies before one that was decided, but for a return or a
        meeting."""
        for place, step in enumerate(steps):
            later = any(other.state in ("done", "skipped") for other in steps[place + 1 :])
            if step.state == "waiting" and later:
                assert step.again_because, f"{step.code} was left out"
            if step.answers_to_id is not None and step.state in ("open", "waiting"):
                creditor = next(other for other in steps if other.pk == step.answers_to_id)
                assert creditor.state in ("waiting", "cancelled")
                assert creditor.order > step.order

    def every_level_has_decided(self, steps: list[Step]) -> None:
        for step in steps:
            if step.state == "cancelled":
                assert step.inserted_by, f"{step.code} was left out"
                continue
            assert step.state in ("done", "skipped")
            if step.is_meeting:
                last = MeetingResult.objects.filter(step=step).last()
                assert last is not None
                assert (last.result, last.text_sha256) == ("passed", self.run.sha256)
                continue
            stands = Decision.objects.filter(assignment__step=step, assignment__round=step.round)
            stands = stands.exclude(assignment__closed_because="recalled")
            verdicts = set(stands.values_list("verdict", flat=True))
            assert verdicts
            assert verdicts <= {"approve", "present", "skip"}
            assert set(stands.values_list("text_sha256", flat=True)) == {self.run.sha256}


@pytest.mark.parametrize("kind", ["plain", "same_person", "countersigned"])
def test_no_level_is_left_out(org: Organisation, kind: str) -> None:
    natures = ["funds"] if kind == "countersigned" else ["framework"]
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=natures, at=noon(PRESENTED))
    if kind == "same_person":
        PostHolding.objects.filter(post=org.post(SECRETARY)).update(to_on=SINCE)
        PostHolding.objects.create(
            post=org.post(SECRETARY), user=org.deputy_secretary_general, from_on=SINCE, basis="兼任"
        )
    run = open_run(agreement, org, at=noon(PRESENTED))
    if kind == "countersigned":
        let_countersign(run, SECRETARY, org)

    @settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 40)), min_size=20, max_size=40))
    def anything(tries: list[tuple[str, int]]) -> None:
        with transaction.atomic():
            desk = Desk(org, Run.objects.select_related("agreement", "text").get(pk=run.pk))
            for act, number in tries:
                desk.attempt(act, number)
            transaction.set_rollback(True)

    anything()
