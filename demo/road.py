"""Telling a case from its review to its end: review, approval, signing, seal, archive, follow-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Self

from accounts.models import Unit
from agreements.services import calendar
from approvals.models import Assignment, Decision, JointReview, LegalReview, Meeting, MeetingResult, Run, Topic
from approvals.services import agenda, meetings, party_committee, resolutions, reviewing, runs, topics
from approvals.services.review import clock as review_clock
from approvals.services.review import completeness, findings, joint, supplements
from approvals.services.review.common import check_of
from approvals.services.review.findings import Answer
from approvals.services.review.supplements import Missing
from approvals.services.reviewing import FindingContent, PointContent
from archive.models import Signing
from archive.services import handover, sealing, signing
from archive.services.signing import Ours, Theirs
from demo.scans import scan
from demo.story import Story
from followup.models import Evaluation, Progress, Task
from followup.services import evaluation, progress, selfcheck
from regulation.records import Forum
from regulation.review import REVIEW_POINTS
from regulation.routes import FORUMS

OPINIONS = {
    "deputy_secretary_general": "经复核，文本与征求意见情况相符，拟同意。",
    "secretary_general": "经复核，拟同意，请按程序报审。",
    "vice_mayor": "同意。请牵头单位抓好任务分解。",
    "executive_vice_mayor": "同意。有关部门按分工落实。",
    "mayor": "同意。",
}
COPIES, PAGES = 4, 12


class Road(Story):
    """A case beyond its submission."""

    # ------------------------------------------------------------------ review and approval

    def review(self, finding: str = "", *, conclusion: str = "lawful") -> Self:
        """Record the six points and conclude; a finding stands at the last point, the prospects of taking effect.

        The submission was found complete on the working day after it; departments were asked in drafting already.
        """
        review = self.complete()
        legal = self.by("legal")
        for row in review.joint.filter(state=JointReview.State.PROPOSED):
            joint.drop(row, by=legal, reason="起草阶段已征求意见，无不同意见。", on=self.day, at=self.at(10))
        for one in findings.of(self.agreement):
            if one.status == findings.Status.ANSWERED:
                findings.judge(review, one.finding.public_id, by=legal, accepted=True, at=self.at(10))
        points = {code: PointContent(has_finding=False) for code in REVIEW_POINTS}
        if finding:
            points["effect"] = PointContent(has_finding=True, finding=finding)
        shown = review.text.sha256
        reviewing.record_points(review, points, by=legal, text_sha256=shown, at=self.at(11))
        reviewing.close(
            review,
            by=legal,
            conclusion=conclusion,
            text_sha256=shown,
            opinion=finding or "六项要点审核完毕，未发现问题。",
            on=self.day,
            at=self.at(15),
        )
        return self

    def complete(self) -> LegalReview:
        """Find the submission complete, on the working day after it, or today where that lies ahead."""
        check = check_of(self.agreement)
        if check is None:
            raise LookupError("nothing was submitted")
        if check.is_open:
            now, self.day = self.day, min(self.day, calendar.nth(check.opened_on, 1).day)
            completeness.declare_complete(
                check,
                by=self.by("general_office"),
                text_sha256=check.text.sha256,
                words="材料齐全。",
                on=self.day,
                at=self.at(10),
            )
            self.day = now
        review = reviewing.current(self.agreement)
        if review is None:
            raise LookupError("no review is open")
        return review

    def ask_for_supplement(self, *missing: Missing) -> Self:
        """Ask the lead unit for what is missing; the check waits for it."""
        text = self.agreement.texts.order_by("-number")[0]
        supplements.ask(
            self.agreement,
            missing,
            by=self.by("general_office"),
            text_sha256=text.sha256,
            note="请于期限内补齐。",
            on=self.day,
            at=self.at(15),
        )
        return self

    def find(self, *found: tuple[str, str, FindingContent], conclusion: str = "") -> Self:
        """Record findings (point, code of the clause, words); with a conclusion the round ends by it."""
        review = self.complete()
        legal, shown = self.by("legal"), review.text.sha256
        lineages = dict(review.text.clauses.values_list("code", "lineage"))
        points = {code: PointContent(has_finding=False) for code in REVIEW_POINTS} if conclusion else {}
        for point, clause, content in found:
            placed = replace(content, clause_lineage=lineages.get(clause, ""))
            rows = points[point].findings if point in points else ()
            points[point] = PointContent(has_finding=True, findings=(*rows, placed))
        reviewing.record_points(review, points, by=legal, text_sha256=shown, at=self.at(11))
        if conclusion:
            reviewing.close(
                review,
                by=legal,
                conclusion=conclusion,
                text_sha256=shown,
                opinion="请按审核意见修改后重新报送。",
                on=self.day,
                at=self.at(15),
            )
        return self

    def answer_findings(self, *answers: Answer) -> Self:
        """Answer what the review found, in its order."""
        waiting = findings.unanswered(self.agreement)
        given = {one.finding.public_id: answer for one, answer in zip(waiting, answers, strict=True)}
        findings.answer(self.agreement, given, by=self.by(self.officer), at=self.at(16))
        return self

    def ask_joint(self, *codes: str, reason: str) -> Self:
        """Ask departments to review beside; the clock stands still for them."""
        review = self.complete()
        units = list(Unit.objects.filter(authority=self.agreement.authority, code__in=codes))
        joint.ask(review, units, by=self.by("legal"), reason=reason, on=self.day, at=self.at(16))
        review_clock.stop(review, review_clock.DEPARTMENTS, by=self.by("legal"), on=self.day, at=self.at(16))
        return self

    def present(self) -> Self:
        """Present the reviewed text for approval."""
        runs.open_run(
            self.agreement,
            by=self.by("general_office"),
            opinion="经法制审核，拟同意，呈请审阅。",
            on=self.day,
            at=self.at(),
        )
        return self

    def approve(self, *, until: str = "") -> Self:
        """Let the steps be settled one after another, one a working day, up to but without the step `until`."""
        while (assignment := self._open_step()) is not None and until not in (
            assignment.step.code,
            assignment.step.kind,
        ):
            self.after(1)
            if assignment.step.is_meeting:
                self._meet(assignment)
            else:
                self._decide(assignment, Decision.Verdict.APPROVE, OPINIONS[assignment.step.code])
        return self

    def send_back(self, reason: str) -> Self:
        """Let the open step return the text."""
        assignment = self.after(1)._open_step()
        if assignment is None:
            raise LookupError("no step is open")
        self._decide(assignment, Decision.Verdict.SEND_BACK, reason)
        return self

    def _open_step(self) -> Assignment | None:
        return (
            Assignment.objects.filter(
                step__run__agreement=self.agreement, step__run__state=Run.State.OPEN, closed_at=None
            )
            .select_related("step__run", "post")
            .first()
        )

    def _decide(self, assignment: Assignment, verdict: str, opinion: str) -> None:
        person = self.holder(post=assignment.post)
        if person is None:
            raise LookupError(f"nobody of the cast holds {assignment.post}")
        runs.decide(
            assignment,
            by=person,
            verdict=verdict,
            text_sha256=assignment.step.run.sha256,
            opinion=opinion,
            on=self.day,
            at=self.at(16),
        )

    def topic(self, statement: str = "") -> Topic:
        """Make the topic of the open meeting step."""
        assignment = self._open_step()
        if assignment is None:
            raise LookupError("no step is open")
        return topics.propose(
            assignment,
            by=self.by("general_office"),
            statement=statement or topics.draft_statement(assignment),
            at=self.at(9),
        )

    def session(self, forum: str, on: date, *, cut_off_on: date | None = None) -> Meeting:
        """Plan a session of a meeting, numbered by its week."""
        authority, number = self.agreement.authority, on.isocalendar().week
        while Meeting.objects.filter(authority=authority, forum=forum, year=on.year, number=number).exists():
            number += 1
        return meetings.plan(
            authority,
            by=self.by("general_office"),
            forum=forum,
            planned_on=on,
            planned_at=time(14, 30),
            place="市政府第一会议室",
            number=number,
            cut_off_on=cut_off_on,
            at=self.at(9),
        )

    def hold(self, meeting: Meeting) -> Self:
        """Freeze the agenda and hold the meeting today."""
        office = self.by("general_office")
        agenda.freeze(meeting, by=office, at=self.at(11))
        meetings.hold(meeting, by=office, held_on=self.day, chaired_by=self.by("mayor").full_name, at=self.at(16))
        return self

    def _meet(self, assignment: Assignment) -> None:
        office, topic = self.by("general_office"), self.topic()
        meeting = self.session(assignment.step.code, self.day, cut_off_on=self.day)
        agenda.place(topic, meeting, by=office, at=self.at(10))
        self.hold(meeting)
        number = f"津政纪要〔{self.day.year}〕{self.agreement.pk + 20}号"
        resolutions.number(meeting, by=office, minutes_number=number, at=self.at(17))
        resolutions.record(
            topic,
            by=office,
            result=MeetingResult.Result.PASSED,
            excerpt=scan(f"{FORUMS[Forum(meeting.forum)].zh}纪要摘录", number, self.agreement.title, "会议同意。"),
            opinion="会议同意，按审定文本签署。",
            on=self.day,
            at=self.at(17),
        )

    def report_to_party_committee(self) -> Self:
        """Record that a major matter was reported to the municipal Party committee."""
        number = f"津政报〔{self.day.year}〕{self.agreement.pk + 40}号"
        party_committee.record(
            self.agreement,
            by=self.by("general_office"),
            number=number,
            reported_on=self.day,
            paper=scan("报市委的报告", number, self.agreement.title),
            at=self.at(11),
        )
        return self

    # ------------------------------------------------------------------ signing, seal, archive

    def sign(self, place: str, ours: tuple[str, str], theirs: tuple[str, str], *, leader: bool = True) -> Self:
        """Record the signing: who signed for us and for each counterparty (name, post), and whether a leader did."""
        name, title = ours
        self.agreement.refresh_from_db()
        signing.record(
            self.agreement,
            by=self.by(self.officer),
            on=self.day,
            place=place,
            manner=Signing.Manner.TOGETHER,
            ours=[
                Ours(
                    name,
                    title,
                    is_municipal_leader=leader,
                    authorisation=None
                    if leader
                    else scan("市长授权书", f"授权{title}{name}签署", self.agreement.title),
                )
            ],
            theirs=[Theirs(party, *theirs) for party in self.agreement.parties.all()],
            scan=scan("签署文本扫描件", self.agreement.title, f"{place}　{self.day:%Y-%m-%d}"),
            at=self.at(17),
        )
        return self

    def ask_for_seal(self) -> Self:
        """Ask the secretariat for the seal, with a written instruction where no leader signed."""
        needs = not self.agreement.signing.leaders
        sealing.request(
            self.agreement,
            by=self.by(self.officer),
            copies=COPIES,
            pages=PAGES,
            purpose="协议签署后用印",
            instruction=scan("用印批示件", self.agreement.title, "同意用印。") if needs else None,
            instructed_by="副市长梁以宁" if needs else "",
            instruction_number=f"津政批〔{self.day.year}〕{self.agreement.pk + 60}号" if needs else "",
            at=self.at(9),
        )
        return self

    def seal(self) -> Self:
        """Affix the seal."""
        sealing.affix(
            self.agreement,
            by=self.by("secretariat"),
            on=self.day,
            copies=COPIES,
            pages=PAGES,
            places="落款处",
            keeper=self.by("secretariat").full_name,
            straddle=True,
            counterpart_sealed=True,
            at=self.at(15),
        )
        return self

    def hand_over(self) -> Self:
        """Hand the original over, with its note, and with a translation where the article asks for one."""
        handover.hand_over(
            self.agreement,
            by=self.by(self.officer),
            background=f"{self.agreement.title}经审定后签署，原件一式{COPIES}份。",
            copies=2,
            original=scan("签署文本原件", self.agreement.title),
            translation=scan("中文译本", self.agreement.title) if self.agreement.is_foreign_affairs else None,
            on=self.day,
            at=self.at(10),
        )
        return self

    def receive(self) -> Self:
        """Take the original into the archive."""
        handover.receive(self.agreement, by=self.by("secretariat"), on=self.day, at=self.at(16))
        return self

    def bring_home(self, place: str, ours: tuple[str, str], theirs: tuple[str, str], *, leader: bool = True) -> Self:
        """Sign, seal and archive: five working days in all."""
        self.after(1).sign(place, ours, theirs, leader=leader)
        self.after(1).ask_for_seal().after(1).seal()
        return self.after(1).hand_over().after(1).receive()

    # ------------------------------------------------------------------ follow-up

    def report(self, title: str, percent: int, words: str, *, evidence: bool = False) -> Progress:
        """Report on the latest task of that title, by its unit's officer."""
        task = Task.objects.newest().filter(agreement=self.agreement).select_related("unit").get(title=title)
        task.agreement = self.agreement
        person = self.holder("officer", unit=task.unit)
        if person is None:
            raise LookupError(f"nobody of the cast reports for {task.unit}")
        return progress.report(
            task,
            by=person,
            percent=percent,
            text=words,
            evidence=scan("佐证材料", title) if evidence else None,
            on=self.day,
            at=self.at(11),
        )

    def accept(self, report: Progress) -> Self:
        """Accept a report: the lead unit's officer, or its head where the task is the unit's own."""
        own = report.task.unit_id == self.agreement.lead_unit_id
        progress.judge(
            report,
            by=self.by(self.head if own else self.officer),
            accepted=True,
            remark="情况属实。",
            on=self.day,
            at=self.at(16),
        )
        return self

    def check_itself(self, year: int) -> Self:
        """File the self-check of a year."""
        selfcheck.file(
            self.agreement,
            year,
            by=self.by(self.head),
            done="年度任务按计划完成，双方会商正常开展。",
            problems="个别事项对接不够及时。",
            measures="明确专人，按月调度。",
            on=self.day,
            at=self.at(11),
        )
        return self

    def evaluate(self, proposal: str = Evaluation.Proposal.END) -> Self:
        """File the evaluation with its proposal."""
        evaluation.file(
            self.agreement,
            by=self.by(self.head),
            execution="协议约定事项全部完成。",
            economic_effect="合作项目按期见效。",
            social_effect="群众反映良好，两地往来更加密切。",
            proposal=proposal,
            on=self.day,
            at=self.at(11),
        )
        return self

    def decide_evaluation(self) -> Self:
        """Let the General Office decide on the evaluation."""
        waiting = evaluation.waiting(self.agreement)
        if waiting is None:
            raise LookupError("no evaluation waits")
        evaluation.decide(
            self.agreement,
            by=self.by("general_office"),
            evaluation=waiting.public_id,
            accepted=True,
            remark="同意评估意见。",
            on=self.day,
            at=self.at(15),
        )
        return self
