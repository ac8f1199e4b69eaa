"""Cases of the demonstration that were signed: sealed, handed over, performed, suspended, concluded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from agreements.models import AgreementLink, DeadlineSetting, StandingProposal
from agreements.services import calendar, standing
from agreements.services.preparation import PartyContent
from core import clock
from demo import (
    cases_periods,
)
from demo.ground import ABROAD, FOREIGN, INDUSTRY, PRIVATE, STATE, STEPS, TO_PRESENTED, People
from demo.road import Road
from demo.story import NOTE, ago, year_end


def concluded_assistance(people: People) -> None:
    """§2.6, concluded: a year of assistance, self-checked every year, evaluated at its end."""
    case = Road(people, ago(420)).file("paired_assistance", "津青（黄南）对口支援年度协议", origin_note=NOTE)
    ends_on = ago(70)
    case.to_review(
        "黄南州教育和产业帮扶",
        PartyContent("黄南藏族自治州人民政府", STATE),
        consulted=("keji",),
        due=ends_on,
        responsible="hezuo",
        fields=("paired_assistance",),
        expires_on=ends_on,
        amount_kind="exact",
        amount_low=Decimal(124_500_000),
    )
    case.after(3).review().after(1).present().approve()
    case.bring_home("天津", ("梁以宁", "副市长"), ("才让", "副州长"))
    for title in ("黄南州教育和产业帮扶重点合作事项", "黄南州教育和产业帮扶配套政策"):
        case.after(15).accept(case.report(title, 100, "年度任务全部完成。"))
    for year in range(case.agreement.signing.signed_on.year, ends_on.year):
        case.on(max(case.day, date(year, 12, 18))).check_itself(year)
    case.on(max(case.day, ago(60))).evaluate().after(4).decide_evaluation()


def suspended_province(people: People) -> None:
    """§2.3, suspended by the mayor on the lead unit's proposal: its deadlines stand still."""
    case = Road(people, ago(160)).file("sister_province", "津陇循环经济产业合作协议", origin_note=NOTE)
    case.to_review(
        "循环经济",
        PartyContent("甘肃省人民政府", STATE),
        consulted=("gongxin",),
        due=year_end(1),
        responsible="hezuo",
        fields=("regional_cooperation", "investment"),
        term_kind="none",
    )
    case.after(3).review().after(1).present().approve()
    case.bring_home("兰州", ("梁以宁", "副市长"), ("马骏", "副省长"))
    case.on(ago(30))
    standing.propose(
        case.agreement,
        StandingProposal.Kind.SUSPEND,
        by=case.by("head"),
        reason="国家产业目录调整，首批项目须重新论证。",
        on=case.day,
        at=case.at(10),
    )
    case.after(3)
    standing.decide(
        case.agreement,
        by=case.by("mayor"),
        accepted=True,
        opinion="同意中止，论证后再报。",
        on=case.day,
        at=case.at(16),
    )


def late_task(people: People) -> None:
    """§2.1, in performance: a task of the industry bureau is late, so the lead unit and the inspector were told."""
    case = Road(people, ago(110), **INDUSTRY).file(
        "ministry", "部市共建先进制造研究平台合作协议", origin="letter", origin_note=NOTE
    )
    case.to_review(
        "先进制造研究平台",
        PartyContent("国家产业技术主管部门（演示）", STATE),
        consulted=("keji", "hezuo"),
        due=ago(4),
        responsible="gongxin",
        fields=("science", "investment"),
    )
    case.after(3).review().after(1).present().approve()
    case.bring_home("北京", ("顾承安", "常务副市长"), ("陈工", "司长"))
    case.on(ago(1)).report("先进制造研究平台配套政策", 80, "配套政策已报市政府，待印发。")


def late_seal(people: People) -> None:
    """§2.6, signed by a vice mayor; the seal was due two working days ago and has not been asked for."""
    case = Road(people, ago(TO_PRESENTED + STEPS["sign_off"] + 8)).file(
        "paired_assistance", "津甘东西部协作框架协议（第三期）", origin_note=NOTE
    )
    cases_periods.belongs_to_second(case, AgreementLink.Kind.PREDECESSOR)
    case.to_review(
        "东西部协作",
        PartyContent("甘肃省乡村振兴部门（演示）", STATE),
        consulted=("keji", "gongxin"),
        due=year_end(1),
        responsible="hezuo",
        fields=("paired_assistance",),
        amount_kind="exact",
        amount_low=Decimal(987_000_000),
    )
    case.after(3).review().after(1).present().approve()
    case.after(1).sign("天津", ("梁以宁", "副市长"), ("杨帆", "厅长"))


def waits_for_seal(people: People) -> None:
    """§2.4, signed by an authorised person: the request with the written instruction lies with the secretariat."""
    case = Road(people, ago(TO_PRESENTED + STEPS["meeting"] + 4), **INDUSTRY).file(
        "enterprise", "天津市人民政府与海河数智产业集团战略合作协议", origin_note=NOTE
    )
    case.to_review(
        "数字产业",
        PartyContent("海河数智产业集团（演示）", PRIVATE, signatory="罗明", rank="董事长"),
        consulted=("keji", "hezuo"),
        due=year_end(2),
        responsible="gongxin",
        project=True,
        fields=("investment", "science"),
        natures=("funds",),
        amount_kind="exact",
        amount_low=Decimal(500_000_000),
        amount_binding=True,
    )
    case.after(3).review().after(1).present().approve()
    case.after(1).sign("天津", ("石磊", "市工业和信息化局局长"), ("罗明", "董事长"), leader=False)
    case.after(1).ask_for_seal()


def foreign_on_its_way(people: People) -> None:
    """§2.5, sealed; original and Chinese translation were handed over in time and wait for the secretariat."""
    case = Road(people, ago(TO_PRESENTED + STEPS["sign_off"] + 6), **ABROAD).file(
        "sister_city",
        "与仁川广域市友好交流合作备忘录",
        document_type="memorandum",
        origin="letter",
        origin_note=NOTE,
    )
    case.to_review(
        "友好城市交流",
        PartyContent("仁川广域市", FOREIGN, signatory="金贤", rank="副市长"),
        consulted=("keji", "hezuo"),
        due=year_end(2),
        responsible="waishi",
        fields=("trade", "education", "tourism"),
    )
    case.after(3).review().after(1).present().approve()
    case.after(1).sign("天津", ("梁以宁", "副市长"), ("金贤", "副市长"))
    case.after(1).ask_for_seal().after(1).seal().after(1).hand_over()


def provisional_handover(people: People) -> None:
    """§2.3, sealed; the limit of its handover counts into a year without a published calendar, so it is provisional.

    The limit is the product's own: for this one case the business administrator had set it longer, then back.
    """
    case = Road(people, ago(TO_PRESENTED + STEPS["sign_off"] + 4)).file(
        "sister_province", "津晋能源产业协作协议", origin_note=NOTE
    )
    case.to_review(
        "能源产业协作",
        PartyContent("山西省人民政府", STATE),
        consulted=("gongxin",),
        due=year_end(1),
        responsible="hezuo",
        fields=("regional_cooperation", "investment"),
    )
    case.after(3).review().after(1).present().approve().after(1)
    limit = DeadlineSetting.objects.get(authority=case.agreement.authority, code="handover")
    usual, limit.amount = limit.amount, calendar.until(case.day, _first_unpublished_day()) + 2
    limit.save()
    case.sign("太原", ("梁以宁", "副市长"), ("郭峰", "副省长"))
    limit.amount = usual
    limit.save()
    case.after(1).ask_for_seal().after(1).seal()


def _first_unpublished_day() -> date:
    """Return the first day of the first year to come whose working days are not published."""
    year = clock.today().year + 1
    while year in calendar.in_use().years:
        year += 1
    return date(year, 1, 1)
