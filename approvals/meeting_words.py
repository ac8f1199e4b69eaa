"""How meetings read in trails, notices and to-dos: their words, for the registries (`approvals/registration.py`)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agreements import events
from agreements.models import ToDo
from agreements.pages import in_clauses, short_day
from agreements.services import duties, notices
from agreements.services import papers as paper_names
from approvals import meeting_papers
from approvals.models import Attendance
from approvals.services.topic_ends import CONSENT_TODO
from core.wording import say
from regulation.records import Forum
from regulation.routes import FORUMS


def register() -> None:
    """Put the words of meetings into the registries; called once, when the app is ready."""
    paper_names.register(meeting_papers.TOPIC, gettext_lazy("Meeting topic"))
    notices.register(
        "on_agenda",
        lambda p: (
            _("“%(title)s” is on the agenda of the %(forum)s of %(day)s")
            % {
                "title": p["title"],
                "forum": say(FORUMS[Forum(p["forum"])]),
                "day": short_day(date.fromisoformat(p["day"])),
            }
        ),
    )
    notices.register(
        "consent_recorded",
        lambda p: (
            _("%(who)s has recorded from paper what was written on the late topic “%(title)s”: %(comment)s") % p
            if p["comment"]
            else _("%(who)s has recorded from paper the consent to the late topic “%(title)s”") % p
        ),
    )
    duties.register(
        duties.Kind(
            CONSENT_TODO,
            gettext_lazy("Consent to a late topic of a meeting, or not"),
            gettext_lazy("Consent"),
            _topic_url,
            "§3.4",
        )
    )
    for code, label, detail in (
        ("topic_proposed", gettext_lazy("made a topic for the meeting"), topic_words),
        ("topic_written", gettext_lazy("rewrote the topic of the meeting"), topic_words),
        ("topic_placed", gettext_lazy("put the topic on the agenda"), topic_words),
        ("topic_asked_late", gettext_lazy("asked for consent to a late topic"), topic_words),
        ("topic_consented", gettext_lazy("let the late topic in"), topic_words),
        ("topic_declined", gettext_lazy("did not let the late topic in"), topic_words),
        ("topic_moved", gettext_lazy("moved the topic on the agenda"), topic_words),
        ("topic_invited", gettext_lazy("named the units that sit in on the topic"), topic_words),
        ("topic_taken_off", gettext_lazy("took the topic off the agenda"), topic_words),
        ("topic_withdrawn", gettext_lazy("withdrew the topic of the meeting"), topic_words),
        ("topic_entrusted", gettext_lazy("recorded the opinion of an absent member"), topic_words),
        ("agenda_frozen", gettext_lazy("froze the agenda"), topic_words),
        ("agenda_unfrozen", gettext_lazy("opened the frozen agenda again"), topic_words),
        ("meeting_held", gettext_lazy("recorded that the meeting was held"), topic_words),
        ("meeting_called_off", gettext_lazy("called the meeting off"), topic_words),
        ("meeting_planned", gettext_lazy("planned the meeting"), _planned),
        ("meeting_changed", gettext_lazy("moved the meeting"), _planned),
        ("meeting_attendance", gettext_lazy("recorded who takes part"), _parts),
        ("minutes_numbered", gettext_lazy("entered the number of the minutes"), _minutes),
        ("minutes_recorded", gettext_lazy("recorded the last result: the minutes are complete"), _minutes),
    ):
        events.register(code, label, detail)


def _topic_url(todo: ToDo) -> str:
    return reverse("meetings:topic-detail", args=[todo.params["topic"]])


def topic_words(payload: dict[str, Any]) -> str:
    """Say of an act on a topic for which meeting, as which item, with whom; of an act on a meeting, its matters."""
    words = []
    if meeting := payload.get("meeting"):
        words.append(
            _("%(forum)s, session %(number)s of %(year)s")
            % {"forum": say(FORUMS[Forum(meeting["forum"])]), "number": meeting["number"], "year": meeting["year"]}
        )
    if "place" in payload:
        words.append(_("item %(place)s of the agenda") % {"place": payload["place"]})
    separator = pgettext("between names", ", ")
    if payload.get("units"):
        words.append(separator.join(payload["units"]))
    if "paper_of" in payload:
        words.append(_("recorded from a paper of %(name)s") % {"name": payload["paper_of"]})
    if "member" in payload:
        words.append(separator.join(filter(None, (payload["whose"], payload["member"]))))
    if payload.get("topics"):
        words.append(separator.join(payload["topics"]))
    if payload.get("chair"):
        words.append(_("chair: %(name)s") % {"name": payload["chair"]})
    return in_clauses(words)


def _planned(payload: dict[str, Any]) -> str:
    return _("%(day)s, %(place)s") % {
        "day": short_day(date.fromisoformat(payload["planned_on"])),
        "place": payload["place"],
    }


def _parts(payload: dict[str, Any]) -> str:
    separator = pgettext("between names", ", ")
    return separator.join(
        _("%(post)s: %(state)s") % {"post": post, "state": Attendance.State(state).label}
        for post, state in payload["parts"].items()
    )


def _minutes(payload: dict[str, Any]) -> str:
    return str(payload["number"])
