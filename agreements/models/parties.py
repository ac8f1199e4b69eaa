"""The other side: counterparties, their part in an agreement, and what was found out about them (§3.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import PublicIdModel

from .agreement import Agreement


class Counterparty(PublicIdModel):
    """Who an agreement is made with. The kind decides whether due diligence is asked (§3.1)."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=30)
    code = models.CharField(_("unified social credit code"), max_length=18, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Party(PublicIdModel):
    """A counterparty's place in an agreement: its order (1–11) and who is to sign for it, of which rank (§3.5)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    counterparty = models.ForeignKey(Counterparty, on_delete=models.PROTECT, related_name="parties")
    order = models.PositiveSmallIntegerField()
    signatory = models.CharField(_("intended signatory"), max_length=60, blank=True)
    rank = models.CharField(_("post of the signatory"), max_length=100, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "counterparty"], name="party_once"),
            models.CheckConstraint(condition=models.Q(order__range=(1, 11)), name="party_order_1_to_11"),
        ]

    def __str__(self) -> str:
        return str(self.counterparty)


class DueDiligence(models.Model):
    """One of the four points assessed of a party (§3.1), with its conclusion and evidence in words."""

    class Conclusion(models.TextChoices):
        SOUND = "sound", _("sound")
        WITH_CONCERN = "concern", _("with a concern that is answered in the text")
        UNSOUND = "unsound", _("not sound")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="due_diligence")
    point = models.CharField(max_length=20)
    finding = models.TextField(_("finding and evidence"))
    conclusion = models.CharField(_("conclusion"), max_length=10, choices=Conclusion)
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "point"], name="due_diligence_point_once")]


class RiskArgument(models.Model):
    """The government's own contracting and performance risk, argued for every agreement (§3.1)."""

    class Level(models.TextChoices):
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="risk_argument")
    level = models.CharField(_("risk"), max_length=8, choices=Level)
    argument = models.TextField(_("argument"))
    measures = models.TextField(_("measures against it"), blank=True)
    argued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    argued_at = models.DateTimeField()
