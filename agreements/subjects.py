"""What a paper belongs to, in words: the keys under which papers are attached, worded by topic.

A key is `topic` or `topic:rest`. An app above registers the words of its own topics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Consultation, Deliberation, Exchange, OutsideLetter, Party
from core.verdicts import Wording
from core.wording import say
from regulation.diligence import DILIGENCE_POINTS

Words = Callable[[Agreement, set[str]], Mapping[str, str]]
"""From an agreement and what follows the topic in the keys of its papers to how each reads; at most one query."""

_words: dict[str, Words] = {}


def register(topic: str, words: Words) -> None:
    """Say how the keys of a topic read; a second wording is an error."""
    if topic in _words:
        raise ValueError(f"topic {topic} is worded twice")
    _words[topic] = words


def name(topic: str, wording: Wording) -> None:
    """Say how a topic reads that is the same for every paper of an agreement."""
    register(topic, lambda agreement, rests: dict.fromkeys(rests, str(wording)))


def worded(agreement: Agreement, keys: Iterable[str]) -> dict[str, str]:
    """Return how each key reads; one without words is left out. One query a topic."""
    topics: dict[str, set[str]] = {}
    for key in keys:
        topic, _colon, rest = key.partition(":")
        if topic in _words:
            topics.setdefault(topic, set()).add(rest)
    return {
        f"{topic}:{rest}" if rest else topic: text
        for topic, rests in topics.items()
        for rest, text in _words[topic](agreement, rests).items()
    }


def of_party(party: Party) -> str:
    """Return the key of papers about the due diligence of a party."""
    return f"diligence:{party.public_id}"


def _diligence(agreement: Agreement, rests: set[str]) -> dict[str, str]:
    parties = {row.public_id: str(row) for row in agreement.parties.select_related("counterparty")}
    found = {}
    for rest in rests:
        party, _colon, point = rest.partition(":")
        if party not in parties:
            continue
        words = {"party": parties[party]}
        if point in DILIGENCE_POINTS:
            words["point"] = say(DILIGENCE_POINTS[point].name)
            found[rest] = _("due diligence of %(party)s: %(point)s") % words
        else:
            found[rest] = _("due diligence of %(party)s") % words
    return found


def _rounds(agreement: Agreement, rests: set[str]) -> dict[str, str]:
    numbers = [int(rest) for rest in rests if rest.isascii() and rest.isdigit()]
    rows = Consultation.objects.filter(agreement=agreement, pk__in=numbers).values_list("pk", "round")
    return {str(pk): _("consultation round %(n)s") % {"n": number} for pk, number in rows}


def of_counterparty(party: Party) -> str:
    """Return the key of papers of a party itself: its licence, its articles, its references."""
    return f"party:{party.public_id}"


def _counterparties(agreement: Agreement, rests: set[str]) -> dict[str, str]:
    rows = agreement.parties.filter(public_id__in=rests).select_related("counterparty")
    return {row.public_id: str(row) for row in rows}


def _exchanges(agreement: Agreement, rests: set[str]) -> dict[str, str]:
    rows = Exchange.objects.filter(agreement=agreement, public_id__in=rests)
    return {row.public_id: _("draft exchanged, no. %(n)s") % {"n": row.number} for row in rows}


def _letters(agreement: Agreement, rests: set[str]) -> dict[str, str]:
    rows = OutsideLetter.objects.filter(agreement=agreement, public_id__in=rests)
    return {row.public_id: _("letter of %(sender)s") % {"sender": row.sender} for row in rows}


def _deliberations(agreement: Agreement, rests: set[str]) -> dict[str, str]:
    rows = Deliberation.objects.filter(agreement=agreement, public_id__in=rests)
    return {row.public_id: f"{row.get_kind_display()}: {row.topic}" for row in rows}


def register_own() -> None:
    """Register the words of this app's own topics; called once, when the app is ready."""
    register("diligence", _diligence)
    register("consultation", _rounds)
    register("party", _counterparties)
    register("exchange", _exchanges)
    register("letter", _letters)
    register("deliberation", _deliberations)
    name("origin", gettext_lazy("where the agreement comes from"))
    name("ability", gettext_lazy("our own ability to perform"))
    name("risk", gettext_lazy("the argument on the risk"))
