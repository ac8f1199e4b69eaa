"""A run of an approval (§3.4): bound to one frozen text, its steps copied from the route, its decisions kept."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Post, User
from agreements.models import Agreement, Attachment, TextVersion
from core import clock
from core.bilingual import reads_english
from core.models import PublicIdModel
from core.wording import say
from records.append_only import append_only
from regulation.posts import POSTS
from regulation.records import Forum, Text
from regulation.routes import FORUMS


class StepKind(models.TextChoices):
    """A step is signed by a post, or decided in a meeting whose minutes are recorded."""

    SIGN = "sign", _("sign-off")
    MEETING = "meeting", _("meeting")


def name_of(code: str) -> str:
    """Return whose step a code is, a post's or a meeting's, in the reader's language."""
    return say(POSTS[code].name if code in POSTS else FORUMS[Forum(code)])


def label_of(code: str, role: Text) -> str:
    """Return a step as the route shows it: 分管副秘书长复核; a meeting by its name alone."""
    name = name_of(code)
    if code not in POSTS:
        return name
    return f"{name} · {say(role).lower()}" if reads_english() else f"{name}{say(role)}"


class Run(PublicIdModel):
    """An approval from its presentation to its end. A changed text is never approved: it takes a new run."""

    class State(models.TextChoices):
        OPEN = "open", _("in approval")
        PASSED = "passed", pgettext_lazy("run", "approved")
        RETURNED = "returned", _("sent back")
        RECALLED = "recalled", _("recalled")
        ENDED = "ended", _("ended with the case")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="runs")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="runs")
    sha256 = models.CharField(max_length=64)
    forum = models.CharField(max_length=24)
    natures = models.JSONField(default=list)
    why = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement"], condition=Q(state="open"), name="one_open_run_per_agreement"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "passed", "returned", "recalled", "ended"]), name="run_state_known"
            ),
            models.CheckConstraint(condition=Q(forum__in=[forum.value for forum in Forum]), name="run_forum_known"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} / {self.text}"

    @property
    def forum_label(self) -> str:
        """Return where the agreement is decided, in the reader's language."""
        return say(FORUMS[Forum(self.forum)])

    def reason(self, step: str) -> dict[str, Any] | None:
        """Return why a step (or `forum`) is on the route: its article and words, as they were when the run opened."""
        return next((reason for reason in self.why if reason["step"] == step), None)


class Step(models.Model):
    """A step of a run. Its post is the one foreseen when the run opened, and settled when the step opens."""

    class State(models.TextChoices):
        WAITING = "waiting", _("not reached")
        OPEN = "open", pgettext_lazy("step", "open")
        DONE = "done", pgettext_lazy("step", "done")
        SKIPPED = "skipped", _("skipped by rule")
        CANCELLED = "cancelled", _("cancelled")

    class Redirected(models.TextChoices):
        VACANT = "vacant", _("nobody holds this post, or nobody is in charge of the lead unit")
        OWN_WORK = "own_work", _("whoever holds this post worked on the case")
        TWICE = "twice", _("a deputy would decide twice on one text")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=StepKind)
    role_zh = models.CharField(max_length=40)
    role_en = models.CharField(max_length=60)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    redirected_because = models.CharField(max_length=10, choices=Redirected, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["run", "order"], name="step_order_once"),
            models.UniqueConstraint(fields=["run"], condition=Q(state="open"), name="one_open_step_per_run"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "open", "done", "skipped", "cancelled"]), name="step_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=["sign", "meeting"]), name="step_kind_known"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_meeting(self) -> bool:
        """Tell whether the step is decided in a meeting."""
        return self.kind == StepKind.MEETING

    @property
    def name(self) -> str:
        """Return whose step it is, in the reader's language."""
        return name_of(self.code)

    @property
    def label(self) -> str:
        """Return the step as the route shows it."""
        return label_of(self.code, Text(self.role_zh, self.role_en))


class Assignment(PublicIdModel):
    """That a step lies with a post (办理). It is closed by a decision, a meeting's result, or the end of the run."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments")
    round = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["step", "round"], name="assignment_round_once")]

    @property
    def key(self) -> str:
        """Return the subject under which its to-do and its deadline are kept."""
        return f"assignment:{self.pk}"


@append_only
class Decision(models.Model):
    """What was decided on an assignment: once, by whom, from which post, on which text. Never edited."""

    class Verdict(models.TextChoices):
        PRESENT = "present", pgettext_lazy("decision", "presented")
        APPROVE = "approve", pgettext_lazy("decision", "approved")
        SEND_BACK = "send_back", pgettext_lazy("decision", "sent back")
        SKIP = "skip", _("skipped by rule")

    SAME_PERSON = "same_person"
    """The rule of an automatic skip: the person has already approved this text in an earlier step of the run."""

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

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["present", "approve", "send_back", "skip"]), name="decision_verdict_known"
            ),
            models.CheckConstraint(condition=~Q(verdict="send_back", opinion=""), name="return_has_its_reason"),
            models.CheckConstraint(condition=Q(verdict="skip") ^ Q(rule=""), name="skip_names_its_rule"),
        ]


@append_only
class MeetingResult(models.Model):
    """What a meeting resolved on a step, from its minutes. A deferred matter waits for a later meeting: several rows
    may stand on one step, and the last one counts."""

    class Result(models.TextChoices):
        PASSED = "passed", pgettext_lazy("meeting", "passed")
        DEFERRED = "deferred", pgettext_lazy("meeting", "deferred")
        REJECTED = "rejected", pgettext_lazy("meeting", "rejected")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="meeting_results")
    minutes_number = models.CharField(max_length=60)
    held_on = models.DateField()
    result = models.CharField(max_length=10, choices=Result)
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
                condition=Q(result__in=["passed", "deferred", "rejected"]), name="meeting_result_known"
            ),
            models.CheckConstraint(condition=~Q(result="rejected", opinion=""), name="rejection_has_its_reason"),
        ]
