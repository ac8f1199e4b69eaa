"""What the forms of the operations have in common."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.preparation import LONGEST_TEXT
from approvals.acts import ActForm

AREA = {"rows": "3"}


class ReasonForm(ActForm):
    """An operation that needs its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=AREA))


class WordsForm(ActForm):
    """An operation with words that may stay empty."""

    words = forms.CharField(
        label=_("Remark"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs=AREA)
    )
