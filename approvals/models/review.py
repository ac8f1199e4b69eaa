"""The legal review (§3.3): one round on one frozen text, six points, one conclusion."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agreements.models import Agreement, TextVersion
from core.models import PublicIdModel
from core.wording import say
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS


class LegalReview(PublicIdModel):
    """A round of the review. It is opened by the submission and bound to the text that was submitted."""

    class State(models.TextChoices):
        OPEN = "open", _("under review")
        CLOSED = "closed", pgettext_lazy("review", "closed")
        RETURNED = "returned", _("sent back")
        RECALLED = "recalled", _("recalled")
        ENDED = "ended", _("ended with the case")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="legal_reviews")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="legal_reviews")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    conclusion = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "round"], name="legal_review_round_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state="open"), name="one_open_review_per_agreement"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed", "returned", "recalled", "ended"]),
                name="legal_review_state_known",
            ),
            models.CheckConstraint(
                condition=Q(conclusion__in=["", *REVIEW_CONCLUSIONS]), name="legal_review_conclusion_known"
            ),
            models.CheckConstraint(condition=~Q(state="closed", conclusion=""), name="closed_review_concludes"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} / {self.round}"

    @property
    def is_open(self) -> bool:
        """Tell whether points may still be recorded."""
        return self.state == self.State.OPEN

    @property
    def conclusion_label(self) -> str:
        """Return the conclusion in the reader's language; blank while there is none."""
        return say(REVIEW_CONCLUSIONS[self.conclusion].name) if self.conclusion else ""


class ReviewPoint(models.Model):
    """What was found on one of the six points, or that nothing was found: silence is not an answer."""

    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="points")
    point = models.CharField(max_length=24)
    has_finding = models.BooleanField()
    finding = models.TextField(blank=True)
    clause_lineage = models.CharField(max_length=10, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "point"], name="review_point_once"),
            models.CheckConstraint(condition=Q(point__in=list(REVIEW_POINTS)), name="review_point_known"),
            models.CheckConstraint(
                condition=Q(has_finding=False, finding="") | (Q(has_finding=True) & ~Q(finding="")),
                name="review_finding_in_words",
            ),
        ]

    @property
    def name(self) -> str:
        """Return the name of the point in the reader's language."""
        return say(REVIEW_POINTS[self.point].name)
