"""A case of the demonstration that a meeting passed in principle: see its words for where it stands and why."""

from __future__ import annotations

from decimal import Decimal

from agreements.services import opinions
from agreements.services.preparation import PartyContent
from approvals.models import MeetingResult
from approvals.services import minutes, revising
from demo.ground import People
from demo.road import Road
from demo.scans import scan
from demo.story import NOTE, ago, year_end

BEGUN = 22
RESOLVED = "会议原则通过。请明确市级引导资金的出资上限和退出条件，按此完善“重点合作”条款后送审。"


def passed_in_principle(people: People) -> None:
    """§2.3 with funds: passed in principle by the mayor's office meeting, revised and checked; the unit that had spoken
    to the changed clause looks at it again, then the General Office takes it in and the levels decide again."""
    case = Road(people, ago(BEGUN)).file("sister_province", "津黔数据要素流通合作协议", origin_note=NOTE)
    case.prepare(
        PartyContent("贵州省人民政府", "state_organ"),
        fields=("science", "regional_cooperation"),
        natures=("funds",),
        amount_kind="exact",
        amount_low=Decimal(80_000_000),
    )
    case.after(2).draft().after(2).write_plainly("数据要素流通", due=year_end(2), responsible="keji")
    round_ = case.after(1).consult("keji", "gongxin", workdays=3)
    case.after(1)
    for consulted in round_.consulted.select_related("unit", "consultation__text"):
        of_clause = consulted.unit.code == "keji"
        case.reply(consulted, *([case.point("引导资金规模宜先经测算。", "priorities")] if of_clause else []))
    for point in case.agreement.opinion_points.all():
        opinions.answer(
            point, by=case.by("staff"), adoption="adopted", reason="已补充测算说明。", at=case.after(1).at(10)
        )
    case.after(1).hand_to_head().after(1).submit()
    case.after(3).review().after(1).present().approve(until="meeting")
    _resolve(case.after(1))
    case.after(1).write(
        {
            "priorities": (
                "双方共建数据要素流通平台，天津市引导资金出资以8000万元为上限；"
                "平台连续两年未完成年度目标的，天津市有权收回引导资金。"
            )
        }
    )
    _submit_and_check(case)


def _resolve(case: Road) -> None:
    assignment = case._open_step()
    if assignment is None:
        raise LookupError("no step is open")
    number = f"津政纪要〔{case.day.year}〕{case.agreement.pk + 20}号"
    minutes.record(
        assignment,
        by=case.by("general_office"),
        minutes_number=number,
        held_on=case.day,
        result=MeetingResult.Result.IN_PRINCIPLE,
        excerpt=scan("市长办公会议纪要摘录", number, case.agreement.title, RESOLVED),
        text_sha256=assignment.step.run.sha256,
        opinion=RESOLVED,
        on=case.day,
        at=case.at(17),
    )


def _submit_and_check(case: Road) -> None:
    revision = revising.under_way(case.agreement)
    if revision is None:
        raise LookupError("no revision is under way")
    case.after(1)
    revising.submit(
        revision,
        by=case.by(case.head),
        note="按会议意见写明出资上限8000万元和退出条件，其余条款未动。",
        agreed_on=case.day,
        agreed_how="电话商贵州省大数据局，对方同意，复函随后寄达。",
        on=case.day,
        at=case.at(11),
    )
    case.after(1)
    if revision.after is None:
        raise LookupError("the revision was not submitted")
    revising.check(
        revision,
        by=case.by("legal"),
        finding=revising.SUBSTANCE,
        words="上限和退出条件均已写明，与会议意见一致。",
        text_sha256=revision.after.sha256,
        on=case.day,
        at=case.at(15),
    )
