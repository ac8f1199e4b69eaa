"""Two people on one text (§3.2): each clause its own save, words set aside, presence; clauses added with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import contents
from agreements.models import Agreement, Clause, SetAside, Target, TextPresence, TextVersion
from agreements.services import clauses, drafting, presence, texts
from agreements.services.texts import ClauseContent, PartContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from tests.factories import Organisation, fresh, make_agreement, write_text


@pytest.fixture
def case(org: Organisation) -> Agreement:
    return make_agreement(org)


def working(agreement: Agreement) -> TextVersion:
    text = texts.working(agreement)
    assert text is not None
    return text


def first_two(agreement: Agreement) -> tuple[Clause, Clause]:
    one, two, *_rest = working(agreement).clauses.all()
    return one, two


def say(agreement: Agreement, clause: Clause, words: str, by: Any, edition: int = 0, **more: Any) -> texts.Saved:
    return drafting.write(agreement, [ClauseContent(clause.lineage, words, **more)], by=fresh(by), edition=edition)


def test_two_in_different_clauses_both_succeed(org: Organisation, case: Agreement) -> None:
    one, two = first_two(case)
    say(case, one, "甲", org.staff)
    saved = say(case, two, "乙", org.head)
    assert saved.written == [two.lineage]
    assert not SetAside.objects.exists()
    assert [clause.prose for clause in working(case).clauses.all()[:2]] == ["甲", "乙"]
    assert [(clause.edition, clause.saved_by) for clause in first_two(case)] == [(1, org.staff), (2, org.head)]


def test_a_clause_that_was_not_touched_is_left_alone_however_old(org: Organisation, case: Agreement) -> None:
    one, _two = first_two(case)
    (read, *_rest) = texts.clauses_with_parts(working(case))
    base = contents.mark(contents.of(read))
    say(case, one, "甲", org.staff)
    saved = say(case, one, "", org.head, base=base)
    assert (saved.written, saved.set_aside) == ([], [])
    one.refresh_from_db()
    assert one.prose == "甲"


def test_the_same_words_again_change_nothing(org: Organisation, case: Agreement) -> None:
    one, _two = first_two(case)
    say(case, one, "甲\r\n乙", org.staff)
    lines = len(trail.history(case.chain))
    saved = say(case, one, " 甲\n乙 ", org.head)
    assert (saved.written, saved.set_aside, saved.text.edition) == ([], [], 1)
    assert len(trail.history(case.chain)) == lines


def test_later_saves_of_a_writer_renew_what_was_set_aside(org: Organisation, case: Agreement) -> None:
    one, _two = first_two(case)
    say(case, one, "甲", org.staff)
    say(case, one, "乙", org.head)
    say(case, one, "乙，再写", org.head)
    assert [row.content["prose"] for row in clauses.set_aside(working(case))] == ["乙，再写"]


def test_words_taken_over_change_places_with_what_stood_there(org: Organisation, case: Agreement) -> None:
    clause = next(row for row in texts.clauses_with_parts(working(case)) if row.code == "positioning")
    part = PartContent("target", {"indicator": "互派干部", "unit": org.lead.pk, "goal": 20})
    say(case, clause, "甲", org.staff)
    (row,) = say(case, clause, "乙", org.head, parts=[part]).set_aside
    clauses.take_over(row, by=fresh(org.staff))
    clause.refresh_from_db()
    assert clause.prose == "乙"
    assert Target.objects.get(clause=clause).goal == 20
    assert [(kept.by, kept.content["prose"]) for kept in clauses.set_aside(working(case))] == [(org.staff, "甲")]
    with pytest.raises(NotNow) as refusal:
        clauses.discard(row, by=fresh(org.head))
    assert refusal.value.code == "already_settled"
    assert "周岚" in str(refusal.value)


def test_words_discarded_are_shown_no_longer_and_kept(org: Organisation, case: Agreement) -> None:
    one, _two = first_two(case)
    say(case, one, "甲", org.staff)
    (row,) = say(case, one, "乙", org.head).set_aside
    with pytest.raises(Refused):
        clauses.discard(row, by=fresh(org.stranger))
    clauses.discard(row, by=fresh(org.head))
    assert clauses.set_aside(working(case)) == []
    row.refresh_from_db()
    assert (row.outcome, row.settled_by, row.content["prose"]) == ("discarded", org.head, "乙")


def test_words_set_aside_go_along_to_the_next_version(org: Organisation, case: Agreement) -> None:
    one, _two = first_two(case)
    say(case, one, "甲", org.staff)
    (row,) = say(case, one, "乙", org.head).set_aside
    text = texts.freeze(case, TextVersion.Kind.CONSULTATION, at=clock.now())
    copy = texts.carry_forward(text, by=org.staff, at=clock.now())
    assert clauses.set_aside(copy) == [row]
    assert [(clause.edition, clause.saved_by) for clause in first_two(case)] == [(1, org.staff), (0, None)]
    say(case, one, "丙", org.head)
    assert first_two(case)[0].prose == "甲", "a page from before the copy overwrites nothing"


def test_a_page_left_open_over_a_version_overwrites_nothing_in_the_next(org: Organisation, case: Agreement) -> None:
    one, _two = first_two(case)
    for words in ("甲", "甲甲", "甲甲甲"):
        say(case, one, words, org.staff, edition=working(case).edition)
    opened = working(case).edition
    drafting.keep(case, by=fresh(org.staff), note="送对方前")
    say(case, one, "乙在新版本中写", org.head, edition=working(case).edition)
    saved = say(case, one, "甲在旧页面上写", org.staff, edition=opened)
    assert [row.lineage for row in saved.set_aside] == [one.lineage]
    assert first_two(case)[0].prose == "乙在新版本中写"


def test_the_origin_is_kept_and_goes_along(org: Organisation, case: Agreement) -> None:
    text = drafting.write(case, [], by=fresh(org.staff), edition=0, origin="theirs").text
    assert (text.origin, text.edition) == ("theirs", 1)
    frozen = texts.freeze(case, TextVersion.Kind.CONSULTATION, at=clock.now())
    assert texts.carry_forward(frozen, by=org.staff, at=clock.now()).origin == "theirs"


# ---------------------------------------------------------------------- who is here


def test_the_others_are_seen_for_two_minutes(org: Organisation, case: Agreement) -> None:
    text, now = working(case), clock.now()
    presence.note(text, by=org.staff, clause="a", at=now)
    presence.note(text, by=org.head, clause="b", at=now - timedelta(seconds=119))
    assert [(row.user, row.clause) for row in presence.others(text, than=org.staff, at=now)] == [(org.head, "b")]
    assert presence.others(text, than=org.staff, at=now + timedelta(seconds=2)) == []
    presence.note(text, by=org.staff, clause="c", at=now)
    assert TextPresence.objects.count() == 2
    presence.leave(text, by=org.staff)
    assert TextPresence.objects.get().user == org.head


# ---------------------------------------------------------------------- clauses of one's own


@pytest.mark.article("§2")
def test_a_clause_is_added_with_its_reason_moved_and_taken_out_again(org: Organisation, case: Agreement) -> None:
    one, two = first_two(case)
    added = clauses.add(case, heading="数据安全", reason="涉及公共数据共享", by=fresh(org.staff), after=one.lineage)
    order = [clause.lineage for clause in working(case).clauses.all()]
    assert order[:3] == [one.lineage, added.lineage, two.lineage]
    assert clauses.move(case, added.lineage, up=True, by=fresh(org.head))
    assert not clauses.move(case, added.lineage, up=True, by=fresh(org.head))
    assert [clause.order for clause in working(case).clauses.all()] == list(range(1, len(order) + 1))
    clauses.remove(case, added.lineage, by=fresh(org.staff))
    assert working(case).clauses.count() == len(order) - 1
    codes = [event.code for event in trail.history(case.chain)]
    assert codes[-2:] == ["add_clause", "remove_clause"]
    with pytest.raises(BadInput):
        clauses.remove(case, added.lineage, by=fresh(org.staff))


@pytest.mark.article("§2")
def test_a_clause_of_the_framework_is_left_out_not_removed(org: Organisation, case: Agreement) -> None:
    one, _two = first_two(case)
    for act in (
        lambda: clauses.remove(case, one.lineage, by=fresh(org.staff)),
        lambda: clauses.move(case, one.lineage, up=False, by=fresh(org.staff)),
    ):
        with pytest.raises(BadInput) as refusal:
            act()
        assert refusal.value.code == "framework"
    assert working(case).edition == 0


@pytest.mark.parametrize(("heading", "reason"), [("", "理由"), ("标题", " ")])
def test_an_added_clause_has_heading_and_reason(org: Organisation, case: Agreement, heading: str, reason: str) -> None:
    with pytest.raises(BadInput):
        clauses.add(case, heading=heading, reason=reason, by=fresh(org.staff))


def test_a_clause_is_not_taken_from_under_somebody_s_hands(org: Organisation, case: Agreement) -> None:
    added = clauses.add(case, heading="数据安全", reason="涉及公共数据共享", by=fresh(org.staff))
    presence.note(working(case), by=org.head, clause=added.lineage)
    with pytest.raises(NotNow) as refusal:
        clauses.remove(case, added.lineage, by=fresh(org.staff))
    assert "许志远" in str(refusal.value)


def test_only_the_lead_unit_changes_clauses_and_only_while_drafting(org: Organisation, case: Agreement) -> None:
    with pytest.raises(Refused):
        clauses.add(case, heading="数据安全", reason="理由", by=fresh(org.stranger))
    texts.freeze(case, TextVersion.Kind.REVIEW, at=clock.now())
    with pytest.raises(NotNow):
        clauses.add(case, heading="数据安全", reason="理由", by=fresh(org.staff))


def test_a_save_asks_as_often_for_sixty_clauses_as_for_six(org: Organisation, case: Agreement) -> None:
    write_text(case, by=org.staff)

    def asked() -> int:
        text = working(case)
        typed = [
            ClauseContent(clause.lineage, f"{clause.prose}改", parts=contents.of(clause).parts)
            for clause in texts.clauses_with_parts(text)
        ]
        with CaptureQueriesContext(connection) as queries:
            drafting.write(case, typed, by=org.staff, edition=text.edition)
        return len(queries)

    drafting.write(case, [], by=org.staff, edition=0)
    asked()
    few = asked()
    for number in range(54):
        clauses.add(case, heading=f"补充{number}", reason="约定事项", by=org.staff)
    asked()
    assert working(case).clauses.count() >= 59
    assert asked() == few
