"""How the events of an agreement's chain read in its trail. An app above registers the words of its own codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from agreements import verbs
from agreements.models import (
    AgreementLink,
    Assessment,
    Attachment,
    Deliberation,
    Exchange,
    Opinion,
    OpinionAnswer,
    TextVersion,
)
from core.verdicts import Wording
from core.wording import say
from records.models import Event
from regulation.diligence import DILIGENCE_POINTS
from regulation.screening import CODES

Detail = Callable[[dict[str, Any]], str]
_SEPARATOR = pgettext_lazy("between names", ", ")


@dataclass(frozen=True, slots=True)
class Words:
    """What was done, in words, and how to read from the payload what else is worth a line."""

    label: Wording
    detail: Detail | None = None
    lapse: bool = False
    passive: bool = False


_words: dict[str, Words] = {}


def register(
    code: str, label: Wording, detail: Detail | None = None, *, lapse: bool = False, passive: bool = False
) -> None:
    """Say how events of a code read (`label` follows the name of who acted); a second wording is an error.

    `detail` returns a line made from the payload; `lapse` marks something that went past its day;
    `passive` an act that settles nothing (a copy, a reminder): whoever acted before may still take the own act back.
    """
    if code in _words:
        raise ValueError(f"event {code} is worded twice")
    _words[code] = Words(label, detail, lapse, passive)


def passive() -> list[str]:
    """Return the codes of acts that settle nothing."""
    return [code for code, words in _words.items() if words.passive]


def label_of(event: Event) -> str:
    """Return what was done, in the reader's language; a code without words reads as its verb, or as itself."""
    if words := _words.get(event.code):
        return str(words.label)
    try:
        return str(verbs.get(event.code).label)
    except KeyError:
        return event.code


def detail_of(event: Event) -> str:
    """Return what the payload adds: the parties named, the units asked, the conclusions; blank for most."""
    words = _words.get(event.code)
    return words.detail(event.payload) if words and words.detail else ""


def is_lapse(event: Event) -> bool:
    """Tell whether the event records that something went past its day."""
    words = _words.get(event.code)
    return words is not None and words.lapse


def capacity_word(capacity: str) -> str:
    """Return in which capacity somebody acted (本人 · 代 · 代录 · 会议), in words."""
    return {
        "automatic": pgettext("capacity", "by rule"),
        "deputy": pgettext("capacity", "as deputy"),
        "recorded": pgettext("capacity", "recorded from paper"),
        "meeting": pgettext("capacity", "by meeting"),
    }.get(capacity, pgettext("capacity", "in person"))


def listed(key: str) -> Detail:
    """Return the detail that lists the names under a key of the payload."""
    return lambda payload: str(_SEPARATOR).join(map(str, payload.get(key, ())))


def _conclusions(payload: dict[str, Any]) -> str:
    parts = [
        _("%(point)s: %(conclusion)s")
        % {
            "point": say(DILIGENCE_POINTS[point].name),
            "conclusion": Assessment.Conclusion(conclusion).label,
        }
        for point, conclusion in payload["conclusions"].items()
    ]
    return _("Of %(party)s: %(parts)s") % {"party": payload["party"], "parts": str(_SEPARATOR).join(parts)}


def _conclusion(payload: dict[str, Any]) -> str:
    return str(capfirst(Assessment.Conclusion(payload["conclusion"]).label))


def _linked(payload: dict[str, Any]) -> str:
    """Say how, not with which: whoever reads the trail may not be one who may know of the other agreement."""
    return str(capfirst(AgreementLink.Kind(payload["kind"]).label))


def _asked(payload: dict[str, Any]) -> str:
    units, clauses = listed("units")(payload), listed("clauses")(payload)
    return _("%(units)s; on %(clauses)s") % {"units": units, "clauses": clauses} if clauses else units


def _stance(payload: dict[str, Any]) -> str:
    return str(capfirst(Opinion.Stance(payload["stance"]).label))


def _of_unit(payload: dict[str, Any]) -> str:
    names = [payload["unit"], payload.get("about", "")]
    return str(_SEPARATOR).join(filter(None, names))


def _adoption(payload: dict[str, Any]) -> str:
    return _("Opinion of %(unit)s: %(adoption)s") % {
        "unit": _of_unit(payload),
        "adoption": OpinionAnswer.Adoption(payload["adoption"]).label,
    }


def _kept(payload: dict[str, Any]) -> str:
    return _("Draft %(number)s") % {"number": payload["text"]}


def _exchanged(payload: dict[str, Any]) -> str:
    direction = Exchange.Direction(payload["direction"]).label
    if not payload.get("text"):
        return str(capfirst(direction))
    return _("Draft %(number)s, %(direction)s") % {"number": payload["text"], "direction": direction}


def _file(payload: dict[str, Any]) -> str:
    origin = payload.get("origin", "")
    if not origin:
        return str(payload["file"])
    words = {"file": payload["file"], "origin": TextVersion.Origin(origin).label}
    return _("%(file)s, %(origin)s") % words


def _paper(payload: dict[str, Any]) -> str:
    kind = Attachment.Kind(payload["kind"]).label if payload["kind"] in Attachment.Kind else payload["kind"]
    return _("%(kind)s: “%(name)s”") % {"kind": capfirst(kind), "name": payload["name"]}


def _newer_paper(payload: dict[str, Any]) -> str:
    return _("%(paper)s, in place of “%(old)s”") % {"paper": _paper(payload), "old": payload["old"]}


def _letter(payload: dict[str, Any]) -> str:
    return str(_SEPARATOR).join(filter(None, (payload["unit"], payload["number"], _stance(payload))))


def _deliberation(payload: dict[str, Any]) -> str:
    return _("%(kind)s: %(conclusion)s") % {
        "kind": capfirst(Deliberation.Kind(payload["kind"]).label),
        "conclusion": Deliberation.Conclusion(payload["conclusion"]).label,
    }


def _finding(payload: dict[str, Any]) -> str:
    record = CODES.get(payload["code"])
    name = say(record.name) if record else payload["code"]
    return _("%(name)s: “%(words)s”") % {"name": name, "words": payload["excerpt"]} if payload["excerpt"] else name


def _heading(payload: dict[str, Any]) -> str:
    return str(payload["heading"])


def register_own() -> None:
    """Register the words of this app's events; called once, when the app is ready."""
    for code, label, detail in (
        ("file", gettext_lazy("filed the agreement"), None),
        ("describe", gettext_lazy("entered the facts"), None),
        ("name_parties", gettext_lazy("named the counterparties"), listed("parties")),
        ("assess", gettext_lazy("assessed a counterparty"), _conclusions),
        ("argue_risk", gettext_lazy("argued the risk"), None),
        ("state_ability", gettext_lazy("assessed our own ability to perform"), _conclusion),
        ("state_origin", gettext_lazy("stated the origin"), listed("papers")),
        ("explain_overlap", gettext_lazy("said why a new agreement is made"), None),
        ("link", gettext_lazy("linked another agreement"), _linked),
        ("unlink", gettext_lazy("took a link away"), _linked),
        ("begin_drafting", gettext_lazy("began the draft"), None),
        ("write", gettext_lazy("worked on the text"), None),
        ("keep_draft", gettext_lazy("kept the draft as a version"), _kept),
        ("explain_change", gettext_lazy("explained changes of the text"), None),
        ("record_exchange", gettext_lazy("recorded an exchange with the counterpart"), _exchanged),
        ("strike_exchange", gettext_lazy("took back an exchange entered by mistake"), _exchanged),
        ("receive_word", gettext_lazy("took in a Word file"), _file),
        ("take_over_word", gettext_lazy("took over a Word file into the draft"), _file),
        ("discard_word", gettext_lazy("left a Word file aside"), _file),
        ("keep_finding", gettext_lazy("kept a wording that screening found"), _finding),
        ("consult", gettext_lazy("sent the draft for opinions"), _asked),
        ("add_clause", gettext_lazy("added a clause"), _heading),
        ("remove_clause", gettext_lazy("removed an added clause"), _heading),
        ("give_opinion", gettext_lazy("gave an opinion"), _stance),
        ("urge_opinion", gettext_lazy("urged an opinion"), _of_unit),
        ("answer_opinion", gettext_lazy("answered an opinion"), _adoption),
        ("maintain_opinion", gettext_lazy("maintained an opinion"), _of_unit),
        ("register_letter", gettext_lazy("registered a letter with an opinion"), _letter),
        ("deliberate", gettext_lazy("recorded a meeting on the draft"), _deliberation),
        ("hand_to_head", gettext_lazy("handed the draft to the unit's head"), None),
        ("submit_for_review", gettext_lazy("submitted the draft for review"), None),
        ("recall", gettext_lazy("recalled the submission"), None),
        ("withdraw", gettext_lazy("withdrew the agreement"), None),
        ("attach_file", gettext_lazy("filed a paper"), _paper),
        ("replace_file", gettext_lazy("filed a newer version of a paper"), _newer_paper),
        ("void_file", gettext_lazy("marked a paper as void"), _paper),
        ("propose_suspend", gettext_lazy("proposed to suspend"), None),
        ("propose_resume", gettext_lazy("proposed to resume"), None),
        ("propose_terminate", gettext_lazy("proposed to end the agreement"), None),
        ("decline_proposal", gettext_lazy("declined the proposal"), None),
        ("suspend", gettext_lazy("suspended the agreement"), None),
        ("resume", gettext_lazy("let the agreement go on"), None),
        ("terminate", gettext_lazy("ended the agreement"), None),
    ):
        register(code, label, detail)
