"""The agreement with Changchun: filed, written from the plan, decided, signed, sealed, archived, and under way."""

from __future__ import annotations

from datetime import date

from agreements.services.preparation import PartyContent
from agreements.services.texts import PartContent
from core import clock
from demo import changchun
from demo.ground import People
from demo.road import Road
from demo.story import ago, ahead, unit, year_end
from regulation.records import Part

FILED = 128
"""Working days ago: the signing then lies a good three months back, and the first quarterly meeting is due."""

SOON, BY_NEXT_YEAR = 5, 9
"""Numbers of tasks: the one that is due in a few days, and the last one that is due by the end of next year."""

FIRST_MEETINGS = {"领导小组会议": 16, "督查评估": 22, "国家发展改革委年度工作总结评估": 24}
"""Working days from today; the other mechanisms follow their rhythm from the signing."""


def title() -> str:
    """Return the title; the years are those the demonstration counts the phases by."""
    return f"天津市与长春市对口合作框架协议（{clock.today().year}—{clock.today().year + 2}年）"


def origin_note() -> str:
    """Return the words that tell what is true of the case and what is invented."""
    years = f"{clock.today().year}—{clock.today().year + 2}"
    return (
        f"演示：任务、项目、结对、阶段目标、机制和保障取自{changchun.SOURCE}，阶段由{changchun.SOURCE_YEARS}年改为{years}年，"
        "第一阶段即今年；协议本身、日期、责任单位、载体、会商频次、经费保障、签署人和扫描件均为虚构。"
        "长春为市，参照§2.3办理。"
    )


def load(people: People) -> Road:
    """Tell the case up to its first reports."""
    case = Road(people, ago(FILED)).file("sister_province", title(), origin="instruction", origin_note=origin_note())
    case.after(2).prepare(
        PartyContent(changchun.PARTY, "state_organ", signatory="高远", rank="长春市发展改革委主任"),
        fields=("regional_cooperation", "science", "investment", "tourism"),
        supporting=sorted({code for _group, tasks in changchun.GROUPS for *_task, code in tasks} - {"hezuo"}),
        expires_on=year_end(2),
    )
    case.after(6).draft()
    case.after(8).write(_prose(), _parts())
    round_ = case.after(1).consult("keji", "gongxin", "fagai", "wuqing", workdays=5)
    case.after(4).settle(round_, {"keji": "建议将科技会商制度明确为每季度一次，并写明双方联络处室。"})
    case.after(3).hand_to_head().after(1).submit()
    case.after(8).review().after(1).present().approve()
    case.after(6).sign("长春", ("许志远", "市合作交流办主任"), ("高远", "长春市发展改革委主任"), leader=False)
    case.after(1).ask_for_seal().after(2).seal().after(1).hand_over().after(1).receive()
    return _follow_up(case)


def _prose() -> dict[str, str]:
    groups = "；".join(
        f"（{number}）{group}，包括{'、'.join(title for _no, title, *_rest in tasks)}"
        for number, (group, tasks) in zip("一二三四五", changchun.GROUPS, strict=True)
    )
    return {
        "purpose": (
            "双方坚持创新引领、市场主导、政府推动、互利共赢，整合两市产业、科技、人才和平台资源，"
            "共同争取国家政策支持，探索东北地区与东部地区对口合作的路子。"
        ),
        "positioning": f"开展{changchun.TARGET}。分三年推进，各年目标见阶段目标。",
        "priorities": f"双方在五个方面开展合作：{groups}。共建津长产业合作园和津长双创示范基地，推进区县、功能区结对。",
        "mechanisms": (
            "双方牵头部门为天津市合作交流办和长春市发展改革委。建立联席会议、领导小组、联络处等协商合作机制，"
            "定期会商，重大事项报两市政府。资金按项目筹措，成果和收益按约定共享。"
        ),
        "safeguards": "双方在组织领导、机制、政策、时序、宣传、督查考核等方面加强保障，责任落实到单位。",
    }


def _parts() -> dict[str, list[PartContent]]:
    first = clock.today().year
    phases = [
        PartContent(Part.PHASES, {"year": first + number, "goal": goal}) for number, goal in enumerate(changchun.PHASES)
    ]
    return {
        "positioning": phases,
        "priorities": [*_tasks(), *_projects(), *_pairings()],
        "mechanisms": _mechanisms(),
        "safeguards": [
            PartContent(Part.SAFEGUARDS, {"kind": kind, "measure": measure}) for kind, measure in changchun.SAFEGUARDS
        ],
    }


def _due(number: int) -> date:
    """Return when a task is due: one in a few days, the first half by the end of next year, the rest a year later."""
    if number == SOON:
        return ahead(2)
    return year_end(1 if number <= BY_NEXT_YEAR else 2)


def _tasks() -> list[PartContent]:
    return [
        PartContent(
            Part.WORK_ITEMS,
            {
                "group": group,
                "title": name,
                "kind": "work",
                "carrier": carrier,
                "unit": unit(code).pk,
                "due_on": _due(number),
            },
        )
        for group, tasks in changchun.GROUPS
        for number, name, carrier, code in tasks
    ]


def _projects() -> list[PartContent]:
    return [
        PartContent(
            Part.KEY_PROJECTS,
            {
                "title": project["title"],
                "site": project["site"],
                "effect": project["effect"],
                "completes_on": year_end(years),
                "unit": unit(project["unit"]).pk,
                "omission_reason": "方案未列实施主体、资金来源和开工时间，由责任单位在实施方案中明确。",
            },
        )
        for years, project in enumerate(changchun.PROJECTS, start=1)
    ]


def _pairings() -> list[PartContent]:
    return [
        PartContent(Part.PAIRINGS, {"ours": ours, "theirs": theirs, "within": within})
        for ours, theirs, within in changchun.PAIRINGS
    ]


def _mechanisms() -> list[PartContent]:
    return [
        PartContent(
            Part.MECHANISMS,
            {
                "title": name,
                "frequency": frequency,
                "ours": unit(code).name_zh,
                "theirs": "长春市对口部门",
                "first_on": ahead(FIRST_MEETINGS[name]) if name in FIRST_MEETINGS else None,
                "unit": unit(code).pk,
            },
        )
        for name, frequency, code in changchun.MECHANISMS
    ]


def _follow_up(case: Road) -> Road:
    """Report on some tasks: part is accepted, part waits for the lead unit's officer, part for its head."""
    case.on(max(case.day, ago(40)))
    case.accept(case.report("科技研发与转化合作", 20, "两市科技部门签订会商纪要，首批12项成果对接。", evidence=True))
    case.accept(case.report("合作园区共建", 30, "主园起步区规划通过评审，首批企业签约。"))
    case.on(max(case.day, ago(18)))
    case.accept(case.report("科技会商制度", 100, "本季度会商已召开，议定事项6项。", evidence=True))
    case.accept(case.report("津长产业合作园", 25, "园区管理机构组建完成，招商方案已印发。"))
    case.accept(case.report("多层次合作体系建设", 15, "两市商会签订合作备忘录。"))
    case.on(max(case.day, ago(2)))
    case.report("创业创新合作", 40, "双创示范基地核心区揭牌，入驻团队21个。", evidence=True)
    case.report("重点区县和功能区合作", 35, "16对结对已全部建立联系，其中9对签订年度计划。")
    return case
