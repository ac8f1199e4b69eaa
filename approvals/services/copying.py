"""Copies of an approval (抄送): to read, never to act on; whatever happens to the approval, they stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Post, User
from accounts.posts import post_in
from agreements.models import Agreement
from agreements.services import access, lifecycle, notices
from agreements.services.lifecycle import Moved
from approvals import act_rules
from approvals.models import Copy, Run
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records import trail

WHY = "copied"


def copy_to(
    run: Run,
    *,
    by: User,
    posts: Sequence[Post] = (),
    users: Sequence[User] = (),
    reason: str = "",
    at: datetime | None = None,
) -> list[Copy]:
    """Copy an approval to posts and persons: they are told, see the case, and have nothing to do with it.

    Whoever handles it, the lead unit and the General Office copy, while it runs and afterwards. The reason may stay
    empty. Raises Refused for anyone else, BadInput for nobody or a post of another authority, NotNow where all of them
    have their copy already. Second caller: only who has none yet gets one.
    """
    at = at or clock.now()
    agreement = run.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = act_rules.may_copy(by, run)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        if not posts and not users:
            raise BadInput(_("Choose at least one post."), "§3.4")
        if any(post.authority_id != agreement.authority_id for post in posts):
            raise BadInput(_("This post is not offered here."), "§3.4")
        had = set(Copy.objects.filter(run=run).values_list("post_id", "user_id"))
        targets: list[Post | User] = list({post.pk: post for post in posts}.values())
        targets += {user.pk: user for user in users}.values()
        fresh = [one for one in targets if _key(one) not in had]
        if not fresh:
            raise NotNow(_("Everybody you named has a copy already."), "§3.4", code="copied_already")
        common = {"by": by, "by_name": by.full_name, "post_title": verdict.post, "reason": reason.strip()}
        made = [_make(run, one, at=at, who=by.full_name, **common) for one in fresh]
        lifecycle.act(
            agreement,
            "copy_to",
            actor=by.actor(verdict.post, verdict.capacity),
            on=clock.today(at),
            at=at,
            comment=reason.strip(),
            text=run.text,
            payload={"run": run.public_id, "posts": [_name(one) for one in fresh]},
        )
    return made


def copy_by_rule(agreement: Agreement, moved: Moved) -> None:
    """§3.4: the heads of the units that support an agreement get a copy of its approval when it has passed: they are to
    carry it out. Who has a copy already gets no second one. One line of the trail names them and the rule."""
    run = Run.objects.filter(agreement=agreement).select_related("text").order_by("-pk").first()
    if run is None:
        return
    had = set(Copy.objects.filter(run=run).values_list("post_id", "user_id"))
    heads = [post_in(row.unit, "unit_head") for row in agreement.supporting_units.select_related("unit")]
    fresh = [post for post in heads if _key(post) not in had]
    if not fresh:
        return
    for post in fresh:
        _make(run, post, at=moved.at, who=moved.by.full_name, rule=Copy.Rule.SUPPORTING)
    lifecycle.act(
        agreement,
        "copy_to",
        actor=trail.SYSTEM,
        on=moved.on,
        at=moved.at,
        text=run.text,
        payload={"run": run.public_id, "posts": [post.title for post in fresh], "rule": Copy.Rule.SUPPORTING},
    )


def read_all(user: User, ids: Collection[str], *, at: datetime | None = None) -> int:
    """Mark copies as read that came to a person or to a post held, named by their public ids; return how many.

    Second caller: 0, who read first and when stands.
    """
    rows = copied_to(user).filter(public_id__in=ids, read_at=None)
    return rows.update(read_at=at or clock.now(), read_by=user)


def copied_to(user: User) -> QuerySet[Copy]:
    """Return what was copied to a person or to a post held."""
    return Copy.objects.filter(Q(user=user) | Q(post_id__in=user.post_ids))


def _key(one: Post | User) -> tuple[int | None, int | None]:
    return (one.pk, None) if isinstance(one, Post) else (None, one.pk)


def _name(one: Post | User) -> str:
    return one.title if isinstance(one, Post) else one.full_name


def _make(run: Run, one: Post | User, *, at: datetime, who: str, **facts: object) -> Copy:
    to = {"post": one} if isinstance(one, Post) else {"user": one}
    access.grant(run.agreement, WHY, **to)
    notices.tell("copied", agreement=run.agreement, who=who, **to)
    return Copy.objects.create(run=run, made_at=at, **to, **facts)
