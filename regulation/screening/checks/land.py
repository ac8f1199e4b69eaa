"""Land out of all proportion to the investment named beside it (§1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regulation.screening.checks.hit import Hit
from regulation.screening.checks.numbers import NUMBER, capitals, money, number
from regulation.screening.passage import Passage
from regulation.screening.records import Context

LEAST_PER_MU = 1_000_000
"""Yuan of investment for a mu of building land under which the two are plainly out of step: about a quarter of what the
control indicators ask of industry."""

_MU = {"亩": 1.0, "公顷": 15.0, "平方公里": 1500.0, "万平方米": 15.0}
_WORDS = r"[零〇一二两三四五六七八九十百千]+万?"
_AREA = re.compile(rf"(?P<number>{NUMBER}|{_WORDS})(?:余|多)?(?P<unit>亩|公顷|平方公里|万平方米)")
_SUM = re.compile(
    rf"(?:投资(?:额|总额|规模|款)?|注册资本|出资|资金)[^，。；\d]{{0,12}}(?P<number>{NUMBER}|[零〇一二两三四五六七八九十百千]+)(?:余|"
    r"多)?(?P<unit>万亿元|亿元|万元|亿|万(?=[，。；]))"
)
_BUILDING = re.compile(r"供地|用地|土地|出让|供应|办理权证|地块|占地")
_OTHER_USE = re.compile(
    r"农田|种植|造林|绿化|湿地|养殖|流转|农业|林业|生态|草原|果园|茶园|大棚|基地[^，。]{0,4}种|牧场|光伏|租赁|"
    r"万平方米[^，。]{0,4}(?:厂房|建筑)|建筑面积|修复|复垦|整治|每亩|亩均"
)


def land_and_investment(passage: Passage, _context: Context) -> Iterator[Hit]:
    """Find a sentence that gives building land for an investment of less than LEAST_PER_MU a mu."""
    for start, text in _joined(passage):
        if "亩" not in text and "公顷" not in text and "平方" not in text:
            continue
        areas = [_figure(match["number"]) * _MU[match["unit"]] for match in _AREA.finditer(text)]
        sums = [money(str(_figure(match["number"])), match["unit"]) for match in _SUM.finditer(text)]
        if len(areas) != 1 or not sums or not _BUILDING.search(text) or _OTHER_USE.search(text):
            continue
        if areas[0] >= 1 and float(sum(sums)) / areas[0] < LEAST_PER_MU:
            end = start + len(text.rstrip("。；！？\n"))
            yield Hit("land_quota", "land_quota.ratio", *passage.span(start, end), "block")


def _joined(passage: Passage) -> Iterator[tuple[int, str]]:
    """Return the sentences with where they start; those parted by a semicolon only are one."""
    start, text = 0, ""
    for sentence in passage.sentences:
        start, text = (start, text + sentence.text) if text.endswith("；") else (sentence.start, sentence.text)
        if not text.endswith("；"):
            yield start, text
    if text.endswith("；"):
        yield start, text


def _figure(words: str) -> float:
    """Return a number in figures or in Chinese words."""
    return number(words) if words[0].isdigit() else float(capitals(words) or 0)
