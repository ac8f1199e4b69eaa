"""Two versions of a long text, to be compared: ours by clause and word, the floor by paragraph with difflib alone."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any

from agreements import differences
from agreements.models import TextVersion
from core import clock

SEED = 20170616
LENGTH = 40_000
PARAGRAPHS = 5
CHANGED = 0.5
"""Of so many clauses one paragraph is revised, in one to four places; a fifth of them get a paragraph more."""
WORDS = "双方市政府合作项目产业园区资金投资建设推进机制部门责任落实年度计划共同发展创新科技人才交流服务平台协调会商"

Clause = dict[str, Any]


def works(length: int = LENGTH) -> dict[str, Callable[[], object]]:
    """Return the comparison of two versions of a length by our service and by its floor."""
    old, new = _versions(length)
    return {"ours": lambda: differences.clauses(new, old), "floor": lambda: floor(new, old)}


def floor(new: TextVersion, old: TextVersion) -> list[str]:
    """Return the paragraphs of both as HTML, those that differ exchanged whole: what difflib gives by itself."""
    before, after = (
        [line for clause in json.loads(text.canonical) for line in clause["prose"].splitlines()] for text in (old, new)
    )
    found: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += after[j1:j2]
        else:
            found += [f"<del>{line}</del>" for line in before[i1:i2]]
            found += [f"<ins>{line}</ins>" for line in after[j1:j2]]
    return found


def _versions(length: int) -> tuple[TextVersion, TextVersion]:
    choose = random.Random(SEED)
    old: list[Clause] = []
    while sum(len(clause["prose"]) for clause in old) < length:
        prose = "\n".join(_paragraph(choose) for _ in range(PARAGRAPHS))
        number = len(old) + 1
        old.append(
            {
                "lineage": f"{number:010}",
                "code": "",
                "order": number,
                "heading": f"第{number}项",
                "prose": prose,
                "omission_reason": "",
                "parts": [],
            }
        )
    new = [_revised(clause, choose) if choose.random() < CHANGED else clause for clause in old]
    return _frozen(1, old), _frozen(2, new)


def _frozen(number: int, clauses: list[Clause]) -> TextVersion:
    canonical = json.dumps(clauses, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return TextVersion(number=number, canonical=canonical, frozen_at=clock.now())


def _words(choose: random.Random, fewest: int, most: int) -> str:
    return "".join(choose.choices(WORDS, k=choose.randint(fewest, most)))


def _paragraph(choose: random.Random) -> str:
    phrases = "，".join(_words(choose, 8, 24) for _ in range(choose.randint(4, 10)))
    year, month = choose.randint(2026, 2030), choose.randint(1, 12)
    return f"{phrases}，投资{choose.randint(1, 900)}亿元，于{year}年{month}月底前完成。"


def _revised(clause: Clause, choose: random.Random) -> Clause:
    lines = clause["prose"].split("\n")
    place = choose.randrange(len(lines))
    for _ in range(choose.randint(1, 4)):
        at = choose.randrange(len(lines[place]) - 6)
        lines[place] = lines[place][:at] + _words(choose, 1, 6) + lines[place][at + choose.randint(0, 5) :]
    if choose.random() < 0.2:
        lines.insert(choose.randrange(len(lines)), _paragraph(choose))
    return {**clause, "prose": "\n".join(lines)}
