"""Which text a person was shown on the page of deciding: differences are shown against the one seen before."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from agreements.models import Agreement, TextVersion


class ReadMark(models.Model):
    """That a text was shown to a person, and when for the last time. It says nothing of a decision."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="read_marks")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="read_mark_once")]
        indexes = [models.Index(fields=["user", "agreement"], name="read_mark_of_user")]
