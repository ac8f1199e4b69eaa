"""Is a change one of wording only? What the machine can tell (§3.3): the rest is for the legal reviewer's eyes.

Two answers. A `Reason` is a change that is never one of wording: a clause came, went or is left out, a structured part
differs, a number, a day, a party or a word that gives or takes a duty, a right or a limit differs or stands in another
order. A `warning` is what the reviewer looks at before certifying: a clause moved, a heading, a passage written anew.
The check errs on the side of substance: a false alarm costs a round of asking, a miss would cost an approval.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements import differences
from agreements.differences import Content, ReadClause
from agreements.models import TextVersion

REWRITTEN_FROM = 0.3
"""From this share of changed characters on a clause counts as written anew (our own limit)."""

_HAN = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMBER = (
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|\d+(?:\.\d+)*(?:[万亿千百]*(?:美元|欧元|日元|元|平方公里|平方米|公里|公顷|亩|吨|人次|个工作日|个月|年|月|日|天|人|名|家|个|项|次|期|周|倍|成|%|‰))?"
    rf"|百分之[{_HAN}]+|第[{_HAN}]+|[{_HAN}]{{2,}}"
    rf"|[{_HAN}](?=[年月日天周季人名家项次期倍成条款亩吨元万亿%])"
)
_DUTY = (
    "不得|不应|不能|不可|不予|不再|不承担|不少于|不多于|不超过|不低于|不高于|不迟于|不早于|不(?!断|仅|同|但)"
    "|未经|尚未|未(?!来)|(?<![有])无(?!人机|线|锡|缝|障碍)|非(?!常|洲|遗|物质)|(?<!是)否(?!则)|禁止|严禁|杜绝"
    "|应当|必须|务必|须|(?<![相适供响反效回对顺])应(?![用对急变邀届聘答])"
    "|有权|无权|可以|(?<![认许不])可(?![持行靠观再见能])|方可|方能|自愿|优先|独家|唯一|排他|仅|(?<![不])只"
    "|负责|承担|保证|确保|承诺|担保|同意|授权|免除|放弃|转让|终止|解除|中止|续签|续期|延期|顺延|生效|失效"
    "|违约|赔偿|补偿|保密|连带|管辖|仲裁|诉讼|起诉"
    "|至少|至多|最低|最高|最迟|以上|以下|以内|之内|之前|之后|以前|以后|(?<=[年月日])[前后]|超过|低于|高于|早于|晚于"
    "|全部|部分|任何|每(?=[年月季周次个家人])|除外|除"
    "|甲方|乙方|丙方|丁方|双方|各方|多方|一方|我方|对方|共同|分别|各自|另一方|第三方"
    r"|\bshall\b|\bmust\b|\bmay\b|\bnot\b|\bno\b|\bnever\b|\bonly\b|\bunless\b|\bexcept\b|\bexclusive(?:ly)?\b"
)
_TELLING = re.compile(f"{_NUMBER}|{_DUTY}", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change of a clause is one of substance: what, in words."""

    lineage: str
    heading: str
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the machine tells of a change."""

    reasons: list[Reason]
    warnings: list[str]
    changes: int
    clauses: list[ReadClause]
    """The clauses that differ."""

    @property
    def may_be_wording(self) -> bool:
        """Tell whether nothing speaks against certifying the change as one of wording only."""
        return bool(self.changes) and not self.reasons

    @property
    def is_unchanged(self) -> bool:
        """Tell whether the two texts say the same."""
        return not self.changes


def check(before: TextVersion, after: TextVersion) -> Verdict:
    """Return what speaks against calling the change from one version to another one of wording only."""
    then = {clause["lineage"]: clause for clause in differences.content(before)}
    now = {clause["lineage"]: clause for clause in differences.content(after)}
    changed = [clause for clause in differences.clauses(after, before) if clause.changes]
    reasons = [reason for clause in changed for reason in _reasons(clause, then, now)]
    warnings = [words for clause in changed for words in _warnings(clause, then, now)]
    return Verdict(reasons, warnings, sum(clause.changes for clause in changed), changed)


def _reasons(clause: ReadClause, then: dict[str, Content], now: dict[str, Content]) -> Iterator[Reason]:
    def reason(code: str, words: str) -> Reason:
        return Reason(clause.lineage, clause.heading, code, words)

    if clause.added:
        yield reason("came", _("a clause came"))
        return
    if clause.dropped:
        yield reason("went", _("a clause went"))
        return
    old, new = then[clause.lineage], now[clause.lineage]
    if old["omission_reason"] != new["omission_reason"]:
        yield reason("left_out", _("what is left out differs"))
    for row in clause.changed_rows:
        facts = pgettext("between names", ", ").join(str(fact.label) for fact in row.changed_facts)
        words = _("%(sheet)s “%(name)s”: %(facts)s") % {"sheet": row.title, "name": row.name, "facts": facts}
        yield reason("part", words)
    if old["parts"] != new["parts"] and not clause.changed_rows:
        yield reason("part", _("the order of its structured parts"))
    for gone, come in exchanged(telling(_words_of(old)), telling(_words_of(new))):
        yield reason("words", f"{_quoted(gone)} → {_quoted(come)}")


def _warnings(clause: ReadClause, then: dict[str, Content], now: dict[str, Content]) -> Iterator[str]:
    named = {"clause": clause.heading}
    if clause.moved_from is not None:
        yield _("“%(clause)s” stands at another place: look at the references to clauses by number.") % named
    if clause.added or clause.dropped:
        return
    if clause.title.changed:
        yield _("“%(clause)s”: the heading reads differently.") % named
    old, new = then[clause.lineage]["prose"], now[clause.lineage]["prose"]
    if old != new and 1 - SequenceMatcher(None, old, new, autojunk=False).ratio() >= REWRITTEN_FROM:
        yield _("“%(clause)s” was written anew to a large part.") % named


def _words_of(clause: Content) -> str:
    return f"{clause['heading']}\n{clause['prose']}"


def telling(words: str) -> list[str]:
    """Return the numbers, days, parties and words of duty of a passage in their order; full-width digits and separators
    of thousands make no difference."""
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", words))
    return [found.group().lower() for found in _TELLING.finditer(plain)]


def exchanged(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what of one sequence went and what came in its place."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield list(old[a:b]), list(new[c:d])


def _quoted(words: Sequence[str]) -> str:
    return " ".join(f"“{word}”" for word in words) or "—"
