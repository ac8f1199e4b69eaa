"""§3.2: a frozen text goes out to units, on the whole or on clauses, until a day that the sender sets."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from agreements import bearing, opinion_blockers, opinion_lists
from agreements.models import PART_MODELS, Agreement, Alarm, DeadlineSetting, Notice, Opinion
from agreements.services import calendar, consulting, drafting, opinions, reminding, texts
from agreements.services import clock as the_clock
from agreements.services.opinions import ItemContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import outbox
from tests.factories import Organisation, fresh, make_agreement, write_text

pytestmark = pytest.mark.article("§3.2")
NO_OBJECTION = Opinion.Stance.NO_OBJECTION


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


def test_the_usual_time_to_reply_is_the_authority_s_setting(org: Organisation, case: Agreement) -> None:
    assert consulting.usual_workdays(case) == 5
    setting = DeadlineSetting.objects.get(authority=org.authority, code="opinion_reply")
    setting.amount = 8
    setting.save()
    monday = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    round_ = consulting.send(case, [org.units["finance"]], by=org.staff, at=monday)
    assert (round_.workdays, round_.due_on) == (8, date(2026, 11, 12))
    assert case.deadlines.get(rule="opinion_reply").due_on == date(2026, 11, 12)


@pytest.mark.parametrize("workdays", [0, -1, 251])
def test_a_number_of_working_days_has_its_bounds(org: Organisation, case: Agreement, workdays: int) -> None:
    with pytest.raises(BadInput):
        consulting.send(case, [org.units["finance"]], by=org.staff, workdays=workdays)
    assert not case.consultations.exists()


def test_a_round_may_be_about_chosen_clauses(org: Organisation, case: Agreement) -> None:
    first, last = texts.working(case).clauses.first(), texts.working(case).clauses.last()
    round_ = consulting.send(case, [org.units["finance"]], by=org.staff, about=[last.lineage, first.lineage])
    assert round_.about == [first.lineage, last.lineage]
    (entry,) = opinion_lists.rounds(case)
    assert entry.about == [first.heading, last.heading]


def test_a_clause_that_is_not_in_the_text_is_not_asked_about(org: Organisation, case: Agreement) -> None:
    with pytest.raises(BadInput):
        consulting.send(case, [org.units["finance"]], by=org.staff, about=["0000000000"])
    assert not case.consultations.exists()
    assert texts.working(case).number == 1


def test_one_round_is_settled_before_the_next(org: Organisation, case: Agreement) -> None:
    round_ = send(case, org)
    with pytest.raises(NotNow) as refusal:
        send(case, org, "reform")
    assert [gap.code for gap in refusal.value.gaps] == ["consultation_open"]
    opinions.reply(round_.consulted.get(), by=org.consulted, stance=NO_OBJECTION)
    assert send(case, org, "reform").round == 2


def test_a_next_round_knows_what_each_unit_said_before(org: Organisation, case: Agreement) -> None:
    round_ = send(case, org)
    opinions.reply(round_.consulted.get(), by=org.consulted, stance=NO_OBJECTION)
    send(case, org, "finance", "reform")
    first, second = opinion_lists.rounds(case)
    assert first.replies[0].before == []
    finance, reform = second.replies
    assert [(earlier.round, opinion.stance) for earlier, opinion in finance.before] == [(1, "no_objection")]
    assert reform.before == []


def test_silence_past_the_day_is_shown_as_no_reply_and_lets_the_draft_go_on(org: Organisation, case: Agreement) -> None:
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    round_ = send(case, org, "finance", at=sent)
    (reply,) = opinion_lists.replies(round_)
    assert (reply.opinion, reply.light.kind) == (None, "late")
    assert list(opinion_blockers.consultation_blockers(case)) == []
    late = opinions.reply(round_.consulted.get(), by=org.consulted, stance=NO_OBJECTION)
    assert late.is_late


def test_a_unit_that_may_still_reply_holds_the_draft_back(org: Organisation, case: Agreement) -> None:
    send(case, org)
    assert [gap.code for gap in opinion_blockers.consultation_blockers(case)] == ["consultation_open"]


# ---------------------------------------------------------------------- bearing units


@pytest.fixture
def laid_on_finance(org: Organisation, case: Agreement) -> Agreement:
    """The text lays its work items on the finance bureau, the rest on the lead unit."""
    lay_on(case, org.units["finance"])
    return case


def lay_on(case: Agreement, unit, part: str = "work_item") -> None:
    for row in PART_MODELS[part]._default_manager.filter(clause__text=texts.working(case)):
        row.unit = unit
        row.save()


def test_what_a_text_lays_on_units_is_found_but_for_the_lead_unit(org: Organisation, laid_on_finance) -> None:
    found = bearing.items(texts.working(laid_on_finance))
    assert {item.unit.code for item in found} == {"finance"}
    assert {item.part for item in found} == {"work_item"}
    assert {item.title for item in found} == {"共建产业园区"}
    assert all("20" in item.detail for item in found)


def advised(case: Agreement) -> list[str]:
    return [str(gap.text) for gap in opinion_blockers.bearing_advice(case)]


def test_a_bearing_unit_that_was_not_asked_or_kept_silent_is_seen_and_holds_nothing_back(
    org: Organisation, laid_on_finance: Agreement
) -> None:
    case = laid_on_finance
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    assert len(advised(case)) == 1
    first = send(case, org, "reform", at=sent)
    assert len(advised(case)) == 1
    round_ = send(case, org, "finance", at=sent + timedelta(days=20))
    assert round_.round == first.round + 1
    (gap,) = opinion_blockers.bearing_advice(case)
    assert gap.code == "bearing"
    assert list(opinion_blockers.consultation_blockers(case)) == [] or round_.due_on >= clock.today()
    opinions.reply(
        round_.consulted.get(),
        by=org.consulted,
        stance=NO_OBJECTION,
        items={item.lineage: ItemContent("can") for item in bearing.of_unit(round_.text, org.units["finance"])},
    )
    assert advised(case) == []


def test_what_is_added_later_is_not_taken_on_by_an_earlier_word(org: Organisation, laid_on_finance: Agreement) -> None:
    case = laid_on_finance
    round_ = send(case, org)
    said = {item.lineage: ItemContent("can") for item in bearing.of_unit(round_.text, org.units["finance"])}
    opinions.reply(round_.consulted.get(), by=org.consulted, stance=NO_OBJECTION, items=said)
    lay_on(case, org.units["finance"], "mechanism")
    assert len(advised(case)) == 1


# ---------------------------------------------------------------------- reminders


def test_a_unit_is_urged_once_a_working_day_and_everyone_sees_it(org: Organisation, case: Agreement) -> None:
    friday = timezone.make_aware(datetime(2026, 11, 6, 10, 0))
    round_ = send(case, org, at=friday - timedelta(days=2), days=14)
    consulted = round_.consulted.get()
    reminding.urge(consulted, by=org.staff, text="请尽快反馈。", at=friday)
    for later in (timedelta(hours=5), timedelta(days=1), timedelta(days=2)):
        with pytest.raises(NotNow) as refusal:
            reminding.urge(consulted, by=org.head, at=friday + later)
        assert refusal.value.code == "urged_already"
    reminding.urge(consulted, by=org.head, at=friday + timedelta(days=3))
    (reply,) = opinion_lists.replies(round_)
    assert [(sent.by, sent.text) for sent in reply.reminders] == [("周岚", "请尽快反馈。"), ("许志远", "")]
    while outbox.deliver_pending():
        pass
    assert Notice.objects.filter(code="opinion_urged", post__unit=org.units["finance"]).count() == 2


def test_only_the_lead_unit_urges_and_only_who_has_not_replied(org: Organisation, case: Agreement) -> None:
    consulted = send(case, org).consulted.get()
    for who in ("consulted", "stranger", "mayor"):
        with pytest.raises(Refused):
            reminding.urge(consulted, by=fresh(org.users[who]))
    opinions.reply(consulted, by=org.consulted, stance=NO_OBJECTION)
    with pytest.raises(NotNow) as refusal:
        reminding.urge(consulted, by=org.staff)
    assert refusal.value.code == "already_replied"
    assert not consulted.reminders.exists()


def test_nobody_is_urged_once_the_draft_has_gone_on(org: Organisation, case: Agreement) -> None:
    consulted = send(case, org, at=timezone.make_aware(datetime(2026, 11, 2, 10, 0))).consulted.get()
    drafting.submit(case, by=org.head)
    with pytest.raises(NotNow) as refusal:
        reminding.urge(consulted, by=org.staff)
    assert refusal.value.code == "opinions_closed"


def test_the_reminders_of_the_clock_stand_on_the_line_of_the_unit(org: Organisation, case: Agreement) -> None:
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    round_ = send(case, org, "finance", "reform", at=sent, days=9)
    the_clock.raise_alarms(sent + timedelta(days=14))
    finance, _reform = opinion_lists.replies(round_)
    assert Alarm.objects.filter(deadline__agreement=case).exists()
    assert {one.by for one in finance.reminders} == {""}
    assert any(one.is_lapse for one in finance.reminders)
    assert calendar.until(round_.due_on, clock.today(sent + timedelta(days=14))) >= 1
