"""What the pages of the archive show: the panel on an agreement's page, what waits, the register of the seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest

from accounts.models import User
from agreements.lights import Light, light_for
from agreements.models import Agreement, ToDo
from agreements.pages import holder_names
from agreements.services import duties
from archive.models import Handover, SealRegister, SealRequest, Signing
from core import clock
from core.verdicts import Wording

DUTIES = ("sign", "request_sealing", "seal", "hand_over", "receive")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something of the archive that lies on a desk: what, of which agreement, with whom, and its light."""

    agreement: Agreement
    label: Wording
    action: Wording
    url: str
    post: str
    names: str
    due_on: date | None
    light: Light


def waiting(user: User) -> tuple[list[Waiting], list[Waiting]]:
    """Return what lies with this person's posts, and what lies with others of what the person may see.

    Four queries, however much there is.
    """
    rows = (
        ToDo.objects.filter(closed_at=None, code__in=DUTIES)
        .filter(Q(post_id__in=user.post_ids) | Q(agreement__in=Agreement.objects.visible_to(user)))
        .select_related("agreement__lead_unit", "post__unit", "deadline")
        .order_by("due_on", "pk")
    )
    todos = list(rows)
    names = holder_names({todo.post_id for todo in todos})
    today = clock.today()
    mine: list[Waiting] = []
    others: list[Waiting] = []
    for todo in todos:
        kind, own = duties.kind(todo), todo.held_by(user) is not None
        judged = todo.deadline is None or not todo.deadline.provisional
        (mine if own else others).append(
            Waiting(
                agreement=todo.agreement,
                label=kind.label,
                action=kind.action,
                url=kind.address(todo) if own else todo.agreement.get_absolute_url(),
                post=todo.post.title,
                names=names[todo.post_id],
                due_on=None if todo.due_on == clock.FAR_AWAY else todo.due_on,
                light=light_for(todo.due_on, judged, today, todo.agreement.standing),
            )
        )
    return mine, others


def register_of(user: User, year: int) -> QuerySet[SealRegister]:
    """Return the lines of the register of a year that a person may see, the newest first."""
    return (
        SealRegister.objects.filter(year=year, agreement__in=Agreement.objects.visible_to(user))
        .select_related("agreement__lead_unit", "text", "entered_by")
        .prefetch_related("text__marks")
        .order_by("-number")
    )


def register_years(user: User) -> list[int]:
    """Return the years with lines a person may see, and always the present one; the newest first."""
    found = SealRegister.objects.filter(agreement__in=Agreement.objects.visible_to(user))
    return sorted({clock.today().year, *found.order_by().values_list("year", flat=True).distinct()}, reverse=True)


def panel_count(_request: HttpRequest, agreement: Agreement) -> int | None:
    """Return how many acts of the archive there are; None hides the tab before the signing."""
    if not Signing.objects.filter(agreement=agreement).exists():
        return None
    return 1 + agreement.seal_requests.count() + agreement.handovers.count()


def panel(_request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return signing, requests for the seal with their lines, and handovers."""
    people = ("requested_by", "answered_by", "instruction")
    return {
        "signing": Signing.objects.filter(agreement=agreement)
        .select_related("text", "scan__file", "entered_by")
        .first(),
        "requests": SealRequest.objects.filter(agreement=agreement)
        .select_related(*people)
        .prefetch_related(Prefetch("line", SealRegister.objects.select_related("text", "entered_by"))),
        "handovers": Handover.objects.filter(agreement=agreement).select_related(
            "handed_by", "answered_by", "original", "translation"
        ),
    }
