"""§3.2: a unit gives its points and says what it takes on; each point is answered and may be maintained once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements import bearing, opinion_blockers, opinion_lists, opinion_papers
from agreements.models import (
    PART_MODELS,
    Agreement,
    Attachment,
    Opinion,
    OpinionAnswer,
    OpinionPoint,
    WorkItemReply,
)
from agreements.services import consulting, drafting, letters, opinions, standing, texts
from agreements.services.opinions import ItemContent, PointContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from tests.factories import Organisation, fresh, make_agreement, make_user, paper, write_text

pytestmark = pytest.mark.article("§3.2")
OBJECTION, NO_OBJECTION = Opinion.Stance.OBJECTION, Opinion.Stance.NO_OBJECTION
NOT_ADOPTED, IN_PART, ADOPTED = (OpinionAnswer.Adoption[name] for name in ("NOT_ADOPTED", "IN_PART", "ADOPTED"))


@pytest.fixture
def case(org: Organisation) -> Agreement:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    return agreement


def ask(case: Agreement, org: Organisation, *codes: str, days: int = 7, at: datetime | None = None):
    units = [org.units[code] for code in codes or ("finance",)]
    return consulting.send(case, units, by=org.staff, due_on=clock.today(at) + timedelta(days=days), at=at)


def object_to(case: Agreement, org: Organisation, *words: str) -> Opinion:
    """Let the finance bureau object, in as many points as there are words."""
    consulted = ask(case, org).consulted.get()
    return opinions.reply(consulted, by=org.consulted, stance=OBJECTION, points=[PointContent(word) for word in words])


# ---------------------------------------------------------------------- giving


def test_an_opinion_has_points_each_on_its_clause(org: Organisation, case: Agreement) -> None:
    round_ = ask(case, org)
    clause = round_.text.clauses.first()
    opinion = opinions.reply(
        round_.consulted.get(),
        by=org.consulted,
        stance=OBJECTION,
        points=[PointContent("补充资金渠道", clause.lineage, "由双方财政分担"), PointContent("总体可行")],
    )
    first, second = opinion.points.all()
    assert (first.heading, first.lineage, first.proposed_wording) == (clause.heading, clause.lineage, "由双方财政分担")
    assert (second.heading, second.lineage, second.order) == ("", "", 2)
    found = opinion_lists.by_clause(round_.text)
    assert {lineage: len(points) for lineage, points in found.items()} == {clause.lineage: 1, "": 1}
    assert not case.todos.filter(code="give_opinion", closed_at=None).exists()
    assert case.todos.get(code="answer_opinions", closed_at=None).post.unit == org.lead


def test_a_unit_answers_for_itself_and_once(org: Organisation, case: Agreement) -> None:
    consulted = ask(case, org).consulted.get()
    for who in ("staff", "stranger", "legal"):
        with pytest.raises(Refused):
            opinions.reply(consulted, by=org.users[who], stance=OBJECTION, points=[PointContent("不同意")])
    opinions.reply(consulted, by=org.consulted, stance=OBJECTION, points=[PointContent("第三条补充资金渠道")])
    with pytest.raises(NotNow) as refusal:
        opinions.reply(consulted, by=org.consulted_head, stance=OBJECTION, points=[PointContent("再提")])
    assert refusal.value.code == "already_replied"
    assert OpinionPoint.objects.count() == 1


@pytest.mark.parametrize(
    ("stance", "points"),
    [
        (OBJECTION, []),
        (OBJECTION, [PointContent(" ")]),
        (OBJECTION, [PointContent("条款不存在", "0000000000")]),
        (OBJECTION, [PointContent("一点")] * 101),
        (NO_OBJECTION, [PointContent("其实有意见")]),
    ],
)
def test_what_cannot_be_answered_is_not_taken(org, case, stance: str, points: list[PointContent]) -> None:
    consulted = ask(case, org).consulted.get()
    with pytest.raises(BadInput):
        opinions.reply(consulted, by=org.consulted, stance=stance, points=points)
    assert not Opinion.objects.exists()
    assert case.todos.filter(code="give_opinion", closed_at=None).exists()


def test_opinions_close_when_the_draft_has_gone_to_review(org: Organisation, case: Agreement) -> None:
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    consulted = ask(case, org, at=sent).consulted.get()
    drafting.submit(case, by=org.head)
    with pytest.raises(NotNow) as refusal:
        opinions.reply(consulted, by=org.consulted, stance=NO_OBJECTION)
    assert refusal.value.code == "opinions_closed"


def test_what_was_said_is_never_changed(org: Organisation, case: Agreement) -> None:
    opinion = object_to(case, org, "补充依据")
    opinions.answer(opinion.points.get(), by=org.staff, adoption=NOT_ADOPTED, reason="已有依据")
    for row in (opinion, opinion.points.get(), OpinionAnswer.objects.get()):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


# ---------------------------------------------------------------------- bearing


@pytest.fixture
def bears(org: Organisation, case: Agreement):
    """The text lays work items on the finance bureau, which is asked."""
    for row in PART_MODELS["work_item"]._default_manager.filter(clause__text=texts.working(case)):
        row.unit = org.units["finance"]
        row.save()
    return ask(case, org).consulted.select_related("unit", "consultation__text").get()


def say_of_all(consulted, *said: ItemContent) -> dict[str, ItemContent]:
    found = bearing.of_unit(consulted.consultation.text, consulted.unit)
    return {item.lineage: said[place % len(said)] for place, item in enumerate(found)}


def test_a_bearing_unit_answers_for_each_item(org: Organisation, case: Agreement, bears) -> None:
    for items in ({}, say_of_all(bears, ItemContent("perhaps")), say_of_all(bears, ItemContent("conditions", " "))):
        with pytest.raises(BadInput):
            opinions.reply(bears, by=org.consulted, stance=NO_OBJECTION, items=items)
    opinion = opinions.reply(bears, by=org.consulted, stance=NO_OBJECTION, items=say_of_all(bears, ItemContent("can")))
    assert opinion.stance == NO_OBJECTION
    assert set(bears.item_replies.values_list("stance", flat=True)) == {"can"}


@pytest.mark.parametrize("stance", ["conditions", "cannot"])
def test_what_a_unit_does_not_simply_take_on_is_answered_like_an_objection(
    org: Organisation, case: Agreement, bears, stance: str
) -> None:
    said = say_of_all(bears, ItemContent(stance, "须先落实专项经费"))
    opinion = opinions.reply(bears, by=org.consulted, stance=NO_OBJECTION, items=said)
    assert opinion.stance == OBJECTION
    point = opinion.points.first()
    assert (point.item.stance, point.heading, point.body) == (stance, "共建产业园区", "须先落实专项经费")
    assert [gap.code for gap in opinion_blockers.consultation_blockers(case)] == ["opinions_unanswered"]
    clause = opinion_lists.by_clause(bears.consultation.text)
    assert "" not in clause
    for row in opinion.points.all():
        opinions.answer(row, by=org.staff, adoption=ADOPTED)
    assert list(opinion_blockers.consultation_blockers(case)) == []


def test_an_item_is_answered_once_by_a_unit(org: Organisation, bears) -> None:
    opinions.reply(bears, by=org.consulted, stance=NO_OBJECTION, items=say_of_all(bears, ItemContent("can")))
    row = bears.item_replies.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItemReply.objects.create(
            consulted=bears, part=row.part, lineage=row.lineage, title=row.title, stance="cannot", conditions="后悔"
        )


# ---------------------------------------------------------------------- answering


def test_each_point_is_answered_with_a_reason_unless_adopted(org: Organisation, case: Agreement) -> None:
    one, two = object_to(case, org, "补充资金渠道", "写明期限").points.all()
    assert [gap.code for gap in opinion_blockers.consultation_blockers(case)] == ["opinions_unanswered"]
    with pytest.raises(NotNow):
        drafting.submit(case, by=org.head)
    with pytest.raises(Refused):
        opinions.answer(one, by=org.consulted, adoption=ADOPTED)
    with pytest.raises(BadInput):
        opinions.answer(one, by=org.staff, adoption=NOT_ADOPTED)
    opinions.answer(one, by=org.staff, adoption=IN_PART, reason="渠道待定")
    with pytest.raises(NotNow) as refusal:
        opinions.answer(one, by=org.staff, adoption=ADOPTED)
    assert refusal.value.code == "already_answered"
    assert case.todos.filter(code="answer_opinions", closed_at=None).exists()
    opinions.answer(two, by=org.staff, adoption=ADOPTED)
    assert list(opinion_blockers.consultation_blockers(case)) == []
    assert not case.todos.filter(code="answer_opinions", closed_at=None).exists()


def test_a_late_objection_to_an_earlier_round_is_not_forgotten(org: Organisation, case: Agreement) -> None:
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    first = ask(case, org, at=sent, days=3)
    ask(case, org, "reform", at=sent + timedelta(days=5), days=3)
    opinion = opinions.reply(
        first.consulted.get(), by=org.consulted, stance=OBJECTION, points=[PointContent("迟到的意见")]
    )
    assert opinion.is_late
    assert [gap.code for gap in opinion_blockers.consultation_blockers(case)] == ["opinions_unanswered"]


@pytest.mark.parametrize("ending", ["withdrawn", "suspended"])
def test_opinions_are_not_answered_once_the_case_has_stopped(org: Organisation, case: Agreement, ending: str) -> None:
    point = object_to(case, org, "请斟酌").points.get()
    if ending == "withdrawn":
        drafting.withdraw(case, by=org.head, reason="不再合作")
    else:
        standing.propose(case, "suspend", by=org.head, reason="对方机构改革")
        standing.decide(case, by=org.mayor, accepted=True)
    with pytest.raises(NotNow) as refusal:
        opinions.answer(point, by=org.staff, adoption=ADOPTED)
    assert refusal.value.code == "opinions_closed"
    assert not OpinionAnswer.objects.exists()


# ---------------------------------------------------------------------- maintaining


def test_what_was_not_adopted_whole_is_maintained_once_and_stands_in_the_differences(
    org: Organisation, case: Agreement
) -> None:
    taken, refused, open_point = object_to(case, org, "甲", "乙", "丙").points.all()
    opinions.answer(taken, by=org.staff, adoption=ADOPTED)
    opinions.answer(refused, by=org.staff, adoption=NOT_ADOPTED, reason="与规划不符")
    for point in (taken, open_point):
        with pytest.raises(NotNow) as early:
            opinions.maintain(point, by=org.consulted, reason="坚持")
        assert early.value.code == "not_to_maintain"
    with pytest.raises(BadInput):
        opinions.maintain(refused, by=org.consulted, reason=" ")
    for who in ("staff", "stranger", "mayor"):
        with pytest.raises(Refused):
            opinions.maintain(refused, by=fresh(org.users[who]), reason="坚持")
    opinions.maintain(refused, by=org.consulted, reason="未经测算")
    with pytest.raises(NotNow) as twice:
        opinions.maintain(refused, by=org.consulted_head, reason="再坚持")
    assert twice.value.code == "already_maintained"
    assert [point.pk for point in opinions.differences(case)] == [refused.pk]


def test_a_difference_is_given_up_by_no_objection_in_a_later_round(org: Organisation, case: Agreement) -> None:
    point = object_to(case, org, "乙").points.get()
    opinions.answer(point, by=org.staff, adoption=IN_PART, reason="部分采纳")
    opinions.maintain(point, by=org.consulted, reason="坚持")
    assert opinions.differences(case) == [point]
    opinions.reply(ask(case, org).consulted.get(), by=org.consulted, stance=NO_OBJECTION)
    assert opinions.differences(case) == []


def test_nothing_is_maintained_once_drafting_is_over(org: Organisation, case: Agreement) -> None:
    point = object_to(case, org, "乙").points.get()
    opinions.answer(point, by=org.staff, adoption=NOT_ADOPTED, reason="不符")
    drafting.submit(case, by=org.head)
    with pytest.raises(NotNow) as refusal:
        opinions.maintain(point, by=org.consulted, reason="坚持")
    assert refusal.value.code == "opinions_closed"


# ---------------------------------------------------------------------- letters


def letter(case: Agreement, org: Organisation, *words: str, **facts) -> Opinion:
    return letters.register(
        case,
        by=facts.pop("by", org.staff),
        **{
            "sender": "长春市人民政府",
            "number": "长府函〔2026〕12号",
            "dated_on": clock.today(),
            "scan": paper("来函.png"),
            "points": [PointContent(word) for word in words],
            **facts,
        },
    )


def test_a_letter_is_an_opinion_with_its_scan_and_is_answered(org: Organisation, case: Agreement) -> None:
    opinion = letter(case, org, "建议每季度会商")
    assert opinion.letter.scan.kind == Attachment.Kind.LETTER
    assert opinion.letter.text == texts.working(case)
    (line,) = opinion_lists.letters(case)
    assert line.letter == opinion.letter
    assert [gap.code for gap in opinion_blockers.consultation_blockers(case)] == ["consultation", "opinions_unanswered"]
    point = opinion.points.get()
    opinions.answer(point, by=org.staff, adoption=NOT_ADOPTED, reason="半年一次为宜")
    with pytest.raises(Refused):
        opinions.maintain(point, by=org.staff, reason="替对方坚持")


def test_a_letter_of_a_round_stands_in_it_and_may_be_late(org: Organisation, case: Agreement) -> None:
    round_ = ask(case, org, at=timezone.make_aware(datetime(2026, 11, 2, 10, 0)), days=3)
    opinion = letter(case, org, consultation=round_, remark="无不同意见，予以支持。")
    assert (opinion.stance, opinion.is_late) == (NO_OBJECTION, True)
    (entry,) = opinion_lists.rounds(case)
    assert [line.letter.sender for line in entry.letters] == ["长春市人民政府"]
    assert opinion_lists.letters(case) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": " "},
        {"dated_on": date(2100, 1, 1)},
        {"received_on": date(2100, 1, 1)},
        {"dated_on": date(2026, 11, 3), "received_on": date(2026, 11, 2)},
        {"points": [PointContent("")]},
    ],
)
def test_a_letter_that_cannot_be_is_not_registered(org: Organisation, case: Agreement, wrong: dict) -> None:
    with pytest.raises(BadInput):
        letter(case, org, **wrong)
    assert not case.letters.exists()
    assert not case.attachments.exists()


def test_only_the_lead_unit_registers_letters_and_only_while_drafting(org: Organisation, case: Agreement) -> None:
    other = make_agreement(org, title="另一份")
    write_text(other, by=org.staff)
    with pytest.raises(BadInput):
        letter(case, org, consultation=ask(other, org))
    for who in ("consulted", "stranger", "general_office"):
        with pytest.raises(Refused):
            letter(case, org, by=org.users[who])
    done = make_agreement(org, at_station="legal_review")
    with pytest.raises(NotNow):
        letter(done, org)
    assert not case.letters.exists()


# ---------------------------------------------------------------------- the table


def test_the_table_tells_who_said_what_and_what_became_of_it(org: Organisation, case: Agreement) -> None:
    sent = timezone.make_aware(datetime(2026, 11, 2, 10, 0))
    round_ = ask(case, org, "finance", "reform", "heping", at=sent, days=3)
    finance, reform, _silent = round_.consulted.all()
    clause = round_.text.clauses.first()
    opinion = opinions.reply(
        finance,
        by=org.consulted,
        stance=OBJECTION,
        points=[PointContent("补充资金渠道", clause.lineage, "由双方分担")],
    )
    point = opinion.points.get()
    opinions.answer(point, by=org.staff, adoption=NOT_ADOPTED, reason="另行约定")
    opinions.maintain(point, by=org.consulted, reason="事关预算")
    reform_staff = make_user("reform_staff", "唐立", reform.unit.posts.get(code="officer"))
    opinions.reply(reform, by=reform_staff, stance=NO_OBJECTION, at=sent + timedelta(hours=2))
    letter(case, org, "建议每季度会商", consultation=round_)
    printed = opinion_papers.opinion_table(case, by=org.staff, round_=round_)
    for words in (
        "意见采纳情况表",
        "市财政局",
        clause.heading,
        "补充资金渠道",
        "由双方分担",
        "不采纳",
        "另行约定",
        "坚持：事关预算",
        "逾期",
        "市发展和改革委员会",
        "无不同意见",
        "和平区人民政府",
        "未回复",
        "长春市人民政府",
        "长府函〔2026〕12号",
        "未答复",
        "分歧清单",
    ):
        assert words in printed.html, words
    assert opinion_papers.opinion_table(case, by=org.head, round_=round_) == printed
    whole = opinion_papers.opinion_table(case, by=org.head)
    assert (whole.subject_key, whole.file.extension) == ("opinions", "pdf")
