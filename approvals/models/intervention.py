"""Two administrators set an approval going that is stuck (管理员干预): one proposes, another one confirms."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Post, User
from agreements.models import Attachment
from core import clock
from core.models import PublicIdModel
from records.append_only import append_only

from .run import Assignment, Run, Step


@append_only(mutable=("accepted", "words", "decided_by", "decided_by_name", "decided_at"))
class Intervention(PublicIdModel):
    """What one administrator proposes to do with a stuck approval, and what a second one said to it, once.

    It moves or reassigns. It never decides, never goes forward, and touches no opinion.
    """

    class Kind(models.TextChoices):
        REASSIGN = "reassign", _("give the item to another post")
        TO_OFFICE = "to_office", _("hand the item to the General Office: nobody can act on it")
        MOVE_BACK = "move_back", _("move the text back to a step it has passed")

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("intervention", "confirmed")
        REFUSED = "refused", pgettext_lazy("intervention", "refused")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="interventions")
    kind = models.CharField(max_length=10, choices=Kind)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    """What is stuck."""
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    to_step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    document_number = models.CharField(max_length=80)
    document = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_by_name = models.CharField(max_length=60)
    proposed_at = models.DateTimeField(default=clock.now)
    accepted = models.CharField(max_length=10, choices=Answer, blank=True)
    words = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["run"], condition=Q(accepted=""), name="one_open_intervention_per_run"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")) | Q(decided_by=None), name="intervention_of_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(accepted="", decided_by=None, decided_at=None)
                | (~Q(accepted="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="intervention_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="reassign", post__isnull=False, to_step=None)
                | Q(kind="move_back", post=None, to_step__isnull=False)
                | Q(kind="to_office", post=None, to_step=None),
                name="intervention_knows_where",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document_number=""), name="intervention_has_its_reason"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether the second administrator has not answered yet."""
        return not self.accepted
