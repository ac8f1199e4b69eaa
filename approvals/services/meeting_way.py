"""From sign-off to a meeting and back, midway, on one trail (提请上会; §3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import verbs
from agreements.services import deadlines, lifecycle
from approvals import run_rules
from approvals.models import Assignment, Run, Step, StepKind
from approvals.services import opening, routing, second_caller, steps, taking, telling
from approvals.services.meetings import forums_of
from approvals.services.sync import DELIBERATES
from approvals.services.taking import Closed, Kind
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied


def forums_left(run: Run) -> list[str]:
    """Return the meetings a matter can still be taken to: those that do not stand on its way already."""
    rows: Iterable[Step] = run.shown.steps if run.shown else Step.objects.filter(run=run)
    there = {step.code for step in rows if step.is_meeting and step.state != Step.State.CANCELLED}
    return [forum.value for forum in forums_of(run.agreement.authority) if forum not in there]


def take_to(
    assignment: Assignment,
    *,
    by: User,
    forum: str,
    reason: str,
    on: date | None = None,
    at: datetime | None = None,
) -> Step:
    """Take a matter from sign-off to a meeting: a leader's act, deputy secretary-general or above, on the open step.

    The meeting's step is put before the leader's, which waits for the resolution and then decides; the chain does not
    end. It opens at the General Office. Where §3.4 says that a matter shall go to a meeting the route has it already.
    Raises BadInput without a reason or for an unknown meeting; Refused for anyone but the leader who has the step;
    NotNow where the way leads to that meeting anyway. Second caller: NotNow, told who took it there.
    """
    on, at = taking.today(on, at)
    reason = reason.strip()
    if forum not in forums_of(assignment.step.run.agreement.authority):
        raise BadInput(_("Choose the meeting."), "§3.4")
    if not reason:
        raise BadInput(_("Say why the matter is taken to a meeting."), "§3.4")
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by)
        verdict = run_rules.may_take_to_meeting(by, assignment)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        run, own = held.run, held.step
        if own.kind != StepKind.SIGN or assignment.kind != Kind.HOST:
            raise NotNow(_("Only a step of the sign-off is taken to a meeting."), "§3.4", code="no_sign_off")
        if forum not in forums_left(run):
            raise NotNow(
                _("This approval goes to that meeting already."),
                "§3.4",
                code="meeting_on_the_way",
                next_step=_("Decide on the step: the meeting has its place on the route."),
            )
        others = held.others()
        order = own.order
        steps.cancel_open(held, by=by, on=on, at=at, because=Closed.MOVED, again=Step.Again.MEETING)
        opening.make_room(run, order)
        step = Step.objects.create(
            run=run,
            order=order,
            code=forum,
            kind=StepKind.MEETING,
            role_zh=DELIBERATES.zh,
            role_en=DELIBERATES.en,
            inserted_by=by.full_name,
            inserted_because=reason,
        )
        payload = {**steps.payload(own), "forum": forum}
        if others:
            payload["not_asked"] = steps.titles(others)
        steps.act(held, "take_to_meeting", by=by, opinion=reason, payload=payload, on=on, at=at)
        office = routing.where(held.agreement, [routing.OFFICE], day=on)[routing.OFFICE]
        opening.open_step(held.agreement, step, office, by=by, on=on, at=at)
        telling.not_asked(held.agreement, others, by=by, reason=reason)
        deadlines.refresh_next_due(held.agreement)
    return step


def is_inserted(run: Run) -> bool:
    """Tell whether the approval waits for a meeting that a leader put on the way."""
    rows: Iterable[Step] = run.shown.steps if run.shown else Step.objects.filter(run=run)
    return any(step.is_meeting and step.state == Step.State.OPEN and step.inserted_by for step in rows)


def inserted(run: Run) -> Step | None:
    """Return the open step of a meeting that a leader put on the way; None where there is none."""
    return (
        run.steps.filter(kind=StepKind.MEETING, state=Step.State.OPEN)
        .exclude(inserted_by="")
        .select_related("post__unit")
        .first()
    )


def back_to_sign_off(run: Run, *, by: User, reason: str, on: date | None = None, at: datetime | None = None) -> Step:
    """Take a matter back from a meeting to sign-off: who took it there, another holder of that post, or a leader above.

    The meeting's step is cancelled, with its record; the step that waited for it opens. Never where §3.4 says that the
    matter shall go to a meeting. Raises BadInput without a reason; Refused for anyone else; NotNow for a meeting of the
    route, and where no meeting is awaited any more. Second caller: NotNow, told who acted.
    """
    on, at = taking.today(on, at)
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the matter goes back to sign-off."), "§3.4")
    agreement = run.agreement
    with transaction.atomic():
        held = taking.taken_run(run)
        verdict = run_rules.may_switch_back(by, run)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        if not lifecycle.is_time(agreement, verbs.get("decide")):
            raise lifecycle.not_the_time(agreement, verbs.get("decide"))
        if held is None or not held.step.is_meeting:
            raise second_caller.run_ended(run)
        if not held.step.inserted_by:
            raise NotNow(
                _("This matter shall go to the meeting: it is not taken back to sign-off."),
                "§3.4",
                code="shall_meet",
                next_step=_("Record the minutes when the meeting has been held."),
            )
        if held.is_paused:
            raise second_caller.paused(run)
        meeting = held.step
        follows = next(step for step in held.waiting if step.order > meeting.order)
        steps.cancel_open(held, by=by, on=on, at=at, because=Closed.MOVED, to_wait=False, reason=reason)
        lifecycle.act(
            agreement,
            "back_to_sign_off",
            actor=by.actor(verdict.post, verdict.capacity),
            on=on,
            at=at,
            comment=reason,
            text=run.text,
            payload={**steps.payload(meeting), "next": follows.code},
        )
        opening.reopen(held, follows, Step.Again.MEETING, by=by, on=on, at=at)
        deadlines.refresh_next_due(agreement)
    return follows
