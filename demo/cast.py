"""The demonstration cast: invented people in the offices of a municipal government, one for each part in life."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.demonstration import BASIS
from accounts.models import Portfolio, Post, PostHolding, SigningAuthority, Unit, UnitRole, User
from accounts.posts import post_in, post_of
from regulation.records import LeadRole

SINCE = date(2017, 6, 16)
DEFAULT_PASSWORD = "Demo-2026-hezuo"


@dataclass(frozen=True, slots=True)
class Department:
    """A department or a district of the demonstration."""

    code: str
    zh: str
    en: str
    kind: str = Unit.Kind.DEPARTMENT


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the cast: account, name, post, and the department of a post that every unit has."""

    username: str
    name: str
    post: str
    department: str = ""


DEPARTMENTS = (
    Department("hezuo", "市合作交流办", "Cooperation and Exchange Office"),
    Department("waishi", "市外办", "Foreign Affairs Office"),
    Department("fagai", "市发展改革委", "Development and Reform Commission"),
    Department("keji", "市科技局", "Science and Technology Bureau"),
    Department("gongxin", "市工业和信息化局", "Industry and Information Technology Bureau"),
    Department("jiaowei", "市教委", "Education Commission"),
    Department("caizheng", "市财政局", "Finance Bureau"),
    Department("renshe", "市人社局", "Human Resources and Social Security Bureau"),
    Department("guihua", "市规划资源局", "Planning and Natural Resources Bureau"),
    Department("shengtai", "市生态环境局", "Ecology and Environment Bureau"),
    Department("zhujian", "市住房城乡建设委", "Housing and Urban-Rural Development Commission"),
    Department("jiaotong", "市交通运输委", "Transport Commission"),
    Department("nongye", "市农业农村委", "Agriculture and Rural Affairs Commission"),
    Department("shangwu", "市商务局", "Commerce Bureau"),
    Department("wenlv", "市文化和旅游局", "Culture and Tourism Bureau"),
    Department("weijian", "市卫生健康委", "Health Commission"),
    Department("guozi", "市国资委", "State-owned Assets Commission"),
    Department("tiyu", "市体育局", "Sports Bureau"),
    Department("jinrong", "市金融局", "Financial Affairs Bureau"),
    Department("shichang", "市市场监管委", "Market Regulation Commission"),
    Department("zhengwu", "市政务服务办", "Government Services Office"),
    *(
        Department(code, zh, en, Unit.Kind.DISTRICT)
        for code, zh, en in (
            ("binhai", "滨海新区", "Binhai New Area"),
            ("heping", "和平区", "Heping District"),
            ("hedong", "河东区", "Hedong District"),
            ("hexi", "河西区", "Hexi District"),
            ("nankai", "南开区", "Nankai District"),
            ("hebei", "河北区", "Hebei District"),
            ("hongqiao", "红桥区", "Hongqiao District"),
            ("dongli", "东丽区", "Dongli District"),
            ("xiqing", "西青区", "Xiqing District"),
            ("jinnan", "津南区", "Jinnan District"),
            ("beichen", "北辰区", "Beichen District"),
            ("wuqing", "武清区", "Wuqing District"),
            ("baodi", "宝坻区", "Baodi District"),
            ("ninghe", "宁河区", "Ninghe District"),
            ("jinghai", "静海区", "Jinghai District"),
            ("jizhou", "蓟州区", "Jizhou District"),
        )
    ),
)

REVIEWS = {"planning": "guihua", "finance": "caizheng", "ecology": "shengtai", "state_assets": "guozi"}
"""The departments that review with the legal affairs office, by the part they play."""
ROLES = {
    LeadRole.COOPERATION_EXCHANGE: "hezuo",
    LeadRole.PAIRED_ASSISTANCE: "hezuo",
    LeadRole.FOREIGN_AFFAIRS: "waishi",
}

POST_NAMES = {
    "general_office": ("综合处处长", "Head of the general division"),
    "legal": ("审核处处长", "Head of the review division"),
    "secretariat": ("印信档案专员", "Seal and archive officer"),
    "inspector": ("督查专员", "Inspector"),
}
"""What an administrator would call these posts of the office; the regulation only says which office it is."""

CAST = (
    Member("staff", "周岚", "officer", "hezuo"),
    Member("head", "许志远", "unit_head", "hezuo"),
    Member("stranger", "冯涛", "officer", "tiyu"),
    Member("consulted", "陆知行", "officer", "keji"),
    Member("consulted_head", "邵明", "unit_head", "keji"),
    Member("district", "韩丽", "officer", "wuqing"),
    Member("district_head", "赵启明", "unit_head", "wuqing"),
    Member("waishi_staff", "程雨桐", "officer", "waishi"),
    Member("waishi_head", "方静宜", "unit_head", "waishi"),
    Member("gongxin_staff", "韩东", "officer", "gongxin"),
    Member("gongxin_head", "石磊", "unit_head", "gongxin"),
    Member("general_office", "孙立", "general_office"),
    Member("legal", "何静", "legal"),
    Member("deputy_secretary_general", "郑怀远", "deputy_secretary_general"),
    Member("secretary_general", "江城", "secretary_general"),
    Member("vice_mayor", "梁以宁", "vice_mayor"),
    Member("executive_vice_mayor", "顾承安", "executive_vice_mayor"),
    Member("mayor", "秦明义", "mayor"),
    Member("secretariat", "林敏", "secretariat"),
    Member("inspector", "钱进", "inspector"),
    Member("administrator", "吴越", "administrator"),
    Member("administrator_two", "贺宁", "administrator"),
    Member("system_admin", "丁毅", "system_admin"),
    Member("security_admin", "沈安", "security_admin"),
    Member("audit_admin", "严实", "audit_admin"),
)


def password() -> str:
    """Return the password of the demonstration: `DEMO_PASSWORD`, or the stated one."""
    return os.environ.get("DEMO_PASSWORD") or DEFAULT_PASSWORD


def assemble(authority: SigningAuthority) -> dict[str, User]:
    """Make the departments, the portfolios and the cast, and return the people by user name.

    Second caller: everything is found as it stands; passwords are not set again.
    """
    units = {entry.code: _unit(authority, entry) for entry in DEPARTMENTS}
    for role, code in ROLES.items():
        UnitRole.objects.get_or_create(authority=authority, role=role.value, defaults={"unit": units[code]})
    for part, code in REVIEWS.items():
        UnitRole.objects.get_or_create(authority=authority, role=part, defaults={"unit": units[code]})
    for code in ("deputy_secretary_general", "vice_mayor"):
        leader = _post(authority, units, code)
        for unit in units.values():
            Portfolio.objects.get_or_create(post=leader, unit=unit, defaults={"from_on": SINCE})
    for code, (zh, en) in POST_NAMES.items():
        post = _post(authority, units, code)
        if (post.name_zh, post.name_en) != (zh, en):
            post.name_zh, post.name_en = zh, en
            post.save()
    people: dict[str, User] = {}
    # One password for all is hashed once: hashing it for each would take longer than telling their cases.
    hashed = make_password(password())
    for member in CAST:
        user, _made = User.objects.get_or_create(
            username=member.username, defaults={"full_name": member.name, "password": hashed}
        )
        post = _post(authority, units, member.post, member.department)
        PostHolding.objects.get_or_create(post=post, user=user, defaults={"from_on": SINCE, "basis": BASIS})
        people[member.username] = user
    return people


def write_accounts(*others: Member) -> None:
    """Write `accounts.json` into the data folder: user name, password, post and unit of every member."""
    rows = []
    for member in (*CAST, *others):
        user = User.objects.get(username=member.username)
        post = user.main_post
        rows.append(
            {
                "username": member.username,
                "password": password(),
                "name": user.full_name,
                "post": post.name_zh if post else "",
                "unit": post.unit.name_zh if post else "",
            }
        )
    path = settings.DATA_DIR / "accounts.json"
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _unit(authority: SigningAuthority, entry: Department) -> Unit:
    unit, _made = Unit.objects.get_or_create(
        authority=authority,
        code=entry.code,
        defaults={"name_zh": entry.zh, "name_en": entry.en, "kind": entry.kind},
    )
    return unit


def _post(authority: SigningAuthority, units: dict[str, Unit], code: str, department: str = "") -> Post:
    if department:
        return post_in(units[department], code)
    post = post_of(authority, code)
    if post is None:
        raise LookupError(f"the post {code} is missing: run sync_regulation first")
    return post
