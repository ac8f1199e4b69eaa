"""How acts of the approval read in the trail: what a line adds from its payload."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agreements.pages import in_clauses, short_day
from approvals.models import (
    Decision,
    MeetingResult,
    Step,
)
from approvals.models.route import MEETING
from approvals.models.run import StepKind, called, name_of
from core.wording import say
from regulation.records import Forum, Submitter
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS
from regulation.routes import FORUMS, SUBMITTERS

ROUTE_FIELDS = {
    "role": gettext_lazy("what the step does"),
    "condition": gettext_lazy("condition"),
    "codes": gettext_lazy("condition"),
    "amount": gettext_lazy("amount"),
    "article": gettext_lazy("paper it rests on"),
    "seats": gettext_lazy("who countersigns"),
    "pass_rule": gettext_lazy("when it has passed"),
    "ratio": gettext_lazy("share that agrees"),
    "workdays": gettext_lazy("limit in working days"),
    "on_disagree": gettext_lazy("what a disagreement does"),
    "order": gettext_lazy("place on the route"),
    "forum": gettext_lazy("which meeting"),
}
"""What of a step an event compares, in words."""


def points(payload: dict[str, Any]) -> str:
    """Name the points of a review that have findings."""
    found = [say(REVIEW_POINTS[code].name) for code, finding in payload["points"].items() if finding]
    if not found:
        return _("nothing found on %(count)s point(s)") % {"count": len(payload["points"])}
    return _("findings on: %(points)s") % {"points": ", ".join(found)}


def conclusion(payload: dict[str, Any]) -> str:
    """Name the conclusion of a review (§3.3)."""
    code = payload.get("conclusion")
    return say(REVIEW_CONCLUSIONS[code].name) if code else ""


def forum(payload: dict[str, Any]) -> str:
    """Name the forum that decides (§3.4)."""
    return say(FORUMS[Forum(payload["forum"])])


def forum_rule(payload: dict[str, Any]) -> str:
    """Say which rule about meetings was changed, by its meeting, and in what."""
    changed = [str(ROUTE_FIELDS[name]) for name in payload["changes"] if name in ROUTE_FIELDS]
    return in_clauses([forum(payload), *dict.fromkeys(changed)])


def step(payload: dict[str, Any]) -> str:
    """Say which step it was, where it goes, who is not asked any more, and what rule passed over whom."""
    words = []
    if "step" in payload:
        words.append(of_step(payload))
    if "minutes" in payload:
        words.append(
            _("minutes %(number)s of %(day)s: %(result)s")
            % {
                "number": payload["minutes"],
                "day": _day(payload["held_on"]),
                "result": MeetingResult.Result(payload["result"]).label,
            }
        )
    if "principal" in payload:
        words.append(_("recorded from a paper of %(name)s") % {"name": payload["principal"]})
    if "back_to" in payload:
        words.append(_("back to: %(step)s") % {"step": _called(payload, "back_to")})
    if "way" in payload:
        words.append(way(payload))
    if "forum" in payload:
        words.append(_("to: %(step)s") % {"step": name_of(payload["forum"])})
    if "review_on" in payload:
        words.append(_("looked at again on %(day)s") % {"day": _day(payload["review_on"])})
    if "from_step" in payload:
        words.append(_("taken back from: %(step)s") % {"step": _called(payload, "from_step")})
    if payload.get("not_asked"):
        names = pgettext("between names", ", ").join(payload["not_asked"])
        words.append(_("not asked any more: %(posts)s") % {"posts": names})
    if "before" in payload:
        words.append(_("it lay with: %(post)s") % {"post": payload["before"]})
    if "redirected" in payload:
        words.append(str(Step.Redirected(payload["redirected"]).label))
    for name in names_of(payload, "skipped", "skipped_names"):
        words.append(_("%(step)s skipped by rule: the same person has approved this text") % {"step": name})
    return in_clauses(words)


def of_step(payload: dict[str, Any]) -> str:
    """Say which step an act was on, by the own name of a district or a department that signs in its own name."""
    return _("step: %(step)s") % {"step": called(payload["step"], payload.get("name"))}


def names_of(payload: dict[str, Any], codes: str, own: str) -> list[str]:
    """Name several steps of a payload, each by its own name where it has one."""
    found = payload.get(codes, ())
    return [called(*one) for one in zip(found, payload.get(own) or [None] * len(found), strict=True)]


def _called(payload: dict[str, Any], key: str) -> str:
    return called(payload[key], payload.get(f"{key}_name"))


def route_step(payload: dict[str, Any]) -> str:
    """Say which step of whose route was changed, and in what."""
    step = str(StepKind.MEETING.label) if payload["step"] == MEETING else name_of(payload["step"])
    submitter = say(SUBMITTERS[Submitter(payload["submitter"])])
    names = [str(ROUTE_FIELDS[name]) for name in payload["changes"] if name in ROUTE_FIELDS]
    line = _("%(submitter)s: %(step)s") % {"submitter": submitter, "step": step}
    return in_clauses([line, *dict.fromkeys(names)])


def way(payload: dict[str, Any]) -> str:
    """Say how a text that was sent back went on."""
    if payload["way"] == Decision.LEVEL_BY_LEVEL:
        return _("submitted again level by level")
    return _("submitted again straight to: %(step)s") % {"step": _called(payload, "straight_to")}


def report(payload: dict[str, Any]) -> str:
    """Say number and day of the report to the Party committee."""
    return _("%(number)s of %(day)s") % {"number": payload["number"], "day": _day(payload["reported_on"])}


def _day(kept: str) -> str:
    return short_day(date.fromisoformat(kept))
