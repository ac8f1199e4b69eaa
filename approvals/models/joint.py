"""Who reviews beside the legal affairs office (§3.3): the unit's own legal section, functional departments, experts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import SigningAuthority, Unit, User
from agreements.models import Agreement, Attachment, TextVersion
from core.bilingual import BilingualModel
from core.models import PublicIdModel
from core.wording import say
from records.append_only import append_only
from regulation.review_practice import SECTION_CONCLUSIONS, STOPS, TOPICS

from .review import LegalReview


class ReviewSetting(models.Model):
    """How an authority runs the review: whether a unit's own legal section must have spoken before the submission."""

    authority = models.OneToOneField(SigningAuthority, on_delete=models.PROTECT, related_name="review_setting")
    section_required = models.BooleanField(_("the unit's own legal opinion is required"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("setting of the review")
        verbose_name_plural = _("settings of the review")

    def __str__(self) -> str:
        return str(self.authority)


class ReviewTopic(BilingualModel):
    """Which unit of an authority reviews a subject that a text touches; a retired row proposes nobody."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="review_topics")
    code = models.CharField(max_length=24)
    article = models.CharField(_("article"), max_length=12)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("subject of a joint review")
        verbose_name_plural = _("subjects of joint reviews")
        constraints = [models.UniqueConstraint(fields=["authority", "code"], name="review_topic_once")]


@append_only
class SectionOpinion(PublicIdModel):
    """What the lead unit's own legal section said of a draft before its submission; the last one counts.

    `edition` is the save of the text it was given on: words written later are not covered by it.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="section_opinions")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField()
    section = models.CharField(max_length=100, blank=True)
    person = models.CharField(max_length=60, blank=True)
    given_on = models.DateField()
    conclusion = models.CharField(max_length=24)
    words = models.TextField(blank=True)
    paper = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(conclusion__in=list(SECTION_CONCLUSIONS)), name="section_conclusion_known"
            ),
            models.CheckConstraint(
                condition=Q(conclusion="no_section") | (~Q(section="") & ~Q(person="")), name="section_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.given_on}"

    @property
    def conclusion_label(self) -> str:
        """Return the conclusion in the reader's language."""
        return say(SECTION_CONCLUSIONS[self.conclusion].name)


class JointReview(PublicIdModel):
    """A functional department in a round: proposed by what the text touches or added, then asked or dropped."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("joint review", "proposed")
        DROPPED = "dropped", pgettext_lazy("joint review", "not asked")
        ASKED = "asked", pgettext_lazy("joint review", "asked")
        ANSWERED = "answered", pgettext_lazy("joint review", "answered")
        ENDED = "ended", _("ended with the case")

    class Stance(models.TextChoices):
        NO_OBJECTION = "no_objection", _("no objection")
        FINDINGS = "findings", _("findings")

    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="joint")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=24, blank=True)
    why = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    asked_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    stance = models.CharField(max_length=14, choices=Stance, blank=True)
    words = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_post = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField(null=True)
    gone_on_because = models.TextField(blank=True)
    urged_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "unit"], condition=~Q(state="dropped"), name="joint_reviewer_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped", "asked", "answered", "ended"]),
                name="joint_review_state_known",
            ),
            models.CheckConstraint(condition=~Q(state="dropped", reason=""), name="dropped_reviewer_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped", "ended"]) | Q(unit__isnull=False),
                name="asked_reviewer_is_a_unit",
            ),
            models.CheckConstraint(
                condition=(Q(state="answered") & ~Q(stance="")) | (~Q(state="answered") & Q(stance="")),
                name="joint_answer_has_a_stance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review}: {self.unit or self.topic}"

    @property
    def key(self) -> str:
        """Return the subject under which its to-do and its deadline are kept."""
        return f"joint:{self.pk}"

    @property
    def topic_label(self) -> str:
        """Return the subject that led to the unit, in the reader's language; blank for a unit that was added."""
        return say(TOPICS[self.topic].name) if self.topic in TOPICS else ""

    @property
    def waits(self) -> bool:
        """Tell whether an answer is outstanding and nobody has written why the review goes on without it."""
        return self.state == self.State.ASKED and not self.gone_on_because


@append_only
class ExpertOpinion(PublicIdModel):
    """What an expert who was asked said of the text under review: name, standing, words, the signed paper."""

    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="experts")
    name = models.CharField(max_length=60)
    standing = models.CharField(max_length=120)
    agrees = models.BooleanField()
    words = models.TextField()
    paper = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="expert_says_something")]

    def __str__(self) -> str:
        return self.name


class ReviewStop(PublicIdModel):
    """A stretch in which the clock of a review stood still, with its reason: stops may overlap, days count once."""

    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, related_name="stops")
    kind = models.CharField(max_length=12)
    words = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "kind"], condition=Q(to_on=None), name="one_open_stop_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=list(STOPS)), name="review_stop_kind_known"),
            models.CheckConstraint(condition=~Q(kind="other", words=""), name="other_stop_in_words"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on}"

    @property
    def label(self) -> str:
        """Return why the clock stood still, in the reader's language."""
        return self.words if self.kind == "other" else say(STOPS[self.kind].name)
