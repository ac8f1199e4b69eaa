"""The forms of meetings: planning, topics, who takes part, results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Post, SigningAuthority, Unit, User
from accounts.posts import actors_of
from agreements.forms.preparation import LONGEST_TEXT
from agreements.forms.units import UnitsField, units_of
from approvals import rules
from approvals.acts import say_it_is_gone
from approvals.models import Attendance, Meeting, MeetingResult, Topic
from approvals.services import meetings
from approvals.services.attendance import Part
from core.fields import DayField, WholeField
from core.wording import say
from regulation.routes import FORUMS

_SHORT, _LONG = {"rows": "2"}, {"rows": "6"}
_PAPER = _("PDF, OFD or a picture of the page.")


class PlanForm(forms.Form):
    """A session that is planned: which meeting, when, where, until when topics come in."""

    forum = forms.ChoiceField(label=_("Meeting"), widget=forms.RadioSelect)
    planned_on = DayField(label=pgettext_lazy("a meeting", "Day"))
    planned_at = forms.TimeField(
        label=pgettext_lazy("a meeting", "Time"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    place = forms.CharField(label=pgettext_lazy("a meeting", "Place"), max_length=100)
    number = WholeField(
        label=_("Number of the session"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Left empty: the next one of the year."),
    )
    cut_off_on = DayField(
        label=_("Cut-off for topics"),
        required=False,
        help_text=_("Left empty: as many working days before the meeting as the authority has set (our own limit)."),
    )

    def __init__(self, *args: Any, authority: SigningAuthority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "forum" in self.fields:
            held = meetings.forums_of(authority)
            self.fields["forum"].choices = [(forum.value, say(FORUMS[forum])) for forum in held]  # type: ignore[attr-defined]


class ChangeForm(PlanForm):
    """A meeting that is moved."""

    forum = None  # type: ignore[assignment]
    number = None  # type: ignore[assignment]
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_SHORT),
        help_text=_("Required once the agenda is frozen."),
    )


class TopicForm(forms.Form):
    """The statement of a topic and who presents it; everything else is filled from the earlier stages."""

    statement = forms.CharField(
        label=_("Statement to the meeting"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_LONG),
        help_text=_(
            "What the meeting is asked to decide, and what it should know; it stands first on the topic paper."
        ),
    )
    presenter = forms.ModelChoiceField(label=_("Presented by"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, lead: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["presenter"].queryset = Unit.objects.active().filter(authority=lead.authority_id)  # type: ignore[attr-defined]
        self.fields["presenter"].initial = lead


class PlaceForm(forms.Form):
    """Onto which agenda a topic goes, and why it comes late where it does."""

    meeting = forms.ChoiceField(label=_("Meeting"))
    late_reason = forms.CharField(
        label=_("Why it comes late"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_SHORT),
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["late_reason"].help_text = _(
            "Only after the cut-off: %(leader)s or a leader above then consents."
        ) % {"leader": rules.first_leader(topic.agreement.authority)}
        self.offered = {
            row.public_id: row
            for row in Meeting.objects.filter(
                authority=topic.agreement.authority_id, forum=topic.step.code, state=Meeting.State.PLANNED
            )
        }
        self.fields["meeting"].choices = [  # type: ignore[attr-defined]
            (
                key,
                _("%(meeting)s, %(day)s (topics until %(last)s)")
                % {"meeting": row.name, "day": row.planned_on, "last": row.cut_off_on},
            )
            for key, row in self.offered.items()
        ]

    def clean_meeting(self) -> Meeting:
        """Return the meeting itself."""
        return self.offered[self.cleaned_data["meeting"]]


class ConsentForm(forms.Form):
    """A leader lets a late topic in, or not."""

    granted = forms.TypedChoiceField(
        label=_("Consent"),
        choices=[("yes", _("The topic may come in late")), ("no", _("It waits for a later meeting"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Words"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs=_SHORT),
        help_text=_("Required when the topic is not let in."),
    )


class RecordConsentForm(ConsentForm):
    """What a leader wrote on paper about a late topic."""

    leader = forms.ChoiceField(label=_("Whose paper it is"))
    written_on = DayField(label=_("Day of the paper"))
    scan = forms.FileField(label=_("Scan of the paper"), help_text=_PAPER)
    field_order = ("leader", "granted", "words", "written_on", "scan")

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["granted"].label = _("What the paper says")
        found = actors_of(post.pk for post in meetings.leaders(topic.agreement.authority))
        users = [acting.user for people in found.values() for acting in people]
        self.offered = {str(user.pk): user for user in users if rules.may_consent(user, topic)}
        names = [(key, user.full_name) for key, user in self.offered.items()]
        self.fields["leader"].choices = [("", _("Please choose")), *names]  # type: ignore[attr-defined]
        say_it_is_gone(self)

    def clean_leader(self) -> User:
        """Return the leader."""
        return self.offered[self.cleaned_data["leader"]]


class InviteForm(forms.Form):
    """The units that sit in on a topic without a vote."""

    units = UnitsField(label=_("Units that sit in"), required=False)

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        if isinstance(field, UnitsField):
            field.offer(units_of(topic.agreement.authority))
        self.initial.setdefault("units", [str(key) for key in topic.invitations.values_list("unit", flat=True)])


class EntrustForm(forms.Form):
    """What an absent member says on a topic, from paper."""

    member = forms.ChoiceField(label=_("Absent member"))
    words = forms.CharField(label=_("Opinion"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_SHORT))
    paper = forms.FileField(label=_("The paper it is on"), help_text=_PAPER)

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Attendance.objects.filter(meeting=topic.meeting).exclude(state=Attendance.State.PRESENT)
        self.offered = {str(row.post_id): row for row in rows.select_related("post__unit")}
        self.fields["member"].choices = [  # type: ignore[attr-defined]
            (key, f"{row.name} · {row.post.name}" if row.name else row.post.name) for key, row in self.offered.items()
        ]

    def clean_member(self) -> Post:
        """Return the member's post."""
        return self.offered[self.cleaned_data["member"]].post


class HoldForm(forms.Form):
    """The day a meeting was held, and who chaired it."""

    held_on = DayField(label=_("Held on"))
    chaired_by = forms.CharField(label=_("Chaired by"), max_length=60, required=False)


# ---------------------------------------------------------------------- who takes part


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A leader's post as the form of attendance draws it."""

    post: Post
    name: str
    state: forms.BoundField
    remark: forms.BoundField


class AttendanceForm(forms.Form):
    """Who takes part in a meeting: of each leader's post what is known, and a remark."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = meetings.leaders(meeting.authority)
        self.names = meetings.holder_names([post.pk for post in self.posts], meeting.held_on or meeting.planned_on)
        known = {row.post_id: row for row in meeting.attendance.all()}
        offered = (
            Attendance.State.choices
            if meeting.state == Meeting.State.HELD
            else [(state.value, state.label) for state in (Attendance.State.EXPECTED, Attendance.State.EXCUSED)]
        )
        for post in self.posts:
            row, who = known.get(post.pk), self.names.get(post.pk, "") or post.name
            self.fields[f"state_{post.pk}"] = forms.ChoiceField(
                label=_("%(who)s: takes part") % {"who": who},
                required=False,
                choices=[("", pgettext_lazy("attendance", "does not take part")), *offered],
                initial=row.state if row else "",
            )
            self.fields[f"remark_{post.pk}"] = forms.CharField(
                label=_("%(who)s: remark") % {"who": who},
                required=False,
                max_length=200,
                initial=row.remark if row else "",
            )

    def rows(self) -> list[MemberRow]:
        """Return the members in their order."""
        return [
            MemberRow(post, self.names.get(post.pk, ""), self[f"state_{post.pk}"], self[f"remark_{post.pk}"])
            for post in self.posts
        ]

    def parts(self) -> dict[int, Part]:
        """Return what was chosen, by post."""
        data = self.cleaned_data
        return {
            post.pk: Part(data[f"state_{post.pk}"], data[f"remark_{post.pk}"])
            for post in self.posts
            if data[f"state_{post.pk}"]
        }


# ---------------------------------------------------------------------- results


class MinutesForm(forms.Form):
    """The number and the day of the minutes; every result of the meeting bears them."""

    minutes_number = forms.CharField(label=_("Number of the minutes"), max_length=60)
    minutes_on = DayField(label=_("Day of the minutes"))


class ResultForm(forms.Form):
    """What the meeting resolved on one topic; left open, it is recorded later."""

    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=MeetingResult.Result.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("What was resolved"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=_SHORT),
        help_text=_("Required unless it passed or was deferred: the lead unit revises by it."),
    )
    excerpt = forms.FileField(label=_("Excerpt of the minutes"), required=False, help_text=_PAPER)
    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        kwargs["prefix"] = topic.public_id
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.fields["text_sha256"].initial = topic.sha256

    @property
    def is_chosen(self) -> bool:
        """Tell whether a result was chosen."""
        return bool(self.cleaned_data.get("result"))

    def clean(self) -> dict[str, Any]:
        """Ask for the excerpt, and for the words a result needs, at their fields."""
        data: dict[str, Any] = super().clean() or {}
        result = data.get("result")
        if not result:
            return data
        if not data.get("excerpt"):
            self.add_error("excerpt", _("Add the excerpt of the minutes: it is the decision of the step."))
        free = (MeetingResult.Result.PASSED, MeetingResult.Result.DEFERRED)
        if result not in free and not data.get("opinion"):
            self.add_error("opinion", _("Write what was resolved, or why."))
        return data


def result_forms(topics: Iterable[Topic], data: Any = None, files: Any = None) -> list[ResultForm]:
    """Return a form for each topic."""
    return [ResultForm(data, files, topic=topic) for topic in topics]
