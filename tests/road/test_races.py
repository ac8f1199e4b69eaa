"""People who act at the same moment: one effect, and everybody else is told what the first one did."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import PostHolding, User
from agreements.models import Agreement, Station, ToDo
from agreements.services import clauses, consulting, drafting, opinions, texts
from agreements.services.texts import ClauseContent
from approvals.models import Assignment, Decision
from approvals.services import runs
from archive.services import handover
from core import clock
from core.errors import NotNow, ProductError
from records import tokens
from tests.factories import SINCE, Organisation, consult_units, fresh, make_agreement, make_user, write_text
from tests.factories_approvals import open_run
from tests.factories_archive import hand_over, seal, signed
from tests.road.walking import acts, at_station, is_sound, open_step

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*calls: Callable[[], object]) -> list[Any]:
    """Run calls at the same moment, each on a connection of its own; return what each gave, an error of ours too."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        gate.wait()
        try:
            return call()
        except ProductError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def refusals(results: list[Any]) -> list[ProductError]:
    return [result for result in results if isinstance(result, ProductError)]


def approve(assignment: Assignment, by: User) -> Callable[[], object]:
    """Return the approval of a step as a page of its own would send it."""
    pk, user = assignment.pk, by.pk

    def call() -> object:
        mine = Assignment.objects.select_related("post__unit", "step__run__text", "step__run__agreement").get(pk=pk)
        person = User.objects.get(pk=user)
        return runs.decide(mine, by=person, verdict="approve", text_sha256=mine.step.run.sha256, opinion="同意。")

    return call


@pytest.mark.article("§3.4")
def test_twenty_approve_the_same_step(org: Organisation) -> None:
    """Twenty holders of one post decide at once: one decision, nineteen are told who was first."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    open_run(agreement, org)
    assignment = open_step(agreement)
    people = [org.deputy_secretary_general]
    for number in range(19):
        people.append(make_user(f"deputy_{number}", f"副秘书长{number}"))
        PostHolding.objects.create(post=assignment.post, user=people[-1], from_on=SINCE, basis="任命文件")
    known = len(acts(agreement))

    results = at_once(*(approve(assignment, by) for by in people))

    late = refusals(results)
    assert len(late) == 19
    decision = Decision.objects.get(assignment=assignment)
    assert {(type(error), error.code) for error in late} == {(NotNow, "already_decided")}
    assert all(decision.by_name in str(error) for error in late)
    assert acts(agreement)[known:] == ["approve_step"]
    assert ToDo.objects.filter(agreement=agreement, closed_at=None, code="decide").count() == 1
    assert open_step(agreement).step.code == "secretary_general"
    is_sound(agreement)


def test_one_form_sent_four_times_files_one_agreement(org: Organisation) -> None:
    address = reverse("agreements:agreement-create", args=["sister_province"])
    form = {
        "title": "天津市与长春市合作协议",
        "document_type": "agreement",
        "origin": "proposal",
        "classification": "open",
        "submission_token": tokens.new(),
    }
    clients = [Client() for _ in range(4)]
    for client in clients:
        client.force_login(org.staff)

    answers = at_once(*(lambda client=client: client.post(address, form) for client in clients))

    agreement = Agreement.objects.get()
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, agreement.get_absolute_url())}
    assert acts(agreement) == ["file"]
    is_sound(agreement)


def test_approved_or_recalled(org: Organisation) -> None:
    """The office recalls while the deputy decides: one of the two, never both."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    open_run(agreement, org)
    assignment = open_step(agreement)
    mine = Agreement.objects.get(pk=agreement.pk)

    approved, recalled = at_once(
        approve(assignment, org.deputy_secretary_general),
        lambda: drafting.recall(mine, by=fresh(org.general_office), reason="补附件。"),
    )

    (loser,) = refusals([approved, recalled])
    assert isinstance(loser, NotNow)
    if loser is approved:
        assert at_station(agreement) == "legal_review/active"
        assert not Decision.objects.filter(assignment=assignment).exists()
        assert ToDo.objects.get(agreement=agreement, closed_at=None).code == "present"
    else:
        assert at_station(agreement) == "approval/active"
        assert open_step(agreement).step.code == "secretary_general"
    is_sound(agreement)


def test_written_or_submitted(org: Organisation) -> None:
    """The officer saves while the head submits: what was saved is in the frozen text, or the officer is told."""
    agreement = make_agreement(org, at_station=Station.DRAFTING)
    write_text(agreement, by=org.staff)
    consult_units(agreement, org, by=org.staff)
    text = texts.working(agreement)
    assert text is not None
    clause = text.clauses.get(code="purpose")
    first, second = (Agreement.objects.get(pk=agreement.pk) for _ in range(2))

    written, submitted = at_once(
        lambda: drafting.write(
            first, [ClauseContent(clause.lineage, "最后一改。")], by=fresh(org.staff), edition=text.edition
        ),
        lambda: drafting.submit(second, by=fresh(org.head)),
    )

    assert not isinstance(submitted, ProductError)
    frozen = texts.current(agreement)
    assert frozen is not None
    assert frozen.is_frozen
    assert frozen.sha256 == texts.digest(texts.canonical(frozen))
    if isinstance(written, NotNow):
        assert written.code == "text_frozen"
        assert "最后一改" not in frozen.canonical
    else:
        assert "最后一改" in frozen.canonical
    is_sound(agreement)


def test_two_write_the_same_text(org: Organisation) -> None:
    """Nothing is written over unseen: of two who save one clause, the words of the second are set aside beside it."""
    agreement = make_agreement(org, at_station=Station.DRAFTING)
    text = texts.working(agreement)
    assert text is not None
    clause = text.clauses.first()
    assert clause is not None

    def save(by: User, words: str) -> Callable[[], object]:
        mine = Agreement.objects.get(pk=agreement.pk)
        return lambda: drafting.write(mine, [ClauseContent(clause.lineage, words)], by=fresh(by), edition=text.edition)

    results = at_once(save(org.staff, "甲"), save(org.head, "乙"))
    assert refusals(results) == []
    clause.refresh_from_db()
    words = {org.staff: "甲", org.head: "乙"}
    (aside,) = text.set_aside.all()
    assert {clause.prose, aside.content["prose"]} == {"甲", "乙"}
    assert words[aside.by] == aside.content["prose"]
    assert clause.saved_by is not None
    assert words[clause.saved_by] == clause.prose


def test_two_write_different_clauses(org: Organisation) -> None:
    """Both succeed: a clause is its own to save, and the text counts both saves."""
    agreement = make_agreement(org, at_station=Station.DRAFTING)
    text = texts.working(agreement)
    assert text is not None
    first, second, *_rest = text.clauses.all()

    def save(by: User, clause: Any, words: str) -> Callable[[], object]:
        mine = Agreement.objects.get(pk=agreement.pk)
        return lambda: drafting.write(mine, [ClauseContent(clause.lineage, words)], by=fresh(by), edition=text.edition)

    results = at_once(save(org.staff, first, "甲"), save(org.head, second, "乙"))
    assert refusals(results) == []
    text.refresh_from_db()
    assert text.edition == 2
    assert not text.set_aside.exists()
    assert [clause.prose for clause in text.clauses.all()[:2]] == ["甲", "乙"]


def test_words_set_aside_are_settled_once(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.DRAFTING)
    text = texts.working(agreement)
    assert text is not None
    clause = text.clauses.first()
    assert clause is not None
    drafting.write(agreement, [ClauseContent(clause.lineage, "甲")], by=fresh(org.staff), edition=0)
    saved = drafting.write(agreement, [ClauseContent(clause.lineage, "乙")], by=fresh(org.head), edition=0)
    (row,) = saved.set_aside

    def settle(act: Any, by: User) -> Callable[[], object]:
        mine = type(row).objects.select_related("text__agreement").get(pk=row.pk)
        return lambda: act(mine, by=fresh(by))

    results = at_once(settle(clauses.take_over, org.staff), settle(clauses.discard, org.head))
    assert [error.code for error in refusals(results)] == ["already_settled"]


def test_a_unit_answers_once(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.DRAFTING)
    write_text(agreement, by=org.staff)
    round_ = consulting.send(agreement, [org.units["finance"]], by=org.staff, due_on=clock.today() + timedelta(days=7))
    consulted = round_.consulted.get()

    def reply(by: User) -> Callable[[], object]:
        mine = type(consulted).objects.select_related("unit", "consultation__agreement").get(pk=consulted.pk)
        return lambda: opinions.reply(mine, by=fresh(by), stance="no_objection")

    results = at_once(*(reply(by) for by in (org.consulted, org.consulted_head) * 3))
    assert {error.code for error in refusals(results)} == {"already_replied"}
    assert len(refusals(results)) == 5
    assert acts(agreement).count("give_opinion") == 1


def test_received_or_sent_back(org: Organisation) -> None:
    agreement = signed(org)
    seal(agreement, org)
    hand_over(agreement, org)
    first, second = (Agreement.objects.get(pk=agreement.pk) for _ in range(2))
    received, returned = at_once(
        lambda: handover.receive(first, by=fresh(org.secretariat), on=clock.today()),
        lambda: handover.send_back(second, by=fresh(org.secretariat), reason="缺页。"),
    )
    (loser,) = refusals([received, returned])
    assert isinstance(loser, NotNow)
    assert at_station(agreement) == ("archiving/active" if loser is received else "performance/active")
    is_sound(agreement)
