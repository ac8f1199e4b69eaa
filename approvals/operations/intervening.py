"""The forms and words of an intervention of two administrators (管理员干预)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements import events
from agreements.forms.posts import PostField
from agreements.services import notices
from approvals import run_words
from approvals.models import Intervention
from approvals.services import choosing, runs
from approvals.services.intervening import Stuck

from .signing_on import reason_field

Way = Intervention.Kind
CONFIRM, REFUSE = "confirm", "refuse"


class ProposalForm(forms.Form):
    """What is to be done with an item that is stuck, why, and on which document."""

    kind = forms.ChoiceField(label=gettext_lazy("What is to be done"), widget=forms.RadioSelect)
    post = PostField(
        label=gettext_lazy("The post that is to have it"),
        required=False,
        help_text=gettext_lazy("Only where it is given to another post."),
    )
    to_step = forms.ChoiceField(
        label=gettext_lazy("The step it is moved back to"),
        required=False,
        help_text=gettext_lazy("Only where the text is moved back; a text never goes forward."),
    )
    reason = reason_field()
    document_number = forms.CharField(label=gettext_lazy("Number of the document"), max_length=80)
    document = forms.FileField(
        label=gettext_lazy("Scan of the document"), help_text=gettext_lazy("PDF, OFD or a picture of the page.")
    )

    def __init__(self, *args: Any, item: Stuck, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = item.assignment.step
        self.passed = {str(one.pk): one for one in runs.passed_steps(step.run, step)}
        ways = [Way.REASSIGN, *([Way.TO_OFFICE] if item.is_empty else []), *([Way.MOVE_BACK] if self.passed else [])]
        fields: Any = self.fields
        fields["kind"].choices = [(way.value, way.label) for way in ways]
        fields["to_step"].choices = [
            ("", gettext_lazy("Please choose")),
            *((k, v.label) for k, v in self.passed.items()),
        ]
        fields["post"].offer(
            partial(choosing.for_reassigning, item.assignment),
            first=partial(choosing.asked_lately, user, item.assignment.step.run),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == Way.REASSIGN and not data.get("post") and "post" not in self.errors:
            self.add_error("post", _("Choose the post that is to have it."))
        if data.get("kind") == Way.MOVE_BACK and not data.get("to_step"):
            self.add_error("to_step", _("Choose the step it is moved back to."))
        data["to_step"] = self.passed.get(data.get("to_step", ""))
        return data


class AnswerForm(forms.Form):
    """The second administrator's answer."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (CONFIRM, gettext_lazy("Confirm: it takes effect now")),
            (REFUSE, gettext_lazy("Refuse: nothing is changed")),
        ],
        widget=forms.RadioSelect,
    )
    words = reason_field(gettext_lazy("Your words"), required=False, hint=gettext_lazy("Required when you refuse."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("answer") == REFUSE and not data.get("words"):
            self.add_error("words", _("Say why the intervention is refused."))
        return data


def of_intervention(payload: dict[str, Any]) -> str:
    """Return what the trail says of an intervention: what, from where to where, on which document, who proposed."""
    words = [
        run_words.of_step(payload),
        str(Way(payload["way"]).label),
        f"{payload['from']} → {payload['where']}" if payload["where"] else payload["from"],
        _("document: %(number)s") % {"number": payload["document"]},
        _("proposed by: %(name)s") % {"name": payload["proposed_by"]},
    ]
    return "; ".join(words)


def register() -> None:
    """Register the words of this topic; called once, when the app is ready."""
    for code, label in (
        ("propose_intervention", gettext_lazy("proposed to intervene in the approval")),
        ("intervene", gettext_lazy("confirmed the intervention, which took effect")),
        ("refuse_intervention", gettext_lazy("refused the intervention")),
    ):
        events.register(code, label, of_intervention)
    notices.register(
        "intervened",
        lambda p: _("“%(title)s”: the administrators %(first)s and %(second)s moved an item: %(comment)s") % p,
    )
    notices.register(
        "intervention_proposed",
        lambda p: (
            _("%(who)s proposes an intervention in the approval of %(number)s; another administrator answers") % p
        ),
    )
