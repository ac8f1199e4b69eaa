"""A district that signs in its own name (§2, last paragraph): its people, an agreement of its own, and own rules."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from accounts.demonstration import BASIS
from accounts.models import Portfolio, PostHolding, SigningAuthority, Unit, User
from accounts.posts import post_in, post_of
from agreements.models import Category
from agreements.services import diligence, drafting, preparation
from agreements.services.diligence import Finding
from agreements.services.preparation import PartyContent
from approvals.services import route_rows
from approvals.services.route_checks import Condition, StepContent
from core import sync
from demo.cast import SINCE, Member, password
from demo.story import NOTE
from regulation.records import Submitter, Text

CODE = "wuqing"
BUREAU = "fagai"
CAST = (
    Member("wuqing_staff", "陆川", "officer", BUREAU),
    Member("wuqing_unit_head", "庄宁", "unit_head", BUREAU),
    Member("wuqing_office", "贺敏", "general_office"),
    Member("wuqing_legal", "谭正", "legal"),
    Member("wuqing_director", "常青", "office_director"),
    Member("wuqing_deputy", "卢静", "deputy_district_head"),
    Member("wuqing_executive", "邹平", "executive_deputy_district_head"),
    Member("wuqing_head", "尹宏", "district_head"),
)


def load(people: Mapping[str, User]) -> int:
    """Name the district, seat its people, file an agreement of its own, and set two own rules; return how many were
    filed. Runs after the other cases: what is set here touches none of them."""
    _rules(people["administrator"])
    authority = SigningAuthority.objects.create(
        code=CODE,
        kind=SigningAuthority.Kind.DISTRICT,
        name_zh="武清区人民政府",
        name_en="Wuqing District Government",
        number_prefix="武合协",
    )
    sync.run(authority)
    bureau = Unit.objects.create(
        authority=authority,
        code=BUREAU,
        kind=Unit.Kind.DEPARTMENT,
        name_zh="武清区发展和改革委员会",
        name_en="Wuqing Development and Reform Commission",
        short_zh="区发展改革委",
    )
    hashed = make_password(password())
    for member in CAST:
        post = post_in(bureau, member.post) if member.department else post_of(authority, member.post)
        if post is None:
            raise LookupError(f"the post {member.post} is missing")
        user = User.objects.create(username=member.username, full_name=member.name, password=hashed)
        PostHolding.objects.create(post=post, user=user, from_on=SINCE, basis=BASIS)
        if member.post == "deputy_district_head":
            Portfolio.objects.create(post=post, unit=bureau, from_on=SINCE)
    _agreement(authority)
    return 1


def _agreement(authority: SigningAuthority) -> None:
    officer = User.objects.get(username="wuqing_staff")
    agreement = preparation.file(
        Category.objects.get(authority=authority, code="other"),
        by=officer,
        title="武清区与廊坊市毗邻地区产业协作协议",
        document_type="agreement",
        origin="proposal",
        origin_note=NOTE,
    )
    preparation.describe(
        agreement,
        by=officer,
        facts={"term_kind": "years", "term_years": 3},
        fields=["regional_cooperation"],
        natures=["framework"],
    )
    preparation.name_parties(agreement, [PartyContent("廊坊市人民政府", "state_organ")], by=officer)
    own = Finding("承担事项均在区政府职权范围内，经费和人员已有安排。", "sound", "部门职责规定、年度预算安排说明。")
    diligence.state_ability(agreement, own, by=officer)
    diligence.argue_risk(agreement, by=officer, level="low", argument="事项在区政府职权范围内，履约风险可控。")
    drafting.begin(agreement, by=officer)


def _rules(administrator: User) -> None:
    """Set what the municipal government adds of its own accord: a reading by the legal affairs office for large
    amounts of foreign matters, the executive meeting for the largest."""
    authority = SigningAuthority.objects.get(code="municipal")
    paper = "津政办发〔2026〕11号"
    route_rows.add(
        authority,
        Submitter.DEPARTMENT,
        "legal",
        StepContent(
            behind="secretary_general",
            role=Text("会核", "Checks again"),
            article=paper,
            workdays=2,
            condition=Condition("foreign"),
        ),
        by=administrator,
        seen=route_rows.stamp(authority),
        reason="涉外协议报批前由法制办会核",
    )
    route_rows.add_forum(
        authority,
        "executive_meeting",
        Condition("amount", amount=Decimal(10_000_000_000)),
        by=administrator,
        seen=route_rows.stamp(authority),
        reason="市政府议事规则修订",
        article=paper,
    )
