"""Taking a matter to a meeting, and back to sign-off (提请上会、转回审签)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.forms.preparation import LONGEST_TEXT
from approvals import run_rules
from approvals.acts import ASSIGNMENT, RUN, Act, ActForm
from approvals.models import Assignment, Run
from approvals.models.run import Step, name_of
from approvals.operations.forms import AREA, ReasonForm
from approvals.services import meeting_way
from core.verdicts import Wording


class MeetingWayForm(ActForm):
    """Which meeting, and why."""

    forum = forms.ChoiceField(label=_("Meeting"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=AREA))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["forum"].choices = [  # type: ignore[attr-defined]
            (code, name_of(code)) for code in meeting_way.forums_left(self.subject.step.run)
        ]


def _take_to(assignment: Assignment, by: User, data: dict[str, Any]) -> Wording:
    meeting_way.take_to(assignment, by=by, **data)
    return _("The matter is taken to the meeting; your step waits for what is resolved.")


def _back(run: Run, by: User, data: dict[str, Any]) -> Wording:
    meeting_way.back_to_sign_off(run, by=by, reason=data["reason"])
    return _("The matter is back in sign-off.")


def _can_take(user: User, assignment: Assignment) -> bool:
    return (
        assignment.is_open
        and assignment.kind == Assignment.Kind.HOST
        and assignment.step.state == Step.State.OPEN
        and assignment.step.kind == "sign"
        and bool(meeting_way.forums_left(assignment.step.run))
    )


ACTS = (
    Act(
        "take_to_meeting",
        ASSIGNMENT,
        _("Take to a meeting"),
        _("The General Office takes the matter to the meeting; your step waits and is yours again after it."),
        "§3.4",
        MeetingWayForm,
        run_rules.may_take_to_meeting,
        _take_to,
        40,
        offered=_can_take,
    ),
    Act(
        "back_to_sign_off",
        RUN,
        _("Back to sign-off"),
        _("The meeting's step is cancelled and stays on record; the step that waited for it opens."),
        "§3.4",
        ReasonForm,
        run_rules.may_switch_back,
        _back,
        40,
        offered=lambda user, run: run.state == Run.State.OPEN and meeting_way.is_inserted(run),
    ),
)
