"""What is written into a clause: its prose, its reasons, its structured parts, before it is in the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from agreements.models import PART_MODELS, Clause, Part

_ORDER = {code: place for place, code in enumerate(PART_MODELS)}


@dataclass(frozen=True, slots=True)
class PartContent:
    """A structured part as it was typed: its lineage (blank for a new one) and its facts."""

    code: str
    facts: Mapping[str, Any]
    lineage: str = ""


@dataclass(frozen=True, slots=True)
class ClauseContent:
    """A clause as it was typed.

    `edition` is the save of the clause the writer started from (without one, that of the whole text), `base` the mark
    of what the writer started from: a clause that still has it was not touched. `heading` and `added_reason` belong
    to clauses that were added; blank leaves them as they are.
    """

    lineage: str
    prose: str
    omission_reason: str = ""
    parts: Sequence[PartContent] = field(default_factory=tuple)
    heading: str = ""
    added_reason: str = ""
    edition: int | None = None
    base: str = ""


def of(clause: Clause) -> ClauseContent:
    """Return what a clause read with its parts holds."""
    return ClauseContent(
        clause.lineage,
        clause.prose,
        clause.omission_reason,
        [PartContent(code, part.facts(), part.lineage) for code, parts in clause.parts.items() for part in parts],
        clause.heading if clause.is_added else "",
        clause.added_reason,
        clause.edition,
    )


def mark(content: ClauseContent) -> str:
    """Return the mark of a content: equal for what reads the same, however it was spaced or its numbers written."""
    parts = [
        [part.code, part.lineage, [_plain(part.facts.get(name)) for name in PART_MODELS[part.code].FACTS]]
        for part in sorted(content.parts, key=lambda part: _ORDER[part.code])
    ]
    texts = (content.prose, content.omission_reason, content.heading, content.added_reason)
    body = json.dumps([[_plain(text) for text in texts], parts], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return one_line_ends(str(value)).strip()


def one_line_ends(text: str) -> str:
    """Return text with the line ends of the database: a browser sends two characters for each."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def as_json(content: ClauseContent) -> dict[str, Any]:
    """Return a content as it is set aside."""
    return {
        "prose": content.prose,
        "omission_reason": content.omission_reason,
        "heading": content.heading,
        "added_reason": content.added_reason,
        "parts": [{"code": part.code, "lineage": part.lineage, "facts": dict(part.facts)} for part in content.parts],
    }


def from_json(lineage: str, kept: Mapping[str, Any]) -> ClauseContent:
    """Return a content that was set aside, its values as the fields of the parts have them."""
    parts = [
        PartContent(part["code"], _values(PART_MODELS[part["code"]], part["facts"]), part["lineage"])
        for part in kept["parts"]
    ]
    texts = {name: kept[name] for name in ("prose", "omission_reason", "heading", "added_reason")}
    return ClauseContent(lineage, parts=parts, **texts)


def _values(model: type[Part], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: model._meta.get_field(name).to_python(value) for name, value in facts.items()}  # type: ignore[union-attr]


def given(parts: Iterable[PartContent], code: str) -> list[PartContent]:
    """Return the parts of one kind, in order."""
    return [part for part in parts if part.code == code]
