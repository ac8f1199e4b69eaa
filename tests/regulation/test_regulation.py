"""The facts of the regulation, one by one."""

import pytest

from regulation.categories import CATEGORIES, category
from regulation.deadlines import DEADLINES
from regulation.diligence import DILIGENCE_POINTS, RISK_ARGUMENT, diligence_required
from regulation.posts import POSTS
from regulation.prohibitions import PROHIBITIONS
from regulation.records import AuthorityKind, LeadRole, Part, Role, Start, Unit
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS
from regulation.vocabulary import (
    CLASSIFICATIONS,
    COMMITMENT_KINDS,
    COUNTERPARTY_KINDS,
    DOCUMENT_KINDS_OF_TEXT,
    DOCUMENT_TYPES,
    EVALUATION_PROPOSALS,
    FIELDS,
    FREQUENCIES,
    RETENTIONS,
    SAFEGUARD_KINDS,
    STANDINGS,
    STATIONS,
    months_between,
)

HEADINGS = {
    "ministry": "总体思路 合作目标 合作内容 重点项目 工作机制 保障措施",
    "central_soe": "合作目标 合作原则 合作内容（范围） 重点项目 合作方式 合作机制 法律责任",
    "sister_province": "合作宗旨（思路） 目标定位 合作重点（内容） 合作机制 保障措施",
    "enterprise": "合作原则（宗旨） 合作内容（范围） 重点项目（规划选址） 资金来源 合作方式（机制） 法律责任",
    "sister_city": "合作目标 合作内容 重点工作（项目） 合作机制 保障措施",
    "paired_assistance": "帮扶思路 帮扶范围（资金安排） 帮扶重点（内容） 工作机制（保障措施）",
    "other": "合作思路 合作目标 合作内容（重点项目） 合作机制 保障措施 法律责任",
}
LEADS = {
    "ministry": LeadRole.MATCHING_DEPARTMENT,
    "central_soe": LeadRole.FIELD_DEPARTMENT,
    "sister_province": LeadRole.COOPERATION_EXCHANGE,
    "enterprise": LeadRole.FIELD_DEPARTMENT,
    "sister_city": LeadRole.FOREIGN_AFFAIRS,
    "paired_assistance": LeadRole.PAIRED_ASSISTANCE,
    "other": LeadRole.CONCERNED_UNIT,
}
CLAUSES = [(record, clause) for record in CATEGORIES.values() for clause in record.clauses]


@pytest.mark.article("§2")
def test_seven_categories_in_the_order_of_the_articles():
    assert list(CATEGORIES) == list(HEADINGS)
    assert [record.article for record in CATEGORIES.values()] == [f"§2.{number}" for number in range(1, 8)]


BY_ARTICLE = [pytest.param(code, marks=pytest.mark.article(record.article)) for code, record in CATEGORIES.items()]


@pytest.mark.parametrize("code", BY_ARTICLE)
def test_framework_clauses_in_the_order_of_the_article(code):
    assert " ".join(clause.heading.zh for clause in category(code).clauses) == HEADINGS[code]


@pytest.mark.article("§2")
def test_lead_units():
    assert {code: record.lead_role for code, record in CATEGORIES.items()} == LEADS


@pytest.mark.article("§2")
@pytest.mark.parametrize(("record", "clause"), CLAUSES, ids=lambda value: value.code)
def test_a_clause_says_what_it_asks_and_requires_only_what_it_offers(record, clause):
    assert len(clause.asks.zh) > 15
    assert set(clause.required_parts) <= set(clause.parts)
    assert record.clause(clause.code) is clause
    assert [other.code for other in record.clauses].count(clause.code) == 1


def test_a_clause_that_the_category_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        category("ministry").clause("liability")
    with pytest.raises(KeyError):
        category("none")


@pytest.mark.article("§2.1")
@pytest.mark.parametrize("code", ["ministry", "central_soe", "sister_city", "other"])
def test_targets_are_entered_as_targets(code):
    assert category(code).clause("targets").required_parts == (Part.TARGETS,)


@pytest.mark.article("§2")
def test_every_category_asks_for_work_items_once():
    for record in CATEGORIES.values():
        assert [Part.WORK_ITEMS in clause.required_parts for clause in record.clauses].count(True) == 1, record.code


@pytest.mark.article("§2")
def test_safeguards_where_the_article_has_them():
    with_safeguards = {record.code for record, clause in CLAUSES if Part.SAFEGUARDS in clause.required_parts}
    assert with_safeguards == {"ministry", "sister_province", "sister_city", "other"}
    assert list(SAFEGUARD_KINDS) == ["policy", "personnel", "funds"]


@pytest.mark.article("§2")
def test_mechanisms_where_the_article_names_some():
    with_mechanisms = {record.code for record, clause in CLAUSES if Part.MECHANISMS in clause.required_parts}
    assert with_mechanisms == CATEGORIES.keys() - {"enterprise"}


@pytest.mark.article("§2.4")
def test_funding_is_asked_of_enterprises_only():
    asking = {record.code for record, clause in CLAUSES if Part.FUNDING in clause.parts}
    assert asking == {"enterprise"}
    assert category("enterprise").clause("funding").required_parts == (Part.FUNDING,)


@pytest.mark.article("§2.6")
def test_assisted_regions_and_funds_are_asked_of_paired_assistance_only():
    asking = {record.code for record, clause in CLAUSES if Part.ASSISTANCE in clause.parts}
    assert asking == {"paired_assistance"}
    assert category("paired_assistance").clause("scope").required_parts == (Part.ASSISTANCE,)


@pytest.mark.article("§2")
def test_five_facts_of_a_key_project_where_the_article_asks():
    asking = {code for code, record in CATEGORIES.items() if record.project_facts_required}
    assert asking == {"ministry", "central_soe", "enterprise"}
    for code in asking:
        clause = category(code).clause("key_projects")
        assert clause.parts == (Part.KEY_PROJECTS,)
        for fact in ("实施主体", "资金来源", "选址", "开工竣工时间", "预期效果"):
            assert fact in clause.asks.zh


@pytest.mark.article("§2")
def test_legal_liability_without_exclusivity():
    with_liability = {record.code for record, clause in CLAUSES if clause.code == "liability"}
    assert with_liability == {"central_soe", "enterprise", "other"}
    for code in with_liability:
        assert "排他" in category(code).clause("liability").asks.zh


@pytest.mark.article("§2.5")
def test_only_sister_city_agreements_are_foreign_affairs():
    assert [code for code, record in CATEGORIES.items() if record.foreign_affairs] == ["sister_city"]


@pytest.mark.article("§4.1")
def test_each_category_has_its_retention_and_its_start_of_the_archive_window():
    for record in CATEGORIES.values():
        assert record.retention in RETENTIONS
        assert record.handover_starts in {Start.SIGNING, Start.SEALING}


@pytest.mark.article("§1.2")
def test_eight_prohibitions_of_which_one_is_a_priority():
    assert list(PROHIBITIONS) == [
        "exclusivity",
        "ultra_vires",
        "guarantee",
        "waiver",
        "public_interest",
        "governing_law",
        "industry_policy",
        "land_quota",
    ]
    assert [code for code, item in PROHIBITIONS.items() if item.severity != "block"] == ["governing_law"]
    assert PROHIBITIONS["governing_law"].severity == "warning"


@pytest.mark.article("§2")
def test_document_types_and_fields():
    assert [item.name.zh for item in DOCUMENT_TYPES.values()][:5] == ["协议书", "议定书", "意向书", "宣言", "备忘录"]
    assert [item.name.zh for item in FIELDS.values()][:10] == [
        "经贸",
        "投资",
        "科技",
        "教育",
        "卫生",
        "金融",
        "旅游",
        "体育",
        "对口帮扶",
        "区域合作",
    ]
    assert list(DOCUMENT_TYPES)[-1] == list(FIELDS)[-1] == "other"


@pytest.mark.article("§3.1")
def test_due_diligence_of_four_points_except_of_the_state_sector():
    assert [item.name.zh for item in DILIGENCE_POINTS.values()] == ["主体资格", "资产状况", "资质信用", "履约能力"]
    exempt = {code for code in COUNTERPARTY_KINDS if not diligence_required(code)}
    assert exempt == {"state_organ", "state_owned_enterprise", "public_institution"}
    with pytest.raises(KeyError):
        diligence_required("unheard_of")


@pytest.mark.article("§3.1")
def test_the_risk_argument_rests_on_the_stricter_reading():
    assert (RISK_ARGUMENT.article, RISK_ARGUMENT.rests_on) == ("§3.1", "risk_argument_always")


@pytest.mark.article("§3.3")
def test_six_review_points_and_three_conclusions():
    assert [item.name.zh for item in REVIEW_POINTS.values()] == [
        "双方责权利",
        "合法合规",
        "土地规划",
        "环保安全",
        "政策原则",
        "落地见效",
    ]
    assert list(REVIEW_CONCLUSIONS) == ["lawful", "lawful_after_changes", "not_lawful"]


@pytest.mark.article("§3.4")
def test_what_each_step_does():
    roles = {
        code: post.step_role.zh
        for code, post in POSTS.items()
        if post.step_role and AuthorityKind.MUNICIPAL in post.kinds
    }
    assert roles == {
        "general_office": "拟办",
        "deputy_secretary_general": "复核",
        "secretary_general": "复核",
        "vice_mayor": "审定",
        "executive_vice_mayor": "协调把关",
        "mayor": "审定",
    }
    assert [code for code, post in POSTS.items() if post.of_every_unit] == ["officer", "unit_head"]


def clock(code):
    rule = DEADLINES[code]
    return rule.starts, rule.amount, rule.unit


@pytest.mark.article("§3.5")
def test_the_seal_is_affixed_within_five_working_days_of_signing():
    assert clock("seal") == (Start.SIGNING, 5, Unit.WORKDAY)


@pytest.mark.article("§4.1")
def test_handover_within_five_working_days():
    assert clock("handover_foreign_affairs") == clock("handover") == (Start.SIGNING, 5, Unit.WORKDAY)


@pytest.mark.article("§4.3")
def test_self_check_expiry_and_three_years():
    assert clock("self_check") == (Start.YEAR_END, 0, Unit.DAY)
    assert clock("expiry_evaluation") == (Start.TERM_END, 30, Unit.DAY)
    assert clock("three_year_review") == (Start.SIGNING, 3, Unit.YEAR)
    assert DEADLINES["three_year_review"].starts_again is Start.REVIEW
    assert list(EVALUATION_PROPOSALS) == ["upgrade", "continue", "end"]


@pytest.mark.article("§3.2")
def test_the_sender_sets_the_day_of_reply_and_is_offered_a_length():
    assert clock("opinion_reply") == (Start.SENDER, 5, Unit.WORKDAY)


@pytest.mark.article("§4.2")
def test_a_task_is_due_as_its_plan_says():
    assert clock("task") == (Start.PLAN, 0, Unit.DAY)


@pytest.mark.article("§4.3")
def test_the_products_own_limits_are_marked():
    assert {code for code, rule in DEADLINES.items() if rule.own_limit} == {
        "handover",
        "expiry_evaluation",
        "opinion_reply",
        "completeness",
        "supplement",
        "joint_review",
        "finding_answers",
        "review",
        "revision",
        "approval_step",
        "meeting_topics",
    }


TOLD = {
    "seal": (Role.LEAD_UNIT, Role.SECRETARIAT, Role.SUPERVISION_OFFICE),
    "handover_foreign_affairs": (Role.LEAD_UNIT, Role.SECRETARIAT, Role.SUPERVISION_OFFICE),
    "handover": (Role.LEAD_UNIT, Role.SECRETARIAT, Role.SUPERVISION_OFFICE),
    "self_check": (Role.LEAD_UNIT_HEAD, Role.GENERAL_OFFICE, Role.SUPERVISION_OFFICE),
    "expiry_evaluation": (Role.LEAD_UNIT, Role.GENERAL_OFFICE, None),
    "three_year_review": (Role.LEAD_UNIT, Role.GENERAL_OFFICE, None),
    "opinion_reply": (Role.CONSULTED_UNIT, Role.LEAD_UNIT, None),
    "task": (Role.RESPONSIBLE_UNIT, Role.LEAD_UNIT, Role.SUPERVISION_OFFICE),
}


@pytest.mark.article("§4.3")
@pytest.mark.parametrize("code", TOLD)
def test_who_answers_and_who_is_told_when_late(code):
    rule = DEADLINES[code]
    assert (rule.answers, rule.told_first, rule.told_second) == TOLD[code]
    assert rule.reminders == (-3, -1, 0)


@pytest.mark.article("§4.2")
def test_months_between_the_events_of_a_mechanism():
    assert {code: months_between(code) for code in FREQUENCIES} == {
        "yearly": 12,
        "half_yearly": 6,
        "quarterly": 3,
        "monthly": 1,
        "as_needed": None,
    }
    with pytest.raises(KeyError):
        months_between("weekly")


def test_the_road_of_an_agreement():
    assert (
        " ".join(item.name.zh for item in STATIONS.values()) == "前期准备 起草 法制审核 审批 签署 用印 归档 履行 办结"
    )
    assert list(STANDINGS) == ["active", "suspended", "withdrawn", "terminated"]
    assert list(DOCUMENT_KINDS_OF_TEXT) == ["kept", "consultation", "review", "approved", "signed"]
    assert list(CLASSIFICATIONS) == ["open", "classified"]
    assert list(COMMITMENT_KINDS) == ["key_target", "policy_benefit", "contract_performance", "service", "duty"]
