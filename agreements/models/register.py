"""The register of counterparties: other names, whom to ring, and what has happened to them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agreements.names import key_of
from core import clock
from core.models import PublicIdModel
from records.append_only import append_only
from records.models import StoredFile

from .parties import Counterparty


class CounterpartyAlias(models.Model):
    """Another name of a counterparty: an abbreviation, a former name, the name of a merged duplicate."""

    counterparty = models.ForeignKey(Counterparty, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(_("other name"), max_length=200, unique=True)
    name_key = models.CharField(max_length=200, db_index=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Save; the form by which near names are found follows the name."""
        self.name_key = key_of(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Contact(PublicIdModel):
    """Whom to ring at a counterparty. Numbers are shown masked; whoever uncovers one is entered in the trail."""

    counterparty = models.ForeignKey(Counterparty, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), max_length=120, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        """Return the number with its middle covered: 138****5678; of a short one only the last two signs."""
        if len(self.phone) < 8:
            return "****" + self.phone[-2:] if self.phone else ""
        return f"{self.phone[:3]}****{self.phone[-4:]}"

    @property
    def masked_email(self) -> str:
        """Return the address with its first letter and its domain only: z***@example.cn."""
        name, at, domain = self.email.partition("@")
        return f"{name[:1]}***{at}{domain}" if at else ""


@append_only
class RiskEvent(PublicIdModel):
    """Something that bears on a counterparty's ability to perform. Written once; a later row closes it."""

    class Kind(models.TextChoices):
        BUSINESS_DECLINE = "business", _("business in decline")
        ASSET_DECLINE = "assets", _("assets in decline")
        FORCE_MAJEURE = "force_majeure", _("force majeure")
        DISHONESTY = "dishonesty", _("dishonesty record")
        LITIGATION = "litigation", _("litigation or penalty")
        OTHER = "other", pgettext_lazy("risk event", "other")

    counterparty = models.ForeignKey(Counterparty, on_delete=models.PROTECT, related_name="risk_events")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    happened_on = models.DateField(_("day"))
    description = models.TextField(_("what happened"))
    source = models.CharField(_("source"), max_length=200)
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    paper_name = models.CharField(max_length=200, blank=True)
    closes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="closed_by")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_post = models.CharField(max_length=160, blank=True)
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-happened_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on:%Y-%m-%d}"
