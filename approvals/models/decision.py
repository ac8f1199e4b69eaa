"""What was decided: on an assignment by a person, on a meeting's step by its minutes. Never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import Attachment
from core import clock
from records.append_only import append_only

from .run import Assignment, Step


@append_only
class Decision(models.Model):
    """What was decided on an assignment: once, by whom, from which post, on which text. Never edited."""

    class Verdict(models.TextChoices):
        PRESENT = "present", pgettext_lazy("decision", "presented")
        APPROVE = "approve", pgettext_lazy("decision", "approved")
        DISAGREE = "disagree", pgettext_lazy("decision", "disagreed")
        SEND_BACK = "send_back", pgettext_lazy("decision", "sent back")
        REASSIGN = "reassign", pgettext_lazy("decision", "passed on")
        ADVISE = "advise", pgettext_lazy("decision", "advised")
        CARRY = "carry", pgettext_lazy("decision", "carried over")
        SKIP = "skip", _("skipped by rule")

    SAME_PERSON = "same_person"
    """The rule of an automatic skip: the person has already approved this text in an earlier step of the run."""
    SAME_TEXT = "same_text"
    """The rule of a carried approval: the text came back unchanged, the level that approved it is not asked again."""
    EDITORIAL = "editorial"
    """The rule of a carried approval: the legal reviewer certified that the change is one of wording only."""

    STRAIGHT, LEVEL_BY_LEVEL = "straight", "level"
    """How a text that was sent back to a passed step goes on: to who sent it back, or over every step between."""
    REVISED = "revised"
    """The rule of what stands over a revision: the presentation, and the resolution of the meeting that ordered it."""

    NEEDS_WORDS = (Verdict.DISAGREE, Verdict.SEND_BACK, Verdict.REASSIGN)
    BY_RULE = (Verdict.SKIP, Verdict.CARRY)

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="decision")
    verdict = models.CharField(max_length=10, choices=Verdict)
    opinion = models.TextField(blank=True)
    rule = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    by_name = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    capacity = models.CharField(max_length=20)
    on = models.DateField()
    at = models.DateTimeField()
    text_sha256 = models.CharField(max_length=64)
    returned_to = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+")
    """The passed step a text was sent back to; empty where it went back to the lead unit."""
    way = models.CharField(max_length=10, blank=True)
    """How a text goes on that had been sent back to this step: straight to who sent it back, or level by level."""
    principal_name = models.CharField(max_length=60, blank=True)
    """In whose place it was decided, by a deputy or from paper."""
    scan = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    """The paper a recorded decision was taken from (代录)."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    verdict__in=["present", "approve", "disagree", "send_back", "reassign", "advise", "carry", "skip"]
                ),
                name="decision_verdict_known",
            ),
            models.CheckConstraint(condition=Q(way__in=["", "straight", "level"]), name="decision_way_known"),
            models.CheckConstraint(
                condition=~Q(verdict__in=["disagree", "send_back", "reassign"], opinion=""),
                name="decision_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["skip", "carry"]) ^ Q(rule=""), name="rule_of_an_automatic_decision"
            ),
            models.CheckConstraint(condition=~Q(capacity="recorded", scan=None), name="recorded_decision_has_its_scan"),
        ]

    def get_verdict_display(self) -> str:  # type: ignore[no-redef]  # Django leaves a model its own wording
        """Return what was decided, in words, and that it was taken back: it stays on record and counts no more."""
        word = str(self.Verdict(self.verdict).label)
        if self.assignment.closed_because == Assignment.Closed.RECALLED:
            return gettext("%(verdict)s (taken back)") % {"verdict": word}
        return word


@append_only
class MeetingResult(models.Model):
    """What a meeting resolved on a step, from its minutes. A deferred matter waits for a later meeting: several rows
    may stand on one step, and the last one counts."""

    class Result(models.TextChoices):
        PASSED = "passed", pgettext_lazy("meeting", "passed")
        IN_PRINCIPLE = "in_principle", pgettext_lazy("meeting", "passed in principle")
        DEFERRED = "deferred", pgettext_lazy("meeting", "deferred")
        REJECTED = "rejected", pgettext_lazy("meeting", "rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("meeting", "taken off the agenda")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="meeting_results")
    minutes_number = models.CharField(max_length=60)
    held_on = models.DateField()
    result = models.CharField(max_length=12, choices=Result)
    opinion = models.TextField(blank=True)
    excerpt = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(default=clock.now)
    text_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["passed", "in_principle", "deferred", "rejected", "withdrawn"]),
                name="meeting_result_known",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["rejected", "in_principle", "withdrawn"], opinion=""),
                name="meeting_result_has_its_words",
            ),
        ]
