"""Whom a step may be laid on beside the route (加签 转办 委派 抄送): posts that somebody free holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Post, PostHolding, User
from agreements.models import Agreement
from agreements.services import access
from approvals.models import Assignment, Copy, Run, StepKind
from approvals.rules import DECIDING_POSTS
from approvals.services.taking import Held, Kind, Sheet
from core import clock
from core.errors import BadInput, NotNow

TECHNICAL = ("administrator", "system_admin", "security_admin", "audit_admin")
"""Posts that never take part in an approval."""
RECENT = 5
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Choice:
    """A post that may be chosen, with who holds it and did not work on the case."""

    post: Post
    people: tuple[User, ...]


def choices(
    agreement: Agreement,
    *,
    only: Collection[int] | None = None,
    workers: bool = False,
    day: date | None = None,
) -> list[Choice]:
    """Return the posts of the authority that somebody free holds on a day, by unit; `only` these posts;
    with `workers` also those whose holders worked on the case. One query, however many."""
    worked = access.of_workers(agreement).filter(user=OuterRef("user"))
    rows = (
        PostHolding.objects.on(day or clock.today())
        .filter(post__authority=agreement.authority_id, post__retired_on=None, user__is_active=True)
        .exclude(post__code__in=TECHNICAL)
        .select_related("post__unit", "user")
        .order_by("post__unit__sort_key", "post_id", "pk")
    )
    if not workers:
        rows = rows.exclude(Exists(worked))
    if only is not None:
        rows = rows.filter(post_id__in=only)
    found: dict[int, tuple[Post, list[User]]] = {}
    for row in rows:
        found.setdefault(row.post_id, (row.post, []))[1].append(row.user)
    return [Choice(post, tuple(people)) for post, people in found.values()]


def _kept(owner: Assignment | Run, name: str, read: Callable[[], Found]) -> Found:
    """Read something once for a page: it is kept beside the row that the forms of the page are about."""
    if name not in owner.__dict__:
        owner.__dict__[name] = read()
    found: Found = owner.__dict__[name]
    return found


def _everybody(run: Run) -> list[Choice]:
    return _kept(run, "_everybody", lambda: choices(run.agreement, workers=True))


def _free(run: Run) -> list[Choice]:
    """Return the posts that somebody free holds, of everybody who was read for the page."""
    workers = run.agreement.workers
    if workers is None:
        workers = _kept(run, "_workers", lambda: access.workers(run.agreement))
    found = [
        Choice(choice.post, tuple(user for user in choice.people if user.pk not in workers))
        for choice in _everybody(run)
    ]
    return [choice for choice in found if choice.people]


def asked_lately(user: User, run: Run) -> list[int]:
    """Return the posts a person added, asked, passed on or copied to last, the latest first; read once for a page."""
    return _kept(run, "_asked_lately", lambda: _asked_lately(user))


def _asked_lately(user: User) -> list[int]:
    asked = Assignment.objects.filter(added_by=user).order_by("-pk").values_list("post_id", flat=True)
    copied = Copy.objects.filter(by=user, post__isnull=False).order_by("-pk").values_list("post_id", flat=True)
    return list(dict.fromkeys((*asked[: 4 * RECENT], *copied[: 4 * RECENT])))[:RECENT]


def for_signing(assignment: Assignment) -> list[Choice]:
    """Return who may be added as a signer: nobody who was asked on the step already."""
    return _without(assignment, _free(assignment.step.run))


def for_copying(run: Run) -> list[Choice]:
    """Return to whom an approval may be copied: also to who worked on the case, for nothing is asked by it."""
    copied = set(Copy.objects.filter(run=run, post__isnull=False).values_list("post", flat=True))
    return [choice for choice in _everybody(run) if choice.post.pk not in copied]


def for_reassigning(assignment: Assignment) -> list[Choice]:
    """Return to whom an assignment may be passed on: a step of the route only to a post that decides on the route."""
    codes = codes_for(assignment)
    found = _free(assignment.step.run)
    return _without(assignment, [choice for choice in found if not codes or choice.post.code in codes])


def codes_for(assignment: Assignment) -> tuple[str, ...]:
    """Return the posts an assignment may lie with: a step of the route stays with those that decide (§3.4); any post
    where somebody was asked beside the route."""
    return DECIDING_POSTS if assignment.kind == Kind.HOST else ()


def _without(assignment: Assignment, found: list[Choice]) -> list[Choice]:
    step, shown = assignment.step, assignment.step.run.shown
    if shown:
        taken = {sheet.post_id for sheet in shown.round if sheet.kind != Kind.ADVICE}
        return [choice for choice in found if choice.post.pk not in taken]
    rows = Assignment.objects.filter(step=step, round=step.round).exclude(kind=Kind.ADVICE)
    asked = _kept(assignment, "_asked", lambda: set(rows.values_list("post", flat=True)))
    return [choice for choice in found if choice.post.pk not in asked]


def must_be_askable(held: Held, posts: Iterable[Post], day: date, *, advice: bool = False) -> None:
    """Ask whether each of the posts can be laid on: of this authority, held by somebody who did not work on the case
    and has not approved this text, and not asked on the step already.

    Raises BadInput for a post that cannot act, NotNow for one that is asked already.
    """
    wanted = {post.pk: post for post in posts}
    if not wanted:
        raise BadInput(_("Choose at least one post."), "§3.4")
    free = {choice.post.pk: choice for choice in choices(held.agreement, only=list(wanted), day=day)}
    asked: dict[int, Sheet] = {
        sheet.post_id: sheet
        for sheet in held.round
        if (not sheet.closed if advice else True) and (sheet.kind != Kind.ADVICE or advice)
    }
    for post in wanted.values():
        if post.pk == held.assignment.post_id:
            raise BadInput(_("The step lies with %(post)s already.") % {"post": post.title}, "§3.4")
        if post.pk in asked:
            raise NotNow(
                _("%(post)s has been asked on this step already.") % {"post": post.title},
                "§3.4",
                code="asked_already",
                next_step=_("Open the agreement again: somebody may have acted in the meantime."),
            )
        choice = free.get(post.pk)
        if choice is None:
            raise BadInput(
                _("Nobody can act from %(post)s: the post is empty, or its holder worked on the case.")
                % {"post": post.title},
                "§3.4",
            )
        if not advice and all(user.pk in held.approvers for user in choice.people):
            raise BadInput(_("%(post)s has approved this text already on another step.") % {"post": post.title}, "§3.4")


def must_decide_on_the_route(held: Held, post: Post) -> None:
    """Raise BadInput for a post that may not answer for this step: one that does not decide on the route, and one whose
    own step is still to come, which would be left out."""
    if held.assignment.kind != Kind.HOST:
        return
    if post.code not in DECIDING_POSTS:
        raise BadInput(_("A step of the route is passed on to a post that decides on the route."), "§3.4")
    if any(step.post_id == post.pk and step.kind == StepKind.SIGN for step in held.waiting):
        raise BadInput(_("%(post)s decides on a later step of its own.") % {"post": post.title}, "§3.4")
