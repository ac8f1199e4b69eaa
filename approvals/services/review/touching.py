"""Which functional departments a text concerns (§3.3), and by what: the reviewer sees the proposal with its why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agreements.models import Agreement, AssistanceScope, FundingShare, KeyProject, ScreeningFinding, TextVersion
from regulation.records import Text
from regulation.review_practice import FACTS, TOPICS, Topic
from regulation.screening import CODES
from regulation.vocabulary import COUNTERPARTY_KINDS, FIELDS, FUNDING_CHANNELS, NATURES


@dataclass(frozen=True, slots=True)
class Touched:
    """A subject that a text touches, with every reason found."""

    topic: Topic
    why: tuple[Text, ...]

    def as_rows(self) -> list[dict[str, str]]:
        """Return the reasons as a round keeps them."""
        return [{"zh": reason.zh, "en": reason.en} for reason in self.why]


@dataclass(slots=True)
class _Case:
    """What is read of a case once, for all subjects."""

    agreement: Agreement
    natures: set[str]
    fields: set[str]
    party_kinds: set[str]
    screening: set[str]
    channels: set[str]
    projects: list[tuple[str, str]]
    funds: bool
    prose: list[tuple[str, str]]


_FACT: dict[str, Callable[[_Case], bool]] = {
    "project_sites": lambda case: any(site for _title, site in case.projects),
    "projects": lambda case: bool(case.projects),
    "assistance_funds": lambda case: case.funds,
    "binding_amount": lambda case: case.agreement.amount_binding,
    "foreign_related": lambda case: case.agreement.is_foreign_related,
    "foreign_affairs": lambda case: case.agreement.is_foreign_affairs,
}


def touched(agreement: Agreement, text: TextVersion) -> list[Touched]:
    """Return the subjects that a text touches, in the order of the list. Eight queries, however long the text."""
    case = _read(agreement, text)
    found = ((topic, tuple(_reasons(topic, case))) for topic in TOPICS.values())
    return [Touched(topic, why) for topic, why in found if why]


def _read(agreement: Agreement, text: TextVersion) -> _Case:
    def rows(model: Any, *names: str) -> list[Any]:
        return list(model.objects.filter(clause__text=text).values_list(*names))

    return _Case(
        agreement,
        natures=set(agreement.natures.values_list("code", flat=True)),
        fields=set(agreement.fields.values_list("code", flat=True)),
        party_kinds=set(agreement.parties.values_list("counterparty__kind", flat=True)),
        screening=set(ScreeningFinding.objects.filter(text=text).values_list("code", flat=True)),
        channels={channel for (channel,) in rows(FundingShare, "channel")},
        projects=rows(KeyProject, "title", "site"),
        funds=any(funds for (funds,) in rows(AssistanceScope, "funds")),
        prose=list(text.clauses.values_list("heading", "prose")),
    )


def _reasons(topic: Topic, case: _Case) -> Iterator[Text]:
    yield from _named(topic.natures, case.natures, NATURES, Text("事项性质：{}", "nature: {}"))
    yield from _named(topic.fields, case.fields, FIELDS, Text("合作领域：{}", "field: {}"))
    yield from _named(topic.party_kinds, case.party_kinds, COUNTERPARTY_KINDS, Text("合作方：{}", "counterparty: {}"))
    yield from _named(topic.screening, case.screening, CODES, Text("条款筛查提示：{}", "screening: {}"))
    yield from _named(topic.channels, case.channels, FUNDING_CHANNELS, Text("出资渠道：{}", "source of funds: {}"))
    yield from (FACTS[code] for code in topic.facts if _FACT[code](case))
    for word in topic.words:
        heading = next((heading for heading, prose in case.prose if word in prose), None)
        if heading is not None:
            yield Text(f"“{heading}”写有“{word}”", f"“{heading}” says “{word}”")


def _named(wanted: Sequence[str], found: set[str], names: Any, wording: Text) -> Iterator[Text]:
    for code in wanted:
        if code in found:
            name = names[code].name
            yield Text(wording.zh.format(name.zh), wording.en.format(name.en))
