"""The forms of review and approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.forms.acts import ReasonForm
from agreements.forms.preparation import LONGEST_TEXT
from approvals.models import Decision, MeetingResult
from core.fields import DayField

VERDICTS = (Decision.Verdict.APPROVE.value, Decision.Verdict.SEND_BACK.value)
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


class DecisionForm(forms.Form):
    """Approving, with an opinion or without; sending back, with its reason."""

    verdict = forms.ChoiceField(
        choices=[(code, code) for code in (Decision.Verdict.APPROVE, Decision.Verdict.SEND_BACK)]
    )
    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    opinion = forms.CharField(
        label=_("Opinion"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_TEXT)
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_TEXT),
        help_text=_("Required; everybody who acts on the case sees it."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("verdict") == Decision.Verdict.SEND_BACK and not data.get("reason"):
            self.add_error("reason", _("Write the reason, then confirm."))
        return data

    @property
    def words(self) -> str:
        """Return the opinion of an approval, or the reason of a return."""
        data = self.cleaned_data
        return str(data["reason"] if data["verdict"] == Decision.Verdict.SEND_BACK else data["opinion"])


class MeetingForm(forms.Form):
    """What the minutes of a meeting say of the agreement."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    minutes_number = forms.CharField(label=_("Number of the minutes"), max_length=60)
    held_on = DayField(label=_("Held on"))
    result = forms.ChoiceField(
        label=_("Result"),
        choices=MeetingResult.Result.choices,
        widget=forms.RadioSelect,
        help_text=_("Deferred: the step waits for a later meeting. Rejected: the text goes back to drafting."),
    )
    excerpt = forms.FileField(label=_("Excerpt of the minutes"), help_text=_("PDF, OFD or a picture of the page."))
    opinion = forms.CharField(
        label=_("What was resolved"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_TEXT),
        help_text=_("Required when the meeting rejects the text."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("result") == MeetingResult.Result.REJECTED and not data.get("opinion"):
            self.add_error("opinion", _("Say why the meeting rejected the text: the lead unit revises by it."))
        return data


class ReportForm(forms.Form):
    """The report of a major matter to the Party committee."""

    number = forms.CharField(label=_("Number of the report"), max_length=60)
    reported_on = DayField(label=_("Reported on"))
    paper = forms.FileField(label=_("The report"), help_text=_("PDF, OFD or a picture of the page."))


def phrases() -> list[str | Promise]:
    """Return the office's usual words; a phrase is added behind an opinion and never replaces it."""
    return [
        _("Approval proposed."),
        _("Please submit by the procedure."),
        _("Please see to its implementation with the departments concerned."),
        _("Please add an explanation and submit again."),
    ]
