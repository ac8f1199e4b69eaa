"""Taking an own decision back, and sending a matter back that waits for its meeting (撤回、退回)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agreements.forms.preparation import LONGEST_TEXT
from approvals import rules, run_rules
from approvals.acts import ASSIGNMENT, RUN, Act, ActForm
from approvals.models import Assignment, Decision, Run
from approvals.operations.forms import AREA, ReasonForm
from approvals.services import returning, runs
from core.verdicts import Verdict, Wording

LEAD_UNIT = "lead_unit"


class SendBackForm(ActForm):
    """Where the text goes back to, and why; the text that was shown goes with it."""

    to = forms.ChoiceField(label=_("Send back to"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=AREA),
        help_text=_("Required; everybody who acts on the case sees it."),
    )
    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = self.subject.step
        self.passed = {str(passed.pk): passed for passed in runs.passed_steps(step.run, step)}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (LEAD_UNIT, _("the lead unit, to revise the text")),
            *((pk, passed.label) for pk, passed in self.passed.items()),
        ]
        self.fields["text_sha256"].initial = step.run.sha256

    def clean_to(self) -> Any:
        """Return the passed step; None for the lead unit."""
        return self.passed.get(self.cleaned_data["to"])


def _send_back(assignment: Assignment, by: User, data: dict[str, Any]) -> Wording:
    runs.decide(
        assignment,
        by=by,
        verdict=Decision.Verdict.SEND_BACK,
        opinion=data["reason"],
        to=data["to"],
        text_sha256=data["text_sha256"],
    )
    return _("The text is sent back.")


def _may_send_back(user: User, assignment: Assignment) -> Verdict:
    return rules.may_decide_on(user, assignment.step.run.agreement, assignment.post)


def _take_back(run: Run, by: User, data: dict[str, Any]) -> Wording:
    returning.take_back(run, by=by, reason=data["reason"])
    return _("The decision is taken back; the step is open again.")


ACTS = (
    Act(
        "send_back",
        ASSIGNMENT,
        pgettext_lazy("verb", "Send back"),
        _("The matter leaves the meeting's step and goes back; opinions stay, and it comes to the meeting again."),
        "§3.4",
        SendBackForm,
        _may_send_back,
        _send_back,
        20,
        offered=lambda user, assignment: assignment.is_open and assignment.step.is_meeting,
    ),
    Act(
        "take_back",
        RUN,
        _("Take the decision back"),
        _("Your last decision is undone, while nobody has acted since; it stays on record as taken back."),
        "§3.4",
        ReasonForm,
        run_rules.may_take_back,
        _take_back,
        30,
        offered=returning.can_take_back,
    ),
)
