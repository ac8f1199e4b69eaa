"""A meeting from its plan to its day (§3.4): when and where, who takes part, that it was held or called off.

Agreements are locked before the meeting, in the order of their ids; then the meeting; its topics are read after that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Post, PostHolding, SigningAuthority, User
from agreements.models import Agreement, DeadlineSetting
from agreements.services import calendar, deadlines, duties, lifecycle
from approvals import rules
from approvals.models import Assignment, Attendance, Meeting, Step, Topic
from approvals.services import opening, topic_ends
from approvals.services.reviewing import STEP_RULE
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records import trail
from regulation.records import AuthorityKind, Forum
from regulation.routes import FORUMS_OF
from regulation.workdays import is_workday

State = Meeting.State
ARTICLE = "§3.4"
CUT_OFF = "meeting_topics"
OPEN = (State.PLANNED, State.FROZEN)


# ---------------------------------------------------------------------- asking and locking


def permit(by: User, authority: SigningAuthority) -> str:
    """Return the post in which a person runs the meetings of an authority. Raises Refused for anyone but the office."""
    verdict = rules.may_run_meetings(by, authority)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    return verdict.post


def lock(meeting: Meeting, agreements: Iterable[Agreement] = ()) -> None:
    """Lock agreements in the order of their ids, then the meeting, and read the meeting anew. Second caller: waits,
    then sees what the first one did."""
    if keys := [agreement.pk for agreement in agreements]:
        list(Agreement.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    meeting.refresh_from_db(from_queryset=Meeting.objects.select_for_update(of=("self",)))


def topics_of(meeting: Meeting) -> list[Topic]:
    """Return the topics of a meeting that still wait for their resolution, in the order of the agenda."""
    rows = Topic.objects.filter(meeting=meeting, state__in=Topic.LIVE)
    return list(
        rows.select_related("meeting", "step__run", "run__agreement__lead_unit", "run__agreement__authority", "text")
    )


@dataclass(slots=True)
class Taken:
    """A meeting under the lock, with its live topics, and the post of who acts."""

    meeting: Meeting
    topics: list[Topic]
    post: str


def take(meeting: Meeting, *, by: User) -> Taken:
    """Lock a meeting with every agreement on its agenda, and ask whether this person runs it.

    Raises Refused for anyone but the office. NotNow when a topic came or went between reading and locking.
    """
    post = permit(by, meeting.authority)
    before = topics_of(meeting)
    lock(meeting, [topic.agreement for topic in before])
    topics = topics_of(meeting)
    if {topic.pk for topic in topics} != {topic.pk for topic in before}:
        raise changed(meeting)
    return Taken(meeting, topics, post)


def must_be(meeting: Meeting, *states: str) -> None:
    """Raise NotNow, told who acted last, when the meeting is not in one of the states."""
    if meeting.state not in states:
        raise changed(meeting)


def changed(meeting: Meeting) -> NotNow:
    """Return the error for a meeting on which somebody has acted meanwhile, naming who and when."""
    last = trail.history(meeting.chain).last()
    words = _("The meeting is: %(state)s.") % {"state": meeting.get_state_display()}
    if last is not None:
        words += " " + _("%(who)s acted on it on %(when)s.") % {
            "who": last.actor_name,
            "when": timezone.localtime(last.recorded_at).strftime("%Y-%m-%d %H:%M"),
        }
    return NotNow(words, ARTICLE, code="meeting_changed", next_step=_("Open the meeting again and look at its agenda."))


def tell(
    meeting: Meeting,
    code: str,
    *,
    by: User,
    post: str,
    at: datetime,
    on: date | None = None,
    comment: str = "",
    **payload: Any,
) -> None:
    """Append an act to the meeting's own chain; the caller holds the lock of the meeting."""
    trail.append(
        chain=meeting.chain,
        code=code,
        actor=by.actor(post),
        legal_on=on or clock.today(at),
        at=at,
        comment=comment,
        payload=payload,
    )


def tell_topics(
    taken: Taken,
    code: str,
    *,
    by: User,
    on: date,
    at: datetime,
    comment: str = "",
    topics: Collection[Topic] | None = None,
) -> None:
    """Append an act on the whole meeting to the trail of every agreement on its agenda: one trail with the sign-off."""
    for topic in taken.topics if topics is None else topics:
        lifecycle.act(
            topic.agreement,
            code,
            actor=by.actor(taken.post),
            on=on,
            at=at,
            comment=comment,
            text=topic.text,
            payload=topic_ends.payload(topic),
        )


# ---------------------------------------------------------------------- planning


def cut_off(authority: SigningAuthority, planned_on: date) -> date:
    """Return the last day for topics of a meeting: so many working days before it as the authority has set (own limit,
    from the day of the meeting, which is not counted)."""
    left = DeadlineSetting.objects.get(authority=authority, code=CUT_OFF).amount
    used, day = calendar.in_use(), planned_on
    while left:
        day = date.fromordinal(day.toordinal() - 1)
        left -= is_workday(day, used)
    return day


def forums_of(authority: SigningAuthority) -> tuple[Forum, ...]:
    """Return the meetings an authority holds: those of its kind, by the regulation's reference (§2, §3.4)."""
    return FORUMS_OF[AuthorityKind(authority.kind)][1:]


def next_number(authority: SigningAuthority, forum: str, year: int) -> int:
    """Return the number the next session of a meeting in a year would bear."""
    rows = Meeting.objects.filter(authority=authority, forum=forum, year=year)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def plan(
    authority: SigningAuthority,
    *,
    by: User,
    forum: str,
    planned_on: date,
    place: str,
    planned_at: time | None = None,
    number: int | None = None,
    cut_off_on: date | None = None,
    members: Iterable[Post] | None = None,
    at: datetime | None = None,
) -> Meeting:
    """Plan a session of one of the authority's own meetings (§3.4), in working days for its cut-off.

    Without `members` every leader's post of the authority is expected. Raises Refused for anyone but the office;
    BadInput for an unknown forum, a day that has passed, or a cut-off after the meeting. Second caller for the same
    number: BadInput, the session exists.
    """
    at = at or clock.now()
    post = permit(by, authority)
    if forum not in forums_of(authority):
        raise BadInput(_("Choose which meeting it is."), ARTICLE)
    if planned_on < clock.today(at):
        raise BadInput(_("A meeting is planned for a day to come."), ARTICLE)
    last = cut_off_on or cut_off(authority, planned_on)
    _must_be_sound(planned_on, last, place)
    number = number or next_number(authority, forum, planned_on.year)
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                authority=authority,
                forum=forum,
                year=planned_on.year,
                number=number,
                planned_on=planned_on,
                planned_at=planned_at,
                place=place.strip(),
                cut_off_on=last,
                planned_by=by,
                made_at=at,
            )
            found = leaders(authority) if members is None else list(members)
            _expect(meeting, found)
            tell(meeting, "meeting_planned", by=by, post=post, at=at, planned_on=planned_on, place=meeting.place)
    except IntegrityError as error:
        raise BadInput(
            _("Session %(number)s of %(year)s exists already; take the next number.")
            % {"number": number, "year": planned_on.year},
            ARTICLE,
            code="number_taken",
        ) from error
    return meeting


def _must_be_sound(planned_on: date, cut_off_on: date, place: str) -> None:
    if not place.strip():
        raise BadInput(_("Say where the meeting takes place."), ARTICLE)
    if cut_off_on > planned_on:
        raise BadInput(_("The cut-off for topics does not lie after the meeting."), ARTICLE)


def leaders(authority: SigningAuthority) -> list[Post]:
    """Return the posts that take part in the government's meetings: its leaders, the highest first."""
    order = {code: place for place, code in enumerate(reversed(rules.LEADERS))}
    posts = Post.objects.filter(authority=authority, code__in=rules.LEADERS, retired_on=None).select_related("unit")
    return sorted(posts, key=lambda post: (order[post.code], post.pk))


def change(
    meeting: Meeting,
    *,
    by: User,
    planned_on: date,
    place: str,
    planned_at: time | None = None,
    cut_off_on: date | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Meeting:
    """Move a meeting that was not held yet to another day or place; what waits for it is due on the new day.

    Raises BadInput without a reason once the agenda is frozen. Second caller: NotNow once it was held.
    """
    at = at or clock.now()
    with transaction.atomic():
        taken = take(meeting, by=by)
        must_be(meeting, *OPEN)
        if meeting.state == State.FROZEN and not reason.strip():
            raise BadInput(_("Say why a meeting with a frozen agenda is moved."), ARTICLE)
        if planned_on.year != meeting.year:
            raise BadInput(_("The session is numbered in its year; plan a new one for another year."), ARTICLE)
        last = cut_off_on or cut_off(meeting.authority, planned_on)
        _must_be_sound(planned_on, last, place)
        before = meeting.planned_on
        meeting.planned_on, meeting.planned_at = planned_on, planned_at
        meeting.place, meeting.cut_off_on = place.strip(), last
        meeting.save()
        tell(
            meeting,
            "meeting_changed",
            by=by,
            post=taken.post,
            at=at,
            comment=reason.strip(),
            planned_on=planned_on,
            place=meeting.place,
        )
        if before != planned_on:
            for topic in taken.topics:
                if topic.state == Topic.State.AGENDA:
                    due_by(topic, meeting, by=by, at=at)
    return meeting


def call_off(meeting: Meeting, *, by: User, reason: str, at: datetime | None = None) -> Meeting:
    """Call a meeting off: it stays on record, its topics wait for another one.

    Raises BadInput without a reason. Second caller: NotNow.
    """
    at = at or clock.now()
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the meeting is called off."), ARTICLE)
    with transaction.atomic():
        taken = take(meeting, by=by)
        must_be(meeting, *OPEN)
        tell_topics(taken, "meeting_called_off", by=by, on=clock.today(at), at=at, comment=reason)
        for topic in taken.topics:
            wait_again(topic, by=by, at=at)
        meeting.state = State.CALLED_OFF
        meeting.save(update_fields=["state"])
        tell(meeting, "meeting_called_off", by=by, post=taken.post, at=at, comment=reason)
    return meeting


def due_by(topic: Topic, meeting: Meeting, *, by: User, at: datetime) -> None:
    """Let the meeting's step be due on the day of the meeting: the limit of the step waits for no other day."""
    agreement, row = topic.agreement, host_of(topic.step)
    if row is None:
        return
    deadline = deadlines.start(
        agreement,
        STEP_RULE,
        starts_on=clock.today(at),
        post=row.post,
        subject_key=row.key,
        due_on=meeting.planned_on,
        label=meeting.name,
    )
    duties.open(agreement, "meeting", post=row.post, subject_key=row.key, deadline=deadline, by=by, at=at)
    deadlines.refresh_next_due(agreement)


def wait_again(topic: Topic, *, by: User, at: datetime) -> None:
    """Take a topic off its meeting: it waits for another one, the limit of its step runs anew."""
    topic_ends.close_consent(topic, by=by, at=at, because="moved")
    topic.meeting, topic.order, topic.state = None, None, Topic.State.PROPOSED
    topic.is_late, topic.late_reason, topic.consent_post = False, "", None
    topic.consented_on, topic.consented_by_name, topic.consented_post_title, topic.consent_words = None, "", "", ""
    topic.consent_scan, topic.consent_recorded_by_name = None, ""
    topic.save()
    row = host_of(topic.step)
    if row is not None:
        on = clock.today(at)
        opening.put_on_desk(topic.agreement, row, topic.step, by=by, on=on, at=at, fresh=False)
        deadlines.refresh_next_due(topic.agreement)


def host_of(step: Step) -> Assignment | None:
    """Return the open assignment of a meeting's step; None when it is not open any more."""
    rows = Assignment.objects.filter(step=step, closed_at=None, kind=Assignment.Kind.HOST)
    return rows.select_related("post__unit").first()


# ---------------------------------------------------------------------- who takes part


def _expect(meeting: Meeting, posts: Iterable[Post]) -> None:
    names = holder_names([post.pk for post in posts], meeting.planned_on)
    Attendance.objects.bulk_create(
        [Attendance(meeting=meeting, post=post, name=names.get(post.pk, "")) for post in posts], ignore_conflicts=True
    )


def holder_names(posts: Collection[int], day: date) -> dict[int, str]:
    """Return who holds posts on a day, by post."""
    names: dict[int, str] = {}
    rows = PostHolding.objects.on(day).filter(post__in=posts, user__is_active=True).select_related("user")
    for row in rows.order_by("pk"):
        names.setdefault(row.post_id, row.user.full_name)
    return names


# ---------------------------------------------------------------------- its day


def hold(
    meeting: Meeting,
    *,
    by: User,
    held_on: date,
    chaired_by: str = "",
    at: datetime | None = None,
) -> Meeting:
    """Record that a meeting with a frozen agenda was held, on which day and under whose chair; its results follow.

    Members who were expected count as present until something else is recorded. Raises BadInput for a day in the future
    or before the agenda was frozen; NotNow while the agenda is not frozen. Second caller: NotNow, told who did.
    """
    at = at or clock.now()
    if held_on > clock.today(at):
        raise BadInput(_("The meeting cannot lie in the future."), ARTICLE)
    with transaction.atomic():
        taken = take(meeting, by=by)
        must_be(meeting, State.FROZEN)
        if meeting.frozen_at and held_on < clock.today(meeting.frozen_at):
            raise BadInput(_("The meeting was held before its agenda was frozen."), ARTICLE)
        meeting.state, meeting.held_on, meeting.chaired_by = State.HELD, held_on, chaired_by.strip()
        meeting.save(update_fields=["state", "held_on", "chaired_by"])
        meeting.attendance.filter(state=Attendance.State.EXPECTED).update(state=Attendance.State.PRESENT)
        tell_topics(taken, "meeting_held", by=by, on=held_on, at=at)
        tell(meeting, "meeting_held", by=by, post=taken.post, at=at, on=held_on, chair=meeting.chaired_by)
    return meeting
