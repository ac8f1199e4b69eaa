"""What the administrator of the routes sees: the rows with their holders, the effect of a change, what was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from accounts.models import PostHolding, SigningAuthority, User
from agreements import events
from agreements.pages import listed
from approvals.models import ForumRule, RouteStep
from approvals.route_forms import WhatIfForm
from approvals.route_pages import ADDED, DROPPED, KEPT
from approvals.services import route_checks, route_rows, routing, sync
from approvals.services.routing import Draft
from core import clock
from core.bilingual import reads_english
from core.wording import say
from records.models import Event
from regulation.conditions import Facts
from regulation.records import AuthorityKind, Submitter
from regulation.routes import FORUMS, FORUMS_OF, SUBMITTERS, NatureNeeded

CHANGES = 20
ON = "on"
"""The prefix of the matter on which an effect is looked at."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an authority's route."""

    row: RouteStep
    holders: str
    condition: str
    seats: str
    stays: str


@dataclass(frozen=True, slots=True)
class OfSubmitter:
    """The route of one kind of submitter."""

    code: str
    name: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of the route, as the trail keeps it."""

    event: Event
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the way of a matter: its steps, each kept, added or dropped, and where it is decided."""

    lines: tuple[tuple[str, str], ...]
    before: str
    after: str


def authorities(user: User) -> list[SigningAuthority]:
    """Return the authorities whose routes a person may set."""
    return [one for one in SigningAuthority.objects.order_by("pk") if route_rows.may_configure(user, one)]


def active(authority: SigningAuthority, submitter: Submitter) -> list[RouteStep]:
    """Return the rows in use of a route, in their order."""
    rows = RouteStep.objects.filter(authority=authority, submitter=submitter.value, retired_on=None)
    return list(rows.select_related("authority").prefetch_related("route_seats__post__unit"))


def whole(authority: SigningAuthority, tabs: list[SigningAuthority], query: Any) -> dict[str, Any]:
    """Return the whole page of an authority: its routes, its meetings, the way of a matter, the changes."""
    submitters = sync.submitters_of(authority)
    rows = {submitter: active(authority, submitter) for submitter in submitters}
    names = _holders(authority, {row.code for found in rows.values() for row in found})
    form = matter(query, authority, submitters[0])
    facts = form.facts() if form.is_bound and form.is_valid() else plain(submitters[0])
    found = draft_or_none(authority, facts)
    return {
        "authority": authority,
        "tabs": tabs,
        "routes": [
            OfSubmitter(
                submitter.value,
                say(SUBMITTERS[submitter]) if len(submitters) > 1 else "",
                [_row(row, names) for row in rows[submitter]],
            )
            for submitter in submitters
        ],
        "forums": [say(FORUMS[forum]) for forum in FORUMS_OF[AuthorityKind(authority.kind)][1:]],
        "rules": [(rule, in_words(rule)) for rule in ForumRule.objects.filter(authority=authority, retired_on=None)],
        "form": form,
        "draft": [(label, found.reason(row)) for label, row in zip(labels(found), found.rows, strict=True)]
        if found
        else None,
        "draft_forum": say(FORUMS[found.route.forum]) if found else "",
        "changes": [
            Changed(event, events.label_of(event), events.detail_of(event))
            for event in route_rows.changes(authority)[:CHANGES]
        ],
    }


def _holders(authority: SigningAuthority, codes: set[str]) -> dict[str, str]:
    rows = PostHolding.objects.on(clock.today()).filter(
        post__authority=authority, post__code__in=codes, user__is_active=True
    )
    found: dict[str, list[str]] = {}
    for row in rows.select_related("post", "user").order_by("post_id", "pk"):
        found.setdefault(row.post.code, []).append(row.user.full_name)
    return {code: listed(names) for code, names in found.items()}


def _row(row: RouteStep, names: dict[str, str]) -> Row:
    seats = [seat.post.title for seat in row.route_seats.all() if seat.retired_on is None]
    stays = "" if row.is_own else route_checks.must_stay(row)
    return Row(row, names.get(row.code, ""), in_words(row), listed(seats), stays)


def in_words(row: RouteStep | ForumRule) -> str:
    """Return when a row stands on the route, in the reader's language."""
    zh, en = routing.condition_words(row)
    return en if reads_english() else zh


# ---------------------------------------------------------------------- the effect of a change


def plain(submitter: Submitter | None) -> Facts:
    """Return the plainest matter: a framework, nothing else."""
    return Facts(submitter or Submitter.DEPARTMENT, frozenset({"framework"}))


def matter(data: Any, authority: SigningAuthority, submitter: Submitter | None) -> WhatIfForm:
    """Return the form of the matter on which the way is looked at."""
    sent = data if f"{ON}-what" in data else None
    return WhatIfForm(sent, real=plain(submitter), kind=authority.kind, prefix=ON)


def draft_or_none(authority: SigningAuthority, facts: Facts) -> Draft | None:
    """Return the way by the rows; None without a nature."""
    try:
        return routing.draft(routing.rules_of(authority), facts)
    except NatureNeeded:
        return None


def effect(authority: SigningAuthority, facts: Facts, act: Callable[[], object]) -> Effect:
    """Return what an act on the rows would do to a matter with these facts; nothing is kept.

    Raises what the act raises: its effect is looked at with the same questions.
    """
    before = draft_or_none(authority, facts)
    after = route_rows.tried(act, lambda: draft_or_none(authority, facts))
    return Effect(tuple(_steps(labels(before), labels(after))), _forum(before), _forum(after))


def _steps(old: list[str], new: list[str]) -> Iterable[tuple[str, str]]:
    for act, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if act == "equal":
            yield from ((KEPT, label) for label in new[k:m])
        else:
            yield from ((DROPPED, label) for label in old[i:j])
            yield from ((ADDED, label) for label in new[k:m])


def labels(draft: Draft | None) -> list[str]:
    """Return the steps of a way as it shows them."""
    if draft is None:
        return []
    return [say(FORUMS[draft.route.forum]) if row.is_meeting else row.label for row in draft.rows]


def _forum(draft: Draft | None) -> str:
    return say(FORUMS[draft.route.forum]) if draft else ""
