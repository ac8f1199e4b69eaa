"""The clock: raises what is due and not yet raised, however long nobody looked (§3.5, §4.1–4.3; reliability 2).

A threshold is a distance in working days from the due day: the reminders of the rule before and on it, then the post
the regulation names first one working day after it, and the second three working days after it; beside the first, for
the rules that say so, the next post up (超时升级). Time running out never decides anything. An alarm is a row, once for
a deadline, a threshold and a post; a deadline that is remade is a new row, so its alarms are raised again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import SigningAuthority, Unit
from accounts.posts import post_in, post_of
from agreements.models import Access, Alarm, Deadline, DeadlineSetting, DeadlineStop
from agreements.models.clock import ALARMS
from agreements.services import calendar, deadlines, notices
from core import clock
from records import checkpoints, files, numbers, outbox, runs
from records.models import JobRun
from regulation.deadlines import LATE_FIRST_WORKDAYS, LATE_SECOND_WORKDAYS
from regulation.records import Role
from regulation.workdays import Calendar, is_workday, nth_workday

logger = logging.getLogger(__name__)

JOB = "tick"
RECOUNT = "recomputed"
REMINDER, LAPSE, ESCALATION = ALARMS
_CHUNK = 500
_DAY = timedelta(days=1)
RUNS_KEPT = timedelta(days=7)
"""A run says that a minute's work was done; nobody asks after a week."""

OFFICE_POSTS = {
    Role.SECRETARIAT.value: "secretariat",
    Role.SUPERVISION_OFFICE.value: "inspector",
    Role.GENERAL_OFFICE.value: "general_office",
}
LEAD_POSTS = {Role.LEAD_UNIT.value: "officer", Role.LEAD_UNIT_HEAD.value: "unit_head"}

Sweep = Callable[[datetime], int]
_sweeps: dict[str, Sweep] = {}


def register(name: str, sweep: Sweep) -> None:
    """Add what an app above has to do when its time comes; it returns how many things it did.

    It runs in the transaction of the tick, before the alarms, and finds nothing left the second time.
    """
    if name in _sweeps:
        raise ValueError(f"sweep {name} is registered twice")
    _sweeps[name] = sweep


Row = Mapping[str, Any]
Above = Callable[[Sequence[Row]], dict[int, int]]
_above: dict[str, Above] = {}


def escalate(rule: str, above: Above) -> None:
    """Let the next post up be told when a deadline of a rule is late for the first time.

    `above` takes the late deadlines and returns the post's key by deadline; none for who has nobody above. The room in
    which the rule is run knows it: this one does not know the way of an approval.
    """
    if rule in _above:
        raise ValueError(f"rule {rule} is escalated twice")
    _above[rule] = above


# ---------------------------------------------------------------------- the tick


def beat(at: datetime | None = None) -> JobRun | None:
    """Do the minute's work once, however many schedulers ring; then deliver what waits.

    Second caller in the same minute: None, nothing is swept twice.
    """
    at = at or clock.now()
    run = runs.once(JOB, at.strftime("%Y-%m-%dT%H:%M%z"), lambda: _work(at))
    JobRun.objects.filter(job=JOB, finished_at__lt=clock.now() - RUNS_KEPT).delete()
    _afterwards()
    return run


def look(at: datetime) -> dict[str, Any]:
    """Do what a beat at that instant would do, whatever beat has done, and leave no run for `/readyz`."""
    with transaction.atomic():
        result = _work(at)
    _afterwards()
    return result


def _work(at: datetime) -> dict[str, Any]:
    # One sweep at a time: a second one waits here, then finds the alarms of the first.
    numbers.hold("clock")
    stamp = list(calendar.stamp())
    last = JobRun.objects.filter(job=JOB, finished_at__isnull=False).order_by("-finished_at").first()
    changed = last is None or last.result.get("calendar") != stamp
    result: dict[str, Any] = {"calendar": stamp, RECOUNT: 0, "failed": []}
    sweeps = {**({RECOUNT: lambda at: deadlines.recompute(on=clock.today(at))} if changed else {}), **_sweeps}
    for name, sweep in sweeps.items():
        try:
            with transaction.atomic():
                result[name] = sweep(at)
        except Exception:  # a fault of one app must not keep back the alarms of all; `/readyz` names it
            logger.exception("The sweep %s failed", name)
            result["failed"].append(name)
    if RECOUNT in result["failed"]:
        result["calendar"] = None  # the next tick tries again
    result["alarms"] = raise_alarms(at)
    return result


def _afterwards() -> None:
    while outbox.deliver_pending():
        pass
    checkpoints.checkpoint()
    files.sweep()


# ---------------------------------------------------------------------- alarms


@dataclass(frozen=True, slots=True)
class Threshold:
    """A distance from the due day, the rules it applies to, and who is told: the post of the deadline or a role."""

    distance: int
    rules: dict[tuple[int, str], str]

    @property
    def code(self) -> str:
        """Return the code of its notices."""
        return REMINDER if self.distance <= 0 else LAPSE

    def applies(self) -> Q:
        """Return the condition on deadlines that their rule has this threshold."""
        condition = Q(pk__in=[])
        for authority in {authority for authority, _rule in self.rules}:
            codes = [rule for of, rule in self.rules if of == authority]
            condition |= Q(agreement__authority=authority, rule__in=codes)
        return condition

    def due_before(self, day: date, used: Calendar) -> date:
        """Return the first due day whose threshold has not come by `day`: earlier ones are to be raised."""
        if self.distance < 0:
            return nth_workday(day, -self.distance, used).day + _DAY
        return _workday_back(day, self.distance, used) if self.distance else day + _DAY

    def day_of(self, due_on: date, used: Calendar) -> date:
        """Return the day on which a deadline reaches the threshold."""
        if self.distance > 0:
            return nth_workday(due_on, self.distance, used).day
        return _workday_back(due_on - _DAY, -self.distance, used) if self.distance else due_on


def _workday_back(day: date, amount: int, used: Calendar) -> date:
    """Return the `amount`-th working day counted backwards, `day` itself counted when it is one."""
    while True:
        amount -= is_workday(day, used)
        if not amount:
            return day
        day -= _DAY


def thresholds() -> Iterator[Threshold]:
    """Yield every threshold of the rules in use, with the role that is told (blank: the post of the deadline)."""
    found: dict[int, dict[tuple[int, str], str]] = {}
    for row in DeadlineSetting.objects.filter(retired_on=None):
        key = (row.authority_id, row.code)
        for distance in row.reminders:
            found.setdefault(distance, {})[key] = ""
        for distance, role in ((LATE_FIRST_WORKDAYS, row.told_first), (LATE_SECOND_WORKDAYS, row.told_second)):
            if role:
                found.setdefault(distance, {})[key] = role
    for distance, rules in sorted(found.items()):
        yield Threshold(distance, rules)


def raise_alarms(at: datetime) -> int:
    """Raise every alarm that is due and not yet raised; return how many.

    Provisional deadlines are reminded of but never judged late; deadlines whose clock stands still are left alone.
    A second call raises nothing.
    """
    used = calendar.in_use(fresh=True)
    recipients = _Recipients()
    return sum(_raise(threshold, at, used, recipients) for threshold in thresholds())


def _pending(threshold: Threshold, due_before: date) -> Iterable[Mapping[str, Any]]:
    stopped = DeadlineStop.objects.filter(deadline=OuterRef("pk"), to_on=None)
    raised = Alarm.objects.filter(deadline=OuterRef("pk"), threshold=threshold.distance)
    rows = (
        Deadline.objects.filter(threshold.applies(), closed_on=None, due_on__lt=due_before)
        .exclude(Exists(stopped))
        .exclude(Exists(raised))
    )
    if threshold.distance > 0:
        rows = rows.filter(provisional=False)
    return rows.values(
        "pk",
        "rule",
        "label",
        "due_on",
        "provisional",
        "starts_on",
        "subject_key",
        "post_id",
        "agreement_id",
        "agreement__title",
        "agreement__authority_id",
        "agreement__lead_unit_id",
    )


def _raise(threshold: Threshold, at: datetime, used: Calendar, recipients: _Recipients) -> int:
    """Raise the alarms of one threshold: one question, then alarms, sight of the agreements and messages in sets."""
    day = clock.today(at)
    alarms, access, messages = [], [], []
    pending = list(_pending(threshold, threshold.due_before(day, used)))
    above = _posts_above(pending) if threshold.distance == LATE_FIRST_WORKDAYS else {}
    for row in pending:
        was_due_on = threshold.day_of(row["due_on"], used)
        if threshold.distance < 0 and was_due_on <= row["starts_on"]:
            continue  # shorter than the distance: the to-do itself has just told
        role = threshold.rules[row["agreement__authority_id"], row["rule"]]
        post = recipients.of(role, row) if role else row["post_id"]
        late = was_due_on < day
        for to in dict.fromkeys((post, above.get(row["pk"]))):
            if to is None:
                continue
            escalated = to != post
            alarms.append(
                Alarm(
                    deadline_id=row["pk"],
                    threshold=threshold.distance,
                    post_id=to,
                    was_due_on=was_due_on,
                    raised_at=at,
                    raised_late=late,
                    escalated=escalated,
                )
            )
            access.append(Access(agreement_id=row["agreement_id"], post_id=to, holder=f"post:{to}", why="alarm"))
            code = ESCALATION if escalated else threshold.code
            messages.append(_message(code, threshold, row, to, was_due_on, late=late))
    Alarm.objects.bulk_create(alarms, batch_size=_CHUNK)
    Access.objects.bulk_create(access, batch_size=_CHUNK, ignore_conflicts=True)
    notices.tell_all(messages)
    return len(alarms)


def _posts_above(rows: Sequence[Row]) -> dict[int, int]:
    """Return the next post up by deadline, for the rules that are escalated."""
    found: dict[int, int] = {}
    for rule, above in _above.items():
        if late := [row for row in rows if row["rule"] == rule]:
            found.update(above(late))
    return found


def _message(
    code: str, threshold: Threshold, row: Mapping[str, Any], post: int, was_due_on: date, *, late: bool
) -> notices.Message:
    params = {
        "title": row["agreement__title"],
        "rule": row["rule"],
        "label": row["label"],
        "due_on": row["due_on"].isoformat(),
        "provisional": row["provisional"],
        "raise_on": was_due_on.isoformat() if late else "",
    }
    key = f"alarm:{row['pk']}:{threshold.distance}:{post}"
    return notices.Message(code, key, row["agreement_id"], post, params)


class _Recipients:
    """Finds the posts that are told of lapses, each office and lead unit looked up once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], int | None] = {}

    def of(self, role: str, row: Mapping[str, Any]) -> int | None:
        """Return the id of the post that plays a role for a deadline, or None where the authority has none."""
        office = OFFICE_POSTS.get(role)
        of = row["agreement__authority_id"] if office else row["agreement__lead_unit_id"]
        if (role, of) not in self._found:
            if office:
                post = post_of(SigningAuthority.objects.get(pk=of), office)
            else:
                post = post_in(Unit.objects.select_related("authority").get(pk=of), LEAD_POSTS[role])
            self._found[role, of] = post.pk if post else None
        return self._found[role, of]
