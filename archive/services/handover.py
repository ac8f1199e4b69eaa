"""The original goes to the secretariat (§4.1): handed over with its note, received, or sent back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in, post_of
from agreements.models import Agreement, Attachment, Deadline
from agreements.services import attachments, deadlines, duties, lifecycle, notices
from agreements.services.lifecycle import Moved
from archive.blockers import offered_handover
from archive.models import Handover
from archive.services.days import entered
from archive.services.papers import keep_signed, signed_text
from core import clock
from core.errors import BadInput
from regulation.records import Start

SUBJECT = "handover"


def rule_of(agreement: Agreement) -> str:
    """Return which deadline the handover keeps: §4.1 for foreign-affairs agreements, the product's own for others."""
    return "handover_foreign_affairs" if agreement.is_foreign_affairs else "handover"


def hand_over(
    agreement: Agreement,
    *,
    by: User,
    background: str,
    copies: int,
    original: File[Any],
    translation: File[Any] | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> Handover:
    """Hand the original over to the secretariat, with the note of background, time, place and signatories.

    The last three are those of the signing, so only the background is written here. It keeps the deadline; being late
    is recorded, not refused. Raises Refused, NotNow (also for a second caller: a handover is waiting), BadInput
    without the translation of a foreign-affairs agreement or with an impossible day.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "hand_over", by=by)
        entered(on, at=at, earliest=agreement.station_since, article="§4.1")
        if agreement.is_foreign_affairs and translation is None:
            raise BadInput(
                _("A foreign-affairs agreement is handed over with its Chinese translation."),
                "§4.1",
                code="translation",
            )
        due, signing = running(agreement), agreement.signing
        row = Handover.objects.create(
            agreement=agreement,
            background=background,
            signed_on=signing.signed_on,
            place=signing.place,
            signatories="\n".join(f"{person.for_whom}　{person}" for person in signing.people),
            original=keep_signed(agreement, Attachment.Kind.ORIGINAL, original, by=by, subject_key=SUBJECT),
            translation=attachments.attach(
                agreement, Attachment.Kind.TRANSLATION, translation, by=by, subject_key=SUBJECT
            )
            if translation
            else None,
            copies=copies,
            handed_on=on,
            handed_by=by,
            was_due_on=due.due_on if due and not due.provisional else None,
        )
        deadlines.close(agreement, rule_of(agreement), on=on)
        lifecycle.act(
            agreement,
            "hand_over",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=background,
            text=signed_text(agreement),
            payload={"copies": copies, "original": row.original.file.sha256, "late": row.is_late},
        )
        duties.close(agreement, "hand_over", by=by, at=at)
        if secretariat := post_of(agreement.authority, "secretariat"):
            duties.open(agreement, "receive", post=secretariat, by=by, at=at)
        deadlines.refresh_next_due(agreement)
    return row


def send_back(agreement: Agreement, *, by: User, reason: str, at: datetime | None = None) -> None:
    """Refuse an incomplete handover with a reason: it goes back to the lead unit and its clock runs again.

    Raises Refused for anyone but the secretariat, NotNow without a handover (so for a second caller), BadInput
    without a reason.
    """
    at = at or clock.now()
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "send_back_handover", by=by)
        if not reason.strip():
            raise BadInput(_("Say why the handover is sent back."), "§4.1")
        row = Handover.objects.get(agreement=agreement, state=Handover.State.OFFERED)
        day = clock.today(at)
        _answer(row, Handover.State.SENT_BACK, by=by, on=day, at=at, reason=reason)
        _run_again(agreement)
        lifecycle.act(agreement, "send_back_handover", actor=by.actor(post), on=day, at=at, comment=reason)
        duties.close(agreement, "receive", by=by, at=at, because="sent_back")
        ask_lead_unit(agreement, by=by, at=at)
        notices.tell("handover_sent_back", agreement=agreement, user=row.handed_by, who=by.full_name, comment=reason)
        deadlines.refresh_next_due(agreement)


def receive(agreement: Agreement, *, by: User, on: date, at: datetime | None = None) -> Moved:
    """Take the original into the archive; the agreement is then in performance, its paper is home.

    Raises Refused for anyone but the secretariat, or who worked on the agreement; NotNow without a handover (so for
    a second caller); BadInput for a day before the handover or in the future.
    """
    at = at or clock.now()

    def facts(locked: Agreement) -> dict[str, Any]:
        row = Handover.objects.get(agreement=locked, state=Handover.State.OFFERED)
        day = entered(on, at=at, earliest=row.handed_on, article="§4.1")
        _answer(row, Handover.State.RECEIVED, by=by, on=day, at=at)
        notices.tell("archived", agreement=locked, user=row.handed_by, who=by.full_name)
        return {"copies": row.copies}

    return lifecycle.move(agreement, "archive", by=by, on=on, at=at, facts=facts, text=signed_text(agreement))


def _answer(row: Handover, state: str, *, by: User, on: date, at: datetime, reason: str = "") -> None:
    row.state, row.answered_by, row.answered_on, row.answered_at, row.reason = state, by, on, at, reason
    row.save(update_fields=["state", "answered_by", "answered_on", "answered_at", "reason"])


def running(agreement: Agreement) -> Deadline | None:
    """Return the open deadline of the handover."""
    return Deadline.objects.filter(agreement=agreement, rule=rule_of(agreement), closed_on=None).first()


def start_window(agreement: Agreement, fact: Start, on: date) -> None:
    """Start the window of the handover where it begins with this fact.

    §4.1: with the signing for foreign-affairs agreements. For others the category says signing or sealing; one that
    is not sealed begins with the signing.
    """
    begins = Start.SIGNING
    if agreement.seal_due and not agreement.is_foreign_affairs:
        begins = Start(agreement.edition.body["handover_starts"])
    if fact == begins:
        deadlines.start(agreement, rule_of(agreement), starts_on=on, post=post_in(agreement.lead_unit, "officer"))


def _run_again(agreement: Agreement) -> None:
    """Let the window run again to the day it had: what was sent back was not handed over."""
    rule = rule_of(agreement)
    last = Deadline.objects.filter(agreement=agreement, rule=rule).order_by("-pk").first()
    if last is not None:
        deadlines.start(
            agreement,
            rule,
            starts_on=last.starts_on,
            post=last.post,
            due_on=last.due_on if last.due_set else None,
            given_back=last.given_back,
        )


def ask_lead_unit(agreement: Agreement, *, by: User, at: datetime) -> None:
    """Put the handover on the desk of the lead unit's officer."""
    duties.open(
        agreement,
        "hand_over",
        post=post_in(agreement.lead_unit, "officer"),
        deadline=running(agreement),
        by=by,
        at=at,
    )


# ---------------------------------------------------------------------- duties of the verbs


def after_archiving(agreement: Agreement, moved: Moved) -> None:
    """The paper is home: nothing of it lies on a desk any more."""
    duties.close(agreement, "hand_over", "receive", by=moved.by, at=moved.at)


def offers_handover(agreement: Agreement) -> bool:
    """Tell whether the lead unit still has to hand the original over."""
    return offered_handover(agreement) is None


def offers_answer(agreement: Agreement) -> bool:
    """Tell whether a handover waits for the secretariat."""
    return offered_handover(agreement) is not None
