"""§3.2: the text is begun from the framework, written by the lead unit, frozen by its hash, carried forward."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agreements import blockers
from agreements.models import Agreement, Clause, FundingShare, KeyProject, Target, WorkItem
from agreements.services import access, drafting, lifecycle, texts
from agreements.services.texts import ClauseContent, PartContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from regulation.categories import CATEGORIES
from tests.factories import Organisation, consult_units, make_agreement, write_text


def working(agreement: Agreement) -> Any:
    return texts.working(agreement)


def current(agreement: Agreement) -> Any:
    return texts.current(agreement)


def contents(agreement: Agreement, prose: str = "双方约定。") -> list[ClauseContent]:
    text = working(agreement)
    return [ClauseContent(clause.lineage, prose) for clause in text.clauses.all()]


def codes(agreement: Agreement) -> list[str]:
    return [gap.code for gap in blockers.text_gaps(agreement, working(agreement))]


@pytest.mark.article("§2")
@pytest.mark.parametrize("code", sorted(CATEGORIES))
def test_a_draft_begins_with_the_clauses_of_its_category_in_order(org: Organisation, code: str) -> None:
    category = CATEGORIES[code]
    agreement = make_agreement(org, category=code, at_station="drafting")
    clauses = working(agreement).clauses.order_by("order")
    assert [clause.heading for clause in clauses] == [clause.heading.zh for clause in category.clauses]
    assert agreement.is_foreign_affairs == category.foreign_affairs


def test_only_the_lead_unit_writes_and_whoever_writes_is_a_drafter(org: Organisation) -> None:
    agreement = make_agreement(org)
    for who in ("stranger", "legal", "mayor"):
        with pytest.raises(Refused):
            drafting.write(agreement, contents(agreement), by=org.users[who], edition=0)
    drafting.write(agreement, contents(agreement), by=org.head, edition=0)
    assert access.worked_on(agreement, org.head)


def test_the_later_of_two_writers_overwrites_nothing_and_loses_nothing(org: Organisation) -> None:
    agreement = make_agreement(org)
    drafting.write(agreement, contents(agreement, "甲写"), by=org.staff, edition=0)
    saved = drafting.write(agreement, contents(agreement, "乙写"), by=org.head, edition=0)
    assert saved.written == []
    assert {(row.by, row.content["prose"]) for row in saved.set_aside} == {(org.head, "乙写")}
    assert len(saved.set_aside) == len(agreement.edition.clauses)
    assert set(working(agreement).clauses.values_list("prose", flat=True)) == {"甲写"}
    assert access.worked_on(agreement, org.head)


def test_a_stretch_of_writing_is_one_line_of_the_trail(org: Organisation) -> None:
    agreement = make_agreement(org)
    for edition in range(3):
        drafting.write(agreement, contents(agreement, f"第{edition}稿"), by=org.staff, edition=edition)
    drafting.write(agreement, contents(agreement), by=org.head, edition=3)
    drafting.write(agreement, contents(agreement), by=org.staff, edition=4)
    written = [event.actor_name for event in trail.history(agreement.chain) if event.code == drafting.WRITE]
    assert written == ["周岚", "许志远"]


def test_a_failed_save_leaves_the_text_as_it_was(org: Organisation) -> None:
    agreement = make_agreement(org)
    stray = [*contents(agreement, "新"), ClauseContent("0000000000", "无此条")]
    with pytest.raises(BadInput):
        drafting.write(agreement, stray, by=org.staff, edition=0)
    text = working(agreement)
    assert text.edition == 0
    assert not any(text.clauses.values_list("prose", flat=True))


def test_a_frozen_text_keeps_its_hash_and_is_not_written(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="legal_review")
    text = current(agreement)
    assert text.is_frozen
    assert texts.digest(text.canonical) == text.sha256 == texts.digest(texts.canonical(text))
    assert [
        event.payload["sha256"] for event in trail.history(agreement.chain) if event.code == "submit_for_review"
    ] == [text.sha256]
    with pytest.raises(NotNow) as refusal:
        drafting.write(agreement, [], by=org.staff, edition=text.edition)
    assert refusal.value.code == "text_frozen"
    Clause.objects.filter(text=text).update(prose="偷改")
    assert texts.digest(texts.canonical(text)) != text.sha256


def test_the_next_version_keeps_every_lineage(org: Organisation) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    with_parts = texts.clauses_with_parts(working(agreement))
    before = {
        clause.lineage: {part.lineage for rows in clause.parts.values() for part in rows} for clause in with_parts
    }
    consult_units(agreement, org, by=org.staff)
    copy = working(agreement)
    assert (copy.number, copy.based_on.number) == (2, 1)
    after = {
        clause.lineage: {part.lineage for rows in clause.parts.values() for part in rows}
        for clause in texts.clauses_with_parts(copy)
    }
    assert after == before
    assert any(before.values())
    assert texts.carry_forward(copy.based_on, by=org.staff, at=clock.now()) == copy


def test_a_part_keeps_its_lineage_through_saves_and_a_missing_one_goes(org: Organisation) -> None:
    agreement = make_agreement(org)
    clause = next(row for row in working(agreement).clauses.all() if _offers(agreement, row, "target"))
    two = [PartContent("target", {"indicator": name}) for name in ("甲", "乙")]
    drafting.write(agreement, [ClauseContent(clause.lineage, "", parts=two)], by=org.staff, edition=0)
    kept = Target.objects.get(clause=clause, indicator="乙")
    changed = PartContent("target", {"indicator": "乙改"}, kept.lineage)
    drafting.write(agreement, [ClauseContent(clause.lineage, "", parts=[changed])], by=org.staff, edition=1)
    assert [(part.indicator, part.lineage) for part in Target.objects.filter(clause=clause)] == [("乙改", kept.lineage)]


def _offers(agreement: Agreement, clause: Clause, part: str) -> bool:
    return any(found["code"] == clause.code and part in found["parts"] for found in agreement.edition.clauses)


# ---------------------------------------------------------------------- what is missing


@pytest.mark.article("§2.3")
def test_every_framework_clause_is_asked_for_or_left_out_with_a_reason(org: Organisation) -> None:
    agreement = make_agreement(org)
    assert codes(agreement).count("clause_prose") == len(agreement.edition.clauses)
    write_text(agreement, by=org.staff)
    assert codes(agreement) == []
    text = working(agreement)
    clause = text.clauses.last()
    left_out = ClauseContent(clause.lineage, "", omission_reason="另立专项协议约定")
    drafting.write(agreement, [left_out], by=org.staff, edition=text.edition)
    assert codes(agreement) == []


@pytest.mark.article("§2.3")
@pytest.mark.parametrize(
    ("model", "blank"),
    [(Target, "goal"), (Target, "due_on"), (Target, "unit"), (WorkItem, "unit"), (WorkItem, "due_on")],
)
def test_a_part_without_its_facts_is_a_gap(org: Organisation, model, blank: str) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    model.objects.filter(clause__text=working(agreement)).update(**{blank: None})
    assert set(codes(agreement)) == {"fact"}


@pytest.mark.article("§2.4")
def test_the_five_facts_of_a_project_are_asked_or_explained(org: Organisation) -> None:
    agreement = make_agreement(org, category="enterprise", party="某公司", party_kind="private_enterprise")
    write_text(agreement, by=org.staff)
    rows = KeyProject.objects.filter(clause__text=working(agreement))
    rows.update(site="", completes_on=None)
    assert codes(agreement) == ["fact", "fact"]
    rows.update(omission_reason="选址正在论证")
    assert codes(agreement) == ["fact"]
    rows.update(omission_reason="选址正在论证，竣工时间随之确定")
    assert codes(agreement) == []


@pytest.mark.article("§2.4")
def test_the_contributions_make_one_hundred_percent_without_the_loan(org: Organisation) -> None:
    agreement = make_agreement(org, category="enterprise", party="某公司", party_kind="private_enterprise")
    write_text(agreement, by=org.staff)
    clause = FundingShare.objects.get(clause__text=working(agreement)).clause
    FundingShare.objects.all().update(share=Decimal("60"))
    assert codes(agreement) == ["fact"]
    FundingShare.objects.create(clause=clause, contributor="平台", channel="land_equity", share=Decimal("40"))
    FundingShare.objects.create(clause=clause, contributor="银行", channel="loan", share=Decimal("50"))
    assert codes(agreement) == []


# ---------------------------------------------------------------------- handing on, taking back


@pytest.mark.article("§3.3")
def test_the_head_submits_and_may_take_it_back_until_somebody_acts(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="legal_review")
    with pytest.raises(Refused):
        drafting.recall(agreement, by=org.staff, reason="补充附件")
    drafting.recall(agreement, by=org.head, reason="补充附件")
    assert agreement.station == "drafting"
    assert working(agreement) is not None
    drafting.submit(agreement, by=org.head)
    lifecycle.act(agreement, "looked", actor=org.legal.actor(), on=clock.today(), at=clock.now())
    with pytest.raises(NotNow) as refusal:
        drafting.recall(agreement, by=org.head, reason="再补")
    assert [gap.code for gap in refusal.value.gaps] == ["acted"]


def test_a_draft_is_not_submitted_before_the_opinions(org: Organisation) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    for act in (
        lambda: drafting.submit(agreement, by=org.head),
        lambda: drafting.hand_to_head(agreement, by=org.staff),
    ):
        with pytest.raises(NotNow) as refusal:
            act()
        assert [gap.code for gap in refusal.value.gaps] == ["consultation"]
    consult_units(agreement, org, by=org.staff)
    drafting.hand_to_head(agreement, by=org.staff)
    assert agreement.todos.get(code="submit").post.code == "unit_head"


def test_a_submission_that_fails_freezes_nothing(org: Organisation, monkeypatch) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    consult_units(agreement, org, by=org.staff)

    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(lifecycle.deadlines, "refresh_next_due", fail)
    with pytest.raises(RuntimeError):
        drafting.submit(agreement, by=org.head)
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert agreement.station == "drafting"
    assert working(agreement) is not None
