"""Asking units for their opinion on a draft (§3.2) and answering what they say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from core.models import PublicIdModel
from records.append_only import append_only

from .agreement import Agreement
from .text import TextVersion


class Consultation(PublicIdModel):
    """One round: a frozen text, the units asked, and until when (set by the sender, our own limit)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="consultations")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="consultations")
    round = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    sent_on = models.DateField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["agreement", "round"], name="consultation_round_once")]


class ConsultedUnit(PublicIdModel):
    """A unit asked in a round. Silence stays silence: it is shown as no reply, never as consent."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="consulted")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="consulted_in")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "unit"], name="consulted_unit_once")]


@append_only
class Opinion(PublicIdModel):
    """What a unit said; never edited."""

    class Stance(models.TextChoices):
        NO_OBJECTION = "no_objection", _("no objection")
        OBJECTION = "objection", _("with an opinion")

    consulted = models.OneToOneField(ConsultedUnit, on_delete=models.PROTECT, related_name="opinion")
    stance = models.CharField(max_length=14, choices=Stance)
    body = models.TextField(blank=True)
    proposed_wording = models.TextField(blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()
    given_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)


@append_only
class OpinionAnswer(models.Model):
    """What the lead unit did with an opinion: adopted, in part, or not, with the reason; never edited."""

    class Adoption(models.TextChoices):
        ADOPTED = "adopted", _("adopted")
        IN_PART = "in_part", _("adopted in part")
        NOT_ADOPTED = "not_adopted", _("not adopted")

    opinion = models.OneToOneField(Opinion, on_delete=models.PROTECT, related_name="answer")
    adoption = models.CharField(max_length=12, choices=Adoption)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
