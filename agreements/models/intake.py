"""How an agreement hangs together with others, and what is kept of one that may not be entered here."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import SigningAuthority, Unit, User
from core import clock
from core.models import PublicIdModel

from .agreement import Agreement


class AgreementLink(PublicIdModel):
    """That an agreement belongs to another one: `agreement` is the newer end, `other` the one it hangs on."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("sub-agreement of the framework")
        PREDECESSOR = "predecessor", _("next period of")
        AMENDS = "amends", _("amendment of")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(_("relation"), max_length=12, choices=Kind)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "kind"], name="agreement_link_kind_once"),
            models.UniqueConstraint(fields=["agreement", "other"], name="agreement_link_other_once"),
            models.CheckConstraint(condition=~Q(agreement=F("other")), name="agreement_link_not_itself"),
        ]


class ClassifiedEntry(PublicIdModel):
    """All that is kept of a classified agreement: numbers and the registry that holds it. Nothing of its content."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="classified_entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="classified_entries")
    register_number = models.CharField(_("register number"), max_length=40)
    paper_number = models.CharField(_("number in the secret register"), max_length=24)
    whereabouts = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept by"))
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_on = models.DateField(default=clock.today)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "register_number"], name="classified_register_number_once"),
            models.UniqueConstraint(fields=["unit", "paper_number"], name="classified_paper_number_once"),
        ]

    def __str__(self) -> str:
        return self.register_number
