"""Preparation: a new agreement, where it comes from, its facts, its links with others (§3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import SigningAuthority, Unit
from agreements.forms import choices
from agreements.forms.papers import PapersField
from agreements.forms.units import UnitsField
from agreements.models import Agreement, AgreementLink
from agreements.services.preparation import ORIGINS_WITH_PAPER, is_foreign_affairs_by_category
from core import clock
from core.fields import DayField, MoneyField, WholeField, normalise
from regulation import vocabulary

LONGEST_TEXT = 20_000
CLASSIFIED = "classified"
WAN = Decimal(10_000)
LARGEST = Decimal(10) ** 16
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


class OriginForm(forms.Form):
    """Where an agreement comes from, with the paper that shows it."""

    origin = forms.ChoiceField(label=_("Where it comes from"), choices=choices.of(vocabulary.ORIGINS, empty=True))
    origin_note = forms.CharField(
        label=_("Origin in words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("Number of the instruction, minutes or letter, and its date."),
    )
    origin_papers = PapersField(
        label=_("Paper of the origin"),
        help_text=_(
            "Instruction, minutes or letter: asked for before the draft is begun, it may come later. "
            "A proposal of a unit had better have one."
        ),
    )

    @property
    def lacks_paper(self) -> bool:
        """Tell whether the origin is a paper somebody has and none was brought with the form."""
        data = self.cleaned_data
        return data["origin"] in ORIGINS_WITH_PAPER and not data["origin_papers"]


class AgreementForm(OriginForm):
    """A new agreement of a category."""

    field_order = ("classification", "title", "document_type", "origin", "origin_note", "origin_papers")

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("As it will stand on the text, with both sides and the matter.")
    )
    document_type = forms.ChoiceField(
        label=_("Document type"), choices=choices.of(vocabulary.DOCUMENT_TYPES, empty=True)
    )
    classification = forms.ChoiceField(
        label=_("Classification"),
        choices=choices.explained(vocabulary.CLASSIFICATIONS),
        widget=forms.RadioSelect,
    )

    @staticmethod
    def says_classified(data: Any) -> bool:
        """Tell whether what was sent is said to be classified: then nothing else of it is read."""
        return bool(data.get("classification") == CLASSIFIED)

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
        label=_("Amount (figure)"), required=False, help_text=_("500万元 or 1.2亿元 may be typed as well.")
    )
    amount_high = MoneyField(label=_("Up to (figure)"), required=False, help_text=_("For a range only."))
    amount_unit = forms.ChoiceField(
        label=_("Typed in"),
        choices=(("yuan", _("yuan")), ("wan", _("ten thousand yuan"))),
        required=False,
        help_text=_("For numbers without a unit."),
    )
    amount_binding = forms.BooleanField(label=_("The amount binds the sides (otherwise intended)"), required=False)
    is_foreign_related = forms.BooleanField(label=_("Foreign-related: Chinese law is agreed on first"), required=False)
    is_foreign_affairs = forms.BooleanField(
        label=_("Foreign-affairs agreement: the text and its Chinese translation are handed over"), required=False
    )
    seal_due = forms.BooleanField(
        label=_("The municipal seal is due: affixed within 5 working days of signing"), required=False
    )
    joint_leads = UnitsField(
        label=_("Units that lead jointly"),
        required=False,
        help_text=_("Their staff prepares and drafts with yours; your unit leads first, and its head submits."),
    )
    supporting_units = UnitsField(label=_("Supporting units"), required=False)

    def __init__(self, data: Any = None, *, agreement: Agreement, units: Iterable[Unit]) -> None:
        super().__init__(data, initial=self.stored(agreement))
        if agreement.authority.kind != SigningAuthority.Kind.MUNICIPAL:
            self.fields["seal_due"].label = _("The own seal is due: affixed within 5 working days of signing")
        offered = [unit for unit in units if unit.pk != agreement.lead_unit_id]
        for name in ("joint_leads", "supporting_units"):
            field = self.fields[name]
            if isinstance(field, UnitsField):
                field.offer(offered)
        if is_foreign_affairs_by_category(agreement):
            self.fields["is_foreign_affairs"].disabled = True

    @staticmethod
    def stored(agreement: Agreement) -> dict[str, Any]:
        """Return what the form starts from; amounts in ten thousand yuan where that is no longer to read."""
        amounts = {name: getattr(agreement, name) for name in ("amount_low", "amount_high")}
        in_wan = any(amounts.values()) and not any((amount or 0) % 100 for amount in amounts.values())
        if in_wan:
            amounts = {name: amount / WAN if amount is not None else None for name, amount in amounts.items()}
        return {
            **{name: getattr(agreement, name) for name in FACTS},
            **amounts,
            "amount_unit": "wan" if in_wan else "yuan",
            "joint_leads": [str(row.unit_id) for row in agreement.joint_leads.all()],
            "fields_of_cooperation": [row.code for row in agreement.fields.all()],
            "natures": [row.code for row in agreement.natures.all()],
            "supporting_units": [str(row.unit_id) for row in agreement.supporting_units.all()],
        }

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen kind of term and amount needs, and drop what it does not."""
        data = self.cleaned_data
        self._clean_term(data)
        self._clean_amount(data)
        both = {unit.pk for unit in data.get("joint_leads", ())} & {
            unit.pk for unit in data.get("supporting_units", ())
        }
        if both:
            self.add_error("supporting_units", _("A unit leads jointly or supports: one of them."))
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
        for name in ("amount_low", "amount_high"):
            data[name] = self._in_yuan(name, data.get(name))
        low, high = data["amount_low"], data["amount_high"]
        if low is None and "amount_low" not in self.errors:
            self.add_error("amount_low", _("Enter the amount."))
        if kind != "range":
            data["amount_high"] = None
        elif high is None and "amount_high" not in self.errors:
            self.add_error("amount_high", _("Enter the upper end of the range."))
        elif low is not None and high is not None and high < low:
            self.add_error("amount_high", _("The upper end lies below the lower one."))

    def _in_yuan(self, name: str, amount: Decimal | None) -> Decimal | None:
        """Return an amount in yuan: a unit that was typed goes before the one that was chosen."""
        typed = normalise(self.data.get(self.add_prefix(name), ""))
        if amount is None or self.cleaned_data.get("amount_unit") != "wan" or any(unit in typed for unit in "万亿元"):
            return amount
        if amount * WAN >= LARGEST:
            self.add_error(name, _("The amount is too large."))
            return None
        return amount * WAN

    def facts(self) -> dict[str, Any]:
        """Return the facts by the names of the agreement's columns."""
        return {name: self.cleaned_data[name] for name in FACTS}


class OverlapForm(forms.Form):
    """Why a new agreement is made where the counterparty has a live one."""

    reason = forms.CharField(
        label=_("Why a new one, and not a supplement of the old one"),
        max_length=4000,
        widget=forms.Textarea(attrs=_AREA),
    )


class LinkForm(forms.Form):
    """What another agreement is to this one."""

    other = forms.CharField(max_length=10, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("This agreement is"), choices=AgreementLink.Kind.choices)
