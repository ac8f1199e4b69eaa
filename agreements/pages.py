"""What the pages of an agreement show: station bar, next step, tabs, deadlines with lights, trail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Post, PostHolding, User
from accounts.models.organisation import SELF
from accounts.posts import acting, actors_of, held_with_deputies
from agreements import events, rules, verbs
from agreements.lights import Light, light_for
from agreements.models import Agreement, Deadline, DeadlineSetting, Standing, Station, ToDo
from agreements.services import calendar, deadlines, duties, lifecycle
from agreements.verbs import Verb
from core import clock, panels
from core.bilingual import reads_english
from core.verdicts import Denied, Gap, Wording
from records import trail
from records.models import Event

ON_THE_BAR = [station for station in Station if station != Station.CONCLUDED]
OVERVIEW = "overview"
PROPOSALS = {
    "suspend": "propose_suspend",
    "resume": "propose_resume",
    "terminate": "propose_terminate",
}
"""Verbs the government decides on the lead unit's proposal (§4.3) → the code of proposing it."""


def short_day(day: date) -> str:
    """Return a day without its year as offices write it, 11月22日; with the year when it is another one."""
    same_year = day.year == clock.today().year
    if reads_english():
        return date_format(day, "j M" if same_year else "j M Y")
    return f"{day.month}月{day.day}日" if same_year else f"{day.year}年{day.month}月{day.day}日"


def short_stay(from_on: date, to_on: date | None) -> str:
    """Return a stay as offices write it, 6月8日—7月3日; a year that is the same at both ends stands once."""
    first = short_day(from_on)
    if to_on is None or to_on == from_on:
        return first
    if reads_english():
        last = short_day(to_on)
        if from_on.year == to_on.year:
            first = date_format(from_on, "j M")
    else:
        last = f"{to_on.month}月{to_on.day}日" if from_on.year == to_on.year else short_day(to_on)
    return _("%(from)s – %(to)s") % {"from": first, "to": last}


def listed(names: Iterable[str]) -> str:
    """Return names in one line, as the reader's language separates them."""
    return pgettext("between names", ", ").join(names)


def in_clauses(words: Iterable[str]) -> str:
    """Return clauses in one line, as the reader's language separates them."""
    return pgettext("between clauses", "; ").join(words)


def workdays(count: int) -> str:
    """Return a number of working days in words; none is the same day."""
    if not count:
        return _("same day")
    return ngettext("%(n)s working day", "%(n)s working days", count) % {"n": count}


# ---------------------------------------------------------------------- station bar


@dataclass(slots=True)
class Stay:
    """A stay at a station: from when, and until when (None: still there)."""

    station: str
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class BarStation:
    """A station on the bar."""

    label: Wording
    state: str
    lines: list[str]
    late_text: str = ""


def stays(history: Iterable[Event]) -> list[Stay]:
    """Return the stays an agreement made, in order, as its chain tells them (`to` in the payload of a move)."""
    found: list[Stay] = []
    for event in history:
        station = str(event.payload.get("to", "")).partition("/")[0]
        if not station or (found and found[-1].station == station):
            continue
        if found:
            found[-1].to_on = event.legal_on
        found.append(Stay(station, event.legal_on))
    return found


def station_bar(agreement: Agreement, history: Iterable[Event], due: Deadline | None) -> list[BarStation]:
    """Return the eight stations with dates and days spent, a ninth once the agreement is concluded.

    A station that was left and must be passed again (after a return) counts as not reached. `due` is the deadline
    that is judged at the present station.
    """
    by_station: dict[str, list[Stay]] = {}
    for stay in stays(history):
        by_station.setdefault(stay.station, []).append(stay)
    here = list(Station).index(Station(agreement.station))
    late = _late_at(agreement)
    shown = [*ON_THE_BAR, *([Station.CONCLUDED] if agreement.station == Station.CONCLUDED else [])]
    return [
        _on_the_bar(agreement, station, place - here, by_station.get(station, []), due, late.get(station, 0))
        for place, station in enumerate(shown)
    ]


def _on_the_bar(
    agreement: Agreement, station: Station, distance: int, visits: list[Stay], due: Deadline | None, late: int
) -> BarStation:
    if distance > 0:
        skipped = station == Station.SEALING and not agreement.seal_due
        return BarStation(capfirst(station.label), "todo", [_("no seal is due")] if skipped else [])
    if not visits:
        return BarStation(capfirst(station.label), "done", [_("passed over")])
    if distance == 0:
        return BarStation(capfirst(station.label), "now", _now_lines(agreement, visits[-1], due))
    last = visits[-1]
    spent = sum(calendar.until(stay.from_on, stay.to_on) for stay in visits if stay.to_on)
    text = ngettext("%(n)s working day over", "%(n)s working days over", late) % {"n": late} if late else ""
    return BarStation(capfirst(station.label), "done", [short_stay(last.from_on, last.to_on), workdays(spent)], text)


def _now_lines(agreement: Agreement, stay: Stay, due: Deadline | None) -> list[str]:
    if agreement.station == Station.CONCLUDED:
        return [short_day(stay.from_on)]
    if agreement.standing != Standing.ACTIVE:
        return [str(Standing(agreement.standing).label)]
    day = calendar.until(stay.from_on, clock.today()) + 1
    lines = [_("since %(day)s") % {"day": short_day(stay.from_on)}, _("working day %(n)s") % {"n": max(day, 1)}]
    if due:
        words = _("until %(day)s, provisional") if due.provisional else _("until %(day)s")
        lines.append(words % {"day": short_day(due.due_on)})
    return lines


RULES_OF_STATIONS = {
    "review": Station.LEGAL_REVIEW,
    "approval_step": Station.APPROVAL,
    "revision": Station.APPROVAL,
    "seal": Station.SEALING,
    "handover": Station.ARCHIVING,
    "handover_foreign_affairs": Station.ARCHIVING,
}
"""Deadlines that are kept at a station → the station on whose place of the bar a lapse is shown."""


def _late_at(agreement: Agreement) -> dict[str, int]:
    """Return how many working days each station's own deadlines were overrun, the worst of each."""
    worst: dict[str, int] = {}
    closed = agreement.deadlines.filter(rule__in=RULES_OF_STATIONS, closed_because="done", provisional=False)
    for rule, due_on, closed_on in closed.values_list("rule", "due_on", "closed_on"):
        station = RULES_OF_STATIONS[rule]
        over = calendar.until(due_on, closed_on) if closed_on else 0
        if over > 0:
            worst[station] = max(worst.get(station, 0), over)
    return worst


# ---------------------------------------------------------------------- next step


@dataclass(frozen=True, slots=True)
class Link:
    """Another thing this person may do here."""

    label: Wording
    url: str


@dataclass(slots=True)
class NextStep:
    """The box under the station bar, in the shape `parts/next_step.html` draws."""

    heading: Wording
    verb_label: Wording = ""
    url: str = ""
    enabled: bool = False
    due_text: str = ""
    reason: Wording = ""
    article: str = ""
    who_text: str = ""
    gaps: list[Gap] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    advice: list[Gap] = field(default_factory=list)
    secondary: list[Link] = field(default_factory=list)


def offered_verbs(agreement: Agreement, user: User) -> list[Verb]:
    """Return the verbs whose time it is and which this person may do, in their order."""
    return [
        verb
        for verb in verbs.all_verbs()
        if lifecycle.is_time(agreement, verb)
        and verb.offered(agreement)
        and not isinstance(verb.may(user, agreement), Denied)
    ]


def offered_proposals(agreement: Agreement, user: User) -> list[Link]:
    """Return what the lead unit's head may propose to the government now (§4.3)."""
    if isinstance(rules.may_lead(user, agreement), Denied):
        return []
    labels = {
        "suspend": _("Propose to suspend"),
        "resume": _("Propose to resume"),
        "terminate": _("Propose to end"),
    }
    codes = [code for code in PROPOSALS if lifecycle.is_time(agreement, verbs.get(code))]
    if not codes or agreement.standing_proposals.filter(decided_on=None).exists():
        return []
    return [
        Link(labels[code], reverse("agreements:verb-act", args=[agreement.public_id, PROPOSALS[code]]))
        for code in codes
    ]


def next_step(agreement: Agreement, user: User, todos: list[ToDo]) -> NextStep:
    """Return the one thing to do next: this person's verb with its gaps, or with whom it lies and until when."""
    held = {todo.pk: todo.held_by(user) for todo in todos}
    mine = [todo for todo in todos if held[todo.pk]]
    others = [todo for todo in todos if not held[todo.pk]]
    found = offered_verbs(agreement, user)
    main = next((verb for verb in found if verb.main), None)
    step = NextStep(_("Next step, yours"), secondary=_secondary(agreement, user, found, main, mine))
    if main:
        step.verb_label, step.url, step.article = main.label, main.address(agreement), main.article
        step.gaps, step.advice = main.gaps(agreement), main.advice(agreement)
        step.enabled = not step.gaps
        if step.gaps:
            step.reason = ngettext(
                "Not possible yet: %(n)s item is missing.", "Not possible yet: %(n)s items are missing.", len(step.gaps)
            ) % {"n": len(step.gaps)}
    elif mine:
        kind = duties.kind(mine[0])
        step.verb_label, step.url, step.article, step.enabled = kind.action, kind.address(mine[0]), kind.article, True
        step.secondary = [link for link in step.secondary if link.url != step.url]
    else:
        step.heading = _("Where it lies")
    if mine and mine[0].due_on != clock.FAR_AWAY:
        step.due_text = _due_words(mine[0], agreement)
    if mine and (as_deputy := held[mine[0].pk]) and as_deputy.received:
        step.due_text = f"{step.due_text} {_acting(as_deputy)}".strip()
    step.who_text = _with_whom(others)
    if not main and not mine and not others:
        step.due_text = _at_rest(agreement)
    return step


def _acting(held: PostHolding) -> str:
    """Say in whose place a person acts, on the page where it is done."""
    return _("You act %(post)s.") % {"post": held.title}


def _due_words(todo: ToDo, agreement: Agreement) -> str:
    judged = todo.deadline is None or not todo.deadline.provisional
    light = light_for(todo.due_on, judged, clock.today(), agreement.standing)
    words = {"day": short_day(todo.due_on), "light": light.text}
    return _("It was due by %(day)s: %(light)s.") % words if light.kind == "late" else _("Until %(day)s.") % words


def _secondary(agreement: Agreement, user: User, found: list[Verb], main: Verb | None, mine: list[ToDo]) -> list[Link]:
    taken = {main.address(agreement)} if main else set()
    links = []
    for label, url in (
        *((duties.kind(todo).action, duties.kind(todo).address(todo)) for todo in mine),
        *((verb.label, verb.address(agreement)) for verb in found),
        *((link.label, link.url) for link in offered_proposals(agreement, user)),
        *panels.links(agreement, user),
    ):
        if url not in taken and url != agreement.get_absolute_url():
            taken.add(url)
            links.append(Link(label, url))
    return links


def _with_whom(todos: list[ToDo]) -> str:
    """Say with whom the open duties lie and until when; of many, the first five."""
    if not todos:
        return ""
    names = names_with(todos[:5])
    lines = []
    for todo in todos[:5]:
        who = _("%(post)s (%(names)s)") % {"post": todo.post.title, "names": names[todo.pk]}
        words = {"who": who if names[todo.pk] else todo.post.title, "what": duties.kind(todo).label}
        if todo.due_on == clock.FAR_AWAY:
            lines.append(_("%(who)s: %(what)s") % words)
        else:
            lines.append(_("%(who)s: %(what)s, until %(day)s") % {**words, "day": short_day(todo.due_on)})
    text = _("Now with %(list)s.") % {"list": pgettext("between people", "; ").join(lines)}
    more = len(todos) - len(lines)
    return text + ngettext(" And %(n)s more.", " And %(n)s more.", more) % {"n": more} if more > 0 else text


class _Names(dict[int, str]):
    """Names by post; a post nobody holds has none."""

    def __missing__(self, key: int) -> str:
        return ""


def holder_names(posts: set[int], approvals_of: Agreement | None = None) -> _Names:
    """Return who acts in the posts today, by post, as one line each: a deputy stands in the holder's place with the
    holder's name. One query, two where anything is delegated. `approvals_of` asks for steps of its approval."""
    found = actors_of(
        posts,
        approvals=approvals_of is not None,
        category=lambda: approvals_of.category.code if approvals_of else "",
    )
    return _Names({post: listed([str(one) for one in acting]) for post, acting in found.items()})


def names_with(todos: Collection[ToDo]) -> dict[int, str]:
    """Return with whom to-dos lie today, by their keys, as one line each; blank where nobody holds the post."""
    held = held_with_deputies({todo.post_id for todo in todos})
    return {
        todo.pk: listed(
            [
                str(acting(row, approvals=todo.is_of_approval, category=todo.category_code))
                for row in held.get(todo.post_id, [])
            ]
        )
        for todo in todos
    }


def _at_rest(agreement: Agreement) -> str:
    if agreement.standing != Standing.ACTIVE:
        return _("The agreement is %(standing)s.") % {"standing": Standing(agreement.standing).label}
    if agreement.station == Station.CONCLUDED:
        return _("The agreement is concluded.")
    return _("Nothing is open for anybody at the moment.")


def title_of(post: Post | None, approvals_of: Agreement | None = None) -> str:
    """Return a post with who acts in it, for saying to whom something goes; blank for no post."""
    if post is None:
        return ""
    names = holder_names({post.pk}, approvals_of)[post.pk]
    return _("%(post)s (%(names)s)") % {"post": post.title, "names": names} if names else post.title


# ---------------------------------------------------------------------- deadlines


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline on the page."""

    name: str
    row: Deadline
    light: Light
    counted: str


TASKS_SHOWN_WITHIN = timedelta(days=30)


def open_deadlines(agreement: Agreement) -> list[Due]:
    """Return the open deadlines of an agreement with their lights and how each was counted. Three queries.

    Of the tasks only what is late or due within thirty days: all of them stand in the ledger of follow-up.
    """
    names = {setting.code: setting.name for setting in DeadlineSetting.objects.filter(authority=agreement.authority_id)}
    today = clock.today()
    running = agreement.deadlines.filter(closed_on=None)
    rows = running.exclude(rule="task", due_on__gt=today + TASKS_SHOWN_WITHIN).prefetch_related("stops")
    return [_due(row, names.get(row.rule, row.rule), today) for row in rows]


def _due(row: Deadline, name: str, today: date) -> Due:
    stopped = any(stop.to_on is None for stop in row.stops.all())
    standing = Standing.SUSPENDED if stopped else Standing.ACTIVE
    label = _("%(rule)s: %(what)s") % {"rule": name, "what": row.label} if row.label else name
    return Due(label, row, light_for(row.due_on, not row.provisional, today, standing), deadlines.describe(row))


def light_of(agreement: Agreement) -> Light:
    """Return the light of an agreement: that of its earliest open deadline; a concluded one has none."""
    if agreement.station == Station.CONCLUDED:
        return Light("none", capfirst(Station.CONCLUDED.label))
    return light_for(agreement.next_due_on, agreement.next_due_judged, clock.today(), agreement.standing)


# ---------------------------------------------------------------------- trail


@dataclass(frozen=True, slots=True)
class TrailLine:
    """An event as `parts/trail.html` draws it. `capacity` and `version` are told of an act on a text, with the hash of
    that text; of any other act the capacity only where it is not the person itself who acted."""

    at: datetime
    did: str
    acted: bool
    over: bool
    who: str
    unit: str
    post: str
    text: str
    took: str
    capacity: str = ""
    version: str = ""
    sha256: str = ""


STEP_OPENED = ("steps", "next", "back_to")
"""What the payload of an act on an approval holds when a step was opened by it."""


def trail_lines(history: list[Event]) -> list[TrailLine]:
    """Return the events of a chain, newest first, worded; a move says how long its station took, an act on a step of
    an approval how long the step did."""
    lines = []
    since: date | None = None
    step_since: date | None = None
    for event in history:
        took = ""
        source, target = (str(event.payload.get(key, "")).partition("/")[0] for key in ("from", "to"))
        if target and source != target:
            if since is not None and (days := calendar.until(since, event.legal_on)) > 0:
                took = _("took %(days)s") % {"days": workdays(days)}
            since = event.legal_on
        if "run" in event.payload:
            if step_since is not None and (days := calendar.until(step_since, event.legal_on)) > 0:
                took = _("took %(days)s") % {"days": workdays(days)}
            if any(key in event.payload for key in STEP_OPENED):
                step_since = event.legal_on
        lines.append(_line(event, took))
    return lines[::-1]


def _line(event: Event, took: str) -> TrailLine:
    unit, _dot, post = event.post_name.partition(" · ")
    entered = timezone.localtime(event.recorded_at).date()
    texts = [
        events.detail_of(event),
        event.comment,
        _("The day that counts: %(day)s.") % {"day": short_day(event.legal_on)} if event.legal_on != entered else "",
    ]
    by_person = event.actor_id is not None
    version, sha256 = event.text_label, event.text_sha256
    if not version and {"text", "sha256"} <= event.payload.keys():  # frozen by the act itself: the submission
        version, sha256 = event.payload["text"], event.payload["sha256"]
    tells = by_person and bool(version or event.capacity not in ("", SELF))
    return TrailLine(
        at=event.recorded_at,
        did=events.label_of(event),
        acted=by_person,
        over=events.is_lapse(event),
        who=event.actor_name if by_person else "",
        unit=unit,
        post=post,
        text="\n".join(filter(None, texts)),
        took=took,
        capacity=events.capacity_word(event.capacity) if tells else "",
        version=_("draft %(number)s") % {"number": version} if version else "",
        sha256=sha256,
    )


# ---------------------------------------------------------------------- the page


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the page."""

    label: Wording
    url: str
    current: bool
    count: int | None = None


def tabs(request: HttpRequest, agreement: Agreement, current: str) -> list[Tab]:
    """Return the overview and every panel that is not empty; counting is cheap, contexts run when opened."""
    url = agreement.get_absolute_url()
    found = [Tab(_("Overview"), url, current == OVERVIEW)]
    for panel in panels.panels():
        count = panel.count(request, agreement)
        if count is not None or panel.code == current:
            found.append(Tab(panel.label, f"{url}?tab={panel.code}", panel.code == current, count or None))
    return found


def head(agreement: Agreement) -> dict[str, Any]:
    """Return what the head of every page of an agreement shows."""
    joint = agreement.joint_leads.select_related("unit").order_by("pk")
    return {
        "agreement": agreement,
        "light": light_of(agreement),
        "parties": listed(_party_names(agreement)),
        "joint_leads": listed(row.unit.short for row in joint),
    }


def _party_names(agreement: Agreement) -> Iterator[str]:
    for party in agreement.parties.select_related("counterparty"):
        yield party.counterparty.name


def frame(request: HttpRequest, agreement: Agreement, user: User, current: str) -> dict[str, Any]:
    """Return what stands above the tabs of the agreement page."""
    history = list(trail.history(agreement.chain))
    todos = list(
        agreement.todos.filter(closed_at=None).select_related("post__unit", "post__authority", "agreement", "deadline")
    )
    due = agreement.deadlines.filter(closed_on=None).order_by("due_on", "pk").first()
    bar = station_bar(agreement, history, due)
    return {
        **head(agreement),
        "stations": bar,
        "position": len(ON_THE_BAR) if agreement.station == Station.CONCLUDED else _position(agreement),
        "total": len(ON_THE_BAR),
        "next": next_step(agreement, user, todos),
        "tabs": tabs(request, agreement, current),
        "history": history,
    }


def _position(agreement: Agreement) -> int:
    return list(Station).index(Station(agreement.station)) + 1
