"""That a change of a text is one of wording only, as the legal reviewer certifies it (§3.3): nobody is asked again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from agreements.models import Agreement, TextVersion
from core.models import PublicIdModel
from records.append_only import append_only


@append_only
class Certificate(PublicIdModel):
    """An editorial certificate: between which two texts, by their hashes, in how many places, by whom, in which words.

    `warnings` keeps what the machine asked the reviewer to look at; whatever it holds to be a change of substance is
    never certified. A certificate is of one pair of texts and of no other.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="certificates")
    before = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    before_sha256 = models.CharField(max_length=64)
    after_sha256 = models.CharField(max_length=64)
    changes = models.PositiveIntegerField()
    clauses = models.JSONField(default=list)
    """The headings of the clauses that were changed, as they are printed."""
    warnings = models.JSONField(default=list)
    words = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="pair_certified_once"),
            models.CheckConstraint(condition=~Q(words=""), name="certificate_in_words"),
            models.CheckConstraint(condition=Q(changes__gte=1), name="certificate_of_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
