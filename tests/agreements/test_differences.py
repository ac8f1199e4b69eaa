"""What changed between two versions: in words, whatever the paragraphs; moved clauses; parts fact by fact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import differences, marking
from agreements.marking import ADDED, REMOVED, SAME, Paragraph
from agreements.models import Agreement, Clause, TextVersion
from agreements.services import drafting, texts
from agreements.services.texts import ClauseContent, PartContent
from tests.factories import Organisation, make_agreement, write_text

LINES = st.lists(st.text(alphabet="协议用地园区 3.6,平方公里ab，。", min_size=1, max_size=24), max_size=6)


def marked(paragraph: Paragraph) -> str:
    signs = {SAME: "{}", ADDED: "+{}+", REMOVED: "-{}-"}
    return "".join(signs[piece.kind].format(piece.text) for piece in paragraph.pieces)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["用地约 5 平方公里。"], ["用地约 3.6 平方公里。"], ["用地约 -5-+3.6+ 平方公里。"]),
        (["甲。", "丙。"], ["甲。", "乙。", "丙。"], ["甲。", "+乙。+", "丙。"]),
        (["甲。", "乙。"], ["乙。"], ["-甲。-", "乙。"]),
        (["双方互派干部。"], ["另起炉灶重写一段毫无关系文字"], ["-双方互派干部。-", "+另起炉灶重写一段毫无关系文字+"]),
        (["金额 1,200 万元"], ["金额 1,300 万元"], ["金额 -1,200-+1,300+ 万元"]),
        ([], ["新的。"], ["+新的。+"]),
        # Amounts with their unit, days, shares and capitals are one word each.
        (["出资1,200万元，占比30%。"], ["出资1.2亿元，占比35%。"], ["出资-1,200万元-+1.2亿元+，占比-30%-+35%+。"]),
        (["于2026年11月30日前完成。"], ["于2027年1月31日前完成。"], ["于-2026年11月30日-+2027年1月31日+前完成。"]),
        (["计人民币壹仟贰佰万元整。"], ["计人民币壹仟叁佰万元整。"], ["计人民币-壹仟贰佰万元整-+壹仟叁佰万元整+。"]),
        (["面积12公顷。"], ["面积12亩。"], ["面积-12公顷-+12亩+。"]),
        # A paragraph put before a changed one leaves the changed one with its own.
        (
            ["第一，双方共建产业园区。"],
            ["双方建立联席会议制度。", "第一，双方共建科技园区。"],
            ["+双方建立联席会议制度。+", "第一，双方共建-产业-+科技+园区。"],
        ),
        # Few characters that stayed by chance are shown with the change around them.
        (
            ["由甲市负责统筹协调有关工作安排。"],
            ["由乙市主责全面推进有关工作安排。"],
            ["由-甲-+乙+市-负责统筹协调-+主责全面推进+有关工作安排。"],
        ),
    ],
)
def test_what_is_one_word_is_exchanged_whole_and_a_paragraph_stays_where_it_stood(
    old: list[str], new: list[str], expected: list[str]
) -> None:
    assert [marked(paragraph) for paragraph in marking.compare(old, new)] == expected


@given(LINES, LINES)
def test_without_the_removed_it_reads_new_and_without_the_added_it_reads_old(old: list[str], new: list[str]) -> None:
    found = marking.compare(old, new)
    for side, lines in (("after", new), ("before", old)):
        left = ["".join(piece.text for piece in getattr(paragraph, side)) for paragraph in found]
        assert [line for line in left if line] == lines
    assert (marking.places(found) == 0) == (old == new)


def test_very_long_runs_are_exchanged_whole() -> None:
    old, new = "甲乙" * 1500, "丙甲" * 1500
    assert [marked(paragraph) for paragraph in marking.compare([old], [new])] == [f"-{old}-", f"+{new}+"]
    tail = "甲" * 2999
    assert [marked(paragraph) for paragraph in marking.compare(["甲" * 3000], [tail + "乙"])] == [f"{tail}-甲-+乙+"]


# ---------------------------------------------------------------------- clauses and parts


@pytest.fixture
def two(org: Organisation) -> tuple[Agreement, TextVersion]:
    """A draft whose first version is kept, and which may be changed."""
    agreement = make_agreement(org, category="enterprise", party="海河集团", party_kind="private_enterprise")
    write_text(agreement, by=org.staff)
    return agreement, drafting.keep(agreement, by=org.staff, note="第一稿")


def working(agreement: Agreement) -> TextVersion:
    text = texts.working(agreement)
    assert text is not None
    return text


def rewrite(agreement: Agreement, org: Organisation, clause: Clause, prose: str, parts: list[PartContent]) -> None:
    content = ClauseContent(clause.lineage, prose, parts=parts)
    drafting.write(agreement, [content], by=org.staff, edition=working(agreement).edition)


def clause_with(text: TextVersion, code: str) -> Clause:
    return next(clause for clause in texts.clauses_with_parts(text) if clause.parts[code])


@pytest.mark.django_db
def test_parts_are_compared_by_lineage_fact_by_fact(org: Organisation, two: tuple[Agreement, TextVersion]) -> None:
    agreement, first = two
    clause = clause_with(working(agreement), "key_project")
    (project,) = clause.parts["key_project"]
    changed = {**project.facts(), "investment": Decimal("120000000.01"), "site": "武清区"}
    fresh = PartContent("key_project", {**project.facts(), "title": "第二个项目"})
    others = [
        PartContent(code, part.facts(), part.lineage)
        for code, parts in clause.parts.items()
        for part in parts
        if code != "key_project"
    ]
    parts = [PartContent("key_project", changed, project.lineage), fresh, *others]
    rewrite(agreement, org, clause, clause.prose, parts)
    (read,) = [row for row in differences.clauses(working(agreement), first) if row.changes]
    assert [row.kind for row in read.changed_rows] == ["changed", "added"]
    facts = {str(fact.label): (fact.old, fact.new) for fact in read.changed_rows[0].changed_facts}
    assert ("长春市北湖", "武清区") in facts.values()
    assert len(facts) == 2
    assert read.changes == 3
    assert read.paragraphs
    assert not any(paragraph.changed for paragraph in read.paragraphs)


@pytest.mark.django_db
def test_a_difference_that_rounding_hides_is_shown(org: Organisation, two: tuple[Agreement, TextVersion]) -> None:
    agreement, first = two
    clause = clause_with(working(agreement), "key_project")
    (project,) = clause.parts["key_project"]
    changed = {**project.facts(), "investment": Decimal("100000000.50")}
    rewrite(agreement, org, clause, clause.prose, [PartContent("key_project", changed, project.lineage)])
    drafting.keep(agreement, by=org.staff)
    clause = clause_with(working(agreement), "key_project")
    changed["investment"] = Decimal("100000000.75")
    rewrite(agreement, org, clause, clause.prose, [PartContent("key_project", changed, project.lineage)])
    second = agreement.texts.get(number=2)
    (read,) = [row for row in differences.clauses(working(agreement), second) if row.changes]
    assert [(fact.old, fact.new) for fact in read.changed_rows[0].changed_facts] == [("100000000.50", "100000000.75")]


@pytest.mark.django_db
def test_moved_added_dropped_renamed_and_omitted_clauses_are_told(
    org: Organisation, two: tuple[Agreement, TextVersion]
) -> None:
    agreement, first = two
    text = working(agreement)
    one, two_, three, *rest = text.clauses.all()
    moved, gone, omitted = rest[-1], rest[0], rest[1]
    for order, clause in enumerate([moved, one, two_, three, *rest[1:-1]], start=1):
        Clause.objects.filter(pk=clause.pk).update(order=order)
    Clause.objects.filter(pk=one.pk).update(heading="合作原则与宗旨")
    Clause.objects.filter(pk=omitted.pk).update(omission_reason="另立专项协议")
    for model in texts.PART_MODELS.values():
        model._default_manager.filter(clause=gone).delete()
    Clause.objects.filter(pk=gone.pk).delete()
    Clause.objects.create(text=text, order=9, heading="保密", prose="双方保密。\n期限三年。", added_reason="对方提出")
    read = {row.lineage: row for row in differences.clauses(working(agreement), first)}
    assert [row.moved_from for row in read.values() if row.moved_from] == [moved.order]
    assert marked(read[one.lineage].title) == f"-{one.heading}-+合作原则与宗旨+"
    assert read[omitted.lineage].left_out_now
    assert read[gone.lineage].dropped
    assert [(row.heading, row.changes) for row in read.values() if row.added] == [("保密", 1)]
    assert {row.lineage for row in read.values() if not row.changes} == {two_.lineage, three.lineage}
    assert list(read)[-1] == gone.lineage


@pytest.mark.django_db
def test_a_version_is_the_same_as_itself_and_unmarked_alone(two: tuple[Agreement, TextVersion]) -> None:
    agreement, first = two
    for old in (None, first, working(agreement)):
        assert not any(clause.changes for clause in differences.clauses(first, old))


@pytest.mark.django_db
def test_one_query_for_units_however_long_the_text(
    two: tuple[Agreement, TextVersion], django_assert_num_queries: object
) -> None:
    _agreement, first = two
    with django_assert_num_queries(1):  # type: ignore[operator]
        differences.clauses(first, first)
