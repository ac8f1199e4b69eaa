"""The forms of review and approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.forms.acts import ReasonForm
from agreements.forms.preparation import LONGEST_TEXT
from approvals.models import Decision, LegalReview
from approvals.services.reviewing import PointContent
from core.fields import DayField
from core.wording import say
from regulation.records import ReviewPointRecord
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS

SAVE, CLOSE = "save", "close"
VERDICTS = (Decision.Verdict.APPROVE.value, Decision.Verdict.SEND_BACK.value)
_TEXT = {"rows": "2"}


@dataclass(frozen=True, slots=True)
class PointRow:
    """One of the six points as the form draws it."""

    record: ReviewPointRecord
    found: forms.BoundField
    finding: forms.BoundField
    clause: forms.BoundField

    @property
    def fields(self) -> tuple[forms.BoundField, ...]:
        """Return the fields of the point, for their errors."""
        return self.found, self.finding, self.clause


class ReviewForm(forms.Form):
    """The six points of §3.3 and the conclusion. Saving takes what is there; closing asks for everything."""

    act = forms.ChoiceField(choices=[(SAVE, SAVE), (CLOSE, CLOSE)], widget=forms.HiddenInput)
    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    conclusion = forms.ChoiceField(label=_("Conclusion"), required=False, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("Opinion of the review"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("Required when the text goes back: the lead unit revises by it."),
    )

    def __init__(self, *args: Any, review: LegalReview, clauses: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text_sha256"].initial = review.text.sha256
        recorded = {point.point: point for point in review.points.all()}
        self.fields["conclusion"].choices = [  # type: ignore[attr-defined]
            (code, say(conclusion.name)) for code, conclusion in REVIEW_CONCLUSIONS.items()
        ]
        places = [("", _("the whole text")), *clauses]
        for code, record in REVIEW_POINTS.items():
            point = recorded.get(code)
            name = say(record.name)
            self.fields[f"{code}_found"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("no", _("Nothing found")), ("yes", _("Finding"))],
                widget=forms.RadioSelect,
                initial=("yes" if point.has_finding else "no") if point else "",
            )
            finding = _("%(point)s: finding") % {"point": name}
            clause = _("%(point)s: clause") % {"point": name}
            self.fields[f"{code}_finding"] = forms.CharField(
                label=finding,
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={**_TEXT, "aria-label": finding}),
                initial=point.finding if point else "",
            )
            self.fields[f"{code}_clause"] = forms.ChoiceField(
                label=clause,
                required=False,
                choices=places,
                widget=forms.Select(attrs={"aria-label": clause}),
                initial=point.clause_lineage if point else "",
            )

    def rows(self) -> list[PointRow]:
        """Return the six points in their order."""
        return [
            PointRow(record, self[f"{code}_found"], self[f"{code}_finding"], self[f"{code}_clause"])
            for code, record in REVIEW_POINTS.items()
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for code in REVIEW_POINTS:
            if data.get(f"{code}_found") == "yes" and not data.get(f"{code}_finding"):
                self.add_error(f"{code}_finding", _("Say what was found."))
        if data.get("act") == CLOSE:
            if not data.get("conclusion"):
                self.add_error("conclusion", _("Choose the conclusion of the review."))
            elif data["conclusion"] != "lawful" and not data.get("opinion"):
                self.add_error("opinion", _("Say why the text goes back: the lead unit revises by it."))
        return data

    def contents(self) -> dict[str, PointContent]:
        """Return the points for which something was chosen."""
        data = self.cleaned_data
        return {
            code: PointContent(data[f"{code}_found"] == "yes", data[f"{code}_finding"], data[f"{code}_clause"])
            for code in REVIEW_POINTS
            if data[f"{code}_found"]
        }


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
