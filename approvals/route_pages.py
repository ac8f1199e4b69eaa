"""What the route pages show: the way with its people and days, what would change it, what is missing on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Post, SigningAuthority, User
from accounts.posts import post_in, post_of
from agreements import verbs
from agreements.gaps import lies_with
from agreements.models import Agreement, DeadlineSetting, Station
from agreements.pages import in_clauses, listed
from agreements.rules import may_edit
from agreements.services import deadlines, lifecycle, texts
from approvals.models import OnDisagree, PassRule, Run, StepKind
from approvals.models.run import PRESENTS
from approvals.route_forms import WhatIfForm
from approvals.services import reviewing, routing, runs
from approvals.services.reviewing import STEP_RULE
from approvals.services.routing import Ground, Lies, Plan, Planned
from core import clock
from core.verdicts import Gap, Wording
from core.wording import say
from regulation.conditions import Facts
from regulation.records import Forum, Reason
from regulation.routes import FORUMS, NatureNeeded
from regulation.workdays import Calendar, nth_workday

KEPT, ADDED, DROPPED = "kept", "added", "dropped"


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the way as the page and the paper show it."""

    number: int
    label: str
    kind: str
    people: str
    post: str
    notes: tuple[str, ...]
    reason: str
    article: str
    reading: bool
    own: bool
    days: int
    """Expected working days; 0 for the step that presenting itself does."""
    total: int
    due_on: date | None
    provisional: bool
    change: str = KEPT

    @property
    def is_dropped(self) -> bool:
        """Tell whether the agreement as it is has this step, and what was asked about has not."""
        return self.change == DROPPED


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way of some facts."""

    plan: Plan
    lines: tuple[Line, ...]

    @property
    def forum(self) -> Forum:
        """Return where it is decided."""
        return self.plan.route.forum

    @property
    def forum_name(self) -> str:
        """Return where it is decided, in words."""
        return say(FORUMS[self.forum])

    @property
    def forum_reason(self) -> Reason | None:
        """Return why it is decided there."""
        return self.plan.why_forum()

    @property
    def committee(self) -> Reason | None:
        """Return why it is reported to the Party committee; None where it is not."""
        return next((reason for reason in self.plan.route.why if reason.step == "party_committee"), None)

    @property
    def in_meeting(self) -> bool:
        """Tell whether a meeting decides before the last step."""
        return self.forum != Forum.SIGN_OFF

    @property
    def last(self) -> Line | None:
        """Return the last step, on whose day the way is expected to end."""
        return next((line for line in reversed(self.lines) if not line.is_dropped), None)


@dataclass(frozen=True, slots=True)
class Footing:
    """What the ways of an agreement are shown from, read once for however many are shown."""

    ground: Ground
    limit: DeadlineSetting
    kept: Calendar


def footing(agreement: Agreement, *, day: date | None = None) -> Footing:
    """Read the rules of the authority and the limit of a step; the people of the day are read with the first way."""
    limit = deadlines.setting(agreement, STEP_RULE)
    return Footing(Ground(agreement, day), limit, deadlines.calendar_of(limit))


def way(
    agreement: Agreement, *, day: date | None = None, facts: Facts | None = None, on: Footing | None = None
) -> Way | None:
    """Return the way an agreement takes when it is presented on a day; None without a nature (§3.4).

    Five queries, however many steps, seven where anybody countersigns; with a footing `on` which it is shown one, with
    `facts` too none.
    """
    day = day or clock.today()
    on = on or footing(agreement, day=day)
    try:
        plan = routing.plan(agreement, day=day, facts=facts, ground=on.ground)
    except NatureNeeded:
        return None
    usual, kept = on.limit.amount, on.kept
    lines: list[Line] = []
    total = 0
    for number, step in enumerate(plan.steps, start=1):
        days = 0 if number == 1 else step.workdays or usual
        total += days
        counted = nth_workday(day, total, kept) if total else None
        lines.append(
            _line(
                number,
                step,
                days=days,
                total=total,
                due_on=counted.day if counted else day,
                provisional=bool(counted and counted.provisional),
                of=agreement.authority,
            )
        )
    return Way(plan, tuple(lines))


def _line(
    number: int, step: Planned, *, days: int, total: int, due_on: date, provisional: bool, of: SigningAuthority
) -> Line:
    reason = step.reason
    meeting = step.kind == StepKind.MEETING
    return Line(
        number=number,
        label=step.label_of(of),
        kind=step.kind,
        people=""
        if step.kind == StepKind.COUNTERSIGN or meeting
        else listed(user.full_name for user in step.lies.people),
        post=_("papers and minutes: %(post)s") % {"post": step.lies.post.title}
        if meeting
        else ""
        if step.kind == StepKind.COUNTERSIGN
        else step.lies.post.title,
        notes=tuple(_notes(step)),
        reason=say(reason.text) if reason else "",
        article=reason.article if reason else "",
        reading=bool(reason and reason.reading),
        own=bool(reason and reason.own),
        days=days,
        total=total,
        due_on=due_on,
        provisional=provisional,
    )


def _notes(step: Planned) -> Iterable[str]:
    if step.lies.redirected and step.kind == StepKind.SIGN:
        yield _("goes to the office: %(why)s") % {"why": step.redirected_because}
    if not step.lies.people and step.kind == StepKind.SIGN:
        yield _("nobody of the office may act either: name a holder before it is presented")
    if step.lies.also:
        others = listed(post.title for post in step.lies.also)
        yield _("also in charge of the lead unit: %(others)s; it comes to the first, the office checks") % {
            "others": others
        }
    for post, lies in zip(step.seats, step.asked, strict=True):
        yield _seat(post.title, lies)
    if step.kind == StepKind.COUNTERSIGN:
        rule = PassRule(step.pass_rule)
        yield str(rule.label) if rule != PassRule.RATIO else _("%(ratio)s %% must agree") % {"ratio": step.ratio}
    if step.on_disagree != OnDisagree.NONE:
        yield _("on disagreement: %(then)s") % {"then": OnDisagree(step.on_disagree).label}


def _seat(post: str, lies: Lies) -> str:
    if lies.redirected:
        return _("%(post)s: nobody, goes to the office") % {"post": post}
    return _("%(post)s: %(people)s") % {"post": post, "people": listed(user.full_name for user in lies.people)}


def compared(real: Way | None, asked: Way) -> tuple[Line, ...]:
    """Return the lines of the way that was asked about, with what the real one has not and has besides."""
    if real is None:
        return asked.lines
    found: list[Line] = []
    old, new = [_key(line) for line in real.lines], [_key(line) for line in asked.lines]
    for act, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if act == "equal":
            found += asked.lines[k:m]
        else:
            found += [replace(line, change=DROPPED, number=0) for line in real.lines[i:j]]
            found += [replace(line, change=ADDED) for line in asked.lines[k:m]]
    return tuple(found)


def _key(line: Line) -> tuple[str, str]:
    return line.kind, line.label


def differences(lines: Iterable[Line]) -> tuple[int, int]:
    """Return how many steps were added and dropped."""
    changes = [line.change for line in lines]
    return changes.count(ADDED), changes.count(DROPPED)


# ---------------------------------------------------------------------- what is missing


@dataclass(frozen=True, slots=True)
class Phase:
    """An act on the way with what is missing before it. Only of the one that comes next the places lead on."""

    title: Wording
    gaps: list[Gap]
    is_next: bool
    lies_with: str = ""
    """With whom the gaps lie, said to a reader who does not mend them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that the way asks for."""

    name: str
    article: str
    when: str
    there: bool


_PHASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("begin_drafting", (Station.PREPARATION,)),
    ("submit_for_review", (Station.DRAFTING,)),
    ("open_approval", (Station.PREPARATION, Station.DRAFTING, Station.LEGAL_REVIEW)),
    ("sign", (Station.PREPARATION, Station.DRAFTING, Station.LEGAL_REVIEW, Station.APPROVAL, Station.SIGNING)),
)


def phases(agreement: Agreement, user: User) -> list[Phase]:
    """Return the acts that still lie ahead, each with what is missing; a gap is named once, where it comes first. The
    places where the next act's gaps are mended are shown to who does that act or writes the text; others read with whom
    it lies."""
    with texts.read_once(agreement):
        return list(_phases(agreement, user))


def _phases(agreement: Agreement, user: User) -> Iterator[Phase]:
    named: set[tuple[str, str]] = set()
    for code, stations in _PHASES:
        if agreement.station not in stations:
            continue
        verb = verbs.get(code)
        is_next = lifecycle.is_time(agreement, verb)
        gaps = [gap for gap in verb.gaps(agreement) if (gap.code, str(gap.text)) not in named]
        named |= {(gap.code, str(gap.text)) for gap in gaps}
        leads = is_next and bool(verb.may(user, agreement) or may_edit(user, agreement))
        # A gap that knows who mends it asks for itself.
        shown = [gap if leads or (is_next and gap.open_to) else replace(gap, url="") for gap in gaps]
        told = ""
        if is_next and gaps and not leads:
            presents = code == "open_approval"
            told = lies_with(post_of(agreement.authority, PRESENTS) if presents else _officer(agreement))
        yield Phase(verb.label, shown, is_next, told)


def _officer(agreement: Agreement) -> Post:
    return post_in(agreement.lead_unit, "officer")


def papers(agreement: Agreement, found: Way) -> list[Paper]:
    """Return the papers the way asks for, and whether each is there."""
    review, text = reviewing.current(agreement), texts.current(agreement)
    reviewed = bool(review and text and review.conclusion and not review.is_open and review.text.sha256 == text.sha256)
    lines = [Paper(_("Opinion of the legal review"), "§3.3", _("before presenting"), reviewed)]
    if found.in_meeting:
        lines += [
            Paper(_("Topic statement with its annexes"), "§3.4", _("before the meeting's cut-off"), False),
            Paper(_("Excerpt of the minutes"), "§3.4", _("after the meeting"), False),
        ]
    if found.committee:
        told = hasattr(agreement, "party_committee_report")
        lines.append(Paper(_("Report to the Party committee"), found.committee.article, _("before signing"), told))
    return lines


# ---------------------------------------------------------------------- the page


@dataclass(slots=True)
class Shown:
    """What the page of a route shows."""

    form: WhatIfForm
    real: Way | None
    asked: Way | None = None
    lines: tuple[Line, ...] = ()
    summary: str = ""

    @property
    def way(self) -> Way | None:
        """Return the way on show: the one that was asked about, or the agreement's own."""
        return self.asked or self.real


def shown(agreement: Agreement, query: Any) -> Shown:
    """Return the way of the agreement, or the one asked about in the address with its difference."""
    facts = routing.facts_of(agreement)
    form = WhatIfForm(query if "what" in query else None, real=facts, kind=agreement.authority.kind)
    on = footing(agreement)
    real = way(agreement, facts=facts, on=on)
    page = Shown(form, real, lines=real.lines if real else ())
    if form.is_bound and form.is_valid() and (asked := form.facts()) != facts:
        page.asked = way(agreement, facts=asked, on=on)
        if page.asked is not None:
            page.lines = compared(real, page.asked)
            page.summary = _summary(real, page.asked, page.lines)
    return page


def _summary(real: Way | None, asked: Way, lines: tuple[Line, ...]) -> str:
    if real is None:
        return ""
    added, dropped = differences(lines)
    found = []
    if asked.forum != real.forum:
        found.append(_("decided by %(new)s instead of %(old)s") % {"new": asked.forum_name, "old": real.forum_name})
    if added:
        found.append(ngettext("%(n)s step added", "%(n)s steps added", added) % {"n": added})
    if dropped:
        found.append(ngettext("%(n)s step dropped", "%(n)s steps dropped", dropped) % {"n": dropped})
    if bool(asked.committee) != bool(real.committee):
        found.append(_("reported to the Party committee") if asked.committee else _("no report to the Party committee"))
    if asked.last and real.last and asked.last.total != real.last.total:
        found.append(_("%(new)s working days instead of %(old)s") % {"new": asked.last.total, "old": real.last.total})
    return in_clauses(found) or _("nothing changes")


def run_of(agreement: Agreement) -> Run | None:
    """Return the run whose own copy of the route counts now: under way or passed; None before and after a return."""
    run = runs.latest(agreement)
    return run if run is not None and run.state in ("open", "passed") else None
