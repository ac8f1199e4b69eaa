"""Pausing an approval and letting it go on (暂缓、恢复)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.forms.preparation import LONGEST_TEXT
from approvals import run_rules
from approvals.acts import ASSIGNMENT, RUN, Act, ActForm
from approvals.models import Assignment, Run
from approvals.operations.forms import AREA, WordsForm
from approvals.services import pausing
from core import clock
from core.fields import DayField
from core.verdicts import Wording


class PauseForm(ActForm):
    """Until when, and why."""

    review_on = DayField(
        label=_("Look at it again on"),
        help_text=_("On this day it comes up on your desk again; it never goes on by itself."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=AREA))

    def clean_review_on(self) -> Any:
        """The day lies ahead."""
        day = self.cleaned_data["review_on"]
        if day <= clock.today():
            raise ValidationError(__("The day on which it is looked at again lies ahead."))
        return day


def _pause(assignment: Assignment, by: User, data: dict[str, Any]) -> Wording:
    pausing.pause(assignment, by=by, **data)
    return _("The approval is paused; its clock stands still.")


def _resume(run: Run, by: User, data: dict[str, Any]) -> Wording:
    pausing.resume(run, by=by, words=data["words"])
    return _("The approval goes on.")


def _can_pause(user: User, assignment: Assignment) -> bool:
    return assignment.is_open and pausing.current(assignment.step.run) is None


ACTS = (
    Act(
        "pause",
        ASSIGNMENT,
        _("Pause"),
        _("The clock stops until you let the approval go on; nobody decides meanwhile, nothing is reset."),
        "§3.4",
        PauseForm,
        run_rules.may_pause,
        _pause,
        50,
        offered=_can_pause,
    ),
    Act(
        "resume",
        RUN,
        _("Let it go on"),
        _("The clock runs on from where it stopped; the working days of the pause are given back."),
        "§3.4",
        WordsForm,
        run_rules.may_resume,
        _resume,
        10,
        offered=lambda user, run: run.state == Run.State.OPEN and pausing.current(run) is not None,
    ),
)
