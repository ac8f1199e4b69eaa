"""What may be done with a meeting and with a topic on pages of their own: each act with right, form and service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agreements.forms.acts import ConfirmForm, ReasonForm
from approvals import rules
from approvals.meeting_forms import ConsentForm, EntrustForm, HoldForm, InviteForm, PlaceForm, RecordConsentForm
from approvals.models import Meeting, Topic
from approvals.services import agenda, meetings, topics
from core.verdicts import Verdict, Wording

MState, TState = Meeting.State, Topic.State


@dataclass(frozen=True, slots=True)
class MeetingAct:
    """An act on a meeting or a topic: its verb, what it does, who may, when it is offered, what carries it out."""

    code: str
    label: Wording
    effect: Wording
    form: type[forms.Form]
    may: Callable[[User, Any], Verdict]
    offered: Callable[[Any], bool]
    carry_out: Callable[[Any, User, dict[str, Any]], Any]
    told: Wording
    main: bool = False
    about_topic: bool = False

    def bind(self, request: HttpRequest, subject: Any) -> forms.Form:
        """Return the form, bound when it was sent."""
        sent = request.method == "POST"
        given: dict[str, Any] = {"topic": subject} if self.about_topic else {}
        return self.form(request.POST if sent else None, request.FILES if sent else None, **given)


def _office(user: User, meeting: Meeting) -> Verdict:
    return rules.may_run_meetings(user, meeting.authority)


def _office_of_topic(user: User, topic: Topic) -> Verdict:
    return rules.may_run_meetings(user, topic.agreement.authority)


def _free(topic: Topic) -> bool:
    return topic.is_live and (topic.meeting is None or topic.meeting.state == MState.PLANNED)


ON_MEETINGS: tuple[MeetingAct, ...] = (
    MeetingAct(
        "freeze",
        _("Freeze the agenda"),
        _("Members and the units that sit in see the matters from now on; topics are then only withdrawn."),
        ConfirmForm,
        _office,
        lambda meeting: meeting.state == MState.PLANNED,
        lambda meeting, user, data: agenda.freeze(meeting, by=user),
        _("The agenda is frozen."),
        main=True,
    ),
    MeetingAct(
        "hold",
        _("The meeting was held"),
        _("Its results are recorded next; who was expected counts as present until you record otherwise."),
        HoldForm,
        _office,
        lambda meeting: meeting.state == MState.FROZEN,
        lambda meeting, user, data: meetings.hold(meeting, by=user, **data),
        _("The meeting is recorded as held."),
        main=True,
    ),
    MeetingAct(
        "unfreeze",
        _("Open the agenda again"),
        _("The agenda may change again; the reason stands in the trail of every matter on it."),
        ReasonForm,
        _office,
        lambda meeting: meeting.state == MState.FROZEN,
        lambda meeting, user, data: agenda.unfreeze(meeting, by=user, reason=data["comment"]),
        _("The agenda is open again."),
    ),
    MeetingAct(
        "call-off",
        _("Call the meeting off"),
        _("The meeting stays on record; its topics wait for another one."),
        ReasonForm,
        _office,
        lambda meeting: meeting.state in meetings.OPEN,
        lambda meeting, user, data: meetings.call_off(meeting, by=user, reason=data["comment"]),
        _("The meeting is called off."),
    ),
)

ON_TOPICS: tuple[MeetingAct, ...] = (
    MeetingAct(
        "consent",
        _("Consent to the late topic"),
        _("It came after the cut-off: with your consent it is put on the agenda, otherwise it waits."),
        ConsentForm,
        rules.may_consent,
        lambda topic: topic.state == TState.CONSENT,
        lambda topic, user, data: agenda.consent(topic, by=user, **data),
        _("Your word on the late topic is recorded."),
        main=True,
    ),
    MeetingAct(
        "record-consent",
        _("Record the consent from paper"),
        _("It is marked as recorded from paper, with its scan; the leader is told."),
        RecordConsentForm,
        _office_of_topic,
        lambda topic: topic.state == TState.CONSENT,
        lambda topic, user, data: agenda.record_consent(topic, by=user, **data),
        _("What the leader wrote on the late topic is recorded."),
        about_topic=True,
    ),
    MeetingAct(
        "place",
        _("Put on an agenda"),
        _("It becomes the last item; the step is then due on the day of the meeting."),
        PlaceForm,
        _office_of_topic,
        lambda topic: topic.state == TState.PROPOSED,
        lambda topic, user, data: agenda.place(topic, data["meeting"], by=user, late_reason=data["late_reason"]),
        _("The topic is with the meeting."),
        main=True,
        about_topic=True,
    ),
    MeetingAct(
        "invite",
        pgettext_lazy("verb", "Units that sit in"),
        _("Units that sit in see the matter once the agenda is frozen; they have no vote."),
        InviteForm,
        _office_of_topic,
        _free,
        lambda topic, user, data: agenda.invite(topic, data["units"], by=user),
        _("The units that sit in are recorded."),
        about_topic=True,
    ),
    MeetingAct(
        "entrust",
        _("Record an absent member's opinion"),
        _("It is taken from paper, stands with the topic under the member's name, and is never edited."),
        EntrustForm,
        _office_of_topic,
        lambda topic: topic.state == TState.AGENDA,
        lambda topic, user, data: agenda.entrust(
            topic, by=user, post=data["member"], words=data["words"], paper=data["paper"]
        ),
        _("The opinion is recorded."),
        about_topic=True,
    ),
    MeetingAct(
        "take-off",
        _("Take off the agenda"),
        _("The topic waits for another meeting, within the limit of its step."),
        ConfirmForm,
        _office_of_topic,
        lambda topic: topic.meeting is not None and _free(topic),
        lambda topic, user, data: agenda.take_off(topic, by=user),
        _("The topic is off the agenda."),
    ),
    MeetingAct(
        "withdraw",
        _("Withdraw the topic"),
        _("The topic stays on record as withdrawn; the approval goes on waiting for a meeting."),
        ReasonForm,
        rules.may_withdraw_topic,
        lambda topic: topic.is_live and not (topic.meeting and topic.meeting.state == MState.HELD),
        lambda topic, user, data: topics.withdraw(topic, by=user, reason=data["comment"]),
        _("The topic is withdrawn."),
    ),
)


def get(acts: tuple[MeetingAct, ...], code: str) -> MeetingAct | None:
    """Return an act by its code; None for an unknown one."""
    return next((act for act in acts if act.code == code), None)


def offers(acts: tuple[MeetingAct, ...], subject: Any, user: User) -> list[MeetingAct]:
    """Return the acts this person may carry out now; other people's never."""
    return [act for act in acts if act.offered(subject) and act.may(user, subject)]
