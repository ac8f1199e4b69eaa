"""What the tests of operations beside deciding share: who has what, what was told, how the trail reads."""

from __future__ import annotations

from accounts.models import Post, User
from accounts.posts import post_in
from agreements.models import Agreement, Notice, ToDo
from approvals.models import Assignment, Run
from approvals.services import runs
from records import outbox
from records.models import Event
from tests.factories import Organisation, fresh


def lying(run: Run, post: Post) -> Assignment:
    """Return the open assignment of a post in a run."""
    return Assignment.objects.select_related(
        "post__unit", "parent__post__unit", "step__run__text", "step__run__agreement__lead_unit"
    ).get(step__run=run, post=post, closed_at=None)


def again(assignment: Assignment) -> Assignment:
    """Return an assignment as the next request reads it."""
    return Assignment.objects.select_related(
        "post__unit", "parent__post__unit", "step__run__text", "step__run__agreement__lead_unit"
    ).get(pk=assignment.pk)


def decide(assignment: Assignment, by: User, verdict: str = "approve", opinion: str = "", **more: object) -> Run:
    """Decide on an assignment as it stands now."""
    row = again(assignment)
    return runs.decide(
        row,
        by=fresh(by),
        verdict=verdict,
        opinion=opinion,
        text_sha256=row.step.run.sha256,
        **more,  # type: ignore[arg-type]
    )


def head_of(org: Organisation, code: str) -> Post:
    """Return the post of a unit's head."""
    return post_in(org.units[code], "unit_head")


def desks(agreement: Agreement) -> set[tuple[str, int]]:
    """Return what lies on whose desk: the code and the post."""
    return set(ToDo.objects.filter(agreement=agreement, closed_at=None).values_list("code", "post"))


def told(agreement: Agreement, code: str) -> set[int]:
    """Return the posts that were told of something."""
    while outbox.deliver_pending():
        pass
    return set(Notice.objects.filter(agreement=agreement, code=code).values_list("post", flat=True))


def newest(agreement: Agreement) -> Event:
    """Return the last line of the trail."""
    event = Event.objects.filter(chain=agreement.chain).order_by("-sequence").first()
    assert event is not None
    return event


def lines(agreement: Agreement) -> int:
    """Return how many lines the trail has."""
    return Event.objects.filter(chain=agreement.chain).count()


def signature(event: Event) -> tuple[str, int | None, str, str, str]:
    """Return what a line of the trail must name: the act, the person, the post, the capacity, the text by its hash."""
    return event.code, event.actor_id, event.post_name, event.capacity, event.text_sha256
