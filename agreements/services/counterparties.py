"""The register of counterparties: finding, correcting, other names, contacts, risk events, merging duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import register_rules as rules
from agreements.models import (
    BEFORE_SIGNING,
    Agreement,
    Contact,
    Counterparty,
    CounterpartyAlias,
    Party,
    RiskEvent,
)
from agreements.names import key_of, tidy
from agreements.services.search import refresh_search_text
from core import clock
from core.acts import permit
from core.credit_codes import is_valid, normalise
from core.errors import BadInput, NotNow
from records import files, numbers, trail
from regulation.vocabulary import COUNTERPARTY_KINDS

# ---------------------------------------------------------------------- finding


def named(names: Iterable[str]) -> dict[str, Counterparty]:
    """Return the entries that bear exactly these names: name → entry. A merged row and an alias are no own entry."""
    rows = Counterparty.objects.filter(name__in=list(names), merged_into=None)
    return {row.name: row for row in rows}


def similar(names: Iterable[str]) -> dict[str, list[Counterparty]]:
    """Return for each name that no entry bears the entries it may mean: by an alias, or by a name that is nearly it.

    Names are compared by `names.key_of`. A name without a match is left out. Three queries, however many names.
    """
    asked = {name: key_of(name) for name in names}
    known = named(asked)
    keys = {key for name, key in asked.items() if name not in known and key}
    if not keys:
        return {}
    found: dict[str, list[Counterparty]] = {}
    for row in Counterparty.objects.filter(name_key__in=keys, merged_into=None).order_by("pk"):
        found.setdefault(row.name_key, []).append(row)
    aliases = CounterpartyAlias.objects.filter(name_key__in=keys).select_related("counterparty").order_by("pk")
    for alias in aliases:
        rows = found.setdefault(alias.name_key, [])
        if alias.counterparty not in rows:
            rows.append(alias.counterparty)
    return {name: found[key] for name, key in asked.items() if name not in known and key in found}


def is_taken(name: str) -> bool:
    """Tell whether a name stands in the register already: of an entry, of a merged row or as an alias."""
    return Counterparty.objects.filter(name=name).exists() or CounterpartyAlias.objects.filter(name=name).exists()


def search(words: str = "", kind: str = "") -> Any:
    """Return entries by their name, other names or code, and by kind; merged rows are found by their alias."""
    found = Counterparty.objects.filter(merged_into=None)
    if kind:
        found = found.filter(kind=kind)
    for word in words.split():
        by_alias = CounterpartyAlias.objects.filter(name__icontains=word).values("counterparty")
        code = normalise(word)
        wanted = Q(name__icontains=word) | Q(name_en__icontains=word) | Q(pk__in=by_alias)
        if key := key_of(word):
            wanted |= Q(name_key__contains=key)
        if code.isascii() and code:
            wanted |= Q(code__startswith=code)
        found = found.filter(wanted)
    return found.order_by("name")


# ---------------------------------------------------------------------- the entry itself


def enter(name: str, kind: str, *, code: str = "") -> Counterparty:
    """Make an entry of the register; the caller holds the register's lock and has asked for similar names.

    Raises BadInput for a code that does not check or that another entry has.
    """
    code = checked_code(code)
    _ask_for_code(code)
    row: Counterparty = Counterparty.objects.create(name=name, kind=kind, code=code)
    return row


def enter_by_itself(
    name: str, kind: str, *, by: User, code: str = "", name_en: str = "", is_another: bool = False
) -> Counterparty:
    """Enter a counterparty that no agreement names yet (§3.1), as one that is looked into first.

    Raises BadInput without a name, for a kind nobody knows, a name or code that stands in the register already, and
    for a name that is nearly that of an entry, unless it is said to be another one.
    """
    verdict = permit(rules.may_enter(by))
    name = tidy(name)
    if not name:
        raise BadInput(_("Enter the name."))
    if kind not in COUNTERPARTY_KINDS:
        raise BadInput(_("This kind does not exist."))
    with transaction.atomic():
        hold()
        if is_taken(name):
            raise BadInput(_("“%(name)s” stands in the register already.") % {"name": name})
        if not is_another and (near := similar([name]).get(name)):
            raise BadInput(
                _("The register has “%(name)s”: say below that this is another one, or go on with that entry.")
                % {"name": near[0].name}
            )
        row = enter(name, kind, code=code)
        if name_en.strip():
            row.name_en = name_en.strip()
            row.save()
        _record("counterparty_entered", row, by, verdict.post, kind=kind, credit_code=row.code)
    return row


def hold() -> None:
    """Lock the register until the transaction ends: names and codes are unique over entries and other names."""
    numbers.hold("counterparties")


def _ask_for_code(code: str, *, but: int | None = None) -> None:
    if code and (other := Counterparty.objects.filter(~Q(pk=but), code=code).first()):
        raise BadInput(_("“%(name)s” has this code already: merge the two if they are one.") % {"name": other.name})


def checked_code(code: str) -> str:
    """Return a unified social credit code as it is kept; raise BadInput when its check digit does not fit."""
    code = normalise(code)
    if code and not is_valid(code):
        raise BadInput(_("This is no unified social credit code: the check digit does not fit."))
    return code


def correct(
    counterparty: Counterparty, *, by: User, kind: str, code: str = "", name_en: str = "", reason: str = ""
) -> None:
    """Correct the kind, the code and the English name of an entry.

    The kind decides on due diligence in every case that names the counterparty (§3.1), so the General Office alone
    changes it here; what is missing in running cases follows at once. Raises BadInput for a code that does not check
    or that another entry has; an own event stands in the chain of the system with what it was before.
    """
    verdict = permit(rules.may_keep(by, counterparty))
    code = checked_code(code)
    if kind not in COUNTERPARTY_KINDS:
        raise BadInput(_("This kind does not exist."))
    with transaction.atomic():
        hold()
        (row,) = _unmerged(counterparty)
        if kind != row.kind:
            verdict = permit(rules.may_change_kind(by))
            if not reason.strip():
                raise BadInput(_("Say why the kind is changed: due diligence depends on it."), "§3.1")
        _ask_for_code(code, but=row.pk)
        before = {"kind": row.kind, "code": row.code, "name_en": row.name_en}
        after = {"kind": kind, "code": code, "name_en": name_en.strip()}
        changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        if not changes:
            return
        for name, value in after.items():
            setattr(row, name, value)
        row.save()
        if "name_en" in changes:
            refresh_search_text(*Agreement.objects.filter(parties__counterparty=row).distinct())
        _record("counterparty_corrected", row, by, verdict.post, reason=reason, changes=changes)
    counterparty.refresh_from_db()


def add_alias(counterparty: Counterparty, name: str, *, by: User) -> CounterpartyAlias:
    """Enter another name. Raises BadInput for one that stands in the register already, as a name or an alias."""
    verdict = permit(rules.may_keep(by, counterparty))
    name = tidy(name)
    if not name:
        raise BadInput(_("Enter the other name."))
    with transaction.atomic():
        hold()
        (row,) = _unmerged(counterparty)
        if is_taken(name):
            raise BadInput(_("“%(name)s” stands in the register already.") % {"name": name})
        alias = CounterpartyAlias.objects.create(counterparty=row, name=name, added_by=by, added_at=clock.now())
        _record("counterparty_alias", row, by, verdict.post, alias=name)
    return alias


def _unmerged(*entries: Counterparty) -> list[Counterparty]:
    """Re-read entries under the lock, in their order; raise NotNow for one that was merged in the meantime."""
    rows = Counterparty.objects.select_for_update().in_bulk([entry.pk for entry in entries])
    for row in rows.values():
        if row.merged_into_id:
            raise NotNow(
                _("“%(name)s” has been merged into another entry.") % {"name": row.name},
                code="merged",
                next_step=_("Open the entry that goes on."),
            )
    return [rows[entry.pk] for entry in entries]


def _record(code: str, row: Counterparty, by: User, post: str, *, reason: str = "", **payload: Any) -> None:
    """Append an event about an entry to the chain of the system. Numbers of contacts never go into it."""
    trail.append(
        chain=trail.SYSTEM_CHAIN,
        code=code,
        actor=by.actor(post),
        comment=reason,
        payload={"counterparty": row.name, "id": row.public_id, **payload},
    )


# ---------------------------------------------------------------------- contacts


def add_contact(
    counterparty: Counterparty, *, by: User, name: str, post: str = "", phone: str = "", email: str = ""
) -> Contact:
    """Enter whom to ring. Raises BadInput without a way to reach the person."""
    verdict = permit(rules.may_keep(by, counterparty))
    if not (phone.strip() or email.strip()):
        raise BadInput(_("Enter a phone number or an e-mail address."))
    with transaction.atomic():
        (row,) = _unmerged(counterparty)
        contact: Contact = Contact.objects.create(
            counterparty=row,
            name=name.strip(),
            post=post.strip(),
            phone=phone.strip(),
            email=email.strip(),
            added_by=by,
            added_at=clock.now(),
        )
        _record("contact_added", row, by, verdict.post, contact=contact.name)
    return contact


def retire_contact(contact: Contact, *, by: User) -> None:
    """Take a contact off the list; the row stays. Second caller: nothing more happens."""
    verdict = permit(rules.may_keep(by, contact.counterparty))
    with transaction.atomic():
        if Contact.objects.filter(pk=contact.pk, retired_on=None).update(retired_on=clock.today()):
            _record("contact_retired", contact.counterparty, by, verdict.post, contact=contact.name)


def reveal(contact: Contact, *, by: User) -> Contact:
    """Return a contact with its numbers uncovered; who saw whose, and when, is entered in the chain of the system.

    Raises Refused for whoever neither deals with the counterparty nor is of the General Office.
    """
    verdict = permit(rules.may_keep(by, contact.counterparty))
    with transaction.atomic():
        _record("contact_revealed", contact.counterparty, by, verdict.post, contact=contact.name)
    return contact


# ---------------------------------------------------------------------- risk events


def enter_risk(
    counterparty: Counterparty,
    *,
    by: User,
    kind: str,
    happened_on: date,
    description: str,
    source: str,
    paper: File[Any] | None = None,
    closes: RiskEvent | None = None,
    at: datetime | None = None,
) -> RiskEvent:
    """Enter what bears on a counterparty's ability to perform, with its source; or what closes an earlier entry.

    Entries are never changed: an end or a correction is a further entry. Raises BadInput for a day to come, one that
    lies before what it closes, or an entry of another counterparty; NotNow for an entry that is closed already.
    """
    verdict = permit(rules.may_keep(by, counterparty))
    at = at or clock.now()
    if kind not in RiskEvent.Kind.values:
        raise BadInput(_("This kind does not exist."))
    if happened_on > clock.today(at):
        raise BadInput(_("The day lies in the future."))
    with transaction.atomic():
        (row,) = _unmerged(counterparty)
        if closes is not None:
            _may_close(closes, row, happened_on)
        name = files.clean_name(paper.name or "") if paper else ""
        event: RiskEvent = RiskEvent.objects.create(
            counterparty=row,
            kind=kind,
            happened_on=happened_on,
            description=description.strip(),
            source=source.strip(),
            paper=files.store(paper, name=name) if paper else None,
            paper_name=name,
            closes=closes,
            entered_by=by,
            signed_post=verdict.post,
            entered_at=at,
        )
        _record("risk_closed" if closes else "risk_entered", row, by, verdict.post, kind=kind, day=happened_on)
    return event


def open_risks(ids: Iterable[int]) -> dict[int, int]:
    """Return how many risk events of entries are not closed, those of merged duplicates counted in: id → number."""
    wanted = list(ids)
    mine = Q(counterparty__in=wanted) | Q(counterparty__merged_into__in=wanted)
    rows = RiskEvent.objects.filter(mine, closes=None, closed_by=None).order_by()
    found: dict[int, int] = {}
    for own, top in rows.values_list("counterparty_id", "counterparty__merged_into_id"):
        found[top or own] = found.get(top or own, 0) + 1
    return found


def _may_close(closes: RiskEvent, counterparty: Counterparty, on: date) -> None:
    top = closes.counterparty.merged_into_id or closes.counterparty_id
    if top != counterparty.pk or closes.closes_id:
        raise BadInput(_("This entry is not one to be closed here."))
    if RiskEvent.objects.filter(closes=closes).exists():
        raise NotNow(_("This entry has been closed already."), code="closed")
    if on < closes.happened_on:
        raise BadInput(_("The day lies before the event that is closed."))


# ---------------------------------------------------------------------- merging


def merge(duplicate: Counterparty, survivor: Counterparty, *, by: User, reason: str) -> None:
    """Make one entry of two that are the same: the survivor goes on, the duplicate stays and points to it.

    The duplicate's name and other names become aliases of the survivor, its code goes over when the survivor has none,
    its contacts and risk events are read with the survivor's. Live agreements that are not signed name the survivor
    from now on, with what was assessed; signed and ended ones keep the name they were signed with. Nothing is deleted.
    Raises BadInput without a reason, for an entry with itself, for two different codes and when one agreement names
    both; NotNow when one of the two was merged in the meantime (the second caller).
    """
    verdict = permit(rules.may_merge(by, duplicate))
    if not reason.strip():
        raise BadInput(_("Say why the two are one."))
    if duplicate.pk == survivor.pk:
        raise BadInput(_("An entry is not merged with itself."))
    with transaction.atomic():
        hold()
        gone, stays = _unmerged(duplicate, survivor)
        if gone.code and stays.code and gone.code != stays.code:
            raise BadInput(_("The two have different social credit codes: they are not one."))
        both = Agreement.objects.filter(parties__counterparty=gone).filter(parties__counterparty=stays)
        if both.exists():
            raise BadInput(_("An agreement names both of them: take one out there first."))
        moved = _repoint(gone, stays)
        gone.merged.update(merged_into=stays)
        gone.aliases.update(counterparty=stays)
        code, gone.code, gone.merged_into = gone.code, "", stays
        gone.save()
        if code and not stays.code:
            stays.code = code
            stays.save()
        CounterpartyAlias.objects.create(counterparty=stays, name=gone.name, added_by=by, added_at=clock.now())
        facts = {"merged": gone.name, "credit_code": code, "agreements": moved}
        _record("counterparties_merged", stays, by, verdict.post, reason=reason, **facts)
    duplicate.refresh_from_db()
    survivor.refresh_from_db()


def _repoint(gone: Counterparty, stays: Counterparty) -> list[str]:
    """Let the live agreements before their signing name the survivor; return their numbers."""
    live = Agreement.objects.live().filter(station__in=BEFORE_SIGNING, parties__counterparty=gone)
    locked = Agreement.objects.select_for_update(of=("self",)).filter(pk__in=list(live.values_list("pk", flat=True)))
    rows = list(locked.order_by("pk"))
    Party.objects.filter(agreement__in=rows, counterparty=gone).update(counterparty=stays)
    refresh_search_text(*rows)
    return [row.number for row in rows]
