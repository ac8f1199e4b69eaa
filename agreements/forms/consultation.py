"""Consultation (§3.2): whom to ask, what a unit says, what the lead unit answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from agreements.forms.preparation import LONGEST_TEXT
from agreements.forms.units import UnitsField
from agreements.models import Opinion, OpinionAnswer
from core.fields import DayField


class ConsultationForm(forms.Form):
    """A round of opinions: the units, the day to reply by, a note to them."""

    units = UnitsField(label=_("Units to ask"), help_text=_("The departments and districts the matter concerns."))
    due_on = DayField(label=_("Reply by"), help_text=_("Our own limit; five working days unless you set another day."))
    note = forms.CharField(
        label=_("Note to the units"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("What you ask them to look at."),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        if isinstance(field, UnitsField):
            field.offer(units)


class OpinionForm(forms.Form):
    """The opinion of a consulted unit."""

    stance = forms.ChoiceField(label=_("Opinion"), choices=Opinion.Stance.choices, widget=forms.RadioSelect)
    body = forms.CharField(
        label=_("The opinion in words"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "5"}),
        help_text=_("Required unless there is no objection; name the clause."),
    )
    proposed_wording = forms.CharField(
        label=_("Proposed wording"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class AnswerForm(forms.Form):
    """What the lead unit does with an opinion."""

    adoption = forms.ChoiceField(label=_("Answer"), choices=[("", _("Please choose")), *OpinionAnswer.Adoption.choices])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("Required unless the opinion is adopted whole."),
    )
