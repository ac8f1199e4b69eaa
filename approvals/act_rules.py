"""May this person add a signer, copy, urge, record a leader's paper, confirm the record, intervene (§3.4)?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import Post, SigningAuthority, User
from agreements.models import Agreement
from agreements.rules import STAFF, as_holder
from approvals import rules
from approvals.models import Assignment, Recording, Run
from core.verdicts import Allowed, Denied, Verdict

LEADERS = tuple(code for code in rules.DECIDING_POSTS if code != "general_office")
"""The posts whose paper is recorded: those that decide on the route, the office itself not among them."""
ADMINISTRATOR = "administrator"
RECORDED = "recorded"
NOT_YOURS_TO_REMOVE = _("A signer is taken off by who asked for the signature.")


def may_handle(user: User, assignment: Assignment) -> Verdict:
    """§3.4: who decides on a step also adds signers, asks for advice and passes it on."""
    return rules.may_decide_on(user, assignment.step.run.agreement, assignment.post)


def may_remove_signer(user: User, signer: Assignment) -> Verdict:
    """§3.4: a signer is taken off by whoever now answers for the part of the step to which the signer was added.

    A right belongs to the post: when the step was passed on, it has gone with it.
    """
    asker = answers_for(signer)
    return may_remove_asked_by(user, signer.step.run.agreement, (asker or signer).post)


def may_remove_asked_by(user: User, agreement: Agreement, post: Post, *, worked: bool | None = None) -> Verdict:
    """§3.4: the same question for the post that asked."""
    verdict = rules.may_decide_on(user, agreement, post, worked=worked)
    if isinstance(verdict, Denied) and not user.holds(post=post):
        return Denied(NOT_YOURS_TO_REMOVE, "§3.4")
    return verdict


def answers_for(signer: Assignment) -> Assignment | None:
    """Return the assignment whose holder asked for a signer or for advice, as it lies now: with whoever it was passed
    on to."""
    found = signer.parent
    while found is not None and found.kind == signer.kind:
        found = found.parent
    while found is not None:
        later = found.children.filter(kind=found.kind).select_related("post__unit").order_by("pk").last()
        if later is None:
            return found
        found = later
    return None


def may_copy(user: User, run: Run) -> Verdict:
    """§3.4: an approval is copied by who handles or handled it, by its lead unit and by the General Office."""
    agreement = run.agreement
    holding = user.holding("general_office", authority=agreement.authority) or user.holding(
        *STAFF, unit=agreement.lead_unit
    )
    if holding is None and user.post_ids:
        handled = _handled(run)
        holding = next((held for held in user.holdings_today if held.post_id in handled), None)
    return as_holder(
        holding,
        _("An approval is copied by whoever handles it, by its lead unit and by the General Office."),
        "§3.4",
    )


def _handled(run: Run) -> set[int]:
    """Return the posts with which a step of the run lies or lay."""
    if run.shown:
        return {sheet.post_id for sheet in run.shown.all_sheets if sheet.opened}
    return set(Assignment.objects.filter(step__run=run, opened_at__isnull=False).values_list("post_id", flat=True))


def may_urge(user: User, run: Run) -> Verdict:
    """§3.4: the lead unit that waits for the approval urges, and the General Office that keeps its road."""
    agreement = run.agreement
    return as_holder(
        user.holding(*STAFF, unit=agreement.lead_unit) or user.holding("general_office", authority=agreement.authority),
        _("The lead unit and the General Office urge an approval on."),
        "§3.4",
    )


def may_record_for(user: User, agreement: Agreement, post: Post, *, worked: bool | None = None) -> Verdict:
    """§3.4: the General Office transcribes a leader's paper; never who worked on the case, never for itself."""
    if post.code not in LEADERS:
        return Denied(_("A paper is recorded for a leader on the route; everybody else acts in person."), "§3.4")
    if user.holds(post=post):
        return Denied(_("You hold this post: decide in person."), "§3.4")
    verdict = as_holder(
        user.holding("general_office", authority=agreement.authority),
        _("A leader's paper is recorded by the General Office."),
        "§3.4",
    )
    if isinstance(verdict, Allowed):
        verdict = Allowed(post=verdict.post, capacity=RECORDED)
    return rules.not_own_work(user, agreement, verdict, "§3.4", worked=worked)


def may_record(user: User, assignment: Assignment) -> Verdict:
    """§3.4: the same question for an assignment, as a page asks it."""
    return may_record_for(user, assignment.step.run.agreement, assignment.post)


def may_confirm(user: User, recording: Recording) -> Verdict:
    """§3.4: only the leader in whose place it was recorded can say that it is so; once the leader has left the post,
    whoever holds it now."""
    post = recording.decision.assignment.post
    reason = _("Only %(name)s can confirm this record.") % {"name": recording.principal.full_name}
    if user.pk == recording.principal_id:
        return Allowed(post=recording.decision.post_title)
    if user.pk == recording.decision.by_id or (recording.principal.is_active and recording.principal.holds(post=post)):
        return Denied(reason, "§3.4")
    return as_holder(user.holding(post=post), reason, "§3.4")


def may_intervene(user: User, authority: SigningAuthority | None = None) -> Verdict:
    """§3.4: an approval that is stuck is set going again by two business administrators together."""
    return as_holder(
        user.holding(ADMINISTRATOR, authority=authority),
        _("Approvals that are stuck are set going by two business administrators together."),
        "§3.4",
    )
