"""The offices: signing authorities, their unit tree, posts, holdings and leaders' portfolios.

Duties belong to posts, not persons (decision 7): a right is always asked of the posts somebody holds on a day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin
from simple_history.models import HistoricalRecords

from core.bilingual import BilingualModel
from core.models import PublicIdModel

if TYPE_CHECKING:
    from .delegation import Delegation

SELF, DEPUTY = "self", "deputy"
"""Capacities in which somebody acts in a post: 本人, 代."""


STAND_APART = ("system_admin", "security_admin", "audit_admin")
"""The three administrators (GB/T 22239): they hold no other post beside, and deputise for nobody."""


class SigningAuthority(BilingualModel):
    """Who signs in its own name: the municipal government, a district government or a department (§2)."""

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", _("municipal government")
        DISTRICT = "district", _("district government")
        DEPARTMENT = "department", _("department")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number_prefix = models.CharField(_("prefix of agreement numbers"), max_length=20)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("signing authority")
        verbose_name_plural = _("signing authorities")


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units, as offices ask for them."""

    def active(self) -> UnitQuerySet:
        """Return units that are not retired."""
        return self.filter(retired_on=None)


class Unit(PublicIdModel, BilingualModel):
    """A department, an office or a district of an authority. Its kind says who submits (§3.4)."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("government office")
        DEPARTMENT = "department", _("department")
        DISTRICT = "district", _("district government")

    authority = models.ForeignKey(
        SigningAuthority, on_delete=models.PROTECT, related_name="units", verbose_name=_("signing authority")
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    short_zh = models.CharField(_("short name (Chinese)"), max_length=40, blank=True)
    sort_key = models.CharField(max_length=200, editable=False)
    initials = models.CharField(max_length=60, editable=False)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    history = HistoricalRecords()

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["sort_key"]
        constraints = [models.UniqueConstraint(fields=["authority", "code"], name="unit_code_once")]

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the sort key and the initials by which the unit is found in step with its name."""
        self.sort_key = " ".join(lazy_pinyin(self.name_zh))[:200]
        self.initials = "".join(lazy_pinyin(self.name_zh, style=Style.FIRST_LETTER))[:60].lower()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def short(self) -> str:
        """Return the short name offices use, or the whole one."""
        name = self.name
        return (self.short_zh or name) if name == self.name_zh else name

    @property
    def is_district(self) -> bool:
        """Tell whether submissions of this unit go the way of a district government (§3.4)."""
        return self.kind == self.Kind.DISTRICT


class UnitRole(models.Model):
    """Which unit of an authority plays a fixed part: cooperation and exchange, foreign affairs, secretariat …"""

    authority = models.ForeignKey(
        SigningAuthority, on_delete=models.PROTECT, related_name="unit_roles", verbose_name=_("signing authority")
    )
    role = models.CharField(_("role"), max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles", verbose_name=_("unit"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("role of a unit")
        verbose_name_plural = _("roles of units")
        constraints = [models.UniqueConstraint(fields=["authority", "role"], name="unit_role_once")]

    def __str__(self) -> str:
        return f"{self.role}: {self.unit}"


class Post(PublicIdModel, BilingualModel):
    """A post of a unit; `code` is the regulation's post, `seat` tells several of one kind apart."""

    authority = models.ForeignKey(
        SigningAuthority, on_delete=models.PROTECT, related_name="posts", verbose_name=_("signing authority")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("unit"))
    code = models.CharField(_("post of the procedure"), max_length=40)
    seat = models.CharField(_("seat"), max_length=20, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [models.UniqueConstraint(fields=["unit", "code", "seat"], name="post_once")]

    @property
    def title(self) -> str:
        """Return the post with its unit, as it is printed in a trail; once, where both have the same name."""
        return " · ".join(dict.fromkeys((self.unit.short, self.name)))


def _in_force(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gte=day))


Dated = TypeVar("Dated", bound="DatedModel")


class DatedQuerySet(models.QuerySet[Dated]):
    """Rows that hold from one day to another, both included."""

    def on(self, day: date) -> DatedQuerySet[Dated]:
        """Return the rows in force on a day."""
        return self.filter(_in_force(day))


class DatedModel(models.Model):
    """A row in force from `from_on` to `to_on`, both included; no `to_on` is until further notice."""

    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        abstract = True


class PostHoldingQuerySet(DatedQuerySet["PostHolding"]):
    """Holdings of posts: they end with the post."""

    def on(self, day: date) -> PostHoldingQuerySet:
        """Return the holdings in force on a day of posts that are not retired by then."""
        retired_later = Q(post__retired_on=None) | Q(post__retired_on__gt=day)
        return self.filter(_in_force(day), retired_later)


class PostHolding(DatedModel):
    """Who holds a post, from when to when, on which basis.

    Two facts of a day are put beside the row where it is read (`User.holdings_today`, `accounts.posts.actors_of`), and
    are no columns: `given` are the delegations of this holder's work that have effect; `received` is the one by which
    somebody else acts on this holding as a deputy. A deputy's right is thus the principal's own holding, and no more.
    """

    given: tuple[Delegation, ...] = ()
    received: Delegation | None = None

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("post"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("account")
    )
    basis = models.CharField(_("basis"), max_length=200)
    history = HistoricalRecords()

    objects = PostHoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("holding of a post")
        verbose_name_plural = _("holdings of posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")), name="holding_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.post}"

    @property
    def capacity(self) -> str:
        """Return in which capacity whoever asked acts on it: `self`, or `deputy`."""
        return DEPUTY if self.received else SELF

    @property
    def principal_id(self) -> int | None:
        """Return in whose place a deputy acts; None for who holds the post."""
        return self.user_id if self.received else None

    @property
    def title(self) -> str:
        """Return the post as it is printed in a trail; a deputy's names the person in whose place he acts."""
        return on_behalf(self.user.full_name, self.post) if self.received else self.post.title

    def given_to(self, *, approvals: bool, category: Callable[[], str]) -> Delegation | None:
        """Return the delegation under which a piece of work lies with a deputy; None where it lies with the holder."""
        return next((one for one in self.given if one.covers(approvals=approvals, category=category)), None)

    @property
    def given_whole(self) -> Delegation | None:
        """Return the delegation of all the work of the post; None where there is none."""
        return next((one for one in self.given if one.is_whole), None)


def on_behalf(name: str, post: Post) -> str:
    """Return a post as a deputy's signature bears it, with the name of its holder."""
    return gettext("on behalf of %(name)s, %(post)s") % {"name": name, "post": post.title}


def deputy_for(deputy: str, name: str) -> str:
    """Return a deputy's name with the name of the person in whose place he acts."""
    return pgettext("deputy", "%(deputy)s for %(name)s") % {"deputy": deputy, "name": name}


class Portfolio(DatedModel):
    """Which unit a leader is in charge of (分管): it decides whose step an approval comes to (§3.4)."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="portfolio", verbose_name=_("post"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="in_charge", verbose_name=_("unit"))
    history = HistoricalRecords()

    objects = DatedQuerySet["Portfolio"].as_manager()

    class Meta:
        verbose_name = _("portfolio of a leader")
        verbose_name_plural = _("portfolios of leaders")

    def __str__(self) -> str:
        return f"{self.post} – {self.unit}"
