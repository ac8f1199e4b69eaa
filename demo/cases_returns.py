"""Cases of the demonstration in which an approval does not go straight on: see each for where it stands and why."""

from __future__ import annotations

from agreements.services.preparation import PartyContent
from approvals.models import Decision, Run
from approvals.services import meeting_way, pausing, runs
from demo.ground import TO_PRESENTED, People
from demo.road import Road
from demo.story import NOTE, ago, ahead, year_end
from regulation.records import Forum


def paused_by_vice_mayor(people: People) -> None:
    """§2.3: re-checked twice, then put off by the vice mayor in charge: its clock stands still until the review."""
    case = _presented(people, 5, "津豫中医药产业合作协议", "中医药产业", "河南省人民政府", "keji")
    case.approve(until="vice_mayor")
    assignment = case.after(1)._open_step()
    if assignment is None:
        raise LookupError("no step is open")
    pausing.pause(
        assignment,
        by=case.by("vice_mayor"),
        reason="豫方拟调整合作园选址，待两地会商后再审。",
        review_on=ahead(4),
        on=case.day,
        at=case.at(16),
    )


def taken_to_a_meeting(people: People) -> None:
    """§2.3: sent back by the secretary-general to the deputy, answered straight, then taken by the vice mayor in charge
    to the executive meeting: it lies with the office, and comes back to the vice mayor after it."""
    case = _presented(people, 7, "津鲁天然气互保合作协议", "天然气互保", "山东省人民政府", "gongxin")
    case.approve(until="secretary_general")
    run = Run.objects.get(agreement=case.agreement)
    _decide(case.after(1), "send_back", "互保价格机制请与发展改革部门再核。", to=run.steps.get(order=2))
    _decide(case.after(1), "approve", "已核，价格机制按国家规定执行，文本无需改动。", way=Decision.STRAIGHT)
    case.approve(until="vice_mayor")
    assignment = case.after(1)._open_step()
    if assignment is None:
        raise LookupError("no step is open")
    meeting_way.take_to(
        assignment,
        by=case.by("vice_mayor"),
        forum=Forum.EXECUTIVE_MEETING.value,
        reason="事关全市用气安全，建议提请市政府常务会议审议。",
        on=case.day,
        at=case.at(17),
    )


def _presented(people: People, since: int, title: str, subject: str, party: str, responsible: str) -> Road:
    case = Road(people, ago(TO_PRESENTED + since)).file("sister_province", title, origin_note=NOTE)
    case.to_review(
        subject,
        PartyContent(party, "state_organ"),
        consulted=("gongxin",),
        due=year_end(1),
        responsible=responsible,
        fields=("regional_cooperation",),
    )
    return case.after(3).review().after(1).present()


def _decide(case: Road, verdict: str, opinion: str, **how: object) -> None:
    assignment = case._open_step()
    person = case.holder(post=assignment.post) if assignment else None
    if assignment is None or person is None:
        raise LookupError("no step is open")
    runs.decide(
        assignment,
        by=person,
        verdict=verdict,
        text_sha256=assignment.step.run.sha256,
        opinion=opinion,
        on=case.day,
        at=case.at(15),
        **how,  # type: ignore[arg-type]
    )
