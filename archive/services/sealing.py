"""Sealing (§3.5): the lead unit asks, the secretariat affixes and registers; late is recorded, not refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in, post_of
from agreements.models import Agreement, Attachment, Deadline
from agreements.services import deadlines, duties, lifecycle, notices
from agreements.services.lifecycle import Moved
from archive.blockers import open_request
from archive.models import SealRegister, SealRequest, Signing
from archive.services import handover
from archive.services.days import entered
from archive.services.papers import keep_signed, signed_text
from core import clock
from core.errors import BadInput
from records import numbers
from regulation.records import Start

RULE = "seal"
SUBJECT = "sealing"


def request(
    agreement: Agreement,
    *,
    by: User,
    copies: int,
    pages: int,
    purpose: str,
    instruction: File[Any] | None = None,
    instructed_by: str = "",
    instruction_number: str = "",
    at: datetime | None = None,
) -> SealRequest:
    """Ask the secretariat for the seal; it lies there until it is affixed or sent back.

    A text that a municipal leader signed needs nothing else; any other, also one signed by an authorised person, the
    written instruction of a leader. Raises Refused, NotNow (also for a second caller: a request is waiting), BadInput.
    """
    at = at or clock.now()
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "request_sealing", by=by)
        basis, paper = SealRequest.Basis.LEADER_SIGNED, None
        if not agreement.signing.leaders:
            basis = SealRequest.Basis.INSTRUCTION
            if instruction is None or not instructed_by.strip():
                raise BadInput(
                    _("No municipal leader signed: the seal needs the written instruction of a leader, named here."),
                    "§3.5",
                    code="instruction",
                )
            paper = keep_signed(agreement, Attachment.Kind.INSTRUCTION, instruction, by=by, subject_key=SUBJECT)
        row = SealRequest.objects.create(
            agreement=agreement,
            copies=copies,
            pages=pages,
            purpose=purpose,
            basis=basis,
            instruction=paper,
            instructed_by=instructed_by if paper else "",
            instruction_number=instruction_number if paper else "",
            requested_by=by,
            requested_on=clock.today(at),
        )
        lifecycle.act(
            agreement,
            "request_sealing",
            actor=by.actor(post),
            on=row.requested_on,
            at=at,
            comment=purpose,
            text=signed_text(agreement),
            payload={
                "basis": basis,
                "copies": copies,
                "pages": pages,
                "instruction": paper.file.sha256 if paper else "",
            },
        )
        duties.close(agreement, "request_sealing", by=by, at=at)
        if secretariat := post_of(agreement.authority, "secretariat"):
            duties.open(agreement, "seal", post=secretariat, deadline=running(agreement), by=by, at=at)
    return row


def send_back(agreement: Agreement, *, by: User, reason: str, at: datetime | None = None) -> None:
    """Send the open request back to the lead unit with a reason; the clock of the seal goes on.

    Raises Refused for anyone but the secretariat, NotNow without an open request (so for a second caller), BadInput
    without a reason.
    """
    at = at or clock.now()
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "send_back_sealing", by=by)
        if not reason.strip():
            raise BadInput(_("Say why the request is sent back."), "§3.5")
        row = SealRequest.objects.get(agreement=agreement, state=SealRequest.State.OPEN)
        _answer(row, SealRequest.State.SENT_BACK, by=by, at=at, reason=reason)
        lifecycle.act(agreement, "send_back_sealing", actor=by.actor(post), on=clock.today(at), at=at, comment=reason)
        duties.close(agreement, "seal", by=by, at=at, because="sent_back")
        ask_lead_unit(agreement, by=by, at=at)
        notices.tell("seal_sent_back", agreement=agreement, user=row.requested_by, who=by.full_name, comment=reason)


def affix(
    agreement: Agreement,
    *,
    by: User,
    on: date,
    copies: int,
    pages: int,
    places: str,
    keeper: str,
    straddle: bool = False,
    counterpart_sealed: bool = False,
    remark: str = "",
    at: datetime | None = None,
) -> SealRegister:
    """Affix the seal to the signed text and write the line of the register, with the next number of the year.

    On which day it was affixed is kept beside when it is entered; after its day the line says so and is written
    all the same. Raises Refused for anyone but the secretariat, or who worked on the agreement; NotNow without a
    request; BadInput for a day before the signing or in the future, or more copies than were asked for. Second
    caller: NotNow, it is sealed.
    """
    at = at or clock.now()
    line: list[SealRegister] = []

    def facts(locked: Agreement) -> dict[str, Any]:
        signing: Signing = locked.signing
        day = entered(on, at=at, earliest=signing.signed_on, article="§3.5")
        asked = SealRequest.objects.get(agreement=locked, state=SealRequest.State.OPEN)
        if copies > asked.copies:
            raise BadInput(_("%(asked)s copies were asked for; no more are sealed.") % {"asked": asked.copies}, "§3.5")
        due = running(locked)
        row = SealRegister.objects.create(
            authority=locked.authority,
            year=day.year,
            number=numbers.next_number(f"seal:{locked.authority.code}", day.year),
            agreement=locked,
            request=asked,
            text=signing.text,
            text_sha256=signing.text.sha256,
            sealed_on=day,
            copies=copies,
            pages=pages,
            places=places,
            straddle=straddle,
            keeper=keeper,
            approver=_approver(signing, asked),
            counterpart_sealed=counterpart_sealed,
            remark=remark,
            was_due_on=due.due_on if due and not due.provisional else None,
            entered_by=by,
            entered_at=at,
        )
        _answer(asked, SealRequest.State.SEALED, by=by, at=at)
        line.append(row)
        return {"register": row.code, "copies": copies, "keeper": keeper, "late": row.is_late}

    lifecycle.move(agreement, "seal", by=by, on=on, at=at, facts=facts, text=signed_text(agreement))
    return line[0]


def _approver(signing: Signing, asked: SealRequest) -> str:
    """Return who approved the seal, as text: the leader who signed, or whose instruction it was, with its number."""
    if asked.basis == SealRequest.Basis.LEADER_SIGNED:
        return "、".join(map(str, signing.leaders))
    return f"{asked.instructed_by} {asked.instruction_number}".strip()


def _answer(row: SealRequest, state: str, *, by: User, at: datetime, reason: str = "") -> None:
    row.state, row.answered_by, row.answered_at, row.reason = state, by, at, reason
    row.save(update_fields=["state", "answered_by", "answered_at", "reason"])


def running(agreement: Agreement) -> Deadline | None:
    """Return the open deadline of the seal."""
    return Deadline.objects.filter(agreement=agreement, rule=RULE, closed_on=None).first()


def start_window(agreement: Agreement, signed_on: date) -> None:
    """§3.5: the 5th working day after signing; the lead unit answers for it."""
    deadlines.start(agreement, RULE, starts_on=signed_on, post=post_in(agreement.lead_unit, "officer"))


def ask_lead_unit(agreement: Agreement, *, by: User, at: datetime) -> None:
    """Put the request for the seal on the desk of the lead unit's officer."""
    duties.open(
        agreement,
        "request_sealing",
        post=post_in(agreement.lead_unit, "officer"),
        deadline=running(agreement),
        by=by,
        at=at,
    )


# ---------------------------------------------------------------------- duties of the verbs


def after_sealing(agreement: Agreement, moved: Moved) -> None:
    """The clock of the seal stops on the day it was affixed; the original is handed over next."""
    deadlines.close(agreement, RULE, on=moved.on)
    duties.close(agreement, "request_sealing", "seal", by=moved.by, at=moved.at)
    handover.start_window(agreement, Start.SEALING, moved.on)
    handover.ask_lead_unit(agreement, by=moved.by, at=moved.at)


def offers_request(agreement: Agreement) -> bool:
    """Tell whether the lead unit still has to ask for the seal."""
    return open_request(agreement) is None


def offers_answer(agreement: Agreement) -> bool:
    """Tell whether a request waits for the secretariat."""
    return open_request(agreement) is not None
