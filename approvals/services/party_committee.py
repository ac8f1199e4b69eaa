"""§3.4: a major cooperation matter is also reported to the Party committee of the level that signs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SigningAuthority, User
from agreements.models import Agreement, Attachment
from agreements.services import attachments, duties, lifecycle
from approvals.models import PartyCommitteeReport
from approvals.services.routing import office_post
from core import clock
from core.errors import BadInput, NotNow
from core.wording import say
from regulation.records import Text

TODO_CODE = "party_report"
COMMITTEES = {
    SigningAuthority.Kind.MUNICIPAL: Text("市委", "municipal Party committee"),
    SigningAuthority.Kind.DISTRICT: Text("区委", "district Party committee"),
    SigningAuthority.Kind.DEPARTMENT: Text("部门党组", "department's leading Party group"),
}
"""To whom each kind of authority reports; below the municipal level by reference (§2, reading
`own_name_by_reference`)."""


def committee_of(agreement: Agreement) -> str:
    """Return to whom a major matter of the agreement's authority is reported, in words."""
    return say(COMMITTEES[SigningAuthority.Kind(agreement.authority.kind)])


def ask(agreement: Agreement, *, by: User, at: datetime) -> None:
    """Put the report of a major matter on the General Office's desk, unless it has been made."""
    if agreement.is_major and not PartyCommitteeReport.objects.filter(agreement=agreement).exists():
        duties.open(agreement, TODO_CODE, post=office_post(agreement.authority), by=by, at=at)


def ask_the_time(agreement: Agreement, *, by: User) -> str:
    """Ask who and when, and whether a report is due at all; return the post it is recorded in.

    Raises NotNow for an agreement that is not major, and once the report is on record.
    """
    post = lifecycle.check(agreement, "party_report", by=by)
    if not agreement.is_major:
        raise NotNow(_("Only a major cooperation matter is reported to the Party committee."), "§3.4", code="minor")
    if PartyCommitteeReport.objects.filter(agreement=agreement).exists():
        raise NotNow(_("The report to the Party committee is on record already."), "§3.4", code="reported")
    return post


def record(
    agreement: Agreement,
    *,
    by: User,
    number: str,
    reported_on: date,
    paper: File[Any],
    at: datetime | None = None,
) -> PartyCommitteeReport:
    """Record that the matter was reported: number, day and paper. The signing waits for it.

    Raises BadInput for a blank number or a day in the future; NotNow for an agreement that is not major, and for a
    second caller: the report is on record.
    """
    at = at or clock.now()
    number = number.strip()
    if not number:
        raise BadInput(_("Enter the number of the report."), "§3.4")
    if reported_on > clock.today(at):
        raise BadInput(_("The report cannot lie in the future."), "§3.4")
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = ask_the_time(agreement, by=by)
        report = PartyCommitteeReport.objects.create(
            agreement=agreement,
            number=number,
            reported_on=reported_on,
            attachment=attachments.attach(agreement, Attachment.Kind.PARTY_REPORT, paper, by=by, subject_key=TODO_CODE),
            recorded_by=by,
            recorded_at=at,
        )
        lifecycle.act(
            agreement,
            "party_report",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"number": number, "reported_on": reported_on},
        )
        duties.close(agreement, TODO_CODE, by=by, at=at)
    return report
