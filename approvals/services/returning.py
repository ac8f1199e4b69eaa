"""Taking an own decision back (撤回): one step, while nobody has acted since (§3.4).

Returning a text and submitting it again are decisions (`runs.decide`). Here the last decision is undone: whatever it
opened is closed, whatever it closed is opened again. The decision stays on record, marked as taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import events, verbs
from agreements.services import deadlines, lifecycle
from approvals import run_rules
from approvals.models import Assignment, Decision, Run, Step
from approvals.services import opening, pausing, second_caller, steps, taking, telling, topic_ends
from approvals.services.taking import Closed, Held, Kind
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records import trail
from records.models import Event

Verdict = Decision.Verdict
MOVES = ("approve_step", "approve_part", "disagree", "return_to_step", "present_again")
"""The events of decisions that leave the agreement in approval: the last of them can be taken back."""


def take_back(run: Run, *, by: User, reason: str, on: date | None = None, at: datetime | None = None) -> Run:
    """Take the own decision back: an approval, a presentation made again, a return to a passed step, a part of a step.

    Exactly one step, while the next has not acted: no decision, no signer, no advice asked; a pause, a copy or a
    reminder holds nobody back. What the decision opened is cancelled, those asked are told; what it closed is open
    again, with a limit that runs anew, for whoever was asked before. Raises BadInput without a reason, Refused for who
    has decided nothing or does not hold the post any more, NotNow once somebody has acted since, who is named, and for
    a decision that led out of the approval. Second caller: NotNow, it was taken back already.
    """
    on, at = taking.today(on, at)
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why it is taken back: whoever had it next sees it."), "§3.4")
    with transaction.atomic():
        lifecycle.lock(run.agreement)
        verdict = run_rules.may_take_back(by, run)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        run.refresh_from_db(fields=["state", "sha256", "text"])
        if run.state != Run.State.OPEN:
            raise second_caller.run_ended(run)
        if not lifecycle.is_time(run.agreement, verbs.get("decide")):
            raise lifecycle.not_the_time(run.agreement, verbs.get("decide"))
        mine = run_rules.own_decision(by, run)
        if mine is None:
            raise RuntimeError("the rule asked for an own decision")
        event = _last_move(run, mine)
        held = taking.read(run, mine.assignment, by)[0]
        held.verdict = verdict
        opened = next((step for step in held.steps if step.state == Step.State.OPEN and step.pk != held.step.pk), None)
        told = _close_what_it_opened(held, mine, opened, event, by=by, on=on, at=at)
        if opened is not None and opened.is_meeting:
            topic_ends.withdraw_of_step(opened, by=by, at=at, because=reason)
        pausing.end(run, because="recalled", by=by, on=on, at=at)
        _open_what_it_closed(held, mine, by=by, on=on, at=at)
        payload = steps.payload(held.step)
        if opened is not None:
            payload |= {"from_step": opened.code, **opened.named("from_step_name")}
        steps.act(held, "take_back", by=by, opinion=reason, payload=payload, on=on, at=at)
        telling.posts(told, telling.TAKEN_BACK, run.agreement, by=by, reason=reason)
        deadlines.refresh_next_due(run.agreement)
    return run


def can_take_back(user: User, run: Run) -> bool:
    """Tell whether the last that happened to an approval is a decision of this person that can be taken back."""
    mine = run_rules.own_decision(user, run) if run.state == Run.State.OPEN else None
    if mine is None:
        return False
    try:
        _last_move(run, mine)
    except NotNow:
        return False
    return True


def _last_move(run: Run, mine: Decision) -> Event:
    """Return the event of the own decision. Raises NotNow where it is not the last that happened to the approval."""
    if mine.assignment.closed_because == Closed.RECALLED:
        raise NotNow(
            _("%(who)s has taken this decision back already.") % {"who": mine.by_name}, "§3.4", code="taken_back"
        )
    last = trail.history(run.agreement.chain).exclude(code__in=events.passive()).last()
    if last is not None and last.code == "open_approval":
        raise NotNow(
            _("This presentation opened the approval: the whole approval is recalled."),
            "§3.4",
            code="recall_presentation",
            next_step=_("Recall the agreement from its page."),
        )
    if last is None or last.code not in MOVES or last.actor_id != mine.by_id or last.recorded_at != mine.at:
        who, when = (last.actor_name, last.recorded_at) if last else (mine.by_name, mine.at)
        raise NotNow(
            _("%(who)s has acted since, on %(when)s: the decision can no longer be taken back.")
            % {"who": who, "when": timezone.localtime(when).strftime("%Y-%m-%d %H:%M")},
            "§3.4",
            code="acted",
            next_step=_("Ask who has it now to send the text back to you."),
        )
    return last


def _close_what_it_opened(
    held: Held, mine: Decision, opened: Step | None, event: Event, *, by: User, on: date, at: datetime
) -> list[int]:
    """Close the next step, and let those wait that were skipped on its way. Return the posts it was taken from."""
    told: list[int] = []
    for step in held.steps:
        for sheet in held.sheets[step.pk]:
            if sheet.verdict == Verdict.SKIP and _was_at(sheet.pk, mine):
                _mark_taken_back(sheet.pk)
                step.state = Step.State.WAITING
                step.save(update_fields=["state"])
    if opened is not None:
        asked = [sheet for sheet in held.sheets[opened.pk] if not sheet.closed]
        told = [sheet.post_id for sheet in asked if sheet.opened]
        ids = [sheet.pk for sheet in asked]
        steps.close_assignments(held.agreement, ids, by=by, on=on, at=at, because=Closed.RECALLED)
        opened.state = Step.State.WAITING
        opened.save(update_fields=["state"])
    if mine.verdict == Verdict.SEND_BACK and opened is not None:
        _as_before(held, opened, was_opened=True)
    elif event.payload.get("way") == Decision.LEVEL_BY_LEVEL or event.payload.get("between"):
        came_from = next(step for step in held.steps if step.pk == mine.assignment.came_from_id)
        for step in held.steps:
            if held.step.order < step.order < came_from.order and step.again_because == Step.Again.LEVEL_BY_LEVEL:
                _as_before(held, step, was_opened=step is opened)
    return told


def _as_before(held: Held, step: Step, *, was_opened: bool) -> None:
    """Let a step that was to decide again stand as it was: done, or skipped by rule, in its round before."""
    verdicts = [sheet.verdict for sheet in held.sheets[step.pk] if sheet.verdict is not None]
    by_rule = bool(verdicts) and verdicts[-1] in Decision.BY_RULE
    step.state = Step.State.SKIPPED if by_rule else Step.State.DONE
    step.round -= int(was_opened)
    step.again_because, step.answers_to = "", None
    step.save(update_fields=["state", "round", "again_because", "answers_to"])


def _open_what_it_closed(held: Held, mine: Decision, *, by: User, on: date, at: datetime) -> None:
    """Put the own part on the desk again, and the parts of those who were not asked any more because of it."""
    step, own = held.step, mine.assignment
    _mark_taken_back(own.pk)
    step.state, step.again_because = Step.State.OPEN, Step.Again.RECALLED
    if mine.verdict != Verdict.SEND_BACK:
        step.answers_to_id = own.came_from_id
    step.save(update_fields=["state", "again_because", "answers_to"])
    rest = Assignment.objects.filter(step=step, closed_at=mine.at).exclude(pk=own.pk).exclude(decision__isnull=False)
    # What this decision opened beside: who signs after waits for it again, a host asked once more is not asked.
    opened = list(Assignment.objects.filter(step=step, opened_at=mine.at, closed_at=None))
    steps.close_assignments(held.agreement, [row.pk for row in opened], by=by, on=on, at=at, because=Closed.RECALLED)
    later = [row for row in opened if row.kind == Kind.AFTER]
    for row in _whole([own, *rest, *later]):
        waits = row.opened_at is None or row in later
        fresh = Assignment.objects.create(
            step=step,
            post=row.post,
            kind=row.kind,
            # The part of the step stays one part: whoever was added to it is added to what it is now.
            parent=row if row.kind in (Kind.HOST, Kind.SEAT) else row.parent,
            round=row.round,
            added_by=row.added_by,
            reason=row.reason,
            came_from=row.came_from,
            opened_at=None if waits else at,
        )
        if not waits:
            opening.put_on_desk(held.agreement, fresh, step, by=by, on=on, at=at)


def _whole(rows: Iterable[Assignment]) -> list[Assignment]:
    found = Assignment.objects.filter(pk__in=[row.pk for row in rows])
    return list(found.select_related("post__unit", "parent", "added_by", "came_from"))


def _was_at(pk: int, mine: Decision) -> bool:
    return Decision.objects.filter(assignment=pk, at=mine.at).exists()


def _mark_taken_back(pk: int) -> None:
    """Mark an assignment whose decision does not count any more; the decision itself is never touched."""
    Assignment.objects.filter(pk=pk).update(closed_because=Closed.RECALLED)
