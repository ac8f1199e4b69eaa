"""Whom the clock tells as the next post up when a review or a step of an approval is late (超时升级).

It reminds and tells; it never approves, and nothing goes on by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import Post, SigningAuthority, Unit
from accounts.posts import post_in_charge, post_of
from agreements.services import clock
from approvals.models import Assignment, Step, StepKind

OFFICE, DEPUTY_SECRETARY = "general_office", "deputy_secretary_general"
STEP_PREFIX = "assignment:"


def register() -> None:
    """Say for which rules somebody above is told."""
    clock.escalate("completeness", above_review)
    clock.escalate("review", above_review)
    clock.escalate("approval_step", above_step)


def above_review(rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Above the legal affairs office stands the General Office; above the General Office the deputy secretary-general
    in charge of the lead unit (§3.3, §3.4)."""
    codes = dict(Post.objects.filter(pk__in={row["post_id"] for row in rows}).values_list("pk", "code"))
    found: dict[int, int] = {}
    for row in rows:
        authority = SigningAuthority(pk=row["agreement__authority_id"])
        if codes[row["post_id"]] == OFFICE:
            unit = Unit(pk=row["agreement__lead_unit_id"])
            post = post_in_charge(authority, DEPUTY_SECRETARY, unit)
        else:
            post = post_of(authority, OFFICE)
        if post is not None and post.pk != row["post_id"]:
            found[row["pk"]] = post.pk
    return found


def above_step(rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Above a step stands the next one on the route that a post signs; above the last one nobody (§3.4). What waits to
    be presented lies with the General Office."""
    by_assignment = {
        int(row["subject_key"].removeprefix(STEP_PREFIX)): row
        for row in rows
        if row["subject_key"].startswith(STEP_PREFIX)
    }
    found = above_review([row for row in rows if not row["subject_key"].startswith(STEP_PREFIX)])
    if not by_assignment:
        return found
    places = dict(Assignment.objects.filter(pk__in=by_assignment).values_list("pk", "step__order"))
    runs = dict(Assignment.objects.filter(pk__in=by_assignment).values_list("pk", "step__run"))
    ahead: dict[int, list[tuple[int, int]]] = {}
    steps = Step.objects.filter(run__in=set(runs.values()), kind=StepKind.SIGN, state=Step.State.WAITING)
    for run, order, post in steps.exclude(post=None).order_by("order").values_list("run", "order", "post"):
        ahead.setdefault(run, []).append((order, post))
    for pk, row in by_assignment.items():
        for order, post in ahead.get(runs.get(pk, 0), []):
            if order > places[pk] and post != row["post_id"]:
                found[row["pk"]] = post
                break
    return found
