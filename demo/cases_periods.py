"""Cases that hang together: one period of a framework and the next, and a counterparty that was entered twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import User
from agreements.models import Agreement, AgreementLink, Counterparty, RiskEvent
from agreements.services import counterparties, links, preparation
from agreements.services.preparation import PartyContent
from core import clock
from core.credit_codes import check_digit
from demo.ground import People
from demo.road import Road
from demo.scans import scan
from demo.story import NOTE, ago, ahead, year_end

SECOND, SUB = "津甘东西部协作框架协议（第二期）", "津甘劳务协作子协议"
GROUP, TYPED_AGAIN = "津门新能源集团（演示）", "津门新能源公司（演示）"
FORMER = "远方储能科技公司（演示）"
GANSU, CHANGCHUN = "甘肃省乡村振兴部门（演示）", "长春市人民政府"

CONTACTS = (
    (GANSU, "何志强", "社会帮扶处处长", "13800005678", "hezq@example.cn"),
    (CHANGCHUN, "于晓红", "市发展改革委对口合作处", "043100001234", ""),
    (GROUP, "方远", "总裁", "13900004321", "fangyuan@example.cn"),
    (GROUP, "陆青", "投资部经理", "02200006789", "luqing@example.cn"),
)
"""Counterparty, name, post, phone, e-mail: invented, as the numbers show."""


def second_period(people: People) -> None:
    """§2.6 in performance: the second period of a framework, soon at its end; the third is signed already."""
    case = Road(people, ago(230)).file("paired_assistance", SECOND, origin="meeting", origin_note=NOTE)
    case.to_review(
        "东西部协作",
        PartyContent(GANSU, "state_organ", signatory="马骏", rank="副厅长", authorisation="厅长授权委托书"),
        consulted=("gongxin", "keji"),
        due=ahead(30),
        responsible="hezuo",
        fields=("paired_assistance",),
        supporting=("nongye", "renshe"),
        expires_on=ahead(40),
        amount_kind="range",
        amount_low=Decimal(90_000_000),
        amount_high=Decimal(120_000_000),
    )
    case.after(3).review().after(1).present().approve()
    case.bring_home("兰州", ("梁以宁", "副市长"), ("马骏", "副厅长"))
    for year in range(case.agreement.signing.signed_on.year, clock.today().year):
        case.on(max(case.day, date(year, 12, 18))).check_itself(year)


def belongs_to_second(case: Road, kind: str) -> Road:
    """Link a case that was just filed with the second period."""
    second = Agreement.objects.get(title=SECOND)
    links.link(case.agreement, second, kind, by=case.by(case.officer), at=case.at())
    return case


def sub_agreement(people: People) -> None:
    """§2.6 in drafting: a sub-agreement of the framework that runs, difficult, led jointly with the industry bureau."""
    case = Road(people, ago(6)).file("paired_assistance", SUB, origin="letter", origin_note=NOTE)
    belongs_to_second(case, AgreementLink.Kind.PARENT)
    case.prepare(
        PartyContent(GANSU, "state_organ", signatory="马骏", rank="副厅长"),
        fields=("paired_assistance",),
        joint=("gongxin",),
        supporting=("renshe",),
        expires_on=year_end(2),
        is_difficult=True,
    )
    case.after(2).draft()


def typed_again(people: People) -> None:
    """§2.4 in preparation: its counterparty was entered a second time under a shorter name, and the two were merged."""
    case = Road(people, ago(4), officer="gongxin_staff", head="gongxin_head").file(
        "enterprise",
        "津门新能源储能配套合作意向书",
        document_type="letter_of_intent",
        origin_note=NOTE,
    )
    preparation.name_parties(
        case.agreement, [PartyContent(TYPED_AGAIN, "private_enterprise")], by=case.by("gongxin_staff"), at=case.at()
    )


def register(people: People) -> None:
    """Keep the register: contacts, a code, other names, the merged duplicate, what happened to two companies."""
    office = people["general_office"]
    entry = {row.name: row for row in Counterparty.objects.all()}
    for name, who, post, phone, email in CONTACTS:
        counterparties.add_contact(entry[name], by=office, name=who, post=post, phone=phone, email=email)
    body = "91120000MA00DEM01"
    counterparties.correct(entry[GROUP], by=office, kind="private_enterprise", code=body + check_digit(body))
    counterparties.add_alias(entry[GANSU], "甘肃省扶贫部门（演示）", by=office)
    counterparties.merge(
        entry[TYPED_AGAIN], entry[GROUP], by=office, reason="营业执照和信用代码一致，系同一企业简称重复登记。"
    )
    _events(office, entry)


def _events(office: User, entry: Mapping[str, Counterparty]) -> None:
    today, kinds = clock.today(), RiskEvent.Kind
    counterparties.enter_risk(
        entry[FORMER],
        by=office,
        kind=kinds.BUSINESS_DECLINE,
        happened_on=today - timedelta(days=80),
        description="年度报告显示营业收入同比下降过半，投资计划暂停。",
        source="企业年度报告（演示）",
    )
    suit = counterparties.enter_risk(
        entry[GROUP],
        by=office,
        kind=kinds.LITIGATION,
        happened_on=today - timedelta(days=150),
        description="子公司涉合同纠纷，被列为被告。",
        source="裁判文书公开信息（演示）",
        paper=scan("裁判文书摘录", "合同纠纷一审受理"),
    )
    counterparties.enter_risk(
        entry[GROUP],
        by=office,
        kind=kinds.LITIGATION,
        happened_on=today - timedelta(days=60),
        description="双方和解，原告撤诉，未影响履约能力。",
        source="撤诉裁定书（演示）",
        closes=suit,
    )
    counterparties.enter_risk(
        entry[GROUP],
        by=office,
        kind=kinds.ASSET_DECLINE,
        happened_on=today - timedelta(days=20),
        description="评级机构下调其信用评级一档，要求关注流动性。",
        source="评级公告（演示）",
    )
