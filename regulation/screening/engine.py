"""Screening a text: which wording of which rule stands where, and is not excused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from regulation.screening import guards
from regulation.screening.checks import CHECKS
from regulation.screening.checks.hit import Hit
from regulation.screening.codes import CODES
from regulation.screening.notation import Malformed, Phrase, read
from regulation.screening.parties import Cast, Mention, Side, acting, carried_sides
from regulation.screening.passage import Passage, clause_bounds
from regulation.screening.records import Context, Finding, Rule
from regulation.screening.rules import BUILT_IN

_NOWHERE: set[int] = set()
_OURS = {Side.OURS, Side.BOTH, Side.EACH, None}
_ACTING = {"waiver": _OURS - {Side.EACH}}  # what either side may let pass (任何一方) is no gift of ours
_CLOSER = {"exclusivity", "guarantee", "waiver", "public_interest", "industry_policy", "land_quota", "governing_law"}
_GENERAL = {
    "ultra_vires.state",
    "ultra_vires.frames",
    "ultra_vires.tax",
    "ultra_vires.another_body",
}
"""What a closer prohibition says better: everything forbidden is in a sense beyond the powers of a body too."""
_SANCTIONED = {"public_interest", "industry_policy", "land_quota"}
_FORBIDDEN_BEHIND = {"public_interest", "industry_policy", "land_quota", "ultra_vires", "guarantee"}


def screen(text: str, context: Context, rules: Sequence[Rule] | None = None) -> list[Finding]:
    """Return what offends in a text, in the order of the text; `rules` are the built-in ones unless given. The
    checks of blanks, names, dates, amounts, shares and governing law are always made."""
    passage = Passage(text)
    findings = [
        *_wordings(passage, context, BUILT_IN if rules is None else rules),
        *(_of_check(passage, hit) for check in CHECKS for hit in check(passage, context)),
    ]
    return _ordered(findings)


def check_rule(rule: Rule, language: str = "zh") -> list[str]:
    """Return, one line each, which phrases of a rule cannot be read, and which of its own samples it misses or hits
    wrongly; an empty list is a sound rule."""
    english = language.startswith("en")
    problems: list[str] = []
    if rule.code not in CODES:
        problems.append(f"No such code: {rule.code}" if english else f"没有这个代码：{rule.code}")
    if not rule.phrases:
        problems.append("The rule has no phrase." if english else "规则没有词语。")
    for phrase in rule.phrases:
        try:
            read(phrase)
        except Malformed as error:
            problems.append(f"Phrase “{phrase}”: {error.text.en}" if english else f"词语“{phrase}”：{error.text.zh}")
    if problems:
        return problems
    context = Context(category=rule.categories[0] if rule.categories else "other")
    for sample, wanted in [*((one, True) for one in rule.hits), *((one, False) for one in rule.misses)]:
        if bool(_wordings(Passage(sample), context, [rule])) is not wanted:
            if english:
                problems.append(f"{'Not found' if wanted else 'Found though it must not be'}: {sample}")
            else:
                problems.append(f"{'应发现而未发现' if wanted else '不应发现而发现'}：{sample}")
    return problems


class _Reader:
    """The sentences of a text as the rules read them, each view made once."""

    def __init__(self, passage: Passage, context: Context) -> None:
        self.passage = passage
        self.cast = Cast(passage, context)
        self.sentences = passage.sentences
        self.whole = self.cast.exchange(passage.plain)
        self.plain = [self.whole[one.start : one.end] for one in self.sentences]
        self._carried: list[Side | None] | None = None
        self._mentions: dict[int, list[Mention]] = {}
        self._blotted: dict[tuple[str, int], str] = {}
        self._views: dict[int, tuple[str, bool]] = {}
        self._pairs = _pairs(self.plain)
        self._places: dict[str, set[int]] = {}

    def holding(self, literals: Iterable[str]) -> set[int]:
        """Return the numbers of the sentences in which one of the words may stand: all that have its first and its last
        two characters."""
        found: set[int] = set()
        for literal in literals:
            if literal not in self._places:
                first, last = self._pairs.get(literal[:2], _NOWHERE), self._pairs.get(literal[-2:], _NOWHERE)
                self._places[literal] = first if first is last else first & last
            found |= self._places[literal]
        return found

    def blotted(self, code: str, number: int) -> str:
        """Return a sentence without the innocent words of a code."""
        key = (code, number)
        if key not in self._blotted:
            self._blotted[key] = guards.blotted(code, self.plain[number])
        return self._blotted[key]

    def view(self, number: int) -> tuple[str, bool]:
        """Return a sentence for the eye of the negation, and whether it only cites a rule."""
        if number not in self._views:
            sentence = self.plain[number]
            self._views[number] = guards.without_false_negations(sentence), guards.quoted(sentence)
        return self._views[number]

    def actor(self, number: int, start: int, end: int) -> Side | None:
        """Return whose act a wording is."""
        if self._carried is None:
            self._carried = carried_sides(self.sentences, self.cast, self.plain)
        sentence = self.plain[number]
        if number not in self._mentions:
            self._mentions[number] = self.cast.mentions(sentence)
        return acting(self._mentions[number], sentence, start, end, self._carried[number])


def _pairs(sentences: list[str]) -> dict[str, set[int]]:
    """Return in which sentences each character, and each pair of neighbours, stands."""
    found: dict[str, set[int]] = {}
    for number, sentence in enumerate(sentences):
        for mark in {*sentence, *[sentence[place : place + 2] for place in range(len(sentence) - 1)]}:
            if mark in found:
                found[mark].add(number)
            else:
                found[mark] = {number}
    return found


def _wordings(passage: Passage, context: Context, rules: Iterable[Rule]) -> list[Finding]:
    reader = _Reader(passage, context)
    if not reader.sentences:
        return []
    findings: list[Finding] = []
    for rule in rules:
        if rule.code not in CODES or (rule.categories and context.category not in rule.categories):
            continue
        for phrase in _readable(rule.phrases):
            for number in sorted(reader.holding(phrase.literals)) if phrase.literals else range(len(reader.plain)):
                found = _hit(reader, rule, phrase, number)
                if found:
                    start, end = clause_bounds(reader.plain[number], *found)
                    base = reader.sentences[number].start
                    findings.append(_of_rule(passage, rule, base + start, base + end))
    return findings


def _hit(reader: _Reader, rule: Rule, phrase: Phrase, number: int) -> tuple[int, int] | None:
    """Return where a phrase stands in a sentence, unless something excuses it."""
    sentence = reader.blotted(rule.code, number)
    if not all(other.search(sentence) for other in phrase.others):
        return None
    if any(word.search(sentence) for word in phrase.without):
        return None
    for match in phrase.head.finditer(sentence):
        start, end = match.span()
        view, quoted = reader.view(number)
        if (
            quoted
            or guards.negated(view, sentence, start, end)
            or (rule.code in _FORBIDDEN_BEHIND and guards.forbidden_behind(view, start, end))
            or (rule.code in _SANCTIONED and guards.sanctioned(sentence, start, end))
            or (not phrase.denies and guards.denied_within(view[start:end]))
            or (not phrase.forbids and guards.forbidden_within(view[start:end]))
            or guards.reduced_within(rule.code, match[0])
            or guards.cured(rule.code, sentence, start, end)
        ):
            continue
        if rule.actor == "government" and reader.actor(number, start, end) not in _ACTING.get(rule.code, _OURS):
            continue
        return start, end
    return None


@lru_cache(maxsize=4096)
def _readable(phrases: tuple[str, ...]) -> tuple[Phrase, ...]:
    """Return the phrases that can be read; a malformed one finds nothing and is told of by `check_rule`."""
    found: list[Phrase] = []
    for phrase in phrases:
        try:
            found.append(read(phrase))
        except Malformed:
            continue
    return tuple(found)


def _of_rule(passage: Passage, rule: Rule, start: int, end: int) -> Finding:
    record = CODES[rule.code]
    first, last = passage.span(start, end)
    return Finding(
        rule.code,
        record.article,
        first,
        last,
        passage.text[first:last],
        rule.severity,
        rule.advice or record.advice,
        rule.id,
    )


def _of_check(passage: Passage, hit: Hit) -> Finding:
    record = CODES[hit.code]
    return Finding(
        hit.code,
        record.article,
        hit.start,
        hit.end,
        passage.text[hit.start : hit.end],
        hit.severity or record.severity,
        record.advice,
        hit.rule,
    )


def _ordered(findings: list[Finding]) -> list[Finding]:
    """Return the findings by place, one for each code where several overlap: the widest of the graver ones."""
    weight = {"block": 0, "warning": 1, "info": 2}
    kept: list[Finding] = []
    taken: dict[str, list[tuple[int, int]]] = {}
    for one in sorted(findings, key=lambda one: (weight.get(one.severity, 3), one.start - one.end, one.start)):
        spans = taken.setdefault(one.code, [])
        if any(one.start < end and start < one.end for start, end in spans):
            continue
        spans.append((one.start, one.end))
        kept.append(one)
    closer = [one for one in kept if one.code in _CLOSER]
    return sorted(
        (one for one in kept if one.rule not in _GENERAL or not any(_overlap(one, other) for other in closer)),
        key=lambda one: (one.start, one.end, one.code),
    )


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end
