"""What can be done on the desk beside the operations of the registry, each as one try: decisions, minutes, deputies,
administrators, a revision, people who come and go, and the time itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from accounts.models import PostHolding
from accounts.services import delegating
from agreements.models import Agreement, ConsultedUnit, OpinionPoint, Standing, Station
from agreements.services import clock as ticking
from agreements.services import drafting, opinions, texts
from approvals import acts
from approvals.models import Assignment, Decision, MeetingResult, Revision, Step, StepKind
from approvals.rules import LEADERS
from approvals.services import intervening, minutes, revising, runs
from approvals.services.choosing import for_reassigning
from core import clock
from tests.approvals import revision_cases
from tests.approvals.machine import filling
from tests.approvals.machine.desk import SECOND_ADMINISTRATOR, SPARE, Desk, sent, today
from tests.factories import fresh, paper, reword
from tests.factories_approvals import review_all_clear

Call = Callable[[], object]
Move = Callable[[Desk], Call | None]
Kind, Verdict, Result = Assignment.Kind, Decision.Verdict, MeetingResult.Result

WORDING = "双方就工作目标等达成一致。"
SUBSTANCE = "双方就第二条另行商定，甲方不承担出资责任。"


# ---------------------------------------------------------------------- decisions


def _decides(desk: Desk, verdict: str, *, to: Step | None = None, way: str = "") -> Call | None:
    own = desk.pick([row for row in desk.open_assignments() if row.kind != Kind.ADVICE])
    if own is None:
        return None
    if own.step.is_meeting and verdict == Verdict.APPROVE:
        revised = desk.revision() is not None or desk.dice.random() < 0.4
        return _minutes(desk, own, Result.PASSED if revised else Result.IN_PRINCIPLE)
    by = desk.right(desk.in_post(own.post))
    return lambda: runs.decide(
        own, by=by, verdict=verdict, opinion="请核。", text_sha256=desk.run.sha256, to=to, way=way
    )


def approve(desk: Desk) -> Call | None:
    return _decides(desk, Verdict.APPROVE, way=desk.dice.choice(("", "", "straight")))


def approve_level_by_level(desk: Desk) -> Call | None:
    return _decides(desk, Verdict.APPROVE, way="level")


def disagree(desk: Desk) -> Call | None:
    return _decides(desk, Verdict.DISAGREE)


def send_back_to_a_step(desk: Desk) -> Call | None:
    rows = list(Step.objects.filter(run=desk.run))
    done = [step for step in rows if step.state == Step.State.DONE and step.kind != StepKind.MEETING]
    return _decides(desk, Verdict.SEND_BACK, to=desk.pick(done if desk.dice.random() < 0.8 else rows))


def send_back_to_the_unit(desk: Desk) -> Call | None:
    return _decides(desk, Verdict.SEND_BACK)


def _minutes(desk: Desk, own: Assignment, result: str) -> Call:
    by = desk.right(desk.in_post(own.post))
    return lambda: minutes.record(
        own,
        by=by,
        minutes_number="〔2026〕5号",
        held_on=today(),
        result=result,
        excerpt=paper(),
        opinion=revision_cases.WORDS,
        text_sha256=desk.run.sha256,
    )


def _of_meeting(desk: Desk, *results: str) -> Call | None:
    own = desk.pick([row for row in desk.open_assignments() if row.step.is_meeting])
    return _minutes(desk, own, desk.dice.choice(results)) if own else None


def record_other_minutes(desk: Desk) -> Call | None:
    return _of_meeting(desk, Result.DEFERRED, Result.DEFERRED, Result.WITHDRAWN, Result.REJECTED)


def pass_in_principle(desk: Desk) -> Call | None:
    return _of_meeting(desk, Result.IN_PRINCIPLE)


# ---------------------------------------------------------------------- a revision


def _revision(desk: Desk, *states: str) -> Revision | None:
    """Return the revision where it is the turn of an act, now and then where it is not."""
    row = desk.revision()
    return row if row is not None and (row.state in states or desk.dice.random() < 0.2) else None


def write_the_revision(desk: Desk) -> Call | None:
    if _revision(desk, Revision.State.OPEN) is None or texts.working(desk.agreement) is None:
        return None
    by, prose, place = (
        desk.right([desk.called("staff")]),
        desk.dice.choice((WORDING, SUBSTANCE)),
        desk.dice.choice((0, 1)),
    )
    return lambda: reword(desk.agreement, prose, by=by, place=place)


def submit_the_revision(desk: Desk) -> Call | None:
    row = _revision(desk, Revision.State.OPEN)
    if row is None:
        return None
    by, wording = desk.right([desk.called("head")]), desk.dice.random() < 0.3
    return lambda: revising.submit(
        row,
        by=by,
        note="按会议意见修改。",
        claims_wording=wording,
        agreed_on=None if wording else today(),
        agreed_how="" if wording else "电话商长春市，对方同意。",
    )


def check_the_revision(desk: Desk) -> Call | None:
    row = _revision(desk, Revision.State.SUBMITTED)
    if row is None or row.after is None:
        return None
    shown = row.after.sha256
    by = desk.right([desk.called("legal")])
    finding = desk.dice.choice(
        (revising.WORDING, revising.WORDING, revising.SUBSTANCE, revising.SUBSTANCE, revising.BACK)
    )
    return lambda: revising.check(row, by=by, finding=finding, words="已核。", text_sha256=shown)


def resume_the_revision(desk: Desk) -> Call | None:
    row, by = _revision(desk, Revision.State.CHECKED), desk.right([desk.called("staff")])
    return (lambda: revising.resume(row, by=by, reason="再改。")) if row else None


def take_the_revision_in(desk: Desk) -> Call | None:
    row, by = _revision(desk, Revision.State.CHECKED), desk.right(desk.in_post(desk.org.post("general_office")))
    return (lambda: revising.close(row, by=by)) if row else None


def reply_to_the_revision(desk: Desk) -> Call | None:
    row = desk.revision()
    rounds = row.rounds.all() if row else []
    asked = ConsultedUnit.objects.filter(consultation__in=rounds, opinion=None)
    found = asked.select_related("unit", "consultation__agreement").first()
    if found is None:
        return None
    about = desk.dice.choice(found.about or found.consultation.about or [""])
    points = [opinions.PointContent("请再斟酌。", about)] if desk.dice.random() < 0.5 else []
    return lambda: revision_cases.answer(found, points)


def answer_the_opinion(desk: Desk) -> Call | None:
    point = OpinionPoint.objects.filter(agreement=desk.agreement, answer=None).first()
    by = desk.right([desk.called("staff")])
    return (lambda: opinions.answer(point, by=by, adoption="adopted")) if point else None


# ---------------------------------------------------------------------- deputies


def delegate(desk: Desk) -> Call | None:
    """Lend a post of the route or of the seats, from today or soon, for some days: by its holder, by the office, and
    also by a deputy, who may not."""
    posts = [row.post for row in desk.open_assignments()]
    posts += [step.post for step in Step.objects.filter(run=desk.run).select_related("post") if step.post]
    post = desk.pick(posts)
    held = PostHolding.objects.on(desk.day).filter(post=post).select_related("post__unit", "user").first()
    if held is None:
        return None
    deputies = [row.user for row in delegating.deputies_for([held])[held.pk]]
    decided = set(Decision.objects.filter(assignment__step__run=desk.run).values_list("by", flat=True))
    delicate = [user for user in deputies if user.pk in desk.workers() | decided]
    to_user = desk.pick(delicate if delicate and desk.dice.random() < 0.6 else deputies)
    if to_user is None:
        return None
    starts = desk.day + timedelta(days=desk.dice.choice((0, 0, 0, 1, 2)))
    by = desk.right([desk.person(held.user_id), desk.called("general_office"), *desk.in_post(held.post)])
    scope, lasts = desk.dice.choice(("all", "approvals")), timedelta(days=desk.dice.choice((0, 2, 5, 20)))

    def call() -> object:
        with sent("授权委托书.png") as upload:
            return delegating.delegate(
                held,
                to_user=to_user,
                from_on=starts,
                to_on=starts + lasts,
                scope=scope,
                reason="出国访问",
                paper=upload,
                by=by,
            )

    return call


def end_a_delegation(desk: Desk) -> Call | None:
    row = desk.pick(desk.delegations())
    if row is None:
        return None
    by = desk.right([desk.person(row.holder_id), desk.called("general_office")])
    return lambda: delegating.end(row, by=by, because="返津")


# ---------------------------------------------------------------------- two administrators


def propose(desk: Desk) -> Call | None:
    item = desk.pick(desk.stuck())
    if item is None:
        return None
    own = next(row for row in desk.open_assignments() if row.pk == item.assignment.pk)
    passed = runs.passed_steps(desk.run, own.step)
    posts = [choice.post for choice in for_reassigning(own)]
    kinds = ["reassign", "reassign", "to_office" if item.is_empty or desk.dice.random() < 0.3 else "reassign"]
    kind = desk.dice.choice([*kinds, *(["move_back"] if passed else [])])
    by = desk.right([desk.called("administrator"), desk.called(SECOND_ADMINISTRATOR)])
    return lambda: intervening.propose(
        own,
        by=by,
        kind=kind,
        post=desk.pick(posts) if kind == "reassign" else None,
        to_step=desk.pick(passed) if kind == "move_back" else None,
        reason="长期无人办理。",
        document_number="津政办函〔2026〕9号",
        document=paper("函.png"),
    )


def _answers(desk: Desk, confirmed: bool) -> Call | None:
    row = desk.proposal()
    by = desk.right([desk.called(SECOND_ADMINISTRATOR), desk.called("administrator")])
    return (lambda: intervening.answer(row, by=by, confirmed=confirmed, words="请照办。")) if row else None


def confirm_the_proposal(desk: Desk) -> Call | None:
    return _answers(desk, True)


def refuse_the_proposal(desk: Desk) -> Call | None:
    return _answers(desk, False)


# ---------------------------------------------------------------------- the whole approval


def recall(desk: Desk) -> Call | None:
    by = desk.right(desk.in_post(desk.org.post("general_office")))
    return lambda: drafting.recall(desk.agreement, by=by, reason="材料有误。")


def withdraw(desk: Desk) -> Call | None:
    by = desk.right([desk.called("head")])
    return lambda: drafting.withdraw(desk.agreement, by=by, reason="不再合作。")


def present_again(desk: Desk) -> Call | None:
    """Submit the text that came back, as it is or written anew, let it be reviewed, and present it once more."""
    agreement = desk.agreement
    if agreement.station not in (Station.DRAFTING, Station.LEGAL_REVIEW) or agreement.standing != Standing.ACTIVE:
        return None
    anew, way = desk.dice.random() < 0.3, desk.dice.choice(("", "straight", "level"))

    @transaction.atomic
    def call() -> object:
        if agreement.station == Station.DRAFTING:
            if anew:
                reword(agreement, desk.dice.choice((WORDING, SUBSTANCE)), by=fresh(desk.org.staff))
            drafting.submit(agreement, by=fresh(desk.org.head))
        review_all_clear(Agreement.objects.get(pk=agreement.pk), desk.org)
        again = Agreement.objects.get(pk=agreement.pk)
        return runs.open_run(again, by=fresh(desk.org.general_office), opinion="拟同意。", way=way if not anew else "")

    return call


# ---------------------------------------------------------------------- people and time


def leave_the_post(desk: Desk) -> Call | None:
    """Let whoever holds a leader's post with which a step lies be gone since yesterday."""
    own = desk.pick([row for row in desk.open_assignments() if row.post.code in LEADERS])
    if own is None:
        return None
    held = PostHolding.objects.on(desk.day).filter(post=own.post, from_on__lt=desk.day)
    return lambda: held.update(to_on=desk.day - timedelta(days=1))


def take_the_post(desk: Desk) -> Call | None:
    """Give a post that nobody holds to somebody new, or to who submitted the case."""
    held = PostHolding.objects.on(desk.day).values("post")
    empty = desk.pick(
        [step.post for step in Step.objects.filter(run=desk.run).exclude(post=None).exclude(post__in=held)]
    )
    if empty is None:
        return None
    user = desk.org.users[desk.dice.choice((SPARE, SPARE, "head"))]
    return lambda: PostHolding.objects.create(post=empty, user=user, from_on=desk.day, basis="任命文件")


def wait(desk: Desk) -> Call | None:
    days = desk.dice.choice((1, 2, 5, 12))
    return lambda: desk.go_on(days)


def let_the_clock_look(desk: Desk) -> Call | None:
    return lambda: ticking.look(clock.now())


OF_TIME = (leave_the_post, take_the_post, wait, let_the_clock_look)
"""What nobody does: it leaves no line in the name of anybody."""

MOVES: dict[str, tuple[Move, int]] = {
    move.__name__: (move, weight)
    for move, weight in (
        (approve, 22),
        (approve_level_by_level, 3),
        (disagree, 2),
        (send_back_to_a_step, 5),
        (send_back_to_the_unit, 1),
        (record_other_minutes, 1),
        (pass_in_principle, 2),
        (write_the_revision, 2),
        (submit_the_revision, 3),
        (check_the_revision, 3),
        (resume_the_revision, 1),
        (take_the_revision_in, 3),
        (reply_to_the_revision, 3),
        (answer_the_opinion, 3),
        (delegate, 4),
        (end_a_delegation, 2),
        (propose, 3),
        (confirm_the_proposal, 3),
        (refuse_the_proposal, 1),
        (recall, 1),
        (withdraw, 1),
        (present_again, 6),
        (leave_the_post, 1),
        (take_the_post, 2),
        (wait, 3),
        (let_the_clock_look, 4),
    )
}
"""Every move with how often it is tried."""


ANSWERS = (
    "advise",
    "confirm-record",
    "remove-signer",
    "resume",
    "back_to_sign_off",
    "send_back",
    confirm_the_proposal.__name__,
    refuse_the_proposal.__name__,
    end_a_delegation.__name__,
    take_the_post.__name__,
    present_again.__name__,
    *(move.__name__ for move in (write_the_revision, submit_the_revision, check_the_revision, take_the_revision_in)),
    *(move.__name__ for move in (resume_the_revision, reply_to_the_revision, answer_the_opinion)),
)
"""What can be done only after something else: tried where a draw finds nothing to do, so that stories go on."""


def registered() -> dict[str, acts.Act]:
    """Return every operation of the registry by its code; two of one code would hide each other."""
    found = [*acts.all_acts(acts.ASSIGNMENT), *acts.all_acts(acts.RUN)]
    by_code = {act.code: act for act in found}
    assert len(by_code) == len(found)
    return by_code


def try_of(desk: Desk, name: str) -> Call | None:
    """Return what a move would do now; None where there is nothing to try it on."""
    if name in MOVES:
        return MOVES[name][0](desk)
    return filling.call_of(registered()[name], desk)
