"""The text of an agreement: numbered versions of clauses with their structured parts.

The working text is the one version that is not frozen. A frozen version is never changed: its canonical form and
hash are kept with it. Every clause and part carries a lineage that stays the same from version to version, so
that opinions, findings and tasks point at the thing and not at one copy of it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.identifiers import new_public_id
from core.models import PublicIdModel
from core.wording import say
from records.append_only import append_only
from regulation.vocabulary import DOCUMENT_KINDS_OF_TEXT

from .agreement import Agreement


@append_only(after="frozen_at")
class TextVersion(PublicIdModel):
    """A version of the text. `edition` counts saves of the working text, so that two people see each other.

    Once frozen, the row is never changed or removed: the database refuses it.
    """

    class Kind(models.TextChoices):
        WORKING = "working", _("working text")
        CONSULTATION = "consultation", _("text for consultation")
        REVIEW = "review", _("text for review")
        KEPT = "kept", _("kept draft")

    class Origin(models.TextChoices):
        OURS = "ours", _("drafted by our side")
        THEIRS = "theirs", _("drafted by the counterpart")
        JOINT = "joint", _("drafted jointly")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.WORKING)
    origin = models.CharField(_("who drafted it"), max_length=8, choices=Origin, default=Origin.OURS)
    note = models.CharField(_("what is new in it"), max_length=300, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    edition = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    canonical = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="text_number_once"),
            models.UniqueConstraint(fields=["agreement"], condition=Q(frozen_at=None), name="one_working_text"),
        ]

    def __str__(self) -> str:
        return str(self.label)

    @property
    def label(self) -> str:
        """Return the version by its number: draft 3."""
        return _("draft %(number)s") % {"number": self.number}

    @property
    def stage(self) -> str:
        """Return the highest name the version bears: a mark (signed, approved) before what it was frozen as.

        Reads `marks`: lists of versions prefetch them.
        """
        marked = {mark.kind for mark in self.marks.all()} if self.is_frozen else set()
        code = next((name for name in ("signed", "approved") if name in marked), self.kind)
        if code in DOCUMENT_KINDS_OF_TEXT:
            return say(DOCUMENT_KINDS_OF_TEXT[code].name)
        return str(self.get_kind_display())

    @property
    def name(self) -> str:
        """Return the version as people name it: its number and the highest name it bears, 第3稿 · 审定稿."""
        return f"{self.label} · {self.stage}"

    @property
    def is_frozen(self) -> bool:
        """Tell whether the version can no longer change."""
        return self.frozen_at is not None


class Clause(models.Model):
    """A clause of a version. `code` names the framework clause it answers, blank for an added clause."""

    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="clauses")
    lineage = models.CharField(max_length=10, default=new_public_id)
    code = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=120)
    prose = models.TextField(blank=True)
    omission_reason = models.TextField(blank=True)
    edition = models.PositiveIntegerField(default=0)
    """The save of the text in which this clause was last written: a writer who started earlier has not seen it."""
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_reason = models.TextField(blank=True)
    """Why a clause that is not of the framework was added (§2); blank for framework clauses."""

    parts: dict[str, list[Any]]
    """The structured parts by code, filled by `texts.clauses_with_parts`."""

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["text", "lineage"], name="clause_lineage_once")]

    def __str__(self) -> str:
        return self.heading

    @property
    def is_added(self) -> bool:
        """Tell whether the clause was added to those of the framework, with a reason (§2)."""
        return not self.code

    @property
    def is_omitted(self) -> bool:
        """Tell whether the framework clause is left out, with a reason that goes to legal review (§2)."""
        return bool(self.omission_reason)
