"""Agreements in force for the tests of follow-up: a text with tasks, signed without the rooms in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.posts import post_in
from agreements.models import Agreement, Station, TextVersion
from agreements.services import texts
from agreements.services.lifecycle import Moved
from agreements.signals import agreement_moved
from approvals.models import Run
from core import clock
from followup.models import Evaluation, Task
from followup.services import evaluation
from records import trail
from regulation.records import Forum
from tests.cast import remembered
from tests.factories import Organisation, make_agreement, make_user

SIGNED_ON = date(2026, 11, 18)

Parts = dict[str, list[dict[str, Any]]]


def work(title: str, **facts: Any) -> dict[str, Any]:
    """Return a work item as the drafting page writes it."""
    return {"title": title, "carrier": "园区管委会", "group": "平台建设", "due_on": date(2027, 6, 30), **facts}


def meeting(title: str = "联席会议", **facts: Any) -> dict[str, Any]:
    """Return a mechanism as the drafting page writes it."""
    return {"title": title, "frequency": "quarterly", "ours": "市合作交流办", "theirs": "长春市发展改革委", **facts}


def noon(day: date) -> datetime:
    """Return noon of a legal day."""
    return clock.start_of(day).replace(hour=time(12).hour)


def write(agreement: Agreement, parts: Parts, *, by: User) -> None:
    """Write prose into every clause and the parts into the first clause that takes them, or the first of all."""
    text = texts.working(agreement)
    assert text is not None
    left = dict(parts)
    contents = []
    for clause in text.clauses.order_by("order"):
        framework = agreement.edition.clause(clause.code) or {"parts": []}
        taken = [code for code in framework["parts"] if code in left]
        rows = [texts.PartContent(code, facts) for code in taken for facts in left.pop(code)]
        contents.append(texts.ClauseContent(clause.lineage, f"双方就{clause.heading}达成一致。", parts=rows))
    rest = [texts.PartContent(code, facts) for code, rows in left.items() for facts in rows]
    contents[0] = texts.ClauseContent(contents[0].lineage, contents[0].prose, parts=[*contents[0].parts, *rest])
    texts.save(agreement, contents, by=by, edition=text.edition)


@transaction.atomic
def sign(
    agreement: Agreement, *, by: User, on: date = SIGNED_ON, station: str = Station.PERFORMANCE, fully: bool = True
) -> Agreement:
    """Take a drafted agreement through the machine to the signing, and with `fully` on to performance."""
    at = noon(on)
    text = texts.freeze(agreement, TextVersion.Kind.REVIEW, at=at)
    for step in ("submit_for_review", "open_approval", "approve", "sign"):
        getattr(agreement, step)(on=on)
    agreement.save()
    Run.objects.create(
        agreement=agreement,
        text=text,
        sha256=text.sha256,
        forum=Forum.SIGN_OFF.value,
        state=Run.State.PASSED,
        opened_by=by,
        opened_on=on,
        ended_on=on,
    )
    event = trail.append(
        chain=agreement.chain,
        code="sign",
        actor=by.actor(),
        legal_on=on,
        at=at,
        payload={"to": agreement.station, "place": "天津", "ours": ["许志远"], "theirs": ["高远"]},
    )
    moved = Moved("sign", by, on, at, "signing/active", f"{agreement.station}/active", event)
    agreement_moved.send(sender=Agreement, agreement=agreement, moved=moved)
    if fully:
        if agreement.station == Station.SEALING:
            agreement.seal(on=on)
        agreement.archive(on=on)
        agreement.save()
    return agreement


@remembered
def in_force(
    org: Organisation,
    parts: Parts | None = None,
    *,
    on: date = SIGNED_ON,
    fully: bool = True,
    **facts: Any,
) -> Agreement:
    """Return an agreement in performance; without parts its text has one work item of the finance bureau."""
    agreement = make_agreement(org, at_station=Station.DRAFTING, **facts)
    unit = org.units["finance"].pk
    write(agreement, parts if parts is not None else {"work_item": [work("共建产业园区", unit=unit)]}, by=org.staff)
    return sign(agreement, by=org.staff, on=on, fully=fully)


def decide(agreement: Agreement, *, by: User, accepted: bool, **facts: Any) -> Evaluation:
    """Decide as somebody to whom the newest evaluation was shown."""
    row = agreement.evaluations.first()
    shown = row.public_id if row else ""
    return evaluation.decide(agreement, by=by, evaluation=shown, accepted=accepted, **facts)


def tasks_of(agreement: Agreement, kind: str = Task.Kind.WORK_ITEM) -> list[Task]:
    """Return the tasks of a kind, in order."""
    return list(agreement.tasks.filter(kind=kind))


def second_officer(org: Organisation, unit: str = "exchange", username: str = "second") -> User:
    """Return one more officer of a unit."""
    return make_user(username, "李新", post_in(org.units[unit], "officer"))


def titles(tasks: Iterable[Task]) -> list[str]:
    """Return the titles of tasks."""
    return [task.title for task in tasks]
