"""Follow-up (§4.2, §4.3): the ledger of tasks, their progress, the yearly self-checks and the evaluations."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit, User
from agreements.models import Agreement, Attachment, Standing
from agreements.models.agreement import IN_FORCE
from core import clock
from core.models import PublicIdModel
from records.append_only import append_only


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks, as offices ask for them."""

    def visible_to(self, user: User) -> Self:
        """Return the tasks of the agreements a user may know of."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user))

    def newest(self) -> Self:
        """Return each task once: of what recurs only the latest event."""
        later = Task.objects.filter(
            agreement=OuterRef("agreement"),
            part_lineage=OuterRef("part_lineage"),
            occurrence__gt=OuterRef("occurrence"),
        )
        return self.exclude(Exists(later))

    def running(self) -> Self:
        """Return the tasks of agreements that are in force and not suspended."""
        return self.filter(agreement__station__in=IN_FORCE, agreement__standing=Standing.ACTIVE)

    def late(self, today: date) -> Self:
        """Return the running tasks whose day has passed without a full report."""
        return self.running().filter(state=Task.State.OPEN, due_on__lt=today)

    def by_due(self) -> Self:
        """Order by due day; tasks without one come last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "agreement_id", "order")


class Task(PublicIdModel):
    """A target, a work item, a key project or an event of a mechanism, taken from a clause of the signed text (§4.2).

    `clause_lineage` and `part_lineage` point at the thing in the text, whichever version. A mechanism recurs: each
    event is an `occurrence` of the same part. `number` counts within the kind, `order` over the whole ledger.
    """

    class Kind(models.TextChoices):
        TARGET = "target", _("target")
        WORK_ITEM = "work_item", _("work item")
        KEY_PROJECT = "key_project", _("key project")
        MECHANISM = "mechanism", _("mechanism")

    class State(models.TextChoices):
        OPEN = "open", _("in progress")
        REPORTED = "reported", _("reported, to be accepted")
        DONE = "done", pgettext_lazy("task", "done")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=12, choices=Kind)
    clause_lineage = models.CharField(max_length=10)
    clause_heading = models.CharField(max_length=120)
    part_lineage = models.CharField(max_length=10)
    occurrence = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks")
    supporting = models.CharField(max_length=300, blank=True)
    carrier = models.CharField(max_length=300, blank=True)
    frequency = models.CharField(max_length=12, blank=True)
    baseline = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    goal = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    measure = models.CharField(max_length=30, blank=True)
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    percent = models.PositiveSmallIntegerField(default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["agreement_id", "order", "occurrence"]
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="task_of_unit"),
            models.Index(fields=["state", "due_on"], name="task_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "part_lineage", "occurrence"], name="task_once"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent"),
            models.CheckConstraint(
                condition=Q(kind__in=["target", "work_item", "key_project", "mechanism"]), name="task_kind_known"
            ),
            models.CheckConstraint(condition=Q(state__in=["open", "reported", "done"]), name="task_state_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject_key(self) -> str:
        """Return the key under which deadlines and to-dos of the task stand."""
        return f"task:{self.pk}"

    @property
    def recurs(self) -> bool:
        """Tell whether the task comes again: an event of a mechanism, or work due time after time (§4.2)."""
        return self.kind == self.Kind.MECHANISM or bool(self.frequency)


@append_only(mutable=("accepted", "judged_by", "judged_on", "judged_at", "remark"))
class Progress(PublicIdModel):
    """A report on a task and what the lead unit answered; written once, answered once."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    reported_on = models.DateField()
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()
    actual = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    text = models.TextField()
    evidence = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(null=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    judged_on = models.DateField(null=True)
    judged_at = models.DateTimeField(null=True)
    remark = models.TextField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(accepted__isnull=True), name="one_report_to_accept_per_task"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="progress_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.reported_on}"

    @property
    def is_pending(self) -> bool:
        """Tell whether the report still waits for its answer."""
        return self.accepted is None


@append_only
class SelfCheck(PublicIdModel):
    """The yearly self-check of an agreement, signed off by the head of the lead unit (§4.3)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="self_checks")
    year = models.PositiveSmallIntegerField()
    done = models.TextField(_("what was done"))
    problems = models.TextField(_("problems"))
    measures = models.TextField(_("measures"))
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["agreement", "year"], name="self_check_once_a_year")]

    def __str__(self) -> str:
        return f"{self.agreement} {self.year}"

    @property
    def is_late(self) -> bool:
        """Tell whether it was signed after the end of its year."""
        return self.signed_on.year > self.year


@append_only(mutable=("accepted", "decided_by", "decided_on", "decided_at", "remark"))
class Evaluation(PublicIdModel):
    """The summary and evaluation at expiry or after three years, with its proposal and the decision on it (§4.3)."""

    class Kind(models.TextChoices):
        EXPIRY = "expiry", _("evaluation at expiry")
        THREE_YEAR = "three_year", _("three-year review")

    class Proposal(models.TextChoices):
        UPGRADE = "upgrade", _("upgrade the cooperation")
        CONTINUE = "continue", _("continue the cooperation")
        END = "end", _("end the cooperation")

    ENDING = (Proposal.UPGRADE.value, Proposal.END.value)
    """Proposals that close this agreement; an upgraded cooperation gets an agreement of its own."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="evaluations")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField()
    execution = models.TextField(_("how it was carried out"))
    economic_effect = models.TextField(_("economic effect"))
    social_effect = models.TextField(_("social effect"))
    proposal = models.CharField(_("proposal"), max_length=10, choices=Proposal)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filed_on = models.DateField()
    filed_at = models.DateTimeField(default=clock.now)
    accepted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="evaluation_number_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(accepted__isnull=True), name="one_evaluation_to_decide"
            ),
            models.CheckConstraint(condition=Q(kind__in=["expiry", "three_year"]), name="evaluation_kind_known"),
            models.CheckConstraint(
                condition=Q(proposal__in=["upgrade", "continue", "end"]), name="evaluation_proposal_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.number}"

    @property
    def is_waiting(self) -> bool:
        """Tell whether the evaluation still waits for its decision."""
        return self.accepted is None
