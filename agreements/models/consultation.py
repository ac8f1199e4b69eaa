"""Asking units for their opinion on a draft (§3.2), what they and outside bodies say, and what is answered.

An opinion consists of points: each on the whole text, on a clause or on an item that the unit is to bear. Each point is
answered by itself and may be maintained once. All of it is written once.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from core.models import PublicIdModel
from records.append_only import append_only

from .agreement import Agreement
from .files import Attachment
from .text import TextVersion


class Consultation(PublicIdModel):
    """One round: a frozen text, the units asked, and until when (set by the sender, our own limit).

    `about` names the clauses asked about by their lineage; empty is the whole text. `workdays` says how the day to
    reply by was counted; None where the sender named the day itself.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="consultations")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="consultations")
    round = models.PositiveSmallIntegerField()
    about = models.JSONField(default=list)
    note = models.TextField(blank=True)
    sent_on = models.DateField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    workdays = models.PositiveSmallIntegerField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["agreement", "round"], name="consultation_round_once")]


class ConsultedUnit(PublicIdModel):
    """A unit asked in a round. Silence stays silence: it is shown as no reply, never as consent.

    `about` names the clauses this unit alone is asked about; empty is what the whole round is about.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="consulted")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="consulted_in")
    about = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "unit"], name="consulted_unit_once")]


@append_only
class Reminder(PublicIdModel):
    """The lead unit urged a unit that has not replied 催办: visible, with its words, at most once a working day."""

    consulted = models.ForeignKey(ConsultedUnit, on_delete=models.PROTECT, related_name="reminders")
    text = models.TextField(blank=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["consulted", "sent_on"], name="reminder_once_a_day")]


@append_only
class OutsideLetter(PublicIdModel):
    """A letter in which a counterparty or an outside body gives its opinion: nobody outside logs in.

    It belongs to a round, or stands on its own (`consultation` None). `text` is the version its points speak of.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="letters")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, null=True, related_name="letters")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, null=True, related_name="+")
    sender = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    dated_on = models.DateField()
    received_on = models.DateField()
    scan = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sender


@append_only
class Opinion(PublicIdModel):
    """What a unit said, or an outside body by letter; never edited. With points it is an objection, without none.

    `remark` is what came along with an opinion without points.
    """

    class Stance(models.TextChoices):
        NO_OBJECTION = "no_objection", _("no objection")
        OBJECTION = "objection", _("with an opinion")

    consulted = models.OneToOneField(ConsultedUnit, on_delete=models.PROTECT, null=True, related_name="opinion")
    letter = models.OneToOneField(OutsideLetter, on_delete=models.PROTECT, null=True, related_name="opinion")
    stance = models.CharField(max_length=14, choices=Stance)
    remark = models.TextField(blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()
    given_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(consulted=None, letter__isnull=False)
                | models.Q(consulted__isnull=False, letter=None),
                name="opinion_of_one",
            )
        ]


@append_only
class WorkItemReply(PublicIdModel):
    """Whether a bearing unit takes on what the text lays on it; keyed by the lineage of the part, never edited."""

    class Stance(models.TextChoices):
        CAN = "can", _("can take it on")
        CONDITIONS = "conditions", _("can on conditions")
        CANNOT = "cannot", _("cannot take it on")

    consulted = models.ForeignKey(ConsultedUnit, on_delete=models.PROTECT, related_name="item_replies")
    part = models.CharField(max_length=20)
    lineage = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    stance = models.CharField(max_length=12, choices=Stance)
    conditions = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["consulted", "lineage"], name="work_item_answered_once"),
            models.CheckConstraint(condition=~models.Q(stance="conditions", conditions=""), name="conditions_are_said"),
        ]


@append_only
class OpinionPoint(PublicIdModel):
    """A point of an opinion: on the whole text, on a clause (`lineage`), or on an item the unit bears (`item`).

    `heading` is the clause or item as it was called in the text that was asked about.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="opinion_points")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="points")
    item = models.OneToOneField(WorkItemReply, on_delete=models.PROTECT, null=True, related_name="point")
    order = models.PositiveSmallIntegerField()
    lineage = models.CharField(max_length=10, blank=True)
    heading = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    proposed_wording = models.TextField(blank=True)

    class Meta:
        ordering = ["opinion", "order"]
        constraints = [models.UniqueConstraint(fields=["opinion", "order"], name="opinion_point_once")]


@append_only
class OpinionAnswer(models.Model):
    """What the lead unit did with a point: adopted, in part, or not, with the reason; never edited."""

    class Adoption(models.TextChoices):
        ADOPTED = "adopted", _("adopted")
        IN_PART = "in_part", _("adopted in part")
        NOT_ADOPTED = "not_adopted", _("not adopted")

    point = models.OneToOneField(OpinionPoint, on_delete=models.PROTECT, related_name="answer")
    adoption = models.CharField(max_length=12, choices=Adoption)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    @property
    def may_be_maintained(self) -> bool:
        """Tell whether the unit may hold on to its point: it was not adopted whole."""
        return self.adoption != self.Adoption.ADOPTED


@append_only
class MaintainedOpinion(models.Model):
    """A unit holds on to a point that was not adopted whole: once, with its reason. The differences 分歧清单."""

    point = models.OneToOneField(OpinionPoint, on_delete=models.PROTECT, related_name="maintained")
    reason = models.TextField()
    maintained_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    maintained_on = models.DateField()
    maintained_at = models.DateTimeField()
