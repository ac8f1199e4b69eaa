"""What is said of versions of a text: that one was approved or signed, and why a clause was changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from records.append_only import append_only

from .text import TextVersion


@append_only
class TextMark(models.Model):
    """That a version is the very text that was approved (§3.4) or signed (§3.5): a mark, not a copy; it stays."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("approved text")
        SIGNED = "signed", _("signed text")

    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["text", "kind"], name="text_marked_once"),
            models.CheckConstraint(condition=Q(kind__in=["approved", "signed"]), name="text_mark_known"),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.kind}"


@append_only
class ChangeReason(models.Model):
    """Why a clause differs between an older version and a newer one, as the drafter says it.

    A better wording is a new row, and the newest counts: what was said once stays.
    """

    class Source(models.TextChoices):
        OURS = "ours", _("our own side")
        COUNTERPART = "counterpart", _("the counterpart")
        UNIT = "unit", _("opinion of a unit")
        EXPERTS = "experts", _("symposium or experts")
        LEGAL = "legal", _("legal review")
        LEADERS = "leaders", _("instruction in the approval")
        WORD = "word", _("uploaded Word file")

    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="change_reasons")
    against = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    lineage = models.CharField(max_length=10)
    reason = models.CharField(_("reason"), max_length=500)
    source = models.CharField(_("source"), max_length=12, choices=Source)
    said_by = models.CharField(_("whose"), max_length=100, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["text", "against"], name="change_reason_of_pair")]

    def __str__(self) -> str:
        return self.reason

    @property
    def origin(self) -> str:
        """Return where the change comes from: the kind of source, with the name of whose it was."""
        label = str(self.get_source_display())
        return _("%(source)s (%(whose)s)") % {"source": label, "whose": self.said_by} if self.said_by else label
