"""The forms of the route: what if, and the rows of an authority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, SigningAuthority
from approvals.models import ForumRule, OnDisagree, PassRule, RouteStep
from approvals.models.run import COUNTERSIGN, StepKind
from approvals.services import route_checks, route_rows
from approvals.services.route_checks import Condition, StepContent
from core.fields import MoneyField, WholeField
from core.wording import say
from regulation.conditions import CONDITIONS, Facts
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Submitter, Text
from regulation.routes import FORUMS, FORUMS_OF, SUBMITTERS
from regulation.vocabulary import FIELDS, NATURES

Choices = list[tuple[str, str]]


def _named(records: Mapping[str, Any]) -> Choices:
    return [(code, say(record.name)) for code, record in records.items()]


def _natures() -> Choices:
    return _named(NATURES)


def _submitters() -> Choices:
    return [(submitter.value, say(name)) for submitter, name in SUBMITTERS.items()]


class WhatIfForm(forms.Form):
    """Facts that the agreement does not have, to see the way it would take; sent in the address, never stored."""

    what = forms.CharField(widget=forms.HiddenInput, initial="if")
    nature = forms.MultipleChoiceField(
        label=_("Nature of the matter"), choices=_natures, required=False, widget=forms.CheckboxSelectMultiple
    )
    major = forms.BooleanField(label=_("Major cooperation matter"), required=False)
    foreign = forms.BooleanField(label=_("Foreign-related or foreign-affairs"), required=False)
    amount = MoneyField(label=_("Amount in yuan"), required=False, help_text=_("500万元 is understood."))
    submitter = forms.ChoiceField(label=_("Who submits"), choices=_submitters)

    def __init__(self, data: Mapping[str, Any] | None, *, real: Facts, kind: str, prefix: str | None = None) -> None:
        self.real = real
        initial = {
            "nature": sorted(real.natures),
            "major": real.major,
            "foreign": real.foreign,
            "amount": real.amount,
            "submitter": real.submitter.value,
        }
        super().__init__(data, initial=initial, prefix=prefix)
        if kind != AuthorityKind.MUNICIPAL:
            del self.fields["submitter"]

    def facts(self) -> Facts:
        """Return the facts that were asked about; the fields of cooperation stay the agreement's."""
        asked = self.cleaned_data
        return Facts(
            submitter=Submitter(asked.get("submitter") or self.real.submitter),
            natures=frozenset(asked["nature"]),
            fields=self.real.fields,
            amount=asked["amount"],
            major=asked["major"],
            foreign=asked["foreign"],
        )


class ReasonedForm(forms.Form):
    """What every change of a route carries: its reason, and from which state of the route it was drawn."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason of the change"),
        max_length=300,
        help_text=_("Document or cause; it stays in the trail with the change."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, authority: SigningAuthority, **kwargs: Any) -> None:
        self.authority = authority
        initial = {"seen": route_rows.stamp(authority), **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)


class ConditionForm(ReasonedForm):
    """When a row stands on the route."""

    condition = forms.ChoiceField(label=_("Stands on the route"), choices=lambda: _named(CONDITIONS))
    natures = forms.MultipleChoiceField(
        label=_("Natures"),
        choices=_natures,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With the condition “nature of the matter” only."),
    )
    fields_asked = forms.MultipleChoiceField(
        label=_("Fields of cooperation"),
        choices=lambda: _named(FIELDS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With the condition “field of cooperation” only."),
    )
    amount = MoneyField(
        label=_("Amount in yuan"), required=False, help_text=_("With the condition “amount of at least” only.")
    )
    article = forms.CharField(
        label=_("Paper it rests on"),
        max_length=60,
        required=False,
        help_text=_("The number of the authority's own document; it is shown beside the step."),
    )

    def asked(self) -> Condition:
        """Return the condition as the service takes it."""
        data = self.cleaned_data
        takes = CONDITIONS[data["condition"]].takes
        codes = data["natures"] if takes == "natures" else data["fields_asked"] if takes == "fields" else ()
        return Condition(data["condition"], tuple(codes), data["amount"])


class StepForm(ConditionForm):
    """A step of an authority's own, or the limits of one that the regulation asks."""

    post = forms.ChoiceField(label=_("Who signs"))
    role_zh = forms.CharField(label=_("What the step does (Chinese)"), max_length=40, required=False)
    role_en = forms.CharField(label=_("What the step does (English)"), max_length=60, required=False)
    behind = forms.ChoiceField(label=_("Stands behind"))
    seats = forms.ModelMultipleChoiceField(
        label=_("Posts that countersign"),
        queryset=Post.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For countersigning only."),
    )
    pass_rule = forms.ChoiceField(label=_("Countersigning has passed when"), required=False)
    ratio = WholeField(label=_("Share that agrees, in percent"), required=False, min_value=1, max_value=100)
    on_disagree = forms.ChoiceField(label=_("A disagreement"), choices=OnDisagree.choices)
    workdays = WholeField(
        label=_("Limit in working days"),
        required=False,
        min_value=1,
        max_value=route_checks.LONGEST_LIMIT,
        help_text=_("Our own limit, never a breach of the article. Empty: the limit of every step."),
    )

    field_order = (
        "post",
        "role_zh",
        "role_en",
        "behind",
        "condition",
        "natures",
        "fields_asked",
        "amount",
        "article",
        "seats",
        "pass_rule",
        "ratio",
        "workdays",
        "on_disagree",
        "reason",
        "seen",
    )
    OF_OWN = field_order[:12]

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        authority: SigningAuthority,
        rows: list[RouteStep],
        row: RouteStep | None = None,
    ) -> None:
        super().__init__(data, authority=authority, initial=_initial(row, rows))
        self.row = row
        if row is not None and not row.is_own:
            for name in self.OF_OWN:
                del self.fields[name]
            if row.is_meeting:
                del self.fields["on_disagree"]
            return
        others = [other for other in rows if row is None or other.pk != row.pk]
        self._choose("behind", [(other.code, other.label) for other in others[:-1]])
        self._choose(
            "pass_rule", [("", "—"), *((rule.value, str(rule.label)) for rule in PassRule if rule != PassRule.ONE)]
        )
        seats = self.fields["seats"]
        seats.queryset = (  # type: ignore[attr-defined]
            Post.objects.filter(authority=authority, retired_on=None, code__in=route_checks.countersigning_codes())
            .select_related("unit")
            .order_by("unit__sort_key", "pk")
        )
        seats.label_from_instance = lambda post: post.title  # type: ignore[attr-defined]
        if row is None:
            taken = {other.code for other in rows}
            free = [code for code in route_checks.signing_posts(authority) if code not in taken]
            names = [(code, say(POSTS[code].name)) for code in free]
            self._choose("post", [*names, (COUNTERSIGN, str(StepKind.COUNTERSIGN.label))])
        else:
            del self.fields["post"]
        if row is not None and row.kind != StepKind.COUNTERSIGN:
            for name in ("seats", "pass_rule", "ratio"):
                del self.fields[name]

    def _choose(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def content(self) -> StepContent:
        """Return what was typed, as the service takes it."""
        data = self.cleaned_data
        if self.row is not None and not self.row.is_own:
            return StepContent(workdays=data["workdays"], on_disagree=data.get("on_disagree") or OnDisagree.NONE.value)
        zh, en = data["role_zh"].strip(), data["role_en"].strip()
        return StepContent(
            workdays=data["workdays"],
            on_disagree=data["on_disagree"],
            role=Text(zh or en, en or zh) if zh or en else None,
            article=data["article"],
            behind=data["behind"],
            condition=self.asked(),
            pass_rule=data.get("pass_rule") or PassRule.ONE.value,
            ratio=data.get("ratio"),
            seats=tuple(data.get("seats") or ()),
        )


def _initial(row: RouteStep | None, rows: list[RouteStep]) -> dict[str, Any]:
    if row is None:
        return {"condition": "always", "behind": rows[-2].code if len(rows) > 1 else "", "on_disagree": "none"}
    codes = [other.code for other in rows]
    return {
        "role_zh": row.role_zh,
        "role_en": row.role_en,
        "behind": codes[codes.index(row.code) - 1] if row.code in codes[1:] else "",
        **_of_condition(row),
        "seats": [seat.post_id for seat in row.route_seats.all() if seat.retired_on is None],
        "pass_rule": row.pass_rule,
        "ratio": row.ratio,
        "on_disagree": row.on_disagree,
        "workdays": row.workdays,
    }


def _of_condition(row: RouteStep | ForumRule) -> dict[str, Any]:
    return {
        "condition": row.condition,
        "natures": row.condition_codes,
        "fields_asked": row.condition_codes,
        "amount": row.condition_amount,
        "article": row.article,
    }


class ForumForm(ConditionForm):
    """Matters that an authority takes to a meeting of its own accord."""

    forum = forms.ChoiceField(label=_("Goes to"))
    field_order = ("forum", "condition", "natures", "fields_asked", "amount", "article", "reason", "seen")

    def __init__(
        self, data: Mapping[str, Any] | None, *, authority: SigningAuthority, rule: ForumRule | None = None
    ) -> None:
        initial = _of_condition(rule) | {"forum": rule.forum} if rule else {}
        super().__init__(data, authority=authority, initial=initial)
        ranks = FORUMS_OF[AuthorityKind(authority.kind)][1:]
        self.fields["forum"].choices = [(one.value, say(FORUMS[one])) for one in ranks]  # type: ignore[attr-defined]
        self.fields["condition"].choices = [  # type: ignore[attr-defined]
            choice for choice in _named(CONDITIONS) if choice[0] != "always"
        ]
