"""How a text that was sent back within a run goes on (§3.4): straight to who sent it back, or level by level."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from approvals.models import Assignment, Decision, Step
from approvals.services import opening
from approvals.services.taking import Closed, Held
from core.errors import BadInput, NotNow


def of(assignment: Assignment) -> list[str]:
    """Return how a text that was sent back to this step may go on: none for a step that was reached in order; straight
    only while the text is the one that was sent back."""
    if assignment.came_from_id is None:
        return []
    return _ways(assignment.step)


def _ways(step: Step) -> list[str]:
    sent = (
        Decision.objects.filter(returned_to=step, assignment__step=step.answers_to_id)
        .exclude(assignment__closed_because=Closed.RECALLED)
        .order_by("-pk")
        .values_list("text_sha256", flat=True)
        .first()
    )
    return [Decision.STRAIGHT, Decision.LEVEL_BY_LEVEL] if sent == step.run.sha256 else [Decision.LEVEL_BY_LEVEL]


def way_chosen(assignment: Assignment, way: str) -> str:
    """Return how the text goes on from a step it was sent back to, blank for any other: straight where that is possible
    and nothing else was chosen. Raises NotNow for straight on a text that has changed."""
    if way not in ("", Decision.STRAIGHT, Decision.LEVEL_BY_LEVEL):
        raise BadInput(_("Choose whether the text goes straight to who sent it back, or level by level."), "§3.4")
    allowed = of(assignment)
    if way == Decision.STRAIGHT and allowed == [Decision.LEVEL_BY_LEVEL]:
        raise NotNow(
            _("The text has changed since it was sent back: it goes over every level again."),
            "§3.4",
            code="text_changed",
            next_step=_("Choose level by level."),
        )
    return (way or allowed[0]) if allowed else ""


def resubmit(held: Held, way: str) -> dict[str, Any]:
    """Let the steps between wait again where a returned text goes level by level, or may not go straight. Of several
    who decide on the step, one who wants it level by level is enough. Return what the trail keeps of it.

    Straight, a step that was skipped because somebody approved who no longer has is asked all the same.
    """
    step = held.step
    if step.answers_to_id is None:
        return {}
    came_from = next(other for other in held.steps if other.pk == step.answers_to_id)
    counted = [row.pk for row in held.round if row.verdict is not None]
    chosen = {way, *Decision.objects.filter(assignment__in=counted).values_list("way", flat=True)}
    by_level = Decision.LEVEL_BY_LEVEL in chosen or Decision.STRAIGHT not in _ways(step)
    way = Decision.LEVEL_BY_LEVEL if by_level else Decision.STRAIGHT
    between = [
        other
        for other in held.steps
        if step.order < other.order < came_from.order and other.state in (Step.State.DONE, Step.State.SKIPPED)
    ]
    if way == Decision.STRAIGHT:
        between = [other for other in between if held.lost_its_ground(other)]
    opening.wait_again(between, Step.Again.LEVEL_BY_LEVEL)
    return {
        "way": way,
        "straight_to": came_from.code,
        **came_from.named("straight_to_name"),
        "between": [other.code for other in between],
    }
