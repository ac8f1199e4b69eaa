"""Live agreements that look like the one being prepared: the same counterparty, or the same field of its category."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from agreements.models import Agreement, AgreementLink, Counterparty

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Overlap:
    """What is alike, as one person may know it: by name what is visible, of the rest only how many."""

    shown: list[Agreement] = field(default_factory=list)
    more: int = 0
    hidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.shown or self.more or self.hidden)


def family(counterparty: Counterparty) -> QuerySet[Counterparty]:
    """Return a counterparty with the rows that were merged into it, and the one it was merged into."""
    top = counterparty.merged_into_id or counterparty.pk
    return Counterparty.objects.filter(Q(pk=top) | Q(merged_into=top))


def same_counterparty(agreement: Agreement) -> QuerySet[Agreement]:
    """Return the live agreements of the authority, other than this one, with one of its counterparties."""
    named = Counterparty.objects.filter(parties__agreement=agreement)
    tops = [top or pk for pk, top in named.values_list("pk", "merged_into_id")]
    alike = Counterparty.objects.filter(Q(pk__in=tops) | Q(merged_into__in=tops))
    found = Agreement.objects.live().filter(authority=agreement.authority_id, parties__counterparty__in=alike)
    alike_ones: QuerySet[Agreement] = found.exclude(pk=agreement.pk).distinct()
    return alike_ones


def same_field(agreement: Agreement) -> QuerySet[Agreement]:
    """Return the live agreements of the same category with one of its fields, without those of `same_counterparty`."""
    codes = agreement.fields.values("code")
    found = Agreement.objects.live().filter(
        authority=agreement.authority_id, category=agreement.category_id, fields__code__in=codes
    )
    others: QuerySet[Agreement] = found.exclude(pk=agreement.pk)
    return others.exclude(pk__in=same_counterparty(agreement).values("pk")).distinct()


def asked_about(agreement: Agreement) -> QuerySet[Agreement]:
    """Return the agreements for which it must be said why a new one is made, and not the old one supplemented.

    Readings of ours, since the regulation only asks that a project is surveyed and assessed (§3.1): the question is
    put for a counterparty that has a live agreement filed before this one; the same field with another counterparty
    is shown as advice and asks nothing; a sub-agreement, a next period and an amendment answer it by their link.
    """
    linked = AgreementLink.objects.filter(agreement=agreement).values("other")
    return same_counterparty(agreement).filter(pk__lt=agreement.pk).exclude(pk__in=linked)


def is_explained(agreement: Agreement) -> bool:
    """Tell whether nothing is left to be said about agreements that exist beside this one."""
    return bool(agreement.overlap_reason.strip()) or not asked_about(agreement).exists()


def as_seen_by(user: User, found: QuerySet[Agreement]) -> Overlap:
    """Return what a person may know of agreements that are alike: two queries, however many there are."""
    visible = Agreement.objects.visible_to(user)
    counted = found.order_by().aggregate(
        every=Count("pk", distinct=True), visible=Count("pk", distinct=True, filter=Q(pk__in=visible.values("pk")))
    )
    shown = list(found.filter(pk__in=visible.values("pk")).select_related("lead_unit").order_by("-pk")[:SHOWN])
    return Overlap(shown, more=counted["visible"] - len(shown), hidden=counted["every"] - counted["visible"])
