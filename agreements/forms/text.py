"""The drafting workbench: every clause of the working text with its sheets, as one form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from agreements import contents, funding
from agreements.contents import ClauseContent
from agreements.forms import drawing, sheets
from agreements.forms.cells import UnitNames
from agreements.forms.layouts import LAYOUTS, Column, Layout, columns
from agreements.forms.preparation import LONGEST_TEXT
from agreements.forms.rows import RowFormSet
from agreements.models import Agreement, Clause, TextVersion
from agreements.services import texts
from agreements.services.texts import Saved
from core.fields import WholeField
from core.verdicts import Wording
from regulation.records import Part as PartCode

PROSE_MOST = 100_000
ADDED_PARTS = (PartCode.TARGETS.value, PartCode.WORK_ITEMS.value)
"""What may be stated beside the prose of an added clause: the framework asks nothing of it."""


_ANY_SHEET = "any-sheet"


class EditionForm(forms.Form):
    """The save the writer started from, and who drafted the text."""

    version = WholeField(widget=forms.HiddenInput, max_value=2_000_000_000)
    origin = forms.ChoiceField(
        label=_("Who drafted the text"),
        choices=TextVersion.Origin.choices,
        required=False,
        show_hidden_initial=True,
        widget=forms.Select(attrs={"form": "draft"}),
        help_text=_("§3.2: by our side, or by the counterpart, which our lead unit then follows."),
    )

    @property
    def new_origin(self) -> str:
        """Return who drafted the text where this form changed it; blank where it did not."""
        return str(self.cleaned_data["origin"]) if "origin" in self.changed_data else ""


class ClauseForm(forms.Form):
    """The prose of a clause, or why it is left out; of an added clause also what it is called and why it is there."""

    prose = forms.CharField(
        label=_("Text of the clause"),
        max_length=PROSE_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2", "class": "doc"}),
    )
    omission_reason = forms.CharField(
        label=_("Why the clause is left out"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("A framework clause may be left out with a reason, which goes to legal review."),
    )
    heading = forms.CharField(label=_("Heading"), max_length=120)
    added_reason = forms.CharField(
        label=_("Why the clause was added"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )
    edition = WholeField(widget=forms.HiddenInput, max_value=2_000_000_000)
    base = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, *args: Any, added: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("omission_reason",) if added else ("heading", "added_reason"):
            del self.fields[name]


class AddClauseForm(forms.Form):
    """A clause of the agreement's own, beside those of the framework (§2)."""

    heading = forms.CharField(label=_("Heading"), max_length=120)
    reason = forms.CharField(
        label=_("Why the clause is added"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("It goes to legal review with the text."),
    )
    after = forms.ChoiceField(label=_("Stands after"), required=False)

    def __init__(self, *args: Any, clauses: Iterable[Clause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["after"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("at the end")), *((clause.lineage, clause.heading) for clause in clauses)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of one kind of part in a clause; `totals` are those of a sheet of funds."""

    code: str
    layout: Layout
    columns: list[tuple[Column, Wording]]
    formset: RowFormSet
    pattern: SafeString
    """A blank row, its number to be put in."""
    count: int
    note: Wording
    is_folded: bool = False
    """Nothing was entered and nothing asks for it: only its head is shown until it is wanted."""
    totals: funding.Totals | None = None

    def rows(self) -> Iterator[SafeString]:
        """Return the rows as they are drawn; of a fresh sheet the last is its pattern with a number."""
        formset = self.formset
        if formset.is_bound:
            yield from (drawing.row(row) for row in formset.forms)
            return
        yield from (drawing.row(row) for row in formset.forms[: self.count])
        yield SafeString(self.pattern.replace(drawing.NUMBER, str(self.count)))

    @property
    def management(self) -> SafeString:
        """Return the hidden fields that count the rows."""
        form = self.formset.management_form
        counts = ((form[name].html_name, form[name].auto_id, form[name].value()) for name in form.fields)
        return format_html_join("", '<input type="hidden" name="{}" id="{}" value="{}">', counts)


@dataclass(frozen=True, slots=True)
class Section:
    """A clause on the workbench: the row, what the article asks of it, its form and sheets."""

    clause: Clause
    framework: dict[str, Any] | None
    form: ClauseForm
    sheets: list[Sheet]

    @property
    def is_sent(self) -> bool:
        """Tell whether the clause is part of what was sent."""
        return self.form.is_bound

    def is_valid(self) -> bool:
        """Tell whether everything typed into the clause can be read; every form is asked."""
        answers = [self.form.is_valid(), *(sheet.formset.is_valid() for sheet in self.sheets)]
        return all(answers)

    @property
    def has_errors(self) -> bool:
        """Tell whether something in the clause is wrong as typed."""
        return self.is_sent and not self.is_valid()

    @property
    def first_words(self) -> str:
        """Return how the clause begins, for where it is folded: its prose, or why it is left out."""
        return self.clause.omission_reason if self.clause.is_omitted else self.clause.prose.strip()[:80]

    def content(self) -> ClauseContent:
        """Return what was typed, as the service takes it."""
        typed = self.form.cleaned_data
        return ClauseContent(
            lineage=self.clause.lineage,
            prose=typed["prose"],
            omission_reason=typed.get("omission_reason", ""),
            parts=[row.content() for sheet in self.sheets for row in sheet.formset.kept],
            heading=typed.get("heading", ""),
            added_reason=typed.get("added_reason", ""),
            edition=typed["edition"],
            base=typed["base"],
        )


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something typed that cannot be read: the field, what it is called, what is wrong."""

    anchor: str
    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class _Loose:
    """The forms of the clauses in the shape in which the error summary reads a sheet."""

    forms: list[ClauseForm]

    def non_form_errors(self) -> list[str]:
        return []


class TextForm:
    """The working text as it is typed. Built once per request; the same number of queries, however long the text.

    A clause is bound when it was sent, which its hidden edition tells; with `sent_only` the others are not read.
    """

    def __init__(
        self,
        agreement: Agreement,
        text: TextVersion,
        data: Mapping[str, Any] | None = None,
        *,
        sent_only: bool = False,
        only: Iterable[str] | None = None,
    ) -> None:
        self.agreement = agreement
        self.text = text
        self.data = data
        self.head = EditionForm(data, initial={"version": text.edition, "origin": text.origin})
        if sent_only and data is not None:
            marks = (name[: -len("-edition")] for name in data if name.endswith("-edition"))
            only = [mark for mark in marks if len(mark) <= 10]
        self.clauses = texts.clauses_with_parts(text, only=only)
        self.project_facts = bool(agreement.edition.body.get("project_facts_required", False))
        self.units = UnitNames(self._units())
        self._patterns: dict[str, str] = {}
        self.sections = [self._section(clause) for clause in self.clauses]

    def _units(self) -> list[Unit]:
        """Offer the authority's units, and those a part already names though they are retired."""
        units = {unit.pk: unit for unit in Unit.objects.active().filter(authority=self.agreement.authority_id)}
        for clause in self.clauses:
            for parts in clause.parts.values():
                for part in parts:
                    if unit := getattr(part, "unit", None):
                        units.setdefault(unit.pk, unit)
        return list(units.values())

    def _section(self, clause: Clause) -> Section:
        framework = self.agreement.edition.clause(clause.code) if clause.code else None
        sent = self.data is not None and f"{clause.lineage}-edition" in self.data
        data = self.data if sent else None
        form = ClauseForm(
            data,
            prefix=clause.lineage,
            added=clause.is_added,
            initial={
                "prose": clause.prose,
                "omission_reason": clause.omission_reason,
                "heading": clause.heading,
                "added_reason": clause.added_reason,
                "edition": clause.edition,
                "base": contents.mark(contents.of(clause)),
            },
        )
        offered = framework["parts"] if framework else ADDED_PARTS
        codes = [*offered, *(code for code, parts in clause.parts.items() if parts and code not in offered)]
        required = framework["required_parts"] if framework else ()
        drawn = [self._sheet(clause, code, data, required=code in required) for code in codes]
        return Section(clause, framework, form, drawn)

    def _sheet(self, clause: Clause, code: str, data: Mapping[str, Any] | None, *, required: bool) -> Sheet:
        parts = clause.parts[code]
        formset = sheets.sheet(code)(
            data,
            prefix=f"{clause.lineage}-{code}",
            initial=[sheets.initial(part) for part in parts],
            form_kwargs={"units": self.units, "project_facts": self.project_facts},
        )
        totals = funding.totals(parts) if code == PartCode.FUNDING.value else None
        folded = not required and not parts and data is None
        pattern = self._pattern(code, formset)
        return Sheet(code, LAYOUTS[code], columns(code), formset, pattern, len(parts), self._note(code), folded, totals)

    def _pattern(self, code: str, formset: RowFormSet) -> SafeString:
        """Return the blank row of a sheet, drawn once for each kind of part."""
        if code not in self._patterns:
            blank = sheets.sheet(code)(
                prefix=_ANY_SHEET, form_kwargs={"units": self.units, "project_facts": self.project_facts}
            )
            self._patterns[code] = drawing.row(blank.empty_form)
        return SafeString(self._patterns[code].replace(_ANY_SHEET, str(formset.prefix)))

    def _note(self, code: str) -> Wording:
        if code == PartCode.KEY_PROJECTS.value:
            if self.project_facts:
                return _("Five facts are asked of each; where one is missing, name it and say why.")
            return _("Five facts are advised here; other categories ask for them.")
        if code == PartCode.TARGETS.value:
            return _("Become follow-up tasks at signing. Parts by year or unit lead from the baseline to the target.")
        return {
            PartCode.WORK_ITEMS.value: _("Follow-up tasks at signing. Due: a day, a month, a year, or quarterly."),
            PartCode.MECHANISMS.value: _("Become recurring events when the agreement is signed."),
            PartCode.FUNDING.value: _("Contributions, land counted in, make 100 %; a loan is a share of total funds."),
            PartCode.SAFEGUARDS.value: _("Policy, personnel and funds: at least one of each."),
            PartCode.DUTIES.value: _("At least one for each side; no exclusivity of any kind."),
        }.get(code, "")

    @cached_property
    def formsets(self) -> list[Any]:
        """Return what the error summary reads after the head: the clauses, each followed by its sheets."""
        found: list[Any] = []
        for section in self.sections:
            found += [_Loose([section.form]), *(sheet.formset for sheet in section.sheets)]
        return found

    @property
    def is_bound(self) -> bool:
        """Tell whether something was sent."""
        return self.data is not None

    @property
    def sent(self) -> list[Section]:
        """Return the clauses that were sent."""
        return [section for section in self.sections if section.is_sent]

    def is_valid(self) -> bool:
        """Tell whether everything typed can be read; every form is asked, so that all mistakes show at once."""
        answers = [self.head.is_valid(), *(section.is_valid() for section in self.sent)]
        return all(answers)

    def contents(self) -> list[ClauseContent]:
        """Return what was typed, clause by clause, as the service takes it; a clause that cannot be read is left."""
        return [section.content() for section in self.sent if section.is_valid()]

    def fields_after(self, saved: Saved, clauses: Iterable[Clause]) -> dict[str, str]:
        """Return, after a save, what hidden fields must now hold: field name → value.

        `clauses` are those of the text as it stands now, read with their parts. What is told are the marks of rows
        that were new, and of each clause from which save the writer goes on. A clause that was set
        aside goes on from where its writer started, so that the newer words are not taken for seen.
        """
        waiting = {row.lineage for row in saved.set_aside}
        sections = {row.clause.lineage: row for row in self.sent if row.is_valid()}
        fields: dict[str, str] = {}
        for clause in clauses:
            if clause.lineage not in sections:
                continue
            section, now = sections[clause.lineage], contents.mark(contents.of(clause))
            written = clause.lineage in saved.written
            if clause.lineage in waiting or not (written or now == contents.mark(section.content())):
                continue
            fields |= {f"{clause.lineage}-edition": str(clause.edition), f"{clause.lineage}-base": now}
            for sheet in section.sheets:
                for row, part in zip(sheet.formset.kept, clause.parts[sheet.code], strict=False):
                    fields[row.add_prefix("lineage")] = part.lineage
        return fields

    @property
    def mistakes(self) -> list[Mistake]:
        """Return what cannot be read, in the order of the page."""
        return list(self._mistakes())

    def _mistakes(self) -> Iterator[Mistake]:
        yield from _of_form(self.head, "")
        for section in self.sent:
            yield from _of_form(section.form, section.clause.heading)
            for sheet in section.sheets:
                place = f"{section.clause.heading} · {sheet.layout.title}"
                for message in sheet.formset.non_form_errors():
                    yield Mistake(f"{sheet.formset.prefix}-rows", place, str(message))
                for number, row in enumerate(sheet.formset.forms, start=1):
                    yield from _of_form(row, str(_("%(sheet)s, row %(row)s")) % {"sheet": place, "row": number})


def _of_form(form: forms.Form, place: str) -> Iterator[Mistake]:
    for message in form.non_field_errors():
        yield Mistake("", place, str(message))
    for field in form:
        for message in field.errors:
            yield Mistake(field.auto_id, f"{place}: {field.label}" if place else str(field.label), str(message))
