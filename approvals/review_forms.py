"""The forms of the review: completeness, supplements, the six points, joint reviewers, experts, answers, the clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from agreements.forms.preparation import LONGEST_TEXT
from agreements.forms.rows import RowForm, RowFormSet, sheet_of
from agreements.forms.units import UnitsField
from agreements.services.findings import Line
from approvals.acts import say_it_is_gone
from approvals.models import FindingReply, JointReview, LegalReview, ReviewFinding, Supplement
from approvals.services.review import clock, joint, supplements
from approvals.services.review.findings import Answer, Standing
from approvals.services.review.points import USUAL_RISK, FindingContent, PointContent
from approvals.services.review.supplements import Missing, Supplied
from core.fields import DayField, WholeField
from core.wording import say
from regulation.records import Code, ReviewPointRecord
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS
from regulation.review_practice import RISKS, SECTION_CONCLUSIONS, STOPS, SUBMISSION_ITEMS

SAVE, CLOSE = "save", "close"
MOST_FINDINGS = 40
_SHORT, _LONG = {"rows": "2"}, {"rows": "4"}


def choices_of(codes: dict[str, Code]) -> list[tuple[str, str]]:
    """Return the entries of a vocabulary as a form offers them."""
    return [(code, say(entry.name)) for code, entry in codes.items()]


def words(label: Any, *, required: bool = True, rows: str = "2", **more: Any) -> forms.CharField:
    """Return a field for words."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


# ---------------------------------------------------------------------- the six points


class FindingRow(RowForm):
    """A finding: at which clause, how grave, what is wrong, which wording would mend it."""

    unasked: tuple[str, ...] = ("key", "clause", "risk")

    key = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)
    clause = forms.ChoiceField(label=_("Clause"), required=False)
    risk = forms.ChoiceField(label=_("Risk"), initial=USUAL_RISK)
    finding = words(_("What is wrong"))
    proposal = words(_("Proposed wording"), required=False)

    def __init__(self, *args: Any, clauses: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", _("the whole text")), *clauses]  # type: ignore[attr-defined]
        self.fields["risk"].choices = choices_of(RISKS)  # type: ignore[attr-defined]

    def content(self) -> FindingContent:
        """Return the row as the service takes it."""
        data = self.cleaned_data
        return FindingContent(data["finding"], data["clause"], data["risk"], data["proposal"], data.get("key", ""))


class JointRow(FindingRow):
    """A finding of a joint reviewer, who says to which of the six points it belongs."""

    unasked: tuple[str, ...] = ("key", "clause", "risk", "point")

    point = forms.ChoiceField(label=_("Point"))
    field_order = ("point", "clause", "risk", "finding", "proposal")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].choices = [  # type: ignore[attr-defined]
            (code, say(record.name)) for code, record in REVIEW_POINTS.items()
        ]
        self.fields["point"].initial = next(iter(REVIEW_POINTS))


FindingSheet = sheet_of(FindingRow, extra=0, most=MOST_FINDINGS)
OneMoreSheet = sheet_of(FindingRow, most=MOST_FINDINGS)
JointSheet = sheet_of(JointRow, most=MOST_FINDINGS)


@dataclass(frozen=True, slots=True)
class PointFields:
    """One of the six points as the form draws it."""

    record: ReviewPointRecord
    found: forms.BoundField
    base: forms.BoundField
    sheet: RowFormSet
    joint: list[ReviewFinding]


class ReviewForm(forms.Form):
    """The six points of §3.3 and the conclusion. Saving takes what is there; closing asks for everything.

    Each point carries a mark of how it read when it was shown: one left as it was is not sent again.
    """

    act = forms.ChoiceField(choices=[(SAVE, SAVE), (CLOSE, CLOSE)], widget=forms.HiddenInput)
    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    conclusion = forms.ChoiceField(label=_("Conclusion"), required=False, widget=forms.RadioSelect)
    opinion = words(
        _("Opinion of the review"),
        required=False,
        rows="3",
        help_text=_("Required when the text goes back: the lead unit revises by it."),
    )
    looked = forms.MultipleChoiceField(label=_("Looked at"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        review: LegalReview,
        clauses: Sequence[tuple[str, str]],
        kept: Sequence[Line] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text_sha256"].initial = review.text.sha256
        self.fields["conclusion"].choices = choices_of(REVIEW_CONCLUSIONS)  # type: ignore[attr-defined]
        self.fields["looked"].choices = [(line.answer.pk, line.found.excerpt) for line in kept if line.answer]  # type: ignore[attr-defined]
        recorded = {point.point: point for point in review.points.all()}
        self.own: dict[str, list[ReviewFinding]] = {code: [] for code in REVIEW_POINTS}
        self.joint: dict[str, list[ReviewFinding]] = {code: [] for code in REVIEW_POINTS}
        for row in review.findings.all():
            (self.joint if row.joint_id else self.own)[row.point].append(row)
        self.sheets: dict[str, RowFormSet] = {}
        for code, record in REVIEW_POINTS.items():
            point = recorded.get(code)
            found = ("yes" if point.has_finding else "no") if point else ""
            self.fields[f"{code}_found"] = forms.ChoiceField(
                label=say(record.name),
                required=False,
                choices=[("no", _("Nothing found")), ("yes", _("Finding"))],
                widget=forms.RadioSelect,
                initial=found,
            )
            initial = [
                {
                    "key": row.public_id,
                    "clause": row.clause_lineage,
                    "risk": row.risk,
                    "finding": row.body,
                    "proposal": row.proposal,
                }
                for row in self.own[code]
            ]
            self.fields[f"{code}_base"] = forms.CharField(
                required=False,
                widget=forms.HiddenInput,
                initial=_mark(found, [FindingContent(*_of(row)) for row in self.own[code]]),
            )
            kind = FindingSheet if initial else OneMoreSheet
            self.sheets[code] = kind(
                self.data if self.is_bound else None,
                prefix=code,
                initial=initial,
                form_kwargs={"clauses": clauses},
            )

    def points(self) -> list[PointFields]:
        """Return the six points in their order."""
        return [
            PointFields(record, self[f"{code}_found"], self[f"{code}_base"], self.sheets[code], self.joint[code])
            for code, record in REVIEW_POINTS.items()
        ]

    def is_valid(self) -> bool:
        sheets = [sheet.is_valid() for sheet in self.sheets.values()]
        return super().is_valid() and all(sheets)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for code, sheet in self.sheets.items():
            found, rows = data.get(f"{code}_found"), sheet.kept
            if found == "yes" and not rows and not self.joint[code]:
                self.add_error(f"{code}_found", _("Say what was found."))
            if found == "no" and rows:
                self.add_error(f"{code}_found", _("Take the findings away, or choose that there is a finding."))
        if data.get("act") == CLOSE:
            if not data.get("conclusion"):
                self.add_error("conclusion", _("Choose the conclusion of the review."))
            elif data["conclusion"] != "lawful" and not data.get("opinion"):
                self.add_error("opinion", _("Say why the text goes back: the lead unit revises by it."))
        return data

    def contents(self) -> dict[str, PointContent]:
        """Return the points on which something was chosen or written since they were shown."""
        given: dict[str, PointContent] = {}
        for code, sheet in self.sheets.items():
            rows = tuple(row.content() for row in sheet.kept)
            found = self.cleaned_data[f"{code}_found"] or ("yes" if rows else "")
            if not found or _mark(found, rows) == self.cleaned_data[f"{code}_base"]:
                continue
            shown = frozenset(row["key"].value() or "" for row in sheet.forms) - {""}
            given[code] = PointContent(found == "yes", findings=rows, shown=shown)
        return given


def _of(row: ReviewFinding) -> tuple[str, str, str, str, str]:
    return row.body, row.clause_lineage, row.risk, row.proposal, row.public_id


def _mark(found: str, rows: Iterable[FindingContent]) -> str:
    """Return a mark of how a point reads, by which an untouched one is known."""
    plain = [
        found,
        [
            [one.key, one.clause_lineage, one.risk, *(" ".join(text.split()) for text in (one.body, one.proposal))]
            for one in rows
        ],
    ]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


class JudgeForm(forms.Form):
    """What the reviewer says to an answer."""

    accepted = forms.ChoiceField(
        label=_("The answer"),
        choices=[("yes", _("is accepted")), ("no", _("is not accepted: the finding is maintained"))],
        widget=forms.RadioSelect,
    )
    reason = words(_("Reason"), required=False, help_text=_("Required when the finding is maintained; leaders see it."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("accepted") == "no" and not data.get("reason"):
            self.add_error("reason", _("Write why the finding is maintained."))
        return data


# ---------------------------------------------------------------------- completeness and supplements


class CompleteForm(forms.Form):
    """That everything is there, with a remark."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    words = words(_("Remark"), required=False)


class SupplementForm(forms.Form):
    """What is missing: named things of the list, or something else, each in words; by when."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    workdays = WholeField(
        label=_("Working days to supply it"),
        min_value=1,
        max_value=supplements.MOST_WORKDAYS,
        help_text=_("Our own limit; the clock stands still meanwhile."),
    )
    note = words(_("Note to the lead unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in (*SUBMISSION_ITEMS, supplements.ELSE):
            name = supplements.name_of(code)
            self.fields[f"{code}_missing"] = forms.BooleanField(label=name, required=False)
            self.fields[f"{code}_what"] = forms.CharField(
                label=_("%(item)s: what is missing") % {"item": name},
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": "1"}),
            )

    def items(self) -> list[tuple[Code | None, forms.BoundField, forms.BoundField]]:
        """Return each thing of the list with its tick and its words."""
        return [
            (SUBMISSION_ITEMS.get(code), self[f"{code}_missing"], self[f"{code}_what"])
            for code in (*SUBMISSION_ITEMS, supplements.ELSE)
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for code in (*SUBMISSION_ITEMS, supplements.ELSE):
            if data.get(f"{code}_missing") and not data.get(f"{code}_what"):
                self.add_error(f"{code}_what", _("Say what of it is missing."))
        if not self.missing(data):
            self.add_error(None, _("Tick at least one thing that is missing."))
        return data

    def missing(self, data: dict[str, Any] | None = None) -> list[Missing]:
        """Return what is missing; words without a tick count as ticked."""
        data = self.cleaned_data if data is None else data
        return [
            Missing(code, data.get(f"{code}_what") or "")
            for code in (*SUBMISSION_ITEMS, supplements.ELSE)
            if data.get(f"{code}_missing") or data.get(f"{code}_what")
        ]


class SupplyForm(forms.Form):
    """What the lead unit supplies: words or a paper for each thing; sent once everything is there."""

    act = forms.ChoiceField(choices=[(SAVE, SAVE), ("send", "send")], widget=forms.HiddenInput)

    def __init__(self, *args: Any, supplement: Supplement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(supplement.items.select_related("paper"))
        for item in self.asked:
            name = {"item": item.name}
            self.fields[f"{item.public_id}_answer"] = forms.CharField(
                label=_("%(item)s: explanation") % name,
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs=_SHORT),
                initial=item.answer,
            )
            self.fields[f"{item.public_id}_paper"] = forms.FileField(label=_("%(item)s: paper") % name, required=False)

    def items(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Return each thing that was asked for with its fields."""
        return [(item, self[f"{item.public_id}_answer"], self[f"{item.public_id}_paper"]) for item in self.asked]

    def given(self) -> dict[str, Supplied]:
        """Return what was supplied, by the key of the thing."""
        data = self.cleaned_data
        return {
            item.public_id: Supplied(data[f"{item.public_id}_answer"], data[f"{item.public_id}_paper"] or None)
            for item in self.asked
        }


# ---------------------------------------------------------------------- who reviews beside


class JointForm(forms.Form):
    """The units to ask, in how many working days, and why one is asked that nothing in the text led to."""

    units = UnitsField(label=_("Units to review with"))
    workdays = WholeField(
        label=_("Working days to answer"),
        min_value=1,
        max_value=joint.MOST_WORKDAYS,
        help_text=_("Our own limit."),
    )
    reason = words(
        _("Why a unit is asked that was not proposed"),
        required=False,
        help_text=_("Required for such a unit; it stays with the review."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_it_is_gone(self)

    def offer(
        self, units: Iterable[Unit], *, first: Sequence[Unit], heading: str, asked: Iterable[JointReview] = ()
    ) -> None:
        """Say which units may be picked; those that were proposed stand on top. Of those that are asked already it is
        said until when they answer."""
        field = self.fields["units"]
        if isinstance(field, UnitsField):
            settled = {row.unit_id: joint.asked_already(row) for row in asked if row.unit_id is not None}
            field.offer(units, first=first, heading=heading, settled=settled)


class ReasonedForm(forms.Form):
    """An act on a joint reviewer with its reason; urging needs none."""

    act = forms.ChoiceField(choices=[(code, code) for code in ("drop", "go_on", "urge")], widget=forms.HiddenInput)
    reason = words(_("Reason"), required=False, help_text=_("It stays with the review and is printed."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("act") in ("drop", "go_on") and not data.get("reason"):
            self.add_error("reason", _("Write the reason, then confirm."))
        return data


class JointAnswerForm(forms.Form):
    """A unit's answer: no objection, or findings; with the rows in a sheet beside it."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    stance = forms.ChoiceField(
        label=_("The unit's answer"), choices=JointReview.Stance.choices, widget=forms.RadioSelect
    )
    words = words(_("Remark"), required=False)


class ExpertForm(forms.Form):
    """What an expert said, with the signed paper."""

    name = forms.CharField(label=_("Expert"), max_length=60)
    standing = forms.CharField(label=_("Institution and field"), max_length=120)
    agrees = forms.ChoiceField(
        label=_("The expert"),
        choices=[("yes", _("agrees")), ("no", _("has objections"))],
        widget=forms.RadioSelect,
    )
    words = words(_("The opinion in words"), rows="4")
    paper = forms.FileField(label=_("The signed opinion"), help_text=_("PDF, OFD or a picture of the page."))
    given_on = DayField(label=_("Given on"))

    def content(self) -> dict[str, Any]:
        """Return the opinion as the service takes it."""
        return {**self.cleaned_data, "agrees": self.cleaned_data["agrees"] == "yes"}


class SectionForm(forms.Form):
    """What the lead unit's own legal section said of the draft, or that there is none."""

    conclusion = forms.ChoiceField(label=_("Conclusion"), widget=forms.RadioSelect)
    section = forms.CharField(label=_("Legal section"), max_length=100, required=False)
    person = forms.CharField(label=_("Signed by"), max_length=60, required=False)
    given_on = DayField(label=_("Given on"))
    words = words(
        _("The opinion in words"),
        required=False,
        rows="3",
        help_text=_("Or attach the paper. A unit without a legal section says who looked at the draft instead."),
    )
    paper = forms.FileField(label=_("The signed opinion"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conclusion"].choices = choices_of(SECTION_CONCLUSIONS)  # type: ignore[attr-defined]


# ---------------------------------------------------------------------- the clock, the answers


class ClockForm(forms.Form):
    """Why the clock stands still, or that it goes on."""

    act = forms.ChoiceField(choices=[("stop", "stop"), ("go_on", "go_on")], widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Why it stands still"), required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words"), max_length=200, required=False, help_text=_("Required for another reason.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, say(STOPS[code].name)) for code in clock.BY_HAND]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("act") == "stop":
            if not data.get("kind"):
                self.add_error("kind", _("Choose why the clock stands still."))
            elif data["kind"] == clock.OTHER and not data.get("words"):
                self.add_error("words", _("Write why the clock stands still."))
        return data


class AnswersForm(forms.Form):
    """What became of each finding: changed, in part, or kept with its reason. Those left blank wait."""

    def __init__(self, *args: Any, waiting: Sequence[Standing], kept_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = list(waiting)
        offered = [
            (code, label)
            for code, label in FindingReply.Adoption.choices
            if not kept_only or code == FindingReply.Adoption.KEPT
        ]
        for one in self.waiting:
            key = one.finding.public_id
            self.fields[f"{key}_adoption"] = forms.ChoiceField(
                label=pgettext_lazy("finding", "What became of it"),
                required=False,
                choices=offered,
                widget=forms.RadioSelect,
            )
            self.fields[f"{key}_reason"] = words(_("Reason, or where it was changed"), required=False)

    def rows(self) -> list[tuple[Standing, forms.BoundField, forms.BoundField]]:
        """Return each finding with its fields."""
        return [
            (one, self[f"{one.finding.public_id}_adoption"], self[f"{one.finding.public_id}_reason"])
            for one in self.waiting
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for one in self.waiting:
            key = one.finding.public_id
            adoption, reason = data.get(f"{key}_adoption"), data.get(f"{key}_reason")
            if adoption and adoption != FindingReply.Adoption.CHANGED and not reason:
                self.add_error(f"{key}_reason", _("Write why the wording is kept."))
            if reason and not adoption:
                self.add_error(f"{key}_adoption", _("Say what became of the finding."))
        return data

    def answers(self) -> dict[str, Answer]:
        """Return the answers that were given, by the key of the finding."""
        data = self.cleaned_data
        return {
            key: Answer(data[f"{key}_adoption"], data[f"{key}_reason"])
            for key in (one.finding.public_id for one in self.waiting)
            if data[f"{key}_adoption"]
        }
