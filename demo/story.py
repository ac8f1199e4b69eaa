"""Telling a case up to its submission: each step through the services, on days that obey the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Self

from accounts.models import SigningAuthority, Unit, User
from agreements import bearing
from agreements.models import Agreement, Category, Clause, Consultation, ConsultedUnit, Opinion, TextVersion
from agreements.services import (
    calendar,
    consulting,
    deliberating,
    diligence,
    drafting,
    findings,
    opinions,
    overlaps,
    preparation,
    texts,
)
from agreements.services.deliberating import ParticipantContent
from agreements.services.diligence import Finding
from agreements.services.opinions import ItemContent, PointContent
from agreements.services.preparation import PartyContent
from agreements.services.texts import ClauseContent, PartContent
from core import clock
from demo import content
from demo.scans import scan
from regulation.diligence import DILIGENCE_POINTS
from regulation.records import Part
from regulation.vocabulary import ORIGINS
from regulation.workdays import is_workday

NOTE = "演示数据，协议、日期和人员均为虚构。"
TO_REVIEW = 12
"""Working days that `Story.to_review` takes."""


EVIDENCE = {
    "standing": "营业执照、章程、授权文件复印件。",
    "assets": "近三年审计报告。",
    "credit": "信用查询记录、资质证书。",
    "ability": "在建项目清单、资金证明。",
}
"""On what the findings about an invented counterparty rest, by point."""


def ago(workdays: int) -> date:
    """Return the day that lies a number of working days before today."""
    day, used = clock.today(), calendar.in_use()
    while workdays:
        day -= timedelta(days=1)
        workdays -= is_workday(day, used)
    return day


def ahead(workdays: int) -> date:
    """Return the day that lies a number of working days after today."""
    return calendar.nth(clock.today(), workdays).day


def year_end(years: int) -> date:
    """Return the last day of the year that many years after this one."""
    return date(clock.today().year + years, 12, 31)


def unit(code: str) -> Unit:
    """Return a unit of the demonstration by its code."""
    return Unit.objects.get(code=code)


@dataclass
class Story:
    """A case in the telling: the people, the day it is, who prepares it, and the agreement."""

    people: Mapping[str, User]
    day: date
    officer: str = "staff"
    head: str = "head"
    agreement: Agreement = field(init=False)
    last: datetime | None = field(init=False, default=None)

    # ------------------------------------------------------------------ time and people

    def at(self, hour: int = 10) -> datetime:
        """Return an instant of the present day of the story, about that hour, and always later than the one before.

        Of today nothing is told that has not happened yet: then the acts follow one another since midnight.
        """
        now, moment = clock.now(), clock.start_of(self.day) + timedelta(hours=hour)
        if moment > now:
            moment = clock.start_of(self.day)
        if self.last is not None:
            later = self.last + timedelta(minutes=6)
            moment = max(moment, later if later <= now else self.last + timedelta(seconds=1))
        self.last = moment
        return self.last

    def on(self, day: date) -> Self:
        """Go on to a later day. Raises ValueError for an earlier one."""
        if day < self.day:
            raise ValueError("a case does not go back in time")
        self.day = day
        return self

    def after(self, workdays: int) -> Self:
        """Go on by working days."""
        return self.on(calendar.nth(self.day, workdays).day)

    def by(self, name: str) -> User:
        """Return a member of the cast."""
        return self.people[name]

    def holder(self, *codes: str, **of: Any) -> User | None:
        """Return the member of the cast who holds a post; None when nobody does."""
        return next((user for user in self.people.values() if user.holds(*codes, **of)), None)

    # ------------------------------------------------------------------ preparation

    def file(self, category: str, title: str, **facts: str) -> Self:
        """File the agreement; `facts` are its document type, origin and the words of its origin.

        An origin that is a paper somebody has comes with one.
        """
        papers = []
        if facts.get("origin") in preparation.ORIGINS_WITH_PAPER:
            papers = [scan(ORIGINS[facts["origin"]].name.zh, title)]
        self.agreement = preparation.file(
            Category.objects.get(authority=SigningAuthority.objects.get(code="municipal"), code=category),
            by=self.by(self.officer),
            title=title,
            on=self.day,
            at=self.at(9),
            origin_papers=papers,
            **{"document_type": "agreement", "origin": "proposal", **facts},
        )
        return self

    def prepare(
        self,
        *parties: PartyContent,
        fields: Sequence[str],
        natures: Sequence[str] = ("framework",),
        supporting: Sequence[str] = (),
        joint: Sequence[str] = (),
        **facts: Any,
    ) -> Self:
        """Enter everything preparation asks for: parties, facts, due diligence where §3.1 asks for it, the risk."""
        officer = self.by(self.officer)
        facts.setdefault("term_kind", "until_date")
        if facts["term_kind"] == "until_date":
            facts.setdefault("expires_on", year_end(2))
        preparation.describe(
            self.agreement,
            by=officer,
            facts=facts,
            fields=fields,
            natures=natures,
            supporting_units=[unit(code) for code in supporting],
            joint_leads=[unit(code) for code in joint],
            at=self.at(),
        )
        for party in preparation.name_parties(self.agreement, parties, by=officer, at=self.at()):
            if diligence.is_asked(self.agreement, party.counterparty.kind):
                assessed = {
                    code: Finding(f"已查验{point.name.zh}，未发现影响履约的情况。", "sound", EVIDENCE[code])
                    for code, point in DILIGENCE_POINTS.items()
                }
                diligence.assess(party, assessed, by=officer, at=self.at(11))
        if not overlaps.is_explained(self.agreement):
            reason = "合作领域和期限与原协议不同，原协议按约履行，不宜以补充协议办理。"
            preparation.explain_overlap(self.agreement, reason, by=officer, at=self.at(11))
        own = Finding("我方承担事项均在职权范围内，经费和人员已有安排。", "sound", "部门职责规定、年度预算安排说明。")
        diligence.state_ability(self.agreement, own, by=officer, at=self.at(14))
        diligence.argue_risk(
            self.agreement,
            by=officer,
            level="low",
            argument="合作事项在政府职权范围内，资金与用地按规定程序落实，履约风险可控。",
            measures="分年度安排，逐项落实责任单位，按季度会商。",
            at=self.at(14),
        )
        return self

    # ------------------------------------------------------------------ drafting

    def draft(self) -> Self:
        """Begin the draft."""
        drafting.begin(self.agreement, by=self.by(self.officer), on=self.day, at=self.at())
        return self

    def write(self, prose: Mapping[str, str], parts: Mapping[str, Sequence[PartContent]] | None = None) -> Self:
        """Write clauses by their codes, with their structured parts; what is not named stays as it is."""
        text = texts.working(self.agreement)
        if not isinstance(text, TextVersion):
            raise LookupError("there is no working text")
        contents = [
            ClauseContent(
                lineage=clause.lineage,
                prose=prose.get(clause.code, clause.prose),
                parts=(parts or {}).get(clause.code) or _kept(clause),
            )
            for clause in texts.clauses_with_parts(text)
        ]
        drafting.write(self.agreement, contents, by=self.by(self.officer), edition=text.edition, at=self.at(15))
        return self

    def write_plainly(self, subject: str, *, due: date, responsible: str, project: bool = False) -> Self:
        """Write every framework clause in plain prose, with the parts its article requires, and a project if asked."""
        prose: dict[str, str] = {}
        parts: dict[str, list[PartContent]] = {}
        for clause in self.agreement.edition.clauses:
            codes = [*clause["required_parts"]]
            if project and Part.KEY_PROJECTS in clause["parts"]:
                codes.append(Part.KEY_PROJECTS)
            prose[clause["code"]] = content.prose(clause["heading"]["zh"], subject)
            parts[clause["code"]] = content.parts(codes, subject, due, unit(responsible))
        if self.agreement.is_foreign_related or self.agreement.category.code == "sister_city":
            prose[clause["code"]] += content.GOVERNING_LAW
        return self.write(prose, parts)

    def keep(self, reasons: Mapping[str, str]) -> Self:
        """Keep what screening finds of the kinds named, each with its reason (kind → reason)."""
        for line in findings.unanswered(self.agreement):
            if reason := reasons.get(line.found.code):
                mark = line.found.fingerprint
                findings.keep(self.agreement, mark, by=self.by(self.officer), reason=reason, at=self.at(16))
        return self

    def consult(self, *units: str, workdays: int = 5, about: Sequence[str] = ()) -> Consultation:
        """Send the draft for opinions, to be answered within working days; `about` are codes of clauses asked about."""
        text = texts.working(self.agreement)
        asked = text.clauses.filter(code__in=about).values_list("lineage", flat=True) if text else ()
        return consulting.send(
            self.agreement,
            [unit(code) for code in units],
            by=self.by(self.officer),
            workdays=workdays,
            about=list(asked),
            note="请于期限前反馈意见。",
            on=self.day,
            at=self.at(),
        )

    def reply(
        self,
        consulted: ConsultedUnit,
        *points: PointContent,
        conditions: Mapping[str, str] | None = None,
    ) -> Opinion | None:
        """Give the opinion of a consulted unit; None for a unit without anybody in the cast, which stays silent.

        The unit takes on what the text lays on it, but for the items named in `conditions` (title → conditions).
        """
        person = self.holder("officer", unit=consulted.unit)
        if person is None:
            return None
        asked = bearing.of_unit(consulted.consultation.text, consulted.unit)
        held = conditions or {}
        return opinions.reply(
            consulted,
            by=person,
            stance=Opinion.Stance.OBJECTION if points else Opinion.Stance.NO_OBJECTION,
            points=points,
            items={
                item.lineage: ItemContent("conditions", held[item.title]) if item.title in held else ItemContent("can")
                for item in asked
            },
            on=self.day,
            at=self.at(14),
        )

    def point(self, words: str, clause: str = "", wording: str = "") -> PointContent:
        """Return a point on the whole text, or on the clause of a code, as a unit would type it."""
        found = self.agreement.texts.order_by("-number")[0].clauses.filter(code=clause).first() if clause else None
        return PointContent(words, found.lineage if found else "", wording)

    def deliberate(self, *, changes: str = "") -> Self:
        """Hold an expert review meeting on the working text; with `changes` it passes the draft with these."""
        title = self.agreement.title
        deliberating.record(
            self.agreement,
            by=self.by(self.officer),
            kind="expert_review",
            held_on=self.day,
            place=f"{self.agreement.lead_unit.name_zh}会议室",
            topic=f"《{title}》文本论证",
            conclusion="with_changes" if changes else "passed",
            summary="专家认为协议依据充分、目标可行，同意通过论证。",
            changes=changes,
            minutes=scan("专家论证会纪要", title, "与会专家签名见原件。"),
            participants=[ParticipantContent(*person) for person in content.EXPERT_MEETING],
            at=self.at(16),
        )
        return self

    def settle(self, consultation: Consultation, objections: Mapping[str, str] | None = None) -> Self:
        """Let the consulted units reply (unit → objection) and adopt what they object to."""
        for consulted in consultation.consulted.select_related("unit"):
            words = (objections or {}).get(consulted.unit.code, "")
            opinion = self.reply(consulted, *([PointContent(words)] if words else []))
            for point in opinion.points.all() if opinion else ():
                opinions.answer(
                    point,
                    by=self.by(self.officer),
                    adoption="adopted",
                    reason="已按意见修改相应条款。",
                    at=self.at(16),
                )
        return self

    def hand_to_head(self) -> Self:
        """Put the draft on the desk of the unit's head."""
        drafting.hand_to_head(self.agreement, by=self.by(self.officer), at=self.at(17))
        return self

    def submit(self, comment: str = "草案已按各方意见修改，报请审核。") -> Self:
        """Let the unit's head submit the draft for review."""
        drafting.submit(self.agreement, by=self.by(self.head), on=self.day, at=self.at(17), comment=comment)
        return self

    def to_review(
        self,
        subject: str,
        *parties: PartyContent,
        consulted: Sequence[str],
        due: date,
        responsible: str,
        project: bool = False,
        submit: bool = True,
        **facts: Any,
    ) -> Self:
        """Take a filed case of plain content to its review, or onto the head's desk; see `TO_REVIEW` for the time."""
        self.prepare(*parties, **facts)
        self.after(3).draft()
        self.after(3).write_plainly(subject, due=due, responsible=responsible, project=project)
        consultation = self.after(1).consult(*consulted, workdays=3)
        self.after(2).settle(consultation)
        if deliberating.is_required(self.agreement):
            self.deliberate()
        self.after(2).hand_to_head()
        return self.after(1).submit() if submit else self


def _kept(clause: Clause) -> list[PartContent]:
    return [
        PartContent(code=code, lineage=part.lineage, facts=part.facts())
        for code, rows in clause.parts.items()
        for part in rows
    ]
