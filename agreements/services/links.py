"""Links between agreements: framework and sub-agreement, one period and the next, an agreement and its amendment."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import IN_FORCE, Agreement, AgreementLink, Standing, Station
from agreements.services import access, lifecycle
from agreements.services.preparation import may_still_change
from core import clock
from core.errors import BadInput, NotNow
from records import numbers

MOST_OFFERED = 20
Kind = AgreementLink.Kind


def candidates(agreement: Agreement, words: str, *, by: User) -> QuerySet[Agreement]:
    """Return agreements the person may see whose title, number or counterparties hold every word; the newest first."""
    found: QuerySet[Agreement] = (
        Agreement.objects.visible_to(by).filter(authority=agreement.authority_id).exclude(pk=agreement.pk)
    )
    for word in words.split():
        found = found.filter(search_text__icontains=word)
    return found.select_related("category", "lead_unit").order_by("-pk")[:MOST_OFFERED]


def link(agreement: Agreement, other: Agreement, kind: str, *, by: User, at: datetime | None = None) -> AgreementLink:
    """Say that an agreement is a sub-agreement, the next period or an amendment of another one.

    Raises Refused and NotNow as every change of the facts of preparation does; BadInput for itself, for a second
    link of the kind or to the same agreement, and for a circle; NotNow when the other one is not at its time: an
    amendment is made of a signed agreement that is in force, a next period of one that is in force or concluded.
    The caller has found `other` among what the person may see. Second caller: told that the link is there.
    """
    at = at or clock.now()
    if kind not in Kind.values:
        raise BadInput(_("This kind of relation does not exist."))
    if agreement.pk == other.pk:
        raise BadInput(_("An agreement is not linked to itself."))
    with transaction.atomic():
        # Two links at once could close a circle that neither sees: they are made one after the other.
        numbers.hold(f"links:{agreement.authority_id}")
        lifecycle.lock(agreement)
        post = may_still_change(agreement, by=by)
        other.refresh_from_db()
        _ask_the_other(other, kind)
        made = agreement.links.filter(Q(kind=kind) | Q(other=other)).select_related("other").first()
        if made is not None:
            raise BadInput(
                _("There is a link to “%(title)s” already: take it away first.") % {"title": made.other.title}
            )
        if agreement.pk in _upwards(other):
            raise BadInput(_("The two would hang on each other: “%(title)s” comes after this one.") % {"title": other})
        row: AgreementLink = AgreementLink.objects.create(
            agreement=agreement, other=other, kind=kind, made_by=by, made_at=at
        )
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "link",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"kind": kind, "other": other.number},
        )
    return row


def unlink(row: AgreementLink, *, by: User, at: datetime | None = None) -> None:
    """Take a link away; that it stood there remains in the trail. Second caller: NotNow."""
    at = at or clock.now()
    agreement = row.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = may_still_change(agreement, by=by)
        taken, _rows = AgreementLink.objects.filter(pk=row.pk).delete()
        if not taken:
            raise NotNow(_("The link has been taken away already."), code="gone")
        lifecycle.act(
            agreement,
            "unlink",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"kind": row.kind, "other": row.other.number},
        )


def _ask_the_other(other: Agreement, kind: str) -> None:
    """Raise NotNow when the other end of a link is not at its time."""
    running = other.station in IN_FORCE and other.standing in (Standing.ACTIVE, Standing.SUSPENDED)
    if kind == Kind.AMENDS and not running:
        raise NotNow(
            _("Only a signed agreement that is in force is amended; “%(title)s” is not.") % {"title": other.title},
            "§3.3",
            code="not_signed",
            next_step=_("A text that is not signed yet is changed in its own draft."),
        )
    if kind == Kind.PREDECESSOR and not running and other.station != Station.CONCLUDED:
        raise NotNow(
            _("A next period follows an agreement that is in force or concluded; “%(title)s” is neither.")
            % {"title": other.title},
            "§4.3",
            code="not_in_force",
        )
    if kind == Kind.PARENT and other.standing in (Standing.WITHDRAWN, Standing.TERMINATED):
        raise NotNow(
            _("“%(title)s” has been given up: nothing is made under it.") % {"title": other.title}, code="ended"
        )


def _upwards(agreement: Agreement) -> set[int]:
    """Return everything an agreement hangs on, itself included, by whatever kind of link."""
    return _reach({agreement.pk}, lambda ids: AgreementLink.objects.filter(agreement__in=ids).values_list("other_id"))


def _reach(start: set[int], step: Callable[[set[int]], Collection[tuple[int]]]) -> set[int]:
    """Return what is reached from ids by steps, one query for each."""
    found, edge = set(start), set(start)
    while edge:
        edge = {pk for (pk,) in step(edge)} - found
        found |= edge
    return found


# ---------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Related:
    """What an agreement hangs together with, as far as a person may see it."""

    parents: list[Agreement] = field(default_factory=list)
    children: list[Agreement] = field(default_factory=list)
    periods: list[Agreement] = field(default_factory=list)
    amended: list[Agreement] = field(default_factory=list)
    amendments: list[Agreement] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.parents, self.children, self.periods, self.amended, self.amendments))


def related(agreement: Agreement, user: User) -> Related:
    """Return the framework, sub-agreements, chain of periods and amendments; one query when there is no link at all.

    Each is named only when the person may see it; a hidden one leaves no trace.
    """
    rows = list(AgreementLink.objects.filter(Q(agreement=agreement) | Q(other=agreement)))
    if not rows:
        return Related()
    chain = _chain(agreement) if any(row.kind == Kind.PREDECESSOR for row in rows) else {}
    ids = {row.agreement_id for row in rows} | {row.other_id for row in rows} | set(chain)
    seen = {
        one.pk: one
        for one in Agreement.objects.visible_to(user).filter(pk__in=ids).select_related("lead_unit").order_by("pk")
    }
    periods = [seen[pk] for pk in sorted(chain, key=lambda pk: (chain[pk], pk)) if pk in seen]

    def ends(kind: str, *, up: bool) -> list[Agreement]:
        ends_of = [
            (row.agreement_id, row.other_id) if up else (row.other_id, row.agreement_id)
            for row in rows
            if row.kind == kind
        ]
        return [seen[far] for near, far in ends_of if near == agreement.pk and far in seen]

    return Related(
        parents=ends(Kind.PARENT, up=True),
        children=ends(Kind.PARENT, up=False),
        periods=periods if len(periods) > 1 else [],
        amended=ends(Kind.AMENDS, up=True),
        amendments=ends(Kind.AMENDS, up=False),
    )


def _chain(agreement: Agreement) -> dict[int, int]:
    """Return the periods of an agreement: id → place in time, this one at 0, earlier ones below."""
    place, edge = {agreement.pk: 0}, {agreement.pk}
    while edge:
        rows = AgreementLink.objects.filter(kind=Kind.PREDECESSOR).filter(Q(agreement__in=edge) | Q(other__in=edge))
        edge = set()
        for newer, older in rows.values_list("agreement_id", "other_id"):
            for known, other, step in ((newer, older, -1), (older, newer, 1)):
                if known in place and other not in place:
                    place[other] = place[known] + step
                    edge.add(other)
    return place
