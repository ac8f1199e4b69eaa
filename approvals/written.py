"""What was written on each step of an approval, as the panel and the papers show it: every word, every signature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import events
from agreements.pages import workdays
from agreements.services import calendar
from approvals.models import Assignment, Decision, MeetingResult, Step

Kind = Assignment.Kind
BY_THE_ROUTE = (Kind.HOST, Kind.SEAT)
COUNTERSIGNS = (Kind.SEAT, Kind.BEFORE, Kind.AFTER, Kind.BESIDE)
"""Who signs beside the one who decides: these stand on the countersignature sheet."""


@dataclass(frozen=True, slots=True)
class StepOpinion:
    """A line of a step: who, from which post, in which capacity, when, what; empty where nobody has written yet.

    `part` is what somebody has to do with the step who was not put there by the route (signs before, advises), with
    `added` who asked for it and why; `round` counts how often the step was opened, blank the first time, with `again`
    the reason. `unconfirmed`: recorded from paper and not confirmed by its leader. `took` are the working days.
    """

    label: str
    state: str
    name: str = ""
    post: str = ""
    capacity: str = ""
    verdict: str = ""
    on: date | None = None
    opinion: str = ""
    redirected: str = ""
    excerpt: Any = None
    part: str = ""
    added: str = ""
    round: int = 1
    again: str = ""
    unconfirmed: bool = False
    took: str = ""
    is_countersign: bool = False


def steps_whole() -> QuerySet[Step]:
    """Return steps with everything that was decided on them; three queries, however many; a fourth where
    something was recorded from paper."""
    assignments = (
        Assignment.objects.select_related(
            "post__unit", "added_by", "decision__scan", "decision__returned_to", "decision__recording"
        )
        .prefetch_related("decision__recording__confirmations")
        .order_by("pk")
    )
    return Step.objects.select_related("post__unit").prefetch_related(
        Prefetch("assignments", assignments),
        Prefetch("meeting_results", MeetingResult.objects.select_related("excerpt")),
    )


def opinions_of(steps: Iterable[Step]) -> list[StepOpinion]:
    """Return steps, read by `steps_whole`, with what was written on each: every decision and every result of a meeting
    is a line, so is whoever was asked and has not written, or was taken off again."""
    lines: list[StepOpinion] = []
    for step in steps:
        of_step = [_line(step, row) for row in step.assignments.all() if _is_told(step, row)]
        of_step += [_meeting_line(step, result) for result in step.meeting_results.all()]
        lines += of_step or [
            StepOpinion(step.label, step.get_state_display(), post=_post(step), redirected=_told(step))
        ]
    return lines


def _is_told(step: Step, row: Assignment) -> bool:
    """Tell whether an assignment is a line of its own: what the meeting decided is told by its minutes."""
    return hasattr(row, "decision") or not (step.is_meeting and row.kind in BY_THE_ROUTE)


def _line(step: Step, row: Assignment) -> StepOpinion:
    decision: Decision | None = getattr(row, "decision", None)
    common: dict[str, Any] = {
        "label": step.label,
        "state": step.get_state_display(),
        "redirected": _told(step),
        "part": "" if row.kind in BY_THE_ROUTE else row.get_kind_display(),
        "added": _added(row),
        "round": row.round,
        "again": step.get_again_because_display() if row.round > 1 and step.again_because else "",
        "is_countersign": row.kind in COUNTERSIGNS,
    }
    if decision is None:
        state = row.get_closed_because_display() if row.closed_at else _("not opened yet")
        if row.is_open:
            state = step.get_state_display()
        return StepOpinion(**{**common, "state": state, "post": row.post.title})
    return StepOpinion(
        **common,
        name=decision.by_name,
        post=decision.post_title,
        capacity=capacity_word(decision.capacity, decision.principal_name),
        verdict=verdict_word(decision),
        on=decision.on,
        opinion=decision.opinion or rule_word(decision.rule),
        excerpt=decision.scan,
        unconfirmed=is_unconfirmed(decision),
        took=_took(row.opened_at, decision.on),
    )


def _meeting_line(step: Step, result: MeetingResult) -> StepOpinion:
    return StepOpinion(
        step.label,
        step.get_state_display(),
        name=result.minutes_number,
        post=result.post_title,
        capacity=capacity_word("meeting"),
        verdict=result.get_result_display(),
        on=result.held_on,
        opinion=result.opinion,
        redirected=_told(step),
        excerpt=result.excerpt,
    )


def _told(step: Step) -> str:
    return step.get_redirected_because_display() if step.redirected_because else ""


def _post(step: Step) -> str:
    return step.post.title if step.post else ""


def _added(row: Assignment) -> str:
    """Return who asked somebody to sign or to advise, and why; blank for whom the route asks."""
    if row.kind in BY_THE_ROUTE and not row.reason:
        return ""
    who = row.added_by.full_name if row.added_by else ""
    return _("%(who)s: %(why)s") % {"who": who, "why": row.reason} if who and row.reason else who or row.reason


def _took(opened_at: datetime | None, on: date) -> str:
    """Return how many working days something lay with somebody; blank within a day."""
    if opened_at is None:
        return ""
    days = calendar.until(timezone.localtime(opened_at).date(), on)
    return workdays(days) if days > 0 else ""


def verdict_word(decision: Decision) -> str:
    """Return what was decided, in words; of a return to a step, to which."""
    if decision.returned_to:
        return _("sent back to %(step)s") % {"step": decision.returned_to.label}
    return decision.get_verdict_display()


def capacity_word(capacity: str, principal: str = "") -> str:
    """Return in which capacity somebody acted (本人 · 代 · 代录 · 会议), in words, and in whose place."""
    word = events.capacity_word(capacity)
    return _("%(capacity)s, for %(name)s") % {"capacity": word, "name": principal} if principal else word


def is_unconfirmed(decision: Decision) -> bool:
    """Tell whether a decision was recorded from paper and its leader has not confirmed it yet."""
    if decision.capacity != "recorded":
        return False
    recording = getattr(decision, "recording", None)
    return recording is None or recording.latest is None or not recording.latest.confirmed


def rule_word(rule: str) -> str:
    """Return by which rule nobody was asked."""
    return {
        Decision.SAME_PERSON: _("Skipped: the same person has already approved this text."),
        Decision.SAME_TEXT: _("Carried over: this level has approved the same text, which came back unchanged."),
        Decision.EDITORIAL: _("Carried over: the legal reviewer certified that only the wording has changed."),
        Decision.REVISED: _("Stands: the meeting ordered the change itself."),
    }.get(rule, "")
