"""Adding and taking off a signer, passing a step on, asking for advice and giving it, as pages offer them (§3.4)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import User
from agreements import events
from agreements.forms.posts import PostField, PostsField
from agreements.forms.preparation import LONGEST_TEXT
from agreements.services import notices
from approvals import act_rules, run_words
from approvals.acts import ASSIGNMENT, Act, ActForm
from approvals.models import Assignment
from approvals.services import choosing, signing_on

Kind = Assignment.Kind
DECIDING = (Kind.HOST, Kind.SEAT)
_WORDS = {"rows": "3"}
REASON = gettext_lazy("Required; everybody who acts on the case sees it.")


LABEL = gettext_lazy("Reason")


def reason_field(label: Any = LABEL, *, required: bool = True, hint: Any = REASON) -> forms.CharField:
    """Return the field in which an operation takes its reason."""
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_WORDS), help_text=hint
    )


class SignersForm(ActForm):
    """Who is to sign too, where the signature stands, and why."""

    place = forms.ChoiceField(
        label=gettext_lazy("The signature stands"),
        choices=[
            (Kind.BEFORE.value, gettext_lazy("before yours: you wait for it, and may still send the text back")),
            (Kind.BESIDE.value, gettext_lazy("beside yours: at the same time")),
            (Kind.AFTER.value, gettext_lazy("after yours: asked when you have signed")),
        ],
        initial=Kind.BESIDE.value,
        widget=forms.RadioSelect,
    )
    posts = PostsField(label=gettext_lazy("Who signs too"), help_text=gettext_lazy("Several countersign: all decide."))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posts"].offer(  # type: ignore[attr-defined]
            partial(choosing.for_signing, self.subject),
            first=partial(choosing.asked_lately, self.user, self.subject.step.run),
        )


class RemoveForm(ActForm):
    """Why a signer is not asked any more."""

    reason = reason_field()


class ReassignForm(ActForm):
    """To whom a step is passed on, and why."""

    post = PostField(label=gettext_lazy("Pass on to"))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].offer(  # type: ignore[attr-defined]
            partial(choosing.for_reassigning, self.subject),
            first=partial(choosing.asked_lately, self.user, self.subject.step.run),
        )


class AskForm(ActForm):
    """Whom one asks for advice, and what."""

    posts = PostsField(label=gettext_lazy("Whom to ask"))
    question = reason_field(
        gettext_lazy("Question"), required=False, hint=gettext_lazy("What you would like to know; it may stay empty.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posts"].offer(  # type: ignore[attr-defined]
            partial(choosing.for_signing, self.subject),
            first=partial(choosing.asked_lately, self.user, self.subject.step.run),
        )


class AdviseForm(ActForm):
    """The advice, on the text that was shown."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    opinion = reason_field(gettext_lazy("Your advice"), hint=gettext_lazy("It goes back to who asked, and is printed."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text_sha256"].initial = self.subject.step.run.sha256


def _decides(user: User, assignment: Assignment) -> bool:
    return assignment.is_open and assignment.kind in DECIDING and not assignment.step.is_meeting


def _may_pass_on(user: User, assignment: Assignment) -> bool:
    return assignment.is_open and not assignment.step.is_meeting


def _may_ask(user: User, assignment: Assignment) -> bool:
    return assignment.is_open and assignment.kind != Kind.ADVICE


def _is_asked(user: User, assignment: Assignment) -> bool:
    return assignment.is_open and assignment.kind == Kind.ADVICE


def _was_added(user: User, assignment: Assignment) -> bool:
    return assignment.closed_at is None and assignment.kind not in DECIDING


def _add(assignment: Assignment, user: User, data: dict[str, Any]) -> str:
    added = signing_on.add(assignment, by=user, **data)
    return _("Asked for a signature: %(posts)s.") % {"posts": _named(added)}


def _remove(assignment: Assignment, user: User, data: dict[str, Any]) -> str:
    signing_on.remove(assignment, by=user, **data)
    return _("%(post)s is not asked any more.") % {"post": assignment.post.title}


def _reassign(assignment: Assignment, user: User, data: dict[str, Any]) -> str:
    new = signing_on.reassign(assignment, by=user, **data)
    return _("Passed on to %(post)s.") % {"post": new.post.title}


def _ask(assignment: Assignment, user: User, data: dict[str, Any]) -> str:
    asked = signing_on.ask_advice(assignment, by=user, **data)
    return _("Asked for advice: %(posts)s. The step stays with you.") % {"posts": _named(asked)}


def _advise(assignment: Assignment, user: User, data: dict[str, Any]) -> str:
    signing_on.advise(assignment, by=user, **data)
    return _("Your advice has gone back to who asked.")


def _named(rows: list[Assignment]) -> str:
    return pgettext("between names", ", ").join(row.post.title for row in rows)


ACTS = (
    Act(
        "advise",
        ASSIGNMENT,
        gettext_lazy("Give advice"),
        gettext_lazy("Your words go back to who asked, and stand on the approval sheet; the step stays with them."),
        "§3.4",
        AdviseForm,
        act_rules.may_handle,
        _advise,
        10,
        _is_asked,
    ),
    Act(
        "add-signers",
        ASSIGNMENT,
        gettext_lazy("Add signers"),
        gettext_lazy("They are asked on this step and see the case; you may still send the text back."),
        "§3.4",
        SignersForm,
        act_rules.may_handle,
        _add,
        40,
        _decides,
    ),
    Act(
        "ask-advice",
        ASSIGNMENT,
        gettext_lazy("Ask for advice"),
        gettext_lazy("The step stays with you; the answer comes back to you, and you may decide without it."),
        "§3.4",
        AskForm,
        act_rules.may_handle,
        _ask,
        41,
        _may_ask,
    ),
    Act(
        "reassign",
        ASSIGNMENT,
        gettext_lazy("Pass on"),
        gettext_lazy(
            "Another post answers for it from now on; that it lay with you, and why it went, stays on record."
        ),
        "§3.4",
        ReassignForm,
        act_rules.may_handle,
        _reassign,
        42,
        _may_pass_on,
    ),
    Act(
        "remove-signer",
        ASSIGNMENT,
        pgettext_lazy("a signer", "Take off"),
        gettext_lazy("This signer is not asked any more, and is told so; what others wrote stays."),
        "§3.4",
        RemoveForm,
        act_rules.may_remove_signer,
        _remove,
        43,
        _was_added,
    ),
)


# ---------------------------------------------------------------------- words of the trail and of notices


def of_step(payload: dict[str, Any]) -> str:
    """Return what the trail says of an act on a step: the step, and which posts it is about."""
    words = [run_words.of_step(payload)]
    if place := payload.get("place"):
        words.append(str(Kind(place).label))
    if posts := payload.get("posts"):
        words.append(pgettext("between names", ", ").join(posts))
    return "; ".join(words)


def register() -> None:
    """Register the words of this topic; called once, when the app is ready."""
    for code, label in (
        ("add_signers", gettext_lazy("added signers")),
        ("remove_signer", gettext_lazy("took off who was asked")),
        ("reassign", gettext_lazy("passed the step on")),
        ("ask_advice", gettext_lazy("asked for advice")),
        ("advise", gettext_lazy("gave advice")),
    ):
        events.register(code, label, of_step)
    notices.register("advised", lambda p: _("%(who)s has given the advice you asked for on “%(title)s”") % p)
    notices.register("not_needed", lambda p: _("“%(title)s”: you are not asked any more (%(who)s)") % p)
