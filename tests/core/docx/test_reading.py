"""Reading Word files: as their reader sees them with every change accepted, and nothing lost without a word."""

from __future__ import annotations

import io

import pytest

from core import docx
from core.docx.model import Paragraph, Table
from core.errors import BadInput
from tests.word_files import BY, NAMES, gone, ins, par, row, run, stream, table

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def texts(body: str, parts=None) -> list[str]:
    return [
        block.full if isinstance(block, Paragraph) else block.text for block in docx.read(stream(body, parts)).blocks
    ]


BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))


class TestTrackedChanges:
    def test_an_inserted_amount_is_read_and_a_deleted_one_is_not(self):
        found = docx.read(stream(par(run("投资") + gone("5000万元") + ins(run("1.2亿元")) + run("。"))))
        assert found.text == "投资1.2亿元。"
        assert [(c.kind, c.text, c.author, c.at) for c in found.changes] == [
            ("deletion", "5000万元", "王工", "2026-11-20T09:30:00Z"),
            ("insertion", "1.2亿元", "王工", "2026-11-20T09:30:00Z"),
        ]

    def test_a_deleted_paragraph_mark_joins_two_paragraphs(self):
        body = par(run("双方"), f"<w:rPr><w:del {BY}/></w:rPr>") + par("合作。")
        found = docx.read(stream(body))
        assert found.text == "双方合作。"
        assert found.changes[0].kind == "deletion"

    def test_a_paragraph_deleted_whole_leaves_nothing(self):
        body = par("前") + par(gone("删去的一段"), f"<w:rPr><w:del {BY}/></w:rPr>") + par("后")
        assert texts(body) == ["前", "后"]

    def test_what_was_moved_stands_where_it_went(self):
        body = par(f"<w:moveFrom {BY}>{run('移动的话')}</w:moveFrom>") + par(
            f"<w:moveTo {BY}>{run('移动的话')}</w:moveTo>"
        )
        found = docx.read(stream(body))
        assert [block.full for block in found.blocks] == ["", "移动的话"]
        assert {change.kind for change in found.changes} == {"move"}

    def test_deleted_and_inserted_rows(self):
        went, came = f"<w:trPr><w:del {BY}/></w:trPr>", f"<w:trPr><w:ins {BY}/></w:trPr>"
        body = f"<w:tbl>{row(['甲', '1'])}{row(['乙', '2'], went)}{row(['丙', '3'], came)}</w:tbl>"
        found = docx.read(stream(body))
        assert found.blocks[0].text == "甲\t1\n丙\t3"
        assert [(c.kind, c.text) for c in found.changes] == [("deletion", "乙2"), ("insertion", "丙3")]

    def test_changes_around_whole_paragraphs(self):
        choice = f"<mc:AlternateContent><mc:Choice Requires='w14'>{par('新')}</mc:Choice></mc:AlternateContent>"
        body = f"<w:ins {BY}>{par('插')}</w:ins><w:del {BY}>{par(gone('删'))}</w:del>{choice}"
        found = docx.read(stream(body))
        assert found.text == "插\n新"
        assert [change.text for change in found.changes if change.kind == "deletion"] == ["删"]

    def test_changes_of_format_are_named(self):
        body = par(run("粗体", f"<w:b/><w:rPrChange {BY}><w:rPr/></w:rPrChange>"))
        assert [change.kind for change in docx.read(stream(body)).changes] == ["format"]

    def test_an_insertion_inside_a_deletion_is_gone(self):
        body = par(f"<w:ins {BY}>{gone('又删')}</w:ins>" + run("留"))
        assert texts(body) == ["留"]


class TestNothingIsLost:
    @pytest.mark.parametrize(
        ("body", "said"),
        [
            (f"<w:sdt><w:sdtPr/><w:sdtContent>{par('控件内')}</w:sdtContent></w:sdt>", "控件内"),
            (par(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('行内控件')}</w:sdtContent></w:sdt>"), "行内控件"),
            (par(f'<w:smartTag w:element="date">{run("2027年")}</w:smartTag>{run("底")}'), "2027年底"),
            (par(f'<w:hyperlink r:id="x">{run("链接")}</w:hyperlink>'), "链接"),
            (par(f'<w:customXml w:element="e">{run("定制")}</w:customXml>'), "定制"),
            (par("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>"), "甲\t乙\n丙"),
            (par('<w:r><w:t>页</w:t><w:br w:type="page"/><w:t>下</w:t></w:r>'), "页下"),
            (par("<w:r><w:t>2024</w:t><w:noBreakHyphen/><w:t>2027</w:t></w:r>"), "2024\u20112027"),
            (par('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>'), "☑"),
            (par(f'<w:fldSimple w:instr=" REF x ">{run("第三条")}</w:fldSimple>'), "第三条"),
            (par("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"), "x=1"),
            (par(f"<w:r><w:ruby><w:rt>{run('pin')}</w:rt><w:rubyBase>{run('拼')}</w:rubyBase></w:ruby></w:r>"), "拼"),
        ],
    )
    def test_wrapped_text(self, body, said):
        assert docx.plain_text(stream(body)) == said

    def test_a_field_shows_its_result_and_not_its_instruction(self):
        body = par(
            BEGIN + "<w:r><w:instrText> MERGEFIELD 金额 </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + run("300万元")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        assert texts(body) == ["300万元"]

    def test_a_box_of_a_form_is_ticked_or_not(self):
        box = (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked w:val="{}"/></w:checkBox>'
            "</w:ffData></w:fldChar></w:r>" + END
        )
        assert texts(par(box.format(1) + run("是") + box.format(0) + run("否"))) == ["☑是☐否"]

    def test_a_text_box_is_read_once_behind_its_paragraph(self):
        words = par("框内文字")
        body = par(
            run("正文")
            + "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><wps:wsp><wps:txbx>"
            f"<w:txbxContent>{words}</w:txbxContent></wps:txbx></wps:wsp></a:graphic></wp:anchor></w:drawing>"
            "</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
            f"<w:txbxContent>{words}</w:txbxContent></v:textbox></v:shape></w:pict>"
            "</mc:Fallback></mc:AlternateContent></w:r>"
        )
        found = docx.read(stream(body))
        assert [(block.text, block.source) for block in found.blocks] == [("正文", ""), ("框内文字", "text box")]

    def test_nested_tables_merged_cells_and_missing_ones(self):
        inner = table(["内1", "内2"])
        merged = (
            f"<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>{par('组')}</w:tc>"
            f"<w:tc>{par('一')}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{par()}</w:tc>"
            f"<w:tc>{inner}{par('二')}</w:tc></w:tr></w:tbl>"
        )
        [found] = docx.read(stream(merged)).blocks
        assert isinstance(found, Table)
        assert found.rows[1].cells[0].continues
        assert found.rows[1].cells[1].text == "内1\t内2\n二"

    def test_what_text_cannot_carry_is_named(self):
        notes = f'<w:footnotes {NAMES}><w:footnote w:id="2">{par("以审计结果为准")}</w:footnote></w:footnotes>'
        body = (
            par(run("总额") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
            + par("<w:r><w:drawing><a:graphic><pic:pic/></a:graphic></w:drawing></w:r>")
            + par("<w:r><w:object/></w:r>")
            + par(run("藏着的话", "<w:vanish/>"))
            + '<w:altChunk r:id="z"/>'
        )
        found = docx.read(stream(body, {"footnotes": notes}))
        assert [(loss.kind, loss.text) for loss in found.losses] == [
            ("footnote", "以审计结果为准"),
            ("picture", ""),
            ("object", ""),
            ("hidden", "藏着的话"),
            ("document", ""),
        ]

    def test_remarks_come_with_the_words_they_stand_at(self):
        remarks = (
            f'<w:comments {NAMES}><w:comment w:id="0" w:author="乙方法务" w:date="2026-11-21T08:00:00Z">'
            f"{par('请再核')}</w:comment></w:comments>"
        )
        start, end = '<w:commentRangeStart w:id="0"/>', '<w:commentRangeEnd w:id="0"/>'
        body = par(run("在") + start + run("三年内") + end + run("完成"))
        [remark] = docx.read(stream(body, {"comments": remarks})).comments
        assert (remark.author, remark.text, remark.anchor) == ("乙方法务", "请再核", "三年内")

    def test_a_table_of_contents_is_not_text(self):
        begin = BEGIN + '<w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>' + SEPARATE
        body = par(begin + run("一、总则 1")) + par("二、内容 2") + par(END) + par("一、总则")
        found = docx.read(stream(body))
        assert found.text == "一、总则"
        assert [loss.kind for loss in found.losses] == ["contents"]


NUMBERING = (
    f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="3">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/>'
    '<w:lvlText w:val="%1.%2.%3"/></w:lvl>'
    '</w:abstractNum><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCountingThousand"/><w:pStyle w:val="Tiao"/>'
    '<w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="4"/></w:num>'
    '<w:num w:numId="5"><w:abstractNumId w:val="3"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    "</w:numbering>"
)
STYLES = (
    f'<w:styles {NAMES}><w:style w:type="paragraph" w:styleId="Tiao"><w:name w:val="条"/><w:pPr><w:numPr>'
    '<w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="我的标题"/><w:basedOn w:val="1"/></w:style></w:styles>'
)


def listed(level: int, num: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'


class TestNumbers:
    def test_automatic_numbers_are_written_out(self):
        body = (
            par("总则", listed(0))
            + par("原则", listed(1))
            + par("目标", listed(1))
            + par("细目", listed(2))
            + par("内容", listed(0))
            + par("重点", listed(1))
        )
        assert texts(body, {"numbering": NUMBERING}) == [
            "一、总则",
            "（一）原则",
            "（二）目标",
            "1.2.1 细目",
            "二、内容",
            "（一）重点",
        ]

    def test_numbers_of_a_style_and_a_new_start(self):
        body = (
            par("总则", '<w:pStyle w:val="Tiao"/>') + par("内容", '<w:pStyle w:val="Tiao"/>') + par("七", listed(0, 5))
        )
        assert texts(body, {"numbering": NUMBERING, "styles": STYLES}) == ["第一条 总则", "第二条 内容", "七、七"]

    def test_a_deleted_list_paragraph_is_not_counted(self):
        removed = par(gone("删"), listed(0) + f"<w:rPr><w:del {BY}/></w:rPr>")
        assert texts(par("甲", listed(0)) + removed + par("乙", listed(0)), {"numbering": NUMBERING}) == [
            "一、甲",
            "二、乙",
        ]

    def test_heading_levels_come_from_the_style_it_is_based_on(self):
        [block] = docx.read(stream(par("标题", '<w:pStyle w:val="b"/>'), {"styles": STYLES})).blocks
        assert block.outline == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file_empty"),
            (b"plain words", "file_kind"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_kind"),
            (b"PK\x03\x04 cut off", "file_kind"),
        ],
    )
    def test_what_is_no_docx(self, content, code):
        with pytest.raises(BadInput) as refused:
            docx.read(io.BytesIO(content))
        assert refused.value.code == code

    def test_macros(self):
        main = "application/vnd.ms-word.document.macroEnabled.main+xml"
        with pytest.raises(BadInput) as refused:
            docx.read(stream(par("x"), main=main))
        assert refused.value.code == "file_macros"

    def test_entities(self):
        head = '<!DOCTYPE w:document [<!ENTITY a "aaaa">]>'
        with pytest.raises(BadInput) as refused:
            docx.read(stream(par("&a;"), head=head))
        assert refused.value.code == "file_entities"

    def test_broken_xml_and_a_missing_body(self):
        with pytest.raises(BadInput):
            docx.read(stream("<w:p>"))
        with pytest.raises(BadInput):
            docx.read(stream("", head="<w:nothing "))

    def test_nesting_without_end_is_refused_and_not_fatal(self):
        deep = "<w:smartTag>" * 5000 + "</w:smartTag>" * 5000
        with pytest.raises(BadInput):
            docx.read(stream(f"<w:p>{deep}</w:p>"))

    def test_a_part_too_big_to_unpack(self, monkeypatch):
        monkeypatch.setattr("core.docx.package.MAX_PART_BYTES", 1000)
        with pytest.raises(BadInput) as refused:
            docx.read(stream(par("长" * 1000)))
        assert refused.value.code == "file_limit"
