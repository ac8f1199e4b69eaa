"""Dates that contradict each other or do not exist."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from regulation.screening.checks.hit import Hit
from regulation.screening.checks.numbers import capitals
from regulation.screening.passage import Passage
from regulation.screening.records import Context

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?:19|20)\d\d|[一二]?[〇零九○二][〇零一二三四五六七八九○]{2})"
_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d|"
    rf"二[〇零○][〇零○一二三四五六七八九]{{2}})年(?:(?P<month>{_N})月(?:(?P<day>{_N})[日号])?(?P<third>[上中下]旬|"
    r"底|末|初)?|(?P<part>年?底|年?末|年?初|上半年|下半年|第?[一二三四]季度)?)|(?<![\d.])(?P<y2>(?:19|"
    r"20)\d\d)[-./](?P<m2>\d{1,2})[-./](?P<d2>\d{1,2})(?![\d.])"
)
_BARE = re.compile(rf"^(?P<month>{_N})月(?:(?P<day>{_N})[日号])?")
_LOOSE = re.compile(rf"(?<![\d一二三四五六七八九十])(?P<month>{_N})月(?P<day>{_N})[日号]")
_TO = re.compile(r"^(?:（[^）]{0,10}）)?(?:起|开始)?[，]?(?:至|到|—+|-+|~+|～|－+|–)(?:次年|翌年)?")
_YEARS = re.compile(r"(?<!\d)(?P<from>(?:19|20)\d\d)年?(?:至|到|—+|-+|~+|～|－+|–)(?P<to>(?:19|20)\d\d)年(?!\d{1,2}月)")
_TERM = re.compile(
    r"(?P<figures>\d{1,3}|[一二两三四五六七八九十]{1,3})(?P<unit>周?年|个月)(?!度|份|内|前|后|底|末|初|来|以上|第|均)"
)
_TERM_WORD = re.compile(r"期|为期|有效|合作|服务|租|起|建设")
_DATED = re.compile(r"[^。！？\n]*(?:\d年|[〇零○一二三四五六七八九]年|\d[-./]\d)[^。！？\n]*")
_BEGIN = r"开工|动工|奠基|启动建设|开建|开始建设|进场施工"
_FINISH = r"竣工|完工|建成|投产|投运|完成建设|交付使用|通车|达产|投入使用|竣工验收"
_SIGNED = r"签署|签订|签约|签字|订立"
_EXPIRES = r"有效期(?:至|到|截至|截止)|期限(?:至|到)|到期日?|届满|终止日|截止(?:日期)?|失效"
_EFFECT = r"生效"


@dataclass(frozen=True, slots=True)
class _Day:
    """A date as written: the first and last day it can mean, and where it stands."""

    first: date
    last: date
    start: int
    end: int
    exact: str


def dates(passage: Passage, _context: Context) -> Iterator[Hit]:
    """Find days that do not exist, ends before their beginnings, terms that differ from their first and last day,
    completion before the start of work, and a signing day after the end."""
    text = passage.even
    yield from (Hit("date_conflict", "date_conflict.no_such_day", *passage.span(*span)) for span in _impossible(text))
    for sentence in _DATED.finditer(text):
        for rule, start, end in _within(sentence[0]):
            yield Hit(
                "date_conflict",
                f"date_conflict.{rule}",
                *passage.span(sentence.start() + start, sentence.start() + end),
            )
    yield from _signing(passage)


def _impossible(text: str) -> Iterator[tuple[int, int]]:
    for match in _DATE.finditer(text):
        if _read(match) is None:
            yield match.span()
    for match in _LOOSE.finditer(text):
        if re.search(r"\d年$|[〇零一二三四五六七八九○]年$", text[max(match.start() - 2, 0) : match.start()]):
            continue
        month, day = _int(match["month"]), _int(match["day"])
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(2024, month)[1]:
            yield match.span()


def _int(text: str) -> int:
    if text.isdigit():
        return int(text)
    return capitals(text.replace("○", "〇").replace("两", "二")) or 0


def _read(match: re.Match[str]) -> _Day | None:
    """Return the date; None when there is no such day."""
    if match["y2"]:
        return _day(int(match["y2"]), int(match["m2"]), int(match["d2"]), match.span())
    year = _int(match["year"])
    if match["month"]:
        return _day(year, _int(match["month"]), _int(match["day"]) if match["day"] else 0, match.span())
    part = (match["part"] or "").removeprefix("年")
    months = {"底": (12, 12), "末": (12, 12), "初": (1, 3), "上半年": (1, 6), "下半年": (7, 12)}.get(part, (1, 12))
    quarter = re.match("第?([一二三四])季度", part)
    if quarter:
        number = "一二三四".index(quarter[1])
        months = (number * 3 + 1, number * 3 + 3)
    last = date(year, months[1], monthrange(year, months[1])[1])
    return _Day(date(year, months[0], 1), last, *match.span(), "year")


def _day(year: int, month: int, day: int, span: tuple[int, int]) -> _Day | None:
    if not 1 <= month <= 12:
        return None
    days = monthrange(year, month)[1]
    if not day:
        return _Day(date(year, month, 1), date(year, month, days), *span, "month")
    if day > days:
        return None
    return _Day(date(year, month, day), date(year, month, day), *span, "day")


def _days(sentence: str) -> list[_Day]:
    return [day for match in _DATE.finditer(sentence) if (day := _read(match))]


def _ranges(sentence: str) -> Iterator[tuple[_Day, _Day]]:
    """Yield what stands as a beginning and an end: 2026年1月1日至2028年12月31日, 2026年3月1日至5月1日, 2021—2025年."""
    days = _days(sentence)
    for day, following in zip_longest(days, days[1:]):
        link = _TO.match(sentence[day.end : day.end + 16])
        if not link:
            continue
        at = day.end + link.end()
        if following and following.start == at:
            yield day, following
            continue
        bare = _BARE.match(sentence[at:])
        if bare and "年" not in link[0]:
            end = _day(
                day.first.year, _int(bare["month"]), _int(bare["day"]) if bare["day"] else 0, (at, at + bare.end())
            )
            if end:
                yield day, end
    for match in _YEARS.finditer(sentence):
        first, last = int(match["from"]), int(match["to"])
        if sentence[match.start() - 1 : match.start()] not in tuple("-./"):
            yield (
                _Day(date(first, 1, 1), date(first, 12, 31), match.start(), match.start() + 4, "year"),
                _Day(date(last, 1, 1), date(last, 12, 31), match.end() - 5, match.end(), "year"),
            )


def _within(sentence: str) -> Iterator[tuple[str, int, int]]:
    ranges = [*_ranges(sentence)]
    for begin, end in ranges:
        if end.last < begin.first:
            yield "end_before_start", begin.start, end.end
    sound = [(begin, end) for begin, end in ranges if end.last >= begin.first]
    if len(sound) == 1:
        begin, end = sound[0]
        for term in _TERM.finditer(sentence):
            if _is_term(sentence, term, begin, end) and not _fits(term, begin, end):
                yield "term", min(term.start(), begin.start), max(term.end(), end.end)
    days = _days(sentence)
    started, finished = _near(days, sentence, _BEGIN), _near(days, sentence, _FINISH)
    if len(started) == 1 and finished and finished[0].last < started[0].first:
        yield "finished_before_started", min(started[0].start, finished[0].start), max(started[0].end, finished[0].end)
    effective, expires = _near(days, sentence, _EFFECT), _near(days, sentence, _EXPIRES)
    if effective and expires and expires[-1].last < effective[0].first:
        yield "ends_before_effect", min(effective[0].start, expires[-1].start), max(effective[0].end, expires[-1].end)


def _is_term(sentence: str, term: re.Match[str], begin: _Day, end: _Day) -> bool:
    """Tell whether a number of years or months is the term of the range: beside it, and spoken of as a term."""
    if begin.start <= term.start() < begin.end or end.start <= term.start() < end.end:
        return False
    if term.start() < begin.start:
        between, word = sentence[term.end() : begin.start], sentence[max(term.start() - 10, 0) : term.start()]
    else:
        between, word = sentence[end.end : term.start()], sentence[end.end : term.start()]
        if begin.end <= term.start() < end.start:
            between, word = "", "期"
    if term.end() == begin.start - 1 and sentence[term.end()] == "（":
        between, word = "", sentence[max(term.start() - 10, 0) : term.start()]
    return (
        len(between) <= 10
        and "；" not in between
        and not re.search(r"[，。].*[，。]", between)
        and bool(_TERM_WORD.search(word) or re.search("期限|有效|共|为期", between))
    )


def _fits(term: re.Match[str], begin: _Day, end: _Day) -> bool:
    months = _int(term["figures"]) * (1 if "月" in term["unit"] else 12)
    if not months:
        return True
    if "year" in (begin.exact, end.exact) or (term["unit"] == "年" and begin.exact != end.exact):
        years = end.last.year - begin.first.year
        return months % 12 != 0 or months // 12 in (years, years + 1)
    if begin.exact == "day" and end.exact == "day":
        due = _later(begin.first, months)
        return due - timedelta(days=1) <= end.first <= due + timedelta(days=1)
    span = (end.last.year - begin.first.year) * 12 + end.last.month - begin.first.month
    return months in (span, span + 1)


def _later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _near(days: list[_Day], sentence: str, words: str) -> list[_Day]:
    """Return the dates tied to one of the words: before it in its clause, or shortly behind it."""
    found: list[_Day] = []
    for day in days:
        ahead, behind = sentence[max(day.start - 24, 0) : day.start], sentence[day.end : day.end + 24]
        if re.match(rf"(?:年?底|年?末|前|之前|左右)?[^，。；、\d]{{0,6}}?(?:{words})", behind) or re.search(
            rf"(?:{words})(?:时间|日期|期限)?(?:为|是|于|在|：)?[^，。；、\d]{{0,3}}$", ahead
        ):
            found.append(day)
    return found


def _signing(passage: Passage) -> Iterator[Hit]:
    """Find a signing day after the day on which the agreement ends."""
    text = passage.even
    days = _days(text)
    signed, ends = _near(days, text, _SIGNED), _near(days, text, _EXPIRES)
    for match in re.finditer(r"有效期[^。；\n]{0,24}", text):
        ends.extend(
            _Day(end.first, end.last, match.start() + end.start, match.start() + end.end, end.exact)
            for begin, end in _ranges(match[0] + text[match.end() : match.end() + 24])
        )
    if len(signed) == 1 and ends and max(day.last for day in ends) < signed[0].first:
        yield Hit("date_conflict", "date_conflict.signed_after_end", *passage.span(signed[0].start, signed[0].end))
