"""The cases of the demonstration, in the order in which they were filed; see each for where it stands and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from agreements.models import AgreementLink, ConsultedUnit, DeadlineSetting, Exchange, Notice, StandingProposal, Station
from agreements.services import calendar, drafting, notices, preparation, standing
from agreements.services import clock as agreements_clock
from agreements.services.preparation import PartyContent
from approvals.services import phrases
from approvals.services.review.findings import Answer
from approvals.services.review.supplements import Missing
from approvals.services.reviewing import FindingContent
from core import clock
from demo import (
    cases_changchun,
    cases_exchange,
    cases_meetings,
    cases_opinions,
    cases_periods,
    cases_returns,
    cases_revision,
    cases_signers,
    delegations,
    own_name,
)
from demo.filing import papers_of
from demo.road import Road
from demo.story import NOTE, TO_REVIEW, ago, year_end
from records import outbox

People = Mapping[str, User]

TO_PRESENTED = TO_REVIEW + 4
"""Working days until a text is presented: the road to the review, three days of review, and the presenting."""
STEPS = {"sign_off": 5, "meeting": 6}
"""Working days of an approval from the presenting to the mayor's decision, one for each step."""
DAYS_LOOKED_AT = 8
"""The clock looks at so many working days one by one, so that reminders are raised on their days."""

STATE, STATE_OWNED, PRIVATE, FOREIGN = (
    "state_organ",
    "state_owned_enterprise",
    "private_enterprise",
    "foreign_government",
)
INDUSTRY = {"officer": "gongxin_staff", "head": "gongxin_head"}
ABROAD = {"officer": "waishi_staff", "head": "waishi_head"}
DISTRICT = {"officer": "district", "head": "district_head"}


OWN_PHRASES = (
    ("vice_mayor", "同意，请按程序抓紧推进。"),
    ("vice_mayor", "请市财政局、市规划资源局把关后再报。"),
    ("mayor", "同意。请建立台账，按季度报告落实情况。"),
)
"""Words that leaders of the demonstration write often."""


def load(people: People) -> int:
    """Tell every case through the services, all or none, then look at the clock; return the number of agreements."""
    tellers = (
        concluded_assistance,
        cases_periods.second_period,
        suspended_province,
        cases_changchun.load,
        late_task,
        withdrawn_enterprise,
        approved_major,
        late_seal,
        returned_by_secretary_general,
        cases_signers.signed_with_others,
        waits_for_mayor,
        waits_for_seal,
        foreign_on_its_way,
        returned_and_again,
        waits_for_vice_mayor,
        district_in_approval,
        cases_revision.passed_in_principle,
        waits_for_meeting,
        cases_returns.taken_to_a_meeting,
        cases_returns.paused_by_vice_mayor,
        cases_meetings.results_due,
        cases_meetings.on_the_agenda,
        waits_for_secretary_general,
        provisional_handover,
        reviewed,
        under_review,
        asked_for_more,
        cases_opinions.differences_remain,
        with_the_head,
        district_with_its_head,
        sent_to_and_fro,
        opinions_to_answer,
        out_for_opinions,
        cases_periods.sub_agreement,
        cases_periods.typed_again,
        in_preparation,
    )
    with transaction.atomic():
        for tell in tellers:
            tell(people)
        cases_periods.register(people)
        own = own_name.load(people)
        delegations.tell(people)
        for username, words in OWN_PHRASES:
            phrases.add(words, by=people[username])
    while outbox.deliver_pending():
        pass
    _read_what_is_past(people)
    for workdays in range(DAYS_LOOKED_AT, 0, -1):
        agreements_clock.look(clock.start_of(ago(workdays)) + timedelta(hours=8))
    agreements_clock.look(clock.now())
    return len(tellers) + own


def _read_what_is_past(people: People) -> None:
    """Mark what was told on the way as read, but for what still waits: a draft sent back, a text to be signed."""
    waits = Q(code="returned", agreement__station=Station.DRAFTING) | Q(
        code="approved", agreement__station=Station.SIGNING
    )
    for person in people.values():
        told = Notice.objects.filter(Q(user=person) | Q(post_id__in=person.post_ids), read_at=None)
        for notice in told.exclude(waits):
            notices.read(notice, by=person)


# ---------------------------------------------------------------------- at the end of the road


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


# ---------------------------------------------------------------------- signing, seal, archive


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


# ---------------------------------------------------------------------- approval


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


# ---------------------------------------------------------------------- review


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


# ---------------------------------------------------------------------- drafting, preparation


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
