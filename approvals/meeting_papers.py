"""The papers of a meeting: the topic paper 议题 and the agenda 议程, from stored facts alone (decision 13)."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import PrintedDocument
from agreements.services import papers
from approvals.models import Attendance, Meeting, MeetingPaper, Topic
from approvals.services import meetings, party_committee
from core import clock, printing
from core.errors import NotNow
from records import files

TOPIC = "meeting_topic"
FIXED = (Meeting.State.FROZEN, Meeting.State.HELD, Meeting.State.RECORDED)
TOPIC_TEMPLATE = "papers/meeting-topic.html"
AGENDA_TEMPLATE = "papers/meeting-agenda.html"
VERSION = "2"


def topic_paper(topic: Topic, *, by: User) -> PrintedDocument:
    """Print the paper of a topic: statement, facts, annexes, differences. Second caller: while nothing of it has
    changed, the same paper."""
    with translation.override(printing.LANGUAGE):
        context = topic_context(topic)
    return papers.make(
        topic.run.agreement,
        TOPIC,
        template=TOPIC_TEMPLATE,
        context=context,
        template_version=VERSION,
        by=by,
        subject_key=topic.key,
    )


def topic_context(topic: Topic) -> dict[str, Any]:
    """Return what the paper of a topic says: its stored facts, read into days and amounts."""
    return {
        "topic": topic,
        "facts": read(topic.facts),
        "invited": [row.unit.name_zh for row in topic.invitations.select_related("unit")],
        "entrusted": list(topic.entrusted.all()),
        "committee": party_committee.committee_of(topic.run.agreement),
    }


def read(facts: dict[str, Any]) -> dict[str, Any]:
    """Return stored facts with their days and amounts as values that templates draw."""
    amount = facts["agreement"]["amount"]
    agreement = {
        **facts["agreement"],
        "amount": {**amount, "low": _amount(amount["low"]), "high": _amount(amount["high"])},
    }
    review = facts["review"] and {**facts["review"], "closed_on": _day(facts["review"]["closed_on"])}
    report = facts["report"] and {**facts["report"], "on": _day(facts["report"]["on"])}
    steps = [{**step, "on": _day(step["on"])} for step in facts["steps"]]
    return {**facts, "agreement": agreement, "review": review, "report": report, "steps": steps}


def _amount(value: str) -> Decimal | None:
    return Decimal(value) if value else None


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def agenda(meeting: Meeting, *, by: User) -> MeetingPaper:
    """Print the agenda of a meeting. Second caller: while nothing of it has changed, the same paper.

    Raises NotNow before the agenda is frozen: until then it is no paper.
    """
    if meeting.state not in FIXED:
        raise NotNow(
            _("The agenda is printed once it is frozen."),
            "§3.4",
            code="agenda_open",
            next_step=_("Freeze the agenda first."),
        )
    html = printing.html(AGENDA_TEMPLATE, agenda_context(meeting))
    digest = hashlib.sha256(html.encode()).hexdigest()
    same = MeetingPaper.objects.filter(meeting=meeting, template_version=VERSION, html_sha256=digest)
    if found := same.first():
        return found
    content = printing.pdf(html)
    with transaction.atomic():
        meetings.lock(meeting)
        if found := same.first():
            return found
        return MeetingPaper.objects.create(
            meeting=meeting,
            template_version=VERSION,
            html=html,
            html_sha256=digest,
            file=files.store_bytes(content, extension="pdf"),
            made_at=clock.now(),
            made_by=by,
        )


def agenda_context(meeting: Meeting) -> dict[str, Any]:
    """Return what an agenda says: when and where, who takes part, the topics in order with who presents and sits in."""
    topics = (
        Topic.objects.filter(meeting=meeting, order__isnull=False)
        .exclude(state=Topic.State.WITHDRAWN)
        .select_related("run__agreement__lead_unit", "presenter", "text")
        .prefetch_related("invitations__unit")
    )
    members = meeting.attendance.exclude(state=Attendance.State.EXCUSED).select_related("post__unit")
    return {"meeting": meeting, "topics": list(topics), "members": list(members)}
