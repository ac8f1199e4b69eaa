"""The completeness check before the review, and what was asked for beside it or during it (补正)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agreements.models import Agreement, Attachment, TextVersion
from core.models import PublicIdModel
from core.wording import say
from regulation.review_practice import SUBMISSION_ITEMS

from .review import LegalReview


class CompletenessCheck(PublicIdModel):
    """The General Office's look at what a submission brings, before the review's own clock starts."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("check", "under check")
        COMPLETE = "complete", pgettext_lazy("check", "complete")
        RETURNED = "returned", _("sent back")
        RECALLED = "recalled", _("recalled")
        ENDED = "ended", _("ended with the case")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="completeness_checks")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="completeness_checks")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "round"], name="completeness_round_once"),
            models.UniqueConstraint(fields=["agreement"], condition=Q(state="open"), name="one_open_completeness"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "complete", "returned", "recalled", "ended"]),
                name="completeness_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} / {self.round}"

    @property
    def key(self) -> str:
        """Return the subject under which its to-do and its deadline are kept."""
        return f"check:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether the General Office still looks."""
        return self.state == self.State.OPEN


class Supplement(PublicIdModel):
    """A request to supply what is missing, by a day: from the completeness check, or from the review itself.

    The clock of what asked stands still until the lead unit has sent everything. `number` counts the rounds of a case.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("supplement", "asked for")
        SENT = "sent", pgettext_lazy("supplement", "sent")
        ENDED = "ended", _("ended with the case")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="supplements")
    check_of = models.ForeignKey(CompletenessCheck, on_delete=models.PROTECT, null=True, related_name="supplements")
    review = models.ForeignKey(LegalReview, on_delete=models.PROTECT, null=True, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    sent_on = models.DateField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="supplement_number_once"),
            models.UniqueConstraint(fields=["agreement"], condition=Q(state="open"), name="one_open_supplement"),
            models.CheckConstraint(condition=Q(state__in=["open", "sent", "ended"]), name="supplement_state_known"),
            models.CheckConstraint(
                condition=Q(check_of=None, review__isnull=False) | Q(check_of__isnull=False, review=None),
                name="supplement_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} / {self.number}"

    @property
    def key(self) -> str:
        """Return the subject under which its to-do, its deadline and its papers are kept."""
        return f"supplement:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether the lead unit still has to supply."""
        return self.state == self.State.OPEN


class SupplementItem(PublicIdModel):
    """A named thing that is missing, what of it, and what the lead unit supplied for it: words, a paper, or both."""

    supplement = models.ForeignKey(Supplement, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=24)
    what = models.TextField()
    answer = models.TextField(blank=True)
    paper = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(what=""), name="supplement_item_says_what")]

    def __str__(self) -> str:
        return self.what

    @property
    def name(self) -> str:
        """Return what kind of thing is missing, in the reader's language."""
        item = SUBMISSION_ITEMS.get(self.code)
        return say(item.name) if item else str(_("Something else"))

    @property
    def is_answered(self) -> bool:
        """Tell whether something was supplied for it."""
        return bool(self.answer or self.paper_id)
