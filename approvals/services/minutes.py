"""What a meeting resolved on a step of an approval, from its minutes (§3.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.organisation import SELF
from agreements.models import Agreement, Attachment
from agreements.services import attachments, deadlines, lifecycle
from approvals.models import Assignment, Decision, MeetingResult, Run
from approvals.services import opening, revising, settling, steps, taking, topic_ends
from core.errors import BadInput, NotNow

Result = MeetingResult.Result
WAITS = {Result.DEFERRED: "meeting_deferred", Result.WITHDRAWN: "meeting_withdrawn"}
"""The results by which the step stays open for a later meeting, and how the trail calls them."""
NEEDS_WORDS = {
    Result.REJECTED: gettext_lazy("Say why the meeting rejected the text: the lead unit revises by it."),
    Result.IN_PRINCIPLE: gettext_lazy("Say what is to be revised: the text passed in principle only."),
    Result.WITHDRAWN: gettext_lazy("Say why the topic was withdrawn at the meeting."),
}


def record(
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

    Passed, the next step opens. Passed in principle, the lead unit revises by the words, and the next step waits for
    the revised text. Deferred, or withdrawn at the meeting, the step stays open for a later one and the record stays.
    Rejected, the text goes back with its reason. A topic of the step takes the result; people come here from the topic
    of a session (`resolutions.record`). Raises BadInput for a day before the presentation or in the future, without a
    number, or without the words a result needs. Second caller: NotNow, the step is settled.
    """
    on, at = taking.today(on, at)
    opinion, minutes_number = opinion.strip(), minutes_number.strip()
    if result not in Result:
        raise BadInput(_("Choose what the meeting resolved."), "§3.4")
    if not minutes_number:
        raise BadInput(_("Enter the number of the minutes."), "§3.4")
    if held_on > on:
        raise BadInput(_("The meeting cannot lie in the future."), "§3.4")
    if result in NEEDS_WORDS and not opinion:
        raise BadInput(NEEDS_WORDS[Result(result)], "§3.4")
    with taking.one_effect(assignment):
        held = taking.taken(assignment, by=by, text_sha256=text_sha256)
        step = held.step
        if held.verdict.capacity == SELF:  # who deputises for the office says so in the trail as ever
            held.verdict = replace(held.verdict, capacity=taking.BY_MEETING)
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
                post_title=held.verdict.post,
                recorded_at=at,
                text_sha256=held.run.sha256,
            )
            topic_ends.resolve(step, row, by=by, at=at)
            if result not in WAITS:
                steps.close_assignment(held, by=by, on=on, at=at)
            if result == Result.IN_PRINCIPLE:
                revising.order(held.run, step=step, words=opinion, by=by, on=on, at=at)
            return {**steps.payload(step), "minutes": row.minutes_number, "held_on": held_on, "result": result}

        if result == Result.REJECTED:
            with lifecycle.acting(held.agreement, held.verdict):
                settling.leave(held, "send_back_from_approval", by=by, reason=opinion, write=write, on=on, at=at)
        elif result in (Result.PASSED, Result.IN_PRINCIPLE):
            # The revision is ordered by what is written; whoever opens the next step must know of it before.
            held.is_revised = held.is_revised or result == Result.IN_PRINCIPLE
            held.note(Decision.Verdict.APPROVE, by)
            with lifecycle.acting(held.agreement, held.verdict):
                settling.go_on(held, by=by, opinion=opinion, write=write, on=on, at=at)
        else:
            agreement = held.agreement
            steps.act(held, WAITS[Result(result)], by=by, opinion=opinion, payload=write(agreement), on=on, at=at)
            opening.put_on_desk(agreement, assignment, step, by=by, on=on, at=at, fresh=False)
            deadlines.refresh_next_due(agreement)
    return held.run
