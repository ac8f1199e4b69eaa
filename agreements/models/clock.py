"""Deadlines, alarms, to-dos and notices: what is due, who is told, with whom it lies. Addressed to posts."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Delegation, Post, PostHolding, User
from core import clock
from core.models import PublicIdModel

from .agreement import Agreement


class Deadline(models.Model):
    """A date by which something must be done. A remade deadline is a new row, so its alarms fire again.

    `amount` and `unit` say how it was counted (working days and calendar days are never mixed); `given_back` counts the
    working days that a suspension took and the resumption gave back; `due_set` marks a day that a plan or a sender set,
    which no calendar moves; a provisional day is never judged overdue.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="deadlines")
    subject_key = models.CharField(max_length=60)
    rule = models.CharField(max_length=40)
    article = models.CharField(max_length=12, blank=True)
    own_limit = models.BooleanField(default=False)
    label = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    amount = models.PositiveSmallIntegerField(default=0)
    given_back = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=8)
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    due_set = models.BooleanField(default=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="deadlines")
    closed_on = models.DateField(null=True)
    closed_because = models.CharField(max_length=20, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(closed_on=None), name="deadline_open_by_due"),
            models.Index(fields=["agreement", "closed_on"], name="deadline_of_agreement"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "rule", "subject_key"],
                condition=Q(closed_on=None),
                name="one_open_deadline_per_subject",
            )
        ]


class DeadlineStop(models.Model):
    """A stretch in which the clock stood still. The days in it are given back on resumption.

    `alone` marks the stop of this one deadline (a review that waits); a suspension stops every other, and neither
    doubles nor ends this one.
    """

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="stops")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    alone = models.BooleanField(default=False)


class Alarm(models.Model):
    """A reminder or a lapse that was raised: once for a deadline, a threshold and a recipient.

    `threshold` is the distance from the due day: −3, −1, 0 before and on it, 1 and 3 working days after. `escalated`
    says that the post is told as the next one up, beside the one the regulation names first.
    """

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="alarms")
    threshold = models.SmallIntegerField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    was_due_on = models.DateField()
    raised_at = models.DateTimeField()
    raised_late = models.BooleanField(default=False)
    escalated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "threshold", "post"], name="alarm_once")]


ALARMS = ("reminder", "lapse", "escalation")
"""Codes of the notices that the clock makes of its alarms."""

OF_APPROVAL: set[str] = set()
"""To-dos that belong to approvals (the register of kinds fills it): a delegation may cover these alone."""


class ToDoQuerySet(models.QuerySet["ToDo"]):
    """To-dos, as offices ask for them."""

    def lying_with(self, user: User) -> Self:
        """Return what is open and lies with a person today: with the posts held, less what a deputy does, and what one
        does as a deputy. Each lies with the actors of one post, a deputy or the holder, never both.

        Nothing is copied when a delegation begins or ends: the day decides.
        """
        as_deputy = {held.post_id for held in user.holdings_today if held.received}
        whole = {held.post_id for held in user.holdings_today if held.received or not held.given_whole}
        mine = Q(post_id__in=whole)
        for held in user.holdings_today:
            if held.received or held.post_id in as_deputy or held.given_whole:
                continue
            for given in held.given:
                mine &= ~_approvals(held.post_id, given.categories)
        for held in user.approvals_today:
            mine |= _approvals(held.post_id, held.received.categories if held.received else [])
        return self.filter(mine, closed_at=None)

    def lying_under(self, given: Delegation) -> Self:
        """Return what is open and falls under a delegation."""
        whole = Q(post_id=given.post_id)
        return self.filter(whole if given.is_whole else _approvals(given.post_id, given.categories), closed_at=None)


def _approvals(post_id: int, categories: list[str]) -> Q:
    """Return the condition on to-dos that belong to approvals of a post, of some categories or of every one."""
    found = Q(post_id=post_id, code__in=sorted(OF_APPROVAL))
    return found & Q(agreement__category__code__in=categories) if categories else found


class ToDo(PublicIdModel):
    """Something a post must do. It lies with whoever holds the post when it is looked at, or with the deputy."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="todos")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="todos")
    code = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, null=True, related_name="todos")
    due_on = models.DateField(default=clock.FAR_AWAY)
    opened_at = models.DateTimeField()
    opened_by_name = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="closed_todos")
    closed_because = models.CharField(max_length=20, blank=True)

    objects = ToDoQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["post", "due_on"], condition=Q(closed_at=None), name="todo_open_by_post"),
            models.Index(fields=["closed_by", "-closed_at"], name="todo_done_by"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "post", "code", "subject_key"],
                condition=Q(closed_at=None),
                name="one_open_todo_per_subject",
            )
        ]

    @property
    def is_of_approval(self) -> bool:
        """Tell whether it belongs to an approval."""
        return self.code in OF_APPROVAL

    def category_code(self) -> str:
        """Return the category of its agreement, asked for only where a delegation is limited to some."""
        return self.agreement.category.code

    def held_by(self, user: User) -> PostHolding | None:
        """Return the holding on which an open to-do lies with a person today (in person first, else as a deputy); None
        where it lies with somebody else. It says for one what `lying_with` says for all."""
        as_deputy = None
        for held in user.holdings_today:
            if held.post_id != self.post_id:
                continue
            if held.received:
                as_deputy = as_deputy or held
            elif not held.given_to(approvals=self.is_of_approval, category=self.category_code):
                return held
        if as_deputy:
            return as_deputy
        for held in user.approvals_today:
            covers = held.received and held.received.covers(approvals=self.is_of_approval, category=self.category_code)
            if held.post_id == self.post_id and covers:
                return held
        return None


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, as offices ask for them."""

    def reaching(self, user: User) -> Self:
        """Return what a person or a post of theirs is told; who only decides on approvals as a deputy is told by the
        clock."""
        told = Q(user=user) | Q(post_id__in=user.post_ids)
        for held in user.approvals_today:
            alarms = Q(post_id=held.post_id, code__in=ALARMS)
            categories = held.received.categories if held.received else []
            told |= alarms & Q(agreement__category__code__in=categories) if categories else alarms
        return self.filter(told)


class Notice(PublicIdModel):
    """Something a post or a person is told. It stores code and parameters and is worded when it is read."""

    message_key = models.CharField(max_length=32, unique=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="notices")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="notices")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="notices")
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(post=None, user__isnull=False) | Q(post__isnull=False, user=None),
                name="notice_to_one",
            )
        ]
