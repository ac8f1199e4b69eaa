"""This app's own tabs of the agreement page, and what its overview says of the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements import margin, reading, rules
from agreements.lights import Light, light_for
from agreements.models import Agreement, Consultation, ConsultedUnit, DueDiligence, Opinion, Party
from agreements.pages import listed, open_deadlines, trail_lines
from agreements.services import drafting, papers
from core import clock, panels
from core.panels import Panel
from core.verdicts import Denied
from core.wording import say
from records import trail
from records.models import Event
from regulation.diligence import DILIGENCE_POINTS, diligence_required
from regulation.records import Code
from regulation.vocabulary import COUNTERPARTY_KINDS, DOCUMENT_TYPES, FIELDS, NATURES, ORIGINS, TERM_KINDS

RECENT = 5


def register_own() -> None:
    """Register this app's tabs; called once, when the app is ready."""
    for panel in (
        Panel("text", pgettext_lazy("tab", "Text"), 10, "agreements/panel-text.html", _texts, text_panel),
        Panel("opinions", _("Opinions"), 20, "agreements/panel-opinions.html", _opinions, opinions_panel),
        Panel("files", _("Files"), 80, "agreements/panel-files.html", _files, files_panel),
        Panel("trail", _("Trail"), 90, "agreements/panel-trail.html", _events, trail_panel),
    ):
        panels.register(panel)


# ---------------------------------------------------------------------- overview


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A counterparty on the overview, with how far its due diligence is."""

    party: Party
    kind: str
    diligence: str
    url: str


def overview(request: HttpRequest, agreement: Agreement, history: list[Event]) -> dict[str, Any]:
    """Return what the overview shows: facts, parties, deadlines, the latest of the trail, sections of other apps."""
    may_edit = not isinstance(rules.may_edit(request.user, agreement), Denied)  # type: ignore[arg-type]
    return {
        "document_type": _named(DOCUMENT_TYPES, agreement.document_type),
        "origin": _named(ORIGINS, agreement.origin),
        "term": _named(TERM_KINDS, agreement.term_kind),
        "natures": listed(_named(NATURES, row.code) for row in agreement.natures.order_by("pk")),
        "fields": listed(_named(FIELDS, row.code) for row in agreement.fields.order_by("pk")),
        "supporting": listed(
            row.unit.short for row in agreement.supporting_units.select_related("unit").order_by("unit__sort_key")
        ),
        "party_lines": _party_lines(agreement),
        "risk": getattr(agreement, "risk_argument", None),
        "can_edit": may_edit and rules.is_open_for_preparation(agreement),
        "can_write": may_edit and drafting.is_open(agreement),
        "dues": open_deadlines(agreement),
        "recent": trail_lines(history)[:RECENT],
        "event_count": len(history),
        **_sections(request, agreement),
    }


def _sections(request: HttpRequest, agreement: Agreement) -> dict[str, list[str]]:
    """Return the sections other apps add to the overview, drawn: for the main column and for the one beside it."""
    drawn: dict[str, list[str]] = {"sections": [], "aside_sections": []}
    for block in panels.blocks():
        context = block.context(request, agreement)
        if context is not None:
            page = render_to_string(block.template, {**context, "agreement": agreement})
            drawn["aside_sections" if block.aside else "sections"].append(page)
    return drawn


def _named(vocabulary: dict[str, Code], code: str) -> str:
    """Return the name of a code; a code the vocabulary no longer knows stands for itself."""
    return say(vocabulary[code].name) if code in vocabulary else code


def _party_lines(agreement: Agreement) -> list[PartyLine]:
    rows = agreement.parties.select_related("counterparty").prefetch_related("due_diligence")
    return [
        PartyLine(
            party,
            _named(COUNTERPARTY_KINDS, party.counterparty.kind),
            _diligence(party),
            reverse("agreements:diligence-edit", args=[agreement.public_id, party.public_id])
            if diligence_required(party.counterparty.kind)
            else "",
        )
        for party in rows
    ]


def _diligence(party: Party) -> str:
    if not diligence_required(party.counterparty.kind):
        return str(_("exempt"))
    found = list(party.due_diligence.all())
    if any(row.conclusion == DueDiligence.Conclusion.UNSOUND for row in found):
        return str(_("not sound"))
    return str(_("%(n)s of %(total)s points assessed") % {"n": len(found), "total": len(DILIGENCE_POINTS)})


# ---------------------------------------------------------------------- text


def _texts(request: HttpRequest, agreement: Agreement) -> int | None:
    return agreement.texts.count() or None


def text_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the versions of the text and the newest one, to be read."""
    versions = list(agreement.texts.select_related("saved_by").order_by("-number"))
    may_edit = not isinstance(rules.may_edit(request.user, agreement), Denied)  # type: ignore[arg-type]
    clauses = reading.read(versions[0]) if versions else []
    found = margin.margin(agreement, versions[0], [entry.clause for entry in clauses]) if versions else {}
    return {
        **found,
        "versions": versions,
        "text": versions[0] if versions else None,
        "clauses": clauses,
        "can_write": may_edit and drafting.is_open(agreement),
    }


# ---------------------------------------------------------------------- opinions


@dataclass(frozen=True, slots=True)
class Reply:
    """A consulted unit in a round: what it said, or that it has not, with its light."""

    consulted: ConsultedUnit
    opinion: Opinion | None
    light: Light


def replies(consultation: Consultation) -> list[Reply]:
    """Return the units of a round with what they said. Silence past the day reads as no reply, never as consent."""
    rows = consultation.consulted.select_related("unit", "opinion__given_by", "opinion__answer__answered_by")
    today = clock.today()
    found = []
    for row in rows:
        opinion = getattr(row, "opinion", None)
        if opinion is not None:
            kind = "none" if opinion.stance == Opinion.Stance.OBJECTION else "ok"
            light = Light(kind, capfirst(opinion.get_stance_display()))
        elif consultation.due_on < today:
            light = Light("late", _("No reply"))
        else:
            light = light_for(consultation.due_on, True, today)
        found.append(Reply(row, opinion, light))
    return found


def _opinions(request: HttpRequest, agreement: Agreement) -> int | None:
    counted = agreement.consultations.aggregate(
        rounds=Count("pk", distinct=True), opinions=Count("consulted__opinion", distinct=True)
    )
    return counted["opinions"] if counted["rounds"] else None


def opinions_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the rounds of opinions, newest first, each with its units."""
    rounds = agreement.consultations.select_related("text", "sent_by").order_by("-round")
    return {"rounds": [(round_, replies(round_)) for round_ in rounds]}


# ---------------------------------------------------------------------- files and trail


def _files(request: HttpRequest, agreement: Agreement) -> int | None:
    return (agreement.attachments.count() + agreement.printed.count()) or None


def files_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the papers brought in and those the product printed."""
    return {
        "attachments": agreement.attachments.select_related("file", "added_by"),
        "printed": [
            (papers.name_of(row), row) for row in agreement.printed.select_related("file", "made_by").defer("html")
        ],
    }


def _events(request: HttpRequest, agreement: Agreement) -> int | None:
    return trail.history(agreement.chain).count()


def trail_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return every event of the agreement's chain, newest first."""
    return {"events": trail_lines(list(trail.history(agreement.chain)))}
