"""The yearly self-check (§4.3): signed off by the head of the lead unit before the year ends."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement
from agreements.services import deadlines, duties, lifecycle
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from followup import rules
from followup.models import SelfCheck
from followup.services import breakdown, duedays, standing


def file(
    agreement: Agreement,
    year: int,
    *,
    by: User,
    done: str,
    problems: str,
    measures: str,
    on: date | None = None,
    at: datetime | None = None,
) -> SelfCheck:
    """File the self-check of a year; the next year's then runs, unless the term ends before it.

    Raises Refused for anyone but the head of the lead unit; BadInput without words, or for a year before the signing
    or to come; NotNow while the agreement is not in force, and for the second caller. A late one is taken.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_sign_off(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        standing.must_be_in_force(agreement)
        if not (agreement.signed_on and agreement.signed_on.year <= year <= on.year):
            raise BadInput(_("There is no self-check of that year."), "§4.3")
        if not (done.strip() and problems.strip() and measures.strip()):
            raise BadInput(_("Say what was done, which problems there are, and the measures."), "§4.3")
        try:
            with transaction.atomic():
                check = SelfCheck.objects.create(
                    agreement=agreement,
                    year=year,
                    done=done,
                    problems=problems,
                    measures=measures,
                    signed_by=by,
                    signed_on=on,
                    signed_at=at,
                )
        except IntegrityError as error:
            raise NotNow(
                _("The self-check of %(year)s has been filed already.") % {"year": year}, "§4.3", code="already_filed"
            ) from error
        key = duedays.self_check_key(year)
        deadlines.close(agreement, duedays.SELF_CHECK, subject_key=key, on=on)
        duties.close(agreement, "self_check", subject_key=key, by=by, at=at)
        lifecycle.act(
            agreement, "self_check", actor=by.actor(verdict.post), on=on, at=at, comment=done, payload={"year": year}
        )
        _ask_next_year(agreement, year + 1)
        deadlines.refresh_next_due(agreement)
    return check


def _ask_next_year(agreement: Agreement, year: int) -> None:
    ends_on = breakdown.last_day(agreement)
    asked = agreement.deadlines.filter(rule=duedays.SELF_CHECK, subject_key=duedays.self_check_key(year)).exists()
    if not asked and (ends_on is None or ends_on.year >= year):
        duedays.start_self_check(agreement, year)
