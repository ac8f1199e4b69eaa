"""A decision recorded from a leader's paper (代录), and what the leader says to the record (确认)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from core import clock
from records.append_only import append_only

from .decision import Decision


@append_only
class Recording(models.Model):
    """In whose place a decision was recorded and of which day the paper is. The scan stands on the decision."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="recording")
    principal = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_on = models.DateField()

    @property
    def latest(self) -> Confirmation | None:
        """Return what the leader said last; None while nothing was said."""
        return next(iter(reversed(list(self.confirmations.all()))), None)


@append_only
class Confirmation(models.Model):
    """What a leader said to a record made in the own place: it is confirmed, or objected to with a reason.

    The last one counts: who objected may confirm later. A confirmation is final.
    """

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="confirmations")
    confirmed = models.BooleanField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["recording"], condition=Q(confirmed=True), name="record_confirmed_once"),
            models.CheckConstraint(condition=Q(confirmed=True) | ~Q(words=""), name="objection_has_its_reason"),
        ]
