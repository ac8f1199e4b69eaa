"""The meetings in which an authority decides (§3.4): sessions, their topics, who takes part."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy

from accounts.models import Post, SigningAuthority, Unit, User
from agreements.models import Agreement, Attachment, TextVersion
from core import clock
from core.models import PublicIdModel
from core.wording import say
from records.append_only import append_only
from records.models import StoredFile
from regulation.records import Forum
from regulation.routes import FORUMS

from .decision import MeetingResult
from .run import Run, Step

OFFICE = "general_office"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings, as offices ask for them."""

    def visible_to(self, user: User) -> Self:
        """Return the meetings a person may know of: the office's own, those attended, those with a topic one sees."""
        offices = {held.post.authority_id for held in user.holdings_today if held.post.code == OFFICE}
        seen = Topic.objects.filter(
            meeting=OuterRef("pk"), run__agreement__in=Agreement.objects.visible_to(user).values("pk")
        )
        attends = Attendance.objects.filter(meeting=OuterRef("pk"), post__in=user.post_ids)
        return self.filter(Q(authority__in=offices) | Exists(attends) | Exists(seen))


class Meeting(PublicIdModel):
    """One session of a meeting: planned, its agenda frozen, held, its minutes recorded. Never deleted."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "planned")
        FROZEN = "frozen", pgettext_lazy("meeting", "agenda frozen")
        HELD = "held", pgettext_lazy("meeting", "held")
        RECORDED = "recorded", pgettext_lazy("meeting", "minutes recorded")
        CALLED_OFF = "called_off", pgettext_lazy("meeting", "called off")

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="meetings")
    forum = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    """The number of the session in its year, 第12次."""
    planned_on = models.DateField()
    planned_at = models.TimeField(null=True)
    place = models.CharField(max_length=100)
    cut_off_on = models.DateField()
    """The last day on which a topic comes in without consent; our own limit, counted back from the planned day."""
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    frozen_at = models.DateTimeField(null=True)
    held_on = models.DateField(null=True)
    chaired_by = models.CharField(max_length=60, blank=True)
    minutes_number = models.CharField(max_length=60, blank=True)
    minutes_on = models.DateField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["planned_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "forum", "year", "number"], name="meeting_number_once"),
            models.CheckConstraint(
                condition=Q(forum__in=[forum.value for forum in Forum if forum != Forum.SIGN_OFF]),
                name="meeting_forum_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "frozen", "held", "recorded", "called_off"]),
                name="meeting_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "recorded"]) | Q(held_on__isnull=False), name="held_meeting_has_its_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="recorded") | ~Q(minutes_number=""), name="recorded_meeting_has_its_number"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the page of the meeting."""
        return reverse("meetings:meeting-detail", args=[self.public_id])

    @property
    def forum_label(self) -> str:
        """Return which meeting it is, in the reader's language."""
        return say(FORUMS[Forum(self.forum)])

    @property
    def name(self) -> str:
        """Return the session as offices call it: 市长办公会议2026年第12次."""
        return gettext("%(forum)s, session %(number)s of %(year)s") % {
            "forum": self.forum_label,
            "number": self.number,
            "year": self.year,
        }

    @property
    def chain(self) -> str:
        """Return the name of the meeting's own chain of events."""
        return f"meeting:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether its agenda may still change."""
        return self.state == self.State.PLANNED


class Topic(PublicIdModel):
    """A matter for a meeting (议题): made from the open meeting step of a run, filled from what went before.

    `facts` are what the earlier stages say of this text, as the paper carries them. A deferred topic stays as it is; a
    copy of it waits for a later meeting.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("topic", "waits for a meeting")
        CONSENT = "consent", pgettext_lazy("topic", "late: waits for consent")
        AGENDA = "agenda", pgettext_lazy("topic", "on the agenda")
        RESOLVED = "resolved", pgettext_lazy("topic", "resolved")
        DEFERRED = "deferred", pgettext_lazy("topic", "deferred")
        WITHDRAWN = "withdrawn", pgettext_lazy("topic", "withdrawn")

    LIVE = (State.PROPOSED, State.CONSENT, State.AGENDA)

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="topics")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="topics")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="topics")
    order = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    statement = models.TextField()
    presenter = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    copy_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    late_reason = models.TextField(blank=True)
    consent_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    """With whom a late topic lies for consent: a deputy secretary-general or above."""
    consented_by_name = models.CharField(max_length=60, blank=True)
    consented_post_title = models.CharField(max_length=200, blank=True)
    consented_on = models.DateField(null=True)
    consent_words = models.TextField(blank=True)
    consent_scan = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    """The paper the consent is on, where the office recorded it (代录); empty: the leader gave it here."""
    consent_recorded_by_name = models.CharField(max_length=60, blank=True)
    result = models.OneToOneField(MeetingResult, on_delete=models.PROTECT, null=True, related_name="topic")
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=60, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"],
                condition=Q(state__in=["proposed", "consent", "agenda"]),
                name="one_live_topic_per_step",
            ),
            models.UniqueConstraint(fields=["meeting", "order"], name="topic_order_once"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "consent", "agenda", "resolved", "deferred", "withdrawn"]),
                name="topic_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="agenda") | Q(meeting__isnull=False, order__isnull=False),
                name="topic_on_agenda_has_its_place",
            ),
            models.CheckConstraint(
                condition=~Q(state="agenda", is_late=True) | Q(consented_on__isnull=False),
                name="late_topic_has_its_consent",
            ),
            models.CheckConstraint(
                condition=Q(consent_scan=None, consent_recorded_by_name="")
                | (Q(consent_scan__isnull=False) & ~Q(consent_recorded_by_name="")),
                name="recorded_consent_has_its_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run.agreement}"

    def get_absolute_url(self) -> str:
        """Return the address of the page of the topic."""
        return reverse("meetings:topic-detail", args=[self.public_id])

    @property
    def agreement(self) -> Agreement:
        """Return what it is about."""
        return self.run.agreement

    @property
    def is_live(self) -> bool:
        """Tell whether it still waits for its resolution."""
        return self.state in self.LIVE

    @property
    def key(self) -> str:
        """Return the subject under which its to-dos and papers are kept."""
        return f"topic:{self.pk}"


class Invitation(models.Model):
    """A unit that sits in on a topic without a vote (列席)."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["topic", "unit"], name="unit_invited_once")]


class Attendance(models.Model):
    """A leader's part in a meeting: expected, and then present, absent or excused."""

    class State(models.TextChoices):
        EXPECTED = "expected", pgettext_lazy("attendance", "expected")
        PRESENT = "present", pgettext_lazy("attendance", "present")
        ABSENT = "absent", pgettext_lazy("attendance", "absent")
        EXCUSED = "excused", pgettext_lazy("attendance", "excused")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.EXPECTED)
    name = models.CharField(max_length=60, blank=True)
    """Who holds the post, as it was when the part was last recorded."""
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "post"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(state__in=["expected", "present", "absent", "excused"]), name="attendance_state_known"
            ),
        ]


@append_only
class EntrustedOpinion(models.Model):
    """What a member who is not there has said on a topic beforehand (委托意见), from paper. Never edited."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="entrusted")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    member_name = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    words = models.TextField()
    paper = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="entrusted_opinion_has_its_words"),
        ]


@append_only
class MeetingPaper(PublicIdModel):
    """A printed agenda: its HTML and hash stay with it. It names several matters, so it belongs to none of them."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers")
    template_version = models.CharField(max_length=20)
    html = models.TextField()
    html_sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
