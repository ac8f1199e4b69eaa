"""Usual words of an opinion (常用语): a person's own, and those of an authority's office."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import SigningAuthority, User
from core.models import PublicIdModel

LONGEST = 60
"""Characters of a phrase: it is a turn of words, no opinion."""


class Phrase(PublicIdModel):
    """A turn of words that is added behind an opinion and never put in its place. Of a person or of an office; one
    that is taken away is retired."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="phrases")
    authority = models.ForeignKey(
        SigningAuthority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="phrases",
        verbose_name=_("signing authority"),
    )
    words = models.CharField(_("words"), max_length=LONGEST)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        verbose_name = _("phrase of the office")
        verbose_name_plural = _("phrases of the office")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(user=None) ^ Q(authority=None), name="phrase_of_one"),
            models.CheckConstraint(condition=~Q(words=""), name="phrase_has_words"),
            models.UniqueConstraint(
                fields=["user", "words"], condition=Q(retired_on=None, user__isnull=False), name="own_phrase_once"
            ),
            models.UniqueConstraint(
                fields=["authority", "words"],
                condition=Q(retired_on=None, authority__isnull=False),
                name="office_phrase_once",
            ),
        ]

    def __str__(self) -> str:
        return self.words
