"""How an official document looks (GB/T 9704-2012): grid, margins, fonts of its levels, page numbers."""

from __future__ import annotations

from typing import NamedTuple

TWIPS_PER_MM = 1440 / 25.4
PAGE = (11906, 16838)
LINES, CHARACTERS = 22, 28
_MARGINS_MM = {"top": 37, "right": 26, "bottom": 35, "left": 28, "header": 15, "footer": 23}
MARGINS = {side: round(size * TWIPS_PER_MM) for side, size in _MARGINS_MM.items()}
TEXT_WIDTH = PAGE[0] - MARGINS["left"] - MARGINS["right"]
LINE_PITCH = (PAGE[1] - MARGINS["top"] - MARGINS["bottom"]) // LINES
BODY_POINTS = 16
CHARACTER_SPACE = round((TEXT_WIDTH / 20 / CHARACTERS - BODY_POINTS) * 4096)
NAMESPACE = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
LATIN = "Times New Roman"
IMITATION, BOLD, REGULAR, TITLE, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
_INSTEAD = {IMITATION: "仿宋", REGULAR: "楷体", TITLE: "华文中宋", BOLD: "SimHei", SONG: "SimSun"}


class Style(NamedTuple):
    """A paragraph style."""

    id: str
    name: str
    font: str
    points: float
    paragraph: str


_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_NONE = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
_KEEP = "<w:keepNext/>"
STYLES = (
    Style("Normal", "Normal", IMITATION, BODY_POINTS, f'<w:jc w:val="both"/>{_INDENT}'),
    Style(
        "Title", "Title", TITLE, 22,
        f'{_KEEP}<w:spacing w:after="579"/>{_NONE}<w:jc w:val="center"/>',
    ),
    Style("Heading1", "heading 1", BOLD, BODY_POINTS, f'{_KEEP}<w:outlineLvl w:val="0"/>'),
    Style("Heading2", "heading 2", REGULAR, BODY_POINTS, f'{_KEEP}<w:outlineLvl w:val="1"/>'),
    Style("Heading3", "heading 3", IMITATION, BODY_POINTS, f'{_KEEP}<w:outlineLvl w:val="2"/>'),
    Style("Heading4", "heading 4", IMITATION, BODY_POINTS, f'{_KEEP}<w:outlineLvl w:val="3"/>'),
    Style(
        "Caption", "caption", BOLD, 14,
        f'{_KEEP}<w:spacing w:before="120"/>{_NONE}<w:jc w:val="center"/>',
    ),
    Style("Cell", "Cell", IMITATION, 12, f'<w:snapToGrid w:val="0"/>{_NONE}<w:jc w:val="left"/>'),
    Style("Head", "Table Head", BOLD, 12, f'<w:snapToGrid w:val="0"/>{_NONE}<w:jc w:val="center"/>'),
    Style("Header", "header", SONG, 10.5, f'<w:snapToGrid w:val="0"/>{_NONE}<w:jc w:val="right"/>'),
    Style("Footer", "footer", SONG, 14, f'<w:snapToGrid w:val="0"/>{_NONE}'),
)  # fmt: skip
HEADING_FONTS = {1: BOLD, 2: REGULAR, 3: IMITATION, 4: IMITATION}


def fonts(east_asian: str) -> str:
    """Return the font element: the same look whichever script a run holds."""
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" w:eastAsia="{east_asian}" w:hint="eastAsia"/>'


def _style(style: Style) -> str:
    is_base = style.id == "Normal"
    default = ' w:default="1"' if is_base else ""
    based = "" if is_base else '<w:basedOn w:val="Normal"/>'
    half_points = round(style.points * 2)
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{style.id}">'
        f'<w:name w:val="{style.name}"/>{based}<w:qFormat/>'
        f"<w:pPr>{_in_order(style.paragraph)}</w:pPr>"
        f'<w:rPr>{fonts(style.font)}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr></w:style>'
    )


def _in_order(properties: str) -> str:
    """Put paragraph properties in the order the schema asks for."""
    order = ("keepNext", "snapToGrid", "spacing", "ind", "jc", "outlineLvl")
    pieces = [f"<{piece}" for piece in properties.split("<") if piece]
    return "".join(sorted(pieces, key=lambda piece: order.index(piece[3:].split()[0].rstrip("/>"))))


def styles_part() -> str:
    """Return the styles of the document."""
    return (
        f"<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>{fonts(IMITATION)}"
        '<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        f"{''.join(_style(style) for style in STYLES)}"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/>'
        '<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>'
    )


def font_table_part() -> str:
    """Return the fonts with what stands in for them on a computer that lacks them."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for name, instead in _INSTEAD.items()
    )
    return f"<w:fonts {NAMESPACE}>{entries}</w:fonts>"


def settings_part() -> str:
    """Return the settings: left and right pages differ, punctuation at line ends as Chinese asks for."""
    return (
        f"<w:settings {NAMESPACE}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/><w:useFELayout/>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def section(references: str) -> str:
    """Return the page: A4, margins, the grid of 22 lines with 28 characters."""
    margins = " ".join(f'w:{side}="{size}"' for side, size in MARGINS.items())
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{PAGE[0]}" w:h="{PAGE[1]}"/><w:pgMar {margins} w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE_PITCH}" w:charSpace="{CHARACTER_SPACE}"/></w:sectPr>'
    )


def page_number(*, is_odd: bool) -> str:
    """Return the foot of a page: — 1 —, odd pages at the right, even ones at the left, one character in."""
    side = "right" if is_odd else "left"
    return (
        f'<w:ftr {NAMESPACE}><w:p><w:pPr><w:pStyle w:val="Footer"/>'
        f'<w:ind w:{side}Chars="100" w:{side}="280" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="{side}"/>'
        '</w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )
