"""The agenda of a meeting (§3.4): which topics, in which order, late ones with consent, and from when it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Post, Unit, User
from accounts.posts import post_in
from agreements.models import Attachment
from agreements.services import access, attachments, duties, notices
from approvals import blockers, rules
from approvals.models import Attendance, EntrustedOpinion, Invitation, Meeting, Topic
from approvals.services import attendance, meetings, routing, topic_ends, topics
from approvals.services.topic_ends import CONSENT_TODO
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied, Gap

State = Topic.State
ARTICLE = "§3.4"
UP, DOWN = "up", "down"


def place(
    topic: Topic,
    meeting: Meeting,
    *,
    by: User,
    late_reason: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Topic:
    """Put a topic on the agenda of a meeting, last in order: only when the legal review of its very text is closed and
    no opinion is unanswered (§3.3, §3.4).

    After the cut-off (working days before the meeting, our own limit) it is late: it needs a `late_reason` and waits
    for the consent of a leader. Raises Refused for anyone but the office; BadInput for another kind of meeting or a
    late topic without its reason; NotNow with every gap, and for a frozen agenda. Second caller: NotNow.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    late_reason = late_reason.strip()
    with transaction.atomic():
        post = topics.take(topic, by=by)
        meetings.lock(meeting)
        topics.must_live(topic)
        if meeting.state != Meeting.State.PLANNED:
            raise topics.frozen()
        if topic.state != State.PROPOSED:
            raise _placed_already(topic)
        if topic.step.code != meeting.forum or topic.agreement.authority_id != meeting.authority_id:
            raise BadInput(_("This matter goes to another meeting: %(step)s.") % {"step": topic.step.name}, ARTICLE)
        if gaps := blockers.topic_blockers([topic])[topic.pk]:
            raise not_ready(gaps)
        topic.meeting = meeting
        if on > meeting.cut_off_on:
            _ask_for_consent(topic, by=by, post=post, reason=late_reason, at=at)
        else:
            _put_last(topic, by=by, at=at)
            topics.tell(topic, "topic_placed", by=by, post=post, at=at)
    return topic


def not_ready(gaps: Iterable[Gap]) -> NotNow:
    """Return the error for a topic that may not enter an agenda yet, with every gap."""
    found = list(gaps)
    return NotNow(
        _("The topic cannot enter an agenda yet: %(count)s point(s) are missing.") % {"count": len(found)},
        ARTICLE,
        gaps=found,
        code="topic_incomplete",
        next_step=_("Complete the points below, then try again."),
    )


def _placed_already(topic: Topic) -> NotNow:
    return NotNow(
        _("The topic is already with “%(meeting)s”.") % {"meeting": topic.meeting},
        ARTICLE,
        code="topic_placed",
        next_step=_("Take it off there first."),
    )


def _put_last(topic: Topic, *, by: User, at: datetime) -> None:
    meeting = topic.meeting
    if meeting is None:
        raise RuntimeError("a topic on an agenda has its meeting")
    last = Topic.objects.filter(meeting=meeting).aggregate(last=Max("order"))["last"] or 0
    topic.order, topic.state = last + 1, State.AGENDA
    topic.save()
    meetings.due_by(topic, meeting, by=by, at=at)


# ---------------------------------------------------------------------- late topics


def _ask_for_consent(topic: Topic, *, by: User, post: str, reason: str, at: datetime) -> None:
    meeting = topic.meeting
    if meeting is None:
        raise RuntimeError("a late topic has its meeting")
    if not reason:
        raise BadInput(
            _("The cut-off was on %(day)s: say why this topic comes late; a leader consents to it.")
            % {"day": meeting.cut_off_on},
            ARTICLE,
        )
    topic.state, topic.is_late, topic.late_reason = State.CONSENT, True, reason
    topic.consent_post = _who_consents(topic, on=clock.today(at))
    topic.save()
    duties.open(
        topic.agreement,
        CONSENT_TODO,
        post=topic.consent_post,
        subject_key=topic.key,
        due_on=meeting.planned_on,
        by=by,
        at=at,
        params={"topic": topic.public_id},
    )
    topics.tell(topic, "topic_asked_late", by=by, post=post, at=at, comment=reason)


def _who_consents(topic: Topic, *, on: date) -> Post:
    """Return with whom the consent lies: the deputy secretary-general in charge, or the next leader above with a holder
    who did not work on the case. Raises NotNow where there is none."""
    placed = routing.where(topic.agreement, rules.LEADERS, day=on)
    for code in rules.LEADERS:
        if not placed[code].redirected:
            return placed[code].post
    raise NotNow(
        _("No leader is there who could consent to a late topic; it waits for a later meeting."),
        ARTICLE,
        code="nobody_consents",
    )


def consent(topic: Topic, *, by: User, granted: bool, words: str = "", at: datetime | None = None) -> Topic:
    """Let a late topic in, or not (§3.4), recorded with name, post, day and words. Refused, it waits for a later one.

    Raises Refused for anyone below a deputy secretary-general, or who worked on the case; BadInput for a refusal
    without its reason; NotNow once the agenda is frozen. Second caller: NotNow, told what became of it.
    """
    at = at or clock.now()
    words = words.strip()
    if not granted and not words:
        raise BadInput(_("Say why the topic is not let in; it waits for a later meeting."), ARTICLE)
    verdict = rules.may_consent(by, topic)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    with transaction.atomic():
        topics.read(topic)
        _must_wait_for_consent(topic)
        topic.consented_by_name, topic.consented_post_title = by.full_name, verdict.post
        topic.consented_on, topic.consent_words = clock.today(at), words
        _answer(topic, by=by, post=verdict.post, granted=granted, words=words, at=at)
    return topic


def record_consent(
    topic: Topic,
    *,
    by: User,
    leader: User,
    granted: bool,
    words: str,
    written_on: date,
    scan: File[Any],
    at: datetime | None = None,
) -> Topic:
    """Record from paper what a leader wrote on a late topic (代录, §3.4): whose, the words, of which day, the scan.

    It is marked as recorded and never looks like the leader's own act in this product; the leader is told, and who was
    asked for the consent. Raises Refused for anyone but the office; BadInput for a refusal without its words, for a
    leader who may not consent (told why), for a paper from the future or from before the topic was made; NotNow once
    the agenda is frozen. Second caller: NotNow, told what became of it.
    """
    at = at or clock.now()
    words = words.strip()
    if not granted and not words:
        raise BadInput(_("Say why the topic is not let in; it waits for a later meeting."), ARTICLE)
    may = rules.may_consent(leader, topic)
    if isinstance(may, Denied):
        raise BadInput(may.reason, ARTICLE)
    if written_on > clock.today(at):
        raise BadInput(_("The paper cannot be from a day to come."), ARTICLE)
    if written_on < clock.today(topic.proposed_at):
        raise BadInput(_("The paper is from before the topic was made."), ARTICLE)
    with transaction.atomic():
        post = topics.take(topic, by=by)
        _must_wait_for_consent(topic)
        kept = attachments.attach(topic.agreement, Attachment.Kind.INSTRUCTION, scan, by=by, subject_key=topic.key)
        topic.consented_by_name, topic.consented_post_title, topic.consented_on = leader.full_name, may.post, written_on
        topic.consent_words, topic.consent_scan, topic.consent_recorded_by_name = words, kept, by.full_name
        asked = topic.consent_post
        paper_of = f"{may.post} {leader.full_name}"
        _answer(topic, by=by, post=post, granted=granted, words=words, at=at, paper_of=paper_of)
        notices.tell("consent_recorded", agreement=topic.agreement, user=leader, who=by.full_name, comment=words)
        if asked is not None and not leader.holds(post=asked):
            notices.tell("consent_recorded", agreement=topic.agreement, post=asked, who=by.full_name, comment=words)
    return topic


def _must_wait_for_consent(topic: Topic) -> None:
    """Lock the meeting a late topic waits for. Raises NotNow where it waits no more or the agenda is fixed."""
    topics.must_live(topic)
    meeting = topic.meeting
    if topic.state != State.CONSENT or meeting is None:
        raise NotNow(
            _("The topic does not wait for consent any more: it is %(state)s.") % {"state": topic.get_state_display()},
            ARTICLE,
            code="consent_given",
            next_step=_("Open the topic to see who acted on it."),
        )
    meetings.lock(meeting)
    if meeting.state != Meeting.State.PLANNED:
        raise topics.frozen()


def _answer(topic: Topic, *, by: User, post: str, granted: bool, words: str, at: datetime, **whose: str) -> None:
    """Let a late topic in, as the fields of its consent say, or let it wait for a later meeting without any."""
    topic_ends.close_consent(topic, by=by, at=at)
    if granted:
        _put_last(topic, by=by, at=at)
        topics.tell(topic, "topic_consented", by=by, post=post, at=at, comment=words, **whose)
    else:
        topics.tell(topic, "topic_declined", by=by, post=post, at=at, comment=words, **whose)
        meetings.wait_again(topic, by=by, at=at)


# ---------------------------------------------------------------------- order, and who sits in


def take_off(topic: Topic, *, by: User, at: datetime | None = None) -> Topic:
    """Take a topic off an agenda that is not frozen: it waits for another meeting. Second caller: NotNow."""
    at = at or clock.now()
    with transaction.atomic():
        post = topics.take(topic, by=by)
        topics.must_be_free(topic)
        if topic.meeting is None:
            raise NotNow(_("The topic is on no agenda."), ARTICLE, code="not_placed")
        topics.tell(topic, "topic_taken_off", by=by, post=post, at=at)
        meetings.wait_again(topic, by=by, at=at)
    return topic


def move(topic: Topic, way: str, *, by: User, at: datetime | None = None) -> Topic:
    """Move a topic one place `up` or `down` on an agenda that is not frozen; at its end it stays.

    Raises Refused for anyone but the office. Second caller: moves it from where it is now.
    """
    at = at or clock.now()
    with transaction.atomic():
        post = topics.take(topic, by=by)
        topics.must_be_free(topic)
        meeting = topic.meeting
        if meeting is None or topic.order is None or topic.state != State.AGENDA:
            raise NotNow(_("The topic is on no agenda."), ARTICLE, code="not_placed")
        meetings.lock(meeting)
        rows = Topic.objects.filter(meeting=meeting, state=State.AGENDA)
        beside = (
            rows.filter(order__lt=topic.order).order_by("-order")
            if way == UP
            else rows.filter(order__gt=topic.order).order_by("order")
        ).first()
        if beside is None or beside.order is None:
            return topic
        mine, other = topic.order, beside.order
        # One place holds one topic at any moment, so the first one steps aside.
        Topic.objects.filter(pk=topic.pk).update(order=0)
        Topic.objects.filter(pk=beside.pk).update(order=mine)
        Topic.objects.filter(pk=topic.pk).update(order=other)
        topic.order = other
        topics.tell(topic, "topic_moved", by=by, post=post, at=at, place=place_of(topic))
    return topic


def place_of(topic: Topic) -> int:
    """Return which item of the agenda a topic is, counted from 1."""
    rows = Topic.objects.filter(meeting=topic.meeting, state=State.AGENDA, order__lte=topic.order)
    return rows.count()


def invite(topic: Topic, units: Iterable[Unit], *, by: User, at: datetime | None = None) -> None:
    """Say which units sit in on a topic without a vote (列席); the units named before are replaced.

    Raises Refused for anyone but the office; NotNow once the agenda is frozen. Second caller: the later list stands.
    """
    at = at or clock.now()
    found = {unit.pk: unit for unit in units}
    with transaction.atomic():
        post = topics.take(topic, by=by)
        topics.must_be_free(topic)
        topic.invitations.exclude(unit__in=found).delete()
        Invitation.objects.bulk_create(
            [Invitation(topic=topic, unit=unit) for unit in found.values()], ignore_conflicts=True
        )
        topics.tell(topic, "topic_invited", by=by, post=post, at=at, units=[unit.name_zh for unit in found.values()])


def entrust(
    topic: Topic,
    *,
    by: User,
    post: Post,
    words: str,
    paper: File[Any],
    at: datetime | None = None,
) -> EntrustedOpinion:
    """Record what a member who is not there has said on a topic (委托意见): whose, the words, the paper they are on.

    It is taken from paper and never the member's own act in this product. Raises Refused for anyone but the office;
    BadInput without words, or for a post that is not expected at the meeting; NotNow for a member who is present, and
    while the topic is on no agenda. Second caller: both opinions stand.
    """
    at = at or clock.now()
    words = words.strip()
    if not words:
        raise BadInput(_("Write what the absent member says."), ARTICLE)
    with transaction.atomic():
        acting = topics.take(topic, by=by)
        topics.must_live(topic)
        if topic.state != State.AGENDA:
            raise NotNow(_("The topic is on no agenda."), ARTICLE, code="not_placed")
        part = Attendance.objects.filter(meeting=topic.meeting, post=post).select_related("post__unit").first()
        if part is None:
            raise BadInput(_("An opinion is entrusted by a member of the meeting."), ARTICLE)
        if part.state == Attendance.State.PRESENT:
            raise NotNow(
                _("%(who)s is present and speaks for oneself.") % {"who": part.name}, ARTICLE, code="member_present"
            )
        row = EntrustedOpinion.objects.create(
            topic=topic,
            post=post,
            member_name=part.name,
            post_title=part.post.title,
            words=words,
            paper=attachments.attach(topic.agreement, Attachment.Kind.INSTRUCTION, paper, by=by, subject_key=topic.key),
            recorded_by=by,
            by_name=by.full_name,
            recorded_at=at,
        )
        topics.tell(
            topic, "topic_entrusted", by=by, post=acting, at=at, comment=words, member=part.name, whose=part.post.title
        )
    return row


# ---------------------------------------------------------------------- frozen


def freeze_gaps(taken: list[Topic]) -> list[Gap]:
    """Return what is missing before an agenda is frozen: at least one topic, none that waits for consent, and of each
    what it needs to be heard."""
    gaps: list[Gap] = []
    if not any(topic.state == State.AGENDA for topic in taken):
        gaps.append(Gap(_("A topic on the agenda"), ARTICLE, code="no_topic"))
    missing = blockers.topic_blockers(taken)
    for topic in taken:
        title = topic.agreement.title
        if topic.state == State.CONSENT:
            gaps.append(
                Gap(
                    _("“%(title)s” waits for consent") % {"title": title},
                    ARTICLE,
                    _("A late topic is let in by a leader, or is taken off."),
                    topic.get_absolute_url(),
                    _("Look"),
                    "consent",
                )
            )
        gaps += [
            Gap(f"“{title}”: {gap.text}" if gap.text else title, gap.article, gap.why, gap.url, gap.action, gap.code)
            for gap in missing[topic.pk]
        ]
    return gaps


def freeze(meeting: Meeting, *, by: User, at: datetime | None = None) -> Meeting:
    """Freeze an agenda: from here on its members and the units that sit in see its matters, and nothing changes but by
    withdrawing a topic or by unfreezing.

    Raises Refused for anyone but the office; NotNow with every gap of every topic. Second caller: NotNow, told who did.
    """
    at = at or clock.now()
    with transaction.atomic():
        taken = meetings.take(meeting, by=by)
        meetings.must_be(meeting, Meeting.State.PLANNED)
        if gaps := freeze_gaps(taken.topics):
            raise NotNow(
                _("The agenda cannot be frozen yet: %(count)s point(s) are missing.") % {"count": len(gaps)},
                ARTICLE,
                gaps=gaps,
                code="agenda_incomplete",
                next_step=_("Complete the points below, then try again."),
            )
        meeting.state, meeting.frozen_at = Meeting.State.FROZEN, at
        meeting.save(update_fields=["state", "frozen_at"])
        attendance.show_to_members(meeting, taken.topics)
        sits_in = Invitation.objects.filter(topic__in=taken.topics).select_related("unit", "topic__run__agreement")
        for row in sits_in:
            access.grant(row.topic.run.agreement, "meeting", unit=row.unit)
        for topic in taken.topics:
            notices.tell(
                "on_agenda",
                agreement=topic.agreement,
                post=post_in(topic.agreement.lead_unit, "officer"),
                day=meeting.planned_on.isoformat(),
                forum=meeting.forum,
            )
        meetings.tell_topics(taken, "agenda_frozen", by=by, on=clock.today(at), at=at)
        meetings.tell(
            meeting,
            "agenda_frozen",
            by=by,
            post=taken.post,
            at=at,
            topics=[topic.agreement.number for topic in taken.topics],
        )
    return meeting


def unfreeze(meeting: Meeting, *, by: User, reason: str, at: datetime | None = None) -> Meeting:
    """Open a frozen agenda again, with a reason that stands in the trail of every matter on it.

    Raises Refused for anyone but the office; BadInput without a reason. Second caller: NotNow.
    """
    at = at or clock.now()
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the agenda is opened again."), ARTICLE)
    with transaction.atomic():
        taken = meetings.take(meeting, by=by)
        meetings.must_be(meeting, Meeting.State.FROZEN)
        meeting.state, meeting.frozen_at = Meeting.State.PLANNED, None
        meeting.save(update_fields=["state", "frozen_at"])
        meetings.tell_topics(taken, "agenda_unfrozen", by=by, on=clock.today(at), at=at, comment=reason)
        meetings.tell(meeting, "agenda_unfrozen", by=by, post=taken.post, at=at, comment=reason)
    return meeting
