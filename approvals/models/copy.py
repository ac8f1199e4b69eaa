"""A copy of an approval (抄送): something to read and nothing to do, for a post or a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, User
from core import clock
from core.models import PublicIdModel
from records.append_only import append_only

from .run import Run


@append_only(mutable=("read_at", "read_by"))
class Copy(PublicIdModel):
    """That an approval was copied to a post or a person, by whom and why, and when it was read first.

    Nobody is asked for anything by it, so nothing that happens to the approval takes it back. A copy by rule has no
    `by`; its `rule` says which.
    """

    class Rule(models.TextChoices):
        SUPPORTING = "supporting", _("a unit that supports the agreement is told of its approval")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="copies")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="copies")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="copies")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=60, blank=True)
    post_title = models.CharField(max_length=200, blank=True)
    """The post from which it was sent."""
    reason = models.TextField(blank=True)
    rule = models.CharField(max_length=12, choices=Rule, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["post", "-made_at"], name="copy_of_post"),
            models.Index(fields=["user", "-made_at"], name="copy_of_user"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "post"], name="one_copy_per_post"),
            models.UniqueConstraint(fields=["run", "user"], name="one_copy_per_person"),
            models.CheckConstraint(
                condition=Q(post=None, user__isnull=False) | Q(post__isnull=False, user=None), name="copy_to_one"
            ),
            models.CheckConstraint(condition=Q(by=None) ^ Q(rule=""), name="copy_by_somebody_or_by_rule"),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
                name="copy_read_by_somebody",
            ),
        ]

    @property
    def why(self) -> str:
        """Return why it was sent: the words given, or the rule."""
        return self.reason or (str(self.get_rule_display()) if self.rule else "")
