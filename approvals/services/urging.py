"""Urging an approval on (催办): whoever has it is told, and everybody sees who urged whom, when and how (§3.4)."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import PostHolding, User
from agreements.models import Deadline
from agreements.services import calendar, lifecycle, notices
from approvals import act_rules
from approvals.models import Assignment, Run, Step, Urge
from approvals.services import steps, taking
from core.errors import NotNow, Refused
from core.verdicts import Denied


def urge(run: Run, *, by: User, text: str = "", on: date | None = None, at: datetime | None = None) -> list[Urge]:
    """Urge whoever has the open step, each of several: they are told at once, and a line of it stays for all to see.

    The lead unit and the General Office urge; the clock says by itself what is due. How often is our own limit
    (`URGE_EVERY_WORKDAYS`, one working day): who was urged within it is left alone. Raises Refused for anyone else;
    NotNow when nothing lies with anybody else, and, with the day on which it is possible again, when all were urged.
    Second caller: NotNow, told who urged.
    """
    on, at = taking.today(on, at)
    agreement = run.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = act_rules.may_urge(by, run)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        run.refresh_from_db(fields=["state"])
        waiting = [row for row in lying(run) if row.post_id not in by.post_ids]
        if not waiting:
            raise NotNow(_("Nothing of this approval lies with anybody else now."), "§3.4", code="nobody_to_urge")
        last = {row.assignment_id: row for row in Urge.objects.filter(assignment__in=waiting)}
        due = [row for row in waiting if row.pk not in last or may_again_on(last[row.pk]) <= on]
        if not due:
            raise _urged_already(max(last.values(), key=lambda row: row.sent_at))
        holders = _holders(due, on)
        made = [
            Urge.objects.create(
                assignment=row,
                by=by,
                by_name=by.full_name,
                post_title=verdict.post,
                to_names=holders.get(row.post_id, row.post.title),
                text=text.strip(),
                sent_on=on,
                sent_at=at,
            )
            for row in due
        ]
        days = dict(
            Deadline.objects.filter(
                agreement=agreement, subject_key__in=[row.key for row in due], closed_on=None
            ).values_list("subject_key", "due_on")
        )
        for row in due:
            day = days.get(row.key)
            notices.tell(
                "urged",
                agreement=agreement,
                post=row.post,
                who=by.full_name,
                text=text.strip(),
                due_on=day.isoformat() if day else "",
            )
        lifecycle.act(
            agreement,
            "urge",
            actor=by.actor(verdict.post, verdict.capacity),
            on=on,
            at=at,
            comment=text.strip(),
            text=run.text,
            payload={**steps.payload(due[0].step), "posts": [row.post.title for row in due]},
        )
    return made


def lying(run: Run) -> list[Assignment]:
    """Return with whom the open step lies now: everybody who can act on it."""
    return list(
        Assignment.objects.filter(
            step__run=run, step__run__state=Run.State.OPEN, step__state=Step.State.OPEN, closed_at=None
        )
        .exclude(opened_at=None)
        .select_related("post__unit", "step__run")
    )


def may_again_on(last: Urge) -> date:
    """Return the first day on which an item may be urged again."""
    return calendar.nth(last.sent_on, settings.URGE_EVERY_WORKDAYS).day


def _holders(rows: list[Assignment], day: date) -> dict[int, str]:
    """Return the names of who holds the posts, by post."""
    names: dict[int, list[str]] = {}
    held = PostHolding.objects.on(day).filter(post__in=[row.post_id for row in rows], user__is_active=True)
    for post, name in held.order_by("pk").values_list("post_id", "user__full_name"):
        names.setdefault(post, []).append(name)
    return {post: pgettext("between names", ", ").join(found)[:200] for post, found in names.items()}


def _urged_already(last: Urge) -> NotNow:
    return NotNow(
        _("%(who)s urged on %(day)s; this can be done again on %(again)s.")
        % {"who": last.by_name, "day": last.sent_on.isoformat(), "again": may_again_on(last).isoformat()},
        "§3.4",
        code="urged_already",
        next_step=_("Until then the clock reminds by itself."),
    )
