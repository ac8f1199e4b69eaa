"""This app's own tabs of the agreement page, and what its overview says of the facts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements import comparison, margin, opinion_lists, preparation_pages, reading, rules, shelf
from agreements.forms.files import FileForm
from agreements.models import (
    Agreement,
    Attachment,
    Station,
    TextVersion,
)
from agreements.pages import listed, open_deadlines, trail_lines
from agreements.services import attachments, deliberating, drafting, exchange, opinions, papers
from core import panels
from core.panels import Panel
from core.verdicts import Denied
from core.wording import say
from records import tokens, trail
from records.models import Event
from regulation.records import Code
from regulation.vocabulary import DOCUMENT_TYPES, FIELDS, NATURES, ORIGINS, TERM_KINDS

RECENT = 5
PRINTED = "printed"


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
        **preparation_pages.overview(request, agreement),
        "can_edit": may_edit and rules.is_open_for_preparation(agreement),
        "can_write": may_edit and drafting.is_open(agreement),
        "held": exchange.rounds(agreement).now if rules.is_open_for_preparation(agreement) else None,
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


# ---------------------------------------------------------------------- text


def _texts(request: HttpRequest, agreement: Agreement) -> int | None:
    return agreement.texts.count() or None


def text_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the versions of the text, the rounds with the counterpart, and the newest version to be read."""
    versions = comparison.versions_of(agreement)
    may_edit = not isinstance(rules.may_edit(request.user, agreement), Denied)  # type: ignore[arg-type]
    clauses = reading.read(versions[0]) if versions else []
    found = margin.margin(agreement, versions[0], [entry.clause for entry in clauses]) if versions else {}
    return {
        **found,
        "versions": [(version, _compared(agreement, version)) for version in versions],
        "text": versions[0] if versions else None,
        "clauses": clauses,
        "rounds": exchange.rounds(agreement),
        "can_write": may_edit and drafting.is_open(agreement),
        "can_exchange": may_edit and rules.is_open_for_preparation(agreement),
    }


def _compared(agreement: Agreement, version: TextVersion) -> str:
    """Return the address that compares a version with the one it was copied from; blank for the first."""
    if version.based_on is None:
        return ""
    pair = {"from": version.based_on.public_id, "to": version.public_id}
    return reverse("agreements:text-compare", args=[agreement.public_id], query=pair)


# ---------------------------------------------------------------------- opinions


def _opinions(request: HttpRequest, agreement: Agreement) -> int | None:
    if not (agreement.consultations.exists() or agreement.letters.exists() or agreement.deliberations.exists()):
        return agreement.opinion_points.count() if _may_begin(request, agreement) else None
    return opinion_lists.given(agreement)


def _may_begin(request: HttpRequest, agreement: Agreement) -> bool:
    """Tell whether the tab is there before anything was asked: for whoever may send the draft for opinions."""
    is_draft = agreement.station == Station.DRAFTING and drafting.is_open(agreement)
    return is_draft and not isinstance(rules.may_edit(request.user, agreement), Denied)  # type: ignore[arg-type]


def opinions_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the rounds of opinions, newest first, letters, differences, meetings, and what may be done here."""
    return {
        "rounds": opinion_lists.rounds(agreement)[::-1],
        "letters": opinion_lists.letters(agreement),
        "differences": opinions.differences(agreement),
        "deliberations": agreement.deliberations.select_related("text").prefetch_related("text__marks"),
        "deliberation_due": deliberating.is_required(agreement) and not deliberating.is_satisfied(agreement),
        "can_send": _may_begin(request, agreement),
    }


# ---------------------------------------------------------------------- files and trail


def _files(request: HttpRequest, agreement: Agreement) -> int | None:
    count: int = agreement.attachments.filter(replaced_by=None).count() + agreement.printed.count()
    return count if count or _may_file(request, agreement) else None


def _may_file(request: HttpRequest, agreement: Agreement) -> bool:
    may = not isinstance(rules.may_attach(request.user, agreement), Denied)  # type: ignore[arg-type]
    return may and bool(attachments.kinds_now(agreement))


def can_change_paper(request: HttpRequest, paper: Attachment) -> bool:
    """Tell whether this person may replace a paper or mark it as void now: the newest version of one that counts."""
    return (
        _may_file(request, paper.agreement)
        and attachments.is_changeable(paper)
        and paper.voided_at is None
        and not Attachment.objects.filter(replaces=paper).exists()
    )


def files_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the papers brought in, by kind, and those the product printed; `kind` in the address shows one kind."""
    groups = shelf.lay_out(agreement, request.user)  # type: ignore[arg-type]
    printed = [(papers.name_of(row), row) for row in agreement.printed.select_related("file", "made_by").defer("html")]
    total = sum(len(group.papers) for group in groups) + len(printed)
    asked = request.GET.get("kind", "")
    picked = asked if asked == PRINTED or any(group.code == asked for group in groups) else ""
    return {
        "kinds": [(group.code, group.name, len(group.papers)) for group in groups],
        "groups": [group for group in groups if picked in ("", group.code)],
        "printed": printed if picked in ("", PRINTED) else [],
        "printed_count": len(printed),
        "picked": picked,
        "total": total,
        **(_filing(agreement) if _may_file(request, agreement) else {}),
    }


def _filing(agreement: Agreement) -> dict[str, Any]:
    return {
        "form": FileForm(agreement=agreement),
        "submission_token": tokens.new(),
        "limit": settings.UPLOAD_LIMIT_BYTES,
    }


def _events(request: HttpRequest, agreement: Agreement) -> int | None:
    return trail.history(agreement.chain).count()


def trail_panel(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return every event of the agreement's chain, newest first."""
    return {"events": trail_lines(list(trail.history(agreement.chain)))}
