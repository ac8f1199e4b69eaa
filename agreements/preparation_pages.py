"""What pages show of preparation: parties, how far due diligence is, amounts in words, agreements that are alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.lights import Light
from agreements.models import Agreement, Assessment, Attachment, OwnAbility, Party, RiskArgument, Station
from agreements.services import counterparties, diligence, links, overlaps, preparation
from core.money import capitals
from core.wording import say
from regulation.diligence import DILIGENCE_POINTS
from regulation.vocabulary import COUNTERPARTY_KINDS

STILL_OPEN = (Station.PREPARATION, Station.DRAFTING, Station.LEGAL_REVIEW)
"""Stations at which it is worth saying that an agreement like this one exists."""

_LIGHTS = {
    Assessment.Conclusion.SOUND: "ok",
    Assessment.Conclusion.WITH_CONCERN: "warn",
    Assessment.Conclusion.UNSOUND: "late",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A point of due diligence: its state, what was found, who signed it, and its papers."""

    name: str
    light: Light
    row: Assessment | None = None
    papers: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A counterparty with how far its due diligence is; `url` is where it is assessed (none for an exempt kind)."""

    party: Party
    kind: str
    diligence: str
    url: str
    risks: int
    cells: list[Cell]


def kind_name(code: str) -> str:
    """Return what a kind of counterparty is called; a code the vocabulary no longer knows stands for itself."""
    return say(COUNTERPARTY_KINDS[code].name) if code in COUNTERPARTY_KINDS else code


def party_lines(agreement: Agreement) -> list[PartyLine]:
    """Return the counterparties in their order with their points. Six queries, however many parties."""
    parties = list(agreement.parties.select_related("counterparty").prefetch_related("due_diligence__assessed_by"))
    asked, papers = diligence.asked_kinds(agreement.authority_id), _papers(agreement)
    risks = counterparties.open_risks(party.counterparty_id for party in parties)
    return [
        _party_line(agreement, party, risks=risks.get(party.counterparty_id, 0), asked=asked, papers=papers)
        for party in parties
    ]


def _papers(agreement: Agreement) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    for row in Attachment.objects.valid().filter(agreement=agreement, kind=Attachment.Kind.DILIGENCE):
        found.setdefault(row.subject_key, []).append(row)
    return found


def _party_line(
    agreement: Agreement, party: Party, *, risks: int, asked: dict[str, bool], papers: dict[str, list[Attachment]]
) -> PartyLine:
    kind, is_asked = party.counterparty.kind, asked.get(party.counterparty.kind, True)
    if not is_asked:
        return PartyLine(party, kind_name(kind), _("exempt"), "", risks, [])
    found = {row.point: row for row in party.due_diligence.all()}
    cells = [
        _cell(say(point.name), found.get(code), papers.get(diligence.key_of(party, code), []))
        for code, point in DILIGENCE_POINTS.items()
    ]
    url = reverse("agreements:diligence-edit", args=[agreement.public_id, party.public_id])
    return PartyLine(party, kind_name(kind), _how_far(list(found.values())), url, risks, cells)


def _cell(name: str, row: Assessment | None, papers: list[Attachment]) -> Cell:
    if row is None:
        return Cell(name, Light("none", _("not assessed")))
    if not row.evidence.strip() and not papers:
        return Cell(name, Light("none", _("no evidence")), row)
    words = (
        _("with a concern") if row.conclusion == Assessment.Conclusion.WITH_CONCERN else row.get_conclusion_display()
    )
    return Cell(name, Light(_LIGHTS[Assessment.Conclusion(row.conclusion)], capfirst(words)), row, papers)


def _how_far(found: list[Any]) -> str:
    if any(row.conclusion == Assessment.Conclusion.UNSOUND for row in found):
        return _("not sound")
    return _("%(n)s of %(total)s points assessed") % {"n": len(found), "total": len(DILIGENCE_POINTS)}


def own_cell(agreement: Agreement) -> Cell:
    """Return how far our own ability to perform is assessed (§1.2)."""
    row: OwnAbility | None = getattr(agreement, "own_ability", None)
    return _cell(_("Our own ability"), row, _papers(agreement).get(diligence.ABILITY_KEY, []))


def checklist(agreement: Agreement) -> dict[str, Any]:
    """Return everything that was found out, as the page of due diligence shows it."""
    risk: RiskArgument | None = getattr(agreement, "risk_argument", None)
    return {
        "lines": party_lines(agreement),
        "points": [{"name": say(point.name), "asks": say(point.asks)} for point in DILIGENCE_POINTS.values()],
        "own": own_cell(agreement),
        "risk": risk,
        "risk_papers": _papers(agreement).get(diligence.RISK_KEY, []),
    }


def amounts_in_words(agreement: Agreement) -> list[str]:
    """Return the amounts of an agreement in Chinese capitals."""
    return [words for amount in (agreement.amount_low, agreement.amount_high) if (words := capitals(amount))]


def origin_papers(agreement: Agreement) -> list[Attachment]:
    """Return the papers that show where an agreement comes from, without those that are void or replaced."""
    return list(Attachment.objects.valid().filter(agreement=agreement, kind=Attachment.Kind.ORIGIN))


def alike(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the live agreements like this one, as this person may know them, and what is said about them."""
    user: Any = request.user
    return {
        "same_counterparty": overlaps.as_seen_by(user, overlaps.same_counterparty(agreement)),
        "same_field": overlaps.as_seen_by(user, overlaps.same_field(agreement)),
        "overlap_asked": not overlaps.is_explained(agreement),
    }


def overview(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return what the overview shows of preparation."""
    user: Any = request.user
    return {
        "party_lines": party_lines(agreement),
        "own": getattr(agreement, "own_ability", None),
        "risk": getattr(agreement, "risk_argument", None),
        "amounts_in_words": amounts_in_words(agreement),
        "origin_papers": origin_papers(agreement),
        "origin_paper_lacks": preparation.lacks_origin_paper(agreement),
        "related": links.related(agreement, user),
        **(alike(request, agreement) if agreement.station in STILL_OPEN and agreement.is_live else {}),
    }
