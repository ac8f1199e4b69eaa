"""A run of an approval (§3.4): bound to one frozen text, its steps copied from the route, its decisions kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Post, User
from agreements.models import Agreement, TextVersion
from core.bilingual import reads_english
from core.models import PublicIdModel
from core.wording import say
from regulation.posts import POSTS
from regulation.records import Forum, Text
from regulation.routes import FORUMS

PRESENTS = "general_office"
"""The step of the route that presents the text (拟办)."""


class StepKind(models.TextChoices):
    """A step is signed by a post, or decided in a meeting whose minutes are recorded."""

    SIGN = "sign", _("sign-off")
    MEETING = "meeting", _("meeting")
    COUNTERSIGN = "countersign", _("countersignature")


class PassRule(models.TextChoices):
    """When a step with several who decide has passed (会签)."""

    ONE = "one", _("its post decides")
    ALL = "all", _("all agree")
    ANY = "any", _("any one agrees")
    RATIO = "ratio", _("a share agrees")


class OnDisagree(models.TextChoices):
    """What a disagreement does on a step (不同意); some steps only approve or send back."""

    NONE = "none", _("not foreseen")
    RETURN = "return", _("the text goes back to the lead unit")
    END = "end", _("the approval ends")


COUNTERSIGN = "countersign"
"""The code of a step of countersigning; a route's second one is `countersign_2`."""


def name_of(code: str) -> str:
    """Return whose step a code is, a post's or a meeting's, in the reader's language."""
    if code.startswith(COUNTERSIGN):
        return str(StepKind.COUNTERSIGN.label)
    return say(POSTS[code].name if code in POSTS else FORUMS[Forum(code)])


def called(code: str, own: Sequence[str] | None) -> str:
    """Return whose step a code is as the trail keeps it: by the own name in both languages of a district or a
    department that signs in its own name, else by the rules."""
    return say(Text(*own)) if own else name_of(code)


def label_of(code: str, role: Text) -> str:
    """Return a step as the route shows it: 分管副秘书长复核; a meeting by its name, countersigning by its role."""
    if code.startswith(COUNTERSIGN):
        return say(role)
    name = name_of(code)
    return with_role(name, role) if code in POSTS else name


def with_role(name: str, role: Text) -> str:
    """Return a post with what its step does: 分管副秘书长复核."""
    return f"{name} · {say(role).lower()}" if reads_english() else f"{name}{say(role)}"


class Run(PublicIdModel):
    """An approval from its presentation to its end, bound to one text.

    A changed text takes a new run, but for the one that a meeting ordered to be revised: a closed revision binds the
    run to it, and whom the change concerns is asked again.
    """

    class State(models.TextChoices):
        OPEN = "open", _("in approval")
        PASSED = "passed", pgettext_lazy("run", "approved")
        RETURNED = "returned", _("sent back")
        RECALLED = "recalled", _("recalled")
        TERMINATED = "terminated", pgettext_lazy("run", "terminated")
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

    shown: Any = None
    """The whole run as a page read it (`services.taking.Held`, no column): what is offered on the page is asked of it
    and not of the database. Whoever takes the run to act on it drops it, and reads it anew."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement"], condition=Q(state="open"), name="one_open_run_per_agreement"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "passed", "returned", "recalled", "terminated", "ended"]),
                name="run_state_known",
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
    """A step of a run. Its post is the one foreseen when the run opened, and settled when the step opens.

    A step that was done may wait again, when the text comes back to it or has changed: `round` counts how often it was
    opened.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("not reached")
        OPEN = "open", pgettext_lazy("step", "open")
        DONE = "done", pgettext_lazy("step", "done")
        SKIPPED = "skipped", _("skipped by rule")
        CANCELLED = "cancelled", _("cancelled")

    class Again(models.TextChoices):
        RETURNED = "returned", _("sent back to this step")
        LEVEL_BY_LEVEL = "level", _("submitted again level by level")
        RECALLED = "recalled", _("taken back")
        RE_ASKED = "re_asked", _("asked again: the text has changed")
        SENT_BACK = "sent_back", _("sent the text back and sees it again")
        MEETING = "meeting", _("comes after the meeting it was taken to")

    class Redirected(models.TextChoices):
        VACANT = "vacant", _("nobody holds this post, or nobody is in charge of the lead unit")
        OWN_WORK = "own_work", _("whoever holds this post worked on the case")
        TWICE = "twice", _("a deputy would decide twice on one text")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=StepKind)
    role_zh = models.CharField(max_length=40)
    role_en = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=40, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    """What the post is called where a district or a department signs in its own name; empty: as the rules call it."""
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    redirected_because = models.CharField(max_length=10, choices=Redirected, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    round = models.PositiveSmallIntegerField(default=0)
    again_because = models.CharField(max_length=10, choices=Again, blank=True)
    answers_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    """The step that sent the text back here and waits for it; kept until this one has passed, also while it has sent
    the text back itself."""
    pass_rule = models.CharField(max_length=8, choices=PassRule, default=PassRule.ONE)
    ratio = models.PositiveSmallIntegerField(null=True)
    """The share of those asked, in percent, that must agree; with the rule `ratio` only."""
    on_disagree = models.CharField(max_length=8, choices=OnDisagree, default=OnDisagree.NONE)
    workdays = models.PositiveSmallIntegerField(null=True)
    """The limit of this step in working days; empty: the authority's limit of a step."""
    inserted_by = models.CharField(max_length=60, blank=True)
    inserted_because = models.TextField(blank=True)
    """Who put a step on the way that the route does not have, and why (提请上会)."""

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["run", "order"], name="step_order_once"),
            models.UniqueConstraint(fields=["run"], condition=Q(state="open"), name="one_open_step_per_run"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "open", "done", "skipped", "cancelled"]), name="step_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=["sign", "meeting", "countersign"]), name="step_kind_known"),
            models.CheckConstraint(condition=Q(pass_rule__in=["one", "all", "any", "ratio"]), name="step_rule_known"),
            models.CheckConstraint(
                condition=Q(ratio=None) ^ Q(pass_rule="ratio", ratio__gte=1, ratio__lte=100),  # noqa: S106 -- no password
                name="step_ratio_in_percent",
            ),
            models.CheckConstraint(condition=Q(on_disagree__in=["none", "return", "end"]), name="step_disagree_known"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_meeting(self) -> bool:
        """Tell whether the step is decided in a meeting."""
        return self.kind == StepKind.MEETING

    @property
    def is_presenting(self) -> bool:
        """Tell whether the step is the General Office's own, which presents and does not decide."""
        return self.kind == StepKind.SIGN and self.code == PRESENTS

    @property
    def name(self) -> str:
        """Return whose step it is, in the reader's language."""
        return called(self.code, self.own_name)

    @property
    def own_name(self) -> list[str]:
        """Return what the post is called in an own name, in both languages; empty where the rules name it."""
        return [self.name_zh, self.name_en] if self.name_zh else []

    def named(self, key: str) -> dict[str, list[str]]:
        """Return under a key what the trail keeps of the own name; nothing where the rules name the step (§2)."""
        return {key: self.own_name} if self.own_name else {}

    @property
    def label(self) -> str:
        """Return the step as the route shows it."""
        role = Text(self.role_zh, self.role_en)
        return with_role(self.name, role) if self.name_zh else label_of(self.code, role)


def own_names(key: str, steps: Sequence[Step]) -> dict[str, list[list[str]]]:
    """Return under a key what the trail keeps of the own names of several steps; nothing where the rules name all."""
    found = [step.own_name for step in steps]
    return {key: found} if any(found) else {}


class StepSeat(models.Model):
    """A post that is asked on a step of countersigning."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="seats")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "post"], name="step_seat_once")]


class Assignment(PublicIdModel):
    """That a step lies with a post (办理). It is closed by a decision, a meeting's result, or whatever ends its step.

    A step has one `host`, or a `seat` for each who countersigns. The host may add signers before, after or beside
    (加签) and ask for advice (委派); these point at the host by `parent`. One that is to sign after is not open yet.
    """

    class Kind(models.TextChoices):
        HOST = "host", pgettext_lazy("assignment", "decides")
        SEAT = "seat", pgettext_lazy("assignment", "countersigns")
        BEFORE = "before", pgettext_lazy("assignment", "signs before")
        AFTER = "after", pgettext_lazy("assignment", "signs after")
        BESIDE = "beside", pgettext_lazy("assignment", "signs beside")
        ADVICE = "advice", pgettext_lazy("assignment", "advises")

    class Closed(models.TextChoices):
        DECIDED = "decided", pgettext_lazy("assignment", "decided")
        RETURNED = "returned", pgettext_lazy("assignment", "cancelled: sent back")
        RECALLED = "recalled", pgettext_lazy("assignment", "cancelled: taken back")
        REMOVED = "removed", pgettext_lazy("assignment", "removed")
        SETTLED = "settled", pgettext_lazy("assignment", "not needed any more")
        MOVED = "moved", pgettext_lazy("assignment", "moved elsewhere")
        ENDED = "ended", pgettext_lazy("assignment", "ended with the approval")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.HOST)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    round = models.PositiveSmallIntegerField(default=1)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    """Why somebody was added, asked or given the step."""
    came_from = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+")
    """The step that sent the text back here: to it the text may be submitted straight."""
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=10, choices=Closed, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "post"],
                condition=Q(closed_at=None) & ~Q(kind="advice"),
                name="one_open_assignment_per_post",
            ),
            models.UniqueConstraint(fields=["step"], condition=Q(closed_at=None, kind="host"), name="one_open_host"),
            models.UniqueConstraint(
                fields=["parent", "post"],
                condition=Q(closed_at=None, kind="advice"),
                name="one_open_request_for_advice",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["host", "seat", "before", "after", "beside", "advice"]),
                name="assignment_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["host", "seat"]) | Q(parent__isnull=False), name="added_assignment_has_its_host"
            ),
        ]

    @property
    def key(self) -> str:
        """Return the subject under which its to-do and its deadline are kept."""
        return f"assignment:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether somebody can act on it now."""
        return self.opened_at is not None and self.closed_at is None
