"""Telling a case: one method a station, each through the services, on days that obey the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import SigningAuthority, Unit, User
from agreements.models import Agreement, Category, Clause, Consultation, TextVersion
from agreements.services import consulting, drafting, preparation, texts
from agreements.services.calendar import nth
from agreements.services.preparation import PartyContent
from agreements.services.texts import ClauseContent, PartContent
from core import clock
from regulation.diligence import DILIGENCE_POINTS, diligence_required
from regulation.records import Part


def noon(day: date, hour: int = 10) -> datetime:
    """Return an instant of a working day, for the day of entry."""
    return clock.start_of(day) + timedelta(hours=hour)


def unit(code: str) -> Unit:
    """Return a unit of the demonstration by its code."""
    return Unit.objects.get(code=code)


@dataclass
class Story:
    """A case in the telling: the people, the agreement, and the day it is."""

    people: Mapping[str, User]
    day: date
    officer: str = "staff"
    head: str = "head"
    agreement: Agreement = field(init=False)

    def at(self, hour: int = 10) -> datetime:
        """Return an instant of the present day of the story."""
        return noon(self.day, hour)

    def on(self, day: date) -> Story:
        """Go on to a later day."""
        if day < self.day:
            raise ValueError("a case does not go back in time")
        self.day = day
        return self

    def after(self, workdays: int) -> Story:
        """Go on by working days."""
        return self.on(nth(self.day, workdays).day)

    def by(self, name: str) -> User:
        """Return a member of the cast."""
        return self.people[name]

    def file(self, category: str, title: str, **facts: Any) -> Story:
        """File the agreement."""
        self.agreement = preparation.file(
            Category.objects.get(authority=SigningAuthority.objects.get(code="municipal"), code=category),
            by=self.by(self.officer),
            title=title,
            document_type=facts.get("document_type", "agreement"),
            origin=facts.get("origin", "proposal"),
            origin_note=facts.get("origin_note", ""),
            on=self.day,
            at=self.at(9),
        )
        return self

    def prepare(
        self,
        parties: Sequence[PartyContent],
        *,
        fields: Sequence[str],
        natures: Sequence[str],
        supporting: Sequence[str] = (),
        risk: str = "low",
        **facts: Any,
    ) -> Story:
        """Enter parties, facts, due diligence where §3.1 asks for it, and the risk argument."""
        officer = self.by(self.officer)
        facts.setdefault("term_kind", "until_date")
        if facts["term_kind"] == "until_date":
            facts.setdefault("expires_on", date(self.day.year + 2, 12, 31))
        preparation.describe(
            self.agreement,
            by=officer,
            facts=facts,
            fields=fields,
            natures=natures,
            supporting_units=[unit(code) for code in supporting],
            at=self.at(),
        )
        rows = preparation.name_parties(self.agreement, parties, by=officer, at=self.at())
        for party in rows:
            if diligence_required(party.counterparty.kind):
                preparation.assess(
                    party,
                    {code: (f"已查验{point.name.zh}，材料存卷。", "sound") for code, point in DILIGENCE_POINTS.items()},
                    by=officer,
                    at=self.at(11),
                )
        preparation.argue_risk(
            self.agreement,
            by=officer,
            level=risk,
            argument="合作事项在政府职权范围内，资金与用地按规定程序落实，履约风险可控。",
            measures="分年度安排，逐项落实责任单位，按季度会商。",
            at=self.at(14),
        )
        return self

    def draft(self) -> Story:
        """Begin the draft."""
        drafting.begin(self.agreement, by=self.by(self.officer), on=self.day, at=self.at())
        return self

    def write(self, prose: Mapping[str, str], parts: Mapping[str, Sequence[PartContent]] | None = None) -> Story:
        """Write the clauses by their codes, with their structured parts."""
        text = texts.working(self.agreement)
        assert isinstance(text, TextVersion)
        contents = [
            ClauseContent(
                lineage=clause.lineage,
                prose=prose.get(clause.code, clause.prose),
                parts=(parts or {}).get(clause.code) or self._kept(clause),
            )
            for clause in texts.clauses_with_parts(text)
        ]
        texts.save(self.agreement, contents, by=self.by(self.officer), edition=text.edition, at=self.at(15))
        return self

    @staticmethod
    def _kept(clause: Clause) -> list[PartContent]:
        return [
            PartContent(code=code, lineage=part.lineage, facts=part.facts())
            for code, rows in clause.parts.items()
            for part in rows
        ]

    def write_plainly(self, subject: str, *, due: date, responsible: str) -> Story:
        """Write every framework clause in plain office prose, with the parts its article requires."""
        prose: dict[str, str] = {}
        parts: dict[str, list[PartContent]] = {}
        for clause in self.agreement.edition.clauses:
            prose[clause["code"]] = plain_prose(clause["heading"]["zh"], subject)
            parts[clause["code"]] = [
                part for code in clause["required_parts"] for part in plain_parts(code, subject, due, unit(responsible))
            ]
        return self.write(prose, parts)

    def consult(self, units: Sequence[str], *, workdays: int = 5, note: str = "请于期限前反馈意见。") -> Consultation:
        """Send the draft for opinions, to be answered within working days."""
        return consulting.send(
            self.agreement,
            [unit(code) for code in units],
            by=self.by(self.officer),
            due_on=nth(self.day, workdays).day,
            note=note,
            on=self.day,
            at=self.at(),
        )

    def settle(self, consultation: Consultation, opinions: Mapping[str, tuple[str, str]] | None = None) -> Story:
        """Let the consulted people of the cast reply and answer each objection (unit code → opinion, reason)."""
        for consulted in consultation.consulted.select_related("unit"):
            person = next((user for user in self.people.values() if user.holds("officer", unit=consulted.unit)), None)
            if person is None:
                continue
            body, reason = (opinions or {}).get(consulted.unit.code, ("", ""))
            opinion = consulting.reply(
                consulted,
                by=person,
                stance="objection" if body else "no_objection",
                body=body,
                on=self.day,
                at=self.at(),
            )
            if body:
                consulting.answer(opinion, by=self.by(self.officer), adoption="adopted", reason=reason, at=self.at(16))
        return self

    def submit(self, comment: str = "草案已按各方意见修改，报请审核。") -> Story:
        """Hand the draft to the unit's head, who submits it for review."""
        drafting.hand_to_head(self.agreement, by=self.by(self.officer), at=self.at(10))
        drafting.submit(self.agreement, by=self.by(self.head), on=self.day, at=self.at(16), comment=comment)
        return self


def plain_prose(heading: str, subject: str) -> str:
    """Return a short paragraph for a clause of an invented case."""
    return (
        f"双方围绕{subject}，本着优势互补、互利共赢、政府引导、市场运作的原则，就“{heading}”达成如下一致："
        f"加强工作对接，明确任务分工和时间节点，定期会商进展，共同推动合作事项落地见效。"
    )


def plain_parts(code: str, subject: str, due: date, responsible: Unit) -> list[PartContent]:
    """Return the least parts a clause of an invented case needs."""
    contents: dict[str, list[dict[str, Any]]] = {
        Part.TARGETS: [
            {"indicator": f"{subject}合作项目落地", "measure": "个", "baseline": Decimal(0), "goal": Decimal(5)}
        ],
        Part.WORK_ITEMS: [
            {"title": f"{subject}重点合作事项", "kind": "work", "carrier": "联合工作专班"},
            {"title": f"{subject}配套政策", "kind": "policy", "carrier": "政策清单"},
        ],
        Part.FUNDING: [
            {"contributor": "我方", "channel": "budget", "amount": Decimal(200_000_000), "share": Decimal(40)},
            {"contributor": "合作方", "channel": "enterprise", "amount": Decimal(300_000_000), "share": Decimal(60)},
        ],
        Part.MECHANISMS: [
            {"title": "定期会商", "frequency": "half_yearly", "ours": responsible.name_zh, "theirs": "合作方对口部门"}
        ],
        Part.SAFEGUARDS: [
            {"kind": "policy", "measure": "梳理并公布支持政策"},
            {"kind": "personnel", "measure": "各派一名联络员"},
            {"kind": "funds", "measure": "工作经费列入部门预算"},
        ],
        Part.ASSISTANCE: [{"region": "合作方所辖地区", "funds": Decimal(30_000_000), "note": "分年度安排"}],
    }
    rows = contents[Part(code)]
    for row in rows:
        if code in (Part.TARGETS, Part.WORK_ITEMS, Part.MECHANISMS):
            row["unit"] = responsible.pk
        if code in (Part.TARGETS, Part.WORK_ITEMS):
            row["due_on"] = due
    return [PartContent(code=code, facts=row) for row in rows]
