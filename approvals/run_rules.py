"""May this person take back, end, pause, take to a meeting? (§3.4, the operations on an approval beside deciding.)"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, PostHolding, User
from agreements.models import Agreement
from approvals.models import Assignment, Decision, OnDisagree, Pause, Run, Step, StepKind
from approvals.models.run import PRESENTS
from approvals.rules import LEADERS, may_decide_on, not_own_work
from core import clock
from core.verdicts import Allowed, Denied, Verdict, Wording


def _holds(user: User, agreement: Agreement, *codes: str, unit: int | None = None) -> PostHolding | None:
    """Return the holding of such a post at the agreement's authority; by ids, for under the lock nothing else of the
    agreement is read yet."""
    for held in user.holdings_today:
        post = held.post
        if post.code in codes and post.authority_id == agreement.authority_id and unit in (None, post.unit_id):
            return held
    return None


def own_decision(user: User, run: Run) -> Decision | None:
    """Return what a person decided last in a run, what was done by rule left out."""
    if run.shown and all(sheet.by_id != user.pk for sheet in run.shown.all_sheets):
        return None
    return (
        Decision.objects.filter(assignment__step__run=run, by=user, rule="")
        .select_related("assignment__post__unit", "assignment__step")
        .order_by("-pk")
        .first()
    )


def may_take_back(user: User, run: Run) -> Verdict:
    """§3.4: who decided takes the own decision back (撤回), from the post it was made from."""
    mine = own_decision(user, run)
    if mine is None:
        return Denied(_("Only who has decided on this approval takes an own decision back."), "§3.4")
    return may_decide_on(user, run.agreement, mine.assignment.post)


def may_end_run(user: User, agreement: Agreement) -> Verdict:
    """§3.4: who submitted or presented ends the approval before the first decision; afterwards a leader on the route
    does, who has the open step or has decided (终止)."""
    run = Run.objects.filter(agreement=agreement, state=Run.State.OPEN).first()
    decided = (
        Decision.objects.filter(assignment__step__run=run, rule="").exclude(verdict=Decision.Verdict.PRESENT)
        if run
        else Decision.objects.none()
    )
    starter = _holds(user, agreement, "unit_head", unit=agreement.lead_unit_id) or _holds(user, agreement, PRESENTS)
    if starter and not decided.exists():
        return Allowed(post=starter.post.title)
    for assignment in _open_assignments(agreement):
        if assignment.post.code in LEADERS and assignment.kind in (Assignment.Kind.HOST, Assignment.Kind.SEAT):
            verdict = may_decide_on(user, agreement, assignment.post)
            if isinstance(verdict, Allowed):
                return verdict
    leader = _holds(user, agreement, *LEADERS)
    if leader and decided.filter(by=user).exists():
        return not_own_work(user, agreement, Allowed(post=leader.post.title), "§3.4")
    return Denied(
        _(
            "Before the first decision who submitted or presented ends an approval; afterwards a leader who has the "
            "open step or has decided on it."
        ),
        "§3.4",
    )


def may_terminate_run(user: User, agreement: Agreement) -> Verdict:
    """§3.4: ending the approval, also by disagreeing on a step where that ends it (不同意)."""
    verdict = may_end_run(user, agreement)
    if isinstance(verdict, Allowed):
        return verdict
    for assignment in _open_assignments(agreement):
        if assignment.step.on_disagree == OnDisagree.END:
            disagreeing = may_decide_on(user, agreement, assignment.post)
            if isinstance(disagreeing, Allowed):
                return disagreeing
    return verdict


def _open_assignments(agreement: Agreement) -> list[Assignment]:
    return list(
        Assignment.objects.filter(
            step__run__agreement=agreement, step__run__state=Run.State.OPEN, step__state=Step.State.OPEN, closed_at=None
        )
        .exclude(opened_at=None)
        .select_related("post__unit", "step")
    )


def _leads_the_step(user: User, assignment: Assignment, denied: Wording) -> Verdict:
    """Allow who decides on a step as deputy secretary-general or above."""
    if assignment.post.code not in LEADERS or assignment.kind not in (Assignment.Kind.HOST, Assignment.Kind.SEAT):
        return Denied(denied, "§3.4")
    return may_decide_on(user, assignment.step.run.agreement, assignment.post)


def may_pause(user: User, assignment: Assignment) -> Verdict:
    """§3.4: a leader, deputy secretary-general or above, who has the open step, puts it off (暂缓)."""
    return _leads_the_step(
        user, assignment, _("An approval is paused by the leader who has the step; the office only presents.")
    )


def may_take_to_meeting(user: User, assignment: Assignment) -> Verdict:
    """§3.4: a leader, deputy secretary-general or above, who has the open step, takes it to a meeting (提请上会)."""
    return _leads_the_step(
        user,
        assignment,
        _("A matter is taken to a meeting by the leader who has the step; the office only presents."),
    )


def may_resume(user: User, run: Run) -> Verdict:
    """§3.4: who paused an approval lets it go on (恢复), another holder of that post, or a leader above; where nobody
    holds any of these posts the office does, for an approval never lies where nobody can act."""
    pause = Pause.objects.filter(run=run).select_related("post__unit").order_by("-pk").first()
    post = pause.post if pause else None
    verdict = _from_post_up(user, run, post, _("Who paused the approval lets it go on, or a leader above."))
    if isinstance(verdict, Denied) and post and (office := _holds(user, run.agreement, PRESENTS)):
        held = PostHolding.objects.on(clock.today()).filter(user__is_active=True)
        above = Q(post__authority=run.agreement.authority_id, post__code__in=_above(post))
        if not held.filter(Q(post=post) | above).exists():
            return Allowed(post=office.post.title)
    return verdict


def may_switch_back(user: User, run: Run) -> Verdict:
    """§3.4: who took a matter to a meeting takes it back to sign-off, another holder of the post, or a leader above."""
    meetings = run.steps.filter(kind=StepKind.MEETING)
    meeting = meetings.filter(state=Step.State.OPEN).first() or meetings.exclude(inserted_by="").order_by("-pk").first()
    following = run.steps.select_related("post__unit").filter(order__gt=meeting.order) if meeting else run.steps.none()
    step = following.order_by("order").first()
    return _from_post_up(
        user,
        run,
        step.post if step else None,
        _("Who took the matter to a meeting takes it back to sign-off, or a leader above."),
    )


def _above(post: Post) -> tuple[str, ...]:
    """Return the posts of leaders above a post, by their codes."""
    place = LEADERS.index(post.code) if post.code in LEADERS else -1
    return tuple(LEADERS[place + 1 :])


def _from_post_up(user: User, run: Run, post: Post | None, denied: Wording) -> Verdict:
    """Allow who holds a post of the route, and every leader above it on the way."""
    agreement = run.agreement
    if post is not None:
        verdict = may_decide_on(user, agreement, post)
        if isinstance(verdict, Allowed):
            return verdict
        above = _above(post)
        if above and (leader := _holds(user, agreement, *above)):
            return not_own_work(user, agreement, Allowed(post=leader.post.title), "§3.4")
    return Denied(denied, "§3.4")
