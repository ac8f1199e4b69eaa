"""The way an approval will take (§3.4): the regulation's order, the authority's rows, the people of this day.

The regulation's own part is computed (`regulation/routes.py`); what an authority adds stands in its rows. A plan is
never stored: a run copies it when it opens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, Value, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.models import Portfolio, Post, PostHolding, SigningAuthority, User
from accounts.models.held import delegated, with_given
from accounts.models.organisation import DEPUTY
from accounts.posts import Acting, acting, post_of
from agreements.models import Agreement
from agreements.services import access
from approvals.models import ForumRule, OnDisagree, PassRule, RouteSeat, RouteStep, Step, StepKind
from approvals.models.run import label_of, with_role
from core import clock
from core.errors import NotNow
from regulation.conditions import CONDITIONS, Facts, holds
from regulation.records import AuthorityKind, Forum, Reason, Route, Submitter, Text
from regulation.routes import FORUMS_OF, compute_route
from regulation.vocabulary import FIELDS, NATURES

OFFICE = "general_office"
BY_PORTFOLIO = frozenset({"deputy_secretary_general", "vice_mayor", "deputy_district_head", "deputy_department_head"})
"""Posts with several seats: the step comes to whoever is in charge of the lead unit (分管)."""


@dataclass(frozen=True, slots=True)
class Lies:
    """Where a step lies on a day: the post, who may act in it (holders, or deputies in their place), and why it went to
    the office instead.

    `also` are further posts in charge of the lead unit: the step comes to the first, and people are told.
    """

    post: Post
    acting: tuple[Acting, ...]
    redirected: str = ""
    also: tuple[Post, ...] = ()

    @property
    def people(self) -> tuple[User, ...]:
        """Return the persons who may act."""
        return tuple(one.user for one in self.acting)


@dataclass(frozen=True, slots=True)
class Planned:
    """A step as it will be copied into a run, with where it lies and the reason why it is on the route.

    A step of countersigning has `seats`, the posts that are asked, and `asked` says where each lies; its own post is
    the office's, which leads it.
    """

    code: str
    kind: str
    role: Text
    lies: Lies
    reason: Reason | None
    pass_rule: str = PassRule.ONE.value
    ratio: int | None = None
    on_disagree: str = OnDisagree.NONE.value
    workdays: int | None = None
    seats: tuple[Post, ...] = ()
    asked: tuple[Lies, ...] = ()

    @property
    def label(self) -> str:
        """Return the step as the route shows it."""
        return label_of(self.code, self.role)

    def label_of(self, authority: SigningAuthority) -> str:
        """Return the step as the route of an authority shows it: who signs in the own name calls it so (§2)."""
        own = authority.kind != AuthorityKind.MUNICIPAL and self.own_post
        return with_role(own.name, self.role) if own else self.label

    @property
    def own_post(self) -> Post | None:
        """Return the post that signs; None of a meeting, of countersigning, and where the step goes to the office."""
        return self.lies.post if self.kind == StepKind.SIGN and not self.lies.redirected else None

    @property
    def redirected_because(self) -> str:
        """Return in words why the step goes to the office; blank when it lies with its own post."""
        return str(Step.Redirected(self.lies.redirected).label) if self.lies.redirected else ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rows of an authority: the steps of its routes, whoever submits, and its own rules about meetings."""

    kind: AuthorityKind
    rows: tuple[RouteStep, ...]
    forums: tuple[ForumRule, ...]


class Ground:
    """What every way of an agreement rests on, read once for however many ways are looked at: the rows of its
    authority, and, once a way is known, where their steps lie on a day and who countersigns."""

    def __init__(self, agreement: Agreement, day: date | None = None) -> None:
        self.agreement, self.day = agreement, day
        self.rules = rules_of(agreement.authority)

    @cached_property
    def placed(self) -> dict[str, Lies]:
        """Return where the signed steps of every row lie. Raises NotNow without an office post."""
        codes = {row.code for row in self.rules.rows if row.kind == StepKind.SIGN}
        return where(self.agreement, codes, day=self.day)

    @cached_property
    def asked(self) -> dict[int, Lies]:
        """Return where each post lies that countersigns; no query where none does."""
        posts = list({seat.post.pk: seat.post for row in self.rules.rows for seat in _seats(row)}.values())
        lying = seats(self.agreement, posts, day=self.day, office=self.placed[OFFICE]) if posts else []
        return {post.pk: lies for post, lies in zip(posts, lying, strict=True)}


@dataclass(frozen=True, slots=True)
class Draft:
    """The way by its rows, before anybody is looked up: what a change of the rows or of the facts does to it."""

    rows: tuple[RouteStep, ...]
    route: Route

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the steps as a run has them."""
        return tuple(self.code(row) for row in self.rows)

    def code(self, row: RouteStep) -> str:
        """Return the code of a row as a run has it: a meeting by which one it is."""
        return self.route.forum.value if row.is_meeting else row.code

    def reason(self, row: RouteStep) -> Reason | None:
        """Return why a row is on the route."""
        code = "forum" if row.is_meeting else row.code
        return next((reason for reason in self.route.why if reason.step == code), None)


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
                "own": reason.own,
            }
            for reason in self.route.why
        ]


def submitter_of(agreement: Agreement) -> Submitter:
    """Return who submits: a district government or a department, as the lead unit's kind says (§3.4).

    Below a district or a department that signs in its own name every unit submits alike.
    """
    if agreement.authority.kind != AuthorityKind.MUNICIPAL:
        return Submitter.DEPARTMENT
    return Submitter.DISTRICT if agreement.lead_unit.is_district else Submitter.DEPARTMENT


def facts_of(agreement: Agreement) -> Facts:
    """Return what of an agreement bears on its route, in one query."""
    natures = agreement.natures.order_by().values_list(Value("nature"), "code")
    fields = agreement.fields.order_by().values_list(Value("field"), "code")
    codes: dict[str, set[str]] = {"nature": set(), "field": set()}
    for about, code in natures.union(fields, all=True):
        codes[about].add(code)
    return Facts(
        submitter=submitter_of(agreement),
        natures=frozenset(codes["nature"]),
        fields=frozenset(codes["field"]),
        amount=agreement.amount_high if agreement.amount_high is not None else agreement.amount_low,
        major=agreement.is_major,
        foreign=agreement.is_foreign_related or agreement.is_foreign_affairs,
    )


def rules_of(authority: SigningAuthority) -> Rules:
    """Read the rows of an authority as they are at this moment, in two queries; three where anybody countersigns."""
    rows = tuple(RouteStep.objects.filter(authority=authority, retired_on=None))
    if asking := [row for row in rows if row.kind == StepKind.COUNTERSIGN]:
        seats = RouteSeat.objects.filter(retired_on=None).select_related("post__unit")
        prefetch_related_objects(asking, Prefetch("route_seats", seats))
    return Rules(
        AuthorityKind(authority.kind), rows, tuple(ForumRule.objects.filter(authority=authority, retired_on=None))
    )


def draft(rules: Rules, facts: Facts) -> Draft:
    """Return the way of whatever has these facts, by the rows of its authority. Raises `NatureNeeded` while there is no
    nature."""
    kind = rules.kind
    route = compute_route(facts.submitter, facts.natures, facts.major, kind=kind)
    forum, reason = _highest(kind, facts, route, rules.forums)
    rows = tuple(
        row
        for row in rules.rows
        if row.submitter == facts.submitter.value
        and holds(row.condition, facts, row.asked)
        and (not row.is_meeting or forum != Forum.SIGN_OFF)
    )
    why = {reason.step: reason for reason in route.why} | ({"forum": reason} if reason else {})
    why |= {row.code: own_reason(row.code, row) for row in rows if row.is_own}
    order = [row.code for row in rows if not row.is_meeting]
    rest = [reason for code, reason in why.items() if code in ("forum", "party_committee")]
    steps = tuple(why[code] for code in order if code in why)
    return Draft(rows, replace(route, steps=tuple(order), forum=forum, why=(*steps, *rest)))


def own_reason(step: str, row: RouteStep | ForumRule) -> Reason:
    """Return why an authority's own row is on the route: by its own rule, with the paper it rests on."""
    zh, en = condition_words(row)
    return Reason(
        step, row.article, Text(f"本级自定：{zh}。", f"The authority's own rule: {en[0].lower()}{en[1:]}."), own=True
    )


def condition_words(row: RouteStep | ForumRule) -> tuple[str, str]:
    """Return when a row stands on the route, in both languages."""
    condition = CONDITIONS[row.condition]
    names = FIELDS if condition.takes == "fields" else NATURES
    found = [names[code].name for code in row.condition_codes if code in names]
    zh, en = condition.name.zh, condition.name.en
    if found:
        return f"{zh}为" + "、".join(name.zh for name in found), f"{en}: " + ", ".join(name.en for name in found)
    if row.condition_amount is not None:
        return f"{zh}{_in_words(row.condition_amount)}", f"{en} {row.condition_amount:,.0f} yuan"
    return zh, en


def _in_words(amount: Decimal) -> str:
    """Return an amount as a Chinese office writes a threshold: 1.5亿元, 500万元."""
    unit, name = (10**8, "亿元") if amount >= 10**8 else (10**4, "万元") if amount >= 10**4 else (1, "元")
    return f"{(amount / unit).normalize():f}{name}"


def _highest(
    kind: AuthorityKind, facts: Facts, route: Route, rules: Iterable[ForumRule]
) -> tuple[Forum, Reason | None]:
    """Return where it is decided: what the regulation asks, or a higher meeting by the authority's own rule."""
    ranks = FORUMS_OF[kind]
    forum, reason = route.forum, None
    for rule in rules:
        wanted = Forum(rule.forum)
        if wanted in ranks and ranks.index(wanted) > ranks.index(forum) and holds(rule.condition, facts, rule.asked):
            forum, reason = wanted, own_reason("forum", rule)
    return forum, reason


def _seats(row: RouteStep) -> Iterable[RouteSeat]:
    return row.route_seats.all() if row.kind == StepKind.COUNTERSIGN else ()


def plan(
    agreement: Agreement, *, day: date | None = None, facts: Facts | None = None, ground: Ground | None = None
) -> Plan:
    """Compute the way of an agreement, or the one it would have with other `facts`; nothing is stored. Of several ways
    the `ground` is read once.

    Four queries, however many steps; with countersigning two more. Raises `NatureNeeded` while it has no nature, NotNow
    without an office post.
    """
    facts = facts or facts_of(agreement)
    ground = ground or Ground(agreement, day)
    found = draft(ground.rules, facts)
    placed, asked = ground.placed, ground.asked
    return Plan(
        tuple(_planned(row, found, placed, asked) for row in found.rows), found.route, tuple(sorted(facts.natures))
    )


def _planned(row: RouteStep, found: Draft, placed: dict[str, Lies], asked: dict[int, Lies]) -> Planned:
    posts = tuple(seat.post for seat in _seats(row))
    return Planned(
        code=found.code(row),
        kind=row.kind,
        role=Text(row.role_zh, row.role_en),
        lies=placed[row.code if row.kind == StepKind.SIGN else OFFICE],
        reason=found.reason(row),
        pass_rule=row.pass_rule,
        ratio=row.ratio,
        on_disagree=row.on_disagree,
        workdays=row.workdays,
        seats=posts,
        asked=tuple(asked[post.pk] for post in posts),
    )


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
    deputy's decision (docs/adr/0013).
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
    also: dict[str, dict[int, Post]] = {}
    for row in with_given(rows, day):
        if row.post.code in BY_PORTFOLIO and not row.is_in_charge:  # type: ignore[attr-defined]
            continue
        of_code = held.setdefault(row.post.code, [])
        if not of_code or of_code[0].post_id == row.post_id:
            of_code.append(row)
        elif row.post.code in BY_PORTFOLIO:
            also.setdefault(row.post.code, {})[row.post_id] = row.post
    free = _Free(agreement, [row for of_code in held.values() for row in of_code], approved or {})
    office = _at_office(agreement, held.get(OFFICE, []), free)
    return {
        code: office if code == OFFICE else _lies(held.get(code, []), office, free, tuple(also.get(code, {}).values()))
        for code in {*codes, OFFICE}
    }


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


def _lies(rows: list[PostHolding], office: Lies, free: _Free, also: tuple[Post, ...] = ()) -> Lies:
    found = [free.acting(row) for row in rows]
    if may := tuple(one for one in found if not free.worked(one) and not free.twice(one)):
        return Lies(rows[0].post, may, also=also)
    if not found:
        because = Step.Redirected.VACANT
    else:
        because = Step.Redirected.TWICE if any(map(free.twice, found)) else Step.Redirected.OWN_WORK
    return Lies(office.post, office.acting, because.value)


def _at_office(agreement: Agreement, rows: list[PostHolding], free: _Free) -> Lies:
    post = rows[0].post if rows else office_post(agreement.authority)
    return Lies(post, tuple(one for one in map(free.acting, rows) if not free.worked(one)))


def seats(
    agreement: Agreement, posts: Collection[Post], *, day: date | None = None, office: Lies | None = None
) -> list[Lies]:
    """Return where the parts of those who countersign lie on a day: with each post somebody free holds, else with the
    office."""
    day = day or clock.today()
    worked = access.of_workers(agreement).filter(user=OuterRef("user"))
    rows = (
        PostHolding.objects.on(day)
        .filter(post__in=[post.pk for post in posts], user__is_active=True)
        .annotate(has_worked=Exists(worked), is_delegated=Exists(delegated(day)))
        .select_related("post__unit", "user")
        .order_by("post_id", "pk")
    )
    held: dict[int, list[PostHolding]] = {}
    for row in (found := with_given(rows, day)):
        held.setdefault(row.post_id, []).append(row)
    office = office or where(agreement, [OFFICE], day=day)[OFFICE]
    free = _Free(agreement, found, {})
    return [_lies(held.get(post.pk, []), office, free) for post in posts]


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
