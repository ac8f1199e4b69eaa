"""What the trail adds to the acts of a review, from what their events keep."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agreements.pages import in_clauses
from approvals.models import FindingReply
from core.wording import say
from regulation.review_practice import SECTION_CONCLUSIONS, STOPS, TOPICS


def plain(payload: dict[str, Any]) -> str:
    """Add nothing: the label says it all."""
    return ""


def section(payload: dict[str, Any]) -> str:
    """Name the section, who signed, and the conclusion."""
    words = [payload["section"], payload["person"], say(SECTION_CONCLUSIONS[payload["conclusion"]].name)]
    return " · ".join(word for word in words if word)


def supplement(payload: dict[str, Any]) -> str:
    """Number the supplement and name what is missing, with the day."""
    words = [_("supplement %(number)s") % {"number": payload["number"]}]
    if "due_on" in payload:
        words.append(_("by %(day)s") % {"day": payload["due_on"]})
    words += payload.get("items", [])
    return in_clauses(words)


def units(payload: dict[str, Any]) -> str:
    """Name the units, and the day by which they are asked."""
    names = [say(TOPICS[name].unit) if name in TOPICS else name for name in payload["units"]]
    words = ", ".join(names)
    return f"{words}; {_('by %(day)s') % {'day': payload['due_on']}}" if "due_on" in payload else words


def joint_answer(payload: dict[str, Any]) -> str:
    """Name the unit and say what it found."""
    found = payload["findings"]
    words = in_clauses(found) if found else _("no objection")
    return f"{payload['unit']}: {words}"


def expert(payload: dict[str, Any]) -> str:
    """Name the expert and say whether the expert agrees."""
    return f"{payload['name']}: {_('agrees') if payload['agrees'] else _('has objections')}"


def stop(payload: dict[str, Any]) -> str:
    """Say why the clock stands still."""
    return payload["words"] or say(STOPS[payload["kind"]].name)


def excerpts(payload: dict[str, Any]) -> str:
    """Quote the wordings."""
    return in_clauses(f"“{words}”" for words in payload["excerpts"])


def answers(payload: dict[str, Any]) -> str:
    """Say of each finding what became of it."""
    return in_clauses(
        f"“{one['finding']}” {FindingReply.Adoption(one['adoption']).label}" for one in payload["answers"]
    )


def judgement(payload: dict[str, Any]) -> str:
    """Say whether the answer was accepted or the finding is maintained."""
    words = _("answer accepted") if payload["accepted"] else _("finding maintained")
    return f"“{payload['finding']}” {words}"
