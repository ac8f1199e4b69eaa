"""Papers of an agreement: what was brought in, and what the product printed from stored facts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.models import PublicIdModel
from records.models import StoredFile

from .agreement import Agreement


class Attachment(PublicIdModel):
    """A file brought to an agreement: what it is, what it belongs to, under which name. Never overwritten."""

    class Kind(models.TextChoices):
        SIGNED_SCAN = "signed_scan", _("scan of the signed text")
        AUTHORISATION = "authorisation", _("mayor's authorisation of the signatory")
        INSTRUCTION = "instruction", _("written instruction of a leader")
        MINUTES = "minutes", _("excerpt of minutes")
        PARTY_REPORT = "party_report", _("report to the Party committee")
        TRANSLATION = "translation", _("Chinese translation")
        ORIGINAL = "original", _("original handed over")
        EVIDENCE = "evidence", _("evidence of progress")
        DILIGENCE = "diligence", _("evidence of due diligence")
        OTHER = "other", _("other paper")
        LETTER = "letter", _("letter of an outside body")
        DELIBERATION = "deliberation", _("minutes of a symposium or expert review meeting")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=16, choices=Kind)
    subject_key = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class PrintedDocument(PublicIdModel):
    """A paper made from stored facts: its HTML, hash and template version are kept beside the file (decision 13)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="printed")
    kind = models.CharField(max_length=30)
    subject_key = models.CharField(max_length=60, blank=True)
    template_version = models.CharField(max_length=20)
    html = models.TextField()
    html_sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
