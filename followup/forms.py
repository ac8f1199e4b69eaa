"""The forms of follow-up: a report and its answer, the self-check, the evaluation and the decision on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.preparation import LONGEST_TEXT
from core.fields import NumberField, WholeField
from followup.models import Evaluation, Task

_SHORT = {"rows": "3"}
_LONG = {"rows": "6"}


def _words(label: Any, *, attrs: dict[str, str] | None = None, required: bool = True, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        required=required,
        widget=forms.Textarea(attrs=attrs or _LONG),
        **kwargs,
    )


class ReportForm(forms.Form):
    """A report on a task (§4.2): a target asks for the value reached, an event of a mechanism for no percent."""

    percent = WholeField(label=_("Progress (%)"), min_value=0, max_value=100)
    actual = NumberField(label=_("Value reached"))
    text = _words(_("What was done"), attrs=_SHORT)
    evidence = forms.FileField(
        label=_("Evidence"), required=False, help_text=_("A document, sheet or picture that shows it; optional.")
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if task.recurs:
            del self.fields["percent"]
        if task.kind != Task.Kind.TARGET:
            del self.fields["actual"]
        elif task.measure:
            self.fields["actual"].label = _("Value reached (%(measure)s)") % {"measure": task.measure}


class JudgeForm(forms.Form):
    """The lead unit's answer to a report."""

    accepted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Accept the report")), ("no", _("Return the report"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    remark = _words(_("Remark"), attrs=_SHORT, required=False, help_text=_("Required when the report is returned."))


class SelfCheckForm(forms.Form):
    """The self-check of a year (§4.3)."""

    done = _words(_("What was done"), help_text=_("How the tasks of the year were carried out."))
    problems = _words(_("Problems"), help_text=_("Write “none” where there is none."))
    measures = _words(_("Measures"), help_text=_("What is done about the problems, and the plan for the next year."))


class EvaluationForm(forms.Form):
    """The summary and evaluation with its proposal (§4.3)."""

    execution = _words(_("Execution"), help_text=_("What was agreed, what was carried out, and what was not, and why."))
    economic_effect = _words(_("Economic effect"))
    social_effect = _words(_("Social effect"))
    proposal = forms.ChoiceField(label=_("Proposal"), choices=Evaluation.Proposal.choices, widget=forms.RadioSelect)


class EvaluationDecisionForm(forms.Form):
    """The decision on the evaluation that is shown."""

    evaluation = forms.CharField(max_length=10, widget=forms.HiddenInput)
    accepted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Accept the evaluation and its proposal")), ("no", _("Decline it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    remark = _words(_("Remark"), attrs=_SHORT, required=False, help_text=_("Required when the evaluation is declined."))
