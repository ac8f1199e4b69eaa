"""Amounts that differ: figures from words, one unit from another, a total from its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from regulation.screening.checks.hit import Hit
from regulation.screening.checks.numbers import CAPITALS, NUMBER, money, yuan
from regulation.screening.passage import Passage
from regulation.screening.records import Context

_CURRENCY = r"(?:人民币|美元|欧元|港元|港币|日元|英镑|韩元|卢布)"
_UNIT = r"(?:万亿|亿|千万|百万|万|千|百)?(?:元|圆|美元|欧元|港元|港币|日元|英镑|韩元|卢布)"
_BETWEEN = rf"(?:[，（：、；）\s“”]|{_CURRENCY}|小写|大写|即|计|¥|￥|RMB|CNY|USD|EUR|金额|合计|共计|为|整|正){{1,14}}"
_WORDS = (
    rf"(?<![\d{CAPITALS}])[零〇一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾两][{CAPITALS}]*(?:美元|欧元|港元|港币|日元|"
    rf"英镑|元|圆)(?:[{CAPITALS}]角)?(?:零?[{CAPITALS}]分)?"
)
_PAIRS = (
    re.compile(rf"(?P<words>{_WORDS})(?:整|正)?{_BETWEEN}(?P<figures>{NUMBER})(?P<unit>{_UNIT}?)"),
    re.compile(rf"(?P<figures>{NUMBER})(?P<unit>{_UNIT})(?:整|正)?{_BETWEEN}(?P<words>{_WORDS})"),
)
_TWICE = re.compile(
    rf"(?P<one>{NUMBER})(?P<unit>(?:万亿|亿|千万|百万|万|千|百)?元)（(?:即|合|计|也就是)?(?:人民币|¥|"
    rf"￥)?(?P<two>{NUMBER})(?P<other>(?:万亿|亿|千万|百万|万|千|百)?元)）"
)
_SUM = rf"(?P<number>{NUMBER})(?P<unit>(?:万亿|亿|千万|百万|万|千|百)?元)"
_AMOUNT = re.compile(_SUM)
_TOTAL = re.compile(
    r"(?:总投资(?:额|规模)?|投资总额|总额|总金额|总造价|总规模|注册资本|资金总量|总资金|合计|共计|总计|资金规模|"
    rf"帮扶资金|总预算|资本金|计划投资|共(?:安排|投入|投资|出资|筹集)?|总价款?)[^，。；\d]{{0,12}}{_SUM}"
)
_PARTS = re.compile(r"^[^，。；]{0,4}[，；：（。]?(?:其中|分别为|包括|由以下|构成(?:为)?|明细|分为)")
_GATHERED = re.compile(rf"(?:合计|共计|总计|总额|总共|累计|三项合计|两项合计)[^，。；\d]{{0,8}}{_SUM}")
_SPLIT = re.compile(
    r"甲方|乙方|丙方|丁方|各方|自有|自筹|贷款|财政|银行|一期|二期|三期|第[一二三四]|首期|中央|市级|区级|省级|企业|"
    r"社会资本|债券|股权|资本金|融资|剩余|余款|尾款|其余|配套|建安|设备|土地|流动资金|固定资产|20\d\d年|定金|首付|"
    r"集团|公司|基金"
)
_OPEN = re.compile(
    r"等[，。；）]|约|以上|左右|不(?:低|少)于|不超过|超过|力争|累计|每年|年均|每亩|已完成|新增产值|利润|税|产值|"
    r"营业收入|销售"
)


def amounts(passage: Passage, _context: Context) -> Iterator[Hit]:
    """Find an amount whose figures and words differ, one given twice in different units that differ, and a total that
    is not the sum of the parts listed with it. Rounded figures (1.2亿元) may differ by their rounding."""
    text = passage.even
    for pattern in _PAIRS:
        for match in pattern.finditer(text):
            words = yuan(re.sub("美元|欧元|港元|港币|日元|英镑", "元", match["words"]))
            unit = match["unit"] or "元"
            if words is not None and not _same(
                words, match["figures"], re.sub("美元|欧元|港元|港币|日元|英镑|韩元|卢布|圆", "元", unit)
            ):
                yield Hit("amount_mismatch", "amount_mismatch.words", *passage.span(*match.span()))
    for match in _TWICE.finditer(text):
        if not _same(money(match["one"], match["unit"]), match["two"], match["other"]) and not _same(
            money(match["two"], match["other"]), match["one"], match["unit"]
        ):
            yield Hit("amount_mismatch", "amount_mismatch.units", *passage.span(*match.span()))
    for sentence in re.finditer(r"[^。！？\n]+", text):
        for start, end in _sums(sentence[0]):
            yield Hit(
                "amount_mismatch",
                "amount_mismatch.parts",
                *passage.span(sentence.start() + start, sentence.start() + end),
            )


def _same(amount: Decimal, figures: str, unit: str) -> bool:
    """Tell whether figures mean an amount, to the last place that they show."""
    shown = money(figures, unit)
    places = len(figures.partition(".")[2])
    step = money("1", unit) / (10**places)
    return abs(shown - amount) * 2 <= (step if "." in figures and step > 1 else 0)


def _sums(sentence: str) -> Iterator[tuple[int, int]]:
    for total in _TOTAL.finditer(sentence):
        rest = sentence[total.end() :]
        opening = _PARTS.match(rest)
        if opening:
            parts = [*_AMOUNT.finditer(rest)]
            listed = rest[opening.start() : parts[-1].end() + 2] if parts else ""
            if _differ(_value(total), parts, listed, len(parts) > 1):
                yield total.start(), total.end() + parts[-1].end()
    for total in _GATHERED.finditer(sentence):
        ahead = sentence[: total.start()]
        parts = [*_AMOUNT.finditer(ahead)]
        if (
            len(parts) > 1
            and "其中" not in ahead
            and not _TOTAL.search(ahead)
            and _differ(_value(total), parts, ahead, True)
        ):
            yield parts[0].start(), total.end()


def _differ(total: Decimal, parts: list[re.Match[str]], listed: str, several: bool) -> bool:
    """Tell whether parts contradict their total: more than it, or, where the list divides the whole, less."""
    if not parts:
        return False
    values = [_value(part) for part in parts]
    added = sum(values, Decimal(0))
    if added == total or _OPEN.search(listed):
        return False
    if values[-1] == total and sum(values[:-1], Decimal(0)) == total:
        return False
    if added > total:
        return several or values[0] > total
    return several and len(_SPLIT.findall(listed)) >= len(parts)


def _value(match: re.Match[str]) -> Decimal:
    return money(match["number"], match["unit"])
