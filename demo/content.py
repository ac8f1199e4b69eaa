"""What an invented case says: plain office prose for each clause, and the structured parts its article asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Unit
from agreements.services.texts import PartContent
from regulation.records import Part

Facts = list[dict[str, Any]]
GOVERNING_LAW = "本文本的解释和争议解决适用中华人民共和国法律。"
"""What a text with a foreign side says of the law (§1.2)."""

EXPERT_MEETING = (
    ("许志远", "市合作交流办主任", "chair", ""),
    ("陆知行", "市科技局干部", "participant", ""),
    ("沈清源", "某大学经济学院教授（演示）", "expert", "合作目标量化充分，建议把年度分解写入工作机制。"),
    ("顾明哲", "某研究院研究员（演示）", "expert", "资金安排与部门预算衔接，风险可控，同意通过。"),
    ("白若兰", "某律师事务所律师（演示）", "expert", "未见排他、担保等禁止内容，违约处理条款可再具体。"),
)
"""Who takes part in the expert review meetings of the demonstration: name, unit and title, capacity, opinion."""


def prose(heading: str, subject: str) -> str:
    """Return a short paragraph for a clause of an invented case."""
    return (
        f"双方围绕{subject}，本着优势互补、互利共赢、政府引导、市场运作的原则，就“{heading}”达成如下一致："
        f"加强工作对接，明确任务分工和时间节点，定期会商进展，共同推动合作事项落地见效。"
    )


def _targets(subject: str, due: date, responsible: Unit) -> Facts:
    return [
        {
            "indicator": f"{subject}合作项目落地",
            "measure": "个",
            "baseline": Decimal(0),
            "goal": Decimal(5),
            "due_on": due,
            "unit": responsible.pk,
        }
    ]


def _work_items(subject: str, due: date, responsible: Unit) -> Facts:
    return [
        {"title": title, "kind": kind, "carrier": carrier, "due_on": due, "unit": responsible.pk}
        for title, kind, carrier in (
            (f"{subject}重点合作事项", "work", "联合工作专班"),
            (f"{subject}配套政策", "policy", "政策清单"),
        )
    ]


def _funding(_subject: str, _due: date, _responsible: Unit) -> Facts:
    return [
        {"contributor": "我方平台公司", "channel": "enterprise", "amount": Decimal(200_000_000), "share": Decimal(40)},
        {"contributor": "合作方", "channel": "enterprise", "amount": Decimal(300_000_000), "share": Decimal(60)},
    ]


def _mechanisms(_subject: str, _due: date, responsible: Unit) -> Facts:
    return [
        {
            "title": "定期会商",
            "frequency": "half_yearly",
            "ours": responsible.name_zh,
            "our_contact": "综合处",
            "theirs": "合作方对口部门",
            "their_contact": "联络员",
            "unit": responsible.pk,
        }
    ]


def _safeguards(_subject: str, _due: date, _responsible: Unit) -> Facts:
    return [
        {"kind": "policy", "measure": "梳理并公布支持政策"},
        {"kind": "personnel", "measure": "各派一名联络员"},
        {"kind": "funds", "measure": "工作经费列入部门预算"},
    ]


def _assistance(_subject: str, _due: date, _responsible: Unit) -> Facts:
    return [{"region": "合作方所辖地区", "funds": Decimal(30_000_000), "note": "分年度安排"}]


def _key_projects(subject: str, due: date, responsible: Unit) -> Facts:
    return [
        {
            "title": f"{subject}示范项目",
            "implementing_body": "双方合资项目公司",
            "funding_source": "企业自有资金",
            "site": "滨海新区规划产业用地（初选）",
            "starts_on": date(due.year - 1, 6, 1),
            "completes_on": due,
            "effect": "建成后带动上下游企业集聚",
            "investment": Decimal(500_000_000),
            "unit": responsible.pk,
        }
    ]


def _duties(subject: str, _due: date, _responsible: Unit) -> Facts:
    return [
        {"side": "ours", "kind": "duty", "text": f"在职权范围内协调{subject}合作所需的手续和政策"},
        {"side": "theirs", "kind": "duty", "text": f"按约定进度投入{subject}合作所需的资金、人员和技术"},
        {"side": "both", "kind": "right", "text": "可随时查询合作事项的进展情况"},
    ]


_WRITERS: dict[str, Callable[[str, date, Unit], Facts]] = {
    Part.TARGETS: _targets,
    Part.WORK_ITEMS: _work_items,
    Part.KEY_PROJECTS: _key_projects,
    Part.FUNDING: _funding,
    Part.MECHANISMS: _mechanisms,
    Part.SAFEGUARDS: _safeguards,
    Part.ASSISTANCE: _assistance,
    Part.DUTIES: _duties,
}


def parts(codes: Sequence[str], subject: str, due: date, responsible: Unit) -> list[PartContent]:
    """Return complete parts of each kind named, for an invented case."""
    return [PartContent(code=code, facts=row) for code in codes for row in _WRITERS[code](subject, due, responsible)]
