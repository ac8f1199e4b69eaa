"""The forms of a revision under approval and of the editorial certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.preparation import LONGEST_TEXT
from approvals.services import carrying, revising
from approvals.substance import Verdict
from core.fields import DayField

_ROWS = {"rows": "3"}
LONGEST_NOTE = 2000


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs=_ROWS),
        help_text=help_text,
    )


class SubmitForm(forms.Form):
    """What was changed, and that the counterpart agreed again where it is more than wording."""

    note = _words(_("What was changed, and how it carries out the resolution"))
    kind = forms.ChoiceField(
        label=_("What kind of change it is"),
        choices=[
            (revising.SUBSTANCE, _("Of substance: agreed with the counterpart again")),
            (revising.WORDING, _("Of wording only: the legal reviewer is asked to certify it")),
        ],
        widget=forms.RadioSelect,
    )
    agreed_on = DayField(label=_("Agreed with the counterpart on"), required=False)
    agreed_how = forms.CharField(
        label=_("How it was agreed"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("By letter, by telephone, in a meeting: with whom, and what was said."),
    )
    agreed_paper = forms.FileField(
        label=_("Letter or record"), required=False, help_text=_("PDF, OFD or a picture of the page.")
    )

    def __init__(self, *args: Any, verdict: Verdict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if verdict.is_unchanged:
            for name in ("kind", "agreed_on", "agreed_how", "agreed_paper"):
                del self.fields[name]
            self.fields["note"].label = _("Why the resolution needs no change of the text")
        elif verdict.reasons:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "agreed_on" in self.fields and data.get("kind", revising.SUBSTANCE) == revising.SUBSTANCE:
            for name, words in (
                ("agreed_on", _("Enter the day on which the counterpart agreed.")),
                ("agreed_how", _("Say how the counterpart agreed.")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return data

    def facts(self) -> dict[str, Any]:
        """Return what the service asks for."""
        data = dict(self.cleaned_data)
        return {**data, "claims_wording": data.pop("kind", revising.SUBSTANCE) == revising.WORDING}


class CheckForm(forms.Form):
    """What the legal reviewer finds of a revised text."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    finding = forms.ChoiceField(label=_("What you found"), widget=forms.RadioSelect)
    words = _words(
        _("Words of the legal reviewer"),
        required=False,
        help_text=_("Required for a certificate, which is printed, and for giving the text back."),
    )

    def __init__(self, *args: Any, verdict: Verdict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (revising.SUBSTANCE, _("Carries out the resolution; whoever is concerned is asked again")),
            (revising.BACK, _("Does not carry it out, or more is to be done: back to the lead unit")),
        ]
        if verdict.is_unchanged:
            choices[0] = (revising.SUBSTANCE, _("The resolution needs no change of the text"))
        if verdict.may_be_wording:
            choices.insert(0, (revising.WORDING, _("Carries out the resolution by wording only: I certify it")))
        self.fields["finding"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("finding") == revising.BACK and not data.get("words"):
            self.add_error("words", _("Say what is missing: the lead unit revises by it."))
        if data.get("finding") == revising.WORDING and not data.get("words"):
            self.add_error("words", _("Say in a line why the change is one of wording only: it is printed."))
        return data


class ResumeForm(forms.Form):
    """Why a checked revision is revised once more."""

    reason = _words(_("Why the text is revised once more"))


class CloseForm(forms.Form):
    """Nothing is typed: the act itself is the word."""


class CertificateForm(forms.Form):
    """The editorial certificate of a text that came back after a return."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Words of the certificate"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_ROWS),
        help_text=_("Why the change is one of wording only. Printed on the approval sheet."),
    )


def way_field(offer: carrying.Offer) -> forms.ChoiceField:
    """Return the field that asks how a text that came back after a return goes on; only where there is a choice."""
    straight = _("Straight to “%(step)s”, which sent it back: what was approved before stands")
    return forms.ChoiceField(
        label=_("How the text goes on"),
        choices=[
            (carrying.STRAIGHT, straight % {"step": offer.returner.label}),
            (carrying.LEVEL_BY_LEVEL, _("Level by level: everybody decides anew")),
        ],
        initial=offer.default(),
        widget=forms.RadioSelect,
        help_text=_("The change was certified as one of wording only.")
        if offer.is_editorial
        else _("The text is the very one that was sent back."),
    )
