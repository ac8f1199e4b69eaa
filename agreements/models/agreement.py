"""The agreement and its machine. The machine is pure: a transition sets fields from its arguments (decision 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, RETURN_VALUE, ConcurrentTransitionMixin, transition

from accounts.models import Post, SigningAuthority, Unit, User
from core import clock
from core.models import StateField, TrackedModel, TrackedQuerySet
from core.verdicts import Allowed

from .configuration import Category, CategoryEdition


class Station(models.TextChoices):
    """Where an agreement is (§3, §4)."""

    PREPARATION = "preparation", _("preparation")
    DRAFTING = "drafting", _("drafting")
    LEGAL_REVIEW = "legal_review", _("legal review")
    APPROVAL = "approval", _("approval")
    SIGNING = "signing", _("signing")
    SEALING = "sealing", _("sealing")
    ARCHIVING = "archiving", _("archiving")
    PERFORMANCE = "performance", _("performance")
    CONCLUDED = "concluded", _("concluded")


class Standing(models.TextChoices):
    """Whether the case goes on; the station stays where it stopped."""

    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TERMINATED = "terminated", _("terminated")


BEFORE_SIGNING = (
    Station.PREPARATION,
    Station.DRAFTING,
    Station.LEGAL_REVIEW,
    Station.APPROVAL,
    Station.SIGNING,
)
IN_FORCE = (Station.SEALING, Station.ARCHIVING, Station.PERFORMANCE)


def _station_in(*stations: str) -> Callable[[Any], bool]:
    """Return the condition that the case is at one of the stations."""
    return lambda agreement: agreement.station in stations


def _one_step_back(agreement: Any, **_: Any) -> Station:
    """Return where a recall leads: from approval to review, from review to drafting."""
    return Station.LEGAL_REVIEW if agreement.station == Station.APPROVAL else Station.DRAFTING


def is_active(agreement: Any) -> bool:
    """Every station transition asks this: nothing moves while a case is suspended or has ended."""
    return bool(agreement.standing == Standing.ACTIVE)


class AgreementQuerySet(TrackedQuerySet["Agreement"]):
    """Agreements, as offices ask for them."""

    def visible_to(self, user: User) -> Self:
        """Return what a user may know of (decision 9): rows granted to the user, a post or a unit of the user."""
        rows = Access.objects.values("agreement_id")
        seen = Q(pk__in=rows.filter(holder__in=Access.holders_of(user)))
        for post_id, categories in Access.in_part(user):
            seen |= Q(category__code__in=categories, pk__in=rows.filter(holder=f"post:{post_id}"))
        return self.filter(seen)

    def led_by(self, unit: Unit) -> Self:
        """Return agreements a unit leads."""
        return self.filter(lead_unit=unit)

    def in_force(self) -> Self:
        """Return agreements that are signed and neither ended nor terminated."""
        return self.filter(station__in=IN_FORCE, standing__in=(Standing.ACTIVE, Standing.SUSPENDED))

    def live(self) -> Self:
        """Return agreements that are neither concluded, withdrawn nor terminated."""
        return self.exclude(station=Station.CONCLUDED).filter(standing__in=(Standing.ACTIVE, Standing.SUSPENDED))


class Agreement(ConcurrentTransitionMixin, TrackedModel):
    """A cooperation agreement of a signing authority, from first contact to its end."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="agreements")
    edition = models.ForeignKey(CategoryEdition, on_delete=models.PROTECT, related_name="agreements")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="agreements")
    number = models.CharField(_("number"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    search_text = models.TextField(editable=False, default="")
    document_type = models.CharField(_("document type"), max_length=20)
    origin = models.CharField(_("origin"), max_length=20)
    origin_note = models.CharField(_("origin, in words"), max_length=300, blank=True)
    lead_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="led_agreements")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="started_agreements")
    created_at = models.DateTimeField(default=clock.now)

    term_kind = models.CharField(_("term"), max_length=12, blank=True)
    term_years = models.PositiveSmallIntegerField(_("years"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    amount_kind = models.CharField(_("amount"), max_length=12, default="none")
    amount_low = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    amount_high = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    amount_binding = models.BooleanField(default=False)
    is_major = models.BooleanField(_("major cooperation matter"), default=False)
    is_difficult = models.BooleanField(_("difficult matter"), default=False)
    is_foreign_related = models.BooleanField(_("foreign-related"), default=False)
    is_foreign_affairs = models.BooleanField(_("foreign-affairs agreement"), default=False)
    seal_due = models.BooleanField(_("municipal seal due"), default=True)
    overlap_reason = models.TextField(_("why a new one beside the existing one"), blank=True)

    station = StateField(default=Station.PREPARATION, choices=Station.choices, max_length=20)
    standing = StateField(default=Standing.ACTIVE, choices=Standing.choices, max_length=20)
    version = models.PositiveIntegerField(default=0)
    station_since = models.DateField(default=clock.today)
    signed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    next_due_on = models.DateField(default=clock.FAR_AWAY)
    next_due_judged = models.BooleanField(default=True)

    objects = AgreementQuerySet.as_manager()  # type: ignore[misc]

    acted_on: date | None = None
    """The legal day of the act under way (no column): an act entered late is judged by the day on which it was done."""
    acted_as: Allowed | None = None
    """What the rule of the act under way has allowed (no column), where a step ends by it that lies with somebody else:
    a leader's paper is recorded, a signer is taken off. Set by `lifecycle.acting` alone."""
    written: dict[str, Any] | None = None
    """The working text as it was read for one look at what is missing (no column); see `texts.read_once`."""
    workers: frozenset[int] | None = None
    """Who drafted or submitted it (no column), where a page read them once for all the rights it asks; the lock drops
    them, so that an act asks anew."""

    class Meta(TrackedModel.Meta):
        ordering = ["next_due_on", "pk"]
        indexes = [
            models.Index(fields=["next_due_on", "id"], name="agreement_by_due"),
            models.Index(fields=["station", "next_due_on", "id"], name="agreement_by_station"),
            models.Index(fields=["lead_unit", "next_due_on", "id"], name="agreement_by_lead"),
            models.Index(fields=["category", "next_due_on", "id"], name="agreement_by_category"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="agreement_number_once"),
            models.CheckConstraint(condition=Q(station__in=Station.values), name="agreement_station_known"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="agreement_standing_known"),
            models.CheckConstraint(
                condition=Q(amount_low=None) | Q(amount_high=None) | Q(amount_high__gte=models.F("amount_low")),
                name="agreement_amount_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("agreements:agreement-detail", args=[self.public_id])

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Re-read; whatever happens, the state fields are protected again (the library leaves them open)."""
        try:
            super().refresh_from_db(*args, **kwargs)
        finally:
            for name in ("station", "standing"):
                self._meta.get_field(name).protected = True  # type: ignore[union-attr]

    @property
    def chain(self) -> str:
        """Return the name of the agreement's chain of events."""
        return f"agreement:{self.pk}"

    @property
    def legal_day(self) -> date:
        """Return the day by which an act is judged: the legal day of the act under way, otherwise today."""
        return self.acted_on or clock.today()

    @property
    def is_live(self) -> bool:
        """Tell whether anything may still happen to the agreement."""
        return self.station != Station.CONCLUDED and self.standing in (Standing.ACTIVE, Standing.SUSPENDED)

    # ------------------------------------------------------------------ stations

    @transition(station, source=Station.PREPARATION, target=Station.DRAFTING, conditions=[is_active])
    def begin_drafting(self, *, on: date) -> None:
        """§3.1 → §3.2."""
        self.station_since = on

    @transition(station, source=Station.DRAFTING, target=Station.LEGAL_REVIEW, conditions=[is_active])
    def submit_for_review(self, *, on: date) -> None:
        """§3.2 → §3.3."""
        self.station_since = on

    @transition(station, source=Station.LEGAL_REVIEW, target=Station.DRAFTING, conditions=[is_active])
    def send_back_from_review(self, *, on: date) -> None:
        """§3.3: the review returns the draft."""
        self.station_since = on

    @transition(station, source=Station.LEGAL_REVIEW, target=Station.APPROVAL, conditions=[is_active])
    def open_approval(self, *, on: date) -> None:
        """§3.3 → §3.4: the General Office closes the review and presents."""
        self.station_since = on

    @transition(station, source=Station.APPROVAL, target=Station.DRAFTING, conditions=[is_active])
    def send_back_from_approval(self, *, on: date) -> None:
        """§3.4: a step returns the text; the run ends."""
        self.station_since = on

    @transition(station, source=Station.APPROVAL, target=Station.DRAFTING, conditions=[is_active])
    def terminate_run(self, *, on: date) -> None:
        """§3.4: the approval is ended (终止); the case goes back to drafting."""
        self.station_since = on

    @transition(station, source=Station.APPROVAL, target=Station.SIGNING, conditions=[is_active])
    def approve(self, *, on: date) -> None:
        """§3.4 → §3.5: the last step has decided."""
        self.station_since = on

    @transition(
        station,
        source=[Station.LEGAL_REVIEW, Station.APPROVAL],
        target=GET_STATE(_one_step_back, states=[Station.DRAFTING, Station.LEGAL_REVIEW]),
        conditions=[is_active],
    )
    def recall(self, *, on: date) -> None:
        """The submitter takes exactly one step back, before anyone acted."""
        self.station_since = on

    @transition(
        station,
        source=Station.SIGNING,
        target=RETURN_VALUE(Station.SEALING, Station.ARCHIVING),
        conditions=[is_active],
    )
    def sign(self, *, on: date) -> Station:
        """§3.5: to the seal where one is due, otherwise straight to the archive."""
        self.signed_on = on
        self.station_since = on
        return Station.SEALING if self.seal_due else Station.ARCHIVING

    @transition(station, source=Station.SEALING, target=Station.ARCHIVING, conditions=[is_active])
    def seal(self, *, on: date) -> None:
        """§3.5 → §4.1."""
        self.station_since = on

    @transition(station, source=Station.ARCHIVING, target=Station.PERFORMANCE, conditions=[is_active])
    def archive(self, *, on: date) -> None:
        """§4.1: the paper is home; follow-up has run since the signing."""
        self.station_since = on

    @transition(station, source=Station.PERFORMANCE, target=Station.CONCLUDED, conditions=[is_active])
    def conclude(self, *, on: date) -> None:
        """§4.3: evaluated and ended."""
        self.station_since = on
        self.ended_on = on

    # ------------------------------------------------------------------ standing

    @transition(
        standing,
        source=Standing.ACTIVE,
        target=Standing.WITHDRAWN,
        conditions=[_station_in(*BEFORE_SIGNING)],
    )
    def withdraw(self, *, on: date) -> None:
        """The lead unit gives the project up before signing."""
        self.ended_on = on

    @transition(
        standing,
        source=Standing.ACTIVE,
        target=Standing.SUSPENDED,
        conditions=[_station_in(*BEFORE_SIGNING, *IN_FORCE)],
    )
    def suspend(self, *, on: date) -> None:
        """§4.3: the government suspends, on the lead unit's proposal."""

    @transition(standing, source=Standing.SUSPENDED, target=Standing.ACTIVE)
    def resume(self, *, on: date) -> None:
        """§4.3: the government lets the case go on."""

    @transition(
        standing,
        source=[Standing.ACTIVE, Standing.SUSPENDED],
        target=Standing.TERMINATED,
        conditions=[_station_in(*IN_FORCE)],
    )
    def terminate(self, *, on: date) -> None:
        """§4.3: the government's decision after signing."""
        self.ended_on = on


class AgreementField(models.Model):
    """A field of cooperation of an agreement (§2); an agreement may carry several."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="fields")
    code = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "code"], name="agreement_field_once")]


class AgreementNature(models.Model):
    """A nature of the matter (§3.4); it decides the forum. Set before submission, frozen when the run opens."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="natures")
    code = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "code"], name="agreement_nature_once")]


class SupportingUnit(models.Model):
    """A unit that supports the lead unit."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="supporting_units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="supported_agreements")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "unit"], name="supporting_unit_once")]


class JointLeadUnit(models.Model):
    """A unit that leads beside the lead unit (共同牵头): it edits and drafts; the lead unit's head alone submits."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="joint_leads")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="jointly_led_agreements")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "unit"], name="joint_lead_unit_once")]


class Access(models.Model):
    """Who may know of an agreement, and why. Granted by services; never withdrawn from who handled the case.

    `holder` repeats the one target as a key (`unit:3`, `post:7`, `user:2`): one indexed column answers the list.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="access")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    holder = models.CharField(max_length=40)
    why = models.CharField(max_length=30)
    granted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "agreement", "why"], name="access_once"),
            models.CheckConstraint(
                condition=(
                    Q(unit__isnull=False, post=None, user=None)
                    | Q(unit=None, post__isnull=False, user=None)
                    | Q(unit=None, post=None, user__isnull=False)
                ),
                name="access_of_one",
            ),
        ]

    @staticmethod
    def holders_of(user: User) -> list[str]:
        """Return the keys under which rows may be granted to a user today. Who decides on approvals as a deputy sees
        what the post sees, and nothing of its unit."""
        keys = [f"user:{user.pk}"]
        for held in user.holdings_today:
            keys += [f"post:{held.post_id}", f"unit:{held.post.unit_id}"]
        for held in user.approvals_today:
            if held.received and not held.received.categories:
                keys.append(f"post:{held.post_id}")
        return keys

    @staticmethod
    def in_part(user: User) -> list[tuple[int, list[str]]]:
        """Return the posts of which a deputy sees the agreements of some categories only, with these."""
        return [
            (held.post_id, held.received.categories)
            for held in user.approvals_today
            if held.received and held.received.categories
        ]


class StandingProposal(TrackedModel):
    """§4.3: the lead unit proposes to suspend, resume or end; the government decides, in the same row."""

    class Kind(models.TextChoices):
        SUSPEND = "suspend", _("suspend")
        RESUME = "resume", _("resume")
        TERMINATE = "terminate", _("end")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="standing_proposals")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    accepted = models.BooleanField(null=True)
    opinion = models.TextField(blank=True)

    class Meta(TrackedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(decided_on=None), name="one_open_standing_proposal"
            )
        ]
