"""What changed between two versions of a text: clause by clause, in words, and each structured part fact by fact."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accounts.models import Unit
from agreements import marking, reading
from agreements.forms.layouts import LAYOUTS
from agreements.marking import ADDED, REMOVED, SAME, Paragraph
from agreements.models import TextVersion
from agreements.services import texts
from core.verdicts import Wording

CHANGED = "changed"

Content = dict[str, Any]
"""A clause or a part as the canonical form of a text keeps it."""


class Fact(NamedTuple):
    """A fact of a structured part: what it is, how it read before and how it reads now (blank: not stated)."""

    label: Wording
    old: str
    new: str

    @property
    def changed(self) -> bool:
        """Tell whether the fact differs."""
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class PartRow:
    """A structured part: of which sheet, what became of it (same, changed, added, removed), and its facts."""

    title: Wording
    kind: str
    facts: list[Fact]

    @property
    def name(self) -> str:
        """Return what the part is called: its first fact as it reads now, or as it read."""
        return next((fact.new or fact.old for fact in self.facts), "")

    @property
    def changed_facts(self) -> list[Fact]:
        """Return the facts that differ."""
        return [fact for fact in self.facts if fact.changed]

    @property
    def changes(self) -> int:
        """Return in how many places it differs: each fact that changed, or one for a part that came or went."""
        return len(self.changed_facts) if self.kind == CHANGED else int(self.kind != SAME)


@dataclass(slots=True)
class ReadClause:
    """A clause as it is read against an earlier version; `changes` counts the places that differ from it."""

    order: int
    lineage: str
    heading: str
    title: Paragraph
    omission: Paragraph | None
    """Why the clause is left out, marked; None where neither version leaves it out."""
    is_omitted: bool
    paragraphs: list[Paragraph]
    rows: list[PartRow]
    changes: int = 0
    added: bool = False
    dropped: bool = False
    moved_from: int | None = None
    """Its number in the earlier version, where it stands at another place among the clauses both versions have."""
    left_out_now: bool = False
    added_because: str = ""
    """Why a clause that is none of the framework was added, where it came with this version (§2)."""
    notes: list[str] = field(default_factory=list)

    @property
    def changed_rows(self) -> list[PartRow]:
        """Return the structured parts that differ."""
        return [row for row in self.rows if row.kind != SAME]

    @property
    def same_rows(self) -> int:
        """Return how many structured parts stayed as they were."""
        return sum(row.kind == SAME for row in self.rows)


def clauses(new: TextVersion, old: TextVersion | None) -> list[ReadClause]:
    """Return the clauses of a version, marked against an earlier one (unmarked without one).

    A frozen version is read from its canonical form, the one that was hashed; a working text as it stands. Clauses and
    parts are matched by lineage, so that a moved clause is the same clause; what was dropped stands at the end. One
    query for the names of units, whatever the number of clauses.
    """
    now = content(new)
    then = [] if old is None else now if old == new else content(old)
    units = _units(now, then)
    before = {clause["lineage"]: clause for clause in then}
    moved = _moved(now, before) if old else set()
    found = []
    for clause in now:
        earlier = before.pop(clause["lineage"], None)
        if not old:
            read = _unmarked(clause, units)
        elif earlier is None:
            read = _entire(clause, units, ADDED)
            read.added_because = clause.get("added_reason", "")
        else:
            read = _marked(clause, earlier, units)
            if clause["lineage"] in moved:
                read.moved_from = earlier["order"]
                read.changes += 1
        found.append(read)
    return found + [_entire(clause, units, REMOVED) for clause in before.values()]


def content(text: TextVersion) -> list[Content]:
    """Return the clauses of a version as its canonical form has them."""
    found: list[Content] = json.loads(text.canonical if text.is_frozen else texts.canonical(text))
    return found


def _units(*contents: list[Content]) -> dict[int, Unit]:
    named = {part.get("unit") for clauses in contents for clause in clauses for part in clause["parts"]}
    named.discard(None)
    return Unit.objects.in_bulk(named) if named else {}


def _moved(now: Sequence[Content], before: dict[str, Content]) -> set[str]:
    """Return the clauses that changed places: those outside the longest run that kept its order."""
    kept = [clause["lineage"] for clause in now if clause["lineage"] in before]
    places = [before[lineage]["order"] for lineage in kept]
    if places == sorted(places):
        return set()
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int | None] = []
    for index, place in enumerate(places):
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
        previous.append(ends[at - 1] if at else None)
    in_order: set[str] = set()
    last: int | None = ends[-1]
    while last is not None:
        in_order.add(kept[last])
        last = previous[last]
    return set(kept) - in_order


# ---------------------------------------------------------------------- one clause


def _unmarked(clause: Content, units: dict[int, Unit]) -> ReadClause:
    reason = clause["omission_reason"]
    return ReadClause(
        clause["order"],
        clause["lineage"],
        clause["heading"],
        marking.plain([clause["heading"]])[0],
        marking.plain([reason])[0] if reason else None,
        bool(reason),
        marking.plain(marking.lines_of(clause["prose"])),
        _rows(clause["parts"], clause["parts"], units),
    )


def _entire(clause: Content, units: dict[int, Unit], kind: str) -> ReadClause:
    """Return a clause that came or went as a whole: one place, however long it is."""
    read = _unmarked(clause, units)
    read.title = marking.whole(kind, [clause["heading"]])[0]
    read.paragraphs = marking.whole(kind, marking.lines_of(clause["prose"]))
    read.added, read.dropped = kind == ADDED, kind == REMOVED
    sides = ([], clause["parts"]) if read.added else (clause["parts"], [])
    read.rows = _rows(*sides, units)
    read.changes = 1
    return read


def _marked(clause: Content, earlier: Content, units: dict[int, Unit]) -> ReadClause:
    read = _unmarked(clause, units)
    if clause["heading"] != earlier["heading"]:
        read.title = marking.exchange(earlier["heading"], clause["heading"])
        read.changes += 1
    if clause["omission_reason"] != earlier["omission_reason"]:
        read.omission = marking.exchange(earlier["omission_reason"], clause["omission_reason"])
        read.left_out_now = not earlier["omission_reason"]
        read.changes += 1
    if clause["prose"] != earlier["prose"]:
        read.paragraphs = marking.compare(marking.lines_of(earlier["prose"]), marking.lines_of(clause["prose"]))
        read.changes += marking.places(read.paragraphs)
    if clause["parts"] != earlier["parts"]:
        read.rows = _rows(earlier["parts"], clause["parts"], units)
        read.changes += sum(row.changes for row in read.rows)
    return read


# ---------------------------------------------------------------------- structured parts


def _rows(old: Sequence[Content], new: Sequence[Content], units: dict[int, Unit]) -> list[PartRow]:
    """Return the parts in their order, matched by lineage; those that went stand behind those of their sheet."""
    if not old and not new:
        return []
    before = {(part["code"], part["lineage"]): part for part in old}
    found: list[PartRow] = []
    codes = dict.fromkeys([part["code"] for part in new] + [part["code"] for part in old])
    for code in codes:
        for part in new:
            if part["code"] == code:
                found.append(_row(before.pop((code, part["lineage"]), None), part, units))
        found += [_row(part, None, units) for (kind, _lineage), part in before.items() if kind == code]
    return found


def _row(old: Content | None, new: Content | None, units: dict[int, Unit]) -> PartRow:
    code = (new or old or {})["code"]
    facts = []
    for name in reading.stated(code):
        before = reading.fact(code, name, old, units) if old else ""
        after = before if old is new else reading.fact(code, name, new, units) if new else ""
        if before == after and old and new and reading.plainly(code, name, old) != reading.plainly(code, name, new):
            before, after = str(old.get(name) or ""), str(new.get(name) or "")  # a difference the rounding would hide
        if before or after:
            facts.append(Fact(reading.label_of(code, name), before, after))
    if old is None or new is None:
        kind = ADDED if old is None else REMOVED
    else:
        kind = CHANGED if any(fact.changed for fact in facts) else SAME
    return PartRow(LAYOUTS[code].title, kind, facts)
