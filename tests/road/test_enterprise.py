"""§2.4 from filing to conclusion: a private enterprise, funds and land, no leader's signature on the paper."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.posts import post_in
from agreements.models import Agreement, ToDo
from agreements.services import clock, consulting, diligence, drafting, opinions, preparation, texts
from agreements.services.diligence import Finding
from agreements.services.opinions import PointContent
from agreements.services.preparation import PartyContent
from agreements.services.texts import ClauseContent, PartContent
from approvals.models import Run, Step
from approvals.services import minutes, reviewing, runs
from archive.models import SealRequest
from archive.services import handover, sealing, signing
from archive.services.signing import Ours, Theirs
from core.errors import BadInput, NotNow, Refused
from followup.models import Task
from followup.services import evaluation, progress, selfcheck
from regulation.diligence import DILIGENCE_POINTS
from tests.factories import Organisation, fresh, make_user, paper, takes_all_on
from tests.factories_approvals import all_clear, latest_review, leave_out_joint
from tests.factories_approvals import complete as found_complete
from tests.factories_followup import decide as decide_evaluation
from tests.factories_followup import noon
from tests.road.walking import (
    acts,
    at_station,
    desks,
    due,
    is_sound,
    open_step,
    refused,
    told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.article("§2.4")]

SHARES = (
    {"contributor": "市属平台公司", "channel": "budget", "amount": Decimal(240_000_000), "share": Decimal(30)},
    {"contributor": "华岳科技集团", "channel": "enterprise", "amount": Decimal(400_000_000), "share": Decimal(50)},
    {"contributor": "市属平台公司", "channel": "land_equity", "amount": Decimal(160_000_000), "share": Decimal(20)},
    {"contributor": "银团", "channel": "loan", "amount": Decimal(600_000_000), "share": Decimal("42.86")},
)


def at(day: int, month: int = 9, year: int = 2026) -> datetime:
    return noon(date(year, month, day))


class Enterprise:
    """The case and its people."""

    def __init__(self, org: Organisation) -> None:
        self.org = org
        unit = org.units["industry"]
        self.staff = make_user("industry_staff", "韩东", post_in(unit, "officer"))
        self.head = make_user("industry_head", "石磊", post_in(unit, "unit_head"))
        self.agreement = preparation.file(
            org.category("enterprise"),
            by=self.staff,
            title="天津市人民政府与华岳科技集团战略合作协议",
            document_type="agreement",
            origin="proposal",
            at=at(7),
        )

    def person(self, name: str) -> User:
        return fresh(getattr(self.org, name))

    def contents(self, shares: Any) -> list[ClauseContent]:
        """Write every clause; the parts a §2.4 text has, with shares of funding."""
        unit = self.org.units["industry"].pk
        finance = self.org.units["finance"].pk
        parts: dict[str, list[PartContent]] = {
            "content": [
                PartContent(
                    "work_item",
                    {
                        "title": "共建智能制造研究院",
                        "carrier": "研究院筹建组",
                        "unit": unit,
                        "due_on": date(2027, 3, 31),
                    },
                ),
                PartContent(
                    "target",
                    {
                        "indicator": "新增投资",
                        "measure": "亿元",
                        "baseline": 0,
                        "goal": 8,
                        "unit": finance,
                        "due_on": date(2027, 6, 30),
                    },
                ),
            ],
            "key_projects": [
                PartContent(
                    "key_project",
                    {
                        "title": "华岳智能装备基地",
                        "implementing_body": "华岳智能装备（天津）公司",
                        "funding_source": "资本金与银团贷款",
                        "site": "西青经济技术开发区",
                        "starts_on": date(2026, 11, 1),
                        "completes_on": date(2027, 8, 31),
                        "effect": "年产值二十亿元",
                        "unit": unit,
                    },
                )
            ],
            "funding": [PartContent("funding_share", share) for share in shares],
            "liability": [
                PartContent("duty", {"side": "ours", "kind": "duty", "text": "协调落实建设条件。"}),
                PartContent("duty", {"side": "theirs", "kind": "duty", "text": "按期建成并投产。"}),
            ],
            "ways": [
                PartContent(
                    "mechanism",
                    {
                        "title": "高层会晤",
                        "frequency": "half_yearly",
                        "ours": "市工业和信息化局",
                        "theirs": "集团战略部",
                        "unit": unit,
                        "first_on": date(2026, 10, 30),
                    },
                )
            ],
        }
        text = texts.working(self.agreement)
        assert text is not None
        return [
            ClauseContent(clause.lineage, f"双方就{clause.heading}达成一致。", parts=parts.get(clause.code, ()))
            for clause in text.clauses.all()
        ]

    def write(self, shares: Any, when: datetime) -> None:
        text = texts.working(self.agreement)
        assert text is not None
        drafting.write(self.agreement, self.contents(shares), by=self.staff, edition=text.edition, at=when)


@pytest.fixture
def case(org: Organisation) -> Enterprise:
    return Enterprise(org)


@pytest.mark.article("§3.1")
@pytest.mark.article("§3.4")
@pytest.mark.article("§3.5")
@pytest.mark.article("§4.3")
def test_from_filing_to_conclusion(case: Enterprise) -> None:
    agreement = case.agreement
    assert agreement.lead_unit == case.org.units["industry"]
    assert desks(agreement) == {("prepare", "industry_staff")}

    prepares(case)
    drafts_and_consults(case)
    is_reviewed(case)
    is_approved(case)
    is_signed_and_sealed(case)
    comes_home(case)
    is_performed(case)
    is_concluded(case)

    assert acts(agreement)[0] == "file"
    assert acts(agreement)[-1] == "conclude"
    is_sound(agreement)


def prepares(case: Enterprise) -> None:
    """§3.1: a private enterprise is assessed on four points; each that is missing keeps the draft back."""
    agreement = case.agreement
    preparation.describe(
        agreement,
        by=case.staff,
        facts={"term_kind": "years", "term_years": 1, "amount_kind": "at_least", "amount_low": Decimal(760_000_000)},
        fields=["investment", "science"],
        natures=["funds", "land", "framework"],
        at=at(7),
    )
    (party,) = preparation.name_parties(
        agreement,
        [PartyContent("华岳科技集团有限公司", "private_enterprise", "何总", "董事长")],
        by=case.staff,
        at=at(7),
    )
    diligence.argue_risk(agreement, by=case.staff, level="medium", argument="出资分期到位，设退出条款。", at=at(7))
    with refused(NotNow, agreement, *(f"diligence_{code}" for code in DILIGENCE_POINTS), "ability", article="§3.2"):
        drafting.begin(agreement, by=case.staff, at=at(7))
    diligence.state_ability(agreement, Finding("出资、用地已落实。", "sound", "预算批复。"), by=case.staff, at=at(7))
    with refused(NotNow, agreement, *(f"diligence_{code}" for code in DILIGENCE_POINTS), article="§3.2"):
        drafting.begin(agreement, by=case.staff, at=at(7))

    *first, last = DILIGENCE_POINTS
    diligence.assess(party, dict.fromkeys(first, ("查验属实。", "sound", "审计报告。")), by=case.staff, at=at(7))
    with refused(NotNow, agreement, f"diligence_{last}") as caught:
        drafting.begin(agreement, by=case.staff, at=at(7))
    (gap,) = caught.value.gaps
    assert gap.article == "§3.1"
    assert gap.url

    diligence.assess(party, {last: ("无力履约。", "unsound")}, by=case.staff, at=at(7))
    with refused(NotNow, agreement, f"diligence_{last}"):
        drafting.begin(agreement, by=case.staff, at=at(7))
    diligence.assess(party, {last: ("增资后可以履约。", "sound", "验资报告。")}, by=case.staff, at=at(7))
    drafting.begin(agreement, by=case.staff, at=at(7))
    assert at_station(agreement) == "drafting/active"
    assert desks(agreement) == {("draft", "industry_staff")}


def drafts_and_consults(case: Enterprise) -> None:
    """§2.4, §3.2: the shares of capital make 100 %; an objection is answered before the head submits."""
    agreement, org = case.agreement, case.org
    case.write([share | {"share": Decimal(20)} for share in SHARES], at(8))
    with refused(NotNow, agreement, "fact", "consultation"):
        drafting.submit(agreement, by=case.head, at=at(8))
    case.write(SHARES, at(8))

    round_ = consulting.send(
        agreement,
        [org.units["finance"], org.units["reform"]],
        by=case.staff,
        due_on=date(2026, 9, 10),
        at=at(8),
    )
    make_user("reform_staff", "唐立", post_in(org.units["reform"], "officer"))
    assert desks(agreement) == {
        ("draft", "industry_staff"),
        ("give_opinion", "consulted"),
        ("give_opinion", "reform_staff"),
    }
    finance, reform = round_.consulted.order_by("pk")
    with refused(Refused, agreement):
        opinions.reply(finance, by=case.staff, stance="no_objection", at=at(9))
    opinion = opinions.reply(
        finance,
        by=case.person("consulted"),
        stance="objection",
        points=[PointContent("补充贷款担保安排。")],
        items=takes_all_on(finance),
        at=at(9),
    )
    opinions.reply(
        reform, by=User.objects.get(username="reform_staff"), stance="no_objection", on=date(2026, 9, 11), at=at(11)
    )
    assert reform.opinion.is_late
    assert desks(agreement) == {("draft", "industry_staff"), ("answer_opinions", "industry_staff")}
    with refused(NotNow, agreement, "opinions_unanswered"):
        drafting.hand_to_head(agreement, by=case.staff, at=at(11))
    opinions.answer(opinion.points.get(), by=case.staff, adoption="partly", reason="担保另行约定。", at=at(11))
    assert told(agreement, "opinion_given") == {"industry_staff"}
    assert told(agreement, "opinion_answered") == {"consulted"}

    drafting.hand_to_head(agreement, by=case.staff, at=at(11))
    assert desks(agreement) == {("draft", "industry_staff"), ("submit", "industry_head")}
    with refused(Refused, agreement):
        drafting.submit(agreement, by=case.staff, at=at(11))
    drafting.submit(agreement, by=case.head, at=at(11))
    assert at_station(agreement) == "legal_review/active"
    assert desks(agreement) == {("check", "general_office")}
    assert due(agreement) == {"completeness": date(2026, 9, 15)}
    found_complete(agreement, case.org, at=at(11))
    assert desks(agreement) == {("review", "legal")}
    # Fifteen working days over a make-up Sunday, the Mid-Autumn and the National Day holidays.
    assert due(agreement) == {"review": date(2026, 10, 9)}


def is_reviewed(case: Enterprise) -> None:
    """§3.3: six points, each with a finding or the word that there is none; land and environment are touched."""
    agreement = case.agreement
    assert set(latest_review(agreement).joint.values_list("topic", flat=True)) >= {"land", "environment"}
    leave_out_joint(latest_review(agreement), case.org, at=at(14))
    review = reviewing.current(agreement)
    assert review is not None
    clear, shown = all_clear(), review.text.sha256
    reviewing.record_points(
        review, dict(list(clear.items())[:5]), by=case.person("legal"), text_sha256=shown, at=at(14)
    )
    with refused(NotNow, agreement, article="§3.3"):
        reviewing.close(review, by=case.person("legal"), conclusion="lawful", text_sha256=shown, at=at(14))
    with refused(Refused, agreement):
        reviewing.record_points(review, clear, by=case.person("general_office"), text_sha256=shown, at=at(14))
    reviewing.record_points(review, clear, by=case.person("legal"), text_sha256=shown, at=at(14))
    reviewing.close(review, by=case.person("legal"), conclusion="lawful", text_sha256=shown, at=at(14))
    assert desks(agreement) == {("present", "general_office")}
    assert due(agreement) == {"approval_step": date(2026, 9, 17)}


def is_approved(case: Enterprise) -> None:
    """§3.4: funds and land go to the mayor's office meeting, and only then to the mayor."""
    agreement = case.agreement
    run = runs.open_run(agreement, by=case.person("general_office"), opinion="拟提请会议审议。", at=at(15))
    assert run.forum == "mayors_office_meeting"
    way = [
        "general_office",
        "deputy_secretary_general",
        "secretary_general",
        "vice_mayor",
        "executive_vice_mayor",
        "mayors_office_meeting",
        "mayor",
    ]
    assert list(run.steps.values_list("code", flat=True)) == way

    # Three working days from each opening: over the Sunday that is worked, then over the Mid-Autumn holiday.
    for name, day, until in (
        ("deputy_secretary_general", 15, date(2026, 9, 18)),
        ("secretary_general", 16, date(2026, 9, 20)),
        ("vice_mayor", 17, date(2026, 9, 21)),
        ("executive_vice_mayor", 18, date(2026, 9, 22)),
    ):
        assert desks(agreement) == {("decide", name)}
        assert due(agreement) == {"approval_step": until}
        assignment = open_step(agreement)
        with refused(Refused, agreement, article="§3.4"):
            decide(assignment, case.person("mayor"), at(day))
        decide(assignment, case.person(name), at(day + 1))
    assert desks(agreement) == {("meeting", "general_office")}

    assignment = open_step(agreement)
    with refused(NotNow, agreement, "meeting_needed"):
        decide(assignment, case.person("general_office"), at(21))
    meets(assignment, case, "deferred", 21)
    assert desks(agreement) == {("meeting", "general_office")}
    assert due(agreement) == {"approval_step": date(2026, 9, 24)}
    meets(open_step(agreement), case, "passed", 24)
    assert desks(agreement) == {("decide", "mayor")}
    assert due(agreement) == {"approval_step": date(2026, 9, 30)}

    last = open_step(agreement)
    decide(last, case.person("mayor"), at(28))
    with refused(NotNow, agreement, "already_decided") as caught:
        decide(last, case.person("mayor"), at(28))
    assert "张海" in str(caught.value)
    run.refresh_from_db()
    assert run.state == Run.State.PASSED
    assert set(run.steps.values_list("state", flat=True)) == {Step.State.DONE}
    assert at_station(agreement) == "signing/active"
    assert desks(agreement) == {("sign", "industry_staff")}
    assert due(agreement) == {}
    assert told(agreement, "approved") == {"industry_staff", "industry_head"}


def decide(assignment: Any, by: User, when: datetime) -> None:
    runs.decide(assignment, by=by, verdict="approve", opinion="同意。", text_sha256=assignment.step.run.sha256, at=when)


def meets(assignment: Any, case: Enterprise, result: str, day: int) -> None:
    minutes.record(
        assignment,
        by=case.person("general_office"),
        minutes_number=f"津政办会纪〔2026〕{day}号",
        held_on=date(2026, 9, day),
        result=result,
        opinion="补充测算后再议。" if result == "deferred" else "",
        excerpt=paper(f"纪要{day}.png"),
        text_sha256=assignment.step.run.sha256,
        at=at(day),
    )


def is_signed_and_sealed(case: Enterprise) -> None:
    """§2, §3.5: signed by an authorised person, sealed on a written instruction within five working days."""
    agreement = case.agreement
    (party,) = agreement.parties.all()
    deputy = Ours("石磊", "市工业和信息化局局长")

    def sign(ours: Ours) -> None:
        signing.record(
            agreement,
            by=case.staff,
            on=date(2026, 9, 30),
            place="天津迎宾馆",
            manner="together",
            ours=[ours],
            theirs=[Theirs(party, "何总", "董事长")],
            scan=paper("签署页.png"),
            at=at(30),
        )

    with refused(BadInput, agreement, "not_authorised", article="§2"):
        sign(deputy)
    sign(Ours(deputy.name, deputy.title, authorisation=paper("授权书.png")))
    assert at_station(agreement) == "sealing/active"
    assert desks(agreement) == {("request_sealing", "industry_staff"), ("report_progress", "industry_staff")}
    fifth = date(2026, 10, 13)  # the National Day holidays lie between, and a Saturday that is worked
    assert due(agreement)["seal"] == due(agreement)["handover"] == fifth

    with refused(BadInput, agreement, "instruction", article="§3.5"):
        sealing.request(agreement, by=case.staff, copies=4, pages=12, purpose="签署后用印", at=at(9, 10))
    sealing.request(
        agreement,
        by=case.staff,
        copies=4,
        pages=12,
        purpose="签署后用印",
        instruction=paper("批示件.png"),
        instructed_by="常务副市长杨建国",
        instruction_number="津政办批〔2026〕31号",
        at=at(9, 10),
    )
    assert ("seal", "secretariat") in desks(agreement)
    assert ("request_sealing", "industry_staff") not in desks(agreement)

    def affix(by: User) -> Any:
        return sealing.affix(
            agreement,
            by=by,
            on=date(2026, 10, 12),
            copies=4,
            pages=12,
            places="签署页",
            keeper="马兰",
            straddle=True,
            at=at(12, 10),
        )

    with refused(Refused, agreement, article="§3.5"):
        affix(case.staff)
    line = affix(case.person("secretariat"))
    assert (line.code, line.is_late, line.was_due_on) == ("〔2026〕1", False, fifth)
    assert line.request.basis == SealRequest.Basis.INSTRUCTION
    assert line.approver == "常务副市长杨建国 津政办批〔2026〕31号"
    assert at_station(agreement) == "archiving/active"
    assert ("hand_over", "industry_staff") in desks(agreement)
    assert "seal" not in due(agreement)


def comes_home(case: Enterprise) -> None:
    """§4.1: the original with its note; incomplete, it goes back and the clock runs on."""
    agreement = case.agreement

    def offer(day: int) -> Any:
        return handover.hand_over(
            agreement, by=case.staff, background="招商引资。", copies=2, original=paper("正本.png"), at=at(day, 10)
        )

    row = offer(12)
    assert "华岳" in row.signatories
    assert "handover" not in due(agreement)
    assert ("receive", "secretariat") in desks(agreement)
    handover.send_back(agreement, by=case.person("secretariat"), reason="缺一份正本。", at=at(13, 10))
    assert due(agreement)["handover"] == date(2026, 10, 13)
    assert ("hand_over", "industry_staff") in desks(agreement)
    assert told(agreement, "handover_sent_back") == {"industry_staff"}
    assert offer(14).is_late
    handover.receive(agreement, by=case.person("secretariat"), on=date(2026, 10, 15), at=at(15, 10))
    assert at_station(agreement) == "performance/active"
    assert desks(agreement) == {("report_progress", "industry_staff")}
    assert told(agreement, "archived") == {"industry_staff"}


def is_performed(case: Enterprise) -> None:
    """§4.2, §4.3: the ledger of the signed text; reports come to the desk when they are due soon, not before."""
    agreement = case.agreement
    tasks = {task.kind: task for task in agreement.tasks.all()}
    assert set(tasks) == set(Task.Kind.values)
    assert tasks["key_project"].due_on == date(2027, 8, 31)
    assert [tasks[kind].unit.code for kind in ("target", "work_item")] == ["finance", "industry"]
    lineages = set(agreement.signing.text.clauses.values_list("lineage", flat=True))
    assert {task.clause_lineage for task in tasks.values()} <= lineages

    meeting = tasks["mechanism"]
    row = progress.report(meeting, by=case.staff, percent=100, text="举行高层会晤。", at=at(28, 10))
    assert desks(agreement) == {("accept_progress", "industry_head")}
    with refused(Refused, agreement):
        progress.judge(row, by=case.staff, accepted=True, at=at(29, 10))
    progress.judge(row, by=case.head, accepted=True, at=at(29, 10))
    again = agreement.tasks.get(kind="mechanism", occurrence=2)
    assert again.due_on == date(2027, 4, 30)

    assert desks(agreement) == set()
    clock.look(at(10, 12))
    assert desks(agreement) == {("self_check", "industry_head")}
    selfcheck.file(
        agreement,
        2026,
        by=case.head,
        done="项目开工。",
        problems="配套进度偏慢。",
        measures="按月调度。",
        at=at(15, 12),
    )
    assert due(agreement)["self_check"] == date(2027, 12, 31)

    clock.look(at(10, 6, 2027))
    assert ("report_progress", "consulted") in desks(agreement)  # the finance bureau's target
    row = progress.report(
        tasks["target"],
        by=case.person("consulted"),
        percent=100,
        actual=Decimal(8),
        text="到位8亿元。",
        at=at(20, 6, 2027),
    )
    with refused(BadInput, agreement):
        progress.judge(row, by=case.staff, accepted=False, at=at(21, 6, 2027))
    progress.judge(row, by=case.staff, accepted=True, at=at(21, 6, 2027))
    assert told(agreement, "progress_judged") == {"industry_staff", "consulted"}


def is_concluded(case: Enterprise) -> None:
    """§4.3: at the end of the term the cooperation is evaluated and, decided by another, concluded."""
    agreement = case.agreement
    agreement.refresh_from_db()
    assert agreement.expires_on == date(2027, 9, 30)
    assert due(agreement)["expiry_evaluation"] == date(2027, 10, 30)
    clock.look(at(8, 10, 2027))
    assert ("evaluate", "industry_head") in desks(agreement)
    words: dict[str, Any] = {"execution": "全部落地。", "economic_effect": "投资8亿元。", "social_effect": "新增就业。"}
    with refused(Refused, agreement):
        evaluation.file(agreement, by=case.staff, proposal="end", **words, at=at(8, 10, 2027))
    evaluation.file(agreement, by=case.head, proposal="end", **words, at=at(8, 10, 2027))
    assert ("decide_evaluation", "general_office") in desks(agreement)
    with refused(Refused, agreement):
        decide_evaluation(agreement, by=case.head, accepted=True, at=at(11, 10, 2027))
    decide_evaluation(agreement, by=case.person("general_office"), accepted=True, at=at(11, 10, 2027))
    assert at_station(agreement) == "concluded/active"
    assert desks(agreement) == set()
    assert due(agreement) == {}
    assert not ToDo.objects.filter(agreement=agreement, closed_at=None).exists()
    assert told(agreement, "evaluation_decided") == {"industry_head"}


def test_shares_of_capital_leave_the_loan_out(case: Enterprise) -> None:
    """§2.4: land as equity counts into the 100 %, a loan does not."""
    prepares(case)
    for shares, complete in ((SHARES, True), (SHARES[:3], True), (SHARES[:2], False), (SHARES[1:], False)):
        case.write(shares, at(8))
        with pytest.raises(NotNow) as caught:
            drafting.submit(case.agreement, by=case.head, at=at(8))
        assert ("fact" not in {gap.code for gap in caught.value.gaps}) is complete


def test_is_of_the_unit_of_its_field(case: Enterprise) -> None:
    """§2.4: a department leads; a district's officer may not file it."""
    with pytest.raises(Refused):
        preparation.file(
            case.org.category("enterprise"),
            by=case.person("district"),
            title="区里的协议",
            document_type="agreement",
            origin="proposal",
        )
    assert Agreement.objects.count() == 1
