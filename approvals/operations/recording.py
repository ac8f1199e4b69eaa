"""Recording a leader's paper and confirming the record, as pages offer them (代录)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.posts import holders
from agreements import events
from agreements.models import ToDo
from agreements.pages import short_day
from agreements.services import duties, notices
from approvals import act_rules
from approvals.acts import ASSIGNMENT, Act, ActForm, Shown
from approvals.models import Assignment, Decision, Recording
from approvals.services import recording, runs, steps
from core.fields import DayField
from core.verdicts import Denied, Verdict

from .signing_on import of_step, reason_field

Kind = Assignment.Kind
CONFIRM, OBJECT = "confirm", "object"


class RecordForm(ActForm):
    """What the leader wrote, of which day, and the scan of the paper."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    leader = forms.ChoiceField(label=gettext_lazy("Whose paper it is"))
    verdict = forms.ChoiceField(
        label=gettext_lazy("What the paper says"), widget=forms.RadioSelect, initial=Decision.Verdict.APPROVE.value
    )
    to = forms.ChoiceField(
        label=gettext_lazy("Sent back to"), required=False, help_text=gettext_lazy("Only where it is sent back.")
    )
    opinion = reason_field(
        gettext_lazy("The leader's words"),
        required=False,
        hint=gettext_lazy("Word for word as on the paper. Required when it is sent back or disagreed with."),
    )
    written_on = DayField(label=gettext_lazy("Day of the paper"))
    scan = forms.FileField(
        label=gettext_lazy("Scan of the paper"), help_text=gettext_lazy("PDF, OFD or a picture of the page.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = self.subject.step
        self.fields["text_sha256"].initial = step.run.sha256
        self.leaders = {str(user.pk): user for user in holders(self.subject.post)}
        choices: Any = self.fields
        choices["leader"].choices = [(key, user.full_name) for key, user in self.leaders.items()]
        if len(self.leaders) != 1:
            choices["leader"].choices.insert(0, ("", gettext_lazy("Please choose")))
        verdicts = [Decision.Verdict.APPROVE, Decision.Verdict.SEND_BACK]
        if steps.disagreement_allowed(step, self.subject.kind):
            verdicts.insert(1, Decision.Verdict.DISAGREE)
        choices["verdict"].choices = [(one.value, _WORDS[one]) for one in verdicts]
        self.passed = {str(one.pk): one for one in runs.passed_steps(step.run, step)}
        choices["to"].choices = [
            ("", _("the lead unit: %(unit)s") % {"unit": step.run.agreement.lead_unit.short}),
            *((key, one.label) for key, one in self.passed.items()),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("verdict") != Decision.Verdict.APPROVE and not data.get("opinion"):
            self.add_error("opinion", _("Write the leader's words: everybody who acts on the case sees them."))
        data["leader"] = self.leaders.get(data.get("leader", ""))
        data["to"] = self.passed.get(data.get("to", ""))
        return data


_WORDS = {
    Decision.Verdict.APPROVE: gettext_lazy("The leader agrees"),
    Decision.Verdict.DISAGREE: gettext_lazy("The leader disagrees"),
    Decision.Verdict.SEND_BACK: gettext_lazy("The leader sends it back"),
}


class ConfirmForm(ActForm):
    """Whether the record says what the leader wrote."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Does the record say what you wrote?"),
        choices=[
            (CONFIRM, gettext_lazy("Yes: it stands as my own decision")),
            (OBJECT, gettext_lazy("No: I object to this record")),
        ],
        widget=forms.RadioSelect,
    )
    words = reason_field(
        gettext_lazy("What is not as you wrote it"),
        required=False,
        hint=gettext_lazy("Required when you object; everybody who acted is told."),
    )

    def shown(self) -> list[Shown]:
        """Return what was recorded, with the scan of the paper."""
        found = recorded(self.subject)
        if found is None:
            return []
        decision = found.decision
        scan = decision.scan
        return [
            Shown(
                _("Step"), self.subject.step.label, reverse("approvals:decision-edit", args=[self.subject.public_id])
            ),
            Shown(_("Whose paper it is"), found.principal.full_name),
            Shown(_("Decision"), decision.get_verdict_display()),
            Shown(_("The leader's words"), decision.opinion or _("no words")),
            Shown(_("Day of the paper"), short_day(found.written_on)),
            Shown(_("Recorded by"), f"{decision.by_name} {short_day(decision.on)}"),
            Shown(
                _("Scan of the paper"),
                scan.name if scan else "",
                reverse(
                    "agreements:attachment-download", args=[self.subject.step.run.agreement.public_id, scan.public_id]
                )
                if scan
                else "",
            ),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("answer") == OBJECT and not data.get("words"):
            self.add_error("words", _("Say what is not as you wrote it: everybody who acted is told."))
        return data


def recorded(assignment: Assignment) -> Recording | None:
    """Return the record made on an assignment; None where the decision was taken in person."""
    return (
        Recording.objects.filter(decision__assignment=assignment)
        .select_related("decision__scan", "decision__assignment__post", "principal")
        .prefetch_related("confirmations")
        .first()
    )


def _may_confirm(user: User, assignment: Assignment) -> Verdict:
    found = recorded(assignment)
    if found is None:
        return Denied(_("Nothing was recorded from paper here."), "§3.4")
    return act_rules.may_confirm(user, found)


def _waits(user: User, assignment: Assignment) -> bool:
    if assignment.closed_at is None or not user.holds(post=assignment.post):
        return False
    found = recorded(assignment)
    return found is not None and not (found.latest is not None and found.latest.confirmed)


def _recordable(user: User, assignment: Assignment) -> bool:
    return assignment.is_open and not assignment.step.is_meeting and assignment.kind != Kind.ADVICE


def _record(assignment: Assignment, user: User, data: dict[str, Any]) -> str:
    recording.record(assignment, by=user, **data)
    return _("Recorded. %(post)s is asked to confirm it.") % {"post": assignment.post.title}


def _confirm(assignment: Assignment, user: User, data: dict[str, Any]) -> str:
    found = recorded(assignment)
    if found is None:
        raise RuntimeError("the right was asked on the record")
    confirmed = data["answer"] == CONFIRM
    recording.confirm(found, by=user, confirmed=confirmed, words=data["words"])
    return _("The record is confirmed.") if confirmed else _("Your objection is on record; everybody is told.")


ACTS = (
    Act(
        "confirm-record",
        ASSIGNMENT,
        gettext_lazy("Confirm the record"),
        gettext_lazy(
            "Confirmed, it stands as your own decision. Where you object the approval cannot end before the step is "
            "decided anew."
        ),
        "§3.4",
        ConfirmForm,
        _may_confirm,
        _confirm,
        11,
        _waits,
    ),
    Act(
        "record",
        ASSIGNMENT,
        gettext_lazy("Record from paper"),
        gettext_lazy(
            "The step is decided as the leader wrote on paper, and marked as not confirmed until the leader confirms."
        ),
        "§3.4",
        RecordForm,
        act_rules.may_record,
        _record,
        44,
        _recordable,
    ),
)


def _address(todo: ToDo) -> str:
    return reverse("approvals:assignment-act", args=[todo.params["assignment"], "confirm-record"])


def register() -> None:
    """Register the words and the to-do of this topic; called once, when the app is ready."""
    duties.register(
        duties.Kind(
            recording.TODO_CODE,
            gettext_lazy("Confirm what was recorded from your paper"),
            pgettext_lazy("verb", "Confirm"),
            _address,
            "§3.4",
            of_no_station=True,
        )
    )
    events.register("confirm_record", gettext_lazy("confirmed the record of the own paper"), of_step)
    events.register("object_record", gettext_lazy("objected to a record made in the own place"), of_step)
    notices.register(
        "record_objected",
        lambda p: _("%(who)s objects to what was recorded from paper on “%(title)s”: %(comment)s") % p,
    )
