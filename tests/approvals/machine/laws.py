"""What holds on the desk whatever was done, read from the rows and not by the services that are under test (§3.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Model
from django.utils import timezone

from agreements.models import Agreement, Alarm, Deadline, ToDo
from agreements.services import calendar
from approvals.models import (
    Assignment,
    Certificate,
    Confirmation,
    Decision,
    Intervention,
    MeetingResult,
    Pause,
    Recording,
    Revision,
    Run,
    Step,
    Urge,
)
from records import trail
from records.models import Event
from tests.approvals.machine.desk import Desk
from tests.road.walking import at_station, replayed

Kind, Verdict, Closed = Assignment.Kind, Decision.Verdict, Assignment.Closed
WRITTEN: tuple[type[Model], ...] = (Decision, MeetingResult, Confirmation, Recording, Urge)
"""What people wrote: rows that never change."""
ON_DESKS = ("decide", "meeting", "advise")
STEP_RULE = "approval_step"
FAVOURABLE = {Verdict.APPROVE, Verdict.PRESENT, Verdict.SKIP, Verdict.CARRY}
ADDED = (Kind.BEFORE, Kind.BESIDE, Kind.AFTER)


@dataclass
class Laws:
    """The laws of one desk, with what they have seen: they are asked after every act."""

    desk: Desk
    written: dict[type[Model], list[tuple[Any, ...]]] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)

    @property
    def run(self) -> Run:
        return self.desk.run

    def hold(self, move: str) -> None:
        """Ask every law."""
        self.desk.read()
        steps = list(Step.objects.filter(run=self.run).order_by("order"))
        self.what_is_written_stays()
        self.history_replays(steps)
        self.no_level_is_left_out(steps)
        self.signers_are_heard(steps)
        self.urged_at_most_once_a_day()
        if self.run.state == Run.State.OPEN:
            self.lies_on_its_desks(steps)
        else:
            self.nothing_is_left_open()
        if self.run.state == Run.State.PASSED and self.run.pk not in self.passed:
            self.passed.add(self.run.pk)
            self.every_level_has_decided(steps)
        if move == "let_the_clock_look":
            self.the_clock_has_looked(steps)

    # ------------------------------------------------------------------ what people wrote

    def what_is_written_stays(self) -> None:
        """Opinions are added to, and never changed; each new one was given by who had the right to give it."""
        for model in WRITTEN:
            before = self.written.get(model, [])
            now = list(model._default_manager.order_by("pk").values_list())
            assert now[: len(before)] == before, f"{model.__name__} was rewritten"
            self.written[model] = now
            if model is Decision:
                new = [row[0] for row in now[len(before) :]]
                for row in Decision.objects.filter(pk__in=new).select_related("assignment__step__run", "scan"):
                    (self.by_rule if row.rule else self.by_right)(row)

    def by_right(self, row: Decision) -> None:
        """Nobody decides on the own work, nor in place of who did it; each acts in a post that is his on that day."""
        assignment, day = row.assignment, self.desk.day
        workers = self.desk.workers()
        assert row.verdict not in (Verdict.SKIP, Verdict.CARRY)
        assert row.by_id not in workers, f"{row.by_name} decided on own work"
        assert row.text_sha256 == self.run.sha256
        holders = {held.user_id for held in assignment.post.holdings.on(day)}
        if row.capacity == "recorded":
            principal = row.recording.principal_id
            assert principal in holders
            assert principal not in workers
            assert row.scan is not None
            return
        if row.verdict == Verdict.PRESENT and assignment.closed_at == assignment.opened_at:
            return  # the act that opens the run: the office's, on its own step
        assert row.by_id in self.desk.acting(assignment.post_id), f"{row.by_name} has no right to {row.post_title}"
        assert (row.capacity == "deputy") == (row.by_id not in holders)
        if row.capacity == "deputy":
            lent = {one.holder_id for one in assignment.post.delegations.filter(to_user=row.by_id)}
            assert lent - workers, f"{row.by_name} decided in place of who did the work"
        if row.verdict in (Verdict.APPROVE, Verdict.DISAGREE) and assignment.kind in (Kind.HOST, Kind.SEAT):
            before = Assignment.objects.filter(step=assignment.step, kind=Kind.BEFORE, closed_at=None)
            assert not before.filter(parent=assignment).exists(), "decided while somebody signs before"
        if row.way == Decision.STRAIGHT:
            sent = Decision.objects.filter(returned_to=assignment.step, pk__lt=row.pk)
            last = sent.exclude(assignment__closed_because=Closed.RECALLED).last()
            assert last is not None
            assert last.text_sha256 == row.text_sha256, "straight with another text"

    def by_rule(self, row: Decision) -> None:
        """What nobody was asked about names its rule, and the ground of the rule is there."""
        assert row.capacity == "automatic"
        assert row.opinion == ""
        assert (row.verdict == Verdict.SKIP) == (row.rule == Decision.SAME_PERSON)
        earlier = Decision.objects.filter(pk__lt=row.pk, assignment__step__run__agreement=self.run.agreement_id)
        if row.rule == Decision.SAME_PERSON:
            own = earlier.filter(by=row.by_id, verdict=Verdict.APPROVE, text_sha256=row.text_sha256, capacity="self")
            assert own.exclude(assignment__closed_because=Closed.RECALLED).exists()
            return
        code = row.assignment.step.code
        favoured = earlier.filter(by=row.by_id, assignment__step__code=code, verdict__in=FAVOURABLE)
        results = MeetingResult.objects.filter(
            step__run__agreement=self.run.agreement_id, step__code=code, recorded_by=row.by_id
        )
        assert favoured.exists() or results.filter(result__in=("passed", "in_principle")).exists()
        if row.rule == Decision.SAME_TEXT:
            returned = Run.objects.filter(agreement=self.run.agreement_id, state=Run.State.RETURNED)
            assert returned.latest("pk").sha256 == row.text_sha256
        elif row.rule == Decision.EDITORIAL:
            assert Certificate.objects.filter(agreement=self.run.agreement_id, after_sha256=row.text_sha256).exists(), (
                "carried without a certificate"
            )
        else:
            assert row.rule == Decision.REVISED
            ordered = Revision.objects.filter(run=self.run).values_list("step", flat=True)
            assert code == "general_office" or row.assignment.step_id in ordered

    def urged_at_most_once_a_day(self) -> None:
        by_assignment: dict[int, list[date]] = {}
        for key, day in Urge.objects.order_by("pk").values_list("assignment", "sent_on"):
            by_assignment.setdefault(key, []).append(day)
        for days in by_assignment.values():
            assert all(calendar.nth(first, 1).day <= second for first, second in pairwise(days))

    # ------------------------------------------------------------------ the way

    def no_level_is_left_out(self, steps: list[Step]) -> None:
        """Nothing that waits lies before what was passed, but for a return or a meeting; what waits for an answer waits
        for a later step."""
        for place, step in enumerate(steps):
            later = any(other.state in ("done", "skipped", "open") for other in steps[place + 1 :])
            if step.state == "waiting" and later:
                assert step.again_because, f"{step.code} was left out"
            if step.state == "open" and any(other.state == "waiting" for other in steps[:place]):
                raise AssertionError(f"{step.code} is open before an earlier step that waits")
            if step.answers_to_id is not None and step.state in ("open", "waiting"):
                creditor = next(other for other in steps if other.pk == step.answers_to_id)
                assert creditor.state in ("waiting", "cancelled")
                assert creditor.order > step.order

    def signers_are_heard(self, steps: list[Step]) -> None:
        """Whoever was added to a step that has passed has signed, or was taken off with a reason."""
        done = {step.pk: step.round for step in steps if step.state == "done"}
        added = Assignment.objects.filter(step__in=done, kind__in=ADDED)
        for row in added.exclude(closed_because__in=(Closed.REMOVED, Closed.RECALLED, Closed.RETURNED, Closed.MOVED)):
            if row.round == done[row.step_id] and self.run.state in (Run.State.OPEN, Run.State.PASSED):
                assert Decision.objects.filter(assignment=row).exists(), f"{row.post} was not heard"

    def every_level_has_decided(self, steps: list[Step]) -> None:
        """When it has passed, each level has approved this very text, or a rule that is named stands for it."""
        sha256 = self.run.sha256
        for step in steps:
            if step.state == "cancelled":
                assert step.inserted_by, f"{step.code} was left out"
                continue
            assert step.state in ("done", "skipped"), f"{step.code} is {step.state}"
            stands = Decision.objects.filter(assignment__step=step, assignment__round=step.round).exclude(
                assignment__closed_because=Closed.RECALLED
            )
            if step.is_meeting and not stands.filter(verdict=Verdict.CARRY).exists():
                last = MeetingResult.objects.filter(step=step).last()
                assert last is not None
                assert (last.result in ("passed", "in_principle"), last.text_sha256) == (True, sha256)
                continue
            heads = stands.filter(assignment__kind__in=(Kind.HOST, Kind.SEAT)).exclude(verdict=Verdict.REASSIGN)
            verdicts = set(heads.values_list("verdict", flat=True))
            assert verdicts & FAVOURABLE, f"nobody approved {step.code}"
            assert step.kind == "countersign" or verdicts <= FAVOURABLE, f"{step.code}: {verdicts}"
            assert set(heads.values_list("text_sha256", flat=True)) == {sha256}, f"{step.code} approved another text"
        self.nobody_has_decided_twice(steps)
        for record in Recording.objects.filter(decision__assignment__step__run=self.run):
            assignment, said = record.decision.assignment, record.latest
            if assignment.round == assignment.step.round and assignment.closed_because == Closed.DECIDED:
                assert said is None or said.confirmed, "passed on a record to which its leader objects"

    def nobody_has_decided_twice(self, steps: list[Step]) -> None:
        """No two levels rest on one person of whose decisions one is a deputy's (docs/adr/0013)."""
        found: dict[int, list[str]] = {}
        for step in steps:
            if step.kind != "sign" or step.is_presenting or step.redirected_because or step.state != "done":
                continue
            rows = Decision.objects.filter(assignment__step=step, assignment__round=step.round, verdict=Verdict.APPROVE)
            rows = rows.filter(assignment__kind=Kind.HOST).exclude(assignment__closed_because=Closed.RECALLED)
            last = rows.exclude(capacity="recorded").last()
            if last is not None:
                found.setdefault(last.by_id, []).append(last.capacity)
        assert not any(len(as_what) > 1 and "deputy" in as_what for as_what in found.values()), "decided twice"

    # ------------------------------------------------------------------ desks

    def lies_on_its_desks(self, steps: list[Step]) -> None:
        """One step is open, or a revision; each open assignment has one to-do and one deadline of its own, made when it
        was opened, and lies with who acts in its post; nothing closed has any."""
        agreement = self.run.agreement_id
        opened = [step for step in steps if step.state == "open"]
        revision = Revision.objects.filter(run=self.run, state__in=Revision.UNDER_WAY).first()
        assert len(opened) == (0 if revision else 1), [f"{step.code} {step.state}" for step in steps]
        unsettled = list(Assignment.objects.filter(step__run=self.run, closed_at=None).select_related("post"))
        assert {row.step_id for row in unsettled} == {step.pk for step in opened}
        asked = {row.key: row for row in unsettled if row.opened_at is not None}
        assert asked or revision, "nobody is asked"
        assert all(row.kind == Kind.AFTER for row in unsettled if row.opened_at is None)
        todos = list(ToDo.objects.filter(agreement=agreement, closed_at=None, code__in=ON_DESKS))
        limits = list(Deadline.objects.filter(agreement=agreement, closed_on=None, rule=STEP_RULE))
        if revision:
            self.revision_lies_on_its_desks(revision, limits)
            limits = [row for row in limits if row.subject_key != revision.key]
        assert sorted(row.subject_key for row in todos) == sorted(asked)
        assert sorted(row.subject_key for row in limits) == sorted(asked)
        for limit in limits:
            row = asked[limit.subject_key]
            assert limit.post_id == row.post_id
            assert row.opened_at is not None
            assert limit.starts_on >= timezone.localtime(row.opened_at).date(), "an old limit runs on"
        for todo in todos:
            row = asked[todo.subject_key]
            assert todo.post_id == row.post_id
            assert todo.deadline_id in {limit.pk for limit in limits}
            assert todo.code == (
                "advise" if row.kind == Kind.ADVICE else "meeting" if opened[0].is_meeting else "decide"
            )
            self.lies_with_who_acts(todo)
        stopped = [row for row in limits if row.stops.filter(to_on=None).exists()]
        paused = Pause.objects.filter(run=self.run, closed_at=None).exists()
        assert len(stopped) == (len(asked) if paused else 0)
        self.records_wait_for_their_leaders()

    def revision_lies_on_its_desks(self, revision: Revision, limits: list[Deadline]) -> None:
        rows = ToDo.objects.filter(agreement=self.run.agreement_id, closed_at=None, subject_key=revision.key)
        wanted = {
            "open": ["revise", "submit_revision"],
            "submitted": ["check_revision"],
            "checked": ["close_revision"],
        }[revision.state]
        assert sorted(rows.values_list("code", flat=True)) == wanted
        running = Deadline.objects.filter(
            agreement=self.run.agreement_id, closed_on=None, subject_key=revision.key
        ).values_list("rule", flat=True)
        assert list(running) == ["revision" if revision.state == "open" else STEP_RULE]

    def lies_with_who_acts(self, todo: ToDo) -> None:
        """Pending items move when a delegation begins and ends: they lie with who acts, and with nobody else."""
        now = set(self.desk.acting(todo.post_id))
        lent = todo.post.delegations.values_list("holder", "to_user")
        concerned = {*now, *(pk for pair in lent for pk in pair), self.desk.org.stranger.pk}
        people = [self.desk.person(pk) for pk in sorted(concerned)]
        lies = {one.pk for one in people if ToDo.objects.lying_with(one).filter(pk=todo.pk).exists()}
        assert lies == now, f"{todo.code} lies with {lies}, not with {now}"

    def records_wait_for_their_leaders(self) -> None:
        """Each record of which its leader has said nothing is on the leader's desk once."""
        for record in Recording.objects.filter(decision__assignment__step__run=self.run).select_related("decision"):
            rows = ToDo.objects.filter(
                agreement=self.run.agreement_id,
                closed_at=None,
                code="confirm_record",
                subject_key=f"record:{record.decision.assignment_id}",
            )
            assert rows.count() == (0 if record.latest else 1)

    def nothing_is_left_open(self) -> None:
        """Of an approval that has ended nobody is asked anything."""
        assert not Assignment.objects.filter(step__run=self.run, closed_at=None).exists()
        assert not Step.objects.filter(run=self.run, state__in=("open", "waiting")).exists()
        assert not Pause.objects.filter(run=self.run, closed_at=None).exists()
        assert not Revision.objects.filter(run=self.run, state__in=Revision.UNDER_WAY).exists()
        agreement = self.run.agreement_id
        assert not ToDo.objects.filter(agreement=agreement, closed_at=None, code__in=ON_DESKS).exists()
        assert not ToDo.objects.filter(
            agreement=agreement, closed_at=None, subject_key__startswith="revision:"
        ).exists()
        left = Deadline.objects.filter(agreement=agreement, closed_on=None, subject_key__startswith="assignment:")
        assert not left.exists()

    def the_clock_has_looked(self, steps: list[Step]) -> None:
        """Whatever came before, a limit that is over raises its alarm, and no step stays where nobody can act."""
        day = self.desk.day
        limits = Deadline.objects.filter(agreement=self.run.agreement_id, closed_on=None, rule=STEP_RULE)
        for limit in limits.filter(provisional=False).exclude(stops__to_on=None, stops__isnull=False):
            if calendar.nth(limit.due_on, 1).day <= day:
                assert Alarm.objects.filter(deadline=limit, threshold=1).exists(), (
                    f"{limit.subject_key} is late in silence"
                )
        asked = list(Assignment.objects.filter(step__run=self.run, closed_at=None).select_related("step", "post"))
        workers = self.desk.workers()
        if Pause.objects.filter(run=self.run, closed_at=None).exists():
            return  # nothing moves in a pause
        if len(asked) == 1 and asked[0].step.kind == "sign" and asked[0].post.code != "general_office":
            free = set(self.desk.acting(asked[0].post_id)) - workers
            assert free, f"{asked[0].step.code} is stuck"

    # ------------------------------------------------------------------ the history

    def history_replays(self, steps: list[Step]) -> None:
        """The events alone lead to the state: the station, and the step that is open."""
        agreement = Agreement.objects.get(pk=self.run.agreement_id)
        assert replayed(agreement) == at_station(agreement)
        told = open_by(list(trail.history(agreement.chain)), self.run)
        now = next((step.code for step in steps if step.state == "open"), None)
        assert told in (now, UNTOLD), f"the history says that {told} is open, it is {now}"

    def is_whole(self) -> None:
        """At the end of a story its chain is whole, link by link."""
        assert trail.verify_chain(self.desk.agreement.chain) == []


UNTOLD = "?"
"""What a line of the trail does not say."""


def open_by(events: list[Event], run: Run) -> str | None:
    """Return which step of a run is open as its events tell it; None where none is.

    Every line about a step must be about the one that was open when it was written.
    """
    found: str | None = UNTOLD
    for event in events:
        kept = event.payload
        if event.code in ("recall", "withdraw"):
            found = None
        if kept.get("run") != run.public_id:
            continue
        if event.code == "open_approval":
            found = UNTOLD
        elif event.code in ("approve_step", "present_again"):
            found = kept.get("next")
        elif event.code == "return_to_step":
            found = kept["back_to"]
        elif event.code == "take_back":
            found = kept["step"]
        elif event.code == "take_to_meeting":
            found = kept["forum"]
        elif event.code == "back_to_sign_off":
            found = kept["next"]
        elif event.code == "close_revision" or (
            event.code == "intervene" and kept["way"] == Intervention.Kind.MOVE_BACK
        ):
            found = UNTOLD
        elif event.code in ("approve", "send_back_from_approval", "terminate_run"):
            found = None
        elif event.code in SIDE_ACTS:
            assert found in (kept["step"], UNTOLD), f"{event.code} on {kept['step']} while {found} was open"
    return found


SIDE_ACTS = (
    "approve_part",
    "disagree",
    "add_signers",
    "remove_signer",
    "reassign",
    "ask_advice",
    "advise",
    "pause_run",
    "resume_run",
    "urge",
    "meeting_deferred",
    "meeting_withdrawn",
    "redirect_step",
    "propose_intervention",
)
"""Lines about the open step that leave it open."""
