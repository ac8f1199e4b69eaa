"""Delegations of a post's work (委托代理): from when to when, to what extent, on which paper.

A delegation copies nothing and moves no row. Who acts in a post on a day follows from the holdings and the delegations
of that day, so a right ends at the next request, and never outlives the right of the person it was given by.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import PublicIdModel
from records.append_only import append_only
from records.models import StoredFile

from .organisation import Post, PostHolding


def running(day: date, prefix: str = "") -> Q:
    """Return the condition that a delegation's own period covers a day: ended early, it covers that day no more."""
    return Q(**{f"{prefix}from_on__lte": day, f"{prefix}to_on__gte": day}) & (
        Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gt": day})
    )


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Delegations, as offices ask for them."""

    def on(self, day: date) -> DelegationQuerySet:
        """Return what has effect on a day: the period covers it, both accounts are open, and whose work it is holds
        the post himself on that day. A chain gives no right that its head lacks."""
        head = PostHolding.objects.on(day).filter(post=OuterRef("post"), user=OuterRef("holder"))
        return self.filter(running(day), Exists(head), holder__is_active=True, to_user__is_active=True)

    def open_from(self, day: date) -> DelegationQuerySet:
        """Return what runs on a day or will run after it, by its own period."""
        return self.filter(to_on__gte=day, ended_on=None)


@append_only(mutable=("ended_on", "ended_at", "ended_by", "ended_because", "start_told_at", "end_told_at"))
class Delegation(PublicIdModel):
    """That somebody acts in a post for its holder (代). Made once; ended early at most once; never edited or deleted.

    Ended early by a person, `ended_because` is the reason given; by the clock (`ended_by` empty), a code of `Lapsed`.
    `start_told_at` and `end_told_at` say when the clock wrote that it began and ended, so that it does so once.
    """

    class Scope(models.TextChoices):
        ALL = "all", _("all the work of the post")
        APPROVALS = "approvals", _("approvals only")

    class Lapsed(models.TextChoices):
        """Why the clock ended one early, where nobody did."""

        HEAD = "head", _("whose work it was no longer holds the post")
        ACCOUNT = "account", _("an account was closed")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("post"))
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given", verbose_name=_("holder")
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="delegations_received",
        verbose_name=_("deputy"),
    )
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    scope = models.CharField(_("scope"), max_length=12, choices=Scope)
    categories = models.JSONField(_("categories"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    paper_name = models.CharField(max_length=160)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_because = models.CharField(max_length=300, blank=True)
    start_told_at = models.DateTimeField(null=True)
    end_told_at = models.DateTimeField(null=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(holder=F("to_user")), name="delegation_to_somebody_else"),
            models.CheckConstraint(condition=Q(scope__in=["all", "approvals"]), name="delegation_scope_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="delegation_has_its_reason"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, ended_because="")
                | (Q(ended_on__isnull=False) & ~Q(ended_because="")),
                name="delegation_end_has_its_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["to_user", "to_on"], condition=Q(ended_on=None), name="delegation_to_whom"),
            models.Index(fields=["post", "to_on"], condition=Q(ended_on=None), name="delegation_of_post"),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.to_user}"

    @property
    def is_whole(self) -> bool:
        """Tell whether all the work of the post is delegated."""
        return self.scope == self.Scope.ALL

    @property
    def last_on(self) -> date:
        """Return the last day on which it had or will have effect by its own period."""
        return self.to_on if self.ended_on is None else min(self.to_on, self.ended_on - timedelta(days=1))

    @property
    def why_ended(self) -> str:
        """Return why it was ended early, in words; blank where it was not."""
        if self.ended_by_id is None and self.ended_because:
            return str(self.Lapsed(self.ended_because).label)
        return self.ended_because

    def covers(self, *, approvals: bool, category: Callable[[], str]) -> bool:
        """Tell whether a piece of work falls under the delegation: all of it does, or approvals of the categories
        named (of every category where none is named). `category` is asked only where the answer depends on it."""
        if self.is_whole:
            return True
        return approvals and (not self.categories or category() in self.categories)

    def meets(self, other: Delegation) -> bool:
        """Tell whether two delegations of one holder's post give the same work away on the same day."""
        if self.from_on > other.last_on or other.from_on > self.last_on:
            return False
        named, others = set(self.categories), set(other.categories)
        return self.is_whole or other.is_whole or not named or not others or bool(named & others)
