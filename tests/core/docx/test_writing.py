"""Writing Word files: the grid of GB/T 9704, the same bytes each time, everything readable again."""

from __future__ import annotations

import io
import re
import zipfile

import docx as python_docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import docx
from core.docx import headings, writing
from core.docx.model import Paragraph, Table
from core.docx.writing import Grid, Heading, Line, Row
from records import inspection

CONTENT = [
    Heading("一、合作原则", mark="_Clause_A"),
    Line("（一）平等互利。双方同意长期合作。"),
    Line("1. 每年会商一次"),
    Grid("工作目标", ["指标", "目标值"], [Row(["投资\n到位", "5.00"], "_Row_1"), Row(["", ""])], "_Sheet_t"),
]


def made(title: str = "合作协议", content=CONTENT, marking: str = "第3稿，abcdef123456") -> bytes:
    return writing.write(title, content, marking=marking)


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_the_same_content_gives_the_same_bytes():
    assert made() == made()


def test_it_is_an_accepted_file_and_opens_elsewhere():
    content = made()
    assert inspection.inspect(io.BytesIO(content), len(content), "a.docx").extension == "docx"
    opened = python_docx.Document(io.BytesIO(content))
    assert [paragraph.style.name for paragraph in opened.paragraphs][:4] == [
        "Title",
        "Heading 1",
        "Normal",
        "Heading 3",
    ]
    assert opened.tables[0].cell(1, 0).text == "投资\n到位"


def test_the_page_is_the_grid_of_official_documents():
    section = python_docx.Document(io.BytesIO(made())).sections[0]
    assert round(section.page_width.mm), round(section.page_height.mm) == (210, 297)
    sides = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(side.mm) for side in sides] == [37, 28, 26, 35]
    grid = re.search(
        r'<w:docGrid w:type="linesAndChars" w:linePitch="(\d+)" w:charSpace="(-?\d+)"',
        part(made(), "word/document.xml"),
    )
    assert grid
    height, width = (297 - 37 - 35) / 25.4 * 1440, (210 - 28 - 26) / 25.4 * 72
    assert int(height // int(grid[1])) == 22
    assert int(width // (16 + int(grid[2]) / 4096)) == 28


def test_fonts_are_set_for_both_scripts_and_sizes_are_those_of_the_standard():
    styles = python_docx.Document(io.BytesIO(made())).styles
    wanted = {
        "Normal": ("仿宋_GB2312", 16),
        "Title": ("方正小标宋简体", 22),
        "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体_GB2312", 16),
    }
    for name, (font, points) in wanted.items():
        fonts = styles[name].element.rPr.rFonts
        space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
        assert fonts.get(f"{space}eastAsia") == font
        assert fonts.get(f"{space}ascii") == "Times New Roman"
        assert styles[name].font.size.pt == points


def test_page_numbers_and_the_marking_stand_on_every_page():
    content = made()
    assert "evenAndOddHeaders" in part(content, "word/settings.xml")
    for number, side in ((1, "right"), (2, "left")):
        foot = part(content, f"word/footer{number}.xml")
        assert f'w:{side}Chars="100"' in foot
        assert "PAGE" in foot
        assert "— " in foot
        assert "abcdef123456" in part(content, f"word/header{number}.xml")
    assert docx.read(io.BytesIO(content)).losses == []


def test_marks_come_back_where_they_were_set():
    _title, heading, *_rest, table, _gap = docx.read(io.BytesIO(made())).blocks
    assert heading.marks == ("_Clause_A",)
    assert isinstance(table, Table)
    assert [row.marks for row in table.rows] == [("_Sheet_t",), ("_Row_1",), ()]


ODD = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)


@given(lines=st.lists(ODD, max_size=6), cells=st.lists(st.lists(ODD, min_size=2, max_size=2), max_size=4))
def test_every_text_comes_back(lines, cells):
    content = [*map(Line, lines), Grid("表", ["甲", "乙"], [Row(row) for row in cells])]
    blocks = docx.read(io.BytesIO(made(content=content))).blocks
    said = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert said[1 : 1 + len(lines)] == [writing.clean(line) for line in lines]
    [table] = [block for block in blocks if isinstance(block, Table)]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        [writing.clean(cell) for cell in row] for row in cells
    ]


@pytest.mark.parametrize(
    ("line", "level", "rest"),
    [
        ("一、合作原则", 1, "合作原则"),
        ("十二、附则", 1, "附则"),
        ("第一条 合作原则", 1, "合作原则"),
        ("第 3 条　违约责任", 1, "违约责任"),
        ("（一）组织领导", 2, "组织领导"),
        ("(二) 经费", 2, "经费"),
        ("1. 会商", 3, "会商"),
        ("１．会商", 3, "会商"),
        ("（1）时间", 4, "时间"),
        ("2.5 亿元投资", 0, "2.5 亿元投资"),
        ("一体化发展", 0, "一体化发展"),
    ],
)
def test_numbers_of_headings(line, level, rest):
    found = headings.split(line)
    assert (found.level, found.rest) == (level, rest)


def test_headings_are_compared_by_their_words():
    assert headings.key("三、 合作重点（内容）") == headings.key("第三条　合作重点(内容)：")
    assert headings.key("合作机制") != headings.key("合作重点")
