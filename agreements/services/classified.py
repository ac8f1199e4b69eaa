"""Classified agreements: all that is kept of one is a register entry."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from agreements import register_rules as rules
from agreements.models import ClassifiedEntry
from agreements.rules import STAFF
from core import clock
from core.acts import permit
from core.errors import BadInput
from records import numbers, trail


def unit_of(user: User) -> Unit:
    """Return the unit a person makes entries for; the caller has asked whether one may."""
    return next(
        held.post.unit
        for held in user.holdings_today
        if held.post.code in STAFF and held.post.unit.kind != Unit.Kind.OFFICE
    )


def keepers(user: User) -> list[Unit]:
    """Return the units whose registry may keep the paper: the own one first, the government's offices, the others."""
    own = unit_of(user)
    rows = Unit.objects.active().filter(authority=own.authority_id).exclude(pk=own.pk)
    return [own, *sorted(rows, key=lambda unit: unit.kind != Unit.Kind.OFFICE)]


def enter(*, by: User, paper_number: str, whereabouts: Unit, on: date | None = None) -> ClassifiedEntry:
    """Enter that a classified agreement exists; the entry gets its own number, 涉密登〔2026〕1号.

    Nothing of its content is taken: no title, no party, no amount. The event stands in the chain of the system.
    Raises Refused for whoever may not file agreements, BadInput when the unit has entered the paper already.
    """
    verdict = permit(rules.may_enter_classified(by))
    unit, on = unit_of(by), on or clock.today()
    with transaction.atomic():
        number = numbers.next_number(f"classified:{unit.authority.code}", on.year)
        if ClassifiedEntry.objects.filter(unit=unit, paper_number=paper_number).exists():
            raise BadInput(_("This number has been entered already."))
        entry: ClassifiedEntry = ClassifiedEntry.objects.create(
            authority=unit.authority,
            unit=unit,
            register_number=f"涉密登〔{on.year}〕{number}号",
            paper_number=paper_number,
            whereabouts=whereabouts,
            entered_by=by,
            entered_on=on,
        )
        trail.append(
            chain=trail.SYSTEM_CHAIN,
            code="classified_entered",
            actor=by.actor(verdict.post),
            legal_on=on,
            payload={"number": entry.register_number, "unit": unit.name_zh},
        )
    return entry
