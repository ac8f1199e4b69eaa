"""Shares of contribution that do not make 100 % (§2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from regulation.screening.checks.hit import Hit
from regulation.screening.checks.numbers import NUMBER, capitals
from regulation.screening.passage import Passage
from regulation.screening.records import Context

_SHARE = re.compile(
    rf"(?P<figures>{NUMBER})%|百分之(?P<words>[一二三四五六七八九十百零两]+)(?:点(?P<point>[一二三四五六七八九零]+))?"
)
_HOLDS = re.compile(r"出资|持股|股权|股比|占股|认缴|投入比例|入股|注册资本|资本金|股份|持有|分担比例|承担比例|分摊")
_OF = re.compile(
    r"不(?:低于|少于|超过|高于)|(?:年|收益|增长|提高|下降|提升|利)[^，；。]{0,8}$|以上|以内|左右|约$|(?:达到?|"
    r"至少|超过|完成|违约|贷款|融资|负债|自有资金|债务)[^，；。]{0,6}$|收益率|利率|首付|首期|首年|贷款|保证金|"
    r"定金|违约金"
)
_RATIO = re.compile(
    r"(?P<parts>\d{1,3}(?:\.\d+)?(?:(?:：|∶|:)\d{1,3}(?:\.\d+)?)+)(?=的?比例|的?股比|的?出资)|(?:比例|股比)(?:为|是|"
    r"：)(?P<more>\d{1,3}(?:\.\d+)?(?:(?:：|∶|:)\d{1,3}(?:\.\d+)?)+)"
)
_TOTAL = Decimal(100)
_NEAR = Decimal("0.05")
_GROUPED = re.compile(r"[^。！？\n]+")


def shares(passage: Passage, _context: Context) -> Iterator[Hit]:
    """Find statements of who contributes what share where the shares, two or more of different holders, do not make
    100 %. Groups by semicolons are read together, so a list of holders may run over several lines of one paragraph."""
    for match in _GROUPED.finditer(passage.even):
        text = match[0]
        for ratio in _RATIO.finditer(text):
            parts = [Decimal(part) for part in re.split("[：∶:]", ratio["parts"] or ratio["more"])]
            if sum(parts) > 20 and _HOLDS.search(text) and sum(parts) != _TOTAL:
                yield Hit(
                    "share_sum",
                    "share_sum.ratio",
                    *passage.span(match.start() + ratio.start(), match.start() + ratio.end()),
                )
        if "%" not in text and "百分之" not in text:
            continue
        found = [one for one in _SHARE.finditer(text) if _counts(text, one)]
        if len(found) < 2:
            continue
        total = sum((_value(one) for one in found), Decimal(0))
        if total == _TOTAL * 2 or abs(total - _TOTAL) <= _NEAR:
            continue
        if total > _TOTAL * Decimal("1.9"):
            continue
        yield Hit(
            "share_sum",
            "share_sum.sum",
            *passage.span(match.start() + found[0].start(), match.start() + found[-1].end()),
        )


def _counts(text: str, share: re.Match[str]) -> bool:
    """Tell whether a percentage is a holder's share: a word of holding before it in its clause, or in the head of the
    list, and nothing that makes it a rate, a bound or a part of something else."""
    left = max(text.rfind(mark, 0, share.start()) for mark in "，；：、") + 1
    ahead = text[left : share.start()]
    if _OF.search(ahead) or re.match(
        "以上|以内|以下|左右|的?(?:利率|收益|违约|年)", text[share.end() : share.end() + 6]
    ):
        return False
    if _value(share) == _TOTAL and len(text) > 0:
        return False
    return bool(
        _HOLDS.search(ahead)
        or _HOLDS.search(text[: share.start()])
        or _HOLDS.match(text[share.end() : share.end() + 6].lstrip("的"))
    )


def _value(share: re.Match[str]) -> Decimal:
    if share["figures"]:
        return Decimal(share["figures"].replace(",", ""))
    value = Decimal(capitals(share["words"]) or 0)
    if share["point"]:
        value += Decimal(capitals(share["point"]) or 0) / (10 ** len(share["point"]))
    return value
