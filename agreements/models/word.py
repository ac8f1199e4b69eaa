"""Word texts that came in: the file as it came, from whom, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import PublicIdModel
from records.append_only import append_only

from .agreement import Agreement
from .files import Attachment
from .text import TextVersion


@append_only(mutable=("outcome", "text", "settled_by", "settled_at"))
class IncomingText(PublicIdModel):
    """A revised text that came as a Word file. It stays with its file, whether it was taken over or left aside."""

    class Outcome(models.TextChoices):
        OPEN = "", _("to be looked at")
        TAKEN = "taken", _("taken over")
        DISCARDED = "discarded", _("left aside")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="incoming_texts")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="incoming_text")
    origin = models.CharField(_("where it comes from"), max_length=8, choices=TextVersion.Origin)
    received_on = models.DateField(_("received on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN, blank=True)
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, null=True, related_name="incoming")
    """The working text into which it was taken over."""
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["", "taken", "discarded"]), name="incoming_outcome_known"),
            models.CheckConstraint(condition=~Q(outcome="taken") | Q(text__isnull=False), name="incoming_taken_text"),
        ]

    def __str__(self) -> str:
        return self.attachment.name

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has taken it over or left it aside yet."""
        return not self.outcome
