"""A part of an open step in whose post nobody may act any more goes to the office, never through (§3.4).

Where a step lies is settled when it opens; afterwards its holder may leave, a deputy may begin who worked on the case,
or somebody who drafted it may come to hold the post. The clock looks, and moves such a part with a trace line: that of
who decides, of each who countersigns, of each who was added as a signer. Advice is waited for by nobody.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Delegation, Post, PostHolding
from agreements.models import Access, Standing, ToDo
from agreements.services import access, deadlines, lifecycle
from approvals.models import Assignment, Decision, Pause, Run, Step, StepKind
from approvals.services import routing, steps
from approvals.services.reviewing import STEP_RULE
from core import clock
from records import trail

REDIRECT = "redirect_step"
Kind = Assignment.Kind


def sweep(at: datetime) -> int:
    """Move every part of an open step on which nobody of its post may act to the office; return how many. A second run
    finds none; a paused approval stands still, and is seen to when it goes on."""
    day = clock.today(at)
    return sum(_redirect(pk, day, at) for pk in list(_doubtful(day).values_list("pk", flat=True)))


def _doubtful(day: date) -> QuerySet[Assignment]:
    """Return the parts of open steps that may be stuck: nobody holds the post, it is delegated, or a holder worked on
    the case. One that is paused stays until it goes on: nothing moves and no limit runs in a pause."""
    holders = PostHolding.objects.on(day).filter(post=OuterRef("post"), user__is_active=True)
    workers = Access.objects.filter(
        agreement=OuterRef(OuterRef("step__run__agreement")), user=OuterRef("user"), why__in=access.WORKED
    )
    return (
        Assignment.objects.filter(
            closed_at=None,
            opened_at__isnull=False,
            step__state=Step.State.OPEN,
            step__kind__in=(StepKind.SIGN, StepKind.COUNTERSIGN),
            step__run__state=Run.State.OPEN,
            step__run__agreement__standing=Standing.ACTIVE,
        )
        .exclude(kind=Kind.ADVICE)
        .exclude(kind=Kind.HOST, step__redirected_because__gt="")
        .exclude(Exists(Pause.objects.filter(run=OuterRef("step__run"), closed_at=None)))
        .filter(
            ~Exists(holders)
            | Exists(Delegation.objects.on(day).filter(post=OuterRef("post")))
            | Exists(holders.filter(Exists(workers)))
        )
        .order_by("pk")
    )


def _redirect(pk: int, day: date, at: datetime) -> bool:
    """Move one part where it is stuck indeed; its limit begins anew for the office, so its alarms are raised again."""
    with transaction.atomic():
        agreement = Assignment.objects.select_related("step__run__agreement").get(pk=pk).step.run.agreement
        lifecycle.lock(agreement)
        assignment = _doubtful(day).select_related("post__unit", "step__run__text").filter(pk=pk).first()
        if assignment is None:
            return False
        step, before = assignment.step, assignment.post
        decides = assignment.kind == Kind.HOST
        lies = routing.of_post(agreement, before, day=day, approved=_approved(step.run) if decides else {})
        if not lies.redirected or lies.post.pk == before.pk or _is_asked(assignment, lies.post):
            return False
        access.grant(agreement, "approval", post=lies.post)
        assignment.post = lies.post
        assignment.save(update_fields=["post"])
        if decides:
            step.post, step.redirected_because = lies.post, lies.redirected
            step.save(update_fields=["post", "redirected_because"])
        deadline = deadlines.start(
            agreement,
            STEP_RULE,
            starts_on=day,
            post=lies.post,
            subject_key=assignment.key,
            amount=step.workdays,
        )
        ToDo.objects.filter(agreement=agreement, subject_key=assignment.key, closed_at=None).update(
            post=lies.post, deadline=deadline, due_on=deadline.due_on
        )
        lifecycle.act(
            agreement,
            REDIRECT,
            actor=trail.SYSTEM,
            on=day,
            at=at,
            text=step.run.text,
            payload={**steps.payload(step), "redirected": lies.redirected, "before": before.title},
        )
        deadlines.refresh_next_due(agreement)
    return True


def _is_asked(assignment: Assignment, office: Post) -> bool:
    """Tell whether the office is asked on the step already: then the part waits until the office has answered there."""
    others = Assignment.objects.filter(step=assignment.step_id, post=office, closed_at=None)
    return others.exclude(kind=Kind.ADVICE).exists()


def _approved(run: Run) -> dict[int, str]:
    """Return who has approved the text of a run, and in which capacity."""
    rows = Decision.objects.filter(
        assignment__step__run=run,
        assignment__step__redirected_because="",
        verdict=Decision.Verdict.APPROVE,
        text_sha256=run.sha256,
    )
    return dict(rows.values_list("by", "capacity"))
