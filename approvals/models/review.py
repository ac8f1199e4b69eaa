"""The legal review (§3.3): one round on one frozen text, six points, one conclusion."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agreements.models import Agreement, FindingAnswer, TextVersion
from core.models import PublicIdModel
from core.wording import say
from records.append_only import append_only
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS
from regulation.review_practice import RISKS


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
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    """The round before whose answers stand where nothing changed."""
    changed = models.JSONField(default=list)
    """The clauses, by lineage, that changed since the text of `base`: they alone are asked again."""
    number = models.CharField(max_length=60, blank=True)
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
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="review_opinion_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} / {self.round}"

    @property
    def key(self) -> str:
        """Return the subject under which its to-do and its deadline are kept."""
        return f"review:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether points may still be recorded."""
        return self.state == self.State.OPEN

    @property
    def conclusion_label(self) -> str:
        """Return the conclusion in the reader's language; blank while there is none."""
        return say(REVIEW_CONCLUSIONS[self.conclusion].name) if self.conclusion else ""


class ReviewPoint(models.Model):
    """That one of the six points was answered in a round: with findings, or by the word that there is none.

    Silence is not an answer. A point whose clauses did not change since an earlier round stands as it was answered
    there (`carried_from`).
    """

    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="points")
    point = models.CharField(max_length=24)
    has_finding = models.BooleanField()
    carried_from = models.ForeignKey(LegalReview, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "point"], name="review_point_once"),
            models.CheckConstraint(condition=Q(point__in=list(REVIEW_POINTS)), name="review_point_known"),
        ]

    @property
    def name(self) -> str:
        """Return the name of the point in the reader's language."""
        return say(REVIEW_POINTS[self.point].name)


@append_only(after="settled_at")
class ReviewFinding(PublicIdModel):
    """Something found on one of the six points: where, how grave, what is wrong, which wording would mend it.

    While its round is open it may be worded anew; from then on it stands, with the answers below it. `joint` is the
    functional department that found it.
    """

    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="findings")
    joint = models.ForeignKey("approvals.JointReview", on_delete=models.PROTECT, null=True, related_name="findings")
    point = models.CharField(max_length=24)
    clause_lineage = models.CharField(max_length=10, blank=True)
    heading = models.CharField(max_length=200, blank=True)
    risk = models.CharField(max_length=8, default="medium")
    body = models.TextField()
    proposal = models.TextField(blank=True)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(point__in=list(REVIEW_POINTS)), name="finding_point_known"),
            models.CheckConstraint(condition=Q(risk__in=list(RISKS)), name="finding_risk_known"),
            models.CheckConstraint(condition=~Q(body=""), name="review_finding_in_words"),
        ]

    def __str__(self) -> str:
        return self.body

    @property
    def name(self) -> str:
        """Return the name of its point in the reader's language."""
        return say(REVIEW_POINTS[self.point].name)

    @property
    def risk_label(self) -> str:
        """Return the grade of risk in the reader's language."""
        return say(RISKS[self.risk].name)


@append_only
class FindingReply(models.Model):
    """The lead unit's answer to a finding: changed, in part, or kept with its reason. A later one takes its place."""

    class Adoption(models.TextChoices):
        CHANGED = "changed", pgettext_lazy("finding", "changed")
        PARTLY = "partly", pgettext_lazy("finding", "changed in part")
        KEPT = "kept", pgettext_lazy("finding", "kept, with reason")

    finding = models.ForeignKey(ReviewFinding, on_delete=models.PROTECT, related_name="replies")
    adoption = models.CharField(max_length=8, choices=Adoption)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post_title = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(adoption__in=["changed", "partly", "kept"]), name="reply_known"),
            models.CheckConstraint(condition=Q(adoption="changed") | ~Q(reason=""), name="kept_finding_has_a_reason"),
        ]


@append_only
class FindingJudgement(models.Model):
    """What the reviewer says to an answer: accepted, or the finding is maintained, with the reason."""

    finding = models.ForeignKey(ReviewFinding, on_delete=models.PROTECT, related_name="judgements")
    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="judgements")
    reply = models.OneToOneField(FindingReply, on_delete=models.PROTECT, related_name="judgement")
    accepted = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(reason=""), name="maintained_finding_has_a_reason")
        ]


@append_only
class ScreeningLook(models.Model):
    """That the reviewer looked at a wording which screening found and the lead unit kept with a reason (§1.2)."""

    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="looks")
    answer = models.OneToOneField(FindingAnswer, on_delete=models.PROTECT, related_name="look")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
