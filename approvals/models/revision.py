"""A revision under approval: a meeting passed the text in principle, and the lead unit brings it into line (§3.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import TextVersion
from core.models import PublicIdModel

from .run import Run, Step


class Revision(PublicIdModel):
    """That the text of a run is to be revised before the next step opens, and what became of it.

    `certified` says that the legal reviewer found a change of wording only: then nobody is asked again.
    """

    class State(models.TextChoices):
        OPEN = "open", _("being revised")
        SUBMITTED = "submitted", _("waits for the legal reviewer")
        CLOSED = "closed", _("taken into the approval")
        ENDED = "ended", _("ended with the approval")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="revisions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    """What is to be revised, as the meeting resolved it."""
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    before = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(TextVersion, on_delete=models.PROTECT, null=True, related_name="+")
    certified = models.BooleanField(null=True)
    certificate = models.TextField(blank=True)
    certified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"], condition=Q(state__in=["open", "submitted"]), name="one_open_revision_per_run"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "submitted", "closed", "ended"]), name="revision_state_known"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether the approval still waits for it."""
        return self.state in (self.State.OPEN, self.State.SUBMITTED)
