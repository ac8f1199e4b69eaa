"""Due diligence (§3.1): the four points of a counterparty, our own ability (§1.2), the argument on the risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SigningAuthority, User
from agreements.models import (
    Agreement,
    Assessment,
    Attachment,
    CounterpartyKindSetting,
    OwnAbility,
    Party,
    RiskArgument,
)
from agreements.models import DueDiligence as Row
from agreements.services import access, attachments, lifecycle
from agreements.services.preparation import may_still_change
from core import clock
from core.errors import BadInput, NotNow
from regulation import diligence as regulation
from regulation.diligence import DILIGENCE_POINTS
from regulation.vocabulary import COUNTERPARTY_KINDS

ABILITY_KEY = "ability"
RISK_KEY = "risk"
Papers = Sequence["File[Any]"]


class Finding(NamedTuple):
    """What was found out about a point: in words, what is concluded, on what it rests, how the text answers it."""

    finding: str
    conclusion: str
    evidence: str = ""
    answer: str = ""


def key_of(party: Party, point: str) -> str:
    """Return the key under which the papers of a point are attached."""
    return f"diligence:{party.public_id}:{point}"


def asked_kinds(authority: SigningAuthority | int) -> dict[str, bool]:
    """Return which kinds of counterparties an authority assesses (§3.1): by its own rows, else by the regulation."""
    pk = authority if isinstance(authority, int) else authority.pk
    asked = {code: regulation.diligence_required(code) for code in COUNTERPARTY_KINDS}
    rows = CounterpartyKindSetting.objects.filter(authority=pk, retired_on=None)
    return asked | dict(rows.values_list("code", "diligence_required"))


def is_asked(agreement: Agreement, kind: str) -> bool:
    """Tell whether the four points are assessed of a counterparty of this kind in an agreement (§3.1).

    Asked anew each time: when the kind of a counterparty or the setting changes, so does what is missing. A kind
    nobody knows any more is assessed.
    """
    return asked_kinds(agreement.authority_id).get(kind, True)


def exempt() -> NotNow:
    """Return the error for assessing a counterparty of a kind that §3.1 exempts."""
    return NotNow(_("Due diligence is not asked of this kind of counterparty."), "§3.1", code="exempt")


def lacks_evidence(row: Assessment, key: str, keys: Iterable[str]) -> bool:
    """Tell whether nothing supports a finding: neither words nor a paper. `keys` are those that have papers."""
    return not row.evidence.strip() and key not in keys


def papered(agreement: Agreement) -> set[str]:
    """Return the keys of the points that have a paper; one that is void is none."""
    rows = Attachment.objects.valid().filter(agreement=agreement, kind=Attachment.Kind.DILIGENCE)
    return set(rows.values_list("subject_key", flat=True))


def assess(
    party: Party,
    findings: Mapping[str, Sequence[str]],
    *,
    by: User,
    papers: Mapping[str, Papers] | None = None,
    at: datetime | None = None,
) -> None:
    """Record points of due diligence of a party: point → `Finding`, with papers by point (§3.1).

    Whoever records a point signs it, in the post the right rests on. A concern is recorded with how the text answers
    it. Raises NotNow for a counterparty that is exempt, BadInput for an unknown point or a concern without an answer.
    """
    at = at or clock.now()
    agreement = party.agreement
    if not is_asked(agreement, party.counterparty.kind):
        raise exempt()
    if unknown := set(findings) - set(DILIGENCE_POINTS):
        raise BadInput(_("Unknown point of due diligence: %(points)s") % {"points": ", ".join(sorted(unknown))})
    read = {point: _checked(Finding(*value)) for point, value in findings.items()}
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = may_still_change(agreement, by=by)
        rows = {row.point: row for row in party.due_diligence.all()}
        for point, found in read.items():
            row = rows.get(point) or Row(party=party, point=point)
            _sign(row, found, by=by, post=post, at=at)
            _attach(agreement, (papers or {}).get(point, ()), key_of(party, point), by=by)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "assess",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={
                "party": party.counterparty.name,
                "conclusions": {point: found.conclusion for point, found in read.items()},
            },
        )


def state_ability(
    agreement: Agreement, found: Finding, *, by: User, papers: Papers = (), at: datetime | None = None
) -> None:
    """Record whether our own side can perform what the agreement promises (§1.2, asked for every agreement).

    Raises BadInput for a concern without an answer.
    """
    at = at or clock.now()
    _checked(found)
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = may_still_change(agreement, by=by)
        row = OwnAbility.objects.filter(agreement=agreement).first() or OwnAbility(agreement=agreement)
        _sign(row, found, by=by, post=post, at=at)
        _attach(agreement, papers, ABILITY_KEY, by=by)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "state_ability",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"conclusion": found.conclusion},
        )


def argue_risk(
    agreement: Agreement,
    *,
    by: User,
    level: str,
    argument: str,
    measures: str = "",
    papers: Papers = (),
    at: datetime | None = None,
) -> None:
    """Record the argument on the government's own contracting and performance risk (§3.1, every agreement)."""
    at = at or clock.now()
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = may_still_change(agreement, by=by)
        RiskArgument.objects.update_or_create(
            agreement=agreement,
            defaults={
                "level": level,
                "argument": argument,
                "measures": measures,
                "argued_by": by,
                "signed_post": post,
                "argued_at": at,
            },
        )
        _attach(agreement, papers, RISK_KEY, by=by)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement, "argue_risk", actor=by.actor(post), on=clock.today(at), at=at, payload={"level": level}
        )


def _checked(found: Finding) -> Finding:
    if found.conclusion not in Assessment.Conclusion.values:
        raise BadInput(_("This conclusion does not exist."), "§3.1")
    if found.conclusion == Assessment.Conclusion.WITH_CONCERN and not found.answer.strip():
        raise BadInput(_("A concern is recorded with how the text answers it."), "§3.1")
    return found


def _sign(row: Row | OwnAbility, found: Finding, *, by: User, post: str, at: datetime) -> None:
    row.finding, row.evidence, row.conclusion = found.finding, found.evidence, found.conclusion
    row.answer = found.answer if found.conclusion == Assessment.Conclusion.WITH_CONCERN else ""
    row.assessed_by, row.signed_post, row.capacity, row.assessed_at = by, post, by.actor(post).capacity, at
    row.save()


def _attach(agreement: Agreement, papers: Papers, key: str, *, by: User) -> None:
    for paper in papers:
        attachments.attach(agreement, Attachment.Kind.DILIGENCE, paper, by=by, subject_key=key)
