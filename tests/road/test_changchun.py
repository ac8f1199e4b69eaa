"""§2.3: the Tianjin–Changchun plan from its first line to its tasks in performance, as the demonstration tells it."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.models import Unit, User
from accounts.services import sync as accounts_sync
from agreements.models import Agreement, Category, Pairing, Phase
from agreements.services import clock, consulting, diligence, drafting, opinions, preparation, texts
from agreements.services.diligence import Finding
from agreements.services.preparation import PartyContent
from agreements.services.texts import ClauseContent, PartContent
from approvals.models import LegalReview, Run
from approvals.services import reviewing, routing, runs
from approvals.services.review import findings as review_findings
from approvals.services.review.findings import Answer
from approvals.services.reviewing import PointContent
from archive.models import SealRequest
from archive.services import handover, sealing, signing
from archive.services.signing import Ours, Theirs
from core import sync
from core.errors import NotNow, Refused
from demo import cast, changchun
from followup.models import Task
from followup.services import progress
from tests.factories import Organisation, fresh, paper, takes_all_on
from tests.factories_approvals import all_clear, complete, leave_out_joint, pass_step
from tests.factories_followup import noon
from tests.road.walking import acts, at_station, desks, due, is_sound, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.article("§2.3")]


def at(month: int, day: int) -> datetime:
    return noon(date(2026, month, day))


class Plan:
    """The case and the cast of the demonstration."""

    def __init__(self) -> None:
        authority, _lines = accounts_sync.authority()
        sync.run(authority)
        self.people = cast.assemble(authority)
        self.world = Organisation(authority, users=dict(self.people))
        self.agreement = preparation.file(
            Category.objects.get(authority=authority, code="sister_province"),
            by=self.by("staff"),
            title="天津市与长春市对口合作框架协议（2026—2028年）",
            document_type="agreement",
            origin="meeting",
            origin_note=f"取自{changchun.SOURCE}，阶段顺延。",
            origin_papers=[paper("会议纪要.png")],
            at=at(3, 2),
        )

    def by(self, name: str) -> User:
        return fresh(self.people[name])

    def write(self, month: int, day: int) -> None:
        """Write the plan into the clauses of the category."""
        text = texts.working(self.agreement)
        assert text is not None
        written = parts()
        drafting.write(
            self.agreement,
            [
                ClauseContent(clause.lineage, f"双方就{clause.heading}达成一致。", parts=written.get(clause.code, ()))
                for clause in text.clauses.all()
            ],
            by=self.by("staff"),
            edition=text.edition,
            at=at(month, day),
        )


def unit(code: str) -> int:
    return Unit.objects.get(code=code).pk


def parts() -> dict[str, list[PartContent]]:
    """Return the plan as structured parts by clause."""
    items = [
        PartContent(
            "work_item",
            {
                "group": group,
                "title": title,
                "carrier": carrier,
                "unit": unit(responsible),
                "due_on": date(2026 + number % 3, 12, 20),
            },
        )
        for group, tasks in changchun.GROUPS
        for number, title, carrier, responsible in tasks
    ]
    projects = [
        PartContent("key_project", {**project, "unit": unit(str(project["unit"])), "completes_on": date(2028, 10, 31)})
        for project in changchun.PROJECTS
    ]
    pairings = [
        PartContent("pairing", {"ours": ours, "theirs": theirs, "within": within})
        for ours, theirs, within in changchun.PAIRINGS
    ]
    phases = [PartContent("phase", {"year": year, "goal": goal}) for year, goal in enumerate(changchun.PHASES, 2026)]
    mechanisms = [
        PartContent(
            "mechanism",
            {
                "title": title,
                "frequency": frequency,
                "ours": "市合作交流办",
                "theirs": "长春市发展改革委",
                "unit": unit(responsible),
            },
        )
        for title, frequency, responsible in changchun.MECHANISMS
    ]
    safeguards = [PartContent("safeguard", {"kind": kind, "measure": text}) for kind, text in changchun.SAFEGUARDS]
    return {
        "positioning": phases,
        "priorities": [*items, *projects, *pairings],
        "mechanisms": mechanisms,
        "safeguards": safeguards,
    }


@pytest.fixture
def plan(db: None) -> Plan:
    return Plan()


def test_the_plan_is_the_published_one() -> None:
    """18 tasks in five groups, two projects, sixteen pairings, three phases."""
    numbers = [number for _group, tasks in changchun.GROUPS for number, *_rest in tasks]
    assert numbers == list(range(1, 19))
    assert [len(tasks) for _group, tasks in changchun.GROUPS] == [5, 5, 3, 3, 2]
    assert (len(changchun.PROJECTS), len(changchun.PAIRINGS), len(changchun.PHASES)) == (2, 16, 3)


@pytest.mark.article("§3.2")
@pytest.mark.article("§3.3")
@pytest.mark.article("§3.4")
@pytest.mark.article("§4.2")
def test_from_filing_to_performance(plan: Plan) -> None:
    agreement = plan.agreement
    assert agreement.lead_unit.code == "hezuo"
    assert desks(agreement) == {("prepare", "staff")}
    prepares(plan)
    is_returned_once(plan)
    is_signed_off(plan)
    is_sealed_and_kept(plan)
    is_in_performance(plan)
    is_sound(agreement)


def prepares(plan: Plan) -> None:
    """§3.1: a state organ is exempt from the four points; the government's own risk is argued all the same."""
    agreement, staff = plan.agreement, plan.by("staff")
    preparation.describe(
        agreement,
        by=staff,
        facts={"term_kind": "until_date", "expires_on": date(2028, 12, 31)},
        fields=["regional_cooperation", "trade", "science"],
        natures=["intent", "framework"],
        supporting_units=Unit.objects.filter(code__in=("fagai", "gongxin")),
        at=at(3, 2),
    )
    (party,) = preparation.name_parties(
        agreement, [PartyContent("长春市人民政府", "state_organ", "", "市长")], by=staff, at=at(3, 2)
    )
    with refused(NotNow, agreement, "exempt", article="§3.1"):
        diligence.assess(party, {}, by=staff)
    with refused(NotNow, agreement, "risk", "ability"):
        drafting.begin(agreement, by=staff, at=at(3, 2))
    diligence.state_ability(agreement, Finding("人员、经费已落实。", "sound", "年度预算。"), by=staff, at=at(3, 2))
    diligence.argue_risk(agreement, by=staff, level="low", argument="不涉及财政支出承诺。", at=at(3, 2))
    drafting.begin(agreement, by=staff, at=at(3, 3))
    assert desks(agreement) == {("draft", "staff")}
    assert Agreement.objects.visible_to(plan.by("gongxin_staff")).exists()
    assert not Agreement.objects.visible_to(plan.by("stranger")).exists()


def is_returned_once(plan: Plan) -> None:
    """§3.2, §3.3: opinions are asked; the review finds a point, the text is changed and submitted again."""
    agreement, staff, head = plan.agreement, plan.by("staff"), plan.by("head")
    plan.write(3, 9)
    round_ = consulting.send(
        agreement, [Unit.objects.get(code="keji")], by=staff, due_on=date(2026, 3, 16), at=at(3, 10)
    )
    assert due(agreement) == {"opinion_reply": date(2026, 3, 16)}
    (asked,) = round_.consulted.all()
    opinions.reply(asked, by=plan.by("consulted"), stance="no_objection", items=takes_all_on(asked), at=at(3, 12))
    assert due(agreement) == {}
    drafting.submit(agreement, by=head, at=at(3, 13))
    assert due(agreement) == {"completeness": date(2026, 3, 17)}

    drafting.recall(agreement, by=head, reason="补一处笔误。", at=at(3, 13))
    assert at_station(agreement) == "drafting/active"
    assert desks(agreement) == {("draft", "staff")}
    drafting.submit(agreement, by=head, at=at(3, 16))

    review = complete(agreement, plan.world, at=at(3, 16))
    leave_out_joint(review, plan.world, at=at(3, 16))
    clause = review.text.clauses.get(code="mechanisms")
    findings = all_clear() | {"effect": PointContent(True, "会商频次未写明。", clause.lineage)}
    legal, shown = plan.by("legal"), review.text.sha256
    reviewing.record_points(review, findings, by=legal, text_sha256=shown, at=at(3, 18))
    reviewing.close(
        review,
        by=legal,
        conclusion="lawful_after_changes",
        text_sha256=shown,
        opinion="写明频次。",
        at=at(3, 18),
    )
    assert at_station(agreement) == "drafting/active"
    assert desks(agreement) == {("draft", "staff")}
    assert told(agreement, "returned") >= {"staff", "head"}
    with refused(NotNow, agreement):
        runs.open_run(agreement, by=plan.by("general_office"), at=at(3, 18))

    plan.write(3, 20)
    with refused(NotNow, agreement):
        drafting.submit(agreement, by=head, at=at(3, 23))
    found = review.findings.get()
    review_findings.answer(
        agreement, {found.public_id: Answer("changed", "已写明每季度会商。")}, by=plan.by("staff"), at=at(3, 23)
    )
    drafting.submit(agreement, by=head, at=at(3, 23))
    again = complete(agreement, plan.world, at=at(3, 23))
    leave_out_joint(again, plan.world, at=at(3, 23))
    assert [row.state for row in agreement.completeness_checks.order_by("round")] == [
        "recalled",
        "complete",
        "complete",
    ]
    assert [row.state for row in agreement.legal_reviews.order_by("round")] == [
        LegalReview.State.RETURNED,
        LegalReview.State.OPEN,
    ]
    assert again.text.clauses.get(code="mechanisms").lineage == clause.lineage
    legal, shown = plan.by("legal"), again.text.sha256
    review_findings.judge(again, found.public_id, by=legal, accepted=True, at=at(3, 25))
    reviewing.record_points(again, all_clear(), by=legal, text_sha256=shown, at=at(3, 25))
    reviewing.close(again, by=legal, conclusion="lawful", text_sha256=shown, at=at(3, 25))
    assert desks(agreement) == {("present", "general_office")}


def is_signed_off(plan: Plan) -> None:
    """§3.4: intent and framework only: sign-off, the mayor last, no meeting."""
    agreement, office = plan.agreement, plan.by("general_office")
    first = runs.open_run(agreement, by=office, at=at(3, 26))
    drafting.recall(agreement, by=office, reason="附件缺页。", at=at(3, 26))
    assert at_station(agreement) == "legal_review/active"
    assert desks(agreement) == {("present", "general_office")}
    run = runs.open_run(agreement, by=office, opinion="拟同意。", at=at(3, 27))
    first.refresh_from_db()
    assert first.state == Run.State.RECALLED
    assert run.forum == "sign_off"
    leaders = [
        "deputy_secretary_general",
        "secretary_general",
        "vice_mayor",
        "executive_vice_mayor",
        "mayor",
    ]
    assert list(run.steps.values_list("code", flat=True)) == ["general_office", *leaders]
    for day, name in enumerate(leaders, start=1):
        assert desks(agreement) == {("decide", name)}
        pass_step(agreement, at=at(4, day if day < 4 else day + 3))
    assert at_station(agreement) == "signing/active"
    assert told(agreement, "approved") == {"staff", "head"}


def is_sealed_and_kept(plan: Plan) -> None:
    """§3.5, §4.1: a leader signed, so the seal needs no instruction; five working days, over Labour Day."""
    agreement = plan.agreement
    (party,) = agreement.parties.all()
    signing.record(
        agreement,
        by=plan.by("staff"),
        on=date(2026, 4, 29),
        place="天津",
        manner="together",
        ours=[Ours("秦明义", "市长", is_municipal_leader=True)],
        theirs=[Theirs(party, "王市长", "市长")],
        scan=paper("签署页.png"),
        at=at(4, 29),
    )
    assert ("request_sealing", "staff") in desks(agreement)
    assert due(agreement)["seal"] == due(agreement)["handover"] == date(2026, 5, 9)  # a Saturday that is worked
    sealing.request(agreement, by=plan.by("staff"), copies=4, pages=20, purpose="签署用印", at=at(4, 30))
    with refused(Refused, agreement):
        sealing.send_back(agreement, by=plan.by("staff"), reason="撤回")
    line = sealing.affix(
        agreement,
        by=plan.by("secretariat"),
        on=date(2026, 5, 7),
        copies=4,
        pages=20,
        places="签署页、骑缝",
        keeper="林敏",
        at=at(5, 7),
    )
    assert line.request.basis == SealRequest.Basis.LEADER_SIGNED
    assert line.approver == "市长 秦明义"
    handover.hand_over(
        agreement, by=plan.by("staff"), background="对口合作。", copies=2, original=paper("正本.png"), at=at(5, 8)
    )
    assert ("receive", "secretariat") in desks(agreement)
    handover.receive(agreement, by=plan.by("secretariat"), on=date(2026, 5, 8), at=at(5, 8))
    assert at_station(agreement) == "performance/active"
    assert [code for code in acts(agreement) if code in ("sign", "open_ledger", "seal", "archive")] == [
        "sign",
        "open_ledger",
        "seal",
        "archive",
    ]


def is_in_performance(plan: Plan) -> None:
    """§4.2: 18 tasks, two projects and the mechanisms lie with their units, each pointing at its clause."""
    agreement = plan.agreement
    of_kind = {kind: agreement.tasks.filter(kind=kind) for kind in Task.Kind.values}
    assert {kind: rows.count() for kind, rows in of_kind.items()} == {
        "target": 0,
        "work_item": 18,
        "key_project": 2,
        "mechanism": 13,
    }
    assert [row.title for row in of_kind["work_item"]] == [
        title for _group, tasks in changchun.GROUPS for _number, title, *_rest in tasks
    ]
    text = agreement.signing.text
    clauses = {clause.lineage: clause.code for clause in text.clauses.all()}
    assert {clauses[row.clause_lineage] for row in agreement.tasks.all()} == {"priorities", "mechanisms"}
    assert Pairing.objects.filter(clause__text=text).count() == 16
    assert list(Phase.objects.filter(clause__text=text).values_list("year", flat=True)) == [2026, 2027, 2028]

    # Who works on a task sees the agreement, on desks only from thirty days before its day.
    assert Agreement.objects.visible_to(plan.by("consulted")).exists()
    assert not Agreement.objects.visible_to(plan.by("stranger")).exists()
    clock.look(at(12, 1))
    assert ("report_progress", "gongxin_staff") in desks(agreement)
    industry = of_kind["work_item"].filter(unit__code="gongxin").earliest("due_on")
    row = progress.report(industry, by=plan.by("gongxin_staff"), percent=40, text="园区开工。", at=at(12, 2))
    assert ("accept_progress", "staff") in desks(agreement)
    progress.judge(row, by=plan.by("staff"), accepted=True, at=at(12, 3))
    industry.refresh_from_db()
    assert (industry.percent, industry.state) == (40, Task.State.OPEN)
    assert ("self_check", "head") in desks(agreement)
    assert {("self_check", date(2026, 12, 31)), ("expiry_evaluation", date(2029, 1, 30))} <= due(agreement).items()


def test_a_money_clause_would_have_needed_the_meeting(plan: Plan) -> None:
    """§3.4: the same text with use of funds does not go by sign-off."""
    prepares(plan)
    for natures, forum in (
        (["framework"], "sign_off"),
        (["framework", "funds"], "mayors_office_meeting"),
        (["policy", "land"], "executive_meeting"),
    ):
        preparation.describe(
            plan.agreement,
            by=plan.by("staff"),
            facts={"amount_kind": "exact", "amount_low": Decimal(1)},
            fields=["trade"],
            natures=natures,
        )
        assert routing.plan(plan.agreement).route.forum == forum
