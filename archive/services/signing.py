"""Signing (§3.5): when, where, how and by whom, with the scan; from that day the clocks of seal and archive run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in, post_of
from agreements.models import Agreement, Attachment, Party, TextMark
from agreements.services import access, duties, lifecycle, texts
from agreements.services.lifecycle import Moved
from approvals.services import runs
from archive.models import Signatory, Signing
from archive.services import handover, sealing
from archive.services.days import entered
from archive.services.papers import keep_signed
from core import clock
from core.errors import BadInput, NotNow
from regulation.records import Start

SUBJECT = "signing"
WATCHES = ("secretariat", "inspector")


@dataclass(frozen=True, slots=True)
class Ours:
    """Who signed for us; without being a municipal leader only with the mayor's authorisation (§2)."""

    name: str
    title: str
    is_municipal_leader: bool = False
    authorisation: File[Any] | None = None


@dataclass(frozen=True, slots=True)
class Theirs:
    """Who signed for a counterparty."""

    party: Party
    name: str
    title: str


def record(
    agreement: Agreement,
    *,
    by: User,
    on: date,
    place: str,
    manner: str,
    ours: Sequence[Ours],
    theirs: Sequence[Theirs],
    scan: File[Any],
    at: datetime | None = None,
) -> Signing:
    """Record that the approved text was signed on a day, entered on this or a later one.

    Effects, in order: signing with signatories and papers; the mark on the text; to the seal where it is due,
    otherwise to the archive; the secretariat and the supervision office may see it; the deadlines of seal and
    handover run from `on`.
    Raises Refused for anyone but the lead unit's staff; BadInput for a day in the future or before the approval, a
    side that did not sign, an unauthorised signatory of ours, an unreadable scan. Second caller: NotNow.
    """
    at = at or clock.now()
    text = runs.approved_text(agreement)
    signing: list[Signing] = []

    def facts(locked: Agreement) -> dict[str, Any]:
        if text is None:
            raise NotNow(_("No text has been approved."), "§3.4", code="not_approved")
        day = entered(on, at=at, earliest=locked.station_since, article="§3.5")
        _both_sides_signed(locked, ours, theirs)
        row = Signing.objects.create(
            agreement=locked,
            text=text,
            signed_on=day,
            place=place,
            manner=manner,
            scan=keep_signed(locked, Attachment.Kind.SIGNED_SCAN, scan, by=by, subject_key=SUBJECT),
            entered_at=at,
            entered_by=by,
        )
        _write_signatories(row, ours, theirs, by)
        texts.mark(text, TextMark.Kind.SIGNED, on=day, by=by, at=at)
        signing.append(row)
        return {
            "place": place,
            "manner": manner,
            "scan": row.scan.file.sha256,
            "ours": [f"{person.title} {person.name}" for person in ours],
            "theirs": [f"{person.title} {person.name}" for person in theirs],
        }

    lifecycle.move(agreement, "sign", by=by, on=on, at=at, facts=facts, text=text)
    return signing[0]


def _both_sides_signed(agreement: Agreement, ours: Sequence[Ours], theirs: Sequence[Theirs]) -> None:
    if not ours:
        raise BadInput(_("Name who signed for our side."), "§3.5", code="nobody_ours")
    for person in ours:
        if not person.is_municipal_leader and person.authorisation is None:
            raise BadInput(
                _("%(name)s is no municipal leader: the mayor's authorisation is kept on file.")
                % {"name": person.name},
                "§2",
                code="not_authorised",
            )
    signed = {person.party.pk for person in theirs}
    parties = list(agreement.parties.select_related("counterparty"))
    if signed - {party.pk for party in parties}:
        raise BadInput(_("The form names a counterparty that is not of this agreement."))
    if missing := [str(party) for party in parties if party.pk not in signed]:
        raise BadInput(
            _("Name who signed for %(parties)s.") % {"parties": ", ".join(missing)}, "§3.5", code="nobody_theirs"
        )


def _write_signatories(signing: Signing, ours: Sequence[Ours], theirs: Sequence[Theirs], by: User) -> None:
    for order, person in enumerate(ours, start=1):
        paper = None
        if person.authorisation is not None:
            paper = keep_signed(
                signing.agreement,
                Attachment.Kind.AUTHORISATION,
                person.authorisation,
                by=by,
                subject_key=SUBJECT,
            )
        Signatory.objects.create(
            signing=signing,
            side=Signatory.Side.OURS,
            order=order,
            name=person.name,
            title=person.title,
            is_municipal_leader=person.is_municipal_leader,
            authorisation=paper,
        )
    for order, other in enumerate(theirs, start=1):
        Signatory.objects.create(
            signing=signing,
            side=Signatory.Side.THEIRS,
            order=order,
            name=other.name,
            title=other.title,
            party=other.party,
        )


# ---------------------------------------------------------------------- duties of the verbs


def after_approval(agreement: Agreement, moved: Moved) -> None:
    """An approved agreement lies with the lead unit, which arranges the signing."""
    duties.open(agreement, "sign", post=post_in(agreement.lead_unit, "officer"), by=moved.by, at=moved.at)


def wait_for_approval(agreement: Agreement, moved: Moved) -> None:
    """A step of the approval is decided anew (§3.4): nothing is arranged before it has passed again."""
    duties.close(agreement, "sign", by=moved.by, at=moved.at, because="reopened")


def after_signing(agreement: Agreement, moved: Moved) -> None:
    """§3.5, §4.1: the clocks run from the signing; those who are told of a lapse may see the agreement."""
    duties.close(agreement, "sign", by=moved.by, at=moved.at)
    for code in WATCHES:
        if post := post_of(agreement.authority, code):
            access.grant(agreement, "custody", post=post)
    handover.start_window(agreement, Start.SIGNING, moved.on)
    if agreement.seal_due:
        sealing.start_window(agreement, moved.on)
        sealing.ask_lead_unit(agreement, by=moved.by, at=moved.at)
    else:
        handover.ask_lead_unit(agreement, by=moved.by, at=moved.at)
