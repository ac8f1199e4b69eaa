"""What changed between two versions: in words, whatever the paragraphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.models import Agreement, Station
from agreements.services import drafting, texts
from approvals import differences
from approvals.differences import ADDED, REMOVED, SAME, Paragraph
from approvals.services import reviewing
from core import clock
from tests.factories import Organisation, fresh, make_agreement, write_text

LINES = st.lists(st.text(alphabet="协议用地园区 3.6,平方公里ab", min_size=1, max_size=12), max_size=5)


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
    ],
)
def test_a_number_is_exchanged_whole_and_a_paragraph_stays_where_it_stood(
    old: list[str], new: list[str], expected: list[str]
) -> None:
    assert [marked(paragraph) for paragraph in differences.compare(old, new)] == expected


@given(LINES, LINES)
def test_without_the_removed_it_reads_new_and_without_the_added_it_reads_old(old: list[str], new: list[str]) -> None:
    found = differences.compare(old, new)
    for kind, lines in ((REMOVED, new), (ADDED, old)):
        left = ["".join(piece.text for piece in paragraph.pieces if piece.kind != kind) for paragraph in found]
        assert [line for line in left if line] == lines


def test_very_long_paragraphs_are_exchanged_whole() -> None:
    old, new = "甲" * 3000, "甲" * 2999 + "乙"
    assert [marked(paragraph) for paragraph in differences.compare([old], [new])] == [f"-{old}-", f"+{new}+"]


@pytest.mark.django_db
def test_clauses_are_matched_by_lineage_and_parts_are_compared_too(org: Organisation) -> None:
    agreement: Agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    first = texts.current(agreement)
    assert first is not None
    review = reviewing.current(agreement)
    assert review is not None
    reviewing.send_back(agreement, by=fresh(org.legal), reason="请修改。", text_sha256=review.text.sha256)
    write_text(agreement, by=fresh(org.staff), due=clock.today().replace(year=2029))
    drafting.submit(agreement, by=fresh(org.head))
    second = texts.current(agreement)
    assert second is not None
    read = differences.clauses(second, first)
    assert [clause.heading for clause in read] == [clause.heading for clause in second.clauses.all()]
    changed = {clause.heading for clause in read if clause.changes}
    assert changed
    assert "保障措施" not in changed
    text = "\n".join(marked(paragraph) for clause in read for paragraph in clause.paragraphs)
    assert "2029" in text
    assert not any(clause.changes for clause in differences.clauses(second, None))
    assert not any(clause.changes for clause in differences.clauses(second, second))
