"""Papers of an agreement: what was brought in, and what the product printed from stored facts."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.models import PublicIdModel
from records.models import StoredFile

from .agreement import Agreement


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Papers, as those ask for them who rest something on one."""

    def valid(self) -> Self:
        """Return the papers that count: neither void nor replaced by a newer version."""
        return self.filter(voided_at=None, replaced_by=None)


class Attachment(PublicIdModel):
    """A file brought to an agreement: what it is, what it belongs to, under which name.

    Never overwritten and never deleted: a newer version is a row that `replaces` the older one, and a paper that is
    withdrawn stays as void, with who, when and why.
    """

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
        WORD = "word", _("text as a Word file")
        ORIGIN = "origin", _("paper of origin")
        LETTER = "letter", _("letter of an outside body")
        EXCHANGE = "exchange", _("draft exchanged with the counterpart")
        DELIBERATION = "deliberation", _("minutes of a symposium or an expert meeting")
        AUTHORITY = "authority", _("paper of authority to sign")
        COUNTERPARTY = "counterparty", _("paper of a counterparty")
        LEGAL_OPINION = "legal_opinion", _("opinion of the unit's legal section")
        SUPPLEMENT = "supplement", _("paper supplied on request")
        EXPERT = "expert", _("opinion of an expert")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=16, choices=Kind)
    subject_key = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="attachment_void_is_whole",
                condition=models.Q(voided_at=None, voided_by=None, void_reason="")
                | (models.Q(voided_at__isnull=False, voided_by__isnull=False) & ~models.Q(void_reason="")),
            )
        ]

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
