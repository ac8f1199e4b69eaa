"""§3.2: a frozen text goes out, silence stays silence, each opinion is answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from agreements import blockers, panels
from agreements.models import Agreement, Opinion, OpinionAnswer
from agreements.services import consulting, drafting, standing, texts
from core import clock
from core.errors import BadInput, NotNow, Refused
from tests.factories import Organisation, make_agreement, write_text

pytestmark = pytest.mark.article("§3.2")
OBJECTION = Opinion.Stance.OBJECTION


@pytest.fixture
def case(org: Organisation) -> Agreement:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    return agreement


def send(case: Agreement, org: Organisation, *codes: str, days: int = 7, at: datetime | None = None):
    units = [org.units[code] for code in codes or ("finance",)]
    return consulting.send(case, units, by=org.staff, due_on=clock.today(at) + timedelta(days=days), at=at)


def test_the_text_goes_out_frozen_and_drafting_goes_on_in_a_copy(org: Organisation, case: Agreement) -> None:
    round_ = send(case, org, "finance", "heping")
    assert (round_.round, round_.text.number, round_.text.is_frozen) == (1, 1, True)
    assert texts.working(case).number == 2
    todos = case.todos.filter(code="give_opinion", closed_at=None)
    assert {todo.post.unit.code for todo in todos} == {"finance", "heping"}
    assert Agreement.objects.visible_to(org.consulted).filter(pk=case.pk).exists()
    assert not Agreement.objects.visible_to(org.stranger).filter(pk=case.pk).exists()


def test_what_cannot_be_sent_is_refused_and_sends_nothing(org: Organisation, case: Agreement) -> None:
    with pytest.raises(BadInput):
        consulting.send(case, [], by=org.staff, due_on=clock.today() + timedelta(days=5))
    with pytest.raises(BadInput):
        send(case, org, days=0)
    with pytest.raises(BadInput):
        send(case, org, "exchange")
    with pytest.raises(Refused):
        consulting.send(case, [org.units["finance"]], by=org.stranger, due_on=clock.today() + timedelta(days=5))
    assert not case.consultations.exists()
    assert texts.working(case).number == 1


def test_an_empty_draft_is_not_sent(org: Organisation) -> None:
    agreement = make_agreement(org)
    with pytest.raises(NotNow) as refusal:
        send(agreement, org)
    assert [gap.code for gap in refusal.value.gaps] == ["text"]


def test_one_round_is_settled_before_the_next(org: Organisation, case: Agreement) -> None:
    round_ = send(case, org)
    with pytest.raises(NotNow) as refusal:
        send(case, org, "reform")
    assert [gap.code for gap in refusal.value.gaps] == ["consultation_open"]
    consulting.reply(round_.consulted.get(), by=org.consulted, stance=Opinion.Stance.NO_OBJECTION)
    assert send(case, org, "reform").round == 2


def test_a_unit_answers_for_itself_and_once(org: Organisation, case: Agreement) -> None:
    consulted = send(case, org).consulted.get()
    for who in ("staff", "stranger", "legal"):
        with pytest.raises(Refused):
            consulting.reply(consulted, by=org.users[who], stance=OBJECTION, body="不同意")
    with pytest.raises(BadInput):
        consulting.reply(consulted, by=org.consulted, stance=OBJECTION, body=" ")
    consulting.reply(consulted, by=org.consulted, stance=OBJECTION, body="第三条补充资金渠道")
    with pytest.raises(NotNow) as refusal:
        consulting.reply(consulted, by=org.consulted_head, stance=OBJECTION, body="再提")
    assert refusal.value.code == "already_replied"
    assert not case.todos.filter(code="give_opinion", closed_at=None).exists()
    assert case.todos.get(code="answer_opinions", closed_at=None).post.unit == org.lead


def test_silence_past_the_day_is_shown_as_no_reply_and_lets_the_draft_go_on(org: Organisation, case: Agreement) -> None:
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    round_ = send(case, org, "finance", at=sent)
    (reply,) = panels.replies(round_)
    assert (reply.opinion, reply.light.kind) == (None, "late")
    assert list(blockers.consultation_blockers(case)) == []
    late = consulting.reply(round_.consulted.get(), by=org.consulted, stance=Opinion.Stance.NO_OBJECTION)
    assert late.is_late


def test_a_unit_that_may_still_reply_holds_the_draft_back(org: Organisation, case: Agreement) -> None:
    send(case, org)
    assert [gap.code for gap in blockers.consultation_blockers(case)] == ["consultation_open"]


def test_each_opinion_is_answered_with_a_reason_unless_adopted(org: Organisation, case: Agreement) -> None:
    consulted = send(case, org).consulted.get()
    opinion = consulting.reply(consulted, by=org.consulted, stance=OBJECTION, body="第三条补充资金渠道")
    assert [gap.code for gap in blockers.consultation_blockers(case)] == ["opinions_unanswered"]
    with pytest.raises(NotNow):
        drafting.submit(case, by=org.head)
    with pytest.raises(Refused):
        consulting.answer(opinion, by=org.consulted, adoption=OpinionAnswer.Adoption.ADOPTED)
    with pytest.raises(BadInput):
        consulting.answer(opinion, by=org.staff, adoption=OpinionAnswer.Adoption.NOT_ADOPTED)
    consulting.answer(opinion, by=org.staff, adoption=OpinionAnswer.Adoption.IN_PART, reason="渠道待定")
    with pytest.raises(NotNow) as refusal:
        consulting.answer(opinion, by=org.staff, adoption=OpinionAnswer.Adoption.ADOPTED)
    assert refusal.value.code == "already_answered"
    assert list(blockers.consultation_blockers(case)) == []
    assert not case.todos.filter(code="answer_opinions", closed_at=None).exists()


def test_opinions_close_when_the_draft_has_gone_to_review(org: Organisation) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    consulted = send(agreement, org, at=sent).consulted.get()
    drafting.submit(agreement, by=org.head)
    with pytest.raises(NotNow) as refusal:
        consulting.reply(consulted, by=org.consulted, stance=Opinion.Stance.NO_OBJECTION)
    assert refusal.value.code == "opinions_closed"


@pytest.mark.parametrize("ending", ["withdrawn", "suspended"])
def test_opinions_are_not_answered_once_the_case_has_stopped(org: Organisation, case: Agreement, ending: str) -> None:
    opinion = consulting.reply(send(case, org).consulted.get(), by=org.consulted, stance=OBJECTION, body="请斟酌")
    if ending == "withdrawn":
        drafting.withdraw(case, by=org.head, reason="不再合作")
    else:
        standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
        standing.decide(case, by=org.mayor, accepted=True)
    with pytest.raises(NotNow) as refusal:
        consulting.answer(opinion, by=org.staff, adoption=OpinionAnswer.Adoption.ADOPTED)
    assert refusal.value.code == "opinions_closed"
    assert not OpinionAnswer.objects.exists()
