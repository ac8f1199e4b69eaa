"""What a text lacks (§2): asked before review, or only advised; each point leads to its cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agreements import reading, text_gaps
from agreements.models import (
    PART_MODELS,
    Agreement,
    Clause,
    Duty,
    FundingShare,
    KeyProject,
    Mechanism,
    Target,
    WorkItem,
)
from agreements.services import texts
from agreements.text_gaps import Point
from tests.factories import Organisation, make_agreement, write_text


def points(agreement: Agreement) -> list[Point]:
    text = texts.working(agreement)
    assert text is not None
    return list(text_gaps.points(agreement, texts.clauses_with_parts(text)))


def must(agreement: Agreement) -> list[str]:
    return [str(point.gap.text) for point in points(agreement) if point.must]


def advised(agreement: Agreement) -> list[Point]:
    return [point for point in points(agreement) if not point.must]


@pytest.fixture
def province(org: Organisation) -> Agreement:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    return agreement


@pytest.fixture
def enterprise(org: Organisation) -> Agreement:
    agreement = make_agreement(org, category="enterprise", party="某公司", party_kind="private_enterprise")
    write_text(agreement, by=org.staff)
    return agreement


def test_a_complete_text_lacks_nothing(province: Agreement, enterprise: Agreement) -> None:
    assert must(province) == must(enterprise) == []


@pytest.mark.article("§2.3")
def test_sub_targets_that_do_not_add_up_are_a_gap_at_their_cell(province: Agreement) -> None:
    Target.objects.update(baseline=Decimal(15), goal=Decimal(22), breakdown="2+3+2")
    assert must(province) == []
    Target.objects.update(breakdown="2+3")
    (point,) = points(province)
    target = Target.objects.get()
    assert point.must
    assert point.gap.url.endswith(f"#at-{target.lineage}-breakdown")
    assert point.clause == target.clause.lineage
    assert "2" in str(point.gap.text)


@pytest.mark.article("§2.3")
def test_work_that_recurs_needs_no_day(province: Agreement) -> None:
    WorkItem.objects.update(due_on=None)
    assert len(must(province)) == 1
    WorkItem.objects.update(due_kind="recurring", frequency="quarterly")
    assert must(province) == []


@pytest.mark.article("§2.4")
def test_a_reason_names_the_fact_it_explains(enterprise: Agreement) -> None:
    KeyProject.objects.update(site="", effect="", omission_reason="选址待控制性详细规划批复后确定")
    (only,) = [point for point in points(enterprise) if point.must]
    assert only.gap.url.endswith("-effect")
    KeyProject.objects.update(omission_reason="选址待定，预期效果在可研中测算")
    assert must(enterprise) == []


@pytest.mark.article("§2.3")
def test_facts_of_a_project_are_only_advised_where_the_article_does_not_ask(province: Agreement) -> None:
    KeyProject.objects.update(site="", starts_on=None)
    assert must(province) == []
    (point,) = advised(province)
    assert point.count == 2


@pytest.mark.article("§2.4")
@pytest.mark.parametrize(
    ("sides", "missing"),
    [(["ours", "theirs"], 0), (["both"], 0), (["ours"], 1), ([], 1)],
)
def test_each_side_has_rights_or_duties(enterprise: Agreement, sides: list[str], missing: int) -> None:
    clause = Clause.objects.get(text__agreement=enterprise, code="liability")
    Duty.objects.all().delete()
    for side in sides:
        Duty.objects.create(clause=clause, side=side, text="按约定履行。")
    assert len(must(enterprise)) == missing


def funds(agreement: Agreement, *rows: tuple[str, int | None, str | None]) -> None:
    clause = Clause.objects.get(text__agreement=agreement, code="funding")
    FundingShare.objects.all().delete()
    for channel, amount, share in rows:
        FundingShare.objects.create(
            clause=clause,
            contributor=channel,
            channel=channel,
            amount=None if amount is None else Decimal(amount),
            share=None if share is None else Decimal(share),
        )


@pytest.mark.article("§2.4")
@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([("budget", 300, "30"), ("enterprise", 500, "50"), ("land_equity", 200, "20"), ("loan", 1000, "50")], 0),
        ([("budget", 300, "30"), ("enterprise", 700, "70"), ("loan", 1000, "100")], 1),
        ([("budget", 100, "33.33"), ("enterprise", 200, "66.67")], 0),
        ([("budget", 100, "40"), ("enterprise", 200, "60")], 2),
        # Measured against the capital, not against what wrong shares imply: 20 is right, 75 of 80 is not.
        ([("budget", 200, "20"), ("enterprise", 800, "75")], 2),
        ([("budget", 100, "50"), ("enterprise", None, "50"), ("loan", 100, "90")], 0),
        ([("budget", None, "60"), ("enterprise", None, "39.99")], 1),
        ([("budget", None, None)], 1),
        ([("loan", 100, "100")], 1),
        ([("budget", 0, "0"), ("enterprise", 100, "100")], 0),
    ],
)
def test_amounts_agree_with_shares_and_a_loan_is_of_total_funds(
    enterprise: Agreement, rows: list[Any], missing: int
) -> None:
    funds(enterprise, *rows)
    assert len(must(enterprise)) == missing


@pytest.mark.article("§2.4")
def test_funds_that_differ_from_the_agreement_s_amount_are_pointed_out(enterprise: Agreement) -> None:
    funds(enterprise, ("budget", 400, "40"), ("enterprise", 600, "60"))
    before = len(advised(enterprise))
    enterprise.amount_kind, enterprise.amount_low = "exact", Decimal(1000)
    assert len(advised(enterprise)) == before
    enterprise.amount_low = Decimal(900)
    assert len(advised(enterprise)) == before + 1
    assert must(enterprise) == []
    enterprise.amount_kind = "at_least"
    assert len(advised(enterprise)) == before


@pytest.mark.article("§2.1")
def test_contacts_of_a_mechanism_are_advised_and_covered_where_many_read(province: Agreement) -> None:
    assert advised(province) == []
    shown = dict(reading.facts("mechanism", Mechanism.objects.get().facts(), {}))
    assert "周岚 022-836**001" in shown.values()
    Mechanism.objects.update(their_contact="")
    assert [point.count for point in advised(province)] == [1]


@pytest.mark.article("§2.1")
def test_a_frozen_text_of_before_keeps_its_hash(org: Organisation) -> None:
    """Facts that came later are left out of the canonical form while they are empty."""
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    text = texts.working(agreement)
    assert text is not None
    Mechanism.objects.update(our_contact="", their_contact="")
    later = {name for model in PART_MODELS.values() for name in model.LATER}
    assert later >= {"due_kind", "breakdown", "frequency", "starts_kind", "completes_kind", "our_contact"}
    before = texts.canonical(text)
    # A mechanism had a frequency of its own from the start.
    assert not any(f'"{name}":' in before for name in later - {"frequency"})
    assert "duty" not in before
    Target.objects.update(due_on=date(2028, 12, 31), due_kind="year")
    assert '"due_kind":"year"' in texts.canonical(text)
