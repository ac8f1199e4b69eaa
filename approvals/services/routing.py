"""The way an approval will take (§3.4): the regulation's order, the authority's rows, the people of this day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Portfolio, Post, PostHolding, SigningAuthority, User
from accounts.posts import post_of
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
    """Where a step lies on a day: the post, its holders who may act, and why it went to the office instead."""

    post: Post
    people: tuple[User, ...]
    redirected: str = ""


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


def where(agreement: Agreement, codes: Collection[str], *, day: date | None = None) -> dict[str, Lies]:
    """Return where the steps of these posts lie on a day, in one query.

    A step goes to the office, never through, when nobody holds its post, when nobody is in charge of the lead unit,
    or when everyone who holds it drafted or submitted the case.
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
        .annotate(is_in_charge=Exists(in_charge), has_worked=Exists(worked))
        .select_related("post__unit", "user")
        .order_by("post_id", "pk")
    )
    held: dict[str, list[PostHolding]] = {}
    for row in rows:
        if row.post.code in BY_PORTFOLIO and not row.is_in_charge:  # type: ignore[attr-defined]
            continue
        of_code = held.setdefault(row.post.code, [])
        if not of_code or of_code[0].post_id == row.post_id:
            of_code.append(row)
    office = _at_office(agreement, held.get(OFFICE, []))
    return {code: office if code == OFFICE else _lies(held.get(code, []), office) for code in {*codes, OFFICE}}


def _lies(rows: list[PostHolding], office: Lies) -> Lies:
    free = tuple(row.user for row in rows if not row.has_worked)  # type: ignore[attr-defined]
    if free:
        return Lies(rows[0].post, free)
    because = Step.Redirected.OWN_WORK if rows else Step.Redirected.VACANT
    return Lies(office.post, office.people, because.value)


def _at_office(agreement: Agreement, rows: list[PostHolding]) -> Lies:
    post = rows[0].post if rows else office_post(agreement.authority)
    return Lies(post, tuple(row.user for row in rows if not row.has_worked))  # type: ignore[attr-defined]


def seats(agreement: Agreement, posts: Collection[Post], *, day: date | None = None) -> list[Lies]:
    """Return where the parts of those who countersign lie on a day: with each post somebody free holds, else with the
    office."""
    day = day or clock.today()
    worked = access.of_workers(agreement).filter(user=OuterRef("user"))
    rows = (
        PostHolding.objects.on(day)
        .filter(post__in=[post.pk for post in posts], user__is_active=True)
        .annotate(has_worked=Exists(worked))
        .select_related("post__unit", "user")
        .order_by("post_id", "pk")
    )
    held: dict[int, list[PostHolding]] = {}
    for row in rows:
        held.setdefault(row.post_id, []).append(row)
    office = where(agreement, [OFFICE], day=day)[OFFICE]
    return [_lies(held.get(post.pk, []), office) for post in posts]


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
