"""What a step or a rule about meetings can be, and which steps no route goes without (§3.4, §2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Post, SigningAuthority
from approvals.models import Basis, OnDisagree, PassRule, RouteStep
from approvals.services import sync
from core.errors import BadInput
from regulation.conditions import CONDITIONS
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Submitter, Text
from regulation.vocabulary import FIELDS, NATURES

ARTICLE = "§3.4"
LONGEST_LIMIT = 60
"""Working days that a step may be given at most; our own bound, against a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a row stands on the route: the name of the condition and what it is given."""

    code: str = "always"
    codes: tuple[str, ...] = ()
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StepContent:
    """What an administrator sets of a step. Of one that the regulation asks only limit and disagreement are taken."""

    workdays: int | None = None
    on_disagree: str = OnDisagree.NONE.value
    role: Text | None = None
    article: str = ""
    behind: str = ""
    """The code of the step it stands behind."""
    condition: Condition = Condition()
    pass_rule: str = PassRule.ONE.value
    ratio: int | None = None
    seats: tuple[Post, ...] = ()


def must_stay(row: RouteStep) -> str:
    """Return in words why a step cannot be taken off its route; blank when it can."""
    if row.basis == Basis.REGULATION:
        return _("“%(step)s” is asked by the regulation; no municipal route goes without it.") % {"step": row.label}
    if row.basis == Basis.REFERENCE and row.code in _ends(row):
        return _("“%(step)s” stays: the office presents first, and the head decides last.") % {"step": row.label}
    return ""


def _ends(row: RouteStep) -> tuple[str, str]:
    """Return the codes of the first and the last step of a route as it was seeded."""
    seeded = [*sync.wanted(Submitter(row.submitter), AuthorityKind(row.authority.kind))]
    return seeded[0], seeded[-1]


def signing_posts(authority: SigningAuthority) -> list[str]:
    """Return the codes of the posts that may be given a step: office posts of the authority, but no technical ones."""
    found = Post.objects.filter(authority=authority, retired_on=None).values_list("code", flat=True).distinct()
    return [code for code in POSTS if code in set(found) and _is_office(code)]


def countersigning_codes() -> list[str]:
    """Return the codes of the posts that may countersign: those of the office, and heads of units for their unit."""
    return [code for code in POSTS if _is_office(code) or code == "unit_head"]


def _is_office(code: str) -> bool:
    post = POSTS[code]
    return not post.of_every_unit and bool(post.article)


def may_sign(authority: SigningAuthority, code: str) -> bool:
    return code in POSTS and code in signing_posts(authority)


def check(authority: SigningAuthority, content: StepContent, *, countersigns: bool) -> None:
    check_limits(content)
    check_condition(content.condition)
    if not countersigns:
        return
    if not content.seats:
        raise BadInput(_("Name at least one post that countersigns."), ARTICLE)
    if any(
        post.authority_id != authority.pk or post.retired_on is not None or post.code not in countersigning_codes()
        for post in content.seats
    ):
        raise BadInput(_("Only posts of this authority that may answer for it countersign."), ARTICLE)
    if content.pass_rule not in (PassRule.ALL, PassRule.ANY, PassRule.RATIO):
        raise BadInput(_("Say when the countersigning has passed."), ARTICLE)
    if content.pass_rule == PassRule.RATIO and not 1 <= (content.ratio or 0) <= 100:
        raise BadInput(_("Give the share that must agree, from 1 to 100 percent."), ARTICLE)


def check_limits(content: StepContent) -> None:
    if content.workdays is not None and not 1 <= content.workdays <= LONGEST_LIMIT:
        raise BadInput(_("A limit is from 1 to %(most)s working days.") % {"most": LONGEST_LIMIT}, ARTICLE)
    if content.on_disagree not in OnDisagree.values:
        raise BadInput(_("Say what a disagreement does."), ARTICLE)


def check_condition(condition: Condition) -> None:
    record = CONDITIONS.get(condition.code)
    if record is None:
        raise BadInput(_("Choose when the step stands on the route."), ARTICLE)
    if record.takes in ("natures", "fields"):
        known = NATURES if record.takes == "natures" else FIELDS
        if not condition.codes or not set(condition.codes) <= known.keys():
            raise BadInput(_("Choose at least one of the natures or fields."), ARTICLE)
    if record.takes == "amount" and (condition.amount is None or condition.amount <= 0):
        raise BadInput(_("Give an amount above zero."), ARTICLE)
