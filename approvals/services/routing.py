"""The way an approval will take (§3.4): the regulation's order, the authority's rows, the people of this day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Portfolio, Post, PostHolding, SigningAuthority, User
from accounts.models.held import delegated, with_given
from accounts.models.organisation import DEPUTY
from accounts.posts import Acting, acting, post_of
from agreements.models import Agreement
from agreements.services import access
from approvals.models import RouteStep, Step, StepKind
from approvals.models.run import label_of
from core import clock
from core.errors import NotNow
from regulation.records import Forum, Reason, Route, Submitter, Text
from regulation.routes import compute_route

OFFICE = "general_office"
BY_PORTFOLIO = frozenset({"deputy_secretary_general", "vice_mayor"})
"""Posts with several seats: the step comes to whoever is in charge of the lead unit (分管)."""


@dataclass(frozen=True, slots=True)
class Lies:
    """Where a step lies on a day: the post, who may act in it (holders, or deputies in their place), and why it went to
    the office instead."""

    post: Post
    acting: tuple[Acting, ...]
    redirected: str = ""

    @property
    def people(self) -> tuple[User, ...]:
        """Return the persons who may act."""
        return tuple(one.user for one in self.acting)


@dataclass(frozen=True, slots=True)
class Planned:
    """A step as it will be copied into a run, with where it lies and the reason why it is on the route."""

    code: str
    kind: str
    role: Text
    lies: Lies
    reason: Reason | None

    @property
    def label(self) -> str:
        """Return the step as the route shows it."""
        return label_of(self.code, self.role)

    @property
    def redirected_because(self) -> str:
        """Return in words why the step goes to the office; blank when it lies with its own post."""
        return str(Step.Redirected(self.lies.redirected).label) if self.lies.redirected else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole way, and the regulation's own answer it rests on."""

    steps: tuple[Planned, ...]
    route: Route
    natures: tuple[str, ...]

    def why_forum(self) -> Reason | None:
        """Return the reason for sign-off or for the meeting."""
        return next((reason for reason in self.route.why if reason.step == "forum"), None)

    def why(self) -> list[dict[str, Any]]:
        """Return the reasons as a run keeps them."""
        return [
            {
                "step": reason.step,
                "article": reason.article,
                "zh": reason.text.zh,
                "en": reason.text.en,
                "reading": reason.reading,
            }
            for reason in self.route.why
        ]


def submitter_of(agreement: Agreement) -> Submitter:
    """Return who submits: a district government or a department, as the lead unit's kind says (§3.4)."""
    return Submitter.DISTRICT if agreement.lead_unit.is_district else Submitter.DEPARTMENT


def plan(agreement: Agreement, *, day: date | None = None) -> Plan:
    """Compute the way of an agreement. Raises `NatureNeeded` while it has no nature, NotNow without an office post."""
    natures = tuple(sorted(agreement.natures.values_list("code", flat=True)))
    submitter = submitter_of(agreement)
    route = compute_route(submitter, natures, major=agreement.is_major)
    reasons = {reason.step: reason for reason in route.why}
    rows = [
        row
        for row in RouteStep.objects.filter(
            authority=agreement.authority_id, submitter=submitter.value, retired_on=None
        )
        if row.kind == StepKind.SIGN or route.forum != Forum.SIGN_OFF
    ]
    placed = where(agreement, [row.code for row in rows if row.kind == StepKind.SIGN], day=day)
    steps = tuple(
        Planned(
            code=route.forum.value if row.kind == StepKind.MEETING else row.code,
            kind=row.kind,
            role=Text(row.role_zh, row.role_en),
            lies=placed[OFFICE if row.kind == StepKind.MEETING else row.code],
            reason=reasons.get("forum" if row.kind == StepKind.MEETING else row.code),
        )
        for row in rows
    )
    return Plan(steps, route, natures)


def where(
    agreement: Agreement,
    codes: Collection[str],
    *,
    day: date | None = None,
    approved: Mapping[int, str] | None = None,
) -> dict[str, Lies]:
    """Return where the steps of these posts lie on a day, in one query; where anything is delegated, in three.

    A step goes to the office, never through, when nobody holds its post, when nobody is in charge of the lead unit, or
    when everyone who acts in it worked on the case (a deputy also when his principal did). `approved` says who has
    approved this text on an earlier step, and in which capacity: nobody decides twice where one of the two is a
    deputy's decision (docs/adr/0012).
    """
    day = day or clock.today()
    in_charge = Portfolio.objects.on(day).filter(post=OuterRef("post"), unit=agreement.lead_unit_id)
    worked = access.of_workers(agreement).filter(user=OuterRef("user"))
    rows = (
        PostHolding.objects.on(day)
        .filter(
            post__authority=agreement.authority_id,
            post__code__in={*codes, OFFICE},
            post__retired_on=None,
            user__is_active=True,
        )
        .annotate(is_in_charge=Exists(in_charge), has_worked=Exists(worked), is_delegated=Exists(delegated(day)))
        .select_related("post__unit", "user")
        .order_by("post_id", "pk")
    )
    held: dict[str, list[PostHolding]] = {}
    for row in with_given(rows, day):
        if row.post.code in BY_PORTFOLIO and not row.is_in_charge:  # type: ignore[attr-defined]
            continue
        of_code = held.setdefault(row.post.code, [])
        if not of_code or of_code[0].post_id == row.post_id:
            of_code.append(row)
    free = _Free(agreement, [row for of_code in held.values() for row in of_code], approved or {})
    office = _at_office(agreement, held.get(OFFICE, []), free)
    return {code: office if code == OFFICE else _lies(held.get(code, []), office, free) for code in {*codes, OFFICE}}


def of_post(
    agreement: Agreement, post: Post, *, day: date | None = None, approved: Mapping[int, str] | None = None
) -> Lies:
    """Return where a step that was opened for a post lies on a later day: with who acts in that post, or the office."""
    day = day or clock.today()
    worked = access.of_workers(agreement).filter(user=OuterRef("user"))
    rows = list(
        PostHolding.objects.on(day)
        .filter(Q(post=post) | Q(post__code=OFFICE, post__authority=agreement.authority_id), user__is_active=True)
        .annotate(has_worked=Exists(worked), is_delegated=Exists(delegated(day)))
        .select_related("post__unit", "user")
        .order_by("post_id", "pk")
    )
    rows = with_given(rows, day)
    free = _Free(agreement, rows, approved or {})
    at_office = [row for row in rows if row.post.code == OFFICE]
    office = _at_office(agreement, [row for row in at_office if row.post_id == at_office[0].post_id], free)
    return _lies([row for row in rows if row.post_id == post.pk], office, free)


class _Free:
    """Tells who of those acting in a post may decide on an agreement."""

    def __init__(self, agreement: Agreement, rows: Sequence[PostHolding], approved: Mapping[int, str]) -> None:
        self.agreement, self.approved = agreement, approved
        self.workers = {row.user_id for row in rows if row.has_worked}  # type: ignore[attr-defined]
        if deputies := {one.user.pk for one in map(self.acting, rows) if one.delegation}:
            workers = access.of_workers(agreement).filter(user__in=deputies)
            self.workers.update(pk for pk in workers.values_list("user", flat=True) if pk)

    def acting(self, row: PostHolding) -> Acting:
        """Return who does the approvals of a holding of this agreement."""
        return acting(row, approvals=True, category=lambda: self.agreement.category.code)

    def worked(self, one: Acting) -> bool:
        """Tell whether the case is somebody's own work, in person or in whose place he would decide."""
        return bool({one.user.pk, one.holder.pk} & self.workers)

    def twice(self, one: Acting) -> bool:
        """Tell whether somebody would decide twice on one text, once of them as a deputy."""
        before = self.approved.get(one.user.pk)
        return before is not None and DEPUTY in (before, one.capacity)


def _lies(rows: list[PostHolding], office: Lies, free: _Free) -> Lies:
    found = [free.acting(row) for row in rows]
    if may := tuple(one for one in found if not free.worked(one) and not free.twice(one)):
        return Lies(rows[0].post, may)
    if not found:
        because = Step.Redirected.VACANT
    else:
        because = Step.Redirected.TWICE if any(map(free.twice, found)) else Step.Redirected.OWN_WORK
    return Lies(office.post, office.acting, because.value)


def _at_office(agreement: Agreement, rows: list[PostHolding], free: _Free) -> Lies:
    post = rows[0].post if rows else office_post(agreement.authority)
    return Lies(post, tuple(one for one in map(free.acting, rows) if not free.worked(one)))


def office_post(authority: SigningAuthority) -> Post:
    """Return the General Office's post of an authority. Raises NotNow when the administrator has named none."""
    post = post_of(authority, OFFICE)
    if post is None:
        raise NotNow(
            _("%(authority)s has no post of the General Office; nothing can be presented.") % {"authority": authority},
            "§3.4",
            code="no_office",
            next_step=_("Ask the business administrator to name it."),
        )
    return post


def review_post(authority: SigningAuthority) -> Post:
    """Return the post that reviews (§3.3): the legal affairs office, or the General Office where there is none."""
    return post_of(authority, "legal") or office_post(authority)
