"""A symposium or an expert review meeting (§3.2): when, on which text, who, with which conclusion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.preparation import LONGEST_TEXT
from agreements.forms.rows import RowForm, RowFormSet, sheet_of
from agreements.models import Deliberation, DeliberationParticipant, TextVersion
from agreements.services.deliberating import MOST_PARTICIPANTS, ParticipantContent
from core.fields import DayField

_AREA = {"rows": "4"}


class DeliberationForm(forms.Form):
    """The meeting; its participants are rows beside it."""

    kind = forms.ChoiceField(label=_("Kind of meeting"), choices=Deliberation.Kind.choices, widget=forms.RadioSelect)
    text = forms.ChoiceField(
        label=_("Text that was discussed"),
        help_text=_("The working text is frozen as it stands, and drafting goes on in a copy."),
    )
    held_on = DayField(label=_("Held on"))
    place = forms.CharField(label=pgettext_lazy("of a meeting", "Place"), max_length=200)
    topic = forms.CharField(label=_("Topic"), max_length=300)
    conclusion = forms.ChoiceField(
        label=_("Conclusion"), choices=Deliberation.Conclusion.choices, widget=forms.RadioSelect
    )
    changes = forms.CharField(
        label=_("What was changed in the text"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_AREA),
    )
    summary = forms.CharField(label=_("Summary"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_AREA))
    minutes = forms.FileField(label=_("Minutes"), help_text=_("Signed, as PDF or image."))

    def __init__(self, *args: Any, texts: Iterable[TextVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = {row.public_id: row for row in texts}
        self.fields["text"].choices = [  # type: ignore[attr-defined]
            (key, _("%(text)s, %(kind)s") % {"text": row.label, "kind": row.get_kind_display()})
            for key, row in self.texts.items()
        ]

    def clean_text(self) -> TextVersion:
        """Return the version itself."""
        return self.texts[self.cleaned_data["text"]]

    def clean(self) -> dict[str, Any]:
        """Ask for the changes where the conclusion speaks of changes."""
        data = self.cleaned_data
        if data.get("conclusion") == Deliberation.Conclusion.WITH_CHANGES and not data.get("changes"):
            self.add_error("changes", _("Passed with changes: say what was changed in the text."))
        return data


class ParticipantRow(RowForm):
    """Somebody who took part."""

    unasked = ("capacity",)

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    title = forms.CharField(label=_("Unit and title"), max_length=200)
    capacity = forms.ChoiceField(
        label=_("Capacity"), choices=DeliberationParticipant.Capacity.choices, initial="participant"
    )
    opinion = forms.CharField(
        label=_("What an expert said"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "1"}),
    )

    def content(self) -> ParticipantContent:
        """Return the row as the service takes it."""
        data = self.cleaned_data
        return ParticipantContent(data["name"], data["title"], data["capacity"], data["opinion"])


ParticipantSheet = sheet_of(ParticipantRow, extra=4, most=MOST_PARTICIPANTS)
PARTICIPANTS = "participant"


def participant_sheet(data: Any) -> RowFormSet:
    """Return the participants; a form sent with `more` comes back with what was typed and blank rows more."""
    if data is not None and "more" not in data:
        return ParticipantSheet(data, prefix=PARTICIPANTS)
    rows = [{"capacity": DeliberationParticipant.Capacity.CHAIR}]
    if data is not None:
        typed = [
            {name: row[name].value() for name in ParticipantRow.base_fields}
            for row in ParticipantSheet(data, prefix=PARTICIPANTS).forms
        ]
        rows = [row for row in typed if row["name"] or row["title"] or row["opinion"]] or rows
    return ParticipantSheet(initial=rows, prefix=PARTICIPANTS)
