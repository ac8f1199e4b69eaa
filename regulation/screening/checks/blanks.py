"""Blanks left over: lines to fill in, empty brackets, stand-in names, remarks of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regulation.screening.checks.hit import Hit
from regulation.screening.passage import Passage
from regulation.screening.records import Context

_S = r"[ \t\u00a0\u2002\u2003\u3000]"
_KINDS: tuple[tuple[str, str], ...] = (
    ("line", r"[_＿﹍﹏‗]{2,}|[＿_](?=[年月日元%％号人名家个])|(?<=[第共计为：:]) *[＿_]+|—{6,}|\.{6,}(?!\.*\d)"),
    (
        "bracket",
        (
            rf"【{_S}{{0,20}}】|〔{_S}{{0,20}}〕|（{_S}{{0,20}}）|\({_S}{{0,20}}\)|\[{_S}{{0,20}}\]|\u3010[\u25cf\u2022○●*＊xX×]+】|"
            rf"[〖\u3016]{_S}{{0,20}}[〗\u3017]|“{_S}{{0,20}}”|《{_S}{{0,20}}》"
        ),
    ),
    (
        "stand_in",
        (
            r"[Yy]{4}[-/年]?[Mm]{2}|[Yy]{2,4}年[Mm]{1,2}月(?:[Dd]{1,2}日)?|[Yy]{4}年|"
            r"[XxＸｘ×✕╳*＊○〇□■△▲◯●]{2,}(?:年|月|日|市|区|县|省|省份|公司|集团|企业|单位|部门|项目|元|"
            r"万元|亿元|亩|%|％|号|路|人|局|委|部|厅|大学|银行|先生|女士)?|(?<![A-Za-z0-9])[XxＸ×](?=年|月|日|"
            r"公司|集团|市|省|区|县|万元|亿元|亩|人)|某某[^，。；、]{0,6}?(?=公司|集团|企业|市|区|县|单位|，|。|"
            r"；|、|$)|某某|(?<![一-龥])某(?=市|区|县|省|公司|企业|局|部|委)"
        ),
    ),
    (
        "pending",
        (
            r"待定(?!点|位)|待(?:补充|填写|确认|完善|核实|明确|填)(?=[。，；）】)\n”」]|$)|TBD|TBC|"
            r"N/A(?![A-Za-z])|暂空|此处(?:填|空|待|插入|略)[^，。；\n]{0,10}|略去不填"
        ),
    ),
    (
        "date",
        (
            rf"(?<![\d一二三四五六七八九十〇零年]){_S}{{0,20}}(?:20\d{{0,2}}|"
            rf"二〇[一二三四五六七八九〇]{{0,1}})?{_S}{{0,20}}年{_S}{{1,20}}月(?:{_S}{{0,20}}日)?|"
            rf"\d{{4}}{_S}{{0,20}}年{_S}{{2,20}}月(?:{_S}{{0,20}}日)?|\d{{4}}{_S}{{0,20}}年{_S}{{0,20}}\d{{1,2}}{_S}{{0,20}}月{_S}{{2,20}}日|"
            rf"年{_S}{{2,20}}月{_S}{{0,20}}日"
        ),
    ),
    (
        "remark",
        (
            r"[\[【（(〔<＜](?:请?(?:填写|填入|插入|输入|补充|选择(?:其一|一项|填写|适用)|选填|注明|写明|根据实际|"
            r"根据项目|按实际|视情况)|说明[:：]|备注[:：]|注[:：]|此处|以下(?:内容|条款|由)|示例|例[:：如]|可选|"
            r"二选一|模板|范本|使用说明|提示|删除)[^\]】）)〕>＞\n]{0,60}[\]】）)〕>＞]|(?:填写说明|使用说明|"
            r"模板说明|起草说明|编制说明)[:：][^\n]{0,60}|(?:请在此|请于此|请在此处)[^，。；\n]{0,20}|(?:单击|"
            r"点击)(?:此处|这里)[^，。；\n]{0,16}|Lorem ipsum|\{\{[^}\n]{0,40}\}\}|\$\{[^}\n]{0,40}\}|"
            r"<<[^>\n]{0,40}>>"
        ),
    ),
)
_PATTERN = re.compile("|".join(f"(?P<{name}>{source})" for name, source in _KINDS))
_SIGNING = re.compile(r"(?:签字|盖章|签章|签署|代表|授权代表|法定代表人|日期|印章|签名)[^，。；\n]{0,8}[:：]?\s*$")


def blanks(passage: Passage, _context: Context) -> Iterator[Hit]:
    """Find what was to be filled in. The line to sign on, behind 签字 or 代表, stays empty until the signing."""
    text = passage.text
    for match in _PATTERN.finditer(text):
        start, end = match.span()
        while start < end and text[start] in " \t\u3000\n":
            start += 1
        line = text[text.rfind("\n", 0, start) + 1 : start]
        if _SIGNING.search(line) and match.lastgroup in ("line", "date"):
            continue
        yield Hit("blank", f"blank.{match.lastgroup}", start, end)
