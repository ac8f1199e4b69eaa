"""Cases of the demonstration in approval, each at another step, and two that leaders sent back."""

from __future__ import annotations

from decimal import Decimal

from agreements.models import ConsultedUnit, Exchange
from agreements.services.preparation import PartyContent
from demo import (
    cases_exchange,
)
from demo.ground import DISTRICT, INDUSTRY, PRIVATE, STATE, STATE_OWNED, STEPS, TO_PRESENTED, People
from demo.road import Road
from demo.story import NOTE, ago, year_end


def approved_major(people: People) -> None:
    """§2.3, approved and to be signed; a major matter, so the report to the Party committee comes first."""
    case = Road(people, ago(TO_PRESENTED + STEPS["meeting"] + 4)).file(
        "sister_province", "引滦入津横向生态补偿协议（第二期）", origin="meeting", origin_note=NOTE
    )
    case.to_review(
        "上下游横向生态补偿",
        PartyContent("河北省人民政府", STATE, signatory="韩志刚", rank="副省长"),
        consulted=("gongxin", "keji"),
        due=year_end(2),
        responsible="hezuo",
        fields=("regional_cooperation",),
        natures=("funds", "policy"),
        is_major=True,
        amount_kind="exact",
        amount_low=Decimal(600_000_000),
        amount_binding=True,
    )
    case.after(3).review().after(1).present().approve()


def waits_for_mayor(people: People) -> None:
    """§2.1, an overall matter: the executive meeting has passed it, the mayor decides last."""
    case = Road(people, ago(TO_PRESENTED + STEPS["meeting"] + 1), **INDUSTRY).file(
        "ministry", "部市共建制造业高质量发展示范区合作协议", origin="instruction", origin_note=NOTE
    )
    case.to_review(
        "制造业高质量发展",
        PartyContent("国家工业主管部门（演示）", STATE),
        consulted=("keji", "hezuo"),
        due=year_end(2),
        responsible="gongxin",
        fields=("investment", "science"),
        natures=("overall", "policy"),
    )
    case.after(3).review().after(1).present().approve(until="mayor")


def waits_for_meeting(people: People) -> None:
    """§2.4 with funds and land: all leaders before the mayor have agreed, the mayor's office meeting comes next."""
    case = Road(people, ago(TO_PRESENTED + STEPS["sign_off"]), **INDUSTRY).file(
        "enterprise", "津门新能源装备基地投资合作协议", origin_note=NOTE
    )
    case.to_review(
        "新能源装备",
        PartyContent("津门新能源集团（演示）", PRIVATE, signatory="方远", rank="总裁"),
        consulted=("keji", "wuqing"),
        due=year_end(2),
        responsible="gongxin",
        project=True,
        fields=("investment",),
        natures=("funds", "land"),
        amount_kind="at_least",
        amount_low=Decimal(1_200_000_000),
        amount_binding=True,
    )
    case.after(3).review().after(1).present().approve(until="meeting").topic()


def district_in_approval(people: People) -> None:
    """§2.7, submitted by a district: no vice mayor in charge; it lies with the executive vice mayor."""
    case = Road(people, ago(TO_PRESENTED + 3), **DISTRICT).file(
        "other", "武清区与廊坊市协同发展合作协议", origin_note=NOTE
    )
    case.to_review(
        "京津产业新城协同发展",
        PartyContent("廊坊市人民政府", STATE),
        consulted=("gongxin", "hezuo"),
        due=year_end(1),
        responsible="wuqing",
        fields=("regional_cooperation",),
    )
    case.after(3).review().after(1).present().approve(until="executive_vice_mayor")


def waits_for_vice_mayor(people: People) -> None:
    """§2.2, a framework with a central enterprise: it lies with the vice mayor in charge."""
    case = Road(people, ago(TO_PRESENTED + 3), **INDUSTRY).file(
        "central_soe", "晋电送津战略合作框架协议", origin_note=NOTE
    )
    case.to_review(
        "清洁电力输送",
        PartyContent("晋能输电有限公司（演示）", STATE_OWNED),
        consulted=("keji", "hezuo"),
        due=year_end(2),
        responsible="gongxin",
        project=True,
        fields=("investment",),
        amount_kind="range",
        amount_low=Decimal(6_000_000_000),
        amount_high=Decimal(8_600_000_000),
    )
    case.after(3).review().after(1).present().approve(until="vice_mayor")


def waits_for_secretary_general(people: People) -> None:
    """§2.3: re-checked by the deputy, it lies with the secretary-general."""
    case = Road(people, ago(TO_PRESENTED + 2)).file("sister_province", "津冀粮食产销合作协议", origin_note=NOTE)
    case.to_review(
        "粮食产销",
        PartyContent("河北省粮食和物资储备局", STATE),
        consulted=("gongxin",),
        due=year_end(1),
        responsible="hezuo",
        fields=("regional_cooperation", "trade"),
        amount_kind="exact",
        amount_low=Decimal(460_000_000),
    )
    case.after(3).review().after(1).present().approve(until="secretary_general")


def returned_and_again(people: People) -> None:
    """§2.3: returned by the deputy secretary-general, revised, reviewed again, and on the same desk a second time."""
    case = Road(people, ago(TO_PRESENTED + 8)).file("sister_province", "津长产业合作园共建协议", origin_note=NOTE)
    case.to_review(
        "津长产业合作园",
        PartyContent("长春新区管理委员会", STATE),
        consulted=("gongxin", "wuqing"),
        due=year_end(2),
        responsible="gongxin",
        project=True,
        fields=("regional_cooperation", "investment"),
        natures=("funds", "land"),
        amount_kind="exact",
        amount_low=Decimal(240_000_000),
    )
    case.after(3).review().after(1).present()
    case.send_back("一、起步区用地规模请先与规划资源部门核定；二、启动资金来源和双方分担比例应写明。")
    case.after(2).write(
        {
            "priorities": (
                "双方共建津长产业合作园，按“一个主园、三个分园”布局。主园起步区用地不超过3.6平方公里，"
                "纳入年度用地计划，按项目投资进度分期供应；不引进高耗能、高排放和产能过剩项目。"
            ),
            "safeguards": "园区启动资金2.4亿元，双方各承担50%，分别列入年度预算；双方互派干部，组建园区联合管理机构。",
        }
    )
    cases_exchange.exchanged(case, Exchange.Direction.RECEIVED, "letter", "长春新区管委会来函，同意修改稿。")
    case.hand_to_head().after(1).submit("两条意见均已采纳，改动已与合作方商定，重新报请审核。")
    case.after(2).review()
    for consulted in ConsultedUnit.objects.filter(consultation__agreement=case.agreement, consultation__round__gt=1):
        case.reply(consulted)
    case.after(1).present()


def returned_by_secretary_general(people: People) -> None:
    """§2.6: returned by the secretary-general with a reason; the draft is on the officer's desk again."""
    case = Road(people, ago(TO_PRESENTED + 6)).file(
        "paired_assistance", "津渝（万州）对口支援合作协议", origin_note=NOTE
    )
    case.to_review(
        "万州对口支援",
        PartyContent("重庆市万州区人民政府", STATE),
        consulted=("keji", "gongxin"),
        due=year_end(1),
        responsible="hezuo",
        fields=("paired_assistance",),
        amount_kind="exact",
        amount_low=Decimal(32_000_000),
    )
    case.after(3).review().after(1).present().approve(until="secretary_general")
    case.send_back("帮扶资金的年度安排与部门预算不一致，请会同财政部门核实后再报。")
