"""The drafting workbench: every clause of the working text with its sheets, as one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from agreements.forms import sheets
from agreements.forms.preparation import LONGEST_TEXT
from agreements.forms.rows import RowFormSet
from agreements.forms.sheets import Column, Layout
from agreements.models import Agreement, Clause, TextVersion
from agreements.services import texts
from agreements.services.texts import ClauseContent
from core.fields import WholeField
from core.verdicts import Wording
from regulation.records import Part as PartCode


class EditionForm(forms.Form):
    """The save the writer started from; two writers see each other by it."""

    version = WholeField(widget=forms.HiddenInput, max_value=2_000_000_000)


class ClauseForm(forms.Form):
    """The prose of a clause, or why it is left out."""

    prose = forms.CharField(
        label=_("Text of the clause"),
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "4", "class": "doc"}),
    )
    omission_reason = forms.CharField(
        label=_("Why the clause is left out"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("A framework clause may be left out with a reason, which goes to legal review."),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of one kind of part in a clause."""

    code: str
    layout: Layout
    columns: list[tuple[Column, Wording]]
    formset: RowFormSet
    count: int
    note: Wording


@dataclass(frozen=True, slots=True)
class Section:
    """A clause on the workbench: the row, what the article asks of it, its form and sheets."""

    clause: Clause
    framework: dict[str, Any] | None
    form: ClauseForm
    sheets: list[Sheet]

    @property
    def has_errors(self) -> bool:
        """Tell whether something in the clause is wrong as typed."""
        return bool(self.form.errors) or any(
            sheet.formset.is_bound and not sheet.formset.is_valid() for sheet in self.sheets
        )


@dataclass(frozen=True, slots=True)
class _Loose:
    """The forms of the clauses in the shape in which the error summary reads a sheet."""

    forms: list[ClauseForm]

    def non_form_errors(self) -> list[str]:
        return []


class TextForm:
    """The whole working text as it is typed. Built once per request; eleven queries, however long the text."""

    def __init__(self, agreement: Agreement, text: TextVersion, data: Mapping[str, Any] | None = None) -> None:
        self.agreement = agreement
        self.text = text
        self.data = data
        self.head = EditionForm(data, initial={"version": text.edition})
        self.clauses = texts.clauses_with_parts(text)
        self.project_facts = bool(agreement.edition.body.get("project_facts_required", False))
        self.units = self._unit_choices()
        self.sections = [self._section(clause) for clause in self.clauses]

    def _unit_choices(self) -> list[tuple[str, str]]:
        """Offer the authority's units, and those a part already names though they are retired."""
        units = {unit.pk: unit for unit in Unit.objects.active().filter(authority=self.agreement.authority_id)}
        for clause in self.clauses:
            for parts in clause.parts.values():
                for part in parts:
                    if unit := getattr(part, "unit", None):
                        units.setdefault(unit.pk, unit)
        return [("", str(_("Please choose"))), *((str(key), unit.short) for key, unit in units.items())]

    def _section(self, clause: Clause) -> Section:
        framework = self.agreement.edition.clause(clause.code) if clause.code else None
        form = ClauseForm(
            self.data,
            prefix=clause.lineage,
            initial={"prose": clause.prose, "omission_reason": clause.omission_reason},
        )
        codes = framework["parts"] if framework else ()
        return Section(clause, framework, form, [self._sheet(clause, code) for code in codes])

    def _sheet(self, clause: Clause, code: str) -> Sheet:
        parts = clause.parts[code]
        formset = sheets.sheet(code)(
            self.data,
            prefix=f"{clause.lineage}-{code}",
            initial=[{"lineage": part.lineage, **part.facts()} for part in parts],
            form_kwargs={"units": self.units, "project_facts": self.project_facts},
        )
        return Sheet(code, sheets.LAYOUTS[code], sheets.columns(code), formset, len(parts), self._note(code))

    def _note(self, code: str) -> Wording:
        if code == PartCode.KEY_PROJECTS.value:
            if self.project_facts:
                return _("Five facts are asked of each; where one is missing, say why.")
            return _("Five facts are advised here; other categories ask for them.")
        if code in (PartCode.TARGETS.value, PartCode.WORK_ITEMS.value):
            return _("Become follow-up tasks when the agreement is signed.")
        if code == PartCode.MECHANISMS.value:
            return _("Become recurring events when the agreement is signed.")
        return ""

    @cached_property
    def formsets(self) -> list[Any]:
        """Return what the error summary reads after the head: the clauses, then their sheets."""
        return [_Loose([section.form for section in self.sections]), *self._sheets()]

    def _sheets(self) -> Iterator[RowFormSet]:
        for section in self.sections:
            for sheet in section.sheets:
                yield sheet.formset

    @property
    def is_bound(self) -> bool:
        """Tell whether something was sent."""
        return self.data is not None

    def is_valid(self) -> bool:
        """Tell whether everything typed can be read; every form is asked, so that all mistakes show at once."""
        answers = [
            self.head.is_valid(),
            *(section.form.is_valid() for section in self.sections),
            *(formset.is_valid() for formset in self._sheets()),
        ]
        return all(answers)

    def contents(self) -> list[ClauseContent]:
        """Return what was typed, clause by clause, as the service takes it."""
        return [
            ClauseContent(
                lineage=section.clause.lineage,
                prose=section.form.cleaned_data["prose"],
                omission_reason=section.form.cleaned_data["omission_reason"],
                parts=[row.content() for sheet in section.sheets for row in sheet.formset.kept],
            )
            for section in self.sections
        ]

    def lineages(self) -> dict[str, str]:
        """Return, after a save, the marks of the rows that were new: field name → lineage."""
        saved = {clause.lineage: clause.parts for clause in texts.clauses_with_parts(self.text)}
        return {
            row.add_prefix("lineage"): part.lineage
            for section in self.sections
            for sheet in section.sheets
            for row, part in zip(sheet.formset.kept, saved[section.clause.lineage][sheet.code], strict=False)
        }

    @property
    def mistakes(self) -> list[str]:
        """Return the mistakes in words, for a program that saves the draft."""
        found = [
            str(message) for form in self._all_forms() for messages in form.errors.values() for message in messages
        ]
        return found + [str(message) for formset in self._sheets() for message in formset.non_form_errors()]

    def _all_forms(self) -> Iterator[forms.Form]:
        yield self.head
        for section in self.sections:
            yield section.form
        for formset in self._sheets():
            yield from formset.forms
