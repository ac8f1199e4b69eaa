"""Consultation (§3.2): whom to ask about what, a unit's points, an outside letter, what the lead unit answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import Unit
from agreements import bearing
from agreements.forms.preparation import LONGEST_TEXT
from agreements.forms.rows import RowForm, RowFormSet, sheet_of
from agreements.forms.units import UnitsField
from agreements.models import Clause, Consultation, Opinion, OpinionAnswer, TextVersion, WorkItemReply
from agreements.services.consulting import MOST_WORKDAYS
from agreements.services.opinions import MOST_POINTS, ItemContent, PointContent
from core.fields import DayField, WholeField

_SHORT, _LONG = {"rows": "2"}, {"rows": "4"}


class ConsultationForm(forms.Form):
    """A round of opinions: the units, the time to reply, the clauses asked about, a note to the units."""

    units = UnitsField(label=_("Units to ask"), help_text=_("The departments and districts the matter concerns."))
    without = forms.BooleanField(
        label=_("Send without asking these units"),
        required=False,
        help_text=_("That they were not asked stays visible until the draft is submitted."),
    )
    workdays = WholeField(
        label=_("Working days to reply"),
        min_value=1,
        max_value=MOST_WORKDAYS,
        required=False,
        help_text=_("Our own limit."),
    )
    due_on = DayField(
        label=_("Or reply by a day"), required=False, help_text=_("A day entered here counts before the number.")
    )
    about = forms.MultipleChoiceField(
        label=_("Clauses asked about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: the whole text is asked about."),
    )
    note = forms.CharField(
        label=_("Note to the units"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("What you ask them to look at."),
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[Unit],
        clauses: Iterable[Clause] = (),
        items: Iterable[bearing.Item] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bearing = {found[0].unit: found for found in bearing.by_unit(items).values()}
        field = self.fields["units"]
        if isinstance(field, UnitsField):
            field.offer(units, first=list(self.bearing), heading=_("Units on which the text lays something"))
        self.initial.setdefault("units", [str(unit.pk) for unit in self.bearing])
        self.fields["about"].choices = [(row.lineage, row.heading) for row in clauses if not row.is_omitted]  # type: ignore[attr-defined]

    @property
    def left_out(self) -> list[tuple[Unit, list[bearing.Item]]]:
        """Return the bearing units that are not ticked, with what they bear."""
        if not self.is_bound:
            return []
        ticked = {str(key) for key in self.data.getlist("units")} if hasattr(self.data, "getlist") else set()
        return [(unit, found) for unit, found in self.bearing.items() if str(unit.pk) not in ticked]

    def clean(self) -> dict[str, Any]:
        """Ask once more where a unit that is to bear something is not asked."""
        data = self.cleaned_data
        if data.get("units") and self.left_out and not data.get("without"):
            names = pgettext("between names", ", ").join(unit.name for unit, _found in self.left_out)
            self.add_error(
                "without",
                _("The text lays something on %(units)s. Ask these units as well, or tick this.") % {"units": names},
            )
        return data


class PointRow(RowForm):
    """A point: on which clause, the words, the proposed wording."""

    unasked = ("lineage",)

    lineage = forms.ChoiceField(label=_("On"), required=False)
    body = forms.CharField(label=_("The opinion in words"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_LONG))
    proposed_wording = forms.CharField(
        label=_("Proposed wording"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs=_SHORT)
    )

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lineage"].choices = [("", pgettext("an opinion", "the whole text")), *clauses]  # type: ignore[attr-defined]

    def content(self) -> PointContent:
        """Return the row as the service takes it."""
        data = self.cleaned_data
        return PointContent(data["body"], data["lineage"], data["proposed_wording"])


PointSheet = sheet_of(PointRow, most=MOST_POINTS)
POINTS = "point"


def point_sheet(data: Any, text: TextVersion | None, *, clause: str = "") -> RowFormSet:
    """Return the points of an opinion on a text; `clause` is the lineage the first one is to be about.

    A form sent with `more` comes back with what was typed and one blank row more: that works without scripts.
    """
    clauses = list(text.clauses.values_list("lineage", "heading")) if text else []
    kwargs: dict[str, Any] = {"prefix": POINTS, "form_kwargs": {"clauses": clauses}}
    if data is not None and "more" not in data:
        return PointSheet(data, **kwargs)
    rows = [{"lineage": clause}] if clause in dict(clauses) else []
    if data is not None:
        typed = [row.initial_again() for row in _Typed(data, **kwargs).forms]
        rows = [row for row in typed if row["body"] or row["proposed_wording"]]
    sheet = PointSheet(initial=rows, **kwargs)
    sheet.extra = 0 if rows and data is None else 1
    return sheet


class _TypedRow(PointRow):
    """A row as it was typed, not judged."""

    def initial_again(self) -> dict[str, Any]:
        """Return what was typed as the start of another form."""
        return {name: self[name].value() for name in ("lineage", "body", "proposed_wording")}


_Typed = sheet_of(_TypedRow, most=MOST_POINTS)


class OpinionForm(forms.Form):
    """The opinion of a consulted unit; its points are rows beside it."""

    stance = forms.ChoiceField(label=_("Opinion"), choices=Opinion.Stance.choices, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("Remark"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs=_SHORT)
    )


class ItemForm(forms.Form):
    """Whether a bearing unit takes an item on."""

    stance = forms.ChoiceField(
        label=_("Does your unit take it on?"), choices=WorkItemReply.Stance.choices, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label=_("On which conditions, or why not"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_SHORT),
    )

    def __init__(self, *args: Any, item: bearing.Item, **kwargs: Any) -> None:
        kwargs["prefix"] = f"item-{item.lineage}"
        super().__init__(*args, **kwargs)
        self.item = item

    def clean(self) -> dict[str, Any]:
        """Ask for words where the unit does not simply take the item on."""
        data = self.cleaned_data
        if data.get("stance") not in (None, WorkItemReply.Stance.CAN) and not data.get("conditions"):
            self.add_error("conditions", _("Say on which conditions, or why not."))
        return data

    def content(self) -> ItemContent:
        """Return the answer as the service takes it."""
        return ItemContent(self.cleaned_data["stance"], self.cleaned_data["conditions"])


class AnswerForm(forms.Form):
    """What the lead unit does with a point."""

    adoption = forms.ChoiceField(label=_("Answer"), choices=[("", _("Please choose")), *OpinionAnswer.Adoption.choices])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_SHORT),
        help_text=_("Required unless the opinion is adopted whole."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason, at its field, unless the opinion is adopted whole."""
        data = self.cleaned_data
        if data.get("adoption") not in (None, "", OpinionAnswer.Adoption.ADOPTED) and not data.get("reason"):
            self.add_error("reason", _("Say why the opinion is not adopted, or which part is."))
        return data


class MaintainForm(forms.Form):
    """Why a unit holds on to a point."""

    reason = forms.CharField(
        label=_("Why your unit holds on to it"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_SHORT)
    )


class UrgeForm(forms.Form):
    """Words to a unit that has not replied."""

    text = forms.CharField(
        label=_("Words to the unit"), max_length=1000, required=False, widget=forms.Textarea(attrs=_SHORT)
    )


class LetterForm(forms.Form):
    """A letter of a counterparty or an outside body; its points are rows beside it."""

    sender = forms.CharField(
        label=_("Who wrote"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "senders", "autocomplete": "off"}),
    )
    number = forms.CharField(label=_("Number of the letter"), max_length=80, required=False)
    dated_on = DayField(label=_("Date of the letter"))
    received_on = DayField(label=pgettext_lazy("a letter", "Received on"))
    consultation = forms.ChoiceField(label=_("Belongs to"), required=False)
    scan = forms.FileField(label=_("Scan of the letter"), help_text=_("PDF or image."))
    remark = forms.CharField(
        label=_("Remark"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs=_SHORT)
    )

    def __init__(self, *args: Any, rounds: Iterable[Consultation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rounds = {row.public_id: row for row in rounds}
        self.fields["consultation"].choices = [  # type: ignore[attr-defined]
            *((key, _("Round %(n)s") % {"n": row.round}) for key, row in self.rounds.items()),
            ("", _("no round, a letter of its own")),
        ]

    def clean_consultation(self) -> Consultation | None:
        """Return the round itself."""
        return self.rounds.get(self.cleaned_data["consultation"])
