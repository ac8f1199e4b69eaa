"""How the papers of an agreement are laid out: by kind, those that matter at this station first, versions folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import rules, subjects
from agreements.models import Agreement, Attachment, Station
from agreements.services import attachments
from core.verdicts import Denied, Wording

Kind = Attachment.Kind
_BY_STATION: tuple[tuple[tuple[str, ...], tuple[Attachment.Kind, ...]], ...] = (
    ((Station.PREPARATION,), (Kind.ORIGIN, Kind.DILIGENCE, Kind.COUNTERPARTY)),
    ((Station.DRAFTING, Station.LEGAL_REVIEW), (Kind.EXCHANGE, Kind.WORD, Kind.LETTER, Kind.DELIBERATION)),
    ((Station.APPROVAL,), (Kind.MINUTES, Kind.PARTY_REPORT)),
    ((Station.SIGNING, Station.SEALING), (Kind.SIGNED_SCAN, Kind.AUTHORITY, Kind.AUTHORISATION, Kind.INSTRUCTION)),
    ((Station.ARCHIVING,), (Kind.ORIGINAL, Kind.TRANSLATION)),
    ((Station.PERFORMANCE, Station.CONCLUDED), (Kind.EVIDENCE,)),
)
"""Stations → the kinds of paper that belong to them; what belongs to none comes last."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in its newest version, what it belongs to, the older versions, and what may be done with it."""

    row: Attachment
    subject: str
    older: list[Attachment]
    can_change: bool

    @property
    def number(self) -> int:
        """Return the number of the newest version."""
        return len(self.older) + 1


@dataclass(slots=True)
class Group:
    """The papers of a kind."""

    code: str
    name: str
    papers: list[Paper] = field(default_factory=list)


def order_at(station: str) -> list[Attachment.Kind]:
    """Return all kinds, those of the station first, then the others in the order of the road."""
    here = [kind for stations, kinds in _BY_STATION if station in stations for kind in kinds]
    road = [kind for _stations, kinds in _BY_STATION for kind in kinds]
    return list(dict.fromkeys([*here, *road, *Kind]))


def named(kind: Attachment.Kind) -> str:
    """Return a kind as a heading or a choice shows it."""
    return str(capfirst(str(kind.label)))


def lay_out(agreement: Agreement, user: User) -> list[Group]:
    """Return the papers of an agreement in groups. A fixed number of queries, and one for each topic they belong to."""
    rows = list(agreement.attachments.select_related("file", "added_by", "voided_by"))
    for row in rows:
        row.agreement = agreement
    by_pk = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows if row.replaces_id}
    words = subjects.worded(agreement, {row.subject_key for row in rows if row.subject_key})
    may = not isinstance(rules.may_attach(user, agreement), Denied)
    groups = {kind.value: Group(kind.value, named(kind)) for kind in order_at(agreement.station)}
    for row in rows:
        if row.pk in replaced:
            continue
        can_change = may and row.voided_at is None and attachments.is_changeable(row)
        groups[row.kind].papers.append(Paper(row, words.get(row.subject_key, ""), _older(row, by_pk), can_change))
    return [group for group in groups.values() if group.papers]


def _older(row: Attachment, by_pk: dict[int, Attachment]) -> list[Attachment]:
    found = []
    while row.replaces_id is not None:
        row = by_pk[row.replaces_id]
        found.append(row)
    return found


def choices(kinds: Iterable[Attachment.Kind]) -> list[tuple[str, Wording]]:
    """Return kinds as a form offers them."""
    return [("", _("Please choose")), *((kind.value, named(kind)) for kind in kinds)]
