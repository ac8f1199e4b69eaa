"""Preparation (§3.1): filing an agreement, its origin and facts, its parties, why it is a new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.posts import post_in
from agreements import rules
from agreements.models import (
    Agreement,
    AgreementField,
    AgreementNature,
    Attachment,
    Category,
    Counterparty,
    JointLeadUnit,
    Party,
    SupportingUnit,
)
from agreements.names import tidy
from agreements.services import access, attachments, counterparties, duties, lifecycle
from agreements.services.search import refresh_search_text
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from core.wording import say
from records import numbers, trail
from regulation.vocabulary import COUNTERPARTY_KINDS, ORIGINS

MAX_PARTIES = 11
ORIGIN_KEY = "origin"
ORIGINS_WITH_PAPER = frozenset({"instruction", "meeting", "letter"})
"""Origins that are a paper somebody has: it is asked for before the draft is begun; of a proposal it is advised."""


@dataclass(frozen=True, slots=True)
class PartyContent:
    """A party as it was typed: an existing or new counterparty, and who is to sign for it."""

    name: str
    kind: str
    signatory: str = ""
    rank: str = ""
    code: str = ""
    authorisation: str = ""
    is_another: bool = False
    """Said of a name that is nearly one in the register: it is another organisation."""


def file(
    category: Category,
    *,
    by: User,
    title: str,
    document_type: str,
    origin: str,
    origin_note: str = "",
    origin_papers: Sequence[File[Any]] = (),
    on: date | None = None,
    at: datetime | None = None,
) -> Agreement:
    """File a new agreement of a category; it gets its number and lies with the lead unit's officer.

    The paper of its origin may come later: it is asked for before the draft is begun (`blockers`).
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
        for paper in origin_papers:
            attachments.attach(agreement, Attachment.Kind.ORIGIN, paper, by=by, subject_key=ORIGIN_KEY)
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


def state_origin(
    agreement: Agreement,
    *,
    by: User,
    origin: str,
    origin_note: str = "",
    papers: Sequence[File[Any]] = (),
    at: datetime | None = None,
) -> None:
    """Say where an agreement comes from, and bring the paper that shows it; papers brought before stay.

    Raises BadInput for an origin nobody knows.
    """
    at = at or clock.now()
    if origin not in ORIGINS:
        raise BadInput(_("This origin does not exist."))
    with transaction.atomic():
        post = _open_for(agreement, by)
        agreement.origin, agreement.origin_note = origin, origin_note
        agreement.save()
        for paper in papers:
            attachments.attach(agreement, Attachment.Kind.ORIGIN, paper, by=by, subject_key=ORIGIN_KEY)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "state_origin",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"origin": origin, "papers": [paper.name or "" for paper in papers]},
        )


def lacks_origin_paper(agreement: Agreement) -> bool:
    """Tell whether the paper of the origin is asked for and not there: of an instruction, a meeting, a letter.

    A paper that is void does not count.
    """
    if agreement.origin not in ORIGINS_WITH_PAPER:
        return False
    return not Attachment.objects.valid().filter(agreement=agreement, kind=Attachment.Kind.ORIGIN).exists()


def explain_overlap(agreement: Agreement, reason: str, *, by: User, at: datetime | None = None) -> None:
    """Say why a new agreement is made where its counterparty has a live one, and the old one is not supplemented."""
    at = at or clock.now()
    if not reason.strip():
        raise BadInput(_("Say why a new agreement is made."), "§3.1")
    with transaction.atomic():
        post = _open_for(agreement, by)
        agreement.overlap_reason = reason.strip()
        agreement.save()
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement, "explain_overlap", actor=by.actor(post), on=clock.today(at), at=at, comment=reason.strip()
        )


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
    joint_leads: Collection[Unit] = (),
    at: datetime | None = None,
) -> None:
    """Enter the facts of an agreement: title, type, term, amounts, natures, fields, units that lead with it or support.

    What is a foreign-affairs agreement by its category stays one, whatever `facts` say (§2.5, §4.1). A joint lead
    prepares and drafts with the lead unit, whose head alone submits. Raises BadInput for a unit in two parts at once.
    """
    at = at or clock.now()
    units = [agreement.lead_unit_id, *(unit.pk for unit in (*joint_leads, *supporting_units))]
    if len(set(units)) != len(units):
        raise BadInput(_("A unit leads, leads jointly or supports: one of them."))
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
        _exchange(JointLeadUnit, agreement, "unit_id", {unit.pk for unit in joint_leads})
        for unit in supporting_units:
            access.grant(agreement, "support", unit=unit)
        for unit in joint_leads:
            access.grant(agreement, "joint_lead", unit=unit)
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
    """Enter the counterparties in their order, 1 to 11, with who is to sign for each and on what authorisation.

    A party with due diligence on record cannot be dropped silently: the findings stay with it, so it is refused.
    Raises BadInput for none, more than eleven or the same counterparty twice, and for a name that is another name of
    one in the register, or nearly its name: duplicates are not made silently.
    """
    at = at or clock.now()
    names = [tidy(content.name) for content in contents]
    if not 1 <= len(names) <= MAX_PARTIES:
        raise BadInput(_("An agreement has 1 to 11 counterparties."))
    if len(set(names)) != len(names):
        raise BadInput(_("The same counterparty is named twice."))
    with transaction.atomic():
        post = _open_for(agreement, by)
        rows = agreement.parties.select_related("counterparty").prefetch_related("due_diligence")
        old = {party.counterparty.name: party for party in rows}
        _drop([party for name, party in old.items() if name not in names])
        registered = _register(agreement, dict(zip(names, contents, strict=True)))
        parties = []
        for order, (name, content) in enumerate(zip(names, contents, strict=True), start=1):
            party = old.get(name) or Party(agreement=agreement, counterparty=registered[name])
            party.order, party.signatory, party.rank = order, content.signatory, content.rank
            party.authorisation = content.authorisation
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


def _register(agreement: Agreement, typed: Mapping[str, PartyContent]) -> dict[str, Counterparty]:
    """Return the register's entries of the named counterparties by name, new ones added.

    The kind decides on due diligence in every case that names the counterparty (§3.1): it is corrected here only
    while no other agreement does. Raises BadInput, naming the kind in the register, or the entry a name may mean.
    """
    counterparties.hold()
    own = {party.counterparty.name: party.counterparty for party in agreement.parties.select_related("counterparty")}
    _ask_for_similar({name: content for name, content in typed.items() if name not in own})
    known = counterparties.named(typed)
    for name, content in typed.items():
        if name not in known:
            counterparties.enter(name, content.kind, code=content.code)
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


def _ask_for_similar(typed: Mapping[str, PartyContent]) -> None:
    """Raise BadInput for a name that may mean an entry of the register, unless it is said to be another one."""
    for name, entries in counterparties.similar(typed).items():
        is_other_name = counterparties.is_taken(name)
        if is_other_name or not typed[name].is_another:
            raise BadInput(
                _("“%(typed)s” may be “%(entry)s” of the register: take that entry, or say that it is another one.")
                % {"typed": name, "entry": entries[0].name},
                "§3.1",
            )
