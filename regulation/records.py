"""The shapes in which the regulation is written down: records, never behaviour.

Every record carries the article it comes from, and every text for people is bilingual (`Text`), so that
this layer needs neither Django nor gettext. A record that rests on an interpretation of the text says so
by naming the code of its `Reading` in `rests_on`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in both languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str | None) -> str:
        """Return the wording for a Django language code; anything but English reads Chinese."""
        return self.en if (language or "").startswith("en") else self.zh

    def __str__(self) -> str:
        return self.zh


@dataclass(frozen=True, slots=True)
class Article:
    """A point of the regulation: `code` as cited everywhere (`§3.5`), its title and its gist in our words."""

    code: str
    title: Text
    gist: Text


@dataclass(frozen=True, slots=True)
class Reading:
    """An interpretation the product had to make where the text is silent or open."""

    code: str
    article: str
    text: Text


class Part(str, Enum):
    """Structured parts of a clause; each feeds follow-up after signing."""

    TARGETS = "target"
    WORK_ITEMS = "work_item"
    KEY_PROJECTS = "key_project"
    FUNDING = "funding_share"
    MECHANISMS = "mechanism"
    SAFEGUARDS = "safeguard"
    ASSISTANCE = "assistance_scope"
    PHASES = "phase"
    PAIRINGS = "pairing"
    DUTIES = "duty"


class Unit(str, Enum):
    """What a deadline counts in: the two are never mixed."""

    WORKDAY = "workday"
    DAY = "day"
    YEAR = "year"


class Start(str, Enum):
    """The fact from which a deadline runs."""

    SIGNING = "signing"
    SEALING = "sealing"
    YEAR_END = "year_end"
    TERM_END = "term_end"
    REVIEW = "review"
    SENDER = "sender"
    PLAN = "plan"
    SUBMISSION = "submission"
    COMPLETE = "complete"
    STEP_OPENED = "step_opened"


class Role(str, Enum):
    """Parts a unit or post plays in a rule; an authority maps each to one of its units or posts.

    `STEP_POST` is whoever holds the step in question and so is read from the step, never mapped.
    """

    LEAD_UNIT = "lead_unit"
    LEAD_UNIT_HEAD = "lead_unit_head"
    CONSULTED_UNIT = "consulted_unit"
    RESPONSIBLE_UNIT = "responsible_unit"
    GENERAL_OFFICE = "general_office"
    SECRETARIAT = "secretariat"
    SUPERVISION_OFFICE = "supervision_office"
    STEP_POST = "step_post"


class LeadRole(str, Enum):
    """Who leads a category (§2): a fixed department of the authority, or the one that matches the field."""

    MATCHING_DEPARTMENT = "matching_department"
    FIELD_DEPARTMENT = "field_department"
    COOPERATION_EXCHANGE = "cooperation_exchange"
    FOREIGN_AFFAIRS = "foreign_affairs"
    PAIRED_ASSISTANCE = "paired_assistance"
    CONCERNED_UNIT = "concerned_unit"


@dataclass(frozen=True, slots=True)
class FrameworkClause:
    """One clause an agreement of a category generally should include (§2), in the order of the article.

    `asks` restates what the text wants of the clause; `parts` are the structured parts entered beside the
    prose; `required_parts` those of which at least one must be there before review (a clause may still be
    left out whole, with a reason that goes to legal review).
    """

    code: str
    heading: Text
    asks: Text
    parts: tuple[Part, ...] = ()
    required_parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A category of §2.1–2.7. `project_facts_required` tells whether the five facts of a key project are
    asked by the category's own article (2.1, 2.2, 2.4) or only advised; `retention` is P permanent, D30 or
    D10; `handover_starts` is the authority's default start of the archive window for agreements that are
    not foreign-affairs ones (§4.1, the product's own limit)."""

    code: str
    article: str
    name: Text
    purpose: Text
    lead_role: LeadRole
    lead_unit: Text
    clauses: tuple[FrameworkClause, ...]
    project_facts_required: bool = False
    foreign_affairs: bool = False
    retention: str = "P"
    handover_starts: Start = Start.SIGNING

    def clause(self, code: str) -> FrameworkClause:
        """Return the clause with that code; raise KeyError when the category has none."""
        for clause in self.clauses:
            if clause.code == code:
                return clause
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Prohibition:
    """What no agreement may contain (§1.2); severity is `block` or `warning` (a priority rule)."""

    code: str
    article: str
    name: Text
    rule: Text
    advice: Text
    severity: str = "block"


@dataclass(frozen=True, slots=True)
class ReviewPointRecord:
    """One of the six points of the review before approval (§3.3)."""

    code: str
    article: str
    name: Text
    asks: Text


@dataclass(frozen=True, slots=True)
class DueDiligencePoint:
    """One of the four points assessed of a counterparty (§3.1)."""

    code: str
    article: str
    name: Text
    asks: Text


@dataclass(frozen=True, slots=True)
class Code:
    """An entry of a vocabulary (document type, field, nature, counterparty kind, commitment kind …)."""

    code: str
    name: Text
    article: str = ""
    note: Text | None = None
    rests_on: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A deadline of the table. `amount` counts in `unit` after the start, the start day itself not counted.
    An amount of 0 means that the start itself is the due day: the end of the year, or a day that somebody set.
    `own_limit` marks a limit of the product's own (never a breach of the article). `told_first` hears of a
    lapse one working day after it, `told_second` three working days after. `starts_again` is the fact from
    which the same deadline runs anew."""

    code: str
    article: str
    name: Text
    starts: Start
    amount: int
    unit: Unit
    answers: Role
    told_first: Role | None = None
    told_second: Role | None = None
    own_limit: bool = False
    reminders: tuple[int, ...] = (-3, -1, 0)
    starts_again: Start | None = None
    rests_on: str = ""


class AuthorityKind(str, Enum):
    """Who signs in its own name (§2): the municipal government; a district or a department, by reference 参照."""

    MUNICIPAL = "municipal"
    DISTRICT = "district"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A post that takes part in the procedure; `step_role` is what its step does in the route (拟办, 复核,
    审定, 协调把关), `kinds` say which kinds of signing authorities have the post in their offices."""

    code: str
    name: Text
    step_role: Text | None = None
    article: str = ""
    of_every_unit: bool = False
    kinds: tuple[AuthorityKind, ...] = (AuthorityKind.MUNICIPAL,)


class Submitter(str, Enum):
    """Who submits for approval (§3.4)."""

    DEPARTMENT = "department"
    DISTRICT = "district"


class Forum(str, Enum):
    """Where an agreement is decided (§3.4); the last four are what a district and a department have instead."""

    SIGN_OFF = "sign_off"
    MAYORS_OFFICE_MEETING = "mayors_office_meeting"
    EXECUTIVE_MEETING = "executive_meeting"
    DISTRICT_OFFICE_MEETING = "district_office_meeting"
    DISTRICT_EXECUTIVE_MEETING = "district_executive"
    DEPARTMENT_MEETING = "department_meeting"
    PARTY_GROUP_MEETING = "party_group_meeting"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a route is as it is: the step (or `forum`, `party_committee`), its article, in words.

    `own` marks what no article asks: an authority's own rule, whose paper stands in `article`.
    """

    step: str
    article: str
    text: Text
    rests_on: str = ""
    own: bool = False

    @property
    def reading(self) -> bool:
        """Tell whether this rests on a reading of the text."""
        return bool(self.rests_on)


@dataclass(frozen=True, slots=True)
class Route:
    """The computed way of an approval: post codes in order, where it is decided, and why."""

    steps: tuple[str, ...]
    forum: Forum
    party_committee: bool
    why: tuple[Reason, ...] = field(default=())
