"""Signing, sealing and the way of the original into the archive (§3.5, §4.1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import SigningAuthority, User
from agreements.models import Agreement, Attachment, Party, TextVersion
from core import clock
from core.models import PublicIdModel
from records.append_only import append_only


@append_only
class Signing(PublicIdModel):
    """That an agreement was signed: when, where and how, on which text, with the scan. Written once (§3.5)."""

    class Manner(models.TextChoices):
        TOGETHER = "together", _("together, at one place")
        APART = "apart", _("each side at its own place, by exchange")

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="signing")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    place = models.CharField(max_length=100)
    manner = models.CharField(max_length=10, choices=Manner)
    scan = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(manner__in=["together", "apart"]), name="signing_manner")]

    def __str__(self) -> str:
        return f"{self.agreement} {self.signed_on}"

    @cached_property
    def people(self) -> list[Signatory]:
        """Return the signatories, ours first, each side in its order."""
        return list(
            self.signatories.select_related("party__counterparty", "authorisation", "signing__agreement__authority")
        )

    @property
    def leaders(self) -> list[Signatory]:
        """Return the municipal leaders who signed: with one the seal needs no written instruction (§3.5)."""
        return [person for person in self.people if person.is_municipal_leader]


@append_only
class Signatory(models.Model):
    """Who signed, for which side; ours who is no municipal leader bears the mayor's authorisation (§2)."""

    class Side(models.TextChoices):
        OURS = "ours", _("our side")
        THEIRS = "theirs", _("the other side")

    signing = models.ForeignKey(Signing, on_delete=models.PROTECT, related_name="signatories")
    side = models.CharField(max_length=6, choices=Side)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=100)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="signatories")
    is_municipal_leader = models.BooleanField(default=False)
    authorisation = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["side", "order"]
        constraints = [
            models.UniqueConstraint(fields=["signing", "side", "order"], name="signatory_place_once"),
            models.CheckConstraint(
                condition=Q(side="ours", party=None) | Q(side="theirs", party__isnull=False), name="signatory_of_a_side"
            ),
            models.CheckConstraint(
                condition=Q(side="theirs") | Q(is_municipal_leader=True) | Q(authorisation__isnull=False),
                name="signatory_leader_or_authorised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.name}"

    @property
    def for_whom(self) -> str:
        """Return whom the person signed for: the counterparty, or the signing authority."""
        return str(self.party) if self.party else self.signing.agreement.authority.name_zh


class SealRequest(PublicIdModel):
    """The lead unit's request to seal a signed text: a leader signed it, or a written instruction goes with it."""

    class Basis(models.TextChoices):
        LEADER_SIGNED = "leader_signed", _("signed by a municipal leader")
        INSTRUCTION = "instruction", _("written instruction of a leader")

    class State(models.TextChoices):
        OPEN = "open", _("waiting for the secretariat")
        SEALED = "sealed", _("sealed")
        SENT_BACK = "sent_back", _("sent back")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="seal_requests")
    copies = models.PositiveSmallIntegerField()
    pages = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=300)
    basis = models.CharField(max_length=14, choices=Basis)
    instruction = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    instructed_by = models.CharField(max_length=100, blank=True)
    instruction_number = models.CharField(max_length=60, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement"], condition=Q(state="open"), name="one_open_seal_request"),
            models.CheckConstraint(
                condition=Q(basis="leader_signed") | Q(basis="instruction", instruction__isnull=False),
                name="seal_request_has_its_basis",
            ),
            models.CheckConstraint(condition=Q(state__in=["open", "sealed", "sent_back"]), name="seal_request_state"),
            models.CheckConstraint(condition=Q(copies__gte=1, pages__gte=1), name="seal_request_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.requested_on}"


@append_only
class SealRegister(PublicIdModel):
    """A line of the register of the seal: numbered without a gap in the year, never changed (§3.5).

    Who approved stands as text: the leader who signed, or whose instruction it was.
    """

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="seal_register")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="seal_register")
    request = models.OneToOneField(SealRequest, on_delete=models.PROTECT, related_name="line")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    sealed_on = models.DateField()
    copies = models.PositiveSmallIntegerField()
    pages = models.PositiveSmallIntegerField()
    places = models.CharField(max_length=200)
    straddle = models.BooleanField(default=False)
    keeper = models.CharField(max_length=60)
    approver = models.CharField(max_length=300)
    counterpart_sealed = models.BooleanField(default=False)
    remark = models.CharField(max_length=300, blank=True)
    was_due_on = models.DateField(null=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "year", "number"], name="seal_number_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, copies__gte=1, pages__gte=1), name="seal_register_counts"
            ),
        ]
        indexes = [models.Index(fields=["agreement"], name="seal_register_of_agreement")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Return the number as the register writes it: 〔2026〕12."""
        return f"〔{self.year}〕{self.number}"

    @property
    def is_late(self) -> bool:
        """Tell whether the seal was affixed after its day; a provisional day is not kept and never judged."""
        return self.was_due_on is not None and self.sealed_on > self.was_due_on


class Handover(PublicIdModel):
    """The original on its way to the secretariat with its note of four facts (§4.1): offered, received or sent back."""

    class State(models.TextChoices):
        OFFERED = "offered", _("waiting for the secretariat")
        RECEIVED = "received", _("received")
        SENT_BACK = "sent_back", _("sent back")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="handovers")
    background = models.TextField()
    signed_on = models.DateField()
    place = models.CharField(max_length=100)
    signatories = models.TextField()
    original = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    translation = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    copies = models.PositiveSmallIntegerField()
    handed_on = models.DateField()
    handed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    was_due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state__in=["offered", "received"]), name="one_handover_on_its_way"
            ),
            models.CheckConstraint(condition=Q(state__in=["offered", "received", "sent_back"]), name="handover_state"),
            models.CheckConstraint(condition=Q(copies__gte=1), name="handover_copies"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.handed_on}"

    @property
    def is_late(self) -> bool:
        """Tell whether it was handed over after its day."""
        return self.was_due_on is not None and self.handed_on > self.was_due_on
