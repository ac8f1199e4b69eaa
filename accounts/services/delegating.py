"""Delegating a post's work for a time (委托代理), taking it back, and telling when it begins and ends.

The rules are the product's own, on the order of the offices: never without period, scope and authorising paper; by the
holder, or for a leader by the General Office; never further by a deputy; never a technical post (GB/T 22239).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Delegation, Post, PostHolding, Unit, User
from accounts.models.organisation import STAND_APART
from accounts.signals import delegation_moved
from core import clock
from core.acts import permit
from core.errors import BadInput, NotNow
from core.verdicts import Allowed, Denied, Verdict
from records import files, trail
from regulation.categories import CATEGORIES
from regulation.posts import POSTS

OFFICE = "general_office"
LEADERS = tuple(code for code, post in POSTS.items() if post.step_role and code != OFFICE)
TECHNICAL = ("administrator", *STAND_APART)
LONGEST = timedelta(days=366)
"""The longest period; a limit of the product's own. Who is away for longer leaves the post to somebody else."""


# ---------------------------------------------------------------------- who may


def may_delegate(user: User, held: PostHolding) -> Verdict:
    """A holder delegates the own work; the General Office a leader's of its authority; nobody a technical post, and
    nobody what he does as a deputy himself: a chain gives no right that its head lacks."""
    post = held.post
    if post.code in TECHNICAL:
        return Denied(_("The administrators' posts stand apart (GB/T 22239-2019): their work is not delegated."))
    if any(mine.pk == held.pk and not mine.received for mine in user.holdings_today):
        return Allowed(post=post.title)
    if any(mine.pk == held.pk for mine in user.deputises_today):
        return Denied(
            _("You act in this post as a deputy: what was delegated to you is not delegated further; its holder may.")
        )
    if post.code in LEADERS and (office := user.holding(OFFICE, authority=post.authority)):
        return Allowed(office.title, office.capacity, office.principal_id)
    return Denied(_("The work of a post is delegated by its holder, that of a leader also by the General Office."))


def may_end(user: User, delegation: Delegation) -> Verdict:
    """The holder takes the work back at any time; the General Office of the authority ends any delegation."""
    if delegation.holder_id == user.pk:
        return Allowed(post=delegation.post.title)
    if office := user.holding(OFFICE, authority=delegation.post.authority):
        return Allowed(office.title, office.capacity, office.principal_id)
    return Denied(_("A delegation is ended by the holder of the post or by the General Office."))


def delegable(user: User, day: date | None = None) -> list[PostHolding]:
    """Return the holdings whose work a person may delegate today: the own ones first, then, for the General Office, the
    leaders' of its authority."""
    own = [held for held in user.holdings_today if not held.received and may_delegate(user, held)]
    offices = {held.post.authority_id for held in user.holdings_today if held.post.code == OFFICE}
    if not offices:
        return own
    leaders = (
        PostHolding.objects.on(day or clock.today())
        .filter(post__code__in=LEADERS, post__authority__in=offices, user__is_active=True)
        .exclude(pk__in=[held.pk for held in (*own, *user.deputises_today)])
        .select_related("user", "post__unit", "post__authority")
        .order_by("post__code", "pk")
    )
    order = {code: place for place, code in enumerate(LEADERS)}
    return [*own, *sorted(leaders, key=lambda held: -order[held.post.code])]


def deputies_for(helds: Iterable[PostHolding], day: date | None = None) -> dict[int, list[PostHolding]]:
    """Return who may act for each holding, by its key, as their own holdings: whoever holds a post of the same house
    (the government's offices among themselves, a department or district within itself), but no administrator: none of
    them decides business. One query, however many holdings."""
    day = day or clock.today()
    rows = list(
        PostHolding.objects.on(day)
        .filter(user__is_active=True, post__authority__in={held.post.authority_id for held in helds})
        .select_related("user", "post__unit")
        .order_by("post__unit__sort_key", "pk")
    )
    apart = {row.user_id for row in rows if row.post.code in TECHNICAL}
    found: dict[int, list[PostHolding]] = {}
    for held in helds:
        of_house = [
            row
            for row in rows
            if row.user_id not in apart and row.user_id != held.user_id and _same_house(row.post.unit, held.post.unit)
        ]
        found[held.pk] = list({row.user_id: row for row in reversed(of_house)}.values())[::-1]
    return found


def _same_house(unit: Unit, other: Unit) -> bool:
    if unit.authority_id != other.authority_id:
        return False
    if Unit.Kind.OFFICE in (unit.kind, other.kind):
        return unit.kind == other.kind
    return unit.pk == other.pk or unit.parent_id == other.pk or other.parent_id == unit.pk


# ---------------------------------------------------------------------- making and ending


def delegate(
    held: PostHolding,
    *,
    to_user: User,
    from_on: date,
    to_on: date,
    scope: str,
    reason: str,
    paper: files.Received | None,
    by: User,
    categories: Collection[str] = (),
    at: datetime | None = None,
) -> Delegation:
    """Delegate the work of a holding: from day to day, to an extent, on an authorising paper.

    On the first day what is open and what comes goes over to the deputy, by itself; on the day after the last it is
    back. Raises Refused for whom `may_delegate` denies; BadInput without paper, period, reason or a deputy of the same
    house, for days past, longer than a year or beyond the holding, for categories with the whole scope; NotNow where
    the same work is delegated on one of the days already. Second caller: NotNow, told to whom it is delegated.
    """
    at = at or clock.now()
    today = clock.today(at)
    reason, categories = reason.strip(), sorted(set(categories))
    with transaction.atomic():
        # Not the key: an act that names the post and waits for the same bytes of a paper would wait in a circle.
        Post.objects.select_for_update(no_key=True).get(pk=held.post_id)
        verdict = permit(may_delegate(by, held))
        held = _in_force(held, today)
        _must_be_sound(held, from_on, to_on, scope, categories, reason, today)
        if paper is None:
            raise BadInput(_("Add the paper on which the delegation rests."))
        if to_user.pk == by.pk:
            raise BadInput(_("Nobody makes oneself a deputy: the holder of the post or a colleague does it."))
        if to_user.pk not in {row.user_id for row in deputies_for([held], today)[held.pk]}:
            raise BadInput(_("The deputy holds a post of the same house, has an open account and is somebody else."))
        made = Delegation(
            post=held.post,
            holder_id=held.user_id,
            to_user=to_user,
            from_on=from_on,
            to_on=to_on,
            scope=scope,
            categories=categories,
            reason=reason,
            paper_name=paper.name,
            made_by=by,
            made_at=at,
        )
        _must_not_meet_another(made)
        made.paper = files.keep(paper)
        made.save(force_insert=True)
        _record("delegation_made", made, actor=by.actor(verdict.post), at=at, comment=reason)
        delegation_moved.send(sender=Delegation, delegation=made, what="made")
    return made


def _in_force(held: PostHolding, today: date) -> PostHolding:
    """Read the holding again under the lock; BadInput where it has ended."""
    row = PostHolding.objects.on(today).select_related("post__unit", "user").filter(pk=held.pk).first()
    if row is None or not row.user.is_active:
        raise BadInput(_("This post is not held any more by whom you chose."))
    return row


def _must_be_sound(
    held: PostHolding, from_on: date, to_on: date, scope: str, categories: list[str], reason: str, today: date
) -> None:
    if from_on < today:
        raise BadInput(_("A delegation begins today or later: what was done is not signed over afterwards."))
    if to_on < from_on:
        raise BadInput(_("The end lies before the beginning."))
    if to_on - from_on >= LONGEST:
        raise BadInput(_("A delegation runs a year at most (a limit of our own); make a new one then."))
    if held.to_on is not None and to_on > held.to_on:
        raise BadInput(
            _("%(name)s holds the post until %(day)s: the delegation cannot outlast that.")
            % {"name": held.user.full_name, "day": held.to_on.isoformat()}
        )
    if scope not in Delegation.Scope.values:
        raise BadInput(_("Choose how much of the work is delegated."))
    if categories and scope != Delegation.Scope.APPROVALS:
        raise BadInput(_("Only approvals are delegated by category; all the work of a post is delegated as a whole."))
    if unknown := set(categories) - set(CATEGORIES):
        raise BadInput(_("There is no category %(code)s.") % {"code": ", ".join(sorted(unknown))})
    if not reason:
        raise BadInput(_("Say why the work is delegated."))


def _must_not_meet_another(made: Delegation) -> None:
    """The same work lies with one deputy on one day."""
    others = Delegation.objects.open_from(made.from_on).filter(post_id=made.post_id, holder_id=made.holder_id)
    for other in others.select_related("to_user"):
        if other.meets(made):
            raise NotNow(
                _("This work is delegated to %(name)s from %(start)s to %(end)s already.")
                % {
                    "name": other.to_user.full_name,
                    "start": other.from_on.isoformat(),
                    "end": other.to_on.isoformat(),
                },
                code="delegated_already",
                next_step=_("End that delegation first, or choose other days or categories."),
            )


def end(delegation: Delegation, *, by: User, because: str, at: datetime | None = None) -> Delegation:
    """End a delegation before its last day; from the next request on the work lies with the holder again.

    Raises Refused for whom `may_end` denies, BadInput without a reason, NotNow where it is over. Second caller: NotNow,
    told who ended it and when.
    """
    at = at or clock.now()
    because = because.strip()
    with transaction.atomic():
        row = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
        verdict = permit(may_end(by, row))
        if row.ended_on is not None:
            raise NotNow(
                _("This delegation was ended on %(day)s by %(name)s.")
                % {"day": row.ended_on.isoformat(), "name": row.ended_by.full_name if row.ended_by else _("the clock")},
                code="delegation_ended",
            )
        if row.to_on < clock.today(at):
            raise NotNow(_("This delegation is over; the work lies with the holder again."), code="delegation_over")
        if not because:
            raise BadInput(_("Say why the delegation ends."))
        row.ended_on, row.ended_at, row.ended_by, row.ended_because = clock.today(at), at, by, because
        row.end_told_at = at
        row.save(update_fields=["ended_on", "ended_at", "ended_by", "ended_because", "end_told_at"])
        _record("delegation_ended", row, actor=by.actor(verdict.post), at=at, comment=because)
        delegation_moved.send(sender=Delegation, delegation=row, what="ended")
    return row


# ---------------------------------------------------------------------- the clock


def sweep(at: datetime) -> int:
    """Write which delegations have begun and ended, and let it be told; once, however often it runs. Return how many.

    Nothing depends on it for a right: that follows from the day. Only a delegation whose head has gone (its holder's
    post or account, or the deputy's account) is ended here for good, so that it does not come to life again.
    """
    today = clock.today(at)
    untold = Delegation.objects.filter(end_told_at=None, from_on__lte=today).select_related("post__unit", "paper")
    effective = set(Delegation.objects.on(today).filter(end_told_at=None).values_list("pk", flat=True))
    count = 0
    for row in untold.select_related("holder", "to_user").order_by("pk"):
        if row.pk in effective:
            if row.start_told_at is None:
                row.start_told_at = at
                row.save(update_fields=["start_told_at"])
                _record("delegation_began", row, actor=trail.SYSTEM, at=at)
                delegation_moved.send(sender=Delegation, delegation=row, what="began")
                count += 1
            continue
        if row.to_on >= today:
            both_open = row.holder.is_active and row.to_user.is_active
            row.ended_on, row.ended_at = today, at
            row.ended_because = Delegation.Lapsed.HEAD if both_open else Delegation.Lapsed.ACCOUNT
        row.end_told_at = at
        row.save(update_fields=["ended_on", "ended_at", "ended_because", "end_told_at"])
        _record("delegation_over", row, actor=trail.SYSTEM, at=at, comment=row.why_ended)
        delegation_moved.send(sender=Delegation, delegation=row, what="over")
        count += 1
    return count


def _record(code: str, row: Delegation, *, actor: trail.Actor, at: datetime, comment: str = "") -> None:
    trail.append(
        chain=trail.SYSTEM_CHAIN,
        code=code,
        actor=actor,
        at=at,
        comment=comment,
        payload={
            "delegation": row.public_id,
            "post": row.post.title,
            "holder": row.holder.full_name,
            "to": row.to_user.full_name,
            "from_on": row.from_on,
            "to_on": row.to_on,
            "scope": row.scope,
            "categories": row.categories,
            "paper": row.paper.sha256,
        },
    )
