"""A case of the demonstration in which opinions differ: see its words for where it stands and why."""

from __future__ import annotations

from agreements.services import letters, opinions, reminding
from agreements.services.preparation import PartyContent
from demo.ground import People
from demo.road import Road
from demo.scans import scan
from demo.story import NOTE, ago, year_end


def differences_remain(people: People) -> None:
    """§2.3 in drafting, a difficult matter: points by clause, a reply on conditions, a difference that is maintained,
    a letter of the counterpart, a unit that was urged, an expert review meeting that passed the draft with changes."""
    case = Road(people, ago(14)).file(
        "sister_province", "津蒙绿色算力与科技创新合作协议", origin="instruction", origin_note=NOTE
    )
    case.prepare(
        PartyContent("内蒙古自治区人民政府", "state_organ"),
        fields=("science", "regional_cooperation"),
        is_difficult=True,
    )
    case.after(1).draft().after(2).write_plainly("绿色算力", due=year_end(1), responsible="keji")
    round_ = case.after(1).consult("keji", "gongxin", "fagai", workdays=4, about=("priorities", "safeguards"))
    asked = {row.unit.code: row for row in round_.consulted.select_related("unit", "consultation__text")}
    case.after(1)
    reminding.urge(
        asked["fagai"], by=case.by("staff"), text="请按期反馈，以便汇总后提交论证。", on=case.day, at=case.at(10)
    )
    case.after(1)
    held = case.reply(
        asked["keji"],
        case.point("算力调度平台的运维主体应写明。", "priorities", "运维由双方共同委托的第三方机构承担。"),
        conditions={"绿色算力配套政策": "须先由市财政局落实年度专项经费。"},
    )
    firm = case.reply(asked["gongxin"], case.point("能耗指标不宜由我市单方承诺。", "safeguards"))
    letters.register(
        case.agreement,
        by=case.by("staff"),
        sender="内蒙古自治区人民政府办公厅（演示）",
        number=f"内政办函〔{case.day.year}〕37号",
        dated_on=case.day,
        received_on=case.day,
        consultation=round_,
        scan=scan("对方来函", "关于协议文本意见的函", case.agreement.title),
        points=[case.point("建议联席会议改为每季度一次。", "mechanisms")],
        at=case.at(16),
    )
    case.after(1)
    for opinion, adoption, reason in (
        (held, "adopted", "已写入文本；专项经费已与市财政局衔接。"),
        (firm, "not_adopted", "指标由双方分担，已在保障措施中列明比例。"),
    ):
        for point in opinion.points.all() if opinion else ():
            opinions.answer(point, by=case.by("staff"), adoption=adoption, reason=reason, at=case.at(10))
    for point in firm.points.all() if firm else ():
        opinions.maintain(
            point, by=case.by("gongxin_staff"), reason="分担比例未经测算，建议删去指标。", on=case.day, at=case.at(15)
        )
    case.after(2).deliberate(changes="按专家意见补充了年度分解和违约处理。")
