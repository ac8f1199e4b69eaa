"""The other side: counterparties, their part in an agreement, and what was found out about them (§3.1)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.names import key_of
from core.models import PublicIdModel

from .agreement import Agreement


class Counterparty(PublicIdModel):
    """Who an agreement is made with. The kind decides whether due diligence is asked (§3.1).

    A row found to be a duplicate stays and points to the one that goes on (`merged_into`); its name is an alias there.
    """

    name = models.CharField(_("name"), max_length=200, unique=True)
    name_key = models.CharField(max_length=200, editable=False, db_index=True, default="")
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=30)
    code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="counterparty_code_once"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="counterparty_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the form by which near names are found follows the name."""
        self.name_key = key_of(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("agreements:counterparty-detail", args=[self.public_id])


class Party(PublicIdModel):
    """A counterparty's place in an agreement: its order (1–11) and who is to sign for it, of which rank (§3.5)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    counterparty = models.ForeignKey(Counterparty, on_delete=models.PROTECT, related_name="parties")
    order = models.PositiveSmallIntegerField()
    signatory = models.CharField(_("intended signatory"), max_length=60, blank=True)
    rank = models.CharField(_("post of the signatory"), max_length=100, blank=True)
    authorisation = models.CharField(_("authorisation of the signatory"), max_length=200, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "counterparty"], name="party_once"),
            models.CheckConstraint(condition=models.Q(order__range=(1, 11)), name="party_order_1_to_11"),
        ]

    def __str__(self) -> str:
        return str(self.counterparty)


class Assessment(models.Model):
    """What was found out about a point, on what it rests, what is concluded, and who signed it, in which post."""

    class Conclusion(models.TextChoices):
        SOUND = "sound", _("sound")
        WITH_CONCERN = "concern", _("with a concern that is answered in the text")
        UNSOUND = "unsound", _("not sound")

    finding = models.TextField(_("finding"))
    evidence = models.TextField(_("evidence in words"), blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=10, choices=Conclusion)
    answer = models.TextField(_("how the text answers the concern"), blank=True)
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_post = models.CharField(max_length=160, blank=True)
    capacity = models.CharField(max_length=20, default="self")
    assessed_at = models.DateTimeField()

    class Meta:
        abstract = True


class DueDiligence(Assessment):
    """One of the four points assessed of a party (§3.1)."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="due_diligence")
    point = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "point"], name="due_diligence_point_once")]


class OwnAbility(Assessment):
    """Whether our own side can perform what it promises (§1.2), for every agreement."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="own_ability")


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
    signed_post = models.CharField(max_length=160, blank=True)
    argued_at = models.DateTimeField()
