"""Short words for what people do on a run, for the tests of its operations."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.posts import post_in
from agreements.models import Notice, ToDo
from approvals import rules
from approvals.models import Assignment, Decision, Run, Step, StepKind, StepSeat
from approvals.services import opening, routing, runs, taking
from core import clock
from core.acts import permit
from records import outbox
from records.models import Event
from tests.factories import Organisation, fresh
from tests.factories_approvals import holder_of, pass_step

DEPUTY, SECRETARY, VICE, EXECUTIVE, MAYOR = (
    "deputy_secretary_general",
    "secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "mayor",
)
OFFICE = "general_office"


def states(run: Run) -> dict[str, str]:
    """Return the steps of a run in their order, each with its state."""
    return dict(run.steps.order_by("order").values_list("code", "state"))


def now_open(run: Run) -> str:
    """Return the code of the step that is open; blank where none is."""
    return run.steps.filter(state=Step.State.OPEN).values_list("code", flat=True).first() or ""


def step_of(run: Run, code: str) -> Step:
    """Return a step as it is now."""
    return run.steps.get(code=code)


def on_desk(run: Run, username: str = "") -> Assignment:
    """Return the open assignment of a run, of one person where several are asked, as a page would read it."""
    rows = Assignment.objects.select_related("post__unit", "step__run__text", "step__run__agreement__lead_unit")
    rows = rows.filter(step__run=run, closed_at=None).exclude(opened_at=None)
    if username:
        rows = rows.filter(post__holdings__user__username=username)
    return rows.get()


def act(run: Run, verdict: str = "approve", *, by: User | None = None, username: str = "", **given: Any) -> Run:
    """Decide on the open step as who holds its post."""
    assignment = on_desk(run, username)
    person = fresh(by) if by else holder_of(assignment)
    words = {"opinion": "请再核。" if verdict != "approve" else "同意。", "text_sha256": assignment.step.run.sha256}
    return runs.decide(assignment, by=person, verdict=verdict, **{**words, **given})


def back(run: Run, code: str, **given: Any) -> Run:
    """Send the text back from the open step to a passed one."""
    return act(run, "send_back", to=step_of(run, code), **given)


def pass_until(run: Run, code: str) -> Assignment:
    """Let every step decide in favour up to one, and return what lies on the desk there."""
    for _step in range(20):
        if now_open(run) == code:
            return on_desk(run)
        pass_step(run.agreement)
    raise AssertionError(f"{code} was never opened")


def desks(run: Run) -> set[tuple[str, str]]:
    """Return what lies where now: the kind of each open to-do and the post."""
    rows = ToDo.objects.filter(agreement=run.agreement, closed_at=None)
    return set(rows.values_list("code", "post__code"))


def newest(run: Run) -> Event:
    """Return the last line of the trail."""
    event = Event.objects.filter(chain=run.agreement.chain).order_by("-sequence").first()
    assert event is not None
    return event


def told(run: Run, code: str) -> set[str]:
    """Deliver what waits; return the user names and post codes that were told."""
    while outbox.deliver_pending():
        pass
    rows = Notice.objects.filter(agreement=run.agreement, code=code).select_related("user", "post")
    return {row.user.username if row.user else row.post.code for row in rows}


def let_countersign(run: Run, code: str, org: Organisation, rule: str = "all", **facts: Any) -> Step:
    """Make a waiting step one that finance's head, its officer and the legal office countersign."""
    step = step_of(run, code)
    Step.objects.filter(pk=step.pk).update(kind=StepKind.COUNTERSIGN, pass_rule=rule, **facts)
    finance = org.units["finance"]
    for post in (post_in(finance, "unit_head"), post_in(finance, "officer"), org.post("legal")):
        StepSeat.objects.create(step=step, post=post)
    return step_of(run, code)


def add_signer(run: Run, kind: str, username: str, org: Organisation) -> Assignment:
    """Let who has the open step add a signer, through the engine."""
    host = on_desk(run)
    post = org.users[username].holdings.get().post
    return opening.assign(
        run.agreement,
        host.step,
        post,
        kind,
        by=holder_of(host),
        on=clock.today(),
        at=clock.now(),
        parent=host,
        later=kind == "after",
    )


def look_ahead(assignment: Assignment, by: User) -> Step | None:
    """Return the step that opens when a person approves now, as the page of deciding asks it."""
    run = assignment.step.run
    held, worked = taking.read(run, assignment, by)
    held.verdict = permit(rules.may_decide_on(by, run.agreement, assignment.post, worked=worked))
    return runs.look_ahead(held, by=by)


def decisions(run: Run) -> list[tuple[str, str]]:
    """Return everything that was decided, in its order, by step: taken back or not, it stays."""
    rows = Decision.objects.filter(assignment__step__run=run).order_by("pk")
    return list(rows.values_list("assignment__step__code", "verdict"))


def office_of(run: Run) -> Any:
    """Return where the General Office's steps lie."""
    return routing.where(run.agreement, [routing.OFFICE])[routing.OFFICE]
