"""The forms of review and approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.acts import ReasonForm
from agreements.forms.preparation import LONGEST_TEXT
from approvals.acts import say_it_is_gone
from approvals.deciding import Choices
from approvals.models import Decision, Step
from approvals.revision_forms import way_field
from approvals.services.carrying import Offer
from core.fields import DayField

VERDICTS = (Decision.Verdict.APPROVE.value, Decision.Verdict.DISAGREE.value, Decision.Verdict.SEND_BACK.value)
WORDS_OF = {Decision.Verdict.SEND_BACK.value: "reason", Decision.Verdict.DISAGREE.value: "objection"}
"""In which field the words of a decision are typed."""
_TEXT = {"rows": "2"}


class SendBackForm(ReasonForm):
    """The reason for which a text goes back from review, and the text that was read."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)


class PresentForm(forms.Form):
    """What the General Office writes when it presents an agreement (拟办)."""

    opinion = forms.CharField(
        label=_("Opinion of the presentation"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(self, *args: Any, offer: Offer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offer is not None:
            self.fields["way"] = way_field(offer)


class DecisionForm(forms.Form):
    """Approving or, where the step allows it, disagreeing; sending back to whom the text can go back. `choices` says
    what the person has on this step (`approvals/deciding.py`)."""

    verdict = forms.ChoiceField(label=_("Decision"), choices=[(code, code) for code in VERDICTS])
    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    opinion = forms.CharField(
        label=_("Opinion"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_TEXT)
    )
    to = forms.ChoiceField(label=_("Back to"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_TEXT),
        help_text=_("Required; everybody who acts on the case sees it."),
    )
    objection = forms.CharField(
        label=_("Reason of the disagreement"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_TEXT),
        help_text=_("Required; everybody who acts on the case sees it."),
    )
    way = forms.ChoiceField(label=_("How it goes on"), required=False, widget=forms.RadioSelect)
    open_next = forms.BooleanField(label=_("then open the next item"), required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        self.choices = choices
        super().__init__(*args, **kwargs)
        to, way = self.fields["to"], self.fields["way"]
        to.choices = [(target.value, target.label) for target in choices.targets]  # type: ignore[attr-defined]
        way.choices = [(found.value, found.label) for found in choices.ways]  # type: ignore[attr-defined]
        say_it_is_gone(self)
        way.initial = choices.ways[0].value if choices.ways else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("verdict") == Decision.Verdict.SEND_BACK and not data.get("reason"):
            self.add_error("reason", _("Write the reason, then confirm."))
        if data.get("verdict") == Decision.Verdict.DISAGREE and not data.get("objection"):
            self.add_error("objection", _("Write the reason, then confirm."))
        return data

    @property
    def words(self) -> str:
        """Return the opinion of an approval, or the reason of a return or a disagreement."""
        data = self.cleaned_data
        return str(data[WORDS_OF.get(data["verdict"], "opinion")])

    @property
    def target(self) -> Step | None:
        """Return the passed step a text goes back to; None for the lead unit."""
        to = self.cleaned_data["to"]
        return Step.objects.get(pk=to) if to else None


class ReportForm(forms.Form):
    """The report of a major matter to the Party committee."""

    number = forms.CharField(label=_("Number of the report"), max_length=60)
    reported_on = DayField(label=_("Reported on"))
    paper = forms.FileField(label=_("The report"), help_text=_("PDF, OFD or a picture of the page."))
