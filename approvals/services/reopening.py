"""Opening a step again after the approval has passed, because a leader objects to what was recorded of the own paper
(代录, §3.4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement
from agreements.services import drafting, lifecycle
from agreements.services.lifecycle import Moved
from approvals.models import Assignment, Run, Step
from approvals.services import opening, recording, steps, taking
from core.errors import BadInput, NotNow

VERB = "reopen_approval"
TOLD = "approval_reopened"


def reopen(run: Run, *, by: User, reason: str, on: date | None = None, at: datetime | None = None) -> Run:
    """Let the leaders who object decide themselves: the agreement goes back from signing to approval, the first step
    whose record is objected to lies with its post again, further ones wait for their turn. The text is the same, so
    what others decided on it stands; once the last of these steps has decided the agreement can be signed again.

    Raises BadInput without a reason; Refused for anyone but the General Office; NotNow at another station and where
    nobody objects. Second caller: NotNow, told where the agreement is. Everybody who acted is told.
    """
    on, at = taking.today(on, at)
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the step is opened again: everybody who acted is told."), "§3.4")
    with transaction.atomic():

        def facts(locked: Agreement) -> dict[str, Any]:
            run.refresh_from_db(fields=["state", "ended_on"])
            found = _objected_steps(run)
            if not found:
                raise NotNow(
                    _("No leader objects to what was recorded of this approval; it stays as it was decided."),
                    "§3.4",
                    code="no_objection",
                )
            run.state, run.ended_on = Run.State.OPEN, None
            run.save(update_fields=["state", "ended_on"])
            first, *later = found
            opening.wait_again(later, Step.Again.OBJECTED)
            held = taking.read(run, _last_assignment(first))[0]
            opening.reopen(held, held.step, Step.Again.OBJECTED, by=by, on=on, at=at)
            return {**steps.payload(first), "reopened": [step.code for step in found]}

        lifecycle.move(run.agreement, VERB, by=by, on=on, at=at, comment=reason, facts=facts, text=run.text)
    return run


def is_due(agreement: Agreement) -> bool:
    """Tell whether a leader objects to a record of the approval that has passed."""
    run = Run.objects.filter(agreement=agreement).order_by("-pk").first()
    return run is not None and run.state == Run.State.PASSED and bool(recording.objected(run))


def tell(agreement: Agreement, moved: Moved) -> None:
    """Everybody who acted learns that a step is decided anew: duty of `reopen_approval`."""
    drafting.tell_everyone_who_acted(agreement, TOLD, moved)


def _objected_steps(run: Run) -> list[Step]:
    if run.state != Run.State.PASSED:
        return []
    found = {row.decision.assignment.step_id for row in recording.objected(run)}
    return list(Step.objects.filter(pk__in=found).select_related("run").order_by("order"))


def _last_assignment(step: Step) -> Assignment:
    return Assignment.objects.filter(step=step).select_related("post__unit", "step__run__agreement").latest("pk")
