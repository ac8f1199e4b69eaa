"""What the pages of the register of counterparties show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from agreements import register_rules as rules
from agreements import results
from agreements.lights import Light, light_for
from agreements.models import Agreement, Contact, Counterparty, CounterpartyAlias, Party, RiskEvent
from agreements.preparation_pages import kind_name
from agreements.services import counterparties, overlaps
from core import clock
from core.verdicts import Wording

MOST_AGREEMENTS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    entry: Counterparty
    kind: str
    aliases: list[str]
    agreements: int
    risks: int


def rows(entries: Sequence[Counterparty], user: User) -> list[Row]:
    """Return entries as rows: other names, how many of their agreements the person may see, open risk events.

    Three queries, however many entries.
    """
    ids = [entry.pk for entry in entries]
    aliases: dict[int, list[str]] = {}
    for owner, name in CounterpartyAlias.objects.filter(counterparty__in=ids).values_list("counterparty_id", "name"):
        aliases.setdefault(owner, []).append(name)
    counted = _counted(ids, user)
    risks = counterparties.open_risks(ids)
    return [
        Row(entry, kind_name(entry.kind), aliases.get(entry.pk, []), counted.get(entry.pk, 0), risks.get(entry.pk, 0))
        for entry in entries
    ]


def _counted(ids: Sequence[int], user: User) -> dict[int, int]:
    """Return how many agreements of entries, and of the rows merged into them, a person may see."""
    seen = Agreement.objects.visible_to(user).values("pk")
    of_them = Q(counterparty__in=ids) | Q(counterparty__merged_into__in=ids)
    parties = Party.objects.filter(of_them, agreement__in=seen).order_by()
    found: dict[int, int] = {}
    grouped = parties.values_list("counterparty_id", "counterparty__merged_into_id").annotate(n=Count("agreement"))
    for own, top, n in grouped:
        found[top or own] = found.get(top or own, 0) + n
    return found


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement of a counterparty: where it is, how it stands, with its light and what came of it."""

    agreement: Agreement
    light: Light
    results: list[Wording]


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact as it is shown: covered, unless it is the one that was just uncovered."""

    contact: Contact
    phone: str
    email: str
    is_shown: bool


def _agreements(family: QuerySet[Counterparty], user: User) -> tuple[list[AgreementLine], int]:
    """Return the agreements a person may see, the newest first, and how many there are beside."""
    every = Agreement.objects.filter(parties__counterparty__in=family).distinct()
    visible = every.visible_to(user)
    seen = list(visible.select_related("lead_unit", "category").order_by("-pk")[:MOST_AGREEMENTS])
    today = clock.today()
    came_of = results.of([one.pk for one in seen])
    lines = [
        AgreementLine(
            one, light_for(one.next_due_on, one.next_due_judged, today, one.standing), came_of.get(one.pk, [])
        )
        for one in seen
    ]
    return lines, every.count() - (visible.count() if len(seen) == MOST_AGREEMENTS else len(seen))


def _contacts(family: QuerySet[Counterparty], shown: Contact | None) -> list[ContactLine]:
    lines = []
    for contact in Contact.objects.filter(counterparty__in=family, retired_on=None):
        is_shown = shown is not None and shown.pk == contact.pk
        phone = contact.phone if is_shown else contact.masked_phone
        email = contact.email if is_shown else contact.masked_email
        lines.append(ContactLine(contact, phone, email, is_shown))
    return lines


def detail(entry: Counterparty, user: User, shown: Contact | None = None) -> dict[str, Any]:
    """Return an entry with everything about it and the rows merged into it; `shown` is a contact just uncovered."""
    family = overlaps.family(entry) if entry.merged_into_id is None else Counterparty.objects.filter(pk=entry.pk)
    agreements, hidden = _agreements(family, user)
    risks = RiskEvent.objects.filter(counterparty__in=family).select_related("entered_by", "closes", "closed_by")
    return {
        "entry": entry,
        "kind": kind_name(entry.kind),
        "aliases": list(entry.aliases.select_related("added_by")),
        "merged": list(entry.merged.all()),
        "contacts": _contacts(family, shown),
        "agreements": agreements,
        "hidden": hidden,
        "risks": list(risks),
        "can_keep": entry.merged_into_id is None and bool(rules.may_keep(user, entry)),
        "can_merge": entry.merged_into_id is None and bool(rules.may_merge(user, entry)),
    }
