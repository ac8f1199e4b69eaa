"""Due diligence: four points of a counterparty, our own ability to perform, the argument on the risk (§1.2, §3.1)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from agreements.forms.papers import PapersField
from agreements.models import Assessment, OwnAbility, Party, RiskArgument
from agreements.services.diligence import Finding, Papers
from core.wording import say
from regulation.diligence import DILIGENCE_POINTS

LONGEST_TEXT = 20_000
_AREA = {"rows": "3"}
PAPER_HELP = gettext_lazy("PDF, OFD, Word, Excel or pictures; several may be chosen. Papers brought before stay.")
CONCERN = Assessment.Conclusion.WITH_CONCERN


def _fields(row: Assessment | None, asks: str) -> dict[str, forms.Field]:
    """Return the fields of one point, filled with what is on record."""
    return {
        "finding": forms.CharField(
            label=pgettext("due diligence", "Finding"),
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs=_AREA),
            initial=row.finding if row else "",
            help_text=asks,
        ),
        "evidence": forms.CharField(
            label=_("Evidence in words"),
            max_length=LONGEST_TEXT,
            required=False,
            widget=forms.Textarea(attrs={"rows": "2"}),
            initial=row.evidence if row else "",
            help_text=_("Which papers, from where, of which day. Words or a paper: one of them is asked for."),
        ),
        "papers": PapersField(label=_("Papers"), help_text=PAPER_HELP),
        "conclusion": forms.ChoiceField(
            label=_("Conclusion"),
            choices=[("", _("Please choose")), *Assessment.Conclusion.choices],
            initial=row.conclusion if row else "",
        ),
        "answer": forms.CharField(
            label=_("How the text answers the concern"),
            max_length=LONGEST_TEXT,
            required=False,
            widget=forms.Textarea(attrs={"rows": "2"}),
            initial=row.answer if row else "",
            help_text=_("Asked for only with a concern: the clause, the security, the stages."),
        ),
    }


def _ask(form: forms.Form, prefix: str, *, has_paper: bool) -> None:
    """Ask for evidence of a finding, and for the answer to a concern."""
    data = form.cleaned_data
    supported = data.get(f"{prefix}evidence", "").strip() or data.get(f"{prefix}papers") or has_paper
    if not supported:
        form.add_error(f"{prefix}evidence", _("Name the evidence, or add the paper."))
    if data.get(f"{prefix}conclusion") == CONCERN and not data.get(f"{prefix}answer", "").strip():
        form.add_error(f"{prefix}answer", _("Say how the text answers the concern."))


def _found(data: dict[str, Any], prefix: str) -> Finding:
    return Finding(*(data[f"{prefix}{name}"] for name in Finding._fields))


class DiligenceForm(forms.Form):
    """The four points of due diligence of a party (§3.1). `papered` are the points that have papers already."""

    def __init__(self, *args: Any, party: Party, papered: set[str] = frozenset(), **kwargs: Any) -> None:  # type: ignore[assignment]
        super().__init__(*args, **kwargs)
        self.papered = papered
        self.found = {row.point: row for row in party.due_diligence.select_related("assessed_by")}
        for code, point in DILIGENCE_POINTS.items():
            for name, field in _fields(self.found.get(code), say(point.asks)).items():
                self.fields[f"{code}_{name}"] = field

    def clean(self) -> dict[str, Any]:
        """Ask each point for its evidence."""
        for code in DILIGENCE_POINTS:
            _ask(self, f"{code}_", has_paper=code in self.papered)
        return self.cleaned_data

    @property
    def points(self) -> list[dict[str, Any]]:
        """Return the points with their fields, as the page lists them."""
        return [
            {
                "code": code,
                "name": say(point.name),
                "article": point.article,
                "row": self.found.get(code),
                "fields": [
                    self[f"{code}_{name}"] for name in ("finding", "evidence", "papers", "conclusion", "answer")
                ],
            }
            for code, point in DILIGENCE_POINTS.items()
        ]

    def findings(self) -> dict[str, Finding]:
        """Return what was found: point → finding."""
        return {code: _found(self.cleaned_data, f"{code}_") for code in DILIGENCE_POINTS}

    def papers(self) -> dict[str, Papers]:
        """Return the papers brought: point → files."""
        return {code: self.cleaned_data[f"{code}_papers"] for code in DILIGENCE_POINTS}


class AbilityForm(forms.Form):
    """Our own ability to perform what the agreement promises (§1.2)."""

    def __init__(self, *args: Any, row: OwnAbility | None, has_paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_paper = has_paper
        asks = _("Powers, budget, land, staff and time: can our side do what it promises, when it promises it?")
        self.fields.update(_fields(row, asks))

    def clean(self) -> dict[str, Any]:
        """Ask for the evidence."""
        _ask(self, "", has_paper=self.has_paper)
        return self.cleaned_data

    def found(self) -> Finding:
        """Return what was found."""
        return _found(self.cleaned_data, "")


class RiskForm(forms.Form):
    """The argument on the government's own contracting and performance risk (§3.1)."""

    level = forms.ChoiceField(
        label=pgettext_lazy("of a risk", "Level"), choices=RiskArgument.Level.choices, widget=forms.RadioSelect
    )
    argument = forms.CharField(
        label=gettext_lazy("Argument"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text=gettext_lazy(
            "What the government risks by signing and by performing: money, law, powers, expectations."
        ),
    )
    measures = forms.CharField(
        label=gettext_lazy("Measures against it"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_AREA),
    )
    papers = PapersField(label=gettext_lazy("Papers"), help_text=PAPER_HELP)
