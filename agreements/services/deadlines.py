"""Starting, closing, stopping and recomputing deadlines. A remade deadline is a new row (decision 10, data model)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Post
from agreements.models import Agreement, Deadline, DeadlineSetting, DeadlineStop
from agreements.services import calendar
from core import clock
from regulation.deadlines import DEADLINES
from regulation.records import Start, Unit
from regulation.workdays import Calendar, add_years, nth_workday

SUBJECT = "agreement"


def setting(agreement: Agreement, rule: str) -> DeadlineSetting:
    """Return the rule as the agreement's authority runs it, with the stamp of the calendar it is counted by;
    DoesNotExist means `sync_regulation` never ran."""
    return DeadlineSetting.objects.annotate(**calendar.stamps()).get(authority=agreement.authority_id, code=rule)


def calendar_of(row: DeadlineSetting) -> Calendar:
    """Return the calendar of the moment in which a setting was read; no query while it has not changed."""
    return calendar.in_use(stamped=(row.newest_year, row.newest_day))  # type: ignore[attr-defined]


def compute(starts_on: date, amount: int, unit: str, used: Calendar | None = None) -> tuple[date, bool]:
    """Return the due day and whether it is provisional; `used` is the calendar where it was read already. The start
    day is not counted.

    Working days skip holidays and count make-up days; calendar days and anniversaries do not move to working days,
    and 29 February plus years is 28 February.
    """
    if unit == Unit.WORKDAY:
        counted = nth_workday(starts_on, amount, used or calendar.in_use(fresh=True))
        return counted.day, counted.provisional
    if unit == Unit.YEAR:
        return add_years(starts_on, amount), False
    return starts_on + timedelta(days=amount), False


def start(
    agreement: Agreement,
    rule: str,
    *,
    starts_on: date,
    post: Post,
    subject_key: str = SUBJECT,
    due_on: date | None = None,
    amount: int | None = None,
    given_back: int = 0,
    label: str = "",
    fresh: bool = False,
) -> Deadline:
    """Start the deadline of a rule; `due_on` is given where a plan or a sender sets the day, `amount` where the subject
    has a length of its own in the unit of the rule.

    Second caller for the same open subject: the earlier row is closed as replaced, a new one takes its place. `fresh`
    says that the subject was made in this transaction: then no earlier row is looked for.
    """
    row = setting(agreement, rule)
    provisional = False
    due_set = due_on is not None
    amount = row.amount if amount is None else amount
    if due_on is None:
        due_on, provisional = compute(starts_on, amount + given_back, row.unit, calendar_of(row))
    subject = Deadline.objects.filter(agreement=agreement, rule=rule, subject_key=subject_key, closed_on=None)
    earlier = None if fresh else subject.first()
    if earlier:
        close(agreement, rule, subject_key=subject_key, on=starts_on, because="replaced")
    return Deadline.objects.create(
        agreement=agreement,
        subject_key=subject_key,
        rule=rule,
        article=row.article,
        own_limit=row.own_limit,
        label=label,
        starts_on=starts_on,
        amount=amount,
        given_back=given_back,
        unit=row.unit,
        due_on=due_on,
        provisional=provisional,
        due_set=due_set,
        post=post,
        replaces=earlier,
    )


def close(
    agreement: Agreement,
    rule: str,
    *,
    on: date,
    subject_key: str | Collection[str] = SUBJECT,
    because: str = "done",
) -> int:
    """Close the open deadline of a subject, or of several; 0 when there is none (a second caller changes nothing)."""
    keys = [subject_key] if isinstance(subject_key, str) else subject_key
    return Deadline.objects.filter(agreement=agreement, rule=rule, subject_key__in=keys, closed_on=None).update(
        closed_on=on, closed_because=because
    )


def close_all(agreement: Agreement, *, on: date, because: str) -> int:
    """Close every open deadline of an agreement that has ended."""
    return Deadline.objects.filter(agreement=agreement, closed_on=None).update(closed_on=on, closed_because=because)


def stop_all(agreement: Agreement, *, on: date, reason: str) -> None:
    """Stop the clock of every open deadline from a day on (a suspension, §4.3); one that stands still stays so."""
    DeadlineStop.objects.bulk_create(
        DeadlineStop(deadline=row, from_on=on, reason=reason)
        for row in Deadline.objects.filter(agreement=agreement, closed_on=None).exclude(_stands_still())
    )


def resume_all(agreement: Agreement, *, on: date) -> None:
    """Let the clock go on after a suspension: each deadline it stopped is remade with the stopped days given back.

    A deadline in working days gets back the working days that fell into the stop, any other the calendar days. The
    end of the year stays where it is: the self-check is reported before the year ends (§4.3), whatever happened in it.
    A deadline that was stopped alone goes on standing still.
    """
    stops = DeadlineStop.objects.filter(
        deadline__agreement=agreement, deadline__closed_on=None, to_on=None, alone=False
    )
    for stop in stops.select_related("deadline"):
        _resume(stop, on=on)


def stop(agreement: Agreement, rule: str, *, on: date, reason: str, subject_key: str = SUBJECT) -> bool:
    """Stop the clock of one subject's deadline from a day on; its to-dos stay. False where there is no clock to stop.

    Second caller: False, it stands still already.
    """
    row = (
        Deadline.objects.filter(agreement=agreement, rule=rule, subject_key=subject_key, closed_on=None)
        .exclude(_stands_still())
        .first()
    )
    if row is None:
        return False
    DeadlineStop.objects.create(deadline=row, from_on=on, reason=reason, alone=True)
    return True


def resume(agreement: Agreement, rule: str, *, on: date, subject_key: str = SUBJECT) -> Deadline | None:
    """Let the clock of one subject go on, with the days of the stop given back; None where it runs already."""
    found = (
        DeadlineStop.objects.filter(
            deadline__agreement=agreement,
            deadline__rule=rule,
            deadline__subject_key=subject_key,
            deadline__closed_on=None,
            to_on=None,
            alone=True,
        )
        .select_related("deadline")
        .first()
    )
    return _resume(found, on=on) if found else None


def _stands_still() -> Q:
    return Q(pk__in=DeadlineStop.objects.filter(to_on=None).values("deadline"))


def _resume(stop: DeadlineStop, *, on: date) -> Deadline:
    row = stop.deadline
    if DEADLINES[row.rule].starts == Start.YEAR_END:
        due_on, provisional = row.due_on, row.provisional
    elif row.unit == Unit.WORKDAY and not row.due_set:
        row.given_back += max(calendar.until(stop.from_on, on), 0)
        due_on, provisional = compute(row.starts_on, row.amount + row.given_back, row.unit)
    else:
        due_on, provisional = row.due_on + (on - stop.from_on), row.provisional
    stop.to_on = on
    stop.save(update_fields=["to_on"])
    return _remake(row, due_on=due_on, provisional=provisional, on=on, because="resumed")


def _remake(row: Deadline, *, due_on: date, provisional: bool, on: date, because: str) -> Deadline:
    """Replace an open deadline by one with another day, and hang its to-dos on the new row."""
    Deadline.objects.filter(pk=row.pk).update(closed_on=on, closed_because=because)
    new = Deadline.objects.create(
        agreement_id=row.agreement_id,
        subject_key=row.subject_key,
        rule=row.rule,
        article=row.article,
        own_limit=row.own_limit,
        label=row.label,
        starts_on=row.starts_on,
        amount=row.amount,
        given_back=row.given_back,
        unit=row.unit,
        due_on=due_on,
        provisional=provisional,
        due_set=row.due_set,
        post_id=row.post_id,
        replaces=row,
    )
    # A clock that stands still goes on standing still on the new row.
    row.stops.filter(to_on=None).update(deadline=new)
    row.todos.filter(closed_at=None).update(deadline=new, due_on=due_on)
    return new


def recompute(*, on: date | None = None) -> int:
    """Recompute open working-day deadlines after a calendar was entered or changed; return how many moved.

    A deadline whose day or provisional mark changes is remade as a new row with its reason, so that its alarms fire
    by the new day. Second caller: nothing is left to change.
    """
    on = on or clock.today()
    counted = Deadline.objects.filter(closed_on=None, unit=Unit.WORKDAY.value, due_set=False)
    used = calendar.in_use(fresh=True)
    stale = {row.agreement_id for row in counted.iterator() if _recount(row, used) != (row.due_on, row.provisional)}
    count = 0
    for pk in sorted(stale):
        with transaction.atomic():
            agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=pk)
            for row in counted.filter(agreement=agreement):
                due_on, provisional = _recount(row, used)
                if (due_on, provisional) != (row.due_on, row.provisional):
                    _remake(row, due_on=due_on, provisional=provisional, on=on, because="recomputed")
                    count += 1
            refresh_next_due(agreement)
    return count


def _recount(row: Deadline, used: Calendar) -> tuple[date, bool]:
    """Return the day of a deadline in working days by a calendar, with what a stop has given back."""
    counted = nth_workday(row.starts_on, row.amount + row.given_back, used)
    return counted.day, counted.provisional


def refresh_next_due(agreement: Agreement) -> None:
    """Keep the date the list sorts and lights by: the earliest open deadline whose clock runs."""
    stands_still = DeadlineStop.objects.filter(deadline=OuterRef("pk"), to_on=None)
    first = (
        Deadline.objects.filter(~Exists(stands_still), agreement=agreement, closed_on=None)
        .order_by("due_on", "pk")
        .values_list("due_on", "provisional")
        .first()
    )
    due_on, provisional = first or (clock.FAR_AWAY, False)
    if (agreement.next_due_on, agreement.next_due_judged) != (due_on, not provisional):
        agreement.next_due_on = due_on
        agreement.next_due_judged = not provisional
        agreement.save(update_fields=["next_due_on", "next_due_judged", "station", "standing"])


def describe(row: Deadline) -> str:
    """Return how the deadline was counted, in words: working days and calendar days are told apart."""
    if row.due_set or not row.amount:
        return _("day set in the plan") if row.rule == "task" else _("fixed day")
    if row.unit == Unit.WORKDAY:
        return _("working day %(amount)s after %(start)s") % {"amount": row.amount, "start": row.starts_on}
    if row.unit == Unit.DAY:
        return _("%(amount)s calendar days after %(start)s") % {"amount": row.amount, "start": row.starts_on}
    return _("%(amount)s years after %(start)s") % {"amount": row.amount, "start": row.starts_on}
