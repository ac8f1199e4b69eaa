"""A run of an approval (§3.4): presented by the General Office, decided step by step, never leaving one out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Exists, F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Post, User
from accounts.models.organisation import DEPUTY, SELF
from accounts.posts import post_in
from agreements import verbs
from agreements.models import Agreement, Attachment, Deadline, TextMark, TextVersion
from agreements.services import access, attachments, deadlines, duties, lifecycle, notices, texts
from agreements.services.lifecycle import Moved
from approvals import rules
from approvals.models import Assignment, Decision, MeetingResult, Run, Step
from approvals.services import party_committee, routing
from approvals.services.reviewing import PRESENTING, STEP_RULE
from core import clock
from core.acts import permit
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Allowed

Verdict = Decision.Verdict
Result = MeetingResult.Result
Write = Callable[[Agreement], dict[str, Any]]

SYSTEM_CAPACITY = "automatic"
ENDS_AS = {
    "approve": Run.State.PASSED,
    "send_back_from_approval": Run.State.RETURNED,
    "recall": Run.State.RECALLED,
    "withdraw": Run.State.ENDED,
}


@dataclass(slots=True)
class Held:
    """An open step, taken under the lock: its assignment, the steps that wait behind it, who has approved so far."""

    assignment: Assignment
    step: Step
    waiting: list[Step]
    approvers: dict[int, str]
    """Who has approved this text on an earlier step, and in which capacity."""
    acting: Allowed = field(default_factory=Allowed)

    @property
    def run(self) -> Run:
        return self.step.run

    @property
    def agreement(self) -> Agreement:
        return self.step.run.agreement


@dataclass(slots=True)
class Ahead:
    """What comes after a step: the next one to open (None after the last), and those skipped by rule before it."""

    step: Step | None = None
    lies: routing.Lies | None = None
    skipped: list[tuple[Step, Post, User]] = field(default_factory=list)


def current(agreement: Agreement) -> Run | None:
    """Return the run under way; None when there is none."""
    return Run.objects.filter(agreement=agreement, state=Run.State.OPEN).select_related("text").first()


def latest(agreement: Agreement) -> Run | None:
    """Return the newest run, whatever became of it; None before the first presentation."""
    return Run.objects.filter(agreement=agreement).select_related("text").order_by("-pk").first()


def approved_text(agreement: Agreement) -> TextVersion | None:
    """Return the text that passed its approval, the one to be signed; None before."""
    run = Run.objects.filter(agreement=agreement, state=Run.State.PASSED).select_related("text").order_by("-pk").first()
    return run.text if run else None


@transaction.atomic
def open_run(
    agreement: Agreement,
    *,
    by: User,
    opinion: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Run:
    """Present an agreement for approval (拟办): copy the route of this day, bind the run to the reviewed text.

    The first step, the General Office's, is done by this act; the next one opens. Every post foreseen on the route
    sees the agreement from here on. Second caller: NotNow, the agreement is in approval already.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    lifecycle.lock(agreement)
    text = texts.current(agreement)

    def facts(locked: Agreement) -> dict[str, Any]:
        if text is None:
            raise RuntimeError("a reviewed agreement has a text")
        plan = routing.plan(locked, day=on)
        run = Run.objects.create(
            agreement=locked,
            text=text,
            sha256=text.sha256,
            forum=plan.route.forum.value,
            natures=list(plan.natures),
            why=plan.why(),
            opened_by=by,
            opened_on=on,
        )
        steps = Step.objects.bulk_create(
            Step(
                run=run,
                order=order,
                code=planned.code,
                kind=planned.kind,
                role_zh=planned.role.zh,
                role_en=planned.role.en,
                post=planned.lies.post,
                redirected_because=planned.lies.redirected,
            )
            for order, planned in enumerate(plan.steps, start=1)
        )
        for post in {planned.lies.post.pk: planned.lies.post for planned in plan.steps}.values():
            access.grant(locked, "approval", post=post)
        duties.close(locked, PRESENTING, by=by, at=at)
        deadlines.close(locked, STEP_RULE, subject_key=PRESENTING, on=on)
        first, *rest = steps
        office = by.holding(routing.OFFICE, authority=locked.authority)
        assignment = Assignment.objects.create(
            step=first, post=office.post if office else plan.steps[0].lies.post, opened_at=at, closed_at=at
        )
        _write(assignment, Verdict.PRESENT, by=by, opinion=opinion, on=on, at=at, sha256=run.sha256)
        first.state = Step.State.DONE
        first.save(update_fields=["state"])
        _go_on(locked, _ahead(locked, rest, {}, on), by=by, on=on, at=at, sha256=run.sha256)
        party_committee.ask(locked, by=by, at=at)
        return {"run": run.public_id, "forum": run.forum, "steps": [planned.code for planned in plan.steps]}

    lifecycle.move(agreement, "open_approval", by=by, on=on, at=at, comment=opinion.strip(), facts=facts, text=text)
    run = current(agreement)
    if run is None:
        raise RuntimeError("the run was opened in this transaction")
    return run


def decide(
    assignment: Assignment,
    *,
    by: User,
    verdict: str,
    text_sha256: str,
    opinion: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Run:
    """Approve or send back on a step; `text_sha256` is the hash of the text that was shown.

    Approving opens the next step, or after the last one the agreement goes on to be signed. Sending back needs a
    reason and ends the run. A step that came to the office in a leader's place is approved with the words on whose
    instruction. Raises Refused for anyone but a holder of the step's post who did not work on the case, and for who
    approved the text on an earlier step while another holder may decide. Second caller: NotNow, told who decided and
    when.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    opinion = opinion.strip()
    if verdict not in (Verdict.APPROVE, Verdict.SEND_BACK):
        raise BadInput(_("Choose whether you approve or send back."), "§3.4")
    if verdict == Verdict.SEND_BACK and not opinion:
        raise BadInput(_("Say why the text goes back: the lead unit revises by it."), "§3.4")
    with _one_effect(assignment):
        held = _take(assignment, by=by, text_sha256=text_sha256)
        step = held.step
        if step.is_meeting:
            raise NotNow(_("This step is decided in a meeting: record its minutes."), "§3.4", code="meeting_needed")
        if step.redirected_because and verdict == Verdict.APPROVE and not opinion:
            raise BadInput(
                _("This step lies with the office in a leader's place: write on whose instruction it goes on."), "§3.4"
            )

        def write(_locked: Agreement) -> dict[str, Any]:
            _write(
                assignment, verdict, by=by, opinion=opinion, on=on, at=at, sha256=held.run.sha256, acting=held.acting
            )
            _close(held, by=by, on=on, at=at)
            return _payload(step)

        if verdict == Verdict.SEND_BACK:
            _return(held, by=by, reason=opinion, write=write, on=on, at=at)
        else:
            if not step.redirected_because:
                held.approvers[by.pk] = held.acting.capacity
            _pass(held, by=by, opinion=opinion, write=write, on=on, at=at)
    return held.run


def record_meeting(
    assignment: Assignment,
    *,
    by: User,
    minutes_number: str,
    held_on: date,
    result: str,
    excerpt: File[Any],
    text_sha256: str,
    opinion: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Run:
    """Record what a meeting resolved: its minutes' number, day, result and excerpt (§3.4).

    Passed, the next step opens. Deferred, the step stays open for a later meeting and the record stays too. Rejected,
    the text goes back with its reason. Raises BadInput for a day before the presentation or in the future, without a
    number, or for a rejection without a reason. Second caller: NotNow, the step is settled.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    opinion, minutes_number = opinion.strip(), minutes_number.strip()
    if result not in Result.values:
        raise BadInput(_("Choose what the meeting resolved."), "§3.4")
    if not minutes_number:
        raise BadInput(_("Enter the number of the minutes."), "§3.4")
    if held_on > on:
        raise BadInput(_("The meeting cannot lie in the future."), "§3.4")
    if result == Result.REJECTED and not opinion:
        raise BadInput(_("Say why the meeting rejected the text: the lead unit revises by it."), "§3.4")
    with _one_effect(assignment):
        held = _take(assignment, by=by, text_sha256=text_sha256)
        step = held.step
        if not step.is_meeting:
            raise NotNow(_("This step is signed, not decided in a meeting."), "§3.4", code="no_meeting")
        if held_on < held.run.opened_on:
            raise BadInput(_("The meeting was held before the agreement was presented."), "§3.4")

        def write(locked: Agreement) -> dict[str, Any]:
            row = MeetingResult.objects.create(
                step=step,
                minutes_number=minutes_number,
                held_on=held_on,
                result=result,
                opinion=opinion,
                excerpt=attachments.attach(
                    locked, Attachment.Kind.MINUTES, excerpt, by=by, subject_key=f"step:{step.pk}"
                ),
                recorded_by=by,
                by_name=by.full_name,
                post_title=held.acting.post,
                recorded_at=at,
                text_sha256=held.run.sha256,
            )
            if result != Result.DEFERRED:
                _close(held, by=by, on=on, at=at)
            return {**_payload(step), "minutes": row.minutes_number, "held_on": held_on, "result": result}

        if result == Result.REJECTED:
            _return(held, by=by, reason=opinion, write=write, on=on, at=at)
        elif result == Result.PASSED:
            _pass(held, by=by, opinion=opinion, write=write, on=on, at=at)
        else:
            agreement = held.agreement
            _act(held, "meeting_deferred", by=by, opinion=opinion, payload=write(agreement), on=on, at=at)
            deadline = deadlines.start(
                agreement, STEP_RULE, starts_on=on, post=assignment.post, subject_key=assignment.key
            )
            _put_on_desk(agreement, assignment, step, deadline=deadline, by=by, at=at)
            deadlines.refresh_next_due(agreement)
    return held.run


def look_ahead(assignment: Assignment, *, by: User) -> Step | None:
    """Return the step that opens when this person approves now; None when it is the last one.

    Raises Refused for who has approved this text on an earlier step while another holder of the post may decide.
    """
    run = assignment.step.run
    held, _is_open, worked = _read(assignment, run, by)
    held.acting = permit(rules.may_decide_on(by, run.agreement, assignment.post, worked=worked))
    _must_not_repeat(held, by)
    if not held.step.is_meeting and not held.step.redirected_because:
        held.approvers[by.pk] = held.acting.capacity
    return _ahead(run.agreement, held.waiting, held.approvers, clock.today()).step


def waiting(run: Run) -> list[Step]:
    """Return the steps that nobody has reached yet, in their order."""
    return list(run.steps.filter(state=Step.State.WAITING))


# ---------------------------------------------------------------------- duties of the verbs


def end_run(agreement: Agreement, moved: Moved) -> None:
    """Whatever takes an agreement out of approval ends its run; steps that nobody decided are cancelled, and stay.
    The text of a run that passed is marked as the approved one (§3.4)."""
    run = current(agreement)
    if run is None:
        return
    run.state, run.ended_on = ENDS_AS[moved.verb], moved.on
    run.save(update_fields=["state", "ended_on"])
    if run.state == Run.State.PASSED:
        texts.mark(run.text, TextMark.Kind.APPROVED, on=moved.on, by=moved.by, at=moved.at)
    run.steps.filter(state__in=(Step.State.WAITING, Step.State.OPEN)).update(state=Step.State.CANCELLED)
    Assignment.objects.filter(step__run=run, closed_at=None).update(closed_at=moved.at)


def tell_approved(agreement: Agreement, moved: Moved) -> None:
    """The lead unit learns that its agreement may be signed."""
    for code in ("officer", "unit_head"):
        notices.tell("approved", agreement=agreement, post=post_in(agreement.lead_unit, code), who=moved.by.full_name)


# ---------------------------------------------------------------------- one step


@contextmanager
def _one_effect(assignment: Assignment) -> Iterator[None]:
    """One transaction. What its constraints refuse is a second caller, who is told what the first one did."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if Assignment.objects.filter(pk=assignment.pk, closed_at=None).exists():
            raise
        raise settled(assignment) from error


def _take(assignment: Assignment, *, by: User, text_sha256: str) -> Held:
    """Lock the agreement, read the run anew, and ask who, when and on which text."""
    run = assignment.step.run
    agreement = run.agreement
    lifecycle.lock(agreement)
    held, is_open, worked = _read(assignment, run, by)
    held.acting = permit(rules.may_decide_on(by, agreement, assignment.post, worked=worked))
    if not is_open:
        raise settled(assignment)
    verb = verbs.get("decide")
    if not lifecycle.is_time(agreement, verb):
        raise lifecycle.not_the_time(agreement, verb)
    _must_not_repeat(held, by)
    if text_sha256 != run.sha256:
        raise NotNow(
            _("The text you were shown is not the text of this approval."),
            "§3.4",
            code="other_text",
            next_step=_("Open the page again and look at the text that is to be decided on."),
        )
    return held


def _must_not_repeat(held: Held, by: User) -> None:
    """Raise Refused for who has approved this text on an earlier step, while another holder of the post has not."""
    step = held.step
    if step.is_meeting or step.redirected_because or by.pk not in held.approvers:
        return
    if DEPUTY in (held.acting.capacity, held.approvers[by.pk]):
        raise Refused(
            _("You have approved this text already: nobody decides twice on one text, once as a deputy."), "§3.4"
        )
    people = routing.where(held.agreement, [step.code])[step.code].people
    if any(user.pk not in held.approvers for user in people):
        raise Refused(_("Nobody decides twice on one text; the other holder of this post decides."), "§3.4")


def _read(assignment: Assignment, run: Run, by: User) -> tuple[Held, bool, bool]:
    """Read every step of the run with what became of it, in one query: the open one, those that wait, who approved;
    whether the assignment is still open; whether the person worked on the case."""
    rows = (
        Step.objects.filter(run=run)
        .annotate(
            run_state=F("run__state"),
            assigned=F("assignments__pk"),
            closed_at=F("assignments__closed_at"),
            verdict=F("assignments__decision__verdict"),
            decided_by=F("assignments__decision__by"),
            capacity=F("assignments__decision__capacity"),
            worked=Exists(access.of_workers(run.agreement).filter(user=by)),
        )
        .order_by("order")
    )
    mine = assignment.step
    is_open = worked = False
    waiting: list[Step] = []
    approvers: dict[int, str] = {}
    for row in rows:
        row.run = run
        worked = row.worked
        if row.assigned == assignment.pk:
            mine = row
            is_open = (row.run_state, row.state, row.closed_at) == (Run.State.OPEN, Step.State.OPEN, None)
        elif row.state == Step.State.WAITING:
            waiting.append(row)
        if row.verdict == Verdict.APPROVE and not row.redirected_because:
            approvers[row.decided_by] = row.capacity
    return Held(assignment, mine, waiting, approvers), is_open, worked


def settled(assignment: Assignment) -> NotNow:
    """Return the error for a step that somebody has settled already, naming who and when."""
    decision = Decision.objects.filter(assignment=assignment).first()
    result = MeetingResult.objects.filter(step=assignment.step_id).last()
    if decision:
        who, when = decision.by_name, decision.at
    elif result:
        who, when = result.by_name, result.recorded_at
    else:
        return NotNow(_("This step is closed: the approval has ended."), "§3.4", code="run_ended")
    return NotNow(
        _("%(who)s has already acted on this step, on %(when)s.")
        % {"who": who, "when": timezone.localtime(when).strftime("%Y-%m-%d %H:%M")},
        "§3.4",
        code="already_decided",
        next_step=_("Open the agreement to see who has it now."),
    )


def _ahead(agreement: Agreement, waiting: list[Step], approvers: dict[int, str], day: date) -> Ahead:
    """Find the next step to open. A step whose every holder has approved this text already is skipped by rule; a
    meeting, and a step that goes to the office, never is."""
    ahead = Ahead()
    codes = [step.code for step in waiting]
    placed = routing.where(agreement, codes, day=day, approved=approvers) if waiting else {}
    for step in waiting:
        lies = placed[routing.OFFICE if step.is_meeting else step.code]
        if not step.is_meeting and not lies.redirected and all(user.pk in approvers for user in lies.people):
            ahead.skipped.append((step, lies.post, lies.people[0]))
            continue
        ahead.step, ahead.lies = step, lies
        break
    return ahead


def _pass(held: Held, *, by: User, opinion: str, write: Write, on: date, at: datetime) -> None:
    """Settle a step in favour: the next one opens, or the agreement goes through the door to the signing."""
    agreement, sha256 = held.agreement, held.run.sha256
    ahead = _ahead(agreement, held.waiting, held.approvers, on)
    skipped = {"skipped": [step.code for step, _post, _user in ahead.skipped]} if ahead.skipped else {}
    if ahead.step is None:
        # The door asks whether any step still waits, so the skips are written before it.
        _skip(ahead, on=on, at=at, sha256=sha256)
        lifecycle.move(
            agreement,
            "approve",
            by=by,
            on=on,
            at=at,
            comment=opinion,
            facts=lambda locked: {**write(locked), **skipped},
            text=held.run.text,
        )
        return
    payload = {**write(agreement), **skipped, "next": ahead.step.code}
    _act(held, "approve_step", by=by, opinion=opinion, payload=payload, on=on, at=at)
    _go_on(agreement, ahead, by=by, on=on, at=at, sha256=sha256)
    deadlines.refresh_next_due(agreement)


def _return(held: Held, *, by: User, reason: str, write: Write, on: date, at: datetime) -> None:
    lifecycle.move(
        held.agreement,
        "send_back_from_approval",
        by=by,
        on=on,
        at=at,
        comment=reason,
        facts=write,
        text=held.run.text,
    )


def _act(held: Held, code: str, *, by: User, opinion: str, payload: dict[str, Any], on: date, at: datetime) -> None:
    """Append the act to the trail, in the post the step lies with."""
    lifecycle.act(
        held.agreement,
        code,
        actor=by.actor(held.acting.post),
        on=on,
        at=at,
        comment=opinion,
        text=held.run.text,
        payload=payload,
    )


def _payload(step: Step) -> dict[str, Any]:
    payload: dict[str, Any] = {"run": step.run.public_id, "step": step.code, "order": step.order}
    return {**payload, "redirected": step.redirected_because} if step.redirected_because else payload


def _go_on(agreement: Agreement, ahead: Ahead, *, by: User, on: date, at: datetime, sha256: str) -> None:
    """Record the skips, then open the next step for its post: to-do, own limit, sight of the case."""
    _skip(ahead, on=on, at=at, sha256=sha256)
    step, lies = ahead.step, ahead.lies
    if step is None or lies is None:
        raise RuntimeError("a run is never opened without a step to decide")
    if step.post_id != lies.post.pk:
        access.grant(agreement, "approval", post=lies.post)
    step.post, step.redirected_because, step.state = lies.post, lies.redirected, Step.State.OPEN
    step.save(update_fields=["post", "redirected_because", "state"])
    assignment = Assignment.objects.create(step=step, post=lies.post, opened_at=at)
    deadline = deadlines.start(
        agreement, STEP_RULE, starts_on=on, post=lies.post, subject_key=assignment.key, fresh=True
    )
    _put_on_desk(agreement, assignment, step, deadline=deadline, by=by, at=at, fresh=True)


def _put_on_desk(
    agreement: Agreement,
    assignment: Assignment,
    step: Step,
    *,
    deadline: Deadline,
    by: User,
    at: datetime,
    fresh: bool = False,
) -> None:
    duties.open(
        agreement,
        "meeting" if step.is_meeting else "decide",
        post=assignment.post,
        subject_key=assignment.key,
        deadline=deadline,
        by=by,
        at=at,
        params={"assignment": assignment.public_id},
        fresh=fresh,
    )


def _skip(ahead: Ahead, *, on: date, at: datetime, sha256: str) -> None:
    """Record each automatic skip with its rule, as a decision of the person who has approved already."""
    for step, post, user in ahead.skipped:
        step.post, step.redirected_because, step.state = post, "", Step.State.SKIPPED
        step.save(update_fields=["post", "redirected_because", "state"])
        assignment = Assignment.objects.create(step=step, post=post, opened_at=at, closed_at=at)
        _write(
            assignment,
            Verdict.SKIP,
            by=user,
            on=on,
            at=at,
            sha256=sha256,
            rule=Decision.SAME_PERSON,
            capacity=SYSTEM_CAPACITY,
        )


def _write(
    assignment: Assignment,
    verdict: str,
    *,
    by: User,
    on: date,
    at: datetime,
    sha256: str,
    opinion: str = "",
    rule: str = "",
    capacity: str = SELF,
    acting: Allowed | None = None,
) -> None:
    Decision.objects.create(
        assignment=assignment,
        verdict=verdict,
        opinion=opinion.strip(),
        rule=rule,
        by=by,
        by_name=by.full_name,
        post_title=acting.post if acting else assignment.post.title,
        capacity=acting.capacity if acting else capacity,
        on=on,
        at=at,
        text_sha256=sha256,
    )


def _close(held: Held, *, by: User, on: date, at: datetime) -> None:
    """Take a settled step off the desk."""
    assignment, step = held.assignment, held.step
    assignment.closed_at = at
    assignment.save(update_fields=["closed_at"])
    step.state = Step.State.DONE
    step.save(update_fields=["state"])
    duties.close(held.agreement, subject_key=assignment.key, by=by, at=at)
    deadlines.close(held.agreement, STEP_RULE, subject_key=assignment.key, on=on)
