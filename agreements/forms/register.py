"""The register of counterparties and the register of classified agreements."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from agreements.forms import choices
from agreements.models import RiskEvent
from agreements.names import tidy
from agreements.services import counterparties
from core import clock
from core.credit_codes import CreditCodeField
from core.fields import DayField
from regulation import vocabulary

_PHONE = re.compile(r"[0-9+()（）\- ]{5,30}")
_PAPER_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z\u4e00-\u9fff〔〕()（）/\-]{1,24}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
MOST_HAN = 6


class EntryForm(forms.Form):
    """The entry of a counterparty. The kind is changed with a reason, by the General Office."""

    kind = forms.ChoiceField(label=_("Kind"), choices=choices.of(vocabulary.COUNTERPARTY_KINDS))
    code = CreditCodeField(help_text=_("18 characters; the last one is checked."))
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Asked for when the kind changes: due diligence depends on it."),
    )

    def __init__(self, *args: Any, may_change_kind: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_change_kind:
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = _("Changed by the General Office.")
            del self.fields["reason"]


class NewEntryForm(forms.Form):
    """A counterparty that no agreement names yet. Whether it is another one is asked where its name is nearly taken."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("In full, as on its licence or its seal."))
    is_another = forms.BooleanField(label=_("It is another one than the entry of nearly the same name"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=choices.of(vocabulary.COUNTERPARTY_KINDS, empty=True))
    code = CreditCodeField(help_text=_("18 characters; the last one is checked."))
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = tidy(str(self.data.get("name", "")))[:200]
        if not counterparties.similar([name]):
            del self.fields["is_another"]


class AliasForm(forms.Form):
    """Another name of a counterparty."""

    name = forms.CharField(
        label=_("Other name"), max_length=200, help_text=_("An abbreviation, a former name, a name in another script.")
    )


class ContactForm(forms.Form):
    """Whom to ring at a counterparty."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    post = forms.CharField(label=_("Post"), max_length=100, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=120, required=False)

    def clean_phone(self) -> str:
        """Take digits and the signs between them, nothing else."""
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not _PHONE.fullmatch(phone):
            raise ValidationError(_("Enter a phone number in digits."))
        return phone

    def clean(self) -> dict[str, Any]:
        """Ask for a way to reach the person."""
        data = self.cleaned_data
        if not self.errors and not (data.get("phone") or data.get("email")):
            self.add_error("phone", _("Enter a phone number or an e-mail address."))
        return data


class RiskEventForm(forms.Form):
    """What bears on a counterparty's ability to perform, or what closes an earlier entry."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Please choose")), *RiskEvent.Kind.choices])
    happened_on = DayField(label=_("Day"))
    description = forms.CharField(label=_("What happened"), max_length=4000, widget=forms.Textarea(attrs={"rows": "4"}))
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Publication, court, authority, letter: where it is known from.")
    )
    paper = forms.FileField(label=_("Paper"), required=False, help_text=_("PDF, OFD or a picture of the page."))

    def __init__(self, *args: Any, closes: RiskEvent | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if closes is not None:
            self.fields["kind"].initial = closes.kind
            self.fields["kind"].disabled = True
            self.fields["description"].label = _("How it ended")

    def clean_happened_on(self) -> Any:
        """Take no day to come."""
        day = self.cleaned_data["happened_on"]
        if day and day > clock.today():
            raise ValidationError(_("The day lies in the future."))
        return day


class MergeForm(forms.Form):
    """Why two entries are one."""

    survivor = forms.CharField(max_length=10, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("On what it rests that the two are one: licence, code, letter.")
    )


class ClassifiedForm(forms.Form):
    """A register entry of a classified agreement: a number and the registry, and no field for anything else."""

    paper_number = forms.CharField(
        label=_("Number in your secret register"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The running number only: digits, letters, brackets, at most six characters of words."),
    )
    whereabouts = forms.ChoiceField(
        label=_("Kept by the registry of"), help_text=_("Whose classified registry holds the paper.")
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["whereabouts"].choices = [(key, unit.name) for key, unit in self.units.items()]  # type: ignore[attr-defined]

    def clean_paper_number(self) -> str:
        """Take what can only be a number, so that no title and no name comes in by it."""
        number: str = self.cleaned_data["paper_number"].strip()
        if not _PAPER_NUMBER.fullmatch(number) or len(_HAN.findall(number)) > MOST_HAN:
            raise ValidationError(
                _("This does not look like a number. Do not enter a title, a party, a person or any content here.")
            )
        return number

    def clean_whereabouts(self) -> Unit:
        """Return the unit whose registry keeps the paper."""
        return self.units[self.cleaned_data["whereabouts"]]
