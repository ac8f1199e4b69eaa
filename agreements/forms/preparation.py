"""Preparation: a new agreement, its facts, its parties, due diligence, the risk argument (§3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from agreements.forms import choices
from agreements.forms.rows import RowForm, sheet_of
from agreements.forms.units import UnitsField
from agreements.models import Agreement, DueDiligence, Party, RiskArgument
from agreements.services.preparation import PartyContent, is_foreign_affairs_by_category
from core import clock
from core.fields import DayField, MoneyField, WholeField
from core.wording import say
from regulation import vocabulary
from regulation.diligence import DILIGENCE_POINTS

LONGEST_TEXT = 20_000
_AREA = {"rows": "3"}
FACTS = (
    "title",
    "document_type",
    "is_major",
    "is_difficult",
    "term_kind",
    "term_years",
    "expires_on",
    "amount_kind",
    "amount_low",
    "amount_high",
    "amount_binding",
    "is_foreign_related",
    "is_foreign_affairs",
    "seal_due",
)
"""The columns of an agreement that are entered as its facts."""


class AgreementForm(forms.Form):
    """A new agreement of a category."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("As it will stand on the text, with both sides and the matter.")
    )
    document_type = forms.ChoiceField(
        label=_("Document type"), choices=choices.of(vocabulary.DOCUMENT_TYPES, empty=True)
    )
    origin = forms.ChoiceField(label=_("Where it comes from"), choices=choices.of(vocabulary.ORIGINS, empty=True))
    origin_note = forms.CharField(
        label=_("Origin in words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("Number of the instruction, minutes or letter, and its date."),
    )
    classification = forms.ChoiceField(
        label=_("Classification"),
        choices=choices.explained(vocabulary.CLASSIFICATIONS),
        widget=forms.RadioSelect,
    )

    def clean_classification(self) -> str:
        """Keep classified material out: not even its title is stored."""
        value: str = self.cleaned_data["classification"]
        if value != "open":
            raise ValidationError(
                _("Classified material never enters this system. File it on paper; nothing was saved here."),
                code="classified",
            )
        return value


class FactsForm(forms.Form):
    """The facts of an agreement."""

    title = forms.CharField(label=_("Title"), max_length=200)
    document_type = forms.ChoiceField(label=_("Document type"), choices=choices.of(vocabulary.DOCUMENT_TYPES))
    fields_of_cooperation = forms.MultipleChoiceField(
        label=_("Fields of cooperation"),
        choices=choices.of(vocabulary.FIELDS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("One or several; asked before the draft is begun."),
    )
    natures = forms.MultipleChoiceField(
        label=_("Nature of the matter"),
        choices=choices.explained(vocabulary.NATURES),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("It decides between sign-off and a meeting; asked before the draft is submitted."),
    )
    is_major = forms.BooleanField(label=_("Major cooperation matter, reported to the Party committee"), required=False)
    is_difficult = forms.BooleanField(
        label=_("Difficult matter: like a major one, it goes through a symposium or an expert review meeting"),
        required=False,
    )
    term_kind = forms.ChoiceField(
        label=_("Term"),
        choices=choices.of(vocabulary.TERM_KINDS, empty=True),
        required=False,
        help_text=_("With a term: evaluation when it ends. Without: a review every three years."),
    )
    term_years = WholeField(label=_("Years"), min_value=1, max_value=99, required=False)
    expires_on = DayField(label=_("Valid until"), required=False)
    amount_kind = forms.ChoiceField(label=_("Amount"), choices=choices.of(vocabulary.AMOUNT_KINDS))
    amount_low = MoneyField(
        label=_("Amount (yuan)"), required=False, help_text=_("500万元 or 1.2亿元 may be typed as well.")
    )
    amount_high = MoneyField(label=_("Up to (yuan)"), required=False, help_text=_("For a range only."))
    amount_binding = forms.BooleanField(label=_("The amount binds the sides (otherwise intended)"), required=False)
    is_foreign_related = forms.BooleanField(label=_("Foreign-related: Chinese law is agreed on first"), required=False)
    is_foreign_affairs = forms.BooleanField(
        label=_("Foreign-affairs agreement: the text and its Chinese translation are handed over"), required=False
    )
    seal_due = forms.BooleanField(
        label=_("The municipal seal is due: affixed within 5 working days of signing"), required=False
    )
    supporting_units = UnitsField(label=_("Supporting units"), required=False)

    def __init__(self, data: Any = None, *, agreement: Agreement, units: Iterable[Unit]) -> None:
        super().__init__(data, initial=self.stored(agreement))
        field = self.fields["supporting_units"]
        if isinstance(field, UnitsField):
            field.offer(unit for unit in units if unit.pk != agreement.lead_unit_id)
        if is_foreign_affairs_by_category(agreement):
            self.fields["is_foreign_affairs"].disabled = True

    @staticmethod
    def stored(agreement: Agreement) -> dict[str, Any]:
        """Return what the form starts from."""
        return {
            **{name: getattr(agreement, name) for name in FACTS},
            "fields_of_cooperation": [row.code for row in agreement.fields.all()],
            "natures": [row.code for row in agreement.natures.all()],
            "supporting_units": [str(row.unit_id) for row in agreement.supporting_units.all()],
        }

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen kind of term and amount needs, and drop what it does not."""
        data = self.cleaned_data
        self._clean_term(data)
        self._clean_amount(data)
        return data

    def _clean_term(self, data: dict[str, Any]) -> None:
        kind = data.get("term_kind")
        if kind == "until_date" and "expires_on" in data:
            if data["expires_on"] is None:
                self.add_error("expires_on", _("Enter the day on which the agreement ends."))
            elif data["expires_on"] <= clock.today():
                self.add_error("expires_on", _("The term must end after today."))
        if kind == "years" and "term_years" in data and data["term_years"] is None:
            self.add_error("term_years", _("Enter for how many years the agreement runs."))
        if kind != "until_date":
            data["expires_on"] = None
        if kind != "years":
            data["term_years"] = None

    def _clean_amount(self, data: dict[str, Any]) -> None:
        kind = data.get("amount_kind")
        if kind == "none":
            data["amount_low"] = data["amount_high"] = None
            data["amount_binding"] = False
            return
        low, high = data.get("amount_low"), data.get("amount_high")
        if low is None and "amount_low" in data:
            self.add_error("amount_low", _("Enter the amount."))
        if kind != "range":
            data["amount_high"] = None
        elif high is None and "amount_high" in data:
            self.add_error("amount_high", _("Enter the upper end of the range."))
        elif low is not None and high is not None and high < low:
            self.add_error("amount_high", _("The upper end lies below the lower one."))

    def facts(self) -> dict[str, Any]:
        """Return the facts by the names of the agreement's columns."""
        return {name: self.cleaned_data[name] for name in FACTS}


class PartyRow(RowForm):
    """A counterparty and who is to sign for it."""

    name = forms.CharField(
        label=_("Counterparty"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "counterparties", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=choices.of(vocabulary.COUNTERPARTY_KINDS, empty=True))
    signatory = forms.CharField(label=_("Intended signatory"), max_length=60, required=False)
    rank = forms.CharField(label=_("Post of the signatory"), max_length=100, required=False)

    def content(self) -> PartyContent:
        """Return the row as the service takes it."""
        data = self.cleaned_data
        return PartyContent(data["name"], data["kind"], signatory=data["signatory"], rank=data["rank"])


PartySheet = sheet_of(PartyRow)


class DiligenceForm(forms.Form):
    """The four points of due diligence of a party, each with its finding and conclusion (§3.1)."""

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = {row.point: row for row in party.due_diligence.all()}
        for code, point in DILIGENCE_POINTS.items():
            row = found.get(code)
            self.fields[f"{code}_finding"] = forms.CharField(
                label=_("Finding and evidence"),
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs=_AREA),
                initial=row.finding if row else "",
                help_text=say(point.asks),
            )
            self.fields[f"{code}_conclusion"] = forms.ChoiceField(
                label=_("Conclusion"),
                choices=[("", _("Please choose")), *DueDiligence.Conclusion.choices],
                initial=row.conclusion if row else "",
            )

    @property
    def points(self) -> list[dict[str, Any]]:
        """Return the points with their two fields, as the page lists them."""
        return [
            {
                "name": say(point.name),
                "article": point.article,
                "finding": self[f"{code}_finding"],
                "conclusion": self[f"{code}_conclusion"],
            }
            for code, point in DILIGENCE_POINTS.items()
        ]

    def findings(self) -> dict[str, tuple[str, str]]:
        """Return what was found: point → finding and conclusion."""
        data = self.cleaned_data
        return {code: (data[f"{code}_finding"], data[f"{code}_conclusion"]) for code in DILIGENCE_POINTS}


class RiskForm(forms.Form):
    """The argument on the government's own contracting and performance risk (§3.1)."""

    level = forms.ChoiceField(
        label=pgettext_lazy("of a risk", "Level"), choices=RiskArgument.Level.choices, widget=forms.RadioSelect
    )
    argument = forms.CharField(
        label=_("Argument"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text=_("What the government risks by signing and by performing: money, law, powers, expectations."),
    )
    measures = forms.CharField(
        label=_("Measures against it"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs=_AREA)
    )
