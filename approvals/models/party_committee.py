"""§3.4: a major cooperation matter is also reported to the municipal Party committee."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from agreements.models import Agreement, Attachment
from core import clock
from records.append_only import append_only


@append_only
class PartyCommitteeReport(models.Model):
    """That an agreement was reported: the number and day of the report, and the paper itself."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="party_committee_report")
    number = models.CharField(max_length=60)
    reported_on = models.DateField()
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.number
