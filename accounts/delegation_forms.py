"""The forms of delegations: delegating, taking back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin

from accounts.models import Delegation, PostHolding, User
from core.fields import DayField
from core.wording import say
from records.inspection import ENDINGS, KINDS
from regulation.categories import CATEGORIES

ACCEPTED = ",".join(f".{ending}" for ending in ENDINGS)


class PersonPicker(forms.RadioSelect):
    """Persons to choose one of, under their units; a box above narrows them (static/js/agreements.js)."""

    template_name = "parts/person_picker.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.words: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **kwargs), "words": self.words.get(str(value), "")}


class PersonField(forms.ChoiceField):
    """A person, chosen by name, unit or pinyin initials; cleaned to the account. The form says who is offered."""

    widget: Any = PersonPicker

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offered: dict[str, User] = {}

    def offer(self, holdings: Iterable[PostHolding]) -> None:
        """Say who may be chosen: each once, under the unit of a post held there."""
        groups: dict[str, list[tuple[str, str]]] = {}
        # New ones each time: what a field of the class holds is shared by every form.
        self.offered, words = {}, {}
        for held in holdings:
            key = str(held.user_id)
            if key in self.offered:
                continue
            self.offered[key] = held.user
            unit, name = held.post.unit, held.user.full_name
            groups.setdefault(unit.name, []).append((key, f"{name}　{held.post.name}"))
            initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
            words[key] = f"{name} {initials} {unit.name_zh} {unit.short_zh} {unit.initials}".lower()
        self.choices = list(groups.items())
        self.widget.words = words

    def clean(self, value: Any) -> User:
        key = super().clean(value)
        if key not in self.offered:
            raise ValidationError(_("Choose the deputy from the list."), code="invalid_choice")
        return self.offered[key]


class DelegationForm(forms.Form):
    """What is delegated, to whom, from when to when, on which paper."""

    held = forms.ChoiceField(label=_("Work of the post"))
    scope = forms.ChoiceField(
        label=_("How much of it"),
        choices=Delegation.Scope.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Approvals only: deciding on steps and what belongs to them. All the work: everything the post does, with "
            "sight of its cases."
        ),
    )
    categories = forms.MultipleChoiceField(
        label=_("Only for agreements of these categories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For approvals only. Nothing ticked: every category."),
    )
    to_user = PersonField(label=_("Deputy"))
    from_on = DayField(label=_("First day"), help_text=_("Open and new matters go over on this day."))
    to_on = DayField(label=_("Last day"), help_text=_("On the day after, the work is back by itself. A year at most."))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Leave, mission, training … with its cause.")
    )
    paper = forms.FileField(
        label=_("Authorising paper"),
        help_text=format_lazy(_("The signed authorisation. Accepted: {kinds}."), kinds=" ".join(KINDS)),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(
        self,
        *args: Any,
        delegable: list[PostHolding],
        deputies: Mapping[int, list[PostHolding]],
        by: User,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.delegable = {str(held.pk): held for held in delegable}
        self.fields["held"].choices = [  # type: ignore[attr-defined]
            (key, held.post.title if held.user_id == by.pk else f"{held.post.title}　{held.user.full_name}")
            for key, held in self.delegable.items()
        ]
        if len(self.delegable) == 1:
            self.fields["held"].initial = next(iter(self.delegable))
        self.fields["categories"].choices = [(code, say(row.name)) for code, row in CATEGORIES.items()]  # type: ignore[attr-defined]
        offered = {row.pk: row for rows in deputies.values() for row in rows if row.user_id != by.pk}
        self.fields["to_user"].offer(offered.values())  # type: ignore[attr-defined]

    def clean_held(self) -> PostHolding:
        """Return the holding that was chosen."""
        return self.delegable[self.cleaned_data["held"]]

    def clean(self) -> dict[str, Any]:
        """Categories belong to approvals; the end is not before the beginning. The service asks it all again."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("categories") and data.get("scope") == Delegation.Scope.ALL:
            self.add_error("categories", _("All the work of a post is delegated as a whole: untick the categories."))
        begins, ends = data.get("from_on"), data.get("to_on")
        if begins and ends and ends < begins:
            self.add_error("to_on", _("The end lies before the beginning."))
        return data


class EndForm(forms.Form):
    """Why a delegation ends before its last day."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
