"""Is preparation complete (§3.1)? What must be known before a draft is begun, and again before it is submitted."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement, Assessment, Party
from agreements.services import diligence, overlaps, preparation
from core.verdicts import Gap
from core.wording import say
from regulation.diligence import DILIGENCE_POINTS
from regulation.records import DueDiligencePoint


def preparation_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.1: origin, fields and term, parties and why a new agreement, what was found out about both sides, the risk."""
    yield from _origin_gaps(agreement)
    yield from _fact_gaps(agreement)
    yield from _party_gaps(agreement)
    yield from diligence_gaps(agreement)


def _url(name: str, agreement: Agreement) -> str:
    return reverse(f"agreements:{name}", args=[agreement.public_id])


def _origin_gaps(agreement: Agreement) -> Iterator[Gap]:
    if preparation.lacks_origin_paper(agreement):
        yield Gap(
            _("Paper of the origin"),
            "§3.1",
            _("An instruction, the minutes of a meeting or a letter is kept with the agreement it started."),
            _url("origin-edit", agreement),
            _("Add the paper"),
            "origin_paper",
        )


def _fact_gaps(agreement: Agreement) -> Iterator[Gap]:
    facts_url = _url("preparation-edit", agreement)
    if not agreement.fields.exists():
        yield Gap(_("Fields of cooperation"), "§2", url=facts_url, action=_("Choose fields"), code="fields")
    if not agreement.term_kind:
        yield Gap(
            _("Intended term"),
            "§4.3",
            _("The term decides between the evaluation at expiry and the review every three years."),
            facts_url,
            _("Enter the term"),
            "term",
        )
    elif agreement.expires_on and agreement.expires_on <= agreement.legal_day:
        yield Gap(
            _("A term that has not ended"),
            "§4.3",
            _("The day entered as the end of the agreement has passed."),
            facts_url,
            _("Enter the term"),
            "term_ended",
        )


def _party_gaps(agreement: Agreement) -> Iterator[Gap]:
    if not agreement.parties.exists():
        yield Gap(
            _("A counterparty"),
            "§3.1",
            url=_url("parties-edit", agreement),
            action=_("Add a counterparty"),
            code="parties",
        )
    elif not overlaps.is_explained(agreement):
        yield Gap(
            _("Why a new agreement, and not a supplement of the old one"),
            "§3.1",
            _("The counterparty has a live agreement that was filed before this one."),
            _url("relations-edit", agreement),
            _("Look and say why"),
            "overlap",
        )


def diligence_gaps(agreement: Agreement) -> Iterator[Gap]:
    """§1.2, §3.1: the four points of each party that is not exempt, our own ability, the risk argument.

    Each point needs a conclusion and evidence, in words or as a paper. What is not sound is not drafted with.
    """
    asked, papered = diligence.asked_kinds(agreement.authority_id), diligence.papered(agreement)
    for party in agreement.parties.select_related("counterparty").prefetch_related("due_diligence"):
        if asked.get(party.counterparty.kind, True):
            yield from _points_of(agreement, party, papered)
    yield from _own_gaps(agreement, papered)


def _points_of(agreement: Agreement, party: Party, papered: set[str]) -> Iterator[Gap]:
    found = {row.point: row for row in party.due_diligence.all()}
    url = reverse("agreements:diligence-edit", args=[agreement.public_id, party.public_id])
    for code, point in DILIGENCE_POINTS.items():
        row, names, gap = found.get(code), _names(point, party), f"diligence_{code}"
        if row is None:
            yield Gap(_("%(point)s of %(party)s") % names, point.article, url=url, action=_("Assess"), code=gap)
        elif row.conclusion == Assessment.Conclusion.UNSOUND:
            yield Gap(
                _("%(point)s of %(party)s is not sound") % names,
                point.article,
                _("An agreement with a counterparty that is not sound is not drafted."),
                url,
                _("Look again"),
                gap,
            )
        elif diligence.lacks_evidence(row, diligence.key_of(party, code), papered):
            yield Gap(
                _("Evidence for %(point)s of %(party)s") % names,
                point.article,
                _("A conclusion rests on something: name it, or add the paper."),
                url,
                _("Add"),
                gap,
            )


def _names(point: DueDiligencePoint, party: Party) -> dict[str, object]:
    return {"point": say(point.name), "party": party.counterparty}


def _own_gaps(agreement: Agreement, papered: set[str]) -> Iterator[Gap]:
    url, row = _url("ability-edit", agreement), getattr(agreement, "own_ability", None)
    if row is None:
        yield Gap(
            _("Our own ability to perform"),
            "§1.2",
            _("Both sides must be able to do what they promise; it is looked at for every agreement."),
            url,
            _("Assess"),
            "ability",
        )
    elif row.conclusion == Assessment.Conclusion.UNSOUND:
        yield Gap(
            _("Our own ability to perform is not sound"),
            "§1.2",
            _("What we cannot perform is not promised: change the intention, then look again."),
            url,
            _("Look again"),
            "ability",
        )
    elif diligence.lacks_evidence(row, diligence.ABILITY_KEY, papered):
        yield Gap(
            _("Evidence for our own ability to perform"),
            "§1.2",
            _("A conclusion rests on something: name it, or add the paper."),
            url,
            _("Add"),
            "ability",
        )
    if not hasattr(agreement, "risk_argument"):
        yield Gap(
            _("Risk argument"),
            "§3.1",
            _("The government's own contracting and performance risk is argued for every agreement."),
            _url("risk-edit", agreement),
            _("Argue the risk"),
            "risk",
        )
