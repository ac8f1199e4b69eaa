"""Cases of the demonstration that meetings hear: one held whose results are due, one planned with two topics."""

from __future__ import annotations

from decimal import Decimal

from agreements.services.preparation import PartyContent
from approvals.services import agenda
from demo.ground import People
from demo.road import Road
from demo.story import NOTE, TO_REVIEW, ago, ahead, unit, year_end

TO_MEETING = TO_REVIEW + 8
"""Working days until the meeting is next: review and presenting, then a day for each of four leaders."""
MAYORS, EXECUTIVE = "mayors_office_meeting", "executive_meeting"


def _case(people: People, back: int, title: str, party: PartyContent, subject: str, natures: tuple[str, ...]) -> Road:
    case = Road(people, ago(TO_MEETING + back)).file("sister_province", title, origin_note=NOTE)
    case.to_review(
        subject,
        party,
        consulted=("keji", "wuqing"),
        due=year_end(2),
        responsible="fagai",
        fields=("regional_cooperation",),
        natures=natures,
        amount_kind="at_least",
        amount_low=Decimal(80_000_000),
    )
    return case.after(3).review().after(1).present().approve(until="meeting")


def results_due(people: People) -> None:
    """§3.4, a policy matter: the executive meeting was held, its results are still to be recorded."""
    case = _case(
        people,
        3,
        "津陇东西部数据要素流通合作协议",
        PartyContent("甘肃省人民政府", "state_organ"),
        "数据要素流通",
        ("policy",),
    )
    topic = case.topic()
    meeting = case.session(EXECUTIVE, case.day, cut_off_on=case.day)
    agenda.place(topic, meeting, by=case.by("general_office"), at=case.at(10))
    case.hold(meeting)


def on_the_agenda(people: People) -> None:
    """§3.4, two matters with funds on the agenda of a mayor's office meeting to come, in order, with a unit that sits
    in."""
    first = _case(
        people,
        3,
        "津冀港口群协同发展合作协议",
        PartyContent("河北省人民政府", "state_organ"),
        "港口群协同",
        ("funds",),
    )
    meeting = first.session(MAYORS, ahead(8))
    office = first.by("general_office")
    topic = agenda.place(first.topic(), meeting, by=office, at=first.at(10))
    agenda.invite(topic, [unit("jiaotong"), unit("caizheng")], by=office, at=first.at(10))
    second = _case(
        people,
        2,
        "津沪国际航运服务合作协议",
        PartyContent("上海市人民政府", "state_organ"),
        "国际航运服务",
        ("funds", "framework"),
    )
    agenda.place(second.topic(), meeting, by=office, at=second.at(10))
