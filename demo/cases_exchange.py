"""A draft that goes to and fro with the counterpart: three versions, reasons of the changes, days of each side."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agreements.models import ChangeReason, Exchange, TextVersion
from agreements.services import drafting, exchange, explaining, texts
from agreements.services.preparation import PartyContent
from agreements.services.texts import PartContent
from demo.ground import People
from demo.road import Road
from demo.story import ago, year_end
from regulation.records import Part

SUBJECT = "氢能装备"
FIRST = (
    "双方按照企业主体、市场运作、优势互补的原则，在天津港保税区共建氢能装备产业基地，由合作方出资12亿元，"
    "于2028年12月31日前建成投产。"
)
SECOND = (
    "双方按照企业主体、市场运作、优势互补、质量优先的原则，在天津港保税区共建氢能装备产业基地，由合作方分两期出资15亿元，"
    "于2029年6月30日前建成投产。"
)
ROUTINE = (
    "双方建立工作专班，明确一名负责同志牵头，各派联络员，定期通报项目进展和存在的问题，重大事项由双方主要负责同志会商确定，"
    "日常工作由市工业和信息化局与合作方战略投资部具体承担，并按年度形成工作要点和任务清单。"
)


def load(people: People, origin_note: str) -> None:
    """§2.4 in drafting: sent, returned with wishes, sent again; the counterpart has the second version now."""
    case = Road(people, ago(26), officer="gongxin_staff", head="gongxin_head").file(
        "enterprise", "天津市人民政府与北辰氢能集团战略合作协议", origin_note=origin_note
    )
    case.prepare(
        PartyContent("北辰氢能集团（演示）", "private_enterprise", signatory="沈岩", rank="董事长"),
        fields=("investment", "science"),
        natures=("funds",),
        amount_kind="exact",
        amount_low=Decimal(1_500_000_000),
    )
    case.after(2).draft().after(2).write_plainly(SUBJECT, due=year_end(2), responsible="gongxin", project=True)
    codes = [clause["code"] for clause in case.agreement.edition.clauses]
    case.write({codes[1]: f"{FIRST}\n{ROUTINE}"})
    case.after(1)
    exchanged(case, Exchange.Direction.SENT, "letter", "津工信函〔演示〕12号，送征求意见。")
    case.after(8)
    exchanged(case, Exchange.Direction.RECEIVED, "email", "对方希望分期出资并顺延投产时间。", answers=1)
    case.after(2).write(
        {codes[1]: f"{SECOND}\n{ROUTINE}\n双方每半年核对一次投资进度。"}, {codes[2]: _revised(case, codes[2])}
    )
    case.after(1)
    exchanged(case, Exchange.Direction.SENT, "courier", "专人送达修改稿及修改对照表。")
    second, first = (case.agreement.texts.get(number=number) for number in (2, 1))
    _explain(case, second, first, codes[1], "对方来函要求分两期出资并顺延投产时间，经会商同意；增加投资进度核对。")
    _explain(case, second, first, codes[2], "随出资额调整项目投资，并按规划部门意见核定选址。")
    case.after(1).write({codes[0]: "双方遵循依法合规、平等自愿、诚实信用的原则开展合作。"})
    drafting.keep(case.agreement, by=case.by(case.officer), note="第一条改为合规表述，待对方回函。", at=case.at(16))


def exchanged(case: Road, direction: str, medium: str, note: str, *, answers: int = 0) -> None:
    """Record that a text went to the counterpart, or came from it, today."""
    exchange.record(
        case.agreement,
        by=case.by(case.officer),
        direction=direction,
        on=case.day,
        medium=medium,
        note=note,
        text=case.agreement.texts.get(number=answers) if answers else None,
        counterparty=case.agreement.parties.get().counterparty,
        at=case.at(11),
    )


def _revised(case: Road, code: str) -> list[PartContent]:
    """Return the parts of a clause as they stand, the key project with more investment and another site."""
    text = texts.working(case.agreement)
    if text is None:
        raise LookupError("there is no working text")
    clause = next(row for row in texts.clauses_with_parts(text) if row.code == code)
    kept = [PartContent(kind, part.facts(), part.lineage) for kind, parts in clause.parts.items() for part in parts]
    better = {"investment": Decimal(1_500_000_000), "site": "天津港保税区氢能产业园"}
    return [replace(part, facts={**part.facts, **better}) if part.code == Part.KEY_PROJECTS else part for part in kept]


def _explain(case: Road, new: TextVersion, old: TextVersion, code: str, reason: str) -> None:
    explaining.give(
        new,
        old,
        new.clauses.get(code=code).lineage,
        by=case.by(case.officer),
        reason=reason,
        source=ChangeReason.Source.COUNTERPART,
        said_by="北辰氢能集团（演示）",
        at=case.at(15),
    )
