"""May this person review, present, decide? The reviewer is never the drafter, the approver never the submitter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import Post, PostHolding, SigningAuthority, User
from agreements.models import Agreement
from agreements.rules import STAFF, allowed_in, as_holder, lies_with_deputy, may_edit
from agreements.services import access
from approvals.models import Assignment, JointReview, Topic
from approvals.models.run import PRESENTS
from core.verdicts import Allowed, Denied, Verdict
from core.wording import say
from regulation.posts import POSTS

DECIDING_POSTS = tuple(code for code, post in POSTS.items() if post.step_role)
LEADERS = tuple(code for code in DECIDING_POSTS if code != PRESENTS)
"""Deputy secretary-general and above, in their order: they take part in meetings, and may pause, end and call one."""
LOWEST = {
    SigningAuthority.Kind.MUNICIPAL: "deputy_secretary_general",
    SigningAuthority.Kind.DISTRICT: "office_director",
    SigningAuthority.Kind.DEPARTMENT: "deputy_department_head",
}
"""The first of the leaders in each kind of authority (§3.4; below the municipal level by reference, §2)."""
OWN_WORK = _("You drafted or submitted this agreement yourself: nobody reviews or decides on one's own work.")
PRINCIPALS_WORK = _(
    "The person in whose place you act drafted or submitted this agreement: a deputy does not decide on it either; "
    "the step goes to the office."
)


def first_leader(authority: SigningAuthority) -> str:
    """Return the post from which on the leaders of an authority are counted, in the reader's language."""
    return say(POSTS[LOWEST[SigningAuthority.Kind(authority.kind)]].name)


def not_own_work(
    user: User, agreement: Agreement, verdict: Verdict, article: str, *, worked: bool | None = None
) -> Verdict:
    """Deny to who worked on the case what the verdict allows, and to a deputy also what his principal worked on: a
    delegation is no disguise for own work. `worked` is the answer about the user where it is known already."""
    if not isinstance(verdict, Allowed):
        return verdict
    if access.worked_on(agreement, user) if worked is None else worked:
        return Denied(OWN_WORK, article)
    if verdict.principal and access.any_worked(agreement, [verdict.principal]):
        return Denied(PRINCIPALS_WORK, article)
    return verdict


def may_review(user: User, agreement: Agreement) -> Verdict:
    """§3.3: the legal affairs office looks at the six points; where there is none, the General Office does."""
    return not_own_work(
        user,
        agreement,
        as_holder(
            user.holding("legal", authority=agreement.authority)
            or (
                None
                if Post.objects.filter(authority=agreement.authority, code="legal", retired_on=None).exists()
                else user.holding("general_office", authority=agreement.authority)
            ),
            _("The legal affairs office reviews agreements."),
            "§3.3",
        ),
        "§3.3",
    )


def may_send_back_from_review(user: User, agreement: Agreement) -> Verdict:
    """§3.3: the legal affairs office or the General Office returns a text."""
    return not_own_work(
        user,
        agreement,
        as_holder(
            user.holding("legal", "general_office", authority=agreement.authority),
            _("The legal affairs office or the General Office sends a text back from review."),
            "§3.3",
        ),
        "§3.3",
    )


def may_check(user: User, agreement: Agreement) -> Verdict:
    """§3.3: the General Office looks whether everything is there before the review begins."""
    return not_own_work(
        user,
        agreement,
        as_holder(
            user.holding("general_office", authority=agreement.authority),
            _("The General Office checks whether a submission is complete."),
            "§3.3",
        ),
        "§3.3",
    )


def may_answer_for_lead(user: User, agreement: Agreement) -> Verdict:
    """§3.3: the lead unit's staff supplies what is missing and answers what the review found."""
    return as_holder(
        user.holding(*STAFF, unit=agreement.lead_unit),
        _("Only the staff of the lead unit answers the review."),
        "§3.3",
    )


def may_answer_joint(user: User, row: JointReview) -> Verdict:
    """§3.3: a functional department that is asked answers for itself, by somebody who did not work on the case."""
    return not_own_work(
        user,
        row.review.agreement,
        as_holder(
            user.holding(*STAFF, unit=row.unit) if row.unit else None,
            _("Only the staff of the unit that is asked answers for it."),
            "§3.3",
        ),
        "§3.3",
    )


def may_present(user: User, agreement: Agreement) -> Verdict:
    """§3.4: the General Office presents an agreement for approval."""
    return not_own_work(user, agreement, may_record_report(user, agreement), "§3.4")


def may_record_report(user: User, agreement: Agreement) -> Verdict:
    """§3.4: the General Office keeps the road of the papers: presenting, minutes, the report to the Party committee."""
    return as_holder(
        user.holding("general_office", authority=agreement.authority),
        _("Only the General Office may do this."),
        "§3.4",
    )


def may_decide(user: User, agreement: Agreement) -> Verdict:
    """§3.4: whoever holds the post with which the open step lies decides on it.

    While no step is open the answer is for the posts of the route, so that they are told about the time. Where another
    rule has allowed the act under way that ends the step (`lifecycle.acting`), its answer stands.
    """
    if agreement.acted_as is not None:
        return agreement.acted_as
    posts = [
        assignment.post
        for assignment in Assignment.objects.filter(
            step__run__agreement=agreement, step__run__state="open", closed_at=None
        )
        .exclude(opened_at=None)
        .select_related("post__unit")
    ]
    if not posts:
        return as_holder(
            user.holding(*DECIDING_POSTS, authority=agreement.authority) or _decides_for(user, agreement),
            _("Approvals are decided by the leaders on the route and by the General Office."),
            "§3.4",
        )
    own = next((post for post in posts if user.holding(post=post)), posts[0])
    return may_decide_on(user, agreement, own)


def may_decide_on(user: User, agreement: Agreement, post: Post, *, worked: bool | None = None) -> Verdict:
    """§3.4: a step is decided by who holds its post, or by the deputy while it is delegated, and did not work on the
    case; nor did, for a deputy, the person in whose place. Allowed says in which post and capacity (本人, 代).

    A holder who has delegated it is told with whom it lies: each step lies with one of the two.
    """
    verdict: Verdict = Denied(_("This step lies with %(post)s.") % {"post": post.title}, "§3.4")
    for held in (*user.holdings_today, *user.approvals_today):
        if held.post_id != post.pk:
            continue
        if held.received is None:
            given = held.given_to(approvals=True, category=lambda: agreement.category.code)
        elif held.received.covers(approvals=True, category=lambda: agreement.category.code):
            given = None
        else:
            continue
        if given is None:
            return not_own_work(user, agreement, allowed_in(held), "§3.4", worked=worked)
        verdict = lies_with_deputy(given, "§3.4")
    return verdict


def _decides_for(user: User, agreement: Agreement) -> PostHolding | None:
    """Return a holding of the route for which somebody decides on approvals as a deputy."""
    return next(
        (
            held
            for held in user.approvals_today
            if held.post.code in DECIDING_POSTS and held.post.authority_id == agreement.authority_id
        ),
        None,
    )


def may_see_route(user: User, agreement: Agreement) -> Verdict:
    """§3.4: the way of an approval is shown to who prepares the agreement, who reviews and who decides on it."""
    deciding = user.holding("legal", *DECIDING_POSTS, authority=agreement.authority)
    if deciding is not None:
        return Allowed(post=deciding.post.title)
    verdict = may_edit(user, agreement)
    if isinstance(verdict, Denied):
        return Denied(
            _("The way of an approval is shown to the lead unit, the General Office and the leaders."), "§3.4"
        )
    return verdict


def may_run_meetings(user: User, authority: SigningAuthority) -> Verdict:
    """§3.4: the General Office plans the meetings, keeps their agendas and records their minutes."""
    return as_holder(
        user.holding("general_office", authority=authority),
        _("The General Office plans meetings, keeps their agendas and records their minutes."),
        "§3.4",
    )


def may_consent(user: User, topic: Topic) -> Verdict:
    """§3.4: a late topic comes in with the consent of a deputy secretary-general or a leader above."""
    return not_own_work(
        user,
        topic.run.agreement,
        as_holder(
            user.holding(*LEADERS, authority=topic.run.agreement.authority),
            _("%(leader)s or a leader above lets a late topic in.")
            % {"leader": first_leader(topic.run.agreement.authority)},
            "§3.4",
        ),
        "§3.4",
    )


def may_withdraw_topic(user: User, topic: Topic) -> Verdict:
    """§3.4: a topic is withdrawn by the lead unit, whose matter it is, or by the General Office."""
    agreement = topic.run.agreement
    return as_holder(
        user.holding("general_office", authority=agreement.authority)
        or user.holding("officer", "unit_head", unit=agreement.lead_unit),
        _("The lead unit or the General Office withdraws a topic."),
        "§3.4",
    )
