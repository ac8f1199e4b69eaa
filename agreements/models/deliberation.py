"""Symposium 座谈会 and expert review meeting 论证会 on a draft (§3.2: a major or difficult matter)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.models import PublicIdModel
from records.append_only import append_only

from .agreement import Agreement
from .files import Attachment
from .text import TextVersion


@append_only
class Deliberation(PublicIdModel):
    """A meeting held on a frozen text, with its minutes and its conclusion; never edited."""

    class Kind(models.TextChoices):
        SYMPOSIUM = "symposium", _("symposium")
        EXPERT_REVIEW = "expert_review", _("expert review meeting")

    class Conclusion(models.TextChoices):
        PASSED = "passed", pgettext_lazy("deliberation", "passed")
        WITH_CHANGES = "with_changes", pgettext_lazy("deliberation", "passed with changes")
        NOT_PASSED = "not_passed", pgettext_lazy("deliberation", "not passed")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="deliberations")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="deliberations")
    kind = models.CharField(max_length=14, choices=Kind)
    held_on = models.DateField()
    place = models.CharField(max_length=200)
    topic = models.CharField(max_length=300)
    conclusion = models.CharField(max_length=12, choices=Conclusion)
    summary = models.TextField()
    changes = models.TextField(blank=True)
    minutes = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["held_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(conclusion="with_changes", changes=""), name="deliberation_names_its_changes"
            )
        ]

    @property
    def satisfies(self) -> bool:
        """Tell whether the draft may go on after this meeting."""
        return self.conclusion != self.Conclusion.NOT_PASSED


@append_only
class DeliberationParticipant(models.Model):
    """Who took part, in which capacity, and what an expert said."""

    class Capacity(models.TextChoices):
        CHAIR = "chair", pgettext_lazy("deliberation", "chair")
        PARTICIPANT = "participant", pgettext_lazy("deliberation", "participant")
        EXPERT = "expert", pgettext_lazy("deliberation", "expert")

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="participants")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    capacity = models.CharField(max_length=12, choices=Capacity)
    opinion = models.TextField(blank=True)

    class Meta:
        ordering = ["deliberation", "order"]
        constraints = [models.UniqueConstraint(fields=["deliberation", "order"], name="participant_once")]
