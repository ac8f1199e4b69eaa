"""A revision under approval: a meeting passed the text in principle, and the lead unit brings it into line (§3.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import Attachment, Consultation, TextVersion
from core.models import PublicIdModel

from .certificate import Certificate
from .run import Run, Step


class Revision(PublicIdModel):
    """That the text of a run is to be revised before the next step opens, and what became of it.

    The lead unit writes (`open`) and submits; the legal reviewer looks whether it carries out the resolution and
    whether it is wording only (`submitted`); the units that spoke to a changed clause look again and the General Office
    takes it into the approval (`checked`). Only then is the run bound to the new text (`closed`).
    """

    class State(models.TextChoices):
        OPEN = "open", _("being revised")
        SUBMITTED = "submitted", _("waits for the legal reviewer")
        CHECKED = "checked", _("checked; waits to be taken into the approval")
        CLOSED = "closed", _("taken into the approval")
        ENDED = "ended", _("ended with the approval")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="revisions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    """What is to be revised, as the meeting resolved it."""
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    before = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(TextVersion, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    """What was changed, or why nothing needed to be, in the lead unit's words."""
    claims_wording = models.BooleanField(default=False)
    """Whether the lead unit holds the change to be one of wording only."""
    agreed_on = models.DateField(null=True)
    """When a change of substance was agreed with the counterpart again (§3.3), how, and the paper that shows it."""
    agreed_how = models.TextField(blank=True)
    agreed_paper = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, null=True, related_name="revisions")
    found = models.TextField(blank=True)
    """What was said of it last: by the legal reviewer, or by who opened the text once more."""
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    rounds = models.ManyToManyField(Consultation, related_name="+")
    """The rounds in which units looked at changed clauses again; more than one where the text was revised once more."""
    asked = models.JSONField(default=dict)
    """Who was asked again and why, as it stood when the revision was closed."""
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    UNDER_WAY = (State.OPEN, State.SUBMITTED, State.CHECKED)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                condition=Q(state__in=["open", "submitted", "checked"]),
                name="one_open_revision_per_run",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "submitted", "checked", "closed", "ended"]), name="revision_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "ended"]) | Q(after__isnull=False),
                name="submitted_revision_has_its_text",
            ),
        ]

    @property
    def key(self) -> str:
        """Return the subject under which its to-dos and deadlines are kept."""
        return f"revision:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether the approval still waits for it."""
        return self.state in self.UNDER_WAY
