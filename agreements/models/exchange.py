"""The rounds with the counterpart: what was sent, what came back, on which day (§3.2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import PublicIdModel
from core.wording import say
from records.append_only import append_only
from regulation.vocabulary import EXCHANGE_MEDIA

from .agreement import Agreement
from .parties import Counterparty
from .text import TextVersion


@append_only(mutable=("struck_at", "struck_by", "struck_because"))
class Exchange(PublicIdModel):
    """A text that went to the counterpart or came from it. How long each side had it is computed, never stored.

    A line entered by mistake is struck, with the reason; it stays, and counts no more.
    """

    class Direction(models.TextChoices):
        SENT = "sent", _("sent to the counterpart")
        RECEIVED = "received", _("received from the counterpart")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="exchanges")
    number = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=10, choices=Direction)
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, null=True, related_name="exchanges")
    """Sent: the frozen version that went out. Received: the version it answers, when it answers one of ours."""
    counterparty = models.ForeignKey(Counterparty, on_delete=models.PROTECT, null=True, related_name="exchanges")
    """Which counterparty; empty for all of them."""
    on = models.DateField()
    medium = models.CharField(max_length=12)
    note = models.CharField(max_length=500, blank=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    struck_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="exchange_number_once"),
            models.CheckConstraint(condition=Q(direction__in=["sent", "received"]), name="exchange_direction_known"),
            models.CheckConstraint(
                condition=Q(direction="received") | Q(text__isnull=False), name="exchange_sends_a_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.number}"

    @property
    def medium_label(self) -> str:
        """Return the way it went, in the reader's language."""
        return say(EXCHANGE_MEDIA[self.medium].name) if self.medium in EXCHANGE_MEDIA else self.medium

    @property
    def files_key(self) -> str:
        """Return the key under which its papers are attached."""
        return f"exchange:{self.public_id}"
