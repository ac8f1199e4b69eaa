"""May this person read, keep and merge the register of counterparties, and the register of classified agreements?"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from agreements import rules
from agreements.models import Agreement, ClassifiedEntry, Counterparty
from agreements.rules import STAFF, as_holder
from agreements.services import overlaps
from core.verdicts import Denied, Verdict

LEADERS = (
    "deputy_secretary_general",
    "secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "mayor",
    "office_director",
    "deputy_district_head",
    "executive_deputy_district_head",
    "district_head",
    "deputy_department_head",
    "department_head",
)
OFFICES = ("general_office", "legal", "secretariat", "inspector")
READERS = (*STAFF, *LEADERS, *OFFICES, "administrator")
CLASSIFIED_READERS = ("general_office", "secretariat", "inspector")


def may_read(user: User) -> Verdict:
    """§3.1: the related departments cooperate in assessing: whoever works with agreements reads the register."""
    return as_holder(
        user.holding(*READERS),
        _("The register of counterparties is read by who works with agreements."),
        "§3.1",
        reads=True,
    )


def may_enter(user: User) -> Verdict:
    """§3.1: whoever may file an agreement contacts the counterpart, so may enter it before; the General Office too."""
    if office := user.holding("general_office"):
        return as_holder(office, "", "§3.1")
    return rules.may_create(user)


def may_keep(user: User, counterparty: Counterparty) -> Verdict:
    """§3.1: the staff of a unit that leads an agreement with the counterparty keeps its entry; the General Office all.

    The same persons uncover its contacts.
    """
    if office := user.holding("general_office"):
        return as_holder(office, "", "§3.1")
    return _of_a_leading_unit(
        user,
        counterparty,
        STAFF,
        _("Only the staff of a unit that leads an agreement with it, and the General Office, may do this."),
    )


def may_change_kind(user: User) -> Verdict:
    """§3.1: the kind exempts from due diligence, so it is the General Office that changes it in the register."""
    return as_holder(
        user.holding("general_office"),
        _("The kind is changed by the General Office: due diligence rests on it."),
        "§3.1",
    )


def may_merge(user: User, counterparty: Counterparty) -> Verdict:
    """Duplicates are merged by the General Office, an administrator, or the head of a unit that leads with the one."""
    if office := user.holding("general_office", "administrator"):
        return as_holder(office, "", "§3.1")
    return _of_a_leading_unit(
        user,
        counterparty,
        ("unit_head",),
        _("Entries are merged by the General Office, an administrator or the head of a lead unit."),
    )


def _of_a_leading_unit(user: User, counterparty: Counterparty, posts: tuple[str, ...], reason: object) -> Verdict:
    held = {holding.post.unit_id: holding for holding in user.holdings_today if holding.post.code in posts}
    if held:
        led = Agreement.objects.filter(parties__counterparty__in=overlaps.family(counterparty))
        lead = led.filter(lead_unit__in=held).values_list("lead_unit", flat=True).first()
        unit = lead or led.filter(joint_leads__unit__in=held).values_list("joint_leads__unit", flat=True).first()
        if unit in held:
            return as_holder(held[unit], "", "§3.1")
    return Denied(reason, "§3.1")  # type: ignore[arg-type]


def may_enter_classified(user: User) -> Verdict:
    """Whoever may file an agreement may enter that a classified one exists."""
    return rules.may_create(user)


def may_read_classified(user: User) -> Verdict:
    """The unit's own staff reads its entries; the General Office, the secretariat and the inspector read all."""
    holding = user.holding(*CLASSIFIED_READERS) or next(
        (held for held in user.holdings_today if held.post.code in STAFF and held.post.unit.kind != Unit.Kind.OFFICE),
        None,
    )
    reason = _("This register is read by the units that made its entries and by the offices.")
    return as_holder(holding, reason, "§3.1", reads=True)


def classified_seen_by(user: User) -> QuerySet[ClassifiedEntry]:
    """Return the entries a person may see."""
    held = user.holdings_today
    offices = {holding.post.authority_id for holding in held if holding.post.code in CLASSIFIED_READERS}
    units = {holding.post.unit_id for holding in held if holding.post.code in STAFF}
    return ClassifiedEntry.objects.filter(Q(authority__in=offices) | Q(unit__in=units)).select_related(
        "unit", "whereabouts", "entered_by"
    )
