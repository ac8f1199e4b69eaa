"""The road from an approved agreement to one whose paper is home, through the services of the archive."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.models import Agreement
from archive.models import Handover, SealRegister, SealRequest, Signing
from archive.services import handover, sealing, signing
from archive.services.signing import Ours, Theirs
from core import clock
from tests.cast import remembered
from tests.factories import Organisation, fresh, lead_of
from tests.factories_approvals import approved, paper

LEADER = ("张海", "天津市市长")
AUTHORISED = ("许志远", "市合作交流办主任")


def sign(
    agreement: Agreement,
    org: Organisation,
    *,
    on: date | None = None,
    at: datetime | None = None,
    leader: bool = True,
    place: str = "长春市",
) -> Signing:
    """Record that an approved agreement was signed, by the mayor or (`leader=False`) by an authorised person."""
    by, _head = lead_of(org, agreement.category.code)
    name, title = LEADER if leader else AUTHORISED
    return signing.record(
        agreement,
        by=fresh(by),
        on=on or clock.today(at),
        at=at,
        place=place,
        manner=Signing.Manner.TOGETHER,
        scan=paper("签署文本.png"),
        ours=[Ours(name, title, is_municipal_leader=leader, authorisation=None if leader else paper("授权书.png"))],
        theirs=[Theirs(party, f"高{party.order}", "对方负责人") for party in agreement.parties.all()],
    )


def request_seal(
    agreement: Agreement, org: Organisation, *, at: datetime | None = None, copies: int = 4
) -> SealRequest:
    """Ask for the seal, with a leader's instruction where no leader signed."""
    by, _head = lead_of(org, agreement.category.code)
    instruction: dict[str, Any] = (
        {}
        if agreement.signing.leaders
        else {
            "instruction": paper("批示件.png"),
            "instructed_by": "市长 张海",
            "instruction_number": "津政批〔2026〕9号",
        }
    )
    return sealing.request(
        agreement, by=fresh(by), at=at, copies=copies, pages=12, purpose="签署文本用印", **instruction
    )


def seal(
    agreement: Agreement, org: Organisation, *, on: date | None = None, at: datetime | None = None
) -> SealRegister:
    """Ask for the seal of a signed agreement and affix it."""
    request_seal(agreement, org, at=at)
    return sealing.affix(
        agreement,
        by=fresh(org.secretariat),
        on=on or clock.today(at),
        at=at,
        copies=4,
        pages=12,
        places="签署页",
        straddle=True,
        keeper="马兰",
    )


def hand_over(
    agreement: Agreement,
    org: Organisation,
    *,
    on: date | None = None,
    at: datetime | None = None,
    translation: SimpleUploadedFile | None = None,
) -> Handover:
    """Hand the original over; a foreign-affairs agreement with its translation."""
    by, _head = lead_of(org, agreement.category.code)
    if agreement.is_foreign_affairs and translation is None:
        translation = paper("中文译本.png")
    return handover.hand_over(
        agreement,
        by=fresh(by),
        on=on,
        at=at,
        background="落实两地合作部署，经协商签署。",
        copies=2,
        original=paper("原件.png"),
        translation=translation,
    )


def hand_over_and_receive(
    agreement: Agreement, org: Organisation, *, on: date | None = None, at: datetime | None = None
) -> Handover:
    """Hand the original over and receive it: the agreement is in performance."""
    row = hand_over(agreement, org, on=on, at=at)
    handover.receive(agreement, by=fresh(org.secretariat), on=on or clock.today(at), at=at)
    row.refresh_from_db()
    return row


@remembered
def signed(org: Organisation, *, leader: bool = True, on: date | None = None, **facts: Any) -> Agreement:
    """Make a signed agreement, at sealing (or at archiving with `seal_due=False`)."""
    agreement = approved(org, **facts)
    sign(agreement, org, leader=leader, on=on)
    return agreement


@remembered
def sealed(org: Organisation, **facts: Any) -> Agreement:
    """Make a sealed agreement, whose original is to be handed over."""
    agreement = signed(org, **facts)
    seal(agreement, org)
    return agreement


@remembered
def in_performance(org: Organisation, **facts: Any) -> Agreement:
    """Make an agreement whose paper is home."""
    agreement = approved(org, **facts)
    sign(agreement, org)
    if agreement.seal_due:
        seal(agreement, org)
    hand_over_and_receive(agreement, org)
    return agreement
