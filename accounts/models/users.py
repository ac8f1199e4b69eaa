"""The user: a person with an account. What one may do follows from the posts one holds, and from nothing else."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Exists, F
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import PublicIdModel
from records.trail import Actor

from .delegation import running
from .held import Held, delegated, sort_out
from .organisation import DEPUTY, SELF, Post, PostHolding, SigningAuthority, Unit

ADMIN_RIGHTS: dict[str, frozenset[str]] = {
    "administrator": frozenset(
        {
            "accounts.signingauthority",
            "accounts.unit",
            "accounts.unitrole",
            "accounts.post",
            "accounts.portfolio",
            "agreements.calendaryear",
            "agreements.calendarday",
            "agreements.deadlinesetting",
            "agreements.counterpartykindsetting",
            "agreements.screeningrule",
            "approvals.phrase",
            "approvals.reviewtopic",
            "approvals.reviewsetting",
        }
    ),
    "system_admin": frozenset({"accounts.user"}),
    "security_admin": frozenset({"accounts.postholding"}),
}
"""Which technical rows each administrator edits; the three stand apart (GB/T 22239) and none decides business."""

ADMIN_READS: dict[str, frozenset[str]] = {
    "administrator": frozenset({"accounts.postholding"}),
    "security_admin": frozenset({"accounts.user", "accounts.post", "accounts.unit"}),
    "audit_admin": frozenset(
        {"accounts.user", "accounts.postholding", "accounts.unit", "accounts.post", "accounts.portfolio"}
    ),
}


class UserManager(BaseUserManager["User"]):
    """Makes accounts. There is no superuser: rights come with posts."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create an account; without a password it cannot log in."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(PublicIdModel, AbstractBaseUser):
    """A person's own account; accounts are never shared and never deleted, they are closed."""

    username = models.CharField(_("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    full_name = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(_("account open"), default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    is_superuser = False

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.full_name

    @cached_property
    def _held_today(self) -> Held:
        return self._held_on(clock.today())

    def _held_on(self, day: date) -> Held:
        """Read what is held on a day in one query, a second one only where a delegation touches it."""
        own = PostHolding.objects.on(day).filter(user=self)
        received = PostHolding.objects.on(day).filter(
            running(day, "post__delegations__"),
            post__delegations__holder=F("user"),
            post__delegations__to_user=self,
            user__is_active=True,
        )
        rows = (
            PostHolding.objects.filter(pk__in=own.order_by().values("pk").union(received.order_by().values("pk")))
            .annotate(is_delegated=Exists(delegated(day)))
            .select_related("post__unit", "post__authority")
            .order_by("pk")
        )
        return sort_out(self, list(rows), day)

    @property
    def holdings_today(self) -> list[PostHolding]:
        """Return the holdings in force today, one's own first, then those whose whole work one does as a deputy; read
        once per request, so rights end at the next one."""
        return self._held_today.posts

    @property
    def approvals_today(self) -> list[PostHolding]:
        """Return the holdings for which one decides on approvals as a deputy today, and does nothing else."""
        return self._held_today.approvals

    @property
    def deputises_today(self) -> list[PostHolding]:
        """Return every holding on which one acts as a deputy today."""
        return [held for held in (*self.holdings_today, *self.approvals_today) if held.received]

    def holdings_on(self, day: date | None = None) -> list[PostHolding]:
        """Return the holdings in force on a day (today by default); see `holdings_today`."""
        if day is None or day == clock.today():
            return self.holdings_today
        return self._held_on(day).posts

    def holding(
        self,
        *codes: str,
        unit: Unit | None = None,
        authority: SigningAuthority | None = None,
        post: Post | None = None,
    ) -> PostHolding | None:
        """Return the first present holding of a post with one of the codes (any post when none is named).

        One whose whole work a deputy does comes last: it is returned, so that a rule can say with whom the work lies.
        """
        lent = None
        for held in self.holdings_today:
            if codes and held.post.code not in codes:
                continue
            if unit is not None and held.post.unit_id != unit.pk:
                continue
            if authority is not None and held.post.authority_id != authority.pk:
                continue
            if post is not None and held.post_id != post.pk:
                continue
            if held.received is None and held.given_whole:
                lent = lent or held
                continue
            return held
        return lent

    def holds(self, *codes: str, **of: Any) -> bool:
        """Tell whether the person holds such a post today; see `holding`."""
        return self.holding(*codes, **of) is not None

    @property
    def post_ids(self) -> set[int]:
        """Return the ids of the posts held today, those in which one acts as a deputy for all work among them."""
        return {held.post_id for held in self.holdings_today}

    @property
    def units(self) -> list[Unit]:
        """Return the units in which a post is held today, without repetition."""
        return list({held.post.unit_id: held.post.unit for held in self.holdings_today}.values())

    @property
    def main_post(self) -> Post | None:
        """Return the post shown beside the name: the first one held."""
        return self.holdings_today[0].post if self.holdings_today else None

    @property
    def main_unit(self) -> Unit | None:
        """Return the unit of the main post."""
        return self.main_post.unit if self.main_post else None

    def actor(self, post: str = "", capacity: str = SELF) -> Actor:
        """Return the person as the trail keeps it: id, name, post in words, capacity.

        A title that a deputy's holding bears says by itself that it is a deputy who acts.
        """
        if not post and self.holdings_today:
            post = self.holdings_today[0].title
        if capacity == SELF and any(held.title == post for held in self.deputises_today):
            capacity = DEPUTY
        return Actor(id=self.pk, name=self.full_name, post=post, capacity=capacity)

    # What the Django admin asks. No permission rows: the posts answer.

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.holds(*ADMIN_RIGHTS, *ADMIN_READS)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer the admin: edit by `ADMIN_RIGHTS`, read by `ADMIN_READS` too, delete never."""
        app, _, action_model = perm.partition(".")
        action, _, model = action_model.partition("_")
        label = f"{app}.{model}"
        if not self.is_active or action == "delete":
            return False
        codes = {held.post.code for held in self.holdings_today}
        if any(label in ADMIN_RIGHTS.get(code, ()) for code in codes):
            return True
        return action == "view" and any(label in ADMIN_READS.get(code, ()) for code in codes)

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        codes = {held.post.code for held in self.holdings_today}
        return self.is_active and any(
            label.startswith(f"{app_label}.")
            for rights in (ADMIN_RIGHTS, ADMIN_READS)
            for code in codes
            for label in rights.get(code, ())
        )
