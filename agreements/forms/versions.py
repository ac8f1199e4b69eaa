"""Versions: why a clause was changed, what went to and came from the counterpart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms import choices
from agreements.forms.acts import LONGEST_NOTE
from agreements.models import ChangeReason, Counterparty, Exchange, TextVersion
from core.fields import DayField
from regulation.vocabulary import EXCHANGE_MEDIA

LONGEST_REASON = 500
LONGEST_WHOSE = 100


class ReasonForm(forms.Form):
    """Why a clause was changed."""

    source = forms.ChoiceField(
        label=gettext_lazy("Where the change comes from"),
        choices=lambda: [("", _("Please choose")), *ChangeReason.Source.choices],
    )
    said_by = forms.CharField(
        label=gettext_lazy("Whose"),
        max_length=LONGEST_WHOSE,
        required=False,
        help_text=gettext_lazy("The unit, the counterpart or the leader, where it helps."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )


class ExchangeForm(forms.Form):
    """A text that went to the counterpart or came from it."""

    direction = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=Exchange.Direction.choices, widget=forms.RadioSelect
    )
    text = forms.ChoiceField(
        label=gettext_lazy("Version"),
        required=False,
        help_text=gettext_lazy("Sent: the version that went out. Received: the version of ours that is answered."),
    )
    counterparty = forms.ChoiceField(label=gettext_lazy("Counterparty"), required=False)
    on = DayField(label=gettext_lazy("Day"))
    medium = forms.ChoiceField(label=gettext_lazy("How it went"), choices=choices.of(EXCHANGE_MEDIA, empty=True))
    note = forms.CharField(
        label=gettext_lazy("Remark"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("Number of the letter, who brought it, what was said."),
    )
    paper = forms.FileField(
        label=gettext_lazy("Letter or file"),
        required=False,
        help_text=gettext_lazy("Kept with the papers of the agreement."),
    )

    def __init__(
        self,
        *args: Any,
        versions: Sequence[TextVersion],
        counterparties: Sequence[Counterparty],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.public_id: version for version in versions if version.is_frozen}
        self.counterparties = {str(row.pk): row for row in counterparties}
        draft = next((version for version in versions if not version.is_frozen), None)
        none = (
            _("the draft as it stands, kept as %(version)s; received: none of ours") % {"version": draft.label}
            if draft
            else _("none of ours")
        )
        self._offer("text", none, [(key, row.name) for key, row in self.versions.items()])
        self._offer(
            "counterparty", _("all counterparties"), [(key, row.name) for key, row in self.counterparties.items()]
        )

    def _offer(self, name: str, none: str, rows: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", none), *rows]

    def clean_text(self) -> TextVersion | None:
        """Return the version that was chosen; None for the draft as it stands, or none of ours."""
        return self.versions.get(self.cleaned_data["text"])

    def clean_counterparty(self) -> Counterparty | None:
        """Return the counterparty that was chosen; None for all of them."""
        return self.counterparties.get(self.cleaned_data["counterparty"])


class StrikeForm(forms.Form):
    """Why an exchange is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is taken back"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": "2"})
    )
