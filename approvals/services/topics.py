"""Topics (§3.4): a matter for a meeting, made from the open meeting step of a run, filled from what went before."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from agreements.services import lifecycle
from approvals import rules, topic_facts
from approvals.models import Assignment, Meeting, Topic
from approvals.services import opening, second_caller, taking, topic_ends
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied

State = Topic.State
ARTICLE = "§3.4"


def draft_statement(assignment: Assignment) -> str:
    """Return the statement that is proposed for a topic: who asks the meeting for what. It is written over freely."""
    run = assignment.step.run
    agreement = run.agreement
    parties = "、".join(party.counterparty.name for party in agreement.parties.select_related("counterparty"))
    return (
        f"{agreement.lead_unit.name_zh}拟与{parties}签署《{agreement.title}》。"
        f"文本（第{run.text.number}稿）已征求有关单位意见并经法制审核，提请会议审议。"
    )


@transaction.atomic
def _make(assignment: Assignment, *, by: User, statement: str, presenter: Unit, at: datetime) -> Topic:
    held = taking.taken(assignment, by=by)
    step, run = held.step, held.run
    if not step.is_meeting:
        raise NotNow(_("This step is signed, not decided in a meeting."), ARTICLE, code="no_meeting")
    if topic_ends.live(step):
        raise there_is_one(assignment)
    topic = Topic.objects.create(
        run=run,
        step=step,
        text=run.text,
        sha256=run.sha256,
        statement=statement,
        presenter=presenter,
        facts=topic_facts.of_run(run),
        proposed_by=by,
        proposed_at=at,
    )
    lifecycle.act(
        held.agreement,
        "topic_proposed",
        actor=by.actor(assignment.post.title, held.verdict.capacity),
        on=clock.today(at),
        at=at,
        text=run.text,
        payload=topic_ends.payload(topic),
    )
    return topic


def propose(
    assignment: Assignment,
    *,
    by: User,
    statement: str,
    presenter: Unit | None = None,
    at: datetime | None = None,
) -> Topic:
    """Make the topic of an open meeting step: its statement, its presenter (the lead unit unless another is named), and
    the facts of the earlier stages as they stand.

    Raises Refused for anyone but a holder of the post the step lies with, or for who worked on the case; BadInput
    without a statement; NotNow for a step that is not open or is signed. Second caller: NotNow, told who made it.
    """
    at = at or clock.now()
    statement = _stated(statement)
    try:
        unit = presenter or assignment.step.run.agreement.lead_unit
        return _make(assignment, by=by, statement=statement, presenter=unit, at=at)
    except IntegrityError as error:
        raise there_is_one(assignment) from error


def _stated(statement: str) -> str:
    statement = statement.strip()
    if not statement:
        raise BadInput(_("Write what the meeting is asked to decide."), ARTICLE)
    return statement


def there_is_one(assignment: Assignment) -> NotNow:
    """Return the error for a second topic of one step, naming who made the first and when."""
    topic = topic_ends.live(assignment.step)
    if topic is None:
        return second_caller.settled(assignment)
    return NotNow(
        _("%(who)s has made the topic already, on %(when)s.")
        % {
            "who": topic.proposed_by.full_name,
            "when": timezone.localtime(topic.proposed_at).strftime("%Y-%m-%d %H:%M"),
        },
        ARTICLE,
        code="topic_exists",
        next_step=_("Open the topic and go on from there."),
    )


def write(
    topic: Topic,
    *,
    by: User,
    statement: str,
    presenter: Unit | None = None,
    at: datetime | None = None,
) -> Topic:
    """Rewrite the statement of a topic and fill in its facts anew, until the agenda is frozen.

    Raises Refused for anyone but the office; BadInput without a statement; NotNow once the agenda is frozen or the
    topic has ended. Second caller: the later words stand, both are in the trail.
    """
    at = at or clock.now()
    statement = _stated(statement)
    with transaction.atomic():
        post = take(topic, by=by)
        must_be_free(topic)
        run = topic.run
        run.refresh_from_db(fields=["text", "sha256"])
        topic.statement, topic.text, topic.sha256 = statement, run.text, run.sha256
        topic.presenter = presenter or topic.presenter
        topic.facts = topic_facts.of_run(run)
        topic.save(update_fields=["statement", "text", "sha256", "presenter", "facts"])
        tell(topic, "topic_written", by=by, post=post, at=at, comment=statement)
    return topic


def take(topic: Topic, *, by: User) -> str:
    """Lock the agreement of a topic, read the topic anew, and return the post in which the office acts on it.

    Raises Refused for anyone but the office that runs the meetings of the authority.
    """
    verdict = rules.may_run_meetings(by, topic.run.agreement.authority)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    read(topic)
    return verdict.post


def read(topic: Topic) -> None:
    """Lock the agreement of a topic, then the meeting it is for, and read both anew."""
    fields = [field.attname for field in Topic._meta.concrete_fields if field.name != "run"]
    lifecycle.lock(topic.run.agreement)
    topic.refresh_from_db(fields=fields)
    if topic.meeting_id:
        meeting = Meeting.objects.select_for_update(of=("self",)).filter(pk=topic.meeting_id).first()
        # Somebody may have moved it on the agenda until the lock was had.
        topic.refresh_from_db(fields=fields)
        if meeting is not None and meeting.pk == topic.meeting_id:
            topic.meeting = meeting


def must_live(topic: Topic) -> None:
    """Raise NotNow for a topic that has ended, naming who ended it and when."""
    if topic.is_live:
        return
    raise NotNow(
        _("The topic is %(state)s: %(who)s acted on it on %(when)s.")
        % {
            "state": topic.get_state_display(),
            "who": topic.ended_by_name,
            "when": timezone.localtime(topic.ended_at or topic.proposed_at).strftime("%Y-%m-%d %H:%M"),
        },
        ARTICLE,
        code="topic_ended",
        next_step=_("Open the agreement to see who has it now."),
    )


def must_be_free(topic: Topic) -> None:
    """Raise NotNow for a topic that has ended or stands on a frozen agenda."""
    must_live(topic)
    if topic.meeting is not None and topic.meeting.state != Meeting.State.PLANNED:
        raise frozen()


def frozen() -> NotNow:
    """Return the error for a change of a frozen agenda."""
    return NotNow(
        _("The agenda is frozen: topics are only withdrawn from it."),
        ARTICLE,
        code="agenda_frozen",
        next_step=_("To change it otherwise, unfreeze the agenda with a reason."),
    )


def withdraw(topic: Topic, *, by: User, reason: str, at: datetime | None = None) -> Topic:
    """Withdraw a topic (撤题): it stays on record, the step waits, another topic may be made; possible on a frozen
    agenda too, until the result is recorded.

    Raises Refused for anyone but the lead unit and the office; BadInput without a reason. Second caller: NotNow, told
    who ended it.
    """
    at = at or clock.now()
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the topic is withdrawn."), ARTICLE)
    verdict = rules.may_withdraw_topic(by, topic)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    with transaction.atomic():
        read(topic)
        must_live(topic)
        if topic.meeting is not None and topic.meeting.state == Meeting.State.HELD:
            raise NotNow(
                _("The meeting was held: what became of the topic is recorded with its minutes."),
                ARTICLE,
                code="meeting_held",
            )
        tell(topic, "topic_withdrawn", by=by, post=verdict.post, at=at, comment=reason)
        on_agenda = topic.state == State.AGENDA
        topic_ends.withdraw_of_step(topic.step, by=by, at=at, because=reason)
        if on_agenda:
            _wait_by_own_limit(topic, by=by, at=at)
        topic.refresh_from_db(fields=["state", "ended_at", "ended_by_name", "ended_because"])
    return topic


def _wait_by_own_limit(topic: Topic, *, by: User, at: datetime) -> None:
    if (row := taking.hosts(topic.run).filter(step=topic.step).first()) is not None:
        opening.put_on_desk(topic.agreement, row, topic.step, by=by, on=clock.today(at), at=at, fresh=False)


def tell(topic: Topic, code: str, *, by: User, post: str, at: datetime, comment: str = "", **more: object) -> None:
    """Append an act on a topic to the trail of its agreement; the caller holds the lock."""
    lifecycle.act(
        topic.agreement,
        code,
        actor=by.actor(post),
        on=clock.today(at),
        at=at,
        comment=comment,
        text=topic.text,
        payload=topic_ends.payload(topic, **more),
    )
