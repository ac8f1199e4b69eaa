"""Cases of the demonstration before approval: in preparation, drafting and legal review, and one withdrawn."""

from __future__ import annotations

from agreements.services import drafting, preparation
from agreements.services.preparation import PartyContent
from approvals.services.review.findings import Answer
from approvals.services.review.supplements import Missing
from approvals.services.reviewing import FindingContent
from demo import (
    cases_exchange,
)
from demo.filing import papers_of
from demo.ground import DISTRICT, INDUSTRY, PRIVATE, STATE, STATE_OWNED, People
from demo.road import Road
from demo.story import NOTE, TO_REVIEW, ago, year_end


def reviewed(people: People) -> None:
    """§2.4, a letter of intent: found lawful, the General Office presents it next."""
    case = Road(people, ago(TO_REVIEW + 4), **INDUSTRY).file(
        "enterprise",
        "天津市与华北绿能投资集团合作意向书",
        document_type="letter_of_intent",
        origin="letter",
        origin_note=NOTE,
    )
    case.to_review(
        "绿色能源",
        PartyContent("华北绿能投资集团（演示）", PRIVATE),
        consulted=("keji",),
        due=year_end(2),
        responsible="gongxin",
        project=True,
        fields=("investment",),
        natures=("intent",),
    )
    case.after(3).review()


def under_review(people: People) -> None:
    """§2.2: in its second round: two findings answered, two departments asked, the clock stands still for them."""
    case = Road(people, ago(TO_REVIEW + 9), **INDUSTRY).file(
        "central_soe", "与国联航运集团战略合作框架协议", origin_note=NOTE
    )
    case.to_review(
        "港航服务",
        PartyContent("国联航运集团（演示）", STATE_OWNED),
        consulted=("hezuo",),
        due=year_end(2),
        responsible="gongxin",
        fields=("trade", "investment"),
        project=True,
    )
    case.after(2).find(
        (
            "duties_rights",
            "liability",
            FindingContent("违约责任只约束我方，权利义务不对等。", "", "high", "双方各自承担因违约造成的直接损失。"),
        ),
        ("effect", "mechanisms", FindingContent("会商机制没有写明召集单位。", "", "low", "由双方牵头部门轮流召集。")),
        conclusion="lawful_after_changes",
    )
    case.after(2).write({"liability": "双方各自承担因违约造成的直接损失；本协议不含排他条款。"})
    case.answer_findings(
        Answer("changed", "已按建议表述修改。"), Answer("kept", "召集单位在年度方案中确定，协议不宜写死。")
    )
    case.hand_to_head().after(1).submit("审核意见已逐条答复，改动已与合作方商定。")
    case.after(1).ask_joint("guihua", "shengtai", reason="涉及港区选址和环境影响。")


def asked_for_more(people: People) -> None:
    """§2.7: submitted yesterday; the General Office asks for what is missing, and its clock stands still."""
    case = Road(people, ago(TO_REVIEW + 1)).file("other", "津沪数据要素流通合作备忘录", origin_note=NOTE)
    case.to_review(
        "数据要素",
        PartyContent("上海市数据局（演示）", STATE),
        consulted=("keji",),
        due=year_end(1),
        responsible="hezuo",
        fields=("science",),
    )
    case.after(1).ask_for_supplement(
        Missing("party_papers", "合作方签署人授权委托书。"), Missing("explanation", "磋商过程和主要分歧的说明。")
    )


def with_the_head(people: People) -> None:
    """§2.3: written, consulted on, and on the desk of the unit's head, who submits it."""
    case = Road(people, ago(TO_REVIEW)).file("sister_province", "津辽现代农业合作框架协议", origin_note=NOTE)
    case.to_review(
        "现代农业",
        PartyContent("辽宁省人民政府", STATE),
        consulted=("gongxin", "keji"),
        due=year_end(2),
        responsible="hezuo",
        submit=False,
        fields=("regional_cooperation", "trade"),
    )


def district_with_its_head(people: People) -> None:
    """§2.7, a district: the draft is ready, its head submits it."""
    case = Road(people, ago(TO_REVIEW), **DISTRICT).file(
        "other", "武清区与长春经济技术开发区结对合作协议", origin_note=NOTE
    )
    case.to_review(
        "开发区结对",
        PartyContent("长春经济技术开发区管理委员会", STATE),
        consulted=("hezuo",),
        due=year_end(2),
        responsible="wuqing",
        submit=False,
        fields=("regional_cooperation",),
    )


def sent_to_and_fro(people: People) -> None:
    """§2.4 in drafting: three versions and three exchanges with the counterpart, who has the text now."""
    cases_exchange.load(people, NOTE)


def opinions_to_answer(people: People) -> None:
    """§2.3 in drafting: a consulted unit objects, and the officer has to answer; screening has found two wordings in
    what was written since, one is kept with a reason and one waits."""
    case = Road(people, ago(9)).file("sister_province", "津苏科技成果转化合作协议", origin_note=NOTE)
    case.prepare(PartyContent("江苏省人民政府", STATE), fields=("science", "regional_cooperation"))
    papers_of(case, "江苏省人民政府")
    case.after(2).draft().after(2).write_plainly("科技成果转化", due=year_end(1), responsible="keji")
    round_ = case.after(1).consult("keji", "gongxin", workdays=6)
    points = {"keji": [case.point("成果转化收益分配比例应在协议中明确。")], "gongxin": []}
    case.after(2)
    for consulted in round_.consulted.select_related("unit"):
        case.reply(consulted, *points[consulted.unit.code])
    case.after(1).write(
        {
            "priorities": (
                "双方共建科技成果转化中试基地，在滨海高新区供应工业用地300亩，总投资2亿元。"
                "双方共同设立成果转化基金，由市财政对基金亏损予以兜底。"
            )
        }
    )
    case.keep({"land_quota": "规划资源局已核定，中试基地用地在年度控制指标以内，投资强度按科研用地标准执行。"})


def out_for_opinions(people: People) -> None:
    """§2.3 in drafting: out for opinions, one unit has replied, the others have a few days left."""
    case = Road(people, ago(8)).file(
        "sister_province",
        "津长双创示范基地合作备忘录",
        document_type="memorandum",
        origin="meeting",
        origin_note=NOTE,
    )
    case.prepare(PartyContent("长春新区管理委员会", STATE), fields=("science", "investment"))
    case.after(2).draft().after(3).write_plainly("双创示范基地", due=year_end(2), responsible="keji")
    round_ = case.after(1).consult("keji", "gongxin", "wuqing", "jiaowei", workdays=5)
    case.after(1)
    case.reply(round_.consulted.get(unit__code="gongxin"))


def in_preparation(people: People) -> None:
    """§2.3 in preparation: only the parties are known, so the next step shows what is missing."""
    case = Road(people, ago(3)).file("sister_province", "津陕水源区协作协议", origin="instruction", origin_note=NOTE)
    preparation.name_parties(
        case.agreement, [PartyContent("陕西省人民政府", STATE)], by=case.by("staff"), at=case.at(11)
    )


def withdrawn_enterprise(people: People) -> None:
    """§2.4, withdrawn by the lead unit in drafting: the counterpart's project has changed."""
    case = Road(people, ago(90), **INDUSTRY).file("enterprise", "滨海储能产业园投资合作协议", origin_note=NOTE)
    case.prepare(PartyContent("远方储能科技公司（演示）", PRIVATE), fields=("investment",), natures=("funds",))
    case.after(3).draft().after(10)
    drafting.withdraw(
        case.agreement, by=case.by("gongxin_head"), reason="合作方投资计划变更，不再推进。", on=case.day, at=case.at()
    )
