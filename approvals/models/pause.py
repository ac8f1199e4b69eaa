"""A pause of an approval (暂缓): until when, why, by whom, and how it ended. Written once, ended once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from accounts.models import Post, User
from records.append_only import append_only

from .run import Run, Step


@append_only(
    mutable=("told_at", "closed_on", "closed_at", "closed_because", "closed_by", "closed_by_name", "words"),
)
class Pause(models.Model):
    """That the open step of a run is left alone until a day of review. Its clock stands still, nothing is reset."""

    class Closed(models.TextChoices):
        RESUMED = "resumed", pgettext_lazy("pause", "resumed")
        RECALLED = "recalled", pgettext_lazy("pause", "ended: the step was taken back")
        ENDED = "ended", pgettext_lazy("pause", "ended with the approval")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="pauses")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="pauses")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    reason = models.TextField()
    paused_on = models.DateField()
    paused_at = models.DateTimeField()
    review_on = models.DateField()
    told_at = models.DateTimeField(null=True)
    """When the post was told that the day of review has come."""
    closed_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=10, choices=Closed, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by_name = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    """What was said when it was resumed."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run"], condition=Q(closed_at=None), name="one_open_pause_per_run"),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_its_reason"),
            models.CheckConstraint(condition=Q(review_on__gt=models.F("paused_on")), name="pause_is_reviewed_later"),
            models.CheckConstraint(
                condition=Q(closed_because__in=["", "resumed", "recalled", "ended"]), name="pause_end_known"
            ),
        ]
