"""§3.2, §3.4: a change names who is affected, clause by clause, and asks exactly those."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.contents import PartContent
from agreements.models import Agreement, TextVersion
from agreements.services import clauses as clause_service
from agreements.services import consulting, drafting, letters, texts
from agreements.services.opinions import PointContent
from approvals.services import re_asking, reviewing
from approvals.services.review import joint
from approvals.services.reviewing import FindingContent
from core import clock
from tests.approvals import revision_cases as cases
from tests.factories import Organisation, fresh, make_agreement, paper, reword, write_text
from tests.factories_approvals import complete

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.2")]

UNITS = ("finance", "industry", "reform", "weather")
CHANGED = 5
"""So many clauses may be changed by the property test, and be spoken to."""


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    return agreement


def asked(concerns: list[re_asking.Concern]) -> dict[str, set[str]]:
    return {concern.lineage: {unit.code for unit in concern.units} for concern in concerns}


def consult(agreement: Agreement, org: Organisation, said: dict[str, set[int]]) -> list[str]:
    """Ask units on the text as it stands; each speaks to the clauses of its places. Return the clauses' lineages."""
    round_ = consulting.send(agreement, [org.units[code] for code in said], by=fresh(org.staff))
    places = list(round_.text.clauses.order_by("order").values_list("lineage", flat=True))
    for consulted in round_.consulted.select_related("unit"):
        spoken = said[consulted.unit.code]
        cases.answer(consulted, [PointContent(f"第{place}条再议。", places[place]) for place in sorted(spoken)])
    return places


def change(agreement: Agreement, org: Organisation, *places: int) -> tuple[TextVersion, TextVersion]:
    """Keep the draft, write these clauses anew, keep it again; return both versions."""
    working = texts.working(agreement)
    assert working is not None
    before = (
        working.based_on
        if texts.is_unchanged(working) and working.based_on
        else texts.keep(agreement, by=org.staff, note="")
    )
    for place in places:
        reword(agreement, f"本条第{before.number}稿后改写，第{place}处。", by=fresh(org.staff), place=place)
    return before, texts.keep(agreement, by=org.staff, note="")


def test_the_units_that_spoke_to_a_changed_clause_and_no_other(agreement: Agreement, org: Organisation) -> None:
    places = consult(agreement, org, {"finance": {1, 3}, "industry": {3}, "weather": {4}})
    concerns = re_asking.concerned(*change(agreement, org, 1, 3))
    assert asked(concerns) == {places[1]: {"finance"}, places[3]: {"finance", "industry"}}
    assert re_asking.by_unit(concerns) == {
        org.units["finance"]: [places[1], places[3]],
        org.units["industry"]: [places[3]],
    }


def test_it_says_what_each_said(agreement: Agreement, org: Organisation) -> None:
    consult(agreement, org, {"finance": {1}})
    (concern,) = re_asking.concerned(*change(agreement, org, 1))
    assert concern.kind == re_asking.CHANGED
    (voice,) = concern.voices
    assert "第1条再议。" in voice.spoke[0]


def test_unchanged_nobody(agreement: Agreement, org: Organisation) -> None:
    consult(agreement, org, {"finance": {1}})
    text = texts.keep(agreement, by=org.staff, note="")
    assert re_asking.concerned(text, text) == []


def test_a_point_on_the_whole_text_speaks_to_no_clause(agreement: Agreement, org: Organisation) -> None:
    round_ = consulting.send(agreement, [org.units["finance"]], by=fresh(org.staff))
    cases.answer(round_.consulted.get(), [PointContent("总体可行。")])
    (concern,) = re_asking.concerned(*change(agreement, org, 1))
    assert concern.voices == []


def test_a_unit_that_answered_for_what_a_clause_lays_on_it(agreement: Agreement, org: Organisation) -> None:
    text = texts.working(agreement)
    assert text is not None
    place, clause = next(
        (place, clause) for place, clause in enumerate(texts.clauses_with_parts(text)) if clause.parts["work_item"]
    )
    part = clause.parts["work_item"][0]
    parts = [
        PartContent(code, {**row.facts(), **({"unit": org.units["finance"].pk} if row == part else {})}, row.lineage)
        for code, rows in clause.parts.items()
        for row in rows
    ]
    content = texts.ClauseContent(clause.lineage, clause.prose, parts=parts)
    drafting.write(agreement, [content], by=fresh(org.staff), edition=text.edition)
    consult(agreement, org, {"finance": set(), "weather": set()})
    (concern,) = re_asking.concerned(*change(agreement, org, place))
    assert [unit.code for unit in concern.units] == ["finance"]


def test_who_wrote_by_letter_is_named_and_not_put_on_any_desk(agreement: Agreement, org: Organisation) -> None:
    consult(agreement, org, {"finance": set()})
    lineage = cases.lineages(agreement)[2]
    letters.register(
        agreement,
        by=fresh(org.staff),
        sender="长春市发展改革委",
        dated_on=clock.today(),
        scan=paper("来函.png"),
        consultation=agreement.consultations.get(),
        points=[PointContent("第三条请再议。", lineage)],
    )
    (concern,) = re_asking.concerned(*change(agreement, org, 2))
    assert concern.letters == ["长春市发展改革委"]
    assert concern.units == []


def test_a_clause_that_came_went_or_moved(agreement: Agreement, org: Organisation) -> None:
    first = cases.lineages(agreement)[0]
    added = clause_service.add(agreement, heading="补充约定", reason="会议要求", after=first, by=fresh(org.staff))
    other = clause_service.add(
        agreement, heading="其他约定", reason="会议要求", after=added.lineage, by=fresh(org.staff)
    )
    for place, clause in ((1, added), (2, other)):
        reword(agreement, f"双方另行商定{clause.heading}。", by=fresh(org.staff), place=place)
    places = consult(agreement, org, {"finance": {1}, "industry": {2}})
    before = change(agreement, org)[0]
    clause_service.remove(agreement, other.lineage, by=fresh(org.staff))
    went = texts.keep(agreement, by=org.staff, note="")
    (gone,) = re_asking.concerned(before, went)
    assert (gone.kind, [unit.code for unit in gone.units]) == (re_asking.DROPPED, ["industry"])
    assert gone.lineage == places[2]
    came = re_asking.concerned(went, before)
    assert [concern.kind for concern in came] == [re_asking.ADDED]
    clause_service.move(agreement, added.lineage, up=True, by=fresh(org.staff))
    moved = re_asking.concerned(went, texts.keep(agreement, by=org.staff, note=""))
    assert {concern.kind for concern in moved} == {re_asking.MOVED}
    assert not any(concern.units for concern in moved)


def reviewed_jointly(org: Organisation) -> tuple[Agreement, TextVersion]:
    """Submit a text to whose second clause finance spoke, and let reform find something there in its joint review;
    return the text as it was reviewed."""
    agreement = cases.drafted_with_opinions(org, {"finance": [1]})
    review = complete(agreement, org)
    (row,) = joint.ask(review, [org.units["reform"]], by=fresh(org.legal), reason="涉及立项。")
    found = FindingContent("须经论证。", cases.lineages(agreement)[1], "low", "补充论证。")
    officer = cases.officer_in(org.units["reform"])
    joint.answer(row, by=officer, text_sha256=review.text.sha256, findings=[("duties_rights", found)])
    return agreement, review.text


def changed_after_review(agreement: Agreement, org: Organisation, before: TextVersion, place: int) -> TextVersion:
    reviewing.send_back(agreement, by=fresh(org.legal), reason="请修改。", text_sha256=before.sha256)
    reword(agreement, "本条会审后改写。", by=fresh(org.staff), place=place)
    return texts.keep(agreement, by=org.staff, note="")


@pytest.mark.article("§3.3")
@pytest.mark.parametrize(("place", "units"), [(1, {"finance", "reform"}), (2, set())])
def test_who_found_something_in_a_joint_review_is_asked_too(org: Organisation, place: int, units: set[str]) -> None:
    agreement, before = reviewed_jointly(org)
    (concern,) = re_asking.concerned(before, changed_after_review(agreement, org, before, place))
    assert {unit.code for unit in concern.units} == units
    said = [line for voice in concern.voices if voice.unit.code == "reform" for line in voice.spoke]
    assert any("须经论证。" in line for line in said) is ("reform" in units)


def test_the_lead_unit_never_asks_itself(org: Organisation) -> None:
    """Not even where it spoke before it took over the lead."""
    agreement, before = reviewed_jointly(org)
    after = changed_after_review(agreement, org, before, 1)
    after.agreement.lead_unit = org.units["reform"]
    (concern,) = re_asking.concerned(before, after)
    assert [unit.code for unit in concern.units] == ["finance"]


@pytest.mark.article("§3.4")
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    said=st.dictionaries(st.sampled_from(UNITS), st.sets(st.integers(0, CHANGED - 1)), min_size=1),
    changes=st.sets(st.integers(0, CHANGED - 1)),
)
def test_exactly_those_whatever_was_said_and_changed(
    agreement: Agreement, org: Organisation, said: dict[str, set[int]], changes: set[int]
) -> None:
    """Over random opinions and random changes: a unit is asked about a clause if and only if it spoke to it and it
    changed."""
    before = transaction.savepoint()
    try:
        places = consult(agreement, org, said)
        concerns = re_asking.concerned(*change(agreement, org, *sorted(changes)))
        assert asked(concerns) == {
            places[place]: {code for code, spoken in said.items() if place in spoken} for place in changes
        }
        assert {unit.code: set(about) for unit, about in re_asking.by_unit(concerns).items()} == {
            code: {places[place] for place in spoken & changes} for code, spoken in said.items() if spoken & changes
        }
    finally:
        transaction.savepoint_rollback(before)
        agreement.refresh_from_db()


@pytest.mark.article("§3.4")
def test_every_level_that_approved_and_not_the_meeting_nor_the_presentation(org: Organisation) -> None:
    agreement = cases.at_the_meeting(org, {"finance": [1]})
    revision = cases.pass_in_principle(agreement)
    levels = re_asking.levels(revision.run, revision.step)
    assert [step.code for step in levels.asked] == [
        "deputy_secretary_general",
        "secretary_general",
        "vice_mayor",
        "executive_vice_mayor",
    ]
    assert [step.code for step in levels.stand] == ["general_office", "mayors_office_meeting"]
