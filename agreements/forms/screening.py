"""Answering a finding of screening, and trying a text out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.preparation import LONGEST_TEXT
from core.wording import say
from regulation.categories import CATEGORIES

LONGEST_TRIED = 200_000


class KeepForm(forms.Form):
    """Why a wording that screening found is kept.

    On the workbench its field stands inside the form of the text and belongs to another one (`of`, its id).
    """

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why the wording is kept"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("The reason goes to legal review with the text."),
    )

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of:
            self.fields["reason"].widget.attrs["form"] = of


def _categories() -> list[tuple[str, str]]:
    return [(code, say(record.name)) for code, record in CATEGORIES.items()]


class TryForm(forms.Form):
    """A text to be screened and not stored, and as which kind of agreement it is read."""

    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TRIED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "14", "class": "doc"}),
        help_text=_("Paste a clause or a whole draft. 甲方 is read as the government unless the text says otherwise."),
    )
    category = forms.ChoiceField(label=_("Category"), choices=_categories, initial="other")
    foreign = forms.BooleanField(label=_("foreign-related"), required=False)
