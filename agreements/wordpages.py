"""What the page of an incoming Word text shows: clause by clause, with everything that waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements import margin, marking
from agreements.forms import word as fields
from agreements.forms.word import ConfirmForm
from agreements.marking import ADDED, REMOVED, Paragraph
from agreements.models import IncomingText
from agreements.word import pieces, rows, sections
from agreements.word.plan import ClausePlan, LooseTable, Plan
from agreements.word.rows import ReadRow
from agreements.word.sections import Section
from core.docx.model import DELETION, FORMAT, INSERTION, MOVE, Document, paragraphs
from core.docx.reading import LOSSES
from core.verdicts import Wording

MOST_LISTED = 200
_LONGEST_EXCERPT = 160
_AROUND = 40

HOW: Mapping[str, Wording] = {
    sections.MARK: _("known by the mark in the file"),
    sections.HEADING: _("same heading"),
    sections.SIMILAR: _("similar heading: please look"),
    sections.CHOSEN: _("as you chose"),
    sections.NONE: _("no clause found"),
}
KINDS: Mapping[str, Wording] = {
    INSERTION: pgettext_lazy("tracked change", "inserted"),
    DELETION: pgettext_lazy("tracked change", "deleted"),
    MOVE: pgettext_lazy("tracked change", "moved"),
    FORMAT: pgettext_lazy("tracked change", "format changed"),
}


@dataclass(frozen=True, slots=True)
class Mend:
    """A row with what is to be typed anew: the field, and what the file says there."""

    row: ReadRow
    fields: list[tuple[forms.BoundField, str]]


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause on the page."""

    plan: ClausePlan
    how: Wording
    paragraphs: list[Paragraph]
    changes: int
    missing: forms.BoundField | None
    why: forms.BoundField | None
    rename: forms.BoundField | None
    gone: list[forms.BoundField]
    loose: list[tuple[LooseTable, forms.BoundField | None]]
    mends: list[Mend]
    unknown: list[str]

    @property
    def is_asked(self) -> bool:
        """Tell whether something in the clause waits for a decision."""
        return bool(self.missing or self.rename or self.gone or self.loose or self.mends)


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of the file whose clause the person names."""

    section: Section
    how: Wording
    paragraphs: list[Paragraph]
    place: forms.BoundField | None
    reason: forms.BoundField | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A tracked change or a remark as it is listed."""

    who: str
    when: str
    what: Wording
    text: str
    where: str


def context(incoming: IncomingText, plan: Plan, form: ConfirmForm) -> dict[str, Any]:
    """Return what the page shows, with what screening finds in the file. Five queries beyond those of the plan."""
    clauses = [_clause(entry, form) for entry in plan.clauses]
    document = plan.document
    changes = _changes(document)
    return {
        "incoming": incoming,
        "plan": plan,
        "form": form,
        "open_sections": [_section(section, form) for section in plan.open_sections],
        "clauses": [view for view in clauses if view.is_asked or view.changes or not view.plan.is_empty],
        "changed_count": sum(1 for view in clauses if view.changes),
        "tracked": changes[:MOST_LISTED],
        "tracked_count": len(changes),
        "comments": _comments(document)[:MOST_LISTED],
        "losses": _losses(document)[:MOST_LISTED],
        **margin.incoming(incoming.agreement, plan.text, pieces.pieces(plan), pieces.headings(plan)),
    }


def _clause(entry: ClausePlan, form: ConfirmForm) -> ClauseView:
    lineage = entry.clause.lineage
    gone = [found for sheet in entry.sheets if (found := form.named(fields.GONE, f"{lineage}-{sheet.code}"))]
    if entry.is_missing and not entry.appended:
        marked = marking.whole(REMOVED, entry.old_lines)
    else:
        marked = marking.compare(entry.old_lines, entry.new_lines + _staying(entry, gone))
    return ClauseView(
        entry,
        HOW[entry.section.how] if entry.section else "",
        marked,
        marking.places(marked) + entry.is_renamed,
        form.named(fields.MISSING, lineage),
        form.named(fields.WHY, lineage),
        form.named(fields.RENAME, lineage),
        gone,
        [(table, form.named(fields.TABLE, table.key)) for table in entry.loose],
        [Mend(row, [(row.form[name], row.said.get(name, "")) for name in row.asked]) for row in entry.to_mend],
        [head for sheet in entry.sheets for head in sheet.unknown],
    )


def _staying(entry: ClausePlan, gone: Sequence[forms.BoundField]) -> list[str]:
    """Return the rows the file lacks that stay all the same: those nobody ticked."""
    ticked = {lineage for field in gone for lineage in field.value() or ()}
    return [rows.part_line(part) for sheet in entry.sheets for part in sheet.absent if part.lineage not in ticked]


def _section(section: Section, form: ConfirmForm) -> SectionView:
    return SectionView(
        section,
        HOW[section.how],
        marking.whole(ADDED, section.everything),
        form.named(fields.PLACE, section.key),
        form.named(fields.REASON, section.key),
    )


def _where(document: Document) -> dict[int, str]:
    return {paragraph.place: paragraph.full for paragraph in paragraphs(document.blocks)}


def _changes(document: Document) -> list[ChangeLine]:
    where = _where(document)
    return [
        ChangeLine(
            change.author,
            _moment(change.at),
            KINDS[change.kind],
            _short(change.text, _LONGEST_EXCERPT),
            _short(where.get(change.place, ""), _AROUND),
        )
        for change in document.changes
        if change.kind == FORMAT or change.text.strip()
    ]


def _comments(document: Document) -> list[ChangeLine]:
    return [
        ChangeLine(remark.author, _moment(remark.at), "", remark.text, _short(remark.anchor, _AROUND))
        for remark in document.comments
    ]


def _losses(document: Document) -> list[tuple[Wording, str, str]]:
    where = _where(document)
    return [
        (LOSSES[loss.kind], _short(loss.text, _LONGEST_EXCERPT), _short(where.get(loss.place, ""), _AROUND))
        for loss in document.losses
    ]


def _moment(at: str) -> str:
    """Return an instant as the program that wrote the file stated it, to the minute."""
    return at[:16].replace("T", " ")


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
