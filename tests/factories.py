"""A small city government and agreements in it, made the way the product makes them: rows by sync, acts by services.

`organisation()` is the cast; `make_agreement(org, at_station=…)` walks a case through the services of agreements.
The steps of the apps above are in `tests/factories_<app>.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Portfolio, Post, PostHolding, SigningAuthority, Unit, UnitRole, User
from accounts.posts import post_in
from accounts.services import sync as accounts_sync
from agreements import bearing
from agreements.models import Agreement, Attachment, Category, ConsultedUnit, Deliberation, Opinion, Station
from agreements.services import (
    attachments,
    consulting,
    deliberating,
    diligence,
    drafting,
    exchange,
    opinions,
    overlaps,
    preparation,
    texts,
)
from agreements.services.deliberating import ParticipantContent
from agreements.services.diligence import Finding
from agreements.services.opinions import ItemContent
from core import clock, sync
from records import files
from regulation.diligence import DILIGENCE_POINTS
from regulation.vocabulary import SAFEGUARD_KINDS
from tests import cast
from tests.records import samples

PASSWORD = "Cooperation-2026"
SINCE = date(2020, 1, 1)
SOUND = Finding("已核查，情况属实。", "sound", "营业执照、审计报告、信用查询记录。")

UNITS = {
    "exchange": ("市合作交流办公室", "市合作交流办", Unit.Kind.DEPARTMENT),
    "foreign_affairs": ("市人民政府外事办公室", "市外办", Unit.Kind.DEPARTMENT),
    "reform": ("市发展和改革委员会", "市发展改革委", Unit.Kind.DEPARTMENT),
    "finance": ("市财政局", "市财政局", Unit.Kind.DEPARTMENT),
    "industry": ("市工业和信息化局", "市工业和信息化局", Unit.Kind.DEPARTMENT),
    "weather": ("市气象局", "市气象局", Unit.Kind.DEPARTMENT),
    "heping": ("和平区人民政府", "和平区", Unit.Kind.DISTRICT),
}
ROLES = {"cooperation_exchange": "exchange", "paired_assistance": "exchange", "foreign_affairs": "foreign_affairs"}

# Who sits where: user name → (name, unit, post). A unit of "" is a post of the government's own offices.
CAST = {
    "staff": ("周岚", "exchange", "officer"),
    "head": ("许志远", "exchange", "unit_head"),
    "stranger": ("孟凡", "weather", "officer"),
    "consulted": ("赵敏", "finance", "officer"),
    "consulted_head": ("孙立", "finance", "unit_head"),
    "foreign_staff": ("林可", "foreign_affairs", "officer"),
    "foreign_head": ("何川", "foreign_affairs", "unit_head"),
    "district": ("刘洋", "heping", "officer"),
    "district_head": ("郑和平", "heping", "unit_head"),
    "general_office": ("陈静", "", "general_office"),
    "legal": ("吴法正", "", "legal"),
    "deputy_secretary_general": ("钱进", "", "deputy_secretary_general"),
    "secretary_general": ("冯志刚", "", "secretary_general"),
    "vice_mayor": ("韩梅", "", "vice_mayor"),
    "executive_vice_mayor": ("杨建国", "", "executive_vice_mayor"),
    "mayor": ("张海", "", "mayor"),
    "secretariat": ("马兰", "", "secretariat"),
    "inspector": ("高严", "", "inspector"),
    "administrator": ("宋理", "", "administrator"),
    "system_admin": ("唐维", "", "system_admin"),
    "security_admin": ("曹安", "", "security_admin"),
    "audit_admin": ("邓审", "", "audit_admin"),
}
GOVERNING_LAW = "本协议的订立、效力、解释和争议解决适用中华人民共和国法律。"
IN_CHARGE = ("deputy_secretary_general", "vice_mayor")


@dataclass
class Organisation:
    """The authority with its units by code and its people by user name: `org.staff`, `org.units["finance"]`."""

    authority: SigningAuthority
    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def lead(self) -> Unit:
        """Return the unit that leads most cases of the tests: the cooperation and exchange office."""
        return self.units["exchange"]

    def post(self, code: str) -> Post:
        """Return the post of the government's own offices with that code."""
        return Post.objects.get(authority=self.authority, code=code, seat="", unit__kind=Unit.Kind.OFFICE)

    def category(self, code: str) -> Category:
        """Return a category of the authority."""
        return Category.objects.get(authority=self.authority, code=code)


def make_user(username: str, full_name: str, post: Post | None = None, since: date = SINCE) -> User:
    """Make an account with the tests' password, holding a post."""
    user = User.objects.create_user(username, PASSWORD, full_name=full_name)
    if post is not None:
        PostHolding.objects.create(post=post, user=user, from_on=since, basis="任命文件")
    return user


def fresh(user: User) -> User:
    """Return the person as the next request sees them: what they hold is read again."""
    return User.objects.get(pk=user.pk)


def organisation() -> Organisation:
    """Make the cast: the authority from the regulation, departments, a district, people and portfolios."""
    _make_the_cast()
    authority = SigningAuthority.objects.get()
    units = {unit.code: unit for unit in Unit.objects.filter(authority=authority, code__in=UNITS)}
    users = {user.username: user for user in User.objects.filter(username__in=CAST)}
    return Organisation(authority, {code: units[code] for code in UNITS}, {name: users[name] for name in CAST})


@cast.remembered
def _make_the_cast() -> None:
    authority, _lines = accounts_sync.authority()
    sync.run(authority)
    org = Organisation(authority)
    for code, (name, short, kind) in UNITS.items():
        org.units[code] = Unit.objects.create(
            authority=authority, code=code, kind=kind, name_zh=name, name_en=code, short_zh=short
        )
    for role, code in ROLES.items():
        UnitRole.objects.create(authority=authority, role=role, unit=org.units[code])
    for username, (full_name, unit, code) in CAST.items():
        post = post_in(org.units[unit], code) if unit else org.post(code)
        make_user(username, full_name, post)
    for code in IN_CHARGE:
        for unit_row in org.units.values():
            Portfolio.objects.create(post=org.post(code), unit=unit_row, from_on=SINCE)


# ---------------------------------------------------------------------- agreements


def lead_of(org: Organisation, category: str) -> tuple[User, User]:
    """Return officer and head of the unit that leads a category in the tests."""
    return (org.foreign_staff, org.foreign_head) if category == "sister_city" else (org.staff, org.head)


@cast.remembered
def make_agreement(
    org: Organisation,
    category: str = "sister_province",
    at_station: str = Station.DRAFTING,
    *,
    by: User | None = None,
    head: User | None = None,
    title: str = "天津市与长春市对口合作协议",
    party: str = "长春市人民政府",
    party_kind: str = "state_organ",
    natures: Iterable[str] = ("framework",),
    at: datetime | None = None,
    consult: Iterable[str] = ("finance",),
    **facts: Any,
) -> Agreement:
    """Take an agreement to `preparation`, `drafting` (begun, nothing written) or `legal_review` (everything there).

    `facts` go to the agreement as it is described (`is_major=True`, `seal_due=False`, `term_kind=…`). All acts happen
    at one instant, now unless `at` is given.
    """
    staff, leader = lead_of(org, category)
    by, head = by or staff, head or leader
    agreement = preparation.file(
        org.category(category), by=by, title=title, document_type="agreement", origin="proposal", at=at
    )
    prepare(agreement, by=by, party=party, party_kind=party_kind, natures=natures, at=at, **facts)
    if at_station == Station.PREPARATION:
        return agreement
    drafting.begin(agreement, by=by, at=at)
    if at_station == Station.DRAFTING:
        return agreement
    write_text(agreement, by=by, at=at)
    consult_units(agreement, org, consult, by=by, at=at)
    if deliberating.is_required(agreement):
        deliberate(agreement, by=by, at=at)
    drafting.submit(agreement, by=head, at=at)
    if at_station != Station.LEGAL_REVIEW:
        raise ValueError(f"the services of agreements do not lead to {at_station}")
    return agreement


def prepare(
    agreement: Agreement,
    *,
    by: User,
    party: str = "长春市人民政府",
    party_kind: str = "state_organ",
    natures: Iterable[str] = ("framework",),
    at: datetime | None = None,
    **facts: Any,
) -> None:
    """Enter everything preparation asks for: origin, facts, parties, due diligence, our own ability, the risk."""
    described = {"term_kind": "years", "term_years": 3, **facts}
    preparation.describe(
        agreement, by=by, facts=described, fields=["regional_cooperation"], natures=list(natures), at=at
    )
    (row,) = preparation.name_parties(agreement, [preparation.PartyContent(party, party_kind)], by=by, at=at)
    if preparation.lacks_origin_paper(agreement):
        preparation.state_origin(agreement, by=by, origin=agreement.origin, papers=[paper("来源材料.png")], at=at)
    if not overlaps.is_explained(agreement):
        preparation.explain_overlap(agreement, "合作事项不同，另订协议。", by=by, at=at)
    if diligence.is_asked(agreement, party_kind):
        diligence.assess(row, dict.fromkeys(DILIGENCE_POINTS, SOUND), by=by, at=at)
    diligence.state_ability(agreement, Finding("资金、人员已落实。", "sound", "预算安排说明。"), by=by, at=at)
    diligence.argue_risk(agreement, by=by, level="low", argument="履约风险可控。", at=at)


def paper(name: str = "纪要摘录.png") -> SimpleUploadedFile:
    """Return a small true picture under a name, as somebody would upload a scan."""
    pixel = (
        "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
        "53de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
    )
    return SimpleUploadedFile(name, bytes.fromhex(pixel), content_type="image/png")


def file_paper(
    agreement: Agreement, *, by: User, kind: str = "other", name: str = "往来材料.pdf", pages: int = 1, **facts: Any
) -> Attachment:
    """File a paper of blank pages; another number of pages is another file."""
    sent = SimpleUploadedFile(name, samples.pdf(pages))
    with files.received(sent, name=name) as upload:
        return attachments.file(agreement, kind, upload, by=by, **facts)


def part_facts(code: str, agreement: Agreement, due: date) -> list[dict[str, Any]]:
    """Return complete facts of one part of each kind (three safeguards: one of each kind)."""
    unit = agreement.lead_unit_id
    parts: dict[str, list[dict[str, Any]]] = {
        "target": [
            {"indicator": "互派干部", "measure": "人次", "baseline": 0, "goal": 20, "due_on": due, "unit": unit}
        ],
        "work_item": [
            {"title": "共建产业园区", "carrier": "园区管委会", "unit": unit, "due_on": due, "group": "平台建设"}
        ],
        "key_project": [
            {
                "title": "津长产业合作示范园",
                "implementing_body": "示范园建设公司",
                "funding_source": "企业自筹",
                "site": "长春市北湖",
                "starts_on": due - timedelta(days=300),
                "completes_on": due,
                "effect": "形成产业集聚",
                "investment": Decimal(100_000_000),
                "unit": unit,
            }
        ],
        "funding_share": [{"contributor": "双方平台公司", "channel": "enterprise", "share": Decimal(100)}],
        "mechanism": [
            {
                "title": "联席会议",
                "frequency": "quarterly",
                "ours": "市合作交流办",
                "our_contact": "周岚 022-83600001",
                "theirs": "长春市发展改革委",
                "their_contact": "李明 0431-88770001",
                "first_on": due - timedelta(days=200),
                "unit": unit,
            }
        ],
        "safeguard": [{"kind": kind, "measure": "按分工落实。"} for kind in SAFEGUARD_KINDS],
        "assistance_scope": [{"region": "受援县", "funds": Decimal(1_000_000)}],
        "phase": [{"year": due.year, "goal": "取得阶段成效"}],
        "pairing": [{"ours": "和平区", "theirs": "南关区", "within": "长春市"}],
        "duty": [
            {"side": "ours", "kind": "duty", "text": "协调落实支持政策。"},
            {"side": "theirs", "kind": "duty", "text": "按期完成投资建设。"},
        ],
    }
    return parts[code]


def write_text(agreement: Agreement, *, by: User, at: datetime | None = None, due: date | None = None) -> None:
    """Write every clause with prose and one complete part of each kind its framework clause has.

    Screening finds nothing in it; `reword` writes something else into a clause.
    """
    text = texts.working(agreement)
    assert text is not None
    due = due or clock.today(at) + timedelta(days=365)
    contents = []
    for clause in text.clauses.all():
        framework = agreement.edition.clause(clause.code)
        assert framework is not None
        parts = [
            texts.PartContent(code, facts) for code in framework["parts"] for facts in part_facts(code, agreement, due)
        ]
        prose = f"双方就{clause.heading}达成一致。"
        contents.append(texts.ClauseContent(clause.lineage, prose, parts=parts))
    if agreement.is_foreign_related or agreement.category.code == "sister_city":
        contents[-1] = replace(contents[-1], prose=f"{contents[-1].prose}{GOVERNING_LAW}")
    texts.save(agreement, contents, by=by, edition=text.edition, at=at)


def takes_all_on(consulted: ConsultedUnit) -> dict[str, ItemContent]:
    """Return the answers of a unit that takes on everything the text lays on it."""
    return {item.lineage: ItemContent("can") for item in bearing.of_unit(consulted.consultation.text, consulted.unit)}


def agree_again(agreement: Agreement, *, by: User, at: datetime | None = None) -> None:
    """Record that the counterpart agrees to the text as it was changed after a return (§3.3)."""
    day = clock.today(at) if at else clock.today()
    exchange.record(agreement, by=by, direction="received", on=day, medium="letter", note="同意。", at=at)


def reword(
    agreement: Agreement, prose: str, *, by: User, place: int = 0, at: datetime | None = None
) -> texts.ClauseContent:
    """Write a clause of the working text anew (its parts stay), the others as they are; return what was written."""
    text = texts.working(agreement)
    assert text is not None
    clause = texts.clauses_with_parts(text)[place]
    parts = [
        texts.PartContent(code, part.facts(), part.lineage) for code, parts in clause.parts.items() for part in parts
    ]
    content = texts.ClauseContent(clause.lineage, prose, parts=parts)
    drafting.write(agreement, [content], by=by, edition=text.edition, at=at)
    return content


def consult_units(
    agreement: Agreement,
    org: Organisation,
    codes: Iterable[str] = ("finance",),
    *,
    by: User,
    at: datetime | None = None,
) -> None:
    """Send the draft to units that do not object and take on what it lays on them; one without an officer gets one."""
    units = [org.units[code] for code in codes]
    round_ = consulting.send(agreement, units, by=by, due_on=clock.today(at) + timedelta(days=7), at=at)
    for consulted in round_.consulted.select_related("unit"):
        holding = PostHolding.objects.filter(post__unit=consulted.unit, post__code="officer").first()
        officer = (
            holding.user
            if holding
            else make_user(f"officer_{consulted.unit.code}", "经办", post_in(consulted.unit, "officer"))
        )
        items = takes_all_on(consulted)
        opinions.reply(consulted, by=officer, stance=Opinion.Stance.NO_OBJECTION, items=items, at=at)


def participants(experts: int = 3) -> list[ParticipantContent]:
    """Return a chair, a participant and experts, each of whom says something."""
    return [
        ParticipantContent("许志远", "市合作交流办主任", "chair"),
        ParticipantContent("赵敏", "市财政局干部", "participant"),
        *(
            ParticipantContent(f"专家{number}", "高校教授", "expert", f"第{number}位专家：方案可行。")
            for number in range(1, experts + 1)
        ),
    ]


def deliberate(agreement: Agreement, *, by: User, at: datetime | None = None, **facts: Any) -> Deliberation:
    """Record an expert review meeting that passes the draft, as a major or difficult matter needs; `facts` differ."""
    return deliberating.record(
        agreement,
        by=by,
        at=at,
        **{
            "kind": "expert_review",
            "held_on": clock.today(at),
            "place": "市合作交流办会议室",
            "topic": "文本论证",
            "conclusion": "passed",
            "summary": "与会专家同意文本。",
            "minutes": paper("论证会纪要.png"),
            "participants": participants(),
            **facts,
        },
    )
