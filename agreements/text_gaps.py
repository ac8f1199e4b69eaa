"""What a text still lacks, clause by clause: what is asked before review, and what is only advised (§2).

The drafting page shows the same list live; each point leads to the very cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements import breakdown, due, funding
from agreements.forms.sheets import difference
from agreements.models import (
    Agreement,
    Clause,
    Duty,
    FundingShare,
    KeyProject,
    Mechanism,
    Part,
    Target,
    TextVersion,
    WorkItem,
)
from agreements.services import texts
from core.templatetags.face import yuan
from core.verdicts import Gap
from core.wording import say
from regulation.records import Part as PartCode
from regulation.vocabulary import DUTY_SIDES, SAFEGUARD_KINDS

_FACTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "implementing_body": (("implementing_body",), ("实施主体", "主体", "implementing", "body")),
    "funding_source": (("funding_source",), ("资金", "出资", "投资", "fund", "source")),
    "site": (("site",), ("选址", "地点", "用地", "地址", "site")),
    "period": (("starts_on", "completes_on"), ("开工", "竣工", "工期", "时间", "日期", "start", "completion", "date")),
    "effect": (("effect",), ("效果", "效益", "成效", "effect")),
}
"""The five facts of a key project: the fields that state each, and the words by which a reason names it."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something a clause lacks. Only what is asked (`must`) stands in the way; `count` facts are named in it."""

    gap: Gap
    clause: str
    must: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the text a point lies."""

    clause: Clause
    article: str
    url: str

    @property
    def why(self) -> str:
        return clause_name(self.clause)

    def cell(self, part: Part, field: str) -> str:
        return f"{self.url}#at-{part.lineage}-{field}"

    @property
    def here(self) -> str:
        return f"{self.url}#clause-{self.clause.lineage}"

    def must(self, text: str, url: str, code: str = "fact", why: str = "") -> Point:
        gap = Gap(text, self.article, why or self.why, url, _("Fill in"), code)
        return Point(gap, self.clause.lineage, must=True)

    def advised(self, text: str, url: str, count: int = 1) -> Point:
        gap = Gap(text, self.article, self.why, url, _("Fill in"), "advised")
        return Point(gap, self.clause.lineage, must=False, count=count)

    def missing(self, part: Part, field: str, name: str, what: str) -> Point:
        return self.must(of(name, what), self.cell(part, field))


def clause_name(clause: Clause) -> str:
    """Return a clause as lists name it: its number and heading."""
    return _("Clause %(number)s, %(heading)s") % {"number": clause.order, "heading": clause.heading}


def of(name: str, what: str) -> str:
    """Say what of a named thing is missing."""
    return _("“%(name)s”: %(what)s") % {"name": name, "what": what}


def text_gaps(agreement: Agreement, text: TextVersion) -> Iterator[Gap]:
    """Return what stands in the way of review in a text; the drafting page shows the same list live."""
    yield from (point.gap for point in points(agreement, texts.clauses_with_parts(text)) if point.must)


def points(agreement: Agreement, clauses: Iterable[Clause]) -> Iterator[Point]:
    """Return everything the clauses lack, in their order; they were read with their parts. No query of its own."""
    url = reverse("agreements:text-edit", args=[agreement.public_id])
    facts_required = bool(agreement.edition.body.get("project_facts_required", False))
    for clause in clauses:
        if clause.is_omitted:
            continue
        place = _Place(clause, agreement.category.article, url)
        framework = agreement.edition.clause(clause.code) if clause.code else None
        yield from _clause_points(place, framework["required_parts"] if framework else ())
        yield from _part_points(agreement, place, facts_required=facts_required)


def _clause_points(place: _Place, required: Iterable[str]) -> Iterator[Point]:
    clause = place.clause
    if not clause.prose.strip():
        why = ""
        if not clause.is_added:
            why = _("A framework clause may be left out with a reason, which goes to legal review.")
        yield place.must(
            _("“%(clause)s” has no text") % {"clause": clause.heading},
            f"{place.url}#id_{clause.lineage}-prose",
            "clause_prose",
            why,
        )
    for code in required:
        if not clause.parts[code]:
            words = {"clause": clause.heading, "part": part_name(code)}
            yield place.must(_("“%(clause)s” has no %(part)s") % words, place.here, f"part_{code}")


def part_name(code: str) -> str:
    """Return what a structured part is called on screen."""
    return {
        PartCode.TARGETS.value: _("target"),
        PartCode.WORK_ITEMS.value: _("work item"),
        PartCode.KEY_PROJECTS.value: _("key project"),
        PartCode.FUNDING.value: _("funding share"),
        PartCode.MECHANISMS.value: _("mechanism"),
        PartCode.SAFEGUARDS.value: _("safeguard"),
        PartCode.ASSISTANCE.value: _("assisted region"),
        PartCode.PHASES.value: _("phase"),
        PartCode.PAIRINGS.value: _("pairing"),
        PartCode.DUTIES.value: _("right or duty"),
    }[code]


def _part_points(agreement: Agreement, place: _Place, *, facts_required: bool) -> Iterator[Point]:
    parts: dict[str, list[Any]] = place.clause.parts
    for target in cast("list[Target]", parts[PartCode.TARGETS]):
        yield from _of_target(place, target)
    for item in cast("list[WorkItem]", parts[PartCode.WORK_ITEMS]):
        yield from _of_work_item(place, item)
    for project in cast("list[KeyProject]", parts[PartCode.KEY_PROJECTS]):
        yield from _of_project(place, project, required=facts_required)
    for mechanism in cast("list[Mechanism]", parts[PartCode.MECHANISMS]):
        yield from _of_mechanism(place, mechanism)
    if parts[PartCode.SAFEGUARDS]:
        given = {part.kind for part in parts[PartCode.SAFEGUARDS]}
        for code, kind in SAFEGUARD_KINDS.items():
            if code not in given:
                yield place.must(of(say(kind.name), _("no safeguard of this kind")), place.here)
    yield from _of_duties(place, parts[PartCode.DUTIES])
    yield from _of_funding(agreement, place, parts[PartCode.FUNDING])


def _of_target(place: _Place, target: Target) -> Iterator[Point]:
    if target.goal is None:
        yield place.missing(target, "goal", target.indicator, _("no target value"))
    if target.due_on is None:
        yield place.missing(target, "due_on", target.indicator, _("no due date"))
    if target.unit_id is None:
        yield place.missing(target, "unit", target.indicator, _("no responsible unit"))
    found = breakdown.add_up(target.breakdown, target.baseline, target.goal)
    if found and found.off is not None and not found.adds_up:
        what = _("the sub-targets do not add up: %(difference)s") % {"difference": difference(found)}
        yield place.missing(target, "breakdown", target.indicator, what)


def _of_work_item(place: _Place, item: WorkItem) -> Iterator[Point]:
    if not item.carrier:
        yield place.missing(item, "carrier", item.title, _("no carrier"))
    if item.unit_id is None:
        yield place.missing(item, "unit", item.title, _("no responsible unit"))
    if item.due_on is None and item.due_kind != due.RECURRING:
        yield place.missing(item, "due_on", item.title, _("no due date"))


def fact_name(fact: str) -> str:
    """Return what a fact of a key project is called."""
    return {
        "implementing_body": _("implementing body"),
        "funding_source": _("source of funds"),
        "site": _("planned site"),
        "period": _("start and completion"),
        "effect": _("expected effect"),
    }[fact]


def _facts_missing(project: KeyProject) -> list[str]:
    return [fact for fact, (fields, _words) in _FACTS.items() if not all(getattr(project, name) for name in fields)]


def _explained(project: KeyProject, fact: str) -> bool:
    """Tell whether the reason names a missing fact: a reason for one is no reason for another."""
    reason = project.omission_reason.casefold()
    return any(word in reason for word in _FACTS[fact][1])


def _of_project(place: _Place, project: KeyProject, *, required: bool) -> Iterator[Point]:
    if project.starts_on and project.completes_on and project.completes_on < project.starts_on:
        yield place.missing(project, "completes_on", project.title, _("completion lies before the start"))
    open_facts = [fact for fact in _facts_missing(project) if not _explained(project, fact)]
    if required:
        for fact in open_facts:
            name = fact_name(fact)
            if project.omission_reason:
                what = _("no %(fact)s, and the reason does not name it") % {"fact": name}
            else:
                what = _("no %(fact)s, and no reason") % {"fact": name}
            yield place.missing(project, _first_blank(project, fact), project.title, what)
    elif open_facts:
        names = pgettext("between facts", ", ").join(fact_name(fact) for fact in open_facts)
        url = place.cell(project, _first_blank(project, open_facts[0]))
        yield place.advised(of(project.title, names), url, len(open_facts))


def _first_blank(project: KeyProject, fact: str) -> str:
    return next(name for name in _FACTS[fact][0] if not getattr(project, name))


def _of_mechanism(place: _Place, mechanism: Mechanism) -> Iterator[Point]:
    for side in ("ours", "theirs"):
        if not getattr(mechanism, side):
            yield place.missing(mechanism, side, mechanism.title, _("a side has nobody named"))
    absent = [name for name in ("our_contact", "their_contact") if not getattr(mechanism, name)]
    if absent:
        names = {"our_contact": _("our contact"), "their_contact": _("their contact")}
        what = pgettext("between facts", ", ").join(names[name] for name in absent)
        yield place.advised(of(mechanism.title, what), place.cell(mechanism, absent[0]), len(absent))


def _of_duties(place: _Place, duties: list[Duty]) -> Iterator[Point]:
    """§2.2, 2.4, 2.7: each side's rights and duties; what binds both counts for each."""
    if not duties:
        return
    sides = {duty.side for duty in duties}
    for side in ("ours", "theirs"):
        if not sides & {side, "both"}:
            yield place.must(of(say(DUTY_SIDES[side].name), _("no right or duty of this side")), place.here)


def _of_funding(agreement: Agreement, place: _Place, rows: list[FundingShare]) -> Iterator[Point]:
    """§2.4: contributions, land as equity counted in, make 100 % of capital; loans are measured on total funds."""
    capital = [row for row in rows if row.channel != funding.LOAN]
    if not rows:
        return
    if not capital:
        yield place.must(of(place.clause.heading, _("no contribution to the capital")), place.here)
    blank = next((row for row in capital if row.share is None), None)
    if blank is not None:
        yield place.missing(blank, "share", blank.contributor, _("a contribution has no share"))
    elif capital:
        total = sum((row.share or Decimal(0) for row in capital), Decimal(0))
        if total != funding.WHOLE:
            what = _("the shares of capital make %(total)s %%, not 100 %%") % {"total": breakdown.plain(total)}
            yield place.missing(capital[0], "share", place.clause.heading, what)
    for mismatch in funding.mismatches(rows):
        written, computed = breakdown.plain(mismatch.written), breakdown.plain(mismatch.computed)
        what = _("written %(written)s %%, by the amounts %(computed)s %%") % {"written": written, "computed": computed}
        yield place.missing(mismatch.row, "share", mismatch.row.contributor, what)
    total_funds = funding.totals(rows).total
    if total_funds is not None and (low := agreement.amount_low) is not None:
        high = agreement.amount_high if agreement.amount_kind == "range" else low
        below = total_funds < low
        above = agreement.amount_kind != "at_least" and high is not None and total_funds > high
        if below or above:
            words = {"total": yuan(total_funds), "amount": yuan(low)}
            yield place.advised(
                _("The funds come to %(total)s, the agreement is entered with %(amount)s") % words,
                place.cell(rows[0], "amount"),
            )
