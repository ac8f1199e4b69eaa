"""Deadlines, alarms, to-dos and notices: what is due, who is told, with whom it lies. Addressed to posts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Post, User
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

    `threshold` is the distance from the due day: −3, −1, 0 before and on it, 1 and 3 working days after.
    """

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="alarms")
    threshold = models.SmallIntegerField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    was_due_on = models.DateField()
    raised_at = models.DateTimeField()
    raised_late = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "threshold", "post"], name="alarm_once")]


class ToDo(PublicIdModel):
    """Something a post must do. It lies with whoever holds the post when it is looked at."""

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

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(post=None, user__isnull=False) | Q(post__isnull=False, user=None),
                name="notice_to_one",
            )
        ]
