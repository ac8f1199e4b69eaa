"""May this person review, present, decide? The reviewer is never the drafter, the approver never the submitter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import Post, User
from agreements.models import Agreement
from agreements.rules import as_holder
from agreements.services import access
from approvals.models import Assignment
from core.verdicts import Allowed, Denied, Verdict
from regulation.posts import POSTS

DECIDING_POSTS = tuple(code for code, post in POSTS.items() if post.step_role)
OWN_WORK = _("You drafted or submitted this agreement yourself: nobody reviews or decides on one's own work.")


def not_own_work(
    user: User, agreement: Agreement, verdict: Verdict, article: str, *, worked: bool | None = None
) -> Verdict:
    """Deny to who worked on the case what the verdict allows; `worked` is the answer where it is known already."""
    if isinstance(verdict, Allowed) and (access.worked_on(agreement, user) if worked is None else worked):
        return Denied(OWN_WORK, article)
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
            user.holding(*DECIDING_POSTS, authority=agreement.authority),
            _("Approvals are decided by the leaders on the route and by the General Office."),
            "§3.4",
        )
    own = next((post for post in posts if user.holding(post=post)), posts[0])
    return may_decide_on(user, agreement, own)


def may_decide_on(user: User, agreement: Agreement, post: Post, *, worked: bool | None = None) -> Verdict:
    """§3.4: a step is decided by who holds its post and did not work on the case."""
    holding = user.holding(post=post)
    if holding is None:
        return Denied(_("This step lies with %(post)s.") % {"post": post.title}, "§3.4")
    return not_own_work(user, agreement, Allowed(post=post.title), "§3.4", worked=worked)
