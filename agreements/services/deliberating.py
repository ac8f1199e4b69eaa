"""Symposium and expert review meeting (§3.2): what a major or difficult matter needs before its review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Attachment, Deliberation, DeliberationParticipant, Station, TextVersion
from agreements.services import access, attachments, lifecycle, texts
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from regulation.deliberation import EXPERTS

ARTICLE = EXPERTS.article
Capacity = DeliberationParticipant.Capacity
MOST_PARTICIPANTS = 200


@dataclass(frozen=True, slots=True)
class ParticipantContent:
    """Somebody who took part: name, unit and title, capacity, and what an expert said."""

    name: str
    title: str
    capacity: str
    opinion: str = ""


def is_required(agreement: Agreement) -> bool:
    """Tell whether the matter is major or difficult, so that the article asks for a meeting."""
    return agreement.is_major or agreement.is_difficult


def is_satisfied(agreement: Agreement) -> bool:
    """Tell whether the latest meeting lets the draft go on; one that did not pass is followed by another."""
    latest = agreement.deliberations.order_by("held_on", "pk").last()
    return latest is not None and latest.satisfies


def ask_the_time(agreement: Agreement) -> None:
    """Raise NotNow outside drafting: the meeting is about a draft, and comes before its review."""
    if not rules.is_open_for_preparation(agreement) or agreement.station != Station.DRAFTING:
        raise NotNow(
            _("A symposium or an expert review meeting is recorded while the text is being drafted."),
            ARTICLE,
            code="not_drafting",
        )


def record(
    agreement: Agreement,
    *,
    by: User,
    kind: str,
    held_on: date,
    place: str,
    topic: str,
    conclusion: str,
    summary: str,
    minutes: File[Any],
    participants: Sequence[ParticipantContent],
    text: TextVersion | None = None,
    changes: str = "",
    at: datetime | None = None,
) -> Deliberation:
    """Record a meeting that was held on a version of the text (`text`; without it, the working text).

    A working text is frozen as it stands and drafting goes on in a copy. Raises Refused for anyone but the lead unit's
    staff; NotNow outside drafting; BadInput for a day to come, a version of another agreement, a meeting without
    exactly one chair or with nobody beside, an expert without an opinion, fewer experts than the limit of our own at
    an expert review meeting, "passed with changes" without the changes, minutes that are not taken.
    """
    at = at or clock.now()
    on = clock.today(at)
    _check(kind, held_on, on, conclusion, changes, participants)
    if text is not None and text.agreement_id != agreement.pk:
        raise BadInput(_("The form names a text that is not of this agreement."), ARTICLE)
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        ask_the_time(agreement)
        if text is None or not text.is_frozen:
            text = texts.freeze(agreement, TextVersion.Kind.KEPT, at=at)
            texts.carry_forward(text, by=by, at=at)
        row = Deliberation(
            agreement=agreement,
            text=text,
            kind=kind,
            held_on=held_on,
            place=place.strip(),
            topic=topic.strip(),
            conclusion=conclusion,
            summary=summary.strip(),
            changes=changes.strip() if conclusion == Deliberation.Conclusion.WITH_CHANGES else "",
            recorded_by=by,
            recorded_at=at,
        )
        row.minutes = attachments.attach(
            agreement, Attachment.Kind.DELIBERATION, minutes, by=by, subject_key=f"deliberation:{row.public_id}"
        )
        row.save()
        DeliberationParticipant.objects.bulk_create(
            DeliberationParticipant(
                deliberation=row,
                order=order,
                name=person.name.strip(),
                title=person.title.strip(),
                capacity=person.capacity,
                opinion=person.opinion.strip(),
            )
            for order, person in enumerate(participants, start=1)
        )
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "deliberate",
            actor=by.actor(verdict.post),
            on=held_on,
            at=at,
            comment=row.summary,
            text=text,
            payload={"kind": kind, "conclusion": conclusion, "participants": len(participants)},
        )
    return row


def _check(
    kind: str,
    held_on: date,
    today: date,
    conclusion: str,
    changes: str,
    participants: Sequence[ParticipantContent],
) -> None:
    if kind not in Deliberation.Kind or conclusion not in Deliberation.Conclusion:
        raise BadInput(_("Choose the kind of meeting and its conclusion."), ARTICLE)
    if held_on > today:
        raise BadInput(_("A meeting is recorded when it has been held."), ARTICLE)
    if conclusion == Deliberation.Conclusion.WITH_CHANGES and not changes.strip():
        raise BadInput(_("Passed with changes: say what was changed in the text."), ARTICLE)
    if len(participants) > MOST_PARTICIPANTS:
        raise BadInput(_("At most %(most)s participants are recorded.") % {"most": MOST_PARTICIPANTS}, ARTICLE)
    if sum(person.capacity == Capacity.CHAIR for person in participants) != 1 or len(participants) < 2:
        raise BadInput(_("A meeting has one chair and at least one other participant."), ARTICLE)
    experts = [person for person in participants if person.capacity == Capacity.EXPERT]
    if silent := next((person for person in experts if not person.opinion.strip()), None):
        raise BadInput(_("Write what the expert %(name)s said.") % {"name": silent.name}, ARTICLE)
    least = settings.EXPERTS_LEAST
    if kind == Deliberation.Kind.EXPERT_REVIEW and len(experts) < least:
        raise BadInput(
            ngettext(
                "An expert review meeting hears at least %(least)s expert (our own limit).",
                "An expert review meeting hears at least %(least)s experts (our own limit).",
                least,
            )
            % {"least": least},
            ARTICLE,
        )
