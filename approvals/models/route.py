"""The way of an approval as an authority runs it (§3.4): rows seeded from the regulation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import SigningAuthority
from regulation.records import Submitter

from .run import StepKind

MEETING = "meeting"
"""The code of the row that says where in the order a meeting stands; the natures decide which meeting it is."""


class RouteStep(models.Model):
    """A step of the route for one kind of submitter; copied into each run when it opens, so that later edits of
    the route leave open runs alone."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="route_steps")
    submitter = models.CharField(max_length=12)
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=StepKind)
    role_zh = models.CharField(max_length=40)
    role_en = models.CharField(max_length=60)
    retired_on = models.DateField(null=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.submitter} {self.order} {self.code}"
