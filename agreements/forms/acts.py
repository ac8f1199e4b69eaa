"""The forms of verbs without a page of their own: a remark, a reason, a decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.preparation import LONGEST_TEXT

LONGEST_NOTE = 300
_REASON = {"rows": "3"}


class ConfirmForm(forms.Form):
    """A verb that asks for nothing."""


class RemarkForm(forms.Form):
    """A verb with a remark, which may stay empty."""

    comment = forms.CharField(
        label=_("Remark"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs=_REASON)
    )


class KeepForm(forms.Form):
    """A draft that is kept as a version: what is new in it."""

    comment = forms.CharField(
        label=_("What is new in it"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs=_REASON),
        help_text=_("One or two sentences; they stand beside the version in the list."),
    )


class ReasonForm(forms.Form):
    """A verb that needs its reason."""

    comment = forms.CharField(label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_REASON))


class ProposalDecisionForm(forms.Form):
    """The government's decision on a proposal of the lead unit (§4.3)."""

    proposal = forms.CharField(label=_("Proposal"), widget=forms.HiddenInput)
    accepted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Accept the proposal")), ("no", _("Decline the proposal"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=_("Opinion"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_REASON),
        help_text=_("Required when the proposal is declined."),
    )
