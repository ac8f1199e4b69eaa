"""Rows of evidence. The actor stands as id, name and post text: no later change of these reaches them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import PublicIdModel
from records.append_only import append_only


@append_only
class Event(models.Model):
    """One fact of one chain, bound to its predecessor by `mac`; rows are written by `records.trail.append` alone."""

    chain = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField()
    code = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100)
    post_name = models.CharField(max_length=200, blank=True)
    capacity = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    legal_on = models.DateField()
    text_label = models.CharField(max_length=100, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    comment = models.TextField(blank=True)
    payload = models.JSONField(default=dict)
    previous_mac = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="event_place_in_chain"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="event_sequence_from_one"),
        ]
        indexes = [models.Index(fields=["actor_id", "recorded_at"], name="event_actor_recorded")]

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence} {self.code}"


@append_only
class StoredFile(PublicIdModel):
    """Bytes on disk, named by their SHA-256. `sm3` is blank where the machine's OpenSSL does not know SM3."""

    sha256 = models.CharField(max_length=64, unique=True)
    sm3 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]}.{self.extension}"


class OutboxMessage(models.Model):
    """An effect that leaves after commit; claimed by a conditional update (`records.outbox`)."""

    kind = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], name="outbox_undelivered", condition=Q(delivered_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class JobRun(models.Model):
    """That a job did its work for a slot; the row is inserted in the transaction of that work."""

    job = models.CharField(max_length=64)
    slot = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="job_run_once_per_slot")]
        indexes = [models.Index(fields=["job", "finished_at"], name="job_run_latest")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"


class NumberSeries(models.Model):
    """The last number given in a scope and year (0 for a scope that does not restart with the year)."""

    scope = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["scope", "year"]
        verbose_name_plural = "number series"
        constraints = [models.UniqueConstraint(fields=["scope", "year"], name="number_series_scope_year")]

    def __str__(self) -> str:
        return f"{self.scope} {self.year}: {self.last}"


class SubmissionToken(models.Model):
    """That a form was sent, and what came of it: `reference` names the object made, so that a repeat finds it."""

    token = models.CharField(max_length=64, unique=True)
    user_id = models.BigIntegerField()
    purpose = models.CharField(max_length=64)
    reference = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.reference}"
