"""An urge (催办): who asked whom to get on with a step, when and with which words. Never silent, never edited."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from core import clock
from records.append_only import append_only

from .run import Assignment


@append_only
class Urge(models.Model):
    """That whoever has an assignment was urged. What the clock says by itself stands in its alarms."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="urges")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    to_names = models.CharField(max_length=200, blank=True)
    """Who held the post when it was urged."""
    text = models.TextField(blank=True)
    sent_on = models.DateField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["assignment", "sent_on"], name="urged_once_a_day")]
