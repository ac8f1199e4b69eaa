"""A Word text that comes in: the upload, and what the person decides where the match is not certain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.preparation import LONGEST_TEXT
from agreements.models import TextVersion
from agreements.services.texts import ClauseContent, PartContent
from agreements.services.word import AddedClause, Result
from agreements.word import rows
from agreements.word.plan import APPEND, AS_TEXT, DROP, IS, KEEP, NEW, OUT, Choices, ClausePlan, Plan
from agreements.word.sections import SIMILAR, Section
from core.fields import DayField

PLACE, REASON, TABLE, MISSING, WHY, RENAME, GONE, ROW = (
    "place", "reason", "table", "missing", "why", "rename", "gone", "row",
)  # fmt: skip
LONGEST_PROSE = 100_000


class UploadForm(forms.Form):
    """A revised text as a Word file."""

    file = forms.FileField(
        label=_("Word file"),
        widget=forms.FileInput(
            attrs={"accept": ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
        ),
        help_text=_(".docx from Word or WPS. Tracked changes are read as accepted, and each is named."),
    )
    origin = forms.ChoiceField(
        label=_("Who drafted the text"), choices=[("", _("Please choose")), *TextVersion.Origin.choices]
    )
    received_on = DayField(label=_("Received on"))
    note = forms.CharField(
        label=_("What is new in it"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )


def choices_in(data: Mapping[str, Any]) -> Choices:
    """Return the choices a sent page makes, before they are checked."""
    found: dict[str, dict[str, str]] = {PLACE: {}, TABLE: {}, ROW: {}}
    for name in data:
        kind, _dash, key = name.partition("-")
        if kind in found:
            found[kind][name if kind == ROW else key] = str(data[name])
    return Choices(found[PLACE], found[TABLE], found[ROW])


def state_of(choices: Choices) -> str:
    """Return a mark of the choices whose result a page shows: what is confirmed is what was seen."""
    body = repr((sorted(choices.places.items()), sorted(choices.tables.items()), sorted(choices.corrections.items())))
    return hashlib.sha256(body.encode()).hexdigest()[:16]


class ConfirmForm(forms.Form):
    """Everything a person decides about an upload; nothing is chosen beforehand but a similar heading, named as such.

    `matched` is the state of the draft the page is drawn from, `seen` the mark of the choices whose result it shows.
    Both go with the page and come back with it: what is confirmed is what was looked at.
    """

    def __init__(self, plan: Plan, matched: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.plan = plan
        self.matched = matched
        self.seen = state_of(plan.choices)
        for section in plan.open_sections:
            self.fields[f"{PLACE}-{section.key}"] = self._place(section)
            if section.heading:
                self.fields[f"{REASON}-{section.key}"] = _reason(_("Why the clause is added"))
        for entry in plan.clauses:
            self._clause(entry)

    def _place(self, section: Section) -> forms.ChoiceField:
        taken = {one.lineage for one in self.plan.sections if one.lineage and one not in self.plan.open_sections}
        clauses = [entry.clause for entry in self.plan.clauses]
        options: list[tuple[Any, Any]] = [("", _("Please choose"))]
        if section.heading:
            free = [(f"{IS}:{clause.lineage}", clause.heading) for clause in clauses if clause.lineage not in taken]
            if free:
                options.append((_("It is the clause"), free))
            options.append((NEW, _("Add it as a clause of its own, with a reason")))
        standing = [(f"{APPEND}:{clause.lineage}", clause.heading) for clause in clauses]
        options += [(_("Add its words to the clause"), standing), (OUT, _("Leave it out"))]
        initial = f"{IS}:{section.lineage}" if section.how == SIMILAR else ""
        return forms.ChoiceField(label=_("Where it belongs"), choices=options, initial=initial)

    def _clause(self, entry: ClausePlan) -> None:
        lineage = entry.clause.lineage
        if entry.is_missing:
            leave = _("Leave the clause out, with a reason") if entry.clause.code else _("Take the clause away")
            self.fields[f"{MISSING}-{lineage}"] = forms.ChoiceField(
                label=_("Not in the file"),
                choices=[("", _("Please choose")), (KEEP, _("Keep the clause as it stands")), (DROP, leave)],
            )
            if entry.clause.code:
                self.fields[f"{WHY}-{lineage}"] = _reason(_("Why the clause is left out"))
            return
        if entry.is_renamed:
            self.fields[f"{RENAME}-{lineage}"] = forms.BooleanField(label=_("Take the new heading"), required=False)
        for table in entry.loose:
            self.fields[f"{TABLE}-{table.key}"] = forms.ChoiceField(
                label=_("A table that answers none of the clause's sheets"),
                choices=[
                    ("", _("Please choose")),
                    (AS_TEXT, _("Take its words into the clause, a line for each row")),
                    (OUT, _("Leave it out")),
                ],
            )
        for sheet in entry.sheets:
            if sheet.absent:
                self.fields[f"{GONE}-{lineage}-{sheet.code}"] = forms.MultipleChoiceField(
                    label=_("Rows of the draft that are not in the file: tick those that go"),
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    choices=[(part.lineage, rows.part_line(part)) for part in sheet.absent],
                )

    def named(self, kind: str, key: str) -> forms.BoundField | None:
        """Return the field of a kind for a section, clause or table; None where nothing is to be decided."""
        name = f"{kind}-{key}"
        return self[name] if name in self.fields else None

    @property
    def is_of_this_draft(self) -> bool:
        """Tell whether the page that was sent was drawn from the draft as it stands now."""
        return bool(self.data.get("matched", "") == self.matched)

    @property
    def is_seen(self) -> bool:
        """Tell whether the page already showed the result of the choices that were sent."""
        return bool(self.data.get("seen", "") == self.seen)

    def clean(self) -> dict[str, Any]:
        """Refuse two sections for one clause, an added or omitted clause without reason, cells nobody can read."""
        data = self.cleaned_data
        claimed: set[str] = set()
        for section in self.plan.open_sections:
            place = data.get(f"{PLACE}-{section.key}", "")
            if place.startswith(f"{IS}:") and place in claimed:
                self.add_error(f"{PLACE}-{section.key}", _("Another part of the file is this clause already."))
            claimed.add(place)
            if place == NEW and not data.get(f"{REASON}-{section.key}"):
                self.add_error(f"{REASON}-{section.key}", _("An added clause needs a reason."))
        for entry in self.plan.clauses:
            lineage = entry.clause.lineage
            drops = entry.is_missing and entry.clause.code and data.get(f"{MISSING}-{lineage}") == DROP
            if drops and not data.get(f"{WHY}-{lineage}"):
                self.add_error(f"{WHY}-{lineage}", _("Give the reason why the clause is left out."))
            if len(entry.prose) > LONGEST_PROSE:
                words = {"clause": entry.clause.heading, "most": LONGEST_PROSE}
                self.add_error(None, _("%(clause)s: the text has more than %(most)s characters.") % words)
            for row in entry.unreadable:
                self.add_error(None, _("%(row)s: %(what)s") % {"row": row.name, "what": row.first_error})
        return data

    # ------------------------------------------------------------------ what was confirmed

    def result(self) -> Result:
        """Return what the service is to do."""
        data = self.cleaned_data
        headings = {
            entry.clause.lineage: entry.section.title
            for entry in self.plan.clauses
            if entry.section and data.get(f"{RENAME}-{entry.clause.lineage}")
        }
        removed = [
            entry.clause.lineage
            for entry in self.plan.clauses
            if not entry.clause.code and data.get(f"{MISSING}-{entry.clause.lineage}") == DROP
        ]
        contents = [self._content(entry) for entry in self.plan.clauses if entry.clause.lineage not in removed]
        return Result(contents, headings, list(self._added()), removed)

    def _content(self, entry: ClausePlan) -> ClauseContent:
        lineage = entry.clause.lineage
        omission = self.cleaned_data.get(f"{WHY}-{lineage}", "") if self._drops(lineage) else ""
        if entry.section is None:
            omission = omission or entry.clause.omission_reason
        parts: list[PartContent] = []
        for sheet in entry.sheets:
            gone = set(self.cleaned_data.get(f"{GONE}-{lineage}-{sheet.code}", ())) if entry.section else set()
            parts += [row.content() for row in sheet.rows]
            parts += [
                PartContent(sheet.code, part.facts(), part.lineage) for part in sheet.absent if part.lineage not in gone
            ]
        clause = entry.clause
        heading = clause.heading if clause.is_added else ""
        return ClauseContent(lineage, entry.prose, omission, parts, heading, clause.added_reason, clause.edition)

    def _drops(self, lineage: str) -> bool:
        return bool(self.cleaned_data.get(f"{MISSING}-{lineage}") == DROP)

    def _added(self) -> Iterator[AddedClause]:
        after = ""
        for section in self.plan.sections:
            if section.lineage:
                after = section.lineage
            elif self.cleaned_data.get(f"{PLACE}-{section.key}") == NEW:
                prose = "\n".join(section.everything[1:])
                yield AddedClause(section.title, prose, self.cleaned_data[f"{REASON}-{section.key}"], after)


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": "2"})
    )
