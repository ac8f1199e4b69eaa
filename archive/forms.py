"""Forms of signing, seal and archive."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agreements.models import Agreement, Party
from archive.models import SealRequest, Signing
from core import clock
from core.fields import DayField, WholeField

SCAN = _("PDF, OFD, TIFF, JPEG or PNG.")
MOST = 9_999
MOST_SIGNATORIES = 11


class SigningForm(forms.Form):
    """When, where and how an agreement was signed, and the scan."""

    signed_on = DayField(label=_("Signed on"))
    place = forms.CharField(label=_("Place"), max_length=100)
    manner = forms.ChoiceField(
        label=_("Manner"),
        choices=Signing.Manner.choices,
        widget=forms.RadioSelect,
        initial=Signing.Manner.TOGETHER,
        help_text=_("Inviting leaders to a ceremony needs an approval of its own."),
    )
    scan = forms.FileField(label=_("Scan of the signed text"), help_text=SCAN)


class OursForm(forms.Form):
    """A signatory of ours."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    title = forms.CharField(label=pgettext_lazy("person", "Post"), max_length=100)
    is_municipal_leader = forms.BooleanField(label=_("Municipal leader"), required=False)
    authorisation = forms.FileField(label=_("Mayor's authorisation"), required=False, help_text=SCAN)


class TheirsForm(forms.Form):
    """A signatory of a counterparty."""

    party = forms.ModelChoiceField(
        label=_("Counterparty"), queryset=Party.objects.none(), empty_label=_("please choose")
    )
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    title = forms.CharField(label=pgettext_lazy("person", "Post"), max_length=100)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = agreement.parties.select_related("counterparty")  # type: ignore[attr-defined]


class Signatories(BaseFormSet):
    """The signatories of a side: blank rows at the end are no signatory."""

    def people(self) -> list[dict[str, Any]]:
        """Return what was typed in the rows that are not blank."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data]


def _sheet(form: type[forms.Form], data: Any, files: Any, **kwargs: Any) -> Signatories:
    sheet = formset_factory(
        form,
        formset=Signatories,
        extra=0,
        min_num=1,
        validate_min=True,
        max_num=MOST_SIGNATORIES,
        validate_max=True,
        absolute_max=MOST_SIGNATORIES + 1,
    )
    return cast(Signatories, sheet(data, files, **kwargs))


def ours_sheet(data: Any = None, files: Any = None) -> Signatories:
    """Return the sheet of our signatories, one row open."""
    return _sheet(OursForm, data, files, prefix="ours")


def theirs_sheet(agreement: Agreement, data: Any = None) -> Signatories:
    """Return the sheet of the other side's signatories: a row for each party, with who was to sign."""
    expected = [{"party": party.pk, "name": party.signatory, "title": party.rank} for party in agreement.parties.all()]
    return _sheet(TheirsForm, data, None, prefix="theirs", initial=expected, form_kwargs={"agreement": agreement})


class SealRequestForm(forms.Form):
    """The lead unit's request; without a leader's signature it brings the written instruction."""

    copies = WholeField(label=_("Copies to seal"), min_value=1, max_value=MOST)
    pages = WholeField(label=_("Pages of a copy"), min_value=1, max_value=MOST)
    purpose = forms.CharField(label=_("Purpose"), max_length=300)
    instruction = forms.FileField(label=_("Written instruction"), help_text=SCAN)
    instructed_by = forms.CharField(label=_("Leader who gave it, with post"), max_length=100)
    instruction_number = forms.CharField(label=_("Its number"), max_length=60, required=False)

    def __init__(self, *args: Any, signed_by_leader: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_by_leader:
            for name in ("instruction", "instructed_by", "instruction_number"):
                del self.fields[name]


class SealForm(forms.Form):
    """The line of the register."""

    on = DayField(label=_("Sealed on"))
    copies = WholeField(label=_("Copies sealed"), min_value=1, max_value=MOST)
    pages = WholeField(label=_("Pages of a copy"), min_value=1, max_value=MOST)
    places = forms.CharField(
        label=_("Places sealed"), max_length=200, help_text=_("Such as: signature page, title page.")
    )
    straddle = forms.BooleanField(label=_("Straddle seal across the pages"), required=False)
    keeper = forms.CharField(label=_("Keeper of the seal"), max_length=60)
    counterpart_sealed = forms.BooleanField(label=_("The other side has sealed"), required=False)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, asked: SealRequest | None, by: User, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"on": clock.today(), "keeper": by.full_name}
        if asked:
            initial.update(copies=asked.copies, pages=asked.pages)
        super().__init__(*args, **{"initial": initial, **kwargs})


class HandoverForm(forms.Form):
    """The original and its note; time, place and signatories stand in the signing already."""

    background = forms.CharField(
        label=_("Background"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How the agreement came about, in a few lines."),
    )
    copies = WholeField(label=_("Copies handed over"), min_value=1, max_value=MOST)
    original = forms.FileField(label=_("Scan of the original"), help_text=SCAN)
    translation = forms.FileField(
        label=_("Chinese translation"), help_text=_("Asked of every foreign-affairs agreement.")
    )
    on = DayField(label=_("Handed over on"))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": clock.today()}, **kwargs})
        if not agreement.is_foreign_affairs:
            del self.fields["translation"]


class ReceiveForm(forms.Form):
    """The day the original was received."""

    on = DayField(label=_("Received on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": clock.today()}, **kwargs})


class ReasonForm(forms.Form):
    """Why something is sent back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The lead unit reads it."),
    )
