"""Two people on one text: who has it open, and words that were set aside because somebody else saved first."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.models import PublicIdModel

from .text import TextVersion


class TextPresence(models.Model):
    """Somebody who has the workbench open, and in which clause; it counts for two minutes after `seen_at`."""

    text = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    clause = models.CharField(max_length=10, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "user"], name="text_presence_once")]


class SetAside(PublicIdModel):
    """A clause as somebody typed it while another saved it first: kept beside the clause until its writer, or a
    colleague, takes it over or discards it. One open row for each writer and clause; later saves renew it.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        TAKEN = "taken", _("taken over")
        DISCARDED = "discarded", _("discarded")
        REPLACED = "replaced", _("replaced")

    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="set_aside")
    lineage = models.CharField(max_length=10)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "lineage", "by"], condition=Q(outcome=""), name="set_aside_once_open"
            )
        ]
