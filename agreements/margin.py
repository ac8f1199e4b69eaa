"""What the margin of a text says of its screening (§1.2): the same on the workbench, in reading and in review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.forms.screening import KeepForm
from agreements.models import Agreement, Clause, FindingAnswer, ScreeningRule, TextVersion
from agreements.models.screening import OWN
from agreements.services import findings
from agreements.services.findings import Line, Result
from agreements.services.screening import Piece
from core.bilingual import named
from core.verdicts import Wording
from core.wording import say
from regulation.prohibitions import PROHIBITIONS
from regulation.screening import CODES

KEEPS = "finding-form"
"""The form of the workbench that the fields for a reason belong to; it stands beside that of the text."""
MARKS = {
    "block": ("warn", "light--warn"),
    "warning": ("warn", "light--warn"),
    "info": ("none", "light--none"),
}
"""The icon and the look of a weight; a word stands beside it. Red is for what is late, and nothing here is."""


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as it is shown: what it is, where, by which rule, what to do, what was answered."""

    line: Line
    name: str
    weight: Wording
    icon: str
    look: str
    rule: str
    advice: str
    why: str
    answer: FindingAnswer | None
    form: KeepForm | None
    url: str

    @property
    def is_own(self) -> bool:
        """Tell whether a rule of the authority's own has hit; the short names of the built-in ones say little."""
        return self.line.found.rule.startswith(OWN)

    @property
    def anchor(self) -> str:
        """Return the mark of the finding on its page."""
        return f"finding-{self.line.found.fingerprint}"


def margin(
    agreement: Agreement,
    text: TextVersion,
    clauses: Sequence[Clause] | None = None,
    *,
    can_keep: bool = False,
) -> dict[str, Any]:
    """Return the context of `agreements/text-screening.html`; `can_keep` offers to keep a wording with a reason."""
    return _context(agreement, text, findings.of_version(agreement, text, clauses), can_keep=can_keep)


def incoming(
    agreement: Agreement, text: TextVersion, given: Iterable[Piece], headings: Mapping[str, str]
) -> dict[str, Any]:
    """Return the same context for a text that comes in from outside, before anything of it is taken over."""
    return _context(agreement, text, findings.of_incoming(agreement, text, given, headings), can_keep=False)


def _context(agreement: Agreement, text: TextVersion, result: Result, *, can_keep: bool) -> dict[str, Any]:
    names = _names_of_own_rules(agreement, result.lines)
    asked_first = sorted(result.lines, key=lambda line: not line.is_open)
    notes = [_note(agreement, line, names, can_keep=can_keep) for line in asked_first]
    return {
        "screening": {
            "notes": notes,
            "open": [note for note in notes if note.line.is_open],
            "kept": [note for note in notes if note.line.is_kept],
            "rules": result.rules,
            "prohibitions": len(PROHIBITIONS),
            "can_keep": can_keep,
            "text": text,
        }
    }


def note_of(agreement: Agreement, line: Line) -> Note:
    """Return one finding as its own page shows it."""
    return _note(agreement, line, _names_of_own_rules(agreement, [line]), can_keep=False)


def _note(agreement: Agreement, line: Line, names: dict[str, str], *, can_keep: bool) -> Note:
    found = line.found
    record = CODES.get(found.code)
    icon, look = MARKS[found.severity]
    return Note(
        line=line,
        name=say(record.name) if record else found.code,
        weight=ScreeningRule.Severity(found.severity).label,
        icon=icon,
        look=look,
        rule=names.get(found.rule, found.rule),
        advice=say(found.advice),
        why=say(record.rule) if record else "",
        answer=line.answer,
        form=KeepForm(prefix=found.fingerprint, of=KEEPS) if can_keep and found.severity in findings.ASKED else None,
        url=reverse("agreements:finding-keep", args=[agreement.public_id, found.fingerprint]),
    )


def _names_of_own_rules(agreement: Agreement, lines: Sequence[Line]) -> dict[str, str]:
    """Return what the authority calls its own rules, retired ones too; asked only where one of them has hit."""
    if not any(line.found.rule.startswith(OWN) for line in lines):
        return {}
    rows = ScreeningRule.objects.filter(authority=agreement.authority_id)
    return {
        f"{OWN}{key}": _("%(name)s (own rule)") % {"name": named(zh, en)}
        for key, zh, en in rows.values_list("key", "name_zh", "name_en")
    }
