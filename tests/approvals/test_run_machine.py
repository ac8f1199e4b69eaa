"""§3.4: whatever is done with an approval in whatever order, no level is left out and each step lies on its desks.

The machine plays every operation of the registry (`approvals/acts.py`) through its own form, and what is done beside:
decisions, minutes, deputies, administrators, a revision, people who come and go, and the time (`machine/moves.py`).
After each act every law is asked (`machine/laws.py`). The stories are the same each time; `STORIES=50` tells as many
new ones of each kind.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from random import Random
from typing import Any

import hypothesis.strategies as st
import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from accounts.models import Delegation, PostHolding
from agreements.models import Deadline, Station, ToDo
from approvals.models import Assignment, Confirmation, Copy, Intervention, OnDisagree, Pause, Revision, Run, Step
from core.errors import ProductError
from records.models import Event
from tests.approvals import revision_cases
from tests.approvals.machine.desk import PRESENTED, SECOND_ADMINISTRATOR, SPARE, Desk
from tests.approvals.machine.laws import Laws
from tests.approvals.machine.moves import ANSWERS, MOVES, OF_TIME, registered, try_of
from tests.approvals.moves import DEPUTY, SECRETARY, let_countersign
from tests.factories import SINCE, Organisation, make_agreement, make_user
from tests.factories_accounts import delegate
from tests.factories_approvals import also_holds, open_run
from tests.factories_followup import noon

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

STORIES = int(os.environ.get("STORIES", "0"))
OF_REGISTRY = 3
"""How often each operation of the registry is tried, beside the weights of the moves."""
RARE = ("terminate_run", "withdraw", "recall", "send_back_to_the_unit")
"""What ends an approval: tried by one in four of its draws, so that stories have a middle."""
ALSO = {
    "remove-signer": {"approve_step", "approve", "send_back_from_approval", "present_again"},
    "check_the_revision": {"ask_again"},
}
"""What else a line may be left of, where an act leads on at once: a step closes when the last signer is taken off."""


@dataclass
class Story:
    """What is tried on a desk: what takes effect leaves its line, what is refused leaves nothing."""

    desk: Desk
    laws: Laws
    told: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    def go_on(self, move: str, number: int) -> None:
        """Try a move, or where there is nothing to try it on, one that answers to another."""
        if move in RARE and number % 4:
            return
        others = Random(number).sample(ANSWERS, 4)
        next((name for name in (move, *others) if self.play(name, number) is not None), None)

    def play(self, move: str, number: int) -> bool | None:
        """Play one move with these dice; return whether it took effect, None where there was nothing to try it on."""
        desk = self.desk
        desk.dice = Random(number)
        with desk.now():
            desk.read()
            call = try_of(desk, move)
            if call is None:
                return None
            before = self.seen if self.seen.get("run") == desk.run.pk else self.traces()
            try:
                call()
                refused = None
            except ProductError as error:
                refused = error
            desk.forget()
            self.seen = self.traces()
            if refused is not None:
                assert self.seen == before, f"{move} was refused and left a trace: {refused}"
                return False
            self.told.append(f"{move} {number}")
            self.leaves_its_line(move, before["lines"], self.seen["lines"])
        with desk.now():
            self.laws.hold(move)
        if desk.dice.random() < 0.5:
            desk.go_on()
        return True

    def leaves_its_line(self, move: str, before: list[tuple[int, str]], after: list[tuple[int, str]]) -> None:
        new = after[len(before) :]
        codes = [code for _pk, code in new]
        if move in [one.__name__ for one in OF_TIME]:
            assert not [one for one in Event.objects.filter(pk__in=[pk for pk, _code in new]) if one.actor_id]
        elif move != "present_again":
            assert codes or move == "write_the_revision", f"{move} left no line"
            assert not set(codes[1:]) - ALSO.get(move, set()), f"{move} left {codes}"

    def traces(self) -> dict[str, Any]:
        """Return everything an act leaves."""
        run, agreement = self.desk.run, self.desk.run.agreement_id
        of_run = {
            model.__name__: list(model._default_manager.filter(run=run).order_by("pk").values_list())
            for model in (Copy, Intervention, Pause, Revision, Step)
        }
        return {
            "run": run.pk,
            "lines": list(Event.objects.order_by("pk").values_list("pk", "code")),
            "assignments": list(Assignment.objects.filter(step__run=run).order_by("pk").values_list()),
            "todos": list(ToDo.objects.filter(agreement=agreement).order_by("pk").values_list()),
            "deadlines": list(Deadline.objects.filter(agreement=agreement).order_by("pk").values_list()),
            "answers": list(Confirmation.objects.order_by("pk").values_list()),
            "delegations": list(Delegation.objects.order_by("pk").values_list()),
            **of_run,
        }


def story_of(org: Organisation, run: Run) -> Story:
    desk = Desk(org, Run.objects.select_related("agreement", "text").get(pk=run.pk))
    story = Story(desk, Laws(desk))
    with desk.now():
        story.laws.hold("")
    return story


def begin(org: Organisation, kind: str) -> Run:
    """Present an agreement: by its kind with somebody who sits twice, with seats, with who drafted it on the route and
    as a deputy of the first leader from the next day on, or at the meeting, with a unit that spoke to a clause."""
    org.users[SPARE] = make_user(SPARE, "宁接任")
    org.users[SECOND_ADMINISTRATOR] = make_user(SECOND_ADMINISTRATOR, "郝管", org.post("administrator"))
    with time_machine.travel(noon(PRESENTED), tick=False):
        if kind == "at_the_meeting":
            agreement = revision_cases.at_the_meeting(org, {"finance": [1]})
            return Run.objects.get(agreement=agreement)
        if kind == "same_person":
            PostHolding.objects.filter(post=org.post(SECRETARY)).update(to_on=SINCE)
            also_holds(org, SECRETARY, org.deputy_secretary_general)
        if kind == "own_work":
            for code in ("inspector", SECRETARY):
                PostHolding.objects.filter(post=org.post(code)).update(to_on=SINCE)
                also_holds(org, code, org.staff)
        natures = ["funds"] if kind == "countersigned" else ["framework"]
        run = open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=natures), org)
        if kind == "countersigned":
            let_countersign(run, SECRETARY, org)
            Step.objects.filter(run=run, code=DEPUTY).update(on_disagree=OnDisagree.RETURN)
        if kind == "own_work":
            delegate(org.deputy_secretary_general, org.staff, begins=1, days=20)
        return run


LED_TO_BY: dict[str, tuple[str, ...]] = {
    "disagree": ("add-signers",),
    "record_other_minutes": ("take_to_meeting",),
    "write_the_revision": ("pass_in_principle",),
    "submit_the_revision": ("pass_in_principle", "write_the_revision"),
    "check_the_revision": ("pass_in_principle", "write_the_revision", "submit_the_revision"),
    "end_a_delegation": ("delegate",),
    "confirm_the_proposal": ("propose",),
    "refuse_the_proposal": ("propose",),
    "take_the_post": ("leave_the_post",),
    "present_again": ("send_back_to_the_unit",),
    "advise": ("ask-advice",),
    "confirm-record": ("record",),
    "remove-signer": ("add-signers",),
    "resume": ("pause",),
    "take_back": ("approve",),
    "back_to_sign_off": ("take_to_meeting",),
    "send_back": ("take_to_meeting",),
}
"""What must have been done before a move can take effect."""
CHECKED = (*LED_TO_BY["check_the_revision"], "check_the_revision")
LED_TO_BY |= {
    "resume_the_revision": CHECKED,
    "take_the_revision_in": CHECKED,
    "reply_to_the_revision": CHECKED,
    "answer_the_opinion": (*CHECKED, "reply_to_the_revision"),
}
AT_THE_MEETING = ("pass_in_principle", *(name for name in LED_TO_BY if name.endswith(("_revision", "_revision_in"))))
NOT_PLAYED = {"reopen_approval": "begins where the approval has passed and a story ends: test_reopening.py"}
"""Operations of the registry that the machine does not play, each with the reason."""


@pytest.mark.parametrize("kind", ["plain", "at_the_meeting"])
def test_every_operation_is_played_and_takes_effect(org: Organisation, kind: str) -> None:
    """Whoever registers a new operation finds it here: it is played by its form, or named above with the reason."""
    run = begin(org, kind)
    at_the_meeting = {*AT_THE_MEETING, "answer_the_opinion"}
    wanted = {*MOVES, *registered()} - set(NOT_PLAYED)
    wanted = wanted & at_the_meeting if kind == "at_the_meeting" else wanted - at_the_meeting
    assert not set(NOT_PLAYED) - set(registered())
    assert not [move for move in sorted(wanted) if not takes_effect(org, run, move)], "never took effect"


def takes_effect(org: Organisation, run: Run, move: str) -> bool:
    """Tell whether a move takes effect after what must come before it, by some of many dice."""
    for dice in range(60):
        with transaction.atomic():
            story = story_of(org, run)
            led = all(
                any(story.play(name, dice + 1000 * again) for again in range(5)) for name in LED_TO_BY.get(move, ())
            )
            done = led and any(story.play(move, dice + 1000 * again) for again in range(5))
            transaction.set_rollback(True)
        if done:
            return True
    return False


def draws(kind: str) -> list[str]:
    """Return every move as often as it is tried; what belongs to a revision more often where there will be one."""
    often = 3 if kind == "at_the_meeting" else 1
    return [
        *(
            name
            for name, (_move, weight) in MOVES.items()
            for _time in range(weight * (often if name in AT_THE_MEETING else 1))
        ),
        *(code for code in registered() for _time in range(OF_REGISTRY)),
    ]


@pytest.mark.parametrize("kind", ["plain", "same_person", "countersigned", "own_work", "at_the_meeting"])
def test_no_level_is_left_out(org: Organisation, kind: str) -> None:
    run = begin(org, kind)

    @settings(
        max_examples=STORIES or 3,
        derandomize=not STORIES,
        database=None,
        phases=[Phase.generate],  # a story that fails is told as it was found; a shorter one would take minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.sampled_from(draws(kind)), st.integers(0, 9999)), min_size=30, max_size=40))
    def anything(tries: list[tuple[str, int]]) -> None:
        with transaction.atomic():
            story = story_of(org, run)
            try:
                for move, number in tries:
                    story.go_on(move, number)
                story.laws.is_whole()
            except AssertionError as error:
                error.add_note("; ".join(story.told))
                raise
            transaction.set_rollback(True)

    anything()
