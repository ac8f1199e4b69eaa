"""May this person? Each answer names the post it rests on, or the reason and the article of the refusal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import Delegation, PostHolding, SigningAuthority, Unit, User
from accounts.posts import unit_of
from agreements.models import Agreement, Category, ConsultedUnit, Standing, Station
from agreements.services import access
from core.verdicts import Allowed, Denied, Verdict
from regulation.records import LeadRole

STAFF = ("officer", "unit_head")
TRIES_SCREENING = ("legal", "general_office", "administrator")
DECIDES_STANDING = (
    "executive_vice_mayor",
    "mayor",
    # of those who sign in their own name (§2): the posts that take the part of these two
    "executive_deputy_district_head",
    "district_head",
    "department_head",
)


def as_holder(holding: PostHolding | None, reason: object, article: str, *, reads: bool = False) -> Verdict:
    """Return the verdict of a rule that asks for one post: allowed in it, in person or as a deputy, or denied for the
    reason; while a deputy does the work of the post, its holder is told with whom it lies. Who only reads (`reads`)
    goes on reading beside a deputy."""
    if holding is None:
        return Denied(reason, article)  # type: ignore[arg-type]
    if not reads and holding.received is None and (given := holding.given_whole):
        return lies_with_deputy(given, article)
    return allowed_in(holding)


def allowed_in(holding: PostHolding) -> Allowed:
    """Return the yes of a rule, with the post and the capacity in which the person acts."""
    return Allowed(holding.title, holding.capacity, holding.principal_id)


def lies_with_deputy(given: Delegation, article: str) -> Denied:
    """Return the refusal for who has delegated the work: it lies with one person at a time."""
    return Denied(
        _("This lies with your deputy %(name)s until %(day)s. End the delegation under “My account” to take it back.")
        % {"name": given.to_user.full_name, "day": given.to_on.isoformat()},
        article,
    )


def may_create(user: User, category: Category | None = None) -> Verdict:
    """§2: agreements are prepared by a department or a district; three categories have a fixed lead unit."""
    holding = next(
        (held for held in user.holdings_today if held.post.code in STAFF and held.post.unit.kind != Unit.Kind.OFFICE),
        None,
    )
    if holding is None:
        return Denied(_("Agreements are prepared by the staff of a department or a district."), "§3.1")
    if category is not None and (refusal := _not_the_lead(category, holding.post.unit)) is not None:
        return refusal  # a Denied is false: it is told from None by name
    return as_holder(holding, "", "§3.1")


def _not_the_lead(category: Category, unit: Unit) -> Denied | None:
    role = category.edition.body["lead_role"]
    if role in (LeadRole.COOPERATION_EXCHANGE, LeadRole.FOREIGN_AFFAIRS, LeadRole.PAIRED_ASSISTANCE):
        lead = unit_of(category.authority, role)
        if lead is None or lead.pk != unit.pk:
            name = lead.name if lead else category.edition.wording(category.edition.body["lead_unit"])
            return Denied(_("Agreements of this category are led by %(unit)s.") % {"unit": name}, category.article)
    elif role in (LeadRole.MATCHING_DEPARTMENT, LeadRole.FIELD_DEPARTMENT) and unit.is_district:
        return Denied(_("Agreements of this category are led by a municipal department."), category.article)
    return None


def may_edit(user: User, agreement: Agreement) -> Verdict:
    """§3.1, §3.2: the lead unit's staff prepares and drafts; so does that of the units that lead jointly."""
    holding = user.holding(*STAFF, unit=agreement.lead_unit)
    if holding is None and (held := [one for one in user.holdings_today if one.post.code in STAFF]):
        joint = set(agreement.joint_leads.values_list("unit_id", flat=True))
        holding = next((one for one in held if one.post.unit_id in joint), None)
    return as_holder(holding, _("Only the staff of the lead unit prepares and drafts an agreement."), "§3.2")


def may_attach(user: User, agreement: Agreement) -> Verdict:
    """§4.1: the papers of a case other than the signed text are filed by the lead unit, so by its staff.

    Others bring a paper with an act of their own, which asks for its own right: the General Office minutes and
    reports, the secretariat instructions and originals, a consulted unit says in its opinion what it has to say.
    """
    verdict = may_edit(user, agreement)
    if isinstance(verdict, Denied):
        return Denied(
            _("The papers of a case are filed by the staff of its lead unit; others bring theirs with their own act."),
            "§4.1",
        )
    return verdict


def may_lead(user: User, agreement: Agreement) -> Verdict:
    """The lead unit's head decides for the unit: submitting, withdrawing, proposing."""
    return as_holder(
        user.holding("unit_head", unit=agreement.lead_unit),
        _("Only the head of the lead unit may do this."),
        "§3.2",
    )


def may_recall(user: User, agreement: Agreement) -> Verdict:
    """Who submitted takes it back: the lead unit's head from review, the General Office from approval."""
    if agreement.station == Station.APPROVAL:
        return as_holder(
            user.holding("general_office", authority=agreement.authority),
            _("Only the General Office, which presented the agreement, may recall it from approval."),
            "§3.4",
        )
    return may_lead(user, agreement)


def may_decide_standing(user: User, agreement: Agreement) -> Verdict:
    """§4.3: the government decides on suspending, resuming and ending; nobody decides on an own proposal."""
    verdict = as_holder(
        user.holding(*DECIDES_STANDING, authority=agreement.authority),
        _("The leaders of the government decide whether an agreement is suspended or ended."),
        "§4.3",
    )
    if isinstance(verdict, Denied):
        return verdict
    if access.worked_on(agreement, user, verdict.principal):
        return Denied(_("Nobody decides on a case one has worked on oneself."), "§4.3")
    own = (user.pk, verdict.principal)
    if agreement.standing_proposals.filter(decided_on=None, proposed_by__in=own).exists():
        return Denied(_("Nobody decides on an own proposal."), "§4.3")
    return verdict


def may_reply(user: User, consulted: ConsultedUnit) -> Verdict:
    """§3.2: a consulted unit answers for itself."""
    return as_holder(
        user.holding(*STAFF, unit=consulted.unit),
        _("Only the staff of the consulted unit gives its opinion."),
        "§3.2",
    )


def may_try_screening(user: User) -> Verdict:
    """§1.2: who drafts, who reviews and who keeps the rules tries a text out; nothing of it is stored."""
    return as_holder(
        user.holding(*STAFF, *TRIES_SCREENING),
        _("Texts are tried out by those who draft or review them and by the administrator of the rules."),
        "§1.2",
        reads=True,
    )


def lead_authority(user: User) -> SigningAuthority | None:
    """Return the authority a user prepares agreements for."""
    holding = next((held for held in user.holdings_today if held.post.code in STAFF), None)
    return holding.post.authority if holding else None


def is_open_for_preparation(agreement: Agreement) -> bool:
    """Tell whether the facts of preparation may still be changed: until the draft is submitted for review."""
    return agreement.standing == Standing.ACTIVE and agreement.station in (Station.PREPARATION, Station.DRAFTING)
