"""The way of an approval as an authority runs it (§3.4): rows seeded from the regulation, and rows of its own."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Post, SigningAuthority
from core.wording import say
from regulation.conditions import CONDITIONS, Asked
from regulation.records import Forum, Submitter, Text
from regulation.routes import FORUMS

from .run import OnDisagree, PassRule, StepKind, label_of, name_of

MEETING = "meeting"
"""The code of the row that says where in the order a meeting stands; the natures decide which meeting it is."""


class Basis(models.TextChoices):
    """Whose a row of the route is."""

    REGULATION = "regulation", _("asked by the regulation")
    REFERENCE = "reference", _("by reference to the regulation")
    OWN = "own", _("rule of our own")


class Conditional(models.Model):
    """A row that stands on the route when a named condition holds of the agreement (`regulation/conditions.py`)."""

    condition = models.CharField(max_length=12, default="always")
    condition_codes = models.JSONField(default=list)
    condition_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.REGULATION)
    article = models.CharField(max_length=60, default="§3.4")
    retired_on = models.DateField(null=True)

    class Meta:
        abstract = True

    @property
    def asked(self) -> Asked:
        """Return what the row gives with its condition."""
        return Asked(tuple(self.condition_codes), self.condition_amount)

    @property
    def is_own(self) -> bool:
        """Tell whether the authority added the row itself."""
        return self.basis == Basis.OWN


_CONDITION_KNOWN = Q(condition__in=list(CONDITIONS))
_AMOUNT_GIVEN = Q(condition_amount=None) ^ Q(condition="amount", condition_amount__gt=0)


class RouteStep(Conditional):
    """A step of the route for one kind of submitter; copied into each run when it opens, so that later edits of
    the route leave open runs alone."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="route_steps")
    submitter = models.CharField(max_length=12)
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=StepKind)
    role_zh = models.CharField(max_length=40)
    role_en = models.CharField(max_length=60)
    pass_rule = models.CharField(max_length=8, choices=PassRule, default=PassRule.ONE)
    ratio = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(100)])
    """The share of those asked, in percent, that must agree; with the rule `ratio` only."""
    on_disagree = models.CharField(max_length=8, choices=OnDisagree, default=OnDisagree.NONE)
    workdays = models.PositiveSmallIntegerField(null=True)
    """The limit of this step in working days, our own; empty: the authority's limit of a step."""
    seats: models.ManyToManyField[Post, RouteSeat] = models.ManyToManyField(Post, through="RouteSeat", related_name="+")
    history = HistoricalRecords()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "submitter", "code"], name="route_step_once"),
            models.CheckConstraint(
                condition=Q(submitter__in=[submitter.value for submitter in Submitter]),
                name="route_step_submitter_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["sign", "meeting", "countersign"]), name="route_step_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(pass_rule__in=["one", "all", "any", "ratio"]), name="route_step_rule_known"
            ),
            models.CheckConstraint(
                condition=Q(ratio=None) ^ Q(("pass_rule", PassRule.RATIO.value), ratio__gte=1, ratio__lte=100),
                name="route_step_ratio_in_percent",
            ),
            models.CheckConstraint(
                condition=Q(on_disagree__in=["none", "return", "end"]), name="route_step_disagree_known"
            ),
            models.CheckConstraint(condition=_CONDITION_KNOWN, name="route_step_condition_known"),
            models.CheckConstraint(condition=_AMOUNT_GIVEN, name="route_step_amount_given"),
        ]

    def __str__(self) -> str:
        return f"{self.submitter} {self.order} {self.code}"

    @property
    def is_meeting(self) -> bool:
        """Tell whether the row is the place of a meeting."""
        return self.kind == StepKind.MEETING

    @property
    def label(self) -> str:
        """Return the row as the route shows it; the meeting, which the natures choose, without its name."""
        if self.is_meeting:
            return str(StepKind.MEETING.label)
        return label_of(self.code, Text(self.role_zh, self.role_en))

    @property
    def name(self) -> str:
        """Return whose step it is."""
        return str(StepKind.MEETING.label) if self.is_meeting else name_of(self.code)


class RouteSeat(models.Model):
    """A post that is asked on a step of countersigning (会签)."""

    step = models.ForeignKey(RouteStep, on_delete=models.PROTECT, related_name="route_seats")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    retired_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["step", "post"], name="route_seat_once")]


class ForumRule(Conditional):
    """A case in which an authority takes the matter to a meeting of its own accord: it may go higher than §3.4 asks,
    never lower."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="forum_rules")
    code = models.CharField(max_length=20)
    forum = models.CharField(max_length=24)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "code"], name="forum_rule_once"),
            models.CheckConstraint(
                condition=Q(forum__in=[forum.value for forum in Forum if forum != Forum.SIGN_OFF]),
                name="forum_rule_forum_known",
            ),
            models.CheckConstraint(condition=_CONDITION_KNOWN, name="forum_rule_condition_known"),
            models.CheckConstraint(condition=_AMOUNT_GIVEN, name="forum_rule_amount_given"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.forum}"

    @property
    def label(self) -> str:
        """Return the meeting's name, in the reader's language."""
        return say(FORUMS[Forum(self.forum)])
