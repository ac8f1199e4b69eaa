"""Cases of a text under approval that a meeting passed in principle, told through the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from accounts.models import Unit, User
from accounts.posts import post_in
from agreements import bearing
from agreements.models import Agreement, ConsultedUnit, Opinion, Station
from agreements.services import consulting, drafting, opinions, texts
from agreements.services.opinions import ItemContent, PointContent
from approvals.models import Revision, Run
from approvals.services import minutes, revising, runs
from core import clock
from tests.cast import remembered
from tests.factories import Organisation, fresh, make_agreement, make_user, paper, reword, write_text
from tests.factories_approvals import holder_of, open_assignment, open_run, pass_step

WORDS = "会议原则通过，请按会议意见完善第二条表述。"


def lineages(agreement: Agreement) -> list[str]:
    """Return the clauses of the newest text, in order, by lineage."""
    text = texts.current(agreement)
    assert text is not None
    return list(text.clauses.order_by("order").values_list("lineage", flat=True))


def drafted_with_opinions(org: Organisation, said: dict[str, list[int]]) -> Agreement:
    """Submit an agreement for review on which units spoke: each to the clauses of these places, all of it answered.

    A unit that is to speak to no clause has no objection to the whole.
    """
    agreement = make_agreement(org, natures=("funds",))
    write_text(agreement, by=org.staff)
    round_ = consulting.send(
        agreement, [org.units[code] for code in said], by=org.staff, due_on=clock.today() + timedelta(days=7)
    )
    of_place = list(round_.text.clauses.order_by("order").values_list("lineage", flat=True))
    for consulted in round_.consulted.select_related("unit"):
        places = said[consulted.unit.code]
        answer(consulted, [PointContent(f"第{place + 1}条请再斟酌。", of_place[place]) for place in places])
    for point in agreement.opinion_points.all():
        opinions.answer(point, by=org.staff, adoption="adopted")
    drafting.submit(agreement, by=org.head)
    assert agreement.station == Station.LEGAL_REVIEW
    return agreement


def answer(consulted: ConsultedUnit, points: Iterable[PointContent] = ()) -> Opinion:
    """Let a unit answer: with points, or without any objection; what the text lays on it, it takes on."""
    given = list(points)
    return opinions.reply(
        consulted,
        by=officer_of(consulted),
        stance=Opinion.Stance.OBJECTION if given else Opinion.Stance.NO_OBJECTION,
        points=given,
        items={item.lineage: ItemContent("can") for item in bearing.asked_of(consulted)},
    )


def officer_of(consulted: ConsultedUnit) -> User:
    """Return the officer of a unit that is asked."""
    return officer_in(consulted.unit)


def officer_in(unit: Unit) -> User:
    """Return the officer of a unit; one is made where it has none."""
    post = post_in(unit, "officer")
    holding = post.holdings.select_related("user").first()
    return fresh(holding.user) if holding else make_user(f"officer_{unit.code}", "经办", post)


@remembered
def at_the_meeting(org: Organisation, said: dict[str, list[int]]) -> Agreement:
    """Take an agreement on which units spoke through review and every level before the meeting."""
    agreement = drafted_with_opinions(org, said)
    open_run(agreement, org)
    while not open_assignment(agreement).step.is_meeting:
        pass_step(agreement)
    agreement.refresh_from_db()
    return agreement


def pass_in_principle(agreement: Agreement, words: str = WORDS) -> Revision:
    """Record that the meeting passed the text in principle."""
    assignment = open_assignment(agreement)
    minutes.record(
        assignment,
        by=holder_of(assignment),
        minutes_number="津政办会纪〔2026〕9号",
        held_on=clock.today(),
        result="in_principle",
        excerpt=paper(),
        opinion=words,
        text_sha256=assignment.step.run.sha256,
    )
    revision = revising.under_way(agreement)
    assert revision is not None
    agreement.refresh_from_db()
    return revision


def submitted(
    revision: Revision, org: Organisation, *, wording: bool = False, note: str = "按会议意见修改。"
) -> Revision:
    """Submit a revision by the head of the lead unit: agreed with the counterpart again, or claimed to be wording."""
    agreed: dict[str, object] = {} if wording else {"agreed_on": date.today(), "agreed_how": "电话商长春市，对方同意。"}
    return revising.submit(revision, by=fresh(org.head), note=note, claims_wording=wording, **agreed)  # type: ignore[arg-type]


def checked(revision: Revision, org: Organisation, finding: str = "substance", words: str = "已落实。") -> Revision:
    """Check a submitted revision by the legal reviewer."""
    revision.refresh_from_db()
    assert revision.after is not None
    return revising.check(
        revision, by=fresh(org.legal), finding=finding, words=words, text_sha256=revision.after.sha256
    )


def taken_in(revision: Revision, org: Organisation) -> Run:
    """Take a checked revision into the approval, by the General Office."""
    return revising.close(revision, by=fresh(org.general_office))


def came_back(org: Organisation, prose: str = "双方就工作目标等达成一致。") -> Agreement:
    """Return an agreement whose text was sent back by the second level and came back, changed by these words."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    open_run(agreement, org)
    pass_step(agreement)
    assignment = open_assignment(agreement)
    runs.decide(
        assignment,
        by=holder_of(assignment),
        verdict="send_back",
        opinion="请再斟酌。",
        text_sha256=assignment.step.run.sha256,
    )
    agreement.refresh_from_db()
    reword(agreement, prose, by=fresh(org.staff))
    drafting.submit(agreement, by=fresh(org.head))
    return agreement
