"""Ending an approval (终止): the agreement goes back to drafting, everyone is told, nothing is deleted (§3.4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement
from agreements.services import lifecycle
from approvals import run_rules
from approvals.models import Run
from approvals.services import second_caller, steps, taking
from core.errors import BadInput, Refused
from core.verdicts import Denied


def end(run: Run, *, by: User, reason: str, on: date | None = None, at: datetime | None = None) -> Run:
    """End an approval: who submitted or presented before the first decision, a leader on the route later.

    The run is ended, what nobody decided is cancelled, the agreement goes back to drafting through the door; everyone
    who acted or was asked is told. Raises BadInput without a reason, Refused for anyone else. Second caller: NotNow,
    told who acted and when.
    """
    on, at = taking.today(on, at)
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the approval ends: everybody who acted or was asked is told."), "§3.4")
    agreement = run.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        run.refresh_from_db(fields=["state"])
        if run.state != Run.State.OPEN:
            raise second_caller.run_ended(run)
        verdict = run_rules.may_end_run(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)

        def facts(_locked: Agreement) -> dict[str, Any]:
            host = taking.hosts(run).first()
            if host is None:
                return {"run": run.public_id}
            held = taking.read(run, host)[0]
            asked = [sheet for sheet in held.sheets[held.step.pk] if sheet.is_open]
            return {**steps.payload(held.step), "not_asked": steps.titles(asked)}

        lifecycle.move(agreement, "terminate_run", by=by, on=on, at=at, comment=reason, facts=facts, text=run.text)
        run.refresh_from_db(fields=["state", "ended_on"])
    return run
