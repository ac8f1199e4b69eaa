"""Letters of counterparties and outside bodies (§3.2): registered with their scan, answered like any opinion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Attachment, Consultation, Opinion, OutsideLetter
from agreements.services import access, attachments, consulting, lifecycle, opinions, texts
from agreements.services.opinions import PointContent
from core import clock
from core.errors import BadInput, Refused
from core.verdicts import Denied


def register(
    agreement: Agreement,
    *,
    by: User,
    sender: str,
    dated_on: date,
    scan: File[Any],
    number: str = "",
    received_on: date | None = None,
    consultation: Consultation | None = None,
    points: Sequence[PointContent] = (),
    remark: str = "",
    at: datetime | None = None,
) -> Opinion:
    """Register a letter as the opinion of who wrote it, in a round or on its own; its points are transcribed.

    Without points it says that there is no objection. A letter that came after the day of its round is taken and
    marked late. Raises Refused for anyone but the lead unit's staff; BadInput without a sender, for a letter dated
    after it came, a day to come, a round of another agreement, a point without words, a scan that is not taken;
    NotNow once the draft is closed.
    """
    at = at or clock.now()
    today = clock.today(at)
    received_on = received_on or today
    if not sender.strip():
        raise BadInput(_("Say who wrote the letter."), "§3.2")
    if received_on > today or dated_on > received_on:
        raise BadInput(_("A letter is dated no later than it came, and came no later than today."), "§3.2")
    if consultation is not None and consultation.agreement_id != agreement.pk:
        raise BadInput(_("The form names a round that is not of this agreement."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        consulting.must_be_open(agreement, consultation)
        text = consultation.text if consultation else texts.current(agreement)
        letter = OutsideLetter(
            agreement=agreement,
            consultation=consultation,
            text=text,
            sender=sender.strip(),
            number=number.strip(),
            dated_on=dated_on,
            received_on=received_on,
        )
        letter.scan = attachments.attach(
            agreement, Attachment.Kind.LETTER, scan, by=by, subject_key=f"letter:{letter.public_id}"
        )
        letter.save()
        opinion = Opinion.objects.create(
            letter=letter,
            stance=Opinion.Stance.OBJECTION if points else Opinion.Stance.NO_OBJECTION,
            remark=remark.strip(),
            given_by=by,
            given_on=received_on,
            given_at=at,
            is_late=consultation is not None and received_on > consultation.due_on,
        )
        opinions.record_points(opinion, text, agreement, points)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "register_letter",
            actor=by.actor(verdict.post),
            on=received_on,
            at=at,
            comment=opinions.words_of(opinion),
            text=text,
            payload={"unit": letter.sender, "number": letter.number, "stance": opinion.stance, "points": len(points)},
        )
        if points:
            opinions.ask_for_answers(opinion, by=by, at=at, who=letter.sender)
    return opinion
