"""An authority's own rows on its route: added, changed, moved, taken off, with a reason, each leaving its event (§3.4).

What the regulation asks of the municipal government cannot be taken off or put in another order. Approvals under way
keep the steps they were opened with: a run has its own copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Post, SigningAuthority, User
from agreements.rules import as_holder
from approvals.models import Basis, ForumRule, PassRule, RouteSeat, RouteStep, StepKind
from approvals.models.run import COUNTERSIGN
from approvals.services.route_checks import (
    ARTICLE,
    Condition,
    StepContent,
    check,
    check_condition,
    check_limits,
    may_sign,
    must_stay,
)
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied, Verdict
from records import trail
from records.models import Event
from regulation.conditions import CONDITIONS
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Submitter, Text
from regulation.routes import FORUMS_OF

EVENTS = (
    "route_step_added",
    "route_step_changed",
    "route_step_retired",
    "forum_rule_added",
    "forum_rule_changed",
    "forum_rule_retired",
)
READS, COUNTERSIGNS = Text("审阅", "Reads"), Text("会签", "Countersignature")

Made = TypeVar("Made")


def may_configure(user: User, authority: SigningAuthority) -> Verdict:
    """§3.4, §2: the business administrator sets the routes; that of the municipal government those of all who sign in
    their own name, any other that of the own authority."""
    holding = user.holding("administrator", authority=authority) or next(
        (
            held
            for held in user.holdings_today
            if held.post.code == "administrator" and held.post.authority.kind == AuthorityKind.MUNICIPAL
        ),
        None,
    )
    return as_holder(holding, _("Routes are set by the business administrator."), ARTICLE)


def stamp(authority: SigningAuthority) -> int:
    """Return the number of the last change of an authority's route, 0 before the first: what a form was drawn from."""
    last = changes(authority).values_list("pk", flat=True).first()
    return int(last or 0)


def changes(authority: SigningAuthority) -> Any:
    """Return the events of an authority's route, the newest first."""
    return Event.objects.filter(chain=trail.SYSTEM_CHAIN, code__in=EVENTS, payload__authority=authority.code).order_by(
        "-pk"
    )


def add(
    authority: SigningAuthority,
    submitter: Submitter,
    code: str,
    content: StepContent,
    *,
    by: User,
    seen: int,
    reason: str,
) -> RouteStep:
    """Put a step of the authority's own on a route: a post that signs, or `countersign` with the posts asked (§3.4).

    Raises Refused for anyone but the administrator; BadInput for what no step can be; NotNow where the post signs on
    this route already. Second caller, whose form was drawn before the last change (`seen`): NotNow, told who acted.
    """
    with _writing(authority, by=by, seen=seen, reason=reason) as post:
        rows = _rows(authority, submitter)
        countersigns = code == COUNTERSIGN
        if not countersigns and not may_sign(authority, code):
            raise BadInput(_("Choose a post of this authority that may sign."), ARTICLE)
        if countersigns:
            code = _next_code(authority, submitter)
        known = RouteStep.objects.filter(authority=authority, submitter=submitter.value, code=code).first()
        if known and known.retired_on is None:
            raise NotNow(
                _("“%(step)s” is on this route already; nobody signs twice on one text.") % {"step": known.label},
                ARTICLE,
                code="on_route",
            )
        check(authority, content, countersigns=countersigns)
        if known and not known.is_own:
            # A step that was set by reference and taken off comes back as what it was.
            known.retired_on = None
            row = known
        else:
            row = known or RouteStep(authority=authority, submitter=submitter.value, code=code)
            row.kind = (StepKind.COUNTERSIGN if countersigns else StepKind.SIGN).value
            row.basis, row.retired_on = Basis.OWN.value, None
            _fill(row, content, countersigns)
        row.order = len(rows) + 1
        _own_limits(row, content)
        row.save()
        _seat(row, content.seats if countersigns else ())
        _place(rows, row, content.behind)
        _tell("route_step_added", row, by=by, post=post, reason=reason, changes={})
        return row


def change(row: RouteStep, content: StepContent, *, by: User, seen: int, reason: str) -> RouteStep:
    """Change a step: its limit and what a disagreement does; of an own one everything and its place.

    Raises as `add`; a step that the regulation asks keeps its post, its place and that it is never left out.
    """
    with _writing(row.authority, by=by, seen=seen, reason=reason) as post:
        row.refresh_from_db()
        if row.retired_on is not None:
            raise NotNow(_("This step is no longer on the route."), ARTICLE, code="retired")
        countersigns = row.kind == StepKind.COUNTERSIGN
        before = _shown(row)
        if row.is_own:
            check(row.authority, content, countersigns=countersigns)
            _fill(row, content, countersigns)
        else:
            check_limits(content)
        _own_limits(row, content)
        row.save()
        if row.is_own:
            _seat(row, content.seats if countersigns else ())
            rows = _rows(row.authority, Submitter(row.submitter))
            _place([other for other in rows if other.pk != row.pk], row, content.behind)
        after = _shown(row)
        differing = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        if differing:
            _tell("route_step_changed", row, by=by, post=post, reason=reason, changes=differing)
        return row


def retire(row: RouteStep, *, by: User, seen: int, reason: str) -> None:
    """Take a step off the route; the row stays. Raises NotNow for a step that §3.4 asks of the municipal government,
    and for the first and the last of any route: the office presents, and somebody decides."""
    with _writing(row.authority, by=by, seen=seen, reason=reason) as post:
        row.refresh_from_db()
        if row.retired_on is not None:
            raise NotNow(_("This step is no longer on the route."), ARTICLE, code="retired")
        if why := must_stay(row):
            raise NotNow(
                why,
                row.article if row.basis == Basis.REGULATION else ARTICLE,
                code="demanded",
                next_step=_("Give it another limit, or add a step of your own beside it."),
            )
        row.retired_on = clock.today()
        row.save()
        _number([other for other in _rows(row.authority, Submitter(row.submitter)) if other.pk != row.pk])
        _tell("route_step_retired", row, by=by, post=post, reason=reason, changes={})


def add_forum(
    authority: SigningAuthority,
    forum: str,
    condition: Condition,
    *,
    by: User,
    seen: int,
    reason: str,
    article: str = "",
) -> ForumRule:
    """Take matters of a kind to a meeting of the authority's own accord. It can go higher than §3.4 asks, never lower.

    Raises as `add`; BadInput for a meeting that this authority does not have, or without a condition.
    """
    with _writing(authority, by=by, seen=seen, reason=reason) as post:
        _check_forum(authority, forum, condition)
        row = ForumRule(
            authority=authority, code=str(ForumRule.objects.filter(authority=authority).count() + 1), forum=forum
        )
        row.basis, row.article = Basis.OWN.value, article.strip()
        _set_condition(row, condition)
        row.save()
        _tell("forum_rule_added", row, by=by, post=post, reason=reason, changes={})
        return row


def _check_forum(authority: SigningAuthority, forum: str, condition: Condition) -> None:
    ranks = FORUMS_OF[AuthorityKind(authority.kind)]
    if forum not in [one.value for one in ranks[1:]]:
        raise BadInput(_("Choose a meeting of this authority."), ARTICLE)
    if condition.code == "always":
        raise BadInput(_("Say which matters go to the meeting."), ARTICLE)
    check_condition(condition)


def change_forum(
    row: ForumRule, forum: str, condition: Condition, *, by: User, seen: int, reason: str, article: str = ""
) -> ForumRule:
    """Change an own rule about meetings: which meeting, which matters, on which paper. The row as it was stays in its
    history; approvals under way keep the way they were opened with.

    Raises as `add_forum`. Second caller: NotNow, told who changed the route, or that the rule is out of use.
    """
    with _writing(row.authority, by=by, seen=seen, reason=reason) as post:
        row.refresh_from_db()
        if row.retired_on is not None:
            raise NotNow(_("This rule is no longer in use."), ARTICLE, code="retired")
        _check_forum(row.authority, forum, condition)
        before = _rule_shown(row)
        row.forum, row.article = forum, article.strip()
        _set_condition(row, condition)
        after = _rule_shown(row)
        differing = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        if differing:
            row.save()
            _tell("forum_rule_changed", row, by=by, post=post, reason=reason, changes=differing)
        return row


def retire_forum(row: ForumRule, *, by: User, seen: int, reason: str) -> None:
    """Take an own rule about meetings out of use; the row stays. Second caller: NotNow."""
    with _writing(row.authority, by=by, seen=seen, reason=reason) as post:
        row.refresh_from_db()
        if row.retired_on is not None:
            raise NotNow(_("This rule is no longer in use."), ARTICLE, code="retired")
        row.retired_on = clock.today()
        row.save()
        _tell("forum_rule_retired", row, by=by, post=post, reason=reason, changes={})


class _Undone(Exception):
    """What takes a trial back."""


def tried(act: Callable[[], Any], look: Callable[[], Made]) -> Made:
    """Return what `look` sees after `act`, and take the act back: the effect of a change before it is made."""
    seen: list[Made] = []
    try:
        with transaction.atomic():
            act()
            seen.append(look())
            raise _Undone
    except _Undone:
        return seen[0]


# ---------------------------------------------------------------------- before anything is written


@contextmanager
def _writing(authority: SigningAuthority, *, by: User, seen: int, reason: str) -> Iterator[str]:
    """One transaction under the lock of the authority: may this person, is the form of this moment, is there a reason;
    yields the post acted from."""
    with transaction.atomic():
        SigningAuthority.objects.select_for_update(no_key=True).get(pk=authority.pk)
        verdict = may_configure(by, authority)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        last = changes(authority).first()
        if last is not None and last.pk != seen:
            raise NotNow(
                _("%(who)s has changed this route on %(when)s.")
                % {"who": last.actor_name, "when": timezone.localtime(last.recorded_at).strftime("%Y-%m-%d %H:%M")},
                ARTICLE,
                code="changed_meanwhile",
                next_step=_("Open the page again and look at the route as it is now."),
            )
        if not reason.strip():
            raise BadInput(_("Say why, and by which paper, the route is changed."), ARTICLE)
        yield verdict.post


# ---------------------------------------------------------------------- the writing


def _rows(authority: SigningAuthority, submitter: Submitter) -> list[RouteStep]:
    return list(RouteStep.objects.filter(authority=authority, submitter=submitter.value, retired_on=None))


def _next_code(authority: SigningAuthority, submitter: Submitter) -> str:
    """Return the code of one more step of countersigning: a retired one keeps its own."""
    known = RouteStep.objects.filter(authority=authority, submitter=submitter.value, kind=StepKind.COUNTERSIGN).count()
    return f"{COUNTERSIGN}_{known + 1}" if known else COUNTERSIGN


def _fill(row: RouteStep, content: StepContent, countersigns: bool) -> None:
    role = content.role or (COUNTERSIGNS if countersigns else POSTS[row.code].step_role or READS)
    row.role_zh, row.role_en = role.zh, role.en
    row.article = content.article.strip()
    row.pass_rule = content.pass_rule if countersigns else PassRule.ONE.value
    row.ratio = content.ratio if row.pass_rule == PassRule.RATIO else None
    _set_condition(row, content.condition)


def _own_limits(row: RouteStep, content: StepContent) -> None:
    row.workdays = content.workdays
    row.on_disagree = content.on_disagree


def _set_condition(row: RouteStep | ForumRule, condition: Condition) -> None:
    takes = CONDITIONS[condition.code].takes
    row.condition = condition.code
    row.condition_codes = list(condition.codes) if takes in ("natures", "fields") else []
    row.condition_amount = condition.amount if takes == "amount" else None


def _seat(row: RouteStep, posts: Sequence[Post]) -> None:
    wanted = {post.pk for post in posts}
    present = {seat.post_id: seat for seat in row.route_seats.all()}
    for pk, seat in present.items():
        retired_on = None if pk in wanted else (seat.retired_on or clock.today())
        if seat.retired_on != retired_on:
            seat.retired_on = retired_on
            seat.save(update_fields=["retired_on"])
    for post in posts:
        if post.pk not in present:
            RouteSeat.objects.create(step=row, post=post)


def _place(others: list[RouteStep], row: RouteStep, behind: str) -> None:
    """Put a row behind the step named, and number the route anew. Never before the first or behind the last."""
    codes = [other.code for other in others]
    if behind not in codes[:-1]:
        raise BadInput(_("Choose the step it stands behind; the last step stays the last."), ARTICLE)
    place = codes.index(behind) + 1
    _number([*others[:place], row, *others[place:]])


def _number(rows: list[RouteStep]) -> None:
    for number, row in enumerate(rows, start=1):
        if row.order != number:
            row.order = number
            row.save(update_fields=["order"])


def _shown(row: RouteStep) -> dict[str, Any]:
    """Return what of a step an event compares."""
    seats = RouteSeat.objects.filter(step=row, retired_on=None).values_list("post_id", flat=True)
    return {
        "role": row.role_zh,
        "article": row.article,
        "condition": row.condition,
        "codes": list(row.condition_codes),
        "amount": str(row.condition_amount) if row.condition_amount is not None else "",
        "pass_rule": row.pass_rule,
        "ratio": row.ratio,
        "on_disagree": row.on_disagree,
        "workdays": row.workdays,
        "seats": list(seats),
        "order": row.order,
    }


def _rule_shown(row: ForumRule) -> dict[str, Any]:
    """Return what of a rule about meetings an event compares."""
    return {
        "forum": row.forum,
        "article": row.article,
        "condition": row.condition,
        "codes": list(row.condition_codes),
        "amount": str(row.condition_amount) if row.condition_amount is not None else "",
    }


def _tell(
    code: str, row: RouteStep | ForumRule, *, by: User, post: str, reason: str, changes: dict[str, list[Any]]
) -> None:
    of_step = (
        {"submitter": row.submitter, "step": row.code, "step_zh": row.role_zh} if isinstance(row, RouteStep) else {}
    )
    of_rule = {"forum": row.forum, "rule": row.code} if isinstance(row, ForumRule) else {}
    trail.append(
        chain=trail.SYSTEM_CHAIN,
        code=code,
        actor=by.actor(post),
        comment=reason.strip(),
        payload={"authority": row.authority.code, "id": row.pk, **of_step, **of_rule, "changes": changes},
    )
