"""Preparation (§3.1): filing an agreement, its facts, its parties, what is found out about them, the risk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.posts import post_in
from agreements import rules
from agreements.models import (
    Agreement,
    AgreementField,
    AgreementNature,
    Category,
    Counterparty,
    DueDiligence,
    Party,
    RiskArgument,
    SupportingUnit,
)
from agreements.services import access, duties, lifecycle
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from core.wording import say
from records import numbers, trail
from regulation.diligence import DILIGENCE_POINTS, diligence_required
from regulation.vocabulary import COUNTERPARTY_KINDS

MAX_PARTIES = 11


@dataclass(frozen=True, slots=True)
class PartyContent:
    """A party as it was typed: an existing or new counterparty, and who is to sign for it."""

    name: str
    kind: str
    signatory: str = ""
    rank: str = ""
    code: str = ""


def file(
    category: Category,
    *,
    by: User,
    title: str,
    document_type: str,
    origin: str,
    origin_note: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Agreement:
    """File a new agreement of a category; it gets its number and lies with the lead unit's officer.

    Raises Refused when the person's unit does not lead agreements of the category (§2).
    """
    verdict = rules.may_create(by, category)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    at = at or clock.now()
    on = on or clock.today(at)
    holding = next(
        held for held in by.holdings_today if held.post.code in rules.STAFF and held.post.unit.kind != Unit.Kind.OFFICE
    )
    authority, unit = category.authority, holding.post.unit
    with transaction.atomic():
        number = numbers.next_number(f"agreement:{authority.code}", on.year)
        agreement: Agreement = Agreement.objects.create(
            authority=authority,
            edition=category.edition,
            category=category,
            number=f"{authority.number_prefix}〔{on.year}〕{number}号",
            title=title,
            document_type=document_type,
            origin=origin,
            origin_note=origin_note,
            lead_unit=unit,
            created_by=by,
            created_at=at,
            station_since=on,
            is_foreign_affairs=category.edition.body.get("foreign_affairs", False),
            is_foreign_related=category.edition.body.get("foreign_affairs", False),
        )
        refresh_search_text(agreement)
        access.grant(agreement, "lead", unit=unit)
        access.grant(agreement, access.DRAFTED, user=by)
        trail.append(
            chain=agreement.chain,
            code="file",
            actor=by.actor(verdict.post),
            legal_on=on,
            at=at,
            payload={"category": category.code, "number": agreement.number, "to": "preparation/active"},
        )
        duties.open(agreement, "prepare", post=post_in(unit, "officer"), by=by, at=at)
    return agreement


def refresh_search_text(agreement: Agreement) -> None:
    """Keep in one column what the list is searched by: title, number, counterparties."""
    names = agreement.parties.values_list("counterparty__name", "counterparty__name_en")
    words = [agreement.title, agreement.number, *(name for pair in names for name in pair if name)]
    agreement.search_text = "\n".join(words)
    agreement.save(update_fields=["search_text", "station", "standing"])


def may_still_change(agreement: Agreement, *, by: User) -> str:
    """Ask whether a person may change the facts of preparation now; return the post acted from.

    Raises Refused for anyone but the lead unit's staff, NotNow once the draft is submitted. The services ask the
    same after locking; pages ask it before a form is shown.
    """
    verdict = rules.may_edit(by, agreement)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    if not rules.is_open_for_preparation(agreement):
        raise NotNow(
            _("The facts of preparation are settled: the draft has been submitted."),
            "§3.3",
            code="settled",
            next_step=_("They can be changed again when the text comes back to drafting."),
        )
    return verdict.post


def _open_for(agreement: Agreement, by: User) -> str:
    """Lock, and ask whether this person may still change the facts of preparation; return the post acted from."""
    lifecycle.lock(agreement)
    return may_still_change(agreement, by=by)


def exempt() -> NotNow:
    """Return the error for assessing a counterparty of a kind that §3.1 exempts."""
    return NotNow(_("Due diligence is not asked of this kind of counterparty."), "§3.1", code="exempt")


def is_foreign_affairs_by_category(agreement: Agreement) -> bool:
    """Tell whether the category itself makes it a foreign-affairs agreement, so that nobody chooses (§2.5)."""
    return bool(agreement.edition.body.get("foreign_affairs", False))


def describe(
    agreement: Agreement,
    *,
    by: User,
    facts: Mapping[str, Any],
    fields: Collection[str],
    natures: Collection[str],
    supporting_units: Collection[Unit] = (),
    at: datetime | None = None,
) -> None:
    """Enter the facts of an agreement: title, type, term, amounts, natures, fields, supporting units.

    What is a foreign-affairs agreement by its category stays one, whatever `facts` say (§2.5, §4.1).
    """
    at = at or clock.now()
    with transaction.atomic():
        post = _open_for(agreement, by)
        for name, value in facts.items():
            setattr(agreement, name, value)
        if is_foreign_affairs_by_category(agreement):
            agreement.is_foreign_affairs = True
        agreement.save()
        _exchange(AgreementField, agreement, "code", set(fields))
        _exchange(AgreementNature, agreement, "code", set(natures))
        _exchange(SupportingUnit, agreement, "unit_id", {unit.pk for unit in supporting_units})
        for unit in supporting_units:
            access.grant(agreement, "support", unit=unit)
        access.grant(agreement, access.DRAFTED, user=by)
        refresh_search_text(agreement)
        lifecycle.act(agreement, "describe", actor=by.actor(post), on=clock.today(at), at=at)


def _exchange(model: Any, agreement: Agreement, name: str, wanted: set[Any]) -> None:
    """Make the rows of a through-table those wanted, touching only the differences."""
    rows = model.objects.filter(agreement=agreement)
    present = set(rows.values_list(name, flat=True))
    rows.filter(**{f"{name}__in": present - wanted}).delete()
    model.objects.bulk_create(model(agreement=agreement, **{name: value}) for value in sorted(wanted - present))


def name_parties(
    agreement: Agreement, contents: Sequence[PartyContent], *, by: User, at: datetime | None = None
) -> list[Party]:
    """Enter the counterparties in their order, 1 to 11, with who is to sign for each.

    A party with due diligence on record cannot be dropped silently: the findings stay with it, so it is refused.
    Raises BadInput for none, more than eleven or the same counterparty twice.
    """
    at = at or clock.now()
    names = [content.name.strip() for content in contents]
    if not 1 <= len(names) <= MAX_PARTIES:
        raise BadInput(_("An agreement has 1 to 11 counterparties."))
    if len(set(names)) != len(names):
        raise BadInput(_("The same counterparty is named twice."))
    with transaction.atomic():
        post = _open_for(agreement, by)
        rows = agreement.parties.select_related("counterparty").prefetch_related("due_diligence")
        old = {party.counterparty.name: party for party in rows}
        _drop([party for name, party in old.items() if name not in names])
        registered = _register(agreement, contents)
        parties = []
        for order, (name, content) in enumerate(zip(names, contents, strict=True), start=1):
            party = old.get(name) or Party(agreement=agreement, counterparty=registered[name])
            party.order, party.signatory, party.rank = order, content.signatory, content.rank
            party.save()
            parties.append(party)
        access.grant(agreement, access.DRAFTED, user=by)
        refresh_search_text(agreement)
        lifecycle.act(
            agreement, "name_parties", actor=by.actor(post), on=clock.today(at), at=at, payload={"parties": names}
        )
    return parties


def _drop(parties: Sequence[Party]) -> None:
    """Take parties out of an agreement; one that was assessed stays, since its findings do."""
    for party in parties:
        if party.due_diligence.all():
            raise BadInput(
                _("“%(party)s” has been assessed and cannot be dropped from the agreement.") % {"party": party}, "§3.1"
            )
        party.delete()


def _register(agreement: Agreement, contents: Sequence[PartyContent]) -> dict[str, Counterparty]:
    """Return the register's entries of the named counterparties by name, new ones added.

    The kind decides on due diligence in every case that names the counterparty (§3.1): it is corrected here only
    while no other agreement does. Raises BadInput, naming the kind in the register.
    """
    typed = {content.name.strip(): content for content in contents}
    Counterparty.objects.bulk_create(
        (Counterparty(name=name, kind=content.kind, code=content.code) for name, content in typed.items()),
        ignore_conflicts=True,
    )
    rows = Counterparty.objects.select_for_update().filter(name__in=typed).order_by("pk")
    found = {row.name: row for row in rows}
    for name, row in found.items():
        if row.kind != typed[name].kind:
            if row.parties.exclude(agreement=agreement).exists():
                raise BadInput(
                    _("“%(party)s” stands in the register as %(kind)s; choose that kind.")
                    % {"party": name, "kind": say(COUNTERPARTY_KINDS[row.kind].name)},
                    "§3.1",
                )
            row.kind = typed[name].kind
            row.save(update_fields=["kind"])
    return found


def assess(
    party: Party,
    findings: Mapping[str, tuple[str, str]],
    *,
    by: User,
    at: datetime | None = None,
) -> None:
    """Record the four points of due diligence of a party: point → (finding, conclusion) (§3.1).

    Raises NotNow for a counterparty that is exempt (a state organ, state-owned enterprise or public institution).
    """
    at = at or clock.now()
    agreement = party.agreement
    if not diligence_required(party.counterparty.kind):
        raise exempt()
    if unknown := set(findings) - set(DILIGENCE_POINTS):
        raise BadInput(_("Unknown point of due diligence: %(points)s") % {"points": ", ".join(sorted(unknown))})
    with transaction.atomic():
        post = _open_for(agreement, by)
        rows = {row.point: row for row in party.due_diligence.all()}
        for point, (finding, conclusion) in findings.items():
            row = rows.get(point) or DueDiligence(party=party, point=point)
            row.finding, row.conclusion = finding, conclusion
            row.assessed_by, row.assessed_at = by, at
            row.save()
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "assess",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={
                "party": party.counterparty.name,
                "conclusions": {point: conclusion for point, (_finding, conclusion) in findings.items()},
            },
        )


def argue_risk(
    agreement: Agreement,
    *,
    by: User,
    level: str,
    argument: str,
    measures: str = "",
    at: datetime | None = None,
) -> None:
    """Record the argument on the government's own contracting and performance risk (§3.1, every agreement)."""
    at = at or clock.now()
    with transaction.atomic():
        post = _open_for(agreement, by)
        RiskArgument.objects.update_or_create(
            agreement=agreement,
            defaults={
                "level": level,
                "argument": argument,
                "measures": measures,
                "argued_by": by,
                "argued_at": at,
            },
        )
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement, "argue_risk", actor=by.actor(post), on=clock.today(at), at=at, payload={"level": level}
        )
