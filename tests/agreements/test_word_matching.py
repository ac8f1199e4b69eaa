"""A Word text against the draft: what is certain, what is suggested, what the person decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.models import Unit
from agreements import due
from agreements.due import MONTH
from agreements.models import KeyProject, Safeguard, Target, WorkItem
from agreements.word import tables
from agreements.word.plan import Choices
from agreements.word.sections import HEADING, MARK, NONE, SIGNATURE, SIMILAR
from core.docx.numbering import chinese
from tests.agreements import word_cases as cases
from tests.factories import organisation
from tests.word_files import NAMES, gone, ins, par, row, run, table

pytestmark = pytest.mark.django_db
STYLES = f'<w:styles {NAMES}><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'


@pytest.fixture
def org():
    return organisation()


@pytest.fixture
def agreement(org):
    return cases.drafted(org)


def clauses(agreement):
    return list(cases.working(agreement).clauses.order_by("order"))


def retyped(agreement, *, heading=lambda number, words: f"{chinese(number)}、{words}", change=None) -> str:
    """The prose of the draft as the other side would type it: no marks, no tables."""
    change = change or {}
    body = par(agreement.title)
    for clause in clauses(agreement):
        body += par(heading(clause.order, clause.heading)) + par(change.get(clause.heading, clause.prose))
    return body


def heads(code: str) -> list[str]:
    return [column.head for column in tables.columns(code)]


class TestHeadings:
    def test_our_own_file_is_known_by_its_marks_and_changes_nothing(self, agreement):
        found = cases.matched(agreement, cases.exported(agreement))
        assert {section.how for section in found.sections} == {MARK}
        assert cases.untouched(found) == []

    @pytest.mark.parametrize(
        "heading",
        [
            lambda number, words: f"{chinese(number)}、{words}",
            lambda number, words: f"第{chinese(number)}条　{words}",
            lambda number, words: f"{number}．{words.replace('（', '(').replace('）', ')')}",
            lambda number, words: f"{chinese(number)}、 {' '.join(words)}：",
        ],
    )
    def test_retyped_headings_are_the_same_headings(self, agreement, heading):
        found = cases.by_hand(agreement, retyped(agreement, heading=heading))
        assert [section.how for section in found.sections] == [HEADING] * len(clauses(agreement))
        assert all(entry.section.lineage == entry.clause.lineage for entry in found.clauses)

    def test_headings_by_style_and_by_automatic_number(self, agreement):
        numbering = (
            f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
        )
        first, *rest = clauses(agreement)
        body = par(first.heading, '<w:pStyle w:val="1"/>') + par(first.prose)
        for clause in rest:
            body += par(clause.heading, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>') + par(
                clause.prose
            )
        found = cases.by_hand(agreement, body, {"numbering": numbering, "styles": STYLES})
        assert [section.how for section in found.sections] == [HEADING] * (len(rest) + 1)

    def test_a_similar_heading_is_suggested_and_named(self, agreement):
        wanted = clauses(agreement)[2].heading
        body = retyped(agreement).replace(f"、{wanted}<", "、合作的重点内容<")
        found = cases.by_hand(agreement, body)
        [section] = found.open_sections
        assert section.how == SIMILAR
        assert section.lineage == clauses(agreement)[2].lineage

    def test_a_new_heading_is_not_guessed(self, agreement):
        found = cases.by_hand(agreement, retyped(agreement) + par("六、保密义务") + par("双方保守秘密。"))
        [section] = found.open_sections
        assert (section.how, section.heading, section.lines) == (NONE, "六、保密义务", ["双方保守秘密。"])

    def test_the_same_heading_twice_is_left_to_the_person(self, agreement):
        wanted = clauses(agreement)[0]
        body = retyped(agreement) + par(f"六、{wanted.heading}") + par("又一段。")
        found = cases.by_hand(agreement, body)
        assert len(found.open_sections) == 2

    def test_a_line_of_the_prose_that_reads_like_a_heading_stays_prose(self, agreement):
        clause = clauses(agreement)[0]
        clause.prose = f"第二条 付款方式\n双方约定如下。\n{clauses(agreement)[1].heading}"
        clause.save()
        found = cases.matched(agreement, cases.exported(agreement))
        assert cases.untouched(found) == []
        assert len(found.sections) == len(clauses(agreement))

    def test_a_missing_clause_is_a_deletion_to_be_confirmed(self, agreement):
        gone_clause = clauses(agreement)[3]
        body = retyped(agreement).replace(par(f"四、{gone_clause.heading}") + par(gone_clause.prose), "")
        found = cases.by_hand(agreement, body)
        assert [entry.clause.heading for entry in found.clauses if entry.is_missing] == [gone_clause.heading]

    def test_signatures_are_set_apart(self, agreement):
        body = retyped(agreement) + par("甲方（盖章）：　　　乙方（盖章）：") + par("签订日期：　年　月　日")
        found = cases.by_hand(agreement, body)
        assert [section.kind for section in found.open_sections] == [SIGNATURE]

    def test_the_way_into_the_text_is_shown(self, agreement):
        body = par(agreement.title) + par("甲方：某市人民政府") + retyped(agreement)[len(par(agreement.title)) :]
        [section] = cases.by_hand(agreement, body).open_sections
        assert section.lines == ["甲方：某市人民政府"]

    def test_a_mark_that_slipped_to_another_heading_is_not_believed(self, agreement):
        first, second, *_rest = clauses(agreement)
        mark = f'<w:bookmarkStart w:id="1" w:name="_Clause_{first.lineage}"/><w:bookmarkEnd w:id="1"/>'
        body = par(mark + run(f"一、{second.heading}")) + par("甲。") + par(f"二、{first.heading}") + par("乙。")
        found = cases.by_hand(agreement, body)
        assert [section.lineage for section in found.sections] == [second.lineage, first.lineage]
        assert found.is_moved


class TestProse:
    def test_a_tracked_change_is_read_as_accepted(self, agreement):
        clause = clauses(agreement)[0]
        body = retyped(
            agreement, change={clause.heading: run("双方投资") + gone("五千万元") + ins(run("一亿元")) + run("。")}
        )
        found = cases.by_hand(agreement, body)
        assert found.clauses[0].prose == "双方投资一亿元。"
        assert [change.author for change in found.document.changes] == ["王工", "王工"]

    def test_lines_the_file_does_not_touch_stay_as_they_are_typed(self, agreement):
        clause = clauses(agreement)[0]
        clause.prose = "　　第一段。\n\n　　第二段。"
        clause.save()
        found = cases.by_hand(agreement, retyped(agreement, change={clause.heading: run("第一段。")}))
        assert found.clauses[0].prose == "　　第一段。"


class TestTables:
    def with_tables(self, agreement, heading: str, *drawn: str) -> str:
        clause = next(clause for clause in clauses(agreement) if clause.heading == heading)
        plain = par(f"{chinese(clause.order)}、{heading}") + par(clause.prose)
        return retyped(agreement).replace(plain, plain + "".join(drawn))

    def test_a_table_without_marks_is_known_by_its_heads_and_its_rows_by_name(self, agreement):
        target = Target.objects.get()
        body = self.with_tables(
            agreement,
            "目标定位",
            par(tables.title("target")),
            table(heads("target"), [target.indicator, "人次", "0", "35", "2028年6月", "市财政局"]),
        )
        entry = cases.by_hand(agreement, body).clauses[1]
        [read] = next(sheet for sheet in entry.sheets if sheet.code == "target").rows
        assert read.part == target
        assert read.form["goal"].value() == "35"
        facts = read.content().facts
        assert (facts["due_on"], facts["due_kind"]) == (date(2028, 6, 30), MONTH)
        assert facts["unit"] == Unit.objects.get(name_zh="市财政局").pk
        assert entry.prose == clauses(agreement)[1].prose

    def test_a_time_or_a_unit_nobody_can_read_waits_for_the_person(self, agreement):
        target = Target.objects.get()
        drawn = table(heads("target"), [target.indicator, "人次", "0", "20", "条件成熟时", "某某局"])
        entry = cases.by_hand(agreement, self.with_tables(agreement, "目标定位", drawn)).clauses[1]
        [read] = entry.unreadable
        assert set(read.errors) == {"due_on", "unit"}

    def test_amounts_take_the_unit_of_their_column(self, agreement):
        project = KeyProject.objects.get()
        body = self.with_tables(
            agreement,
            "合作重点（内容）",
            table(
                ["序号", tables.label("key_project", "title"), f"{tables.label('key_project', 'investment')}（万元）"],
                ["1", project.title, "12,000"],
            ),
        )
        entry = cases.by_hand(agreement, body).clauses[2]
        [read] = next(sheet for sheet in entry.sheets if sheet.code == "key_project").rows
        assert read.content().facts["investment"] == Decimal(120_000_000)
        assert read.content().facts["site"] == project.site

    def test_new_rows_lost_rows_and_rows_of_the_same_name(self, agreement):
        kept = Safeguard.objects.order_by("pk").first()
        kind = tables.written(kept)["kind"]
        body = self.with_tables(
            agreement, "保障措施", table(heads("safeguard"), [kind, kept.measure], [kind, "另设专班。"])
        )
        [sheet] = cases.by_hand(agreement, body).clauses[4].sheets
        assert [bool(read.part) for read in sheet.rows] == [True, False]
        assert len(sheet.absent) == 2

    def test_cells_merged_downward_say_the_same_for_each_row(self, agreement):
        start = "<w:tcPr><w:vMerge w:val='restart'/></w:tcPr>"
        head = heads("work_item")
        below = "<w:tcPr><w:vMerge/></w:tcPr>" + par()
        rows = row(head) + row([start + par("平台"), "甲工作", "", "", "", ""]) + row([below, "乙工作", "", "", "", ""])
        body = self.with_tables(agreement, "合作重点（内容）", f"<w:tbl>{rows}</w:tbl>")
        sheet = next(s for s in cases.by_hand(agreement, body).clauses[2].sheets if s.code == "work_item")
        assert [read.said["group"] for read in sheet.rows] == ["平台", "平台"]
        assert sheet.absent == list(WorkItem.objects.all())

    def test_a_row_keeps_its_part_though_everything_in_it_was_retyped(self, agreement):
        content = cases.exported(agreement)
        target = Target.objects.get()
        Target.objects.update(indicator="旧名称", goal=Decimal(1))
        entry = cases.matched(agreement, content).clauses[1]
        [read] = next(sheet for sheet in entry.sheets if sheet.code == "target").rows
        assert read.part == target
        assert read.content().lineage == target.lineage
        assert read.content().facts["indicator"] == target.indicator

    def test_a_table_that_answers_no_sheet_waits_for_a_choice(self, agreement):
        body = self.with_tables(agreement, "合作机制", table(["序号", "事项"], ["1", "甲"]))
        [loose] = cases.by_hand(agreement, body).clauses[3].loose
        assert loose.lines == ["序号\t事项", "1\t甲"]
        assert loose.choice == ""

    def test_columns_the_sheet_does_not_have_are_named(self, agreement):
        body = self.with_tables(
            agreement, "保障措施", table([*heads("safeguard"), "备注二"], ["政策保障", "落实。", "见附件"])
        )
        [sheet] = cases.by_hand(agreement, body).clauses[4].sheets
        assert sheet.unknown == ["备注二"]

    def test_what_the_reviewers_are_told_does_not_go_out(self, agreement):
        KeyProject.objects.update(omission_reason="选址尚在比选", site="")
        content = cases.exported(agreement)
        found = cases.matched(agreement, content)
        assert "选址尚在比选" not in found.document.text
        assert cases.untouched(found) == []

    def test_a_choice_for_a_section_makes_it_the_clause(self, agreement):
        wanted = clauses(agreement)[3]
        body = retyped(agreement).replace(f"、{wanted.heading}<", "、完全不同的说法<")
        [section] = cases.by_hand(agreement, body).open_sections
        found = cases.matched(agreement, cases.package(body), Choices({section.key: f"is:{wanted.lineage}"}))
        assert found.clauses[3].section.heading.endswith("完全不同的说法")
        assert found.clauses[3].is_renamed


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("2027-03-05", "2027年3月5日"),
        ("2027-03", "2027年3月"),
        ("2027", "2027年"),
        ("每季度", "每季度一次"),
        ("长期", "适时（不定期）"),
    ],
)
def test_times_are_written_in_chinese_as_they_were_typed(agreement, typed, written):
    time = due.read(typed, recurring=True)
    WorkItem.objects.update(due_on=time.on, due_kind=time.kind, frequency=time.frequency)
    assert tables.written(WorkItem.objects.get())["due_on"] == written
    with translation.override("en"):
        assert tables.written(WorkItem.objects.get())["due_on"] == written
    assert due.read(written, recurring=True) == time
